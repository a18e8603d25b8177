import type { TrustedCertificate } from '../certificate.js'

/** Who a trusted certificate belongs to; it decides how long its PEM may be (R057, R072). */
export type TrustedParty = 'idp' | 'sp'

/** A certificate of somebody else that we trust: plain JSON. */
export interface InboundCertificate {
  /** SHA-256 of the DER form in lower-case hexadecimal, as `verifiedBy` has it. */
  readonly sha256: string
  readonly pem: string
  readonly from: 'file' | 'metadata'
  /** Epoch seconds. Every certificate of a set is trusted from the moment that it is in it (R058). */
  readonly trustedSince: number
  /** Epoch seconds: when a message was last verified with it, as far as that was recorded. */
  readonly lastUsedAt?: number
}

/** What must not be trusted again, by certificate or by key, whatever metadata goes on to offer (R062). */
export interface DistrustedCertificate {
  readonly sha256: string
  /** SHA-256 of the SubjectPublicKeyInfo, in lower-case hexadecimal. */
  readonly keySHA256: string
  /** Epoch seconds. */
  readonly since: number
}

/** The certificates of one party whose messages we verify. All of them are trusted. Plain JSON, to be kept anywhere. */
export interface InboundSet {
  readonly version: 1
  readonly direction: 'inbound'
  readonly party: TrustedParty
  readonly entityID: string
  readonly certificates: readonly InboundCertificate[]
  readonly distrusted: readonly DistrustedCertificate[]
  /** Epoch seconds: since when it is recorded which certificate verifies. */
  readonly usesSince?: number
  /** The metadata that was read last. Epoch seconds. */
  readonly metadata?: {
    readonly readAt: number
    readonly validUntil?: number
    readonly readAgainAt?: number
  }
}

/** What a certificate's key signs messages with. SHA-1 is for receivers that know nothing else (R065). */
export type SigningAlgorithm = 'rsa-sha1' | 'rsa-sha256' | 'rsa-sha384' | 'rsa-sha512'

/** A signing certificate of our own: plain JSON, without its key. */
export interface OutboundCertificate {
  readonly sha256: string
  readonly pem: string
  readonly algorithm: SigningAlgorithm
  /** Epoch seconds. */
  readonly generatedAt: number
}

/** Our signing certificates for one application: two at the most, of which one is active (R066). Plain JSON. */
export interface OutboundSet {
  readonly version: 1
  readonly direction: 'outbound'
  readonly application: string
  readonly certificates: readonly OutboundCertificate[]
  /** The `sha256` of the one whose key signs; absent only while there is no certificate. */
  readonly active?: string
}

export type CertificateSet = InboundSet | OutboundSet

/** A set that was read, with its certificates parsed: the same ones, in the same order. */
export interface ReadSet<S extends CertificateSet = CertificateSet> {
  readonly set: S
  readonly certificates: readonly TrustedCertificate[]
}

/** An application has two (R066). */
export const MAX_OUTBOUND = 2
/** No number is documented; IAM takes ten keys of a SAML provider. */
export const MAX_INBOUND = 10
/** Beyond this, begin a set anew. */
export const MAX_DISTRUSTED = 1_000
export const MAX_NAME_CHARACTERS = 1_024
