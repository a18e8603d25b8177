import { peer } from '../support/peers.js'
import { describeIssuer, signedBy, type Supplied } from './issuer.js'
import { ALGS } from './issued.js'
import { ask, imports } from './python.js'
import { describeReader, NEVER, type Answer } from './reader.js'

const it = await peer({ name: 'Lasso', debianPackage: 'python3-lasso' }, () => imports('lasso'))

const SIGNATURE = /^DsSignatureVerificationFailedError/
const MISSING = /^DsSignatureNotFoundError/

// Lasso leaves it to its caller to compare Destination, Recipient, InResponseTo and the end of the session. The driver
// does so as mod_auth_mellon does, and begins with "caller:" what Lasso alone would have taken.
describeReader(
  'Lasso',
  {
    read: (deliveries) => ask<Answer>('lasso_sp.py', deliveries),
    takes: [
      {
        mistake: 'comment',
        because: 'It drops comments while parsing, and reads all of the text: the person is the right one.',
      },
    ],
    says: {
      expired: /^assertion: time, conditions$/,
      'not-yet': /^assertion: time, conditions$/,
      'session-expired': /^caller: SessionNotOnOrAfter$/,
      audience: /^assertion: audience, conditions$/,
      acs: /^caller: Destination, Recipient$/,
      recipient: /^caller: Recipient$/,
      destination: /^caller: Destination$|^DsSignatureVerificationFailedError/,
      issuer: /^ServerProviderNotFoundError/,
      request: /^caller: InResponseTo$/,
      status: /^ProfileStatusNotSuccessError/,
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
      'wrap-before': MISSING,
      'wrap-after': MISSING,
      'wrap-extensions': MISSING,
      'wrap-confirmation': MISSING,
      'wrap-object': SIGNATURE,
      'wrap-response': SIGNATURE,
    },
  },
  it,
)

const TRANSIENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'

/** It always signs the assertion. */
const SIGNS = ['assertion', 'both'] as const

describeIssuer(
  'Lasso',
  (orders) => ask<Supplied>('lasso_idp.py', orders),
  [
    ...signedBy(SIGNS, ALGS),
    ...signedBy(SIGNS, ['default']).map((one) => ({
      ...one,
      refusal: ['saml/signature-algorithm (sha1)'] as const,
      because: 'Its default is SHA-1, which proves nothing.',
    })),
    ...signedBy(SIGNS, ['default']).map(({ title, order }) => ({
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
    },
  ],
  it,
)
