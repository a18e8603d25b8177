import { importRS256Key } from '#rs256'
import { decodeBase64url, decodeUtf8 } from '../core/codec.js'
import { isObject, parseJson } from '../core/json.js'
import type { Verdict } from '../core/outcome.js'
import { runRules, verdictOf, type Fault } from '../core/rule.js'
import { kindOf, shown } from '../core/shown.js'
import type { ExchangeRule } from './rule.js'
import type { RSAPublicJwk, TrustedKey, TrustedKeySet, UnusableKey, VerifyRS256 } from './types.js'

/** 256 KiB: far over any real JWKS. */
export const MAX_DOCUMENT_BYTES = 262_144
const MAX_KEYS = 100
const MIN_MODULUS_BITS = 2048
/** Over this an attacker's key only costs time. */
const MAX_MODULUS_BITS = 8192
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

interface JwksSubject {
  readonly faults: readonly Fault[]
  readonly keys: readonly unknown[]
}

/** The rule of a JWKS as a document; what is wrong with single keys is told when a token names one. */
export const jwksRules: readonly [ExchangeRule<JwksSubject>] = [
  {
    id: 'tti/jwks',
    severity: 'error',
    source: 'R243; RFC 7517 5',
    title: 'The issuer publishes its keys as a JSON Web Key Set',
    fix: 'Let the discovery document\'s jwks_uri answer one JSON object with a "keys" array.',
    answer: 'InvalidGrantException',
    check: ({ faults }) => faults,
  },
]

/**
 * Parses a JWKS once, for many tokens. Keys that cannot verify RS256 are kept apart with the reason, so that a token
 * that names one is refused with that reason. Only `n` and `e` are used: `x5c`, `x5u` and the rest decide nothing.
 *
 * @param input - the document as bytes or text, at most 256 KiB, or already parsed
 */
export async function parseKeySet(
  input: unknown,
  options: { readonly verifyRS256?: VerifyRS256 | undefined } = {},
): Promise<Verdict<TrustedKeySet>> {
  const subject = readDocument(input)
  const keys: TrustedKey[] = []
  const unusable: UnusableKey[] = []
  for (const member of subject.keys) {
    const read = await readKey(member, options.verifyRS256)
    if ('verify' in read) {
      // The same key listed twice under one name is one key.
      if (!keys.some((key) => key.kid === read.kid && key.jwk.n === read.jwk.n && key.jwk.e === read.jwk.e))
        keys.push(read)
    } else unusable.push(read)
  }
  return verdictOf(runRules(jwksRules, subject), () => ({ keys, unusable }))
}

function readDocument(input: unknown): JwksSubject {
  const refuse = (reason: string, message: string, more: Partial<Fault> = {}): JwksSubject => ({
    faults: [{ reason, message, path: '$', ...more }],
    keys: [],
  })
  let value = input
  if (typeof input === 'string' || input instanceof Uint8Array) {
    if (input.length > MAX_DOCUMENT_BYTES) {
      return refuse('too-large', 'The JWKS is larger than 256 KiB.', { actual: `${input.length}` })
    }
    const text = typeof input === 'string' ? input : decodeUtf8(input)
    if (text === undefined) return refuse('utf-8', 'The JWKS is not well-formed UTF-8.')
    const read = parseJson(text, { maxDepth: 8 })
    if (!read.ok) return refuse('not-json', `The JWKS is not JSON (${read.reason} at ${read.offset}).`)
    const [path] = read.duplicates
    if (path !== undefined) return refuse('duplicate-member', 'The JWKS names a member twice.', { path })
    value = read.value
  }
  if (!isObject(value))
    return refuse('not-object', 'The JWKS is not a JSON object.', { actual: kindOf(value) })
  const keys: unknown = Object.hasOwn(value, 'keys') ? value['keys'] : undefined
  if (!Array.isArray(keys)) {
    return refuse('no-keys', 'The JWKS has no "keys" array.', { path: '$.keys', actual: kindOf(keys) })
  }
  if (keys.length > MAX_KEYS) {
    return refuse('too-many', 'The JWKS has more than 100 keys.', {
      path: '$.keys',
      actual: `${keys.length}`,
    })
  }
  return { faults: [], keys }
}

async function readKey(member: unknown, verifyRS256?: VerifyRS256): Promise<TrustedKey | UnusableKey> {
  if (!isObject(member)) return { reason: 'malformed' }
  const own = (name: string): unknown => (Object.hasOwn(member, name) ? member[name] : undefined)
  const kid = own('kid')
  if (kid !== undefined && typeof kid !== 'string') return { reason: 'malformed' }
  const named = kid === undefined ? {} : { kid }
  const unfit = unfitness(own)
  if (unfit) return { ...named, ...unfit }
  const jwk: RSAPublicJwk = { kty: 'RSA', n: String(own('n')), e: String(own('e')) }
  if (verifyRS256) return { ...named, jwk, verify: (data, signature) => verifyRS256(jwk, data, signature) }
  try {
    return { ...named, jwk, verify: await importRS256Key(jwk) }
  } catch {
    return { ...named, reason: 'malformed' }
  }
}

function unfitness(own: (name: string) => unknown): { reason: string; actual?: string } | undefined {
  if (own('kty') !== 'RSA') return { reason: 'kty', actual: shown(own('kty')) }
  if (own('use') !== undefined && own('use') !== 'sig') return { reason: 'use', actual: shown(own('use')) }
  if (own('alg') !== undefined && own('alg') !== 'RS256') return { reason: 'alg', actual: shown(own('alg')) }
  const operations = own('key_ops')
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) {
    return { reason: 'key-ops' }
  }
  // Whoever published a private member has given the key away.
  if (PRIVATE_MEMBERS.some((name) => own(name) !== undefined)) return { reason: 'private' }
  const n = unsignedInteger(own('n'))
  const e = unsignedInteger(own('e'))
  if (!n || !e) return { reason: 'malformed' }
  const bits = bitLength(n)
  if (bits < MIN_MODULUS_BITS) return { reason: 'too-short', actual: `${bits} bits` }
  if (bits > MAX_MODULUS_BITS) return { reason: 'too-long', actual: `${bits} bits` }
  if (isEven(n)) return { reason: 'modulus' }
  // Small exponents make forgeries of sloppily padded signatures cheap; 1 makes every text a signature.
  if (isEven(e) || bitLength(e) < 17 || bitLength(e) > 32) return { reason: 'exponent' }
  return undefined
}

/** Base64urlUInt of RFC 7518: the shortest form, so no leading zero octet. */
function unsignedInteger(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'string' || value.length > 4096) return undefined
  const bytes = decodeBase64url(value)
  return typeof bytes === 'string' || bytes.length === 0 || bytes[0] === 0 ? undefined : bytes
}

function bitLength(bytes: Uint8Array): number {
  return (bytes.length - 1) * 8 + (32 - Math.clz32(bytes[0] ?? 0))
}

function isEven(bytes: Uint8Array): boolean {
  return ((bytes[bytes.length - 1] ?? 0) & 1) === 0
}

export type KeySelection =
  | { readonly ok: true; readonly key: TrustedKey }
  | { readonly ok: false; readonly reason: 'unknown' | 'ambiguous' | 'no-kid' | 'no-key' }
  | { readonly ok: false; readonly reason: 'unusable'; readonly unusable: UnusableKey }

/**
 * The one key that a token's `kid` names, exactly; without a `kid`, the issuer's only usable key. There is no fallback:
 * two candidates are none.
 */
export function selectKey(keys: TrustedKeySet, kid: string | undefined): KeySelection {
  const named = kid === undefined ? keys.keys : keys.keys.filter((key) => key.kid === kid)
  const [key, second] = named
  if (key && second) return { ok: false, reason: kid === undefined ? 'no-kid' : 'ambiguous' }
  if (key) return { ok: true, key }
  const unusable = keys.unusable.find((candidate) => kid === undefined || candidate.kid === kid)
  if (unusable) return { ok: false, reason: 'unusable', unusable }
  return { ok: false, reason: kid === undefined ? 'no-key' : 'unknown' }
}
