import { formatDateTime } from '../../core/codec.js'
import type { Finding } from '../../core/outcome.js'
import { failingRules, findingsOf, type Rule } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import type { TrustedCertificate } from '../certificate.js'
import { LAST_INSTANT, misuse } from '../expectation.js'
import type { EntityMetadata } from '../metadata/types.js'
import { certificateList, given } from './given.js'
import type { InboundSet } from './set.js'

interface OfferSubject {
  readonly entityID: string
  readonly validUntil: number | undefined
  readonly set: InboundSet
  readonly now: number
  readonly certificates: readonly TrustedCertificate[]
}

export const offerRules: readonly Rule<OfferSubject>[] = [
  {
    id: 'saml/certificate-metadata',
    severity: 'error',
    source: 'R044; R055; SAML Metadata 2.3.2',
    title: 'A set takes certificates from the valid metadata of its own party',
    fix: 'Fetch the metadata of this party anew; for another party begin a set of its own.',
    check: ({ entityID, validUntil, set, now, certificates }) => {
      const faults = []
      if (entityID !== set.entityID)
        faults.push({ reason: 'other-entity', path: 'entityID', expected: shown(set.entityID), actual: shown(entityID), message: 'The metadata is that of another party.' }) // prettier-ignore
      if (certificates.length === 0)
        faults.push({ reason: 'none', path: set.party, message: 'The metadata has no certificate for signing of such a party.' }) // prettier-ignore
      if (validUntil !== undefined && now >= validUntil)
        faults.push({ reason: 'expired', path: 'validUntil', actual: formatDateTime(validUntil), message: 'The metadata is no longer valid.' }) // prettier-ignore
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
  const { entityID, validUntil, cacheDurationSeconds, ...roles } = given(metadata, 'metadata')
  if (typeof entityID !== 'string' || !isSeconds(validUntil) || !isSeconds(cacheDurationSeconds))
    misuse('The metadata must be what parseMetadata accepted.')
  const role = roles[set.party]
  const certificates =
    role === undefined ? [] : certificateList(given(role, 'metadata').certificates, 'The metadata')
  const findings = findingsOf(failingRules(offerRules, { entityID, validUntil, set, now, certificates }))
  return { certificates, findings }
}

function isSeconds(value: number | undefined): boolean {
  return value === undefined || (Number.isSafeInteger(value) && value >= 0 && value <= LAST_INSTANT)
}
