import type { Reasons } from './index.js'

export const expressReasons: Reasons = {
  'express/method':
    'A sign-in that any link could end, or a form could begin, would be open to every page of the web.',
  'express/return-path':
    'A link to the sign-in of a trusted app that ends at another host is how people are led to a false one.',
  'express/identity-provider':
    'Without its certificates nothing that it says can be told from what anybody says.',
  'express/body-*': 'What is read before it is known to be genuine has to be small, and of one form.',
  'express/unsolicited':
    'Whoever gets a person to post a Response of their own signs that person in as somebody else.',
  'express/login-browser':
    'A Response that one person got must not sign another in: only the browser that asked may bring it.',
  'express/login': 'A sign-in that could be ended twice, or long after, could be ended by whoever finds it.',
  'express/oidc-discovery': 'Who cannot be asked, or says to be somebody else, vouches for nobody.',
  'express/oidc-issuer':
    'A document that names another issuer would have its people taken for those of the one that is trusted.',
  'express/oidc-endpoints': 'Codes and secrets are sent there, and the keys come from there.',
  'express/oidc-capabilities':
    'Without PKCE a stolen code signs in whoever stole it, and Identity Center exchanges RS256 alone.',
  'express/oidc-token': 'What is no answer of a token endpoint says nothing of who came back.',
  'express/oidc-id-token':
    'A token that was meant for another app, another sign-in or another time says nothing of this one.',
  'express/session-tags': 'A session without its tags would be let in, or kept out, by the wrong policies.',
  'express/session-content': 'What cannot be kept whole is not kept: half an identity is another one.',
  'express/session-end':
    'The identity provider has said when its word is over; no session begins after that.',
  'express/session-cookie':
    'A cookie that is not in order is refused, and never taken for that of nobody: somebody made it so.',
  'express/session-lifetime': 'A cookie that was copied is worth something for as long as it is taken.',
  'express/session-entry':
    'Signing out counts at once because the store, and not the cookie, has the last word.',
  'express/origin':
    'Browsers send cookies with what other pages make them send, so the cookie alone does not say who asks.',
  'express/sign-out': 'A link or an image that signs people out is a nuisance that any page could embed.',
  'express/failure': 'A defect, ours or the app’s, must not become an answer that nobody meant.',
  'express/identity': 'What is meant for people who are signed in is shown to no one else.',
  'express/tag': 'The tag is what the app decides by; what is not there to the letter was not granted.',
  'express/exchange-token': 'Only what the identity provider signed can be exchanged, and only once.',
  'express/exchange-alive':
    'An identity context that has expired is refused by AWS, and one JWT buys no second one.',
  'express/exchange-kept':
    'An answer that is not kept would be lost to the next request, and the JWT is spent.',
  'express/exchange-refused': 'AWS answers many causes alike, so that all that may be the cause are told.',
  'express/exchange-unavailable': 'That AWS did not answer says nothing of the person, who may try again.',
  'express/store': 'Who cannot be told from somebody else, or from nobody, is not let in.',
  'express/token-media-type':
    'By the media type the endpoint knows which of its two languages a client speaks.',
  'express/token-caller':
    'Whoever may exchange may act for people: nobody does so without having proven who calls.',
  'express/token-client': 'A caller that is known as one client gets no tokens as another.',
  'express/token-parameter':
    'Left unread it would have another token issued than the client asked for, or for another caller.',
  'express/token-unanswered': 'What could not be judged is not answered with tokens.',
  'express/token-*':
    'Two readers of one request must read the same, and no request may cost more than it is worth.',
  'express/bearer': 'A bearer token proves who calls only where one, and nothing else, was sent.',
  'express/*': 'What an app cannot tell for sure, it refuses.',
}
