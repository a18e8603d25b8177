import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto'
import type { Members } from './world.js'

/** The keys of test/vectors/keys, by file name. */
export const KEY_NAMES = [
  'rsa-issuer',
  'rsa-other',
  'rsa-attacker',
  'rsa-1024',
  'rsa-exponent-3',
  'ec-p256',
  'okp-ed25519',
  'oct-256',
  'oct-sealing',
  'oct-other-sealing',
] as const

export type KeyName = (typeof KEY_NAMES)[number]
export type Keys = Readonly<Record<KeyName, JsonWebKey>>

const makers: Readonly<Record<KeyName, () => JsonWebKey>> = {
  'rsa-issuer': () => rsa(2048),
  'rsa-other': () => rsa(2048),
  'rsa-attacker': () => rsa(2048),
  'rsa-1024': () => rsa(1024),
  'rsa-exponent-3': () => rsa(2048, 3),
  'ec-p256': () => jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
  'okp-ed25519': () => jwkOf(generateKeyPairSync('ed25519').privateKey),
  'oct-256': oct,
  'oct-sealing': oct,
  'oct-other-sealing': oct,
}

/** Makes one key, for a key file that does not exist yet. All other files follow from the keys. */
export function makeKey(name: KeyName): object {
  const comment =
    'TEST KEY, PUBLISHED ON PURPOSE. Never trust it, never use it for anything but these vectors.'
  return { comment, ...makers[name]() }
}

function rsa(modulusLength: number, publicExponent = 65537): JsonWebKey {
  return jwkOf(generateKeyPairSync('rsa', { modulusLength, publicExponent }).privateKey)
}

function oct(): JsonWebKey {
  return { kty: 'oct', k: randomBytes(32).toString('base64url') }
}

function jwkOf(key: KeyObject): JsonWebKey {
  return key.export({ format: 'jwk' })
}

export function privateKey(jwk: JsonWebKey): KeyObject {
  return createPrivateKey({ key: jwk, format: 'jwk' })
}

export function publicKey(jwk: JsonWebKey): KeyObject {
  return createPublicKey({ key: jwk, format: 'jwk' })
}

/** The members of an RSA key that a JWKS publishes. */
export function publicJwk(jwk: JsonWebKey, kid: string | undefined, more: Members = {}): Members {
  const { kty = '', n = '', e = '' } = jwk
  return { kty, n, e, ...(kid === undefined ? {} : { kid }), ...more }
}

export function secretOf(jwk: JsonWebKey): Buffer {
  return Buffer.from(jwk.k ?? '', 'base64url')
}
