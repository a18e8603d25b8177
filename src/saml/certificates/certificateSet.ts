import { accepted, refused, type Verdict } from '../../core/outcome.js'
import type { TrustedCertificate } from '../certificate.js'
import { misuse } from '../expectation.js'
import { checkNow } from '../metadata/subject.js'
import { given } from './given.js'
import { isName, readSet } from './readSet.js'
import {
  MAX_NAME_CHARACTERS,
  type CertificateSet,
  type InboundSet,
  type OutboundSet,
  type SigningAlgorithm,
  type TrustedParty,
} from './set.js'

/** For whoever asks what a set holds: the time matters to no certificate of it. */
const NEVER = 0

/**
 * A set without certificates for a party whose messages we verify: an identity provider, or with `party: 'sp'` a service
 * provider that signs its requests. Import at least one certificate before anyone signs in (R055).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse
 */
export function inboundSet(options: {
  readonly entityID: string
  readonly party?: TrustedParty
}): InboundSet {
  const { entityID, party = 'idp' } = given(options)
  if (!isName(entityID)) misuse(`entityID must be a text of 1 to ${MAX_NAME_CHARACTERS} characters.`)
  if (party !== 'idp' && party !== 'sp') misuse('party must be idp or sp.')
  return Object.freeze({
    version: 1,
    direction: 'inbound',
    party,
    entityID,
    certificates: Object.freeze([]),
    distrusted: Object.freeze([]),
  })
}

/**
 * A set without certificates for an application that we sign for. The first certificate that is generated is active
 * at once, as the one that Identity Center makes with an application (R064). An application that AWS manages, such as QuickSight
 * or Amazon Q, has none of its own and nothing to rotate: its console has no Configuration tab (R070).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse
 */
export function outboundSet(options: { readonly application: string }): OutboundSet {
  const { application } = given(options)
  if (!isName(application)) misuse(`application must be a text of 1 to ${MAX_NAME_CHARACTERS} characters.`)
  return Object.freeze({
    version: 1,
    direction: 'outbound',
    application,
    certificates: Object.freeze([]),
  })
}

/**
 * Reads a set that was kept as JSON: the text, its bytes, or the value. Strict: an unknown member, a digest of another
 * certificate, a newer version are refused by name. What applications kept before there were sets,
 * `{ entityID, certificates: [PEM] }`, is read as an inbound set whose certificates are trusted since `now`.
 *
 * @throws FederationError `ERR_INVALID_OPTION` when `now` is no instant
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { parseCertificateSet, trustedCertificates } from 'countersign/saml'
 *
 * const now = Math.floor(Date.now() / 1000)
 * const set = parseCertificateSet(await readFile('okta.json'), { now })
 * if (set.ok && set.value.direction === 'inbound') console.log(trustedCertificates(set.value).length)
 * ```
 */
export function parseCertificateSet(
  json: unknown,
  options: { readonly now: number },
): Verdict<CertificateSet> {
  const { now } = given(options)
  checkNow(now)
  const read = readSet(json, now)
  return read.ok ? accepted(read.value.set) : refused(read.findings)
}

/**
 * The certificates of a set, parsed, in its order: for `idp.certificates` of an expectation, all of which are trusted
 * (R018), or for the metadata in which we publish our own. Parse once and keep them: a certificate costs 0.4 ms.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for a set that cannot be read
 */
export function trustedCertificates(set: CertificateSet): readonly TrustedCertificate[] {
  const read = readSet(set, NEVER)
  return read.ok ? read.value.certificates : misuse('This is no certificate set: see parseCertificateSet.')
}

/** The certificate whose key signs, and with what. Undefined while a set has none. @throws as {@link trustedCertificates} */
export function activeCertificate(
  set: OutboundSet,
): { readonly certificate: TrustedCertificate; readonly algorithm: SigningAlgorithm } | undefined {
  const read = readSet(set, NEVER)
  if (!read.ok || read.value.set.direction !== 'outbound')
    return misuse('This is no outbound certificate set: see parseCertificateSet.')
  const { certificates, active } = read.value.set
  const at = certificates.findIndex(({ sha256 }) => sha256 === active)
  const [entry, certificate] = [certificates[at], read.value.certificates[at]]
  return entry && certificate && { certificate, algorithm: entry.algorithm }
}
