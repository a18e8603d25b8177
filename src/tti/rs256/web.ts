import type { RSAPublicJwk, TrustedKey } from '../types.js'

const ALGORITHM = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const

/** Prepares a key for many verifications, with WebCrypto: what browsers and edge runtimes have. */
export async function importRS256Key(jwk: RSAPublicJwk): Promise<TrustedKey['verify']> {
  const key = await crypto.subtle.importKey('jwk', { ...jwk }, ALGORITHM, false, ['verify'])
  return (data, signature) => crypto.subtle.verify(ALGORITHM.name, key, signature, data)
}
