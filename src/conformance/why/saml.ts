import type { Reasons } from './index.js'

export const samlReasons: Reasons = {
  'saml/message': 'The browser posts one field, SAMLResponse, and nothing else of what came is looked at.',
  'saml/message-size': 'A sign-in is a few kilobytes; what is far larger only keeps the receiver busy.',
  'saml/base64':
    'Decoders differ in what they forgive, so one that is not canonical could mean two messages.',
  'saml/encoding': 'Read in another encoding, the bytes that were signed would be another text.',
  'saml/xml-*':
    'Readers differ in what they make of such XML, so what is signed and what is read could be two things.',
  'saml/xml-doctype':
    'A document type can pull in files or grow without end; every careful receiver refuses it unread.',
  'saml/xml-well-formed': 'Of what is not well-formed no reader can say what the identity provider meant.',
  'saml/xml-limits': 'A sign-in is small; depth and mass are how a receiver is kept busy.',
  'saml/response': 'Only a Response signs somebody in, and only one of SAML 2.0 is understood.',
  'saml/response-structure':
    'What the schema has no place for is where forged parts are hidden, so nothing is passed over.',
  'saml/id':
    'A signature names what it covers by ID; two elements of one ID let it be moved from one to the other.',
  'saml/encrypted-assertion':
    'Identity Center has no key of its own to decrypt with, so that an encrypted assertion says nothing to it.',
  'saml/status': 'The identity provider itself says that the sign-in failed; there is nobody to sign in.',
  'saml/assertion-count':
    'Identity Center reads one assertion; of several, the signed one and the one that is read may differ.',
  'saml/comment': 'Some readers read only up to the comment, so admin@a.com<!-- -->.evil.com is two people.',
  'saml/signature-*':
    'A signature is all that tells the identity provider from anybody else, so its form leaves no choice.',
  'saml/signature-missing': 'Without a signature anybody could have written the message.',
  'saml/signature-placement':
    'A signature elsewhere than in what it signs is how a forged assertion borrows a real signature.',
  'saml/signature-algorithm':
    'A weak or unknown algorithm can be forged or not be checked; RSA with SHA-256 is what Identity Center takes.',
  'saml/digest':
    'Somebody changed what was signed, be it only its white space; who did and why, nobody can tell.',
  'saml/signature':
    'Identity Center trusts the certificates that were imported for the identity provider, and no other key.',
  'saml/certificate-expired':
    'Identity Center stops trusting a certificate at its end, and sign-in stops with it.',
  'saml/certificate-weak': 'A key this short can be broken by whoever cares to.',
  'saml/certificate-form':
    'The certificate is the whole of the trust in the identity provider; it must be exactly one.',
  'saml/certificate-text':
    'What stands beside the block may name another party or other dates, and a person may believe it.',
  'saml/certificate-validity': 'Whether a certificate holds now cannot be told without its dates.',
  'saml/certificate-*': 'What the certificate says decides which signatures are believed.',
  'saml/sha1': 'Two texts of one SHA-1 can be made, so such a signature may be moved to another message.',
  'saml/version': 'Other versions of SAML mean other things by the same words.',
  'saml/structure': 'What has no place in an assertion is passed over by some readers and read by others.',
  'saml/issue-instant': 'The instant tells a message of now from one of long ago, or of a wrong clock.',
  'saml/assertion-size': 'AWS takes 50,000 characters of an assertion and refuses what is longer.',
  'saml/connector':
    'Addresses of the access portal, of STS and of Identity Center look alike; a message for one is refused by the others.',
  'saml/issuer': 'The issuer picks whose certificates count; a name that differs by one character is nobody.',
  'saml/destination': 'The message says for which address it is; at another one it may have been stolen.',
  'saml/recipient':
    'The bearer may use the assertion at this address only; Identity Center answers otherwise that an unexpected error has occurred.',
  'saml/audience':
    'An assertion for another application must not sign in here, or each could pose as its users.',
  'saml/in-response-to':
    'An answer to a request that nobody made may be one that somebody slipped into this browser.',
  'saml/in-response-to-unchecked':
    'Unless the request is known, whether this is its answer has not been looked at.',
  'saml/conditions':
    'The conditions say until when and for whom the assertion holds; without them it would hold for ever.',
  'saml/not-before': 'Before this instant the assertion does not hold; mostly a clock is wrong.',
  'saml/not-on-or-after': 'An assertion holds for minutes, so that a copied one is soon worthless.',
  'saml/confirmation-not-before': 'SAML forbids it for a bearer, and receivers read it differently.',
  'saml/authn-statement': 'It says that and when the person signed in; without it nobody has.',
  'saml/session-expired': 'The identity provider says that the session is over.',
  'saml/subject': 'The NameID is the one thing by which Identity Center finds the person.',
  'saml/nameid-format':
    'Identity Center looks the NameID up as a user name that is formed like an e-mail address, and takes it in this Format alone.',
  'saml/nameid-value':
    'Identity Center takes a NameID that is formed like an e-mail address, and nothing else.',
  'saml/nameid-guest':
    'A guest is in Identity Center by the e-mail address, not by the name that Entra makes of it.',
  'saml/subject-confirmation':
    'Sign-in by browser is that of a bearer: what confirms otherwise is for somebody else.',
  'saml/attribute-*': 'Identity Center makes session tags of attributes, by which policies let people in.',
  'saml/attribute-count': 'With more attributes than it takes, Identity Center refuses the whole sign-in.',
  'saml/attribute-multi-valued':
    'A session tag has one value; of several, Identity Center would have to choose, and refuses instead.',
  'saml/attribute-name':
    'Only a name that begins exactly like AWS has it becomes a session tag; one that nearly does is silently none.',
  'saml/attribute-no-tag':
    'Identity Center passes over other names in silence, so the tag is missing and nothing says why.',
  'saml/user':
    'Identity Center makes no users at sign-in: the NameID must be the user name of one, to the letter.',
  'saml/user-disabled': 'A disabled user cannot sign in, whatever the identity provider says.',
  'saml/replay': 'An assertion is used once; a second use is a copy.',
  'saml/replay-store': 'While it is not known which assertions were used, none is taken.',
  'saml/metadata-*': 'Identity Center takes from metadata whom to trust and where to send people.',
  'saml/metadata-size':
    'Identity Center takes 75,000 characters of metadata and refuses a larger file at upload.',
  'saml/metadata-entity-id': 'The entityID is the name that every Response must carry as its Issuer.',
  'saml/metadata-certificate*': 'The signing certificate is the only thing by which a Response is believed.',
  'saml/metadata-sign-in-url': 'Identity Center sends the browser there to sign in.',
  'saml/metadata-acs*': 'This is the address to which the browser posts the Response.',
  'saml/metadata-nameid-format*': 'Identity Center takes a NameID of the Format emailAddress alone.',
  'saml/metadata-valid-until': 'Metadata that says that it has ended vouches for nobody.',
  'saml/issue-certificate':
    'A receiver that looks into KeyInfo refuses every sign-in whose certificate is not that of the key.',
  'saml/issue-*': 'A Response that is issued so would be refused by the one it is for.',
  'saml/binding-*':
    'A parameter that comes twice or broken may mean one thing here and another to the next reader.',
  'saml/redirect-*': 'A request in a URL is deflated and signed as the binding says, or nobody can read it.',
  'saml/relay-state-*':
    'RelayState is where the person wanted to go; receivers cut or change one of another form.',
  'saml/request-*':
    'The identity provider answers to whoever asked, so it must know who that is and where they are.',
  'saml/request': 'Only an AuthnRequest asks for a sign-in.',
  'saml/application-*': 'What the application is told about people must say the same for each of them.',
  'saml/samlify-*': 'What samlify was given must be as complete as metadata would be.',
}
