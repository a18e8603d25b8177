import { formatDateTime } from '../../core/codec.js'
import type { Finding } from '../../core/outcome.js'
import { failingRules, findingsOf, type Rule } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { isTrustedCertificate, type TrustedCertificate } from '../certificate.js'
import { misuse } from '../expectation.js'
import type { EntityMetadata } from '../metadata/types.js'
import type { InboundSet } from './set.js'

interface OfferSubject {
  readonly metadata: EntityMetadata
  readonly set: InboundSet
  readonly now: number
  readonly certificates: readonly TrustedCertificate[] | undefined
}

export const offerRules: readonly Rule<OfferSubject>[] = [
  {
    id: 'saml/certificate-metadata',
    severity: 'error',
    source: 'R044; R055; SAML Metadata 2.3.2',
    title: 'A set takes certificates from the valid metadata of its own party',
    fix: 'Fetch the metadata of this party anew; for another party begin a set of its own.',
    check: ({ metadata, set, now, certificates }) => {
      const faults = []
      if (metadata.entityID !== set.entityID)
        faults.push({ reason: 'other-entity', path: 'entityID', expected: shown(set.entityID), actual: shown(metadata.entityID), message: 'The metadata is that of another party.' }) // prettier-ignore
      if (!certificates || certificates.length === 0)
        faults.push({ reason: 'none', path: set.party, message: 'The metadata has no certificate for signing of such a party.' }) // prettier-ignore
      if (metadata.validUntil !== undefined && now >= metadata.validUntil)
        faults.push({ reason: 'expired', path: 'validUntil', actual: formatDateTime(metadata.validUntil), message: 'The metadata is no longer valid.' }) // prettier-ignore
      return faults
    },
  },
]

/** The certificates that metadata offers for a set, or why it is not to be used for it. */
export function offeredBy(
  metadata: EntityMetadata,
  set: InboundSet,
  now: number,
): { readonly certificates: readonly TrustedCertificate[]; readonly findings: readonly Finding[] } {
  if (typeof metadata !== 'object' || metadata === null || typeof metadata.entityID !== 'string')
    misuse('The metadata must be what parseMetadata accepted.')
  const given: unknown = metadata[set.party]?.certificates
  const certificates =
    given === undefined ? [] : Array.isArray(given) ? Array.from(given as unknown[]) : [null]
  if (!certificates.every(isTrustedCertificate)) misuse('The metadata must be what parseMetadata accepted.')
  const findings = findingsOf(failingRules(offerRules, { metadata, set, now, certificates }))
  return { certificates, findings }
}
