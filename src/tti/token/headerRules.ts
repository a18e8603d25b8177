import { shown } from '../../core/shown.js'
import { headerOf, tokenRule, whenRead, type TokenRule } from './subject.js'

// Anything else was made for another purpose: a logout token, a security event, a DPoP proof (RFC 8725 3.11).
const allowedTypes = ['jwt', 'at+jwt', 'application/jwt', 'application/at+jwt']
// A certificate beside the kid (x5c, x5t) decides nothing and is left alone; some providers send it.
const keyParameters = ['jwk', 'jku', 'x5u']
const payloadParameters = ['b64', 'enc', 'zip', 'cty']
const MAX_KID_CHARACTERS = 1024

/** The second gate: does the header ask for nothing but a plain RS256 check with a key of the issuer? */
export const headerRules: readonly TokenRule[] = [
  tokenRule({
    id: 'tti/alg',
    source: 'R254; RFC 8725 3.1',
    title: 'A token is signed with RS256',
    fix: 'Set the signing algorithm of this client to RS256 at the identity provider; Identity Center reads no other.',
    check: whenRead('header', (subject) => {
      const alg = headerOf(subject, 'alg')
      if (alg === 'RS256') return []
      return [
        {
          reason: algReason(alg),
          path: 'header.alg',
          expected: 'RS256',
          actual: shown(alg),
          message: 'The token is not signed with RS256.',
        },
      ]
    }),
  }),
  tokenRule({
    id: 'tti/typ',
    source: 'R259; RFC 8725 3.11; attack J09',
    title: 'An explicit type is that of a JWT or an access token',
    fix: 'Send the ID token or the access token, not a logout token, security event or proof.',
    check: whenRead('header', (subject) => {
      const typ = headerOf(subject, 'typ')
      if (typ === undefined) return []
      if (typeof typ === 'string' && allowedTypes.includes(typ.toLowerCase())) return []
      return [
        {
          reason: typeof typ === 'string' ? 'other-type' : 'not-string',
          path: 'header.typ',
          expected: 'JWT or at+jwt, or absent',
          actual: shown(typ),
          message: 'The token says that it is made for another purpose.',
        },
      ]
    }),
  }),
  tokenRule({
    id: 'tti/embedded-key',
    source: 'RFC 8725 3.10; attacks J04, J05',
    title: 'A token does not bring its own key',
    fix: 'Publish the signing key in the issuer\'s JWKS and name it by "kid" alone.',
    check: whenRead('header', (subject) =>
      keyParameters
        .filter((name) => headerOf(subject, name) !== undefined)
        .map((name) => ({
          reason: name,
          path: `header.${name}`,
          message: `The header brings a key or the address of one (${name}); keys come from the issuer's JWKS only.`,
        })),
    ),
  }),
  tokenRule({
    id: 'tti/crit',
    source: 'RFC 7515 4.1.11; attack J07',
    title: 'A token has no critical extension',
    fix: 'Turn off the JWS extension at the identity provider: none is understood, so none may be critical.',
    check: whenRead('header', (subject) =>
      headerOf(subject, 'crit') === undefined
        ? []
        : [
            {
              reason: 'present',
              path: 'header.crit',
              message: 'The header asks for an extension that is not known.',
            },
          ],
    ),
  }),
  tokenRule({
    id: 'tti/payload-encoding',
    source: 'RFC 7519 5.2; RFC 7797; attack J08',
    title: 'The claims are in the payload directly: not nested, not compressed, not unencoded',
    fix: 'Have the identity provider issue a plain signed JWT.',
    check: whenRead('header', (subject) =>
      payloadParameters
        .filter((name) => headerOf(subject, name) !== undefined)
        .map((name) => ({
          reason: name,
          path: `header.${name}`,
          actual: shown(headerOf(subject, name)),
          message: `The header gives the payload another encoding (${name}).`,
        })),
    ),
  }),
  tokenRule({
    id: 'tti/kid-form',
    source: 'RFC 7515 4.1.4; attack J06',
    title: 'A key id is a text of at most 1,024 characters',
    fix: 'Have the identity provider write the "kid" of the signing key as its JWKS spells it.',
    check: whenRead('header', (subject) => {
      const kid = headerOf(subject, 'kid')
      if (kid === undefined) return []
      const path = 'header.kid'
      if (typeof kid !== 'string') {
        return [{ reason: 'not-string', path, actual: shown(kid), message: 'The key id is not a text.' }]
      }
      if (kid === '') return [{ reason: 'empty', path, message: 'The key id is empty.' }]
      if (kid.length <= MAX_KID_CHARACTERS) return []
      return [{ reason: 'too-long', path, actual: `${kid.length}`, message: 'The key id is too long.' }]
    }),
  }),
]

function algReason(alg: unknown): string {
  if (alg === undefined) return 'missing'
  if (typeof alg !== 'string') return 'not-string'
  if (alg.toLowerCase() === 'none') return 'none'
  if (/^HS\d/i.test(alg)) return 'symmetric'
  if (/^(?:ES\d|EdDSA)/i.test(alg)) return 'elliptic-curve'
  return 'other-algorithm'
}
