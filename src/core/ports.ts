/** Epoch seconds. The pure folders take the instant as a number; flows read it from this port. */
export type Clock = () => number

/** `n` fresh, unpredictable bytes. */
export type RandomBytes = (n: number) => Uint8Array

/**
 * The network, shaped like WHATWG fetch so that a platform's own will do. A caller passes `redirect: 'manual'` and a
 * signal; an implementation for issuer documents must check addresses when connecting (`safeFetch` in flows does).
 */
export type Fetch = (
  url: string,
  init: {
    readonly method: 'GET'
    readonly redirect: 'manual'
    readonly headers: Readonly<Record<string, string>>
    readonly signal: AbortSignal
  },
) => Promise<Response>

/** As {@link Fetch}, for requests with a body of text to a server that the caller chose. */
export type PostFetch = (
  url: string,
  init: {
    readonly method: 'POST'
    readonly redirect: 'manual'
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
    readonly signal: AbortSignal
  },
) => Promise<Response>

/** Signs bytes. `rsa-sha256` is RSASSA-PKCS1-v1_5 with SHA-256, which JOSE calls RS256. */
export interface Signer {
  readonly alg: 'rsa-sha256' | 'rsa-sha384' | 'rsa-sha512'
  /** The `kid` under which a verifier finds the public key; needed where JWTs are signed. */
  readonly keyID?: string
  sign(bytes: Uint8Array): Uint8Array
}

/** A signer whose key is elsewhere, such as in a KMS. */
export interface AsyncSigner extends Omit<Signer, 'sign'> {
  sign(bytes: Uint8Array): Promise<Uint8Array>
}

/** `already`: used before. `full` and `unavailable` refuse: a store that cannot remember lets nothing through. */
export type ClaimOutcome = 'claimed' | 'already' | 'full' | 'unavailable'

/**
 * Remembers what may be used once. `claim` is atomic across every process that shares the store: of any number of
 * concurrent calls with one key exactly one answers `claimed`. A claimed key stays claimed until `expiresAt` (epoch
 * seconds); an entry that is still alive is never evicted, and a clock that steps back never frees one early. A claim
 * whose `expiresAt` the store's own time has reached answers `already`: what was claimed under it may be forgotten.
 */
export interface ReplayStore {
  claim(key: string, expiresAt: number, now: number): Promise<ClaimOutcome>
}

export interface StateEntry {
  readonly value: unknown
  /** Opaque; changes with every `put`. */
  readonly version: string
}

/**
 * Small JSON values under random keys, with compare-and-set. `put` with `ifVersion` writes only when the entry has
 * that version, and with `ifVersion: null` only when there is none. An outage throws FederationError
 * `ERR_STORE_UNAVAILABLE`.
 */
export interface StateStore {
  get(key: string): Promise<StateEntry | undefined>
  put(
    key: string,
    value: unknown,
    options: { readonly ifVersion?: string | null; readonly expiresAt: number },
  ): Promise<
    { readonly ok: true; readonly version: string } | { readonly ok: false; readonly reason: 'conflict' }
  >
  delete(key: string): Promise<void>
}
