import { encodeBase64url, encodeUtf8, lengthPrefixed, sha256 } from '../../core/codec.js'
import { isSecret } from '../../core/secret.js'
import { FederationError } from '../../core/outcome.js'

/** What a secret is for. It is part of the digest, so that one kind is never found as another (attack O17). */
export type SecretKind = (typeof KINDS)[number]

const KINDS = [
  'access-token',
  'authorization-code',
  'client-secret',
  'device-code',
  'refresh-token',
  'sign-in',
  'user-code',
] as const

/** What is kept of a secret: 43 characters, from which it cannot be had back (attack O19). */
export async function digestOf(kind: SecretKind, secret: string): Promise<string> {
  if (!KINDS.includes(kind))
    throw new FederationError('ERR_INVALID_OPTION', 'There is no such kind of secret.')
  requireText(secret)
  return encodeBase64url(await sha256(lengthPrefixed([kind, secret])))
}

/** Whether a digest is the one that is kept, in a time that does not depend on where they differ; an empty one never is. */
export function sameDigest(kept: string, sent: string): boolean {
  requireText(kept)
  requireText(sent)
  return isSecret(sent, kept)
}

/**
 * A secret of 256 bits, with a prefix by which people and scanners know it: `aoal` begins access tokens and `aorv`
 * refresh tokens, as the service's do; `aoac` codes, `aodc` device codes and `aocs` client secrets. What people hand to
 * commands needs a prefix: base64url may begin with `-`, which a command line takes for an option.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for anything but 32 bytes
 */
export function secretFrom(prefix: string, random32: Uint8Array): string {
  requireText(prefix)
  if (!(random32 instanceof Uint8Array) || random32.length !== 32)
    throw new FederationError('ERR_INVALID_OPTION', 'A secret is made of 32 random bytes.')
  return `${prefix}${encodeBase64url(random32)}`
}

/** The S256 challenge of a verifier (RFC 7636 4.2). */
export async function challengeOf(codeVerifier: string): Promise<string> {
  requireText(codeVerifier)
  return encodeBase64url(await sha256(encodeUtf8(codeVerifier)))
}

function requireText(value: unknown): void {
  if (typeof value !== 'string') throw new FederationError('ERR_INVALID_OPTION', 'A secret is a text.')
}
