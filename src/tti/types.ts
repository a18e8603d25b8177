import type { IdentityStoreAttributePath } from '../core/identity.js'
import type { JsonObject } from '../core/json.js'
import type { Verdict } from '../core/outcome.js'
import type { Fetch } from '../core/ports.js'

/** A configured trusted token issuer: whose JWTs are exchanged, and how a token names a person (R231-R244). */
export interface TrustedTokenIssuer {
  readonly arn?: string
  readonly name: string
  /** Compared with `iss` and with the discovery document's issuer as an exact string; never changes (R236, R240). */
  readonly issuerURL: string
  /** The claim that names the person: `email`, or up to three words joined by `.` or `_`. */
  readonly claimAttributePath: string
  readonly identityStoreAttributePath: IdentityStoreAttributePath
}

/** What a verified token says, reduced to what the exchange may rely on. */
export interface TrustedClaims {
  readonly issuer: string
  readonly subject: string
  /** The one configured audience that the token's `aud` names. */
  readonly audience: string
  /** Epoch seconds, without skew. */
  readonly expiresAt: number
  readonly jti?: string
  /** Every claim as verified; objects have no prototype. */
  readonly claims: JsonObject
}

/** A public RSA key of an issuer, already found fit to verify RS256. */
export interface TrustedKey {
  readonly kid?: string
  readonly jwk: RSAPublicJwk
  /** RSASSA-PKCS1-v1_5 with SHA-256 over `data`, with this key. */
  readonly verify: (
    data: Uint8Array<ArrayBuffer>,
    signature: Uint8Array<ArrayBuffer>,
  ) => boolean | Promise<boolean>
}

export interface RSAPublicJwk {
  readonly kty: 'RSA'
  readonly n: string
  readonly e: string
}

/** A JWKS parsed once. Keys that cannot verify RS256 stay listed, so that a token that names one is told why. */
export interface TrustedKeySet {
  readonly keys: readonly TrustedKey[]
  readonly unusable: readonly UnusableKey[]
}

export interface UnusableKey {
  readonly kid?: string
  /** `kty`, `use`, `alg`, `key-ops`, `too-short`, `too-long`, `exponent`, `modulus`, `private`, `malformed`. */
  readonly reason: string
  readonly actual?: string
}

/** Verifies one RS256 signature with a public key; replaces the platform's own (for a test, or an HSM). */
export type VerifyRS256 = (
  key: RSAPublicJwk,
  data: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
) => boolean | Promise<boolean>

/**
 * The port through which an exchange gets an issuer's keys. `kid` is the one that the token names: an implementation
 * that caches looks again, at most once per interval, when it holds no such key.
 */
export interface IssuerKeys {
  find(
    issuer: TrustedTokenIssuer,
    options: { readonly kid?: string; readonly now: number; readonly fetch: Fetch },
  ): Promise<Verdict<TrustedKeySet>>
}
