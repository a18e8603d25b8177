import * as samlify from 'samlify'
import { describeIssuer, signedBy } from './issuer.js'
import { describeReader, NEVER, type Answer, type Delivery } from './reader.js'
import { issueBySamlify, type Own } from './samlifyIssuer.js'

const POST = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'

// It asks for a schema validator and brings none.
samlify.setSchemaValidator({ validate: () => Promise.resolve('not validated') })

async function read({ sp, idp, sign, response }: Delivery): Promise<Answer> {
  const receiver = samlify.ServiceProvider({
    entityID: sp.entityID,
    wantAssertionsSigned: sign !== 'response',
    wantMessageSigned: sign !== 'assertion',
    clockDrifts: [-60_000, 60_000],
    assertionConsumerService: [{ Binding: POST, Location: sp.acsURL }],
  })
  const sender = samlify.IdentityProvider({ metadata: idp.metadata })
  try {
    const { extract } = await receiver.parseLoginResponse(sender, 'post', {
      body: { SAMLResponse: response },
    })
    const attributes = Object.entries(extract.attributes ?? {})
    return {
      accepted: true,
      nameID: extract.nameID ?? '',
      attributes: Object.fromEntries(attributes.map(([name, value]) => [name, [value].flat()])),
    }
  } catch (error) {
    return { accepted: false, why: String(error) }
  }
}

const SIGNATURE = /FAILED_TO_VERIFY_SIGNATURE/
const VALUE = /invalid signature: the signature value .* is incorrect/
const FIRST = 'It returns the first signed assertion that verifies and does not look at what else there is.'

describeReader('samlify', {
  read: (deliveries) => Promise.all(deliveries.map(read)),
  algs: {
    'rsa-sha384': {
      because: 'xml-crypto knows no SHA-384.',
      refuses: /hash algorithm '.*#sha384' is not supported/,
    },
  },
  odd: {
    'carriage return': {
      because:
        'It has xmldom write the document anew and then reads it again: &#xD; became a bare carriage return, and that a line feed.',
      refuses: SIGNATURE,
    },
    'line ends of XML 1.1': {
      because:
        'xmldom reads U+0085 and U+2028 as line feeds, which they are in XML 1.1 only: the digest is another.',
      refuses: SIGNATURE,
    },
    'no character': { because: 'Its XPath finds no text where there is none.', reads: [] },
  },
  takes: [
    { mistake: 'audience', because: 'It leaves the audience to its caller, as extract.audience.' },
    { mistake: 'acs', because: 'It leaves Destination to its caller, and does not read Recipient.' },
    { mistake: 'recipient', because: 'It does not read it.' },
    {
      mistake: 'destination',
      because:
        'It leaves it to its caller; and where the signature of the Response fails, that of the assertion will do.',
      when: (_kind, sign) => sign !== 'response',
    },
    { mistake: 'request', because: 'It leaves InResponseTo to its caller.' },
    {
      mistake: 'comment',
      because: 'It reads the canonical form, which has no comments: the person is the right one.',
    },
    { mistake: 'wrap-before', because: FIRST },
    { mistake: 'wrap-after', because: FIRST },
    { mistake: 'wrap-object', because: FIRST },
    { mistake: 'wrap-response', because: FIRST },
  ],
  says: {
    expired: /ERR_EXPIRED_SESSION|ERR_SUBJECT_UNCONFIRMED/,
    'not-yet': /ERR_SUBJECT_UNCONFIRMED/,
    'session-expired': /ERR_EXPIRED_SESSION/,
    audience: NEVER,
    acs: NEVER,
    recipient: NEVER,
    destination: SIGNATURE,
    issuer: /ERR_UNMATCH_ISSUER/,
    request: NEVER,
    status: /ERR_FAILED_STATUS/,
    key: VALUE,
    'key-info': /ERROR_UNMATCH_CERTIFICATE_DECLARATION_IN_METADATA/,
    'borrowed-certificate': VALUE,
    unsigned: SIGNATURE,
    'signature-value': /invalid signature: the signature value .* is incorrect|same SignatureValue/,
    'name-id': SIGNATURE,
    comment: NEVER,
    value: SIGNATURE,
    attribute: SIGNATURE,
    prolonged: SIGNATURE,
    'wrap-before': NEVER,
    'wrap-after': NEVER,
    'wrap-extensions': SIGNATURE,
    'wrap-confirmation': /ERR_POTENTIAL_WRAPPING_ATTACK/,
    'wrap-object': NEVER,
    'wrap-response': NEVER,
  },
})

const WITHOUT_ATTRIBUTES = { attributes: {} }

describeIssuer<Own>('samlify', (orders) => Promise.all(orders.map(issueBySamlify)), [
  ...signedBy(['assertion', 'response', 'both'], ['default', 'rsa-sha256', 'rsa-sha512']),
  {
    title: 'filled in by itself',
    order: WITHOUT_ATTRIBUTES,
    own: { filled: 'by samlify' },
    refusal: ['saml/authn-statement (missing)'],
    because:
      'It then takes its default template, which has no AuthnStatement: SAML Profiles 4.1.4.2 asks for one.',
  },
  {
    title: 'in answer to no request, where none is outstanding',
    order: {},
    own: { request: 'none' },
    expectation: { inResponseTo: null },
  },
  {
    title: 'in answer to no request, where one is outstanding',
    order: {},
    own: { request: 'none' },
    refusal: ['saml/in-response-to (missing)'],
    because: 'It could be anybody who began this sign-in.',
  },
  {
    title: 'in answer to no request, filled in by itself',
    order: WITHOUT_ATTRIBUTES,
    own: { filled: 'by samlify', request: 'none' },
    expectation: { inResponseTo: null },
    refusal: ['saml/authn-statement (missing)', 'saml/in-response-to (empty)'],
    because: 'It writes InResponseTo="", which names no request, but is there.',
  },
  {
    title: 'with values that are declared numbers',
    order: {},
    own: { valueType: 'xs:integer' },
    refusal: ['saml/attribute-structured (type)'],
    because: 'Identity Center takes texts only.',
  },
])
