import { createPublicKey, verify } from 'node:crypto'
import type { RSAPublicJwk, TrustedKey } from '../types.js'

/** Prepares a key for many verifications, with node:crypto: synchronous, and several times faster than WebCrypto. */
export async function importRS256Key(jwk: RSAPublicJwk): Promise<TrustedKey['verify']> {
  const key = createPublicKey({ key: { kty: jwk.kty, n: jwk.n, e: jwk.e }, format: 'jwk' })
  return (data, signature) => verify('RSA-SHA256', data, key, signature)
}
