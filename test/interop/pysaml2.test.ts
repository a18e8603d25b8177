import { peer } from '../support/peers.js'
import { describeIssuer, signedBy, type Supplied } from './issuer.js'
import { ALGS, SIGNED } from './issued.js'
import { ask, imports } from './python.js'
import { describeReader, NEVER, type Answer } from './reader.js'

const it = await peer({ name: 'pysaml2', debianPackage: 'python3-pysaml2 xmlsec1' }, () =>
  imports('saml2.client, shutil; assert shutil.which("xmlsec1")'),
)

const SIGNATURE = /^SignatureError: Failed to verify signature/
const CONSTRAINTS = /^SignatureError: .*failed to meet constraints on xmldsig/
const MISSING = /^SignatureError: Signature missing for/

describeReader(
  'pysaml2',
  {
    read: (deliveries) => ask<Answer>('pysaml2.py', deliveries),
    // It starts xmlsec1 for every signature, and more than once.
    sparing: true,
    odd: {
      'white space around': { because: 'It strips values.', reads: ['around'] },
      'white space alone': { because: 'It strips values.', reads: [''] },
    },
    takes: [
      {
        mistake: 'request',
        because: 'Where unsolicited Responses are allowed, it takes answers to requests that it never made.',
        when: (kind) => kind === 'account',
      },
      {
        mistake: 'comment',
        because: 'It drops comments while parsing, and reads all of the text: the person is the right one.',
      },
    ],
    says: {
      expired: /^ResponseLifetimeExceed/,
      'not-yet': /^ToEarly/,
      'session-expired': /^ResponseLifetimeExceed/,
      audience: /AudienceRestrictions conditions not satisfied/,
      acs: /^Destination$/,
      recipient: /^VerificationError: No valid recipient/,
      destination: /^Destination$|^SignatureError: Failed to verify signature/,
      issuer: /^MissingKey/,
      request: /^UnsolicitedResponse/,
      status: /^StatusError|^SignatureError: Failed to verify signature/,
      key: SIGNATURE,
      'key-info': SIGNATURE,
      'borrowed-certificate': SIGNATURE,
      unsigned: MISSING,
      'signature-value': SIGNATURE,
      'name-id': SIGNATURE,
      comment: NEVER,
      value: SIGNATURE,
      attribute: SIGNATURE,
      prolonged: SIGNATURE,
      'wrap-before': /^InvalidAssertion/,
      'wrap-after': /^InvalidAssertion/,
      'wrap-extensions': MISSING,
      'wrap-confirmation': MISSING,
      'wrap-object': CONSTRAINTS,
      'wrap-response': CONSTRAINTS,
    },
  },
  it,
)

const TRANSIENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'

describeIssuer(
  'pysaml2',
  (orders) => ask<Supplied>('pysaml2_idp.py', orders),
  [
    ...signedBy(SIGNED, ALGS),
    ...signedBy(SIGNED, ['default']).map((one) => ({
      ...one,
      refusal: ['saml/signature-algorithm (sha1)'] as const,
      because: 'Its default is SHA-1, which proves nothing.',
    })),
    ...signedBy(SIGNED, ['default']).map(({ title, order }) => ({
      title: `${title}, where SHA-1 is allowed`,
      order,
      expectation: { allowSHA1: true },
    })),
    {
      title: 'with a transient NameID',
      order: { nameIDFormat: TRANSIENT },
      refusal: ['saml/nameid-format (plus-address)'],
      because: 'Identity Center takes e-mail addresses only.',
    },
    {
      title: 'with a transient NameID, at a service provider',
      order: { nameIDFormat: TRANSIENT, nameID: 'é & 漢 <😀>' },
      expectation: { profile: 'service-provider' },
    },
    {
      title: 'with several values',
      order: { attributes: { groups: ['a & b', '"c"'] } },
      refusal: ['saml/attribute-multi-valued (several)'],
      because: 'Identity Center takes one value of each attribute.',
    },
    {
      title: 'with several values, at a service provider',
      order: { attributes: { groups: ['a & b', '"c"'] } },
      expectation: { profile: 'service-provider' },
    },
    {
      title: 'with a carriage return',
      order: { attributes: { odd: ['return\rboth\r\nend'] } },
      because:
        'It writes it as it is, and that is a line feed to every reader: the signature holds all the same.',
      reads: { attributes: { odd: ['return\nboth\nend'] } },
    },
  ],
  it,
)
