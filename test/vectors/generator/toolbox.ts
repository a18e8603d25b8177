import { publicJwk, type Keys } from './keys.js'
import { CLAIMS, HEADER, jws, rs256, type Signing } from './jws.js'
import type { Json } from './vector.js'
import { AUDIENCE, issuer, type Members } from './world.js'

export interface TokenParts {
  readonly header?: Members
  readonly claims?: Members
  readonly signing?: Signing
}

/** What all vectors about tokens start from: an issuer with two keys, of which k1 signs. */
export function toolbox(keys: Keys) {
  const published: Members = { use: 'sig', alg: 'RS256' }
  const k1 = publicJwk(keys['rsa-issuer'], 'k1', published)
  const k2 = publicJwk(keys['rsa-other'], 'k2', published)
  const own = rs256(keys['rsa-issuer'])
  const token = ({ header = {}, claims = {}, signing = own }: TokenParts = {}): string =>
    jws({ ...HEADER, ...header }, { ...CLAIMS, ...claims }, signing)
  const input = (text: Json, more: Members = {}): Json => ({
    token: text,
    issuer: issuer(),
    audiences: [AUDIENCE],
    jwks: { keys: [k1, k2] },
    ...more,
  })
  return {
    k1,
    k2,
    jwks: { keys: [k1, k2] } as Json,
    own,
    token,
    input,
    /** The input with a token whose claims, or header, differ. */
    claims: (claims: Members, more: Members = {}) => input(token({ claims }), more),
    header: (header: Members, more: Members = {}) => input(token({ header }), more),
    /** The input with a token whose payload is this text, to the letter. */
    payload: (text: string | Uint8Array, more: Members = {}) => input(jws(HEADER, text, own), more),
    rawHeader: (text: string | Uint8Array, more: Members = {}) => input(jws(text, CLAIMS, own), more),
  }
}

/** The default claims as JSON text, with more of it spliced in before the closing brace. */
export function claimsText(more: string, without: readonly string[] = []): string {
  const kept = Object.fromEntries(Object.entries(CLAIMS).filter(([name]) => !without.includes(name)))
  return `${JSON.stringify(kept).slice(0, -1)},${more}}`
}
