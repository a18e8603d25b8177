import { SAML, ValidateInResponseTo, type CacheProvider } from '@node-saml/node-saml'
import { describeReader, NEVER, type Answer, type Delivery } from './reader.js'

/** Knows the one request that is outstanding, if any. */
function outstanding(request: string | undefined): CacheProvider {
  const value = (key: string | null) => (key !== null && key === request ? new Date().toISOString() : null)
  return {
    saveAsync: (key, createdAt) => Promise.resolve({ value: key, createdAt: Number(createdAt) }),
    getAsync: (key) => Promise.resolve(value(key)),
    removeAsync: (key) => Promise.resolve(value(key)),
  }
}

async function read({ sp, idp, sign, inResponseTo, response }: Delivery): Promise<Answer> {
  const saml = new SAML({
    callbackUrl: sp.acsURL,
    issuer: sp.entityID,
    audience: sp.entityID,
    idpCert: idp.certificate,
    idpIssuer: idp.entityID,
    entryPoint: 'https://idp.example.com/sso',
    wantAssertionsSigned: sign !== 'response',
    wantAuthnResponseSigned: sign !== 'assertion',
    acceptedClockSkewMs: 60_000,
    validateInResponseTo:
      inResponseTo === undefined ? ValidateInResponseTo.ifPresent : ValidateInResponseTo.always,
    cacheProvider: outstanding(inResponseTo),
  })
  try {
    const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: response })
    if (!profile) return { accepted: false, why: 'no profile' }
    const attributes = Object.entries(profile['attributes'] as Record<string, string | string[]>)
    return {
      accepted: true,
      nameID: profile.nameID,
      attributes: Object.fromEntries(attributes.map(([name, value]) => [name, [value].flat()])),
    }
  } catch (error) {
    return { accepted: false, why: String(error) }
  }
}

const SIGNATURE = /^Error: Invalid (?:document )?signature$/

describeReader('@node-saml/node-saml', {
  read: (deliveries) => Promise.all(deliveries.map(read)),
  algs: {
    'rsa-sha384': { because: 'xml-crypto knows no SHA-384.', refuses: SIGNATURE },
  },
  odd: {
    'line ends of XML 1.1': {
      because:
        'xmldom reads U+0085 and U+2028 as line feeds, which they are in XML 1.1 only: the digest is another.',
      refuses: SIGNATURE,
    },
    'no character': { because: 'xml2js has nothing for an empty text.', reads: [undefined] },
  },
  takes: [
    { mistake: 'acs', because: 'It compares neither Destination nor Recipient with its callbackUrl.' },
    { mistake: 'recipient', because: 'As above.' },
    {
      mistake: 'destination',
      because: 'As above; where the Response is signed, the change breaks its signature.',
      when: (_kind, sign) => sign === 'assertion',
    },
    { mistake: 'issuer', because: 'It compares idpIssuer with the issuer of logout messages only.' },
    { mistake: 'session-expired', because: 'It does not look at SessionNotOnOrAfter.' },
    {
      mistake: 'status',
      because: 'It looks at the status only where there is no assertion.',
      when: (_kind, sign) => sign === 'assertion',
    },
    {
      mistake: 'comment',
      because: 'It reads the canonical form, which has no comments: the person is the right one.',
    },
  ],
  says: {
    expired: /No valid subject confirmation|assertion expired/,
    'not-yet': /assertion not yet valid/,
    'session-expired': NEVER,
    audience: /assertion audience mismatch/,
    acs: NEVER,
    recipient: NEVER,
    destination: SIGNATURE,
    issuer: NEVER,
    request: /InResponseTo is not valid/,
    status: SIGNATURE,
    key: SIGNATURE,
    'key-info': SIGNATURE,
    'borrowed-certificate': SIGNATURE,
    unsigned: SIGNATURE,
    'signature-value': SIGNATURE,
    'name-id': SIGNATURE,
    comment: NEVER,
    value: SIGNATURE,
    attribute: SIGNATURE,
    prolonged: SIGNATURE,
    'wrap-before': /multiple assertions/,
    'wrap-after': /multiple assertions/,
    'wrap-extensions': SIGNATURE,
    'wrap-confirmation': SIGNATURE,
    'wrap-object': /Referenced node does not refer to it's parent element/,
    'wrap-response': /Referenced node does not refer to it's parent element/,
  },
})
