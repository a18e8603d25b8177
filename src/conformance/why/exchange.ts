import type { Reasons } from './index.js'

export const exchangeReasons: Reasons = {
  'tti/issuer-*':
    'CreateTrustedTokenIssuer refuses other settings, or every later exchange fails because of them.',
  'tti/issuer-url':
    'The iss claim of every token must equal this URL to the letter, and the keys are found under it.',
  'tti/issuer-url-well-known':
    'Identity Center adds /.well-known/openid-configuration itself; with it in the URL nothing is found.',
  'tti/issuer-url-https':
    "Over http anybody on the way could put their own keys in the place of the issuer's.",
  'tti/claim-attribute-path': 'This claim is how Identity Center finds the person whom the token speaks of.',
  'tti/identity-store-attribute-path': 'A person is found by one of three attributes and by no other.',
  'tti/jwks-retrieval': 'Discovery is the one way in which Identity Center gets the keys of an issuer.',
  'tti/application-*': 'An exchange is done for an application that is set up to do it, and for no other.',
  'tti/grant*': 'An application exchanges by the grants that it was given.',
  'tti/authorized-*':
    'A token is exchanged only where its issuer and its audience are listed at the application.',
  'tti/actor-policy*': 'The policy of the application says which role may ask for an exchange.',
  'tti/token-*': 'Of a token that is not a signed JWT nobody can say who made it.',
  'tti/token-encrypted': 'Identity Center has no key to decrypt with: a token is signed, not encrypted.',
  'tti/base64url': 'A lenient decoder would let one token be written in many ways, and be used as often.',
  'tti/duplicate-member': 'Of a claim that comes twice one reader takes the first and another the last.',
  'tti/alg':
    "RS256 is what Identity Center verifies; an algorithm of the sender's choice is how tokens are forged.",
  'tti/typ': 'A token that was made for something else must not pass as one for an exchange.',
  'tti/embedded-key': 'A key that comes with the token proves only that its maker had a key.',
  'tti/crit': 'The token says that whoever does not understand this must refuse it.',
  'tti/kid*': 'The kid names the key that verifies; the keys that count are those that the issuer publishes.',
  'tti/trusted-issuer': 'Only issuers that an administrator has named are believed.',
  'tti/iss': "The issuer's name picks the keys, and it is compared to the letter, trailing slash and all.",
  'tti/discovery-*': 'The keys of the issuer are found by its discovery document, as OpenID Connect has it.',
  'tti/jwks*': 'The keys that verify tokens come from here, and from nowhere else.',
  'tti/signing-key': 'A key that is short or meant for something else verifies nothing.',
  'tti/entra-signing-key':
    "Entra may sign with a key of the application's own, which discovery shows at another URL.",
  'tti/signature': 'The signature is all that tells the issuer from anybody else.',
  'tti/sub': 'The token must speak of somebody.',
  'tti/aud': 'A token for another application must not be exchanged here, or each could act for its users.',
  'tti/exp': 'A token ends, so that a copied one is soon worthless.',
  'tti/nbf': 'Before this instant the token does not hold; mostly a clock is wrong.',
  'tti/iat': 'A token from the future is one of a wrong clock.',
  'tti/jti*': 'The id is how a token is told from its copy, so that it is exchanged once.',
  'tti/events': 'A logout token says that somebody has signed out, not in.',
  'tti/mapped-claim': 'Without this claim Identity Center cannot tell whom the token speaks of.',
  'tti/email-verified': 'An address that nobody has verified may have been written by somebody else.',
  'tti/user-*': 'Identity Center acts for one person of its directory; of none or of two it cannot.',
  'tti/user-disabled': 'Nobody acts for a user who is disabled.',
  'tti/user-not-assigned':
    'Where the application requires assignment, only people assigned to it, or in a group that is, may use it.',
  'tti/replay*': 'A token is exchanged once: what comes a second time is a copy.',
  'tti/expired-meanwhile': 'What has ended while it was judged has ended.',
  'tti/scope': 'A token holds for what the application was granted, and for no more.',
  'tti/port': 'What could not be asked is not assumed.',
  'tti/context-*':
    'The identity context is what makes a role session that of a person; STS takes it only whole and in time.',
  'tti/trust-*': "The trust policy of the role decides whether a session may carry the person's identity.",
  'tti/tip-*': 'Trusted identity propagation works between these services only where it is set up so.',
  'tti/*': 'AWS refuses the call, mostly with no more than invalid_grant or access_denied.',
}
