import { shown } from '../../core/shown.js'
import { claimOf, headerOf, tokenRule, whenRead, type TokenRule, type TokenSubject } from './subject.js'

/** The third gate: is it this issuer's token, by name and then by key? Only these rules read before the signature. */
export const issRules: readonly TokenRule[] = [
  tokenRule({
    id: 'tti/iss',
    source: 'R236; R255; RFC 7519 4.1.1',
    title: 'The issuer claim equals the configured issuer URL, character for character',
    fix: 'Configure the issuer URL exactly as the token spells it (it can only be set when the issuer is created).',
    check: whenRead('payload', (subject) => {
      const iss = claimOf(subject, 'iss')
      const expected = subject.issuer.issuerURL
      if (iss === expected) return []
      const path = 'claims.iss'
      if (iss === undefined)
        return [{ reason: 'missing', path, expected, message: 'The token names no issuer.' }]
      if (typeof iss !== 'string') {
        return [
          { reason: 'not-string', path, expected, actual: shown(iss), message: 'The issuer is not a text.' },
        ]
      }
      const fix = mismatchHint(iss, expected)
      return [
        {
          reason: 'mismatch',
          path,
          expected,
          actual: shown(iss),
          message: 'Another issuer made the token.',
          fix,
        },
      ]
    }),
  }),
]

export const keyRules: readonly TokenRule[] = [
  tokenRule({
    id: 'tti/kid',
    source: 'R243; RFC 7515 4.1.4; attacks J06, J23',
    title: "Exactly one key of the issuer's JWKS fits the token",
    fix: "Publish the signing key in the issuer's JWKS under the token's kid, once.",
    check: ({ selection, reading }) => {
      if (!selection) return 'cantTell'
      if (selection.ok || selection.reason === 'unusable') return []
      const kid = reading.header?.object?.['kid']
      return [
        {
          reason: selection.reason,
          path: 'header.kid',
          actual: shown(kid),
          message: kidMessages[selection.reason],
        },
      ]
    },
  }),
  tokenRule({
    id: 'tti/signing-key',
    source: 'R254; RFC 7518 3.3; attacks J11, J23',
    title: 'The signing key is an RSA key of 2,048 to 8,192 bits that is published for RS256 signatures',
    fix: 'Sign with an RSA key of at least 2048 bits whose JWK says use "sig" and alg "RS256", or neither.',
    check: ({ selection }) => {
      if (!selection) return 'cantTell'
      if (selection.ok) return []
      if (selection.reason !== 'unusable') return 'notApplicable'
      const { reason, actual } = selection.unusable
      return [
        {
          reason,
          path: 'header.kid',
          actual,
          message: `The key that fits the token may not be used (${reason}).`,
        },
      ]
    },
  }),
  tokenRule({
    id: 'tti/entra-signing-key',
    source: 'R244',
    title: 'A Microsoft Entra token is signed with a key of the tenant, not with one of the application',
    fix: "Remove the application's custom signing key (claims mapping policy or SAML certificate) in Entra, or get the token from an app registration that has none.",
    check: ({ selection, issuer }) => {
      if (!isEntra(issuer.issuerURL)) return 'notApplicable'
      if (!selection) return 'cantTell'
      if (selection.ok || selection.reason !== 'unknown') return []
      return [
        {
          reason: 'application-specific',
          path: 'header.kid',
          message:
            'The key is not in the tenant\'s key set. Entra publishes an application\'s own key only under a URL with "appid", which Identity Center does not read.',
        },
      ]
    },
  }),
  tokenRule({
    id: 'tti/signature',
    source: 'R254; RFC 7515 5.2',
    title: "The signature verifies with the issuer's key",
    fix: 'Send the token unchanged, and let the issuer sign with the key that it publishes under this kid.',
    check: ({ signature }) => {
      if (!signature) return 'cantTell'
      return signature === 'valid'
        ? []
        : [
            {
              reason: 'invalid',
              path: 'signature',
              message: 'The signature does not verify: forged or altered.',
            },
          ]
    },
  }),
]

const kidMessages = {
  unknown: "The issuer's JWKS has no key with the token's kid.",
  ambiguous: "Several keys of the issuer's JWKS have the token's kid.",
  'no-kid': 'The token names no key and the issuer has several.',
  'no-key': "The issuer's JWKS holds no key at all.",
} as const

/** Microsoft's login hosts, v1 and v2, with the national clouds. */
const entraHosts = [
  'login.microsoftonline.com',
  'sts.windows.net',
  'login.microsoftonline.us',
  'login.partner.microsoftonline.cn',
  'sts.chinacloudapi.cn',
]

function isEntra(issuerURL: string): boolean {
  return entraHosts.some((host) => issuerURL.startsWith(`https://${host}/`))
}

function mismatchHint(iss: string, expected: TokenSubject['issuer']['issuerURL']): string | undefined {
  if (`${iss}/` === expected || iss === `${expected}/`) {
    return 'The two differ only in the trailing slash: create the trusted token issuer with the spelling of the token.'
  }
  if (iss.toLowerCase() === expected.toLowerCase()) {
    return 'The two differ only in case: create the trusted token issuer with the spelling of the token.'
  }
  if (isEntra(iss) && isEntra(expected)) {
    return "Entra's v1 and v2 tokens name different issuers: the API application's accessTokenAcceptedVersion decides which one it gets."
  }
  return undefined
}

/** The token's key id, where it is one that may be looked up. */
export function kidOf(subject: Pick<TokenSubject, 'reading'>): string | undefined {
  const kid = headerOf(subject as TokenSubject, 'kid')
  return typeof kid === 'string' ? kid : undefined
}
