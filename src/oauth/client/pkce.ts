import { encodeBase64url, encodeUtf8, sha256 } from '../../core/codec.js'
import { FederationError } from '../../core/outcome.js'

/** RFC 7636: what goes with the authorization request, and what proves later that it was ours. */
export interface PkcePair {
  /** Secret until the token request; 43 characters. */
  readonly codeVerifier: string
  /** BASE64URL(SHA-256(codeVerifier)). */
  readonly codeChallenge: string
  /** `plain` is never used: it would show the verifier to whoever sees the request (RFC 9700 2.1.1). */
  readonly codeChallengeMethod: 'S256'
}

/**
 * A fresh PKCE pair (RFC 7636 4.1, 4.2) from 32 unpredictable bytes, to be used for one authorization request.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for anything but 32 bytes
 *
 * @example
 * ```ts
 * import { pkcePair } from 'countersign/oauth'
 *
 * const { codeVerifier, codeChallenge } = await pkcePair(crypto.getRandomValues(new Uint8Array(32)))
 * console.log(codeVerifier.length, codeChallenge.length) // 43 43
 * ```
 */
export async function pkcePair(random32: Uint8Array): Promise<PkcePair> {
  const codeVerifier = encodeBase64url(thirtyTwo(random32))
  const codeChallenge = encodeBase64url(await sha256(encodeUtf8(codeVerifier)))
  return { codeVerifier, codeChallenge, codeChallengeMethod: 'S256' }
}

/**
 * A `state` of 43 characters from 32 unpredictable bytes, to be kept where only the browser of this sign-in has it and to
 * be used for one authorization request (RFC 6749 10.12).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for anything but 32 bytes
 */
export function stateFrom(random32: Uint8Array): string {
  return encodeBase64url(thirtyTwo(random32))
}

function thirtyTwo(bytes: unknown): Uint8Array {
  if (ArrayBuffer.isView(bytes) && bytes instanceof Uint8Array && bytes.length === 32) return bytes
  throw new FederationError('ERR_INVALID_OPTION', 'Randomness is 32 bytes as a Uint8Array.')
}
