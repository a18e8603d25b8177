import type { TrustedCertificate } from '../certificate.js'
import type { HTTP_POST, HTTP_REDIRECT } from '../names.js'

/** Where an identity provider takes sign-in requests. */
export interface SingleSignOnService {
  readonly binding: typeof HTTP_POST | typeof HTTP_REDIRECT
  readonly location: string
}

/** Where a service provider takes Responses: by HTTP-POST alone, because a Response is never sent as a redirect. */
export interface AssertionConsumerService {
  readonly binding: typeof HTTP_POST
  readonly location: string
  readonly index: number
  readonly isDefault: boolean
}

export interface IdentityProviderMetadata {
  /** Those for signing, each once, in order; also those that are not valid at the moment. */
  readonly certificates: readonly TrustedCertificate[]
  /** Those of a binding that is understood, in order. */
  readonly singleSignOnServices: readonly SingleSignOnService[]
  readonly nameIDFormats: readonly string[]
  readonly wantAuthnRequestsSigned: boolean
}

export interface ServiceProviderMetadata {
  readonly certificates: readonly TrustedCertificate[]
  readonly assertionConsumerServices: readonly AssertionConsumerService[]
  readonly nameIDFormats: readonly string[]
  readonly authnRequestsSigned: boolean
  readonly wantAssertionsSigned: boolean
}

/** One party of SAML, as its metadata describes it. An entity may be both. */
export interface EntityMetadata {
  readonly entityID: string
  /** Epoch seconds: from this instant on the metadata is not to be used. The earliest that applies. */
  readonly validUntil?: number
  /** After how long to look for newer metadata. The shortest that applies. */
  readonly cacheDurationSeconds?: number
  readonly idp?: IdentityProviderMetadata
  readonly sp?: ServiceProviderMetadata
  /** SHA-256 of the certificate that verified the metadata; absent where none was asked to. */
  readonly verifiedBy?: string
}

/** Whose rules metadata is held against: those of Identity Center, or those of SAML alone. */
export type MetadataProfile = 'identity-center' | 'service-provider'

export interface MetadataOptions {
  /** Epoch seconds. */
  readonly now: number
  /** The entity that is meant: needed where the document is an EntitiesDescriptor, and held against any other. */
  readonly entityID?: string | undefined
  /**
   * PEM texts or parsed certificates. When given, the root must hold a signature that one of them verifies, and only
   * what it covers is read. Absent: the document is taken as it is, so that its trust is that of the way it came.
   */
  readonly certificates?: readonly (string | TrustedCertificate)[] | undefined
  /** Default `identity-center`; with `service-provider` any NameIDFormats will do. */
  readonly profile?: MetadataProfile | undefined
}
