import { misuse } from '../expectation.js'
import { buildMetadata } from '../metadata/build.js'
import type { SingleSignOnService } from '../metadata/types.js'
import { activeCertificate } from './certificateSet.js'
import { given } from './given.js'
import type { OutboundSet } from './set.js'

export interface ApplicationMetadataOptions {
  /** By which we sign: the issuer URL of the application. */
  readonly entityID: string
  readonly singleSignOnServices: readonly SingleSignOnService[]
  /** Default: that of e-mail addresses. */
  readonly nameIDFormats?: readonly string[] | undefined
}

/**
 * What the service provider of one application installs: our metadata as its identity provider, with the certificate that
 * signs now and no other (R053). After `activateCertificate` it is another text, so hand it out anew (R069). The
 * certificate itself, for consoles that ask for a file, is `activeCertificate(set)?.certificate.pem`.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for a set without an active certificate, or for what no metadata may say
 *
 * @example
 * ```ts
 * import { buildApplicationMetadata, type OutboundSet } from 'countersign/saml'
 *
 * declare const set: OutboundSet
 * const location = 'https://idp.example.com/saml/expenses/sign-in'
 * const xml = buildApplicationMetadata(set, {
 *   entityID: 'https://idp.example.com/saml/expenses',
 *   singleSignOnServices: [{ binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST', location }],
 * })
 * ```
 */
export function buildApplicationMetadata(set: OutboundSet, options: ApplicationMetadataOptions): string {
  const { entityID, singleSignOnServices, nameIDFormats } = given(options)
  const active = activeCertificate(set)
  if (!active) return misuse('The set has no active certificate: generate one first.')
  const certificates = [active.certificate]
  return buildMetadata({ entityID, idp: { certificates, singleSignOnServices, nameIDFormats } })
}
