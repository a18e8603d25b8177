import type { Finding } from '../../core/outcome.js'
import { failingRules, findingsOf, type Fault, type Rule } from '../../core/rule.js'
import { formatDateTime } from '../../core/codec.js'
import { validityOf, type TrustedCertificate } from '../certificate.js'
import { flag, LAST_INSTANT } from '../expectation.js'
import { checkNow } from '../metadata/subject.js'
import type { EntityMetadata } from '../metadata/types.js'
import { additionFindings, lengthFindings } from './import.js'
import { changed, unread, type CertificateChange } from './change.js'
import { inDirection } from './direction.js'
import { given } from './given.js'
import { distrustOf } from './key.js'
import { offeredBy } from './offered.js'
import { named } from './planRules.js'
import { readSet } from './readSet.js'
import { MAX_INBOUND, type InboundSet, type ReadSet } from './set.js'
import { lastFaults } from './setRules.js'
import { daysOf, DEFAULT_UNUSED_DAYS, useOf } from './use.js'

interface RefreshSubject {
  readonly read: ReadSet<InboundSet>
  readonly now: number
  readonly unusedDays: number
  readonly force: boolean
  /** Offered and of no use, with why. */
  readonly skipped: readonly {
    readonly certificate: TrustedCertificate
    readonly reason: 'expired' | 'distrusted'
  }[]
  /** Places of the set that the refresh lets go. */
  readonly dropped: readonly number[]
  /** What the set is to hold. */
  readonly after: readonly TrustedCertificate[]
}

export const refreshRules: readonly Rule<RefreshSubject>[] = [
  {
    id: 'saml/certificate-refresh',
    severity: 'error',
    source: 'R060; SAML Metadata 2.3.2',
    title: 'A refresh lets go of no certificate that is in use, or may be',
    fix: 'See at the identity provider what it signs with. To trust the new ones and keep the old, say keep; to let go all the same, say force.',
    check: ({ read, now, unusedDays, force, dropped }) =>
      force
        ? []
        : dropped.flatMap((at): readonly Fault[] => {
            const certificate = read.certificates[at]
            if (!certificate || validityOf(certificate, now) === 'expired') return []
            const use = useOf(read.set, at, now, unusedDays)
            if (use === 'unused') return []
            const message =
              use === 'used'
                ? 'The metadata no longer offers a certificate that verified messages lately.'
                : 'The metadata no longer offers a certificate of which nothing tells that it is unused.'
            const last = read.set.certificates[at]?.lastUsedAt
            const when = last === undefined ? '' : `, used ${formatDateTime(last)}`
            return [
              {
                reason: use === 'used' ? 'in-use' : 'use-unknown',
                actual: named(certificate) + when,
                message,
              },
            ]
          }),
  },
  {
    id: 'saml/certificate-skipped',
    severity: 'warning',
    source: 'R062; R063',
    title: 'Every certificate that metadata offers can be trusted',
    fix: 'Have the party take the certificate out of its metadata.',
    check: ({ skipped }) =>
      skipped.map(({ certificate, reason }) => ({
        reason,
        actual: named(certificate),
        message:
          reason === 'expired'
            ? 'The metadata offers a certificate that has expired. It was passed over.'
            : 'The metadata offers a certificate or key that was removed as compromised. It was passed over.',
      })),
  },
  {
    id: 'saml/certificate-refresh-last',
    severity: 'error',
    source: 'R059; R065',
    title: 'A refresh leaves at least one certificate that can verify now, and no more than a set holds',
    fix: 'Have the party offer a valid certificate; until then the set stays as it is.',
    check: ({ read, after, now }) => {
      const faults: Fault[] = [...lastFaults(read.certificates, after, now)]
      if (after.length > MAX_INBOUND)
        faults.push({ reason: 'too-many', expected: `at most ${MAX_INBOUND}`, actual: String(after.length), message: 'The set would be too large.' }) // prettier-ignore
      return faults
    },
  },
]

export interface RefreshOptions {
  /** Epoch seconds. */
  readonly now: number
  /** Lets go of certificates that are in use, or may be. The last that can verify stays all the same. Default false. */
  readonly force?: boolean | undefined
  /** Lets go of nothing: adds what is new. Default false. */
  readonly keep?: boolean | undefined
  /** Days without use after which a certificate may go. Default 7. */
  readonly unusedDays?: number | undefined
}

/**
 * Brings a set in line with the metadata of its party: certificates that are new are trusted; those that came from
 * metadata and are no longer offered go, once they are unused or have expired. A refresh that would let go of one in use
 * is refused as a whole, unless forced. Certificates that a person imported from a file stay.
 *
 * The metadata's trust is that of the way it came: give `parseMetadata` certificates where it is signed.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse
 *
 * @example
 * ```ts
 * import { inboundSet, parseMetadata, refreshCertificates } from 'countersign/saml'
 *
 * declare const metadataXML: string
 * const now = Math.floor(Date.now() / 1000)
 * const metadata = parseMetadata(metadataXML, { now })
 * if (metadata.ok) {
 *   const change = refreshCertificates(inboundSet({ entityID: metadata.value.entityID }), metadata.value, { now })
 *   console.log(change.ok, change.audit.added, change.audit.removed)
 * }
 * ```
 */
export function refreshCertificates(
  set: InboundSet,
  metadata: EntityMetadata,
  options: RefreshOptions,
): CertificateChange<InboundSet> {
  const { now, ...asked } = given(options)
  checkNow(now)
  const [force, keep] = [flag(asked.force, 'force'), flag(asked.keep, 'keep')]
  const unusedDays = daysOf(asked.unusedDays, 'unusedDays', DEFAULT_UNUSED_DAYS)
  const read = inDirection(readSet(set, now), 'inbound')
  if (!read.ok) return unread('refresh', set, now, read.findings)
  const held = read.value
  const entity = given(metadata, 'metadata')
  const offer = offeredBy(entity, held.set, now)
  const change = { action: 'refresh', now, before: set, read: held.set } as const
  if (offer.findings.length > 0)
    return changed<InboundSet>({ ...change, findings: offer.findings, after: () => set })

  const skipped: { certificate: TrustedCertificate; reason: 'expired' | 'distrusted' }[] = []
  const fresh: TrustedCertificate[] = []
  for (const one of offer.certificates) {
    if (held.set.certificates.some(({ sha256 }) => sha256 === one.sha256)) continue
    if (distrustOf(held.set, one) !== undefined) skipped.push({ certificate: one, reason: 'distrusted' })
    else if (validityOf(one, now) === 'expired') skipped.push({ certificate: one, reason: 'expired' })
    else fresh.push(one)
  }
  const offered = new Set(offer.certificates.map(({ sha256 }) => sha256))
  const dropped = held.set.certificates.flatMap(({ sha256, from }, at) =>
    !keep && from === 'metadata' && !offered.has(sha256) ? [at] : [],
  )
  const kept = held.certificates.filter((_, at) => !dropped.includes(at))
  const after = [...kept, ...fresh]
  const subject = { read: held, now, unusedDays, force, skipped, dropped, after }
  // Each is judged beside those that stay; how many there may be is judged of all together.
  const beside = { ...held, certificates: kept }
  const findings: readonly Finding[] = [
    ...findingsOf(failingRules(refreshRules, subject)),
    ...fresh.flatMap((one) => [
      ...lengthFindings(one, held.set.party),
      ...additionFindings(beside, one, now).filter(({ rule }) => rule !== 'saml/certificate-count'),
    ]),
  ]
  return changed<InboundSet>({
    ...change,
    findings,
    after: () => refreshed(held.set, entity, dropped, fresh, now),
  })
}

function refreshed(
  set: InboundSet,
  { validUntil, cacheDurationSeconds }: EntityMetadata,
  dropped: readonly number[],
  fresh: readonly TrustedCertificate[],
  now: number,
): InboundSet {
  const kept = set.certificates.filter((_, at) => !dropped.includes(at))
  const added = fresh.map(
    ({ sha256, pem }) => ({ sha256, pem, from: 'metadata', trustedSince: now }) as const,
  )
  const again =
    cacheDurationSeconds === undefined ? undefined : Math.min(now + cacheDurationSeconds, LAST_INSTANT)
  return {
    ...set,
    certificates: [...kept, ...added],
    metadata: {
      readAt: now,
      ...(validUntil === undefined ? {} : { validUntil }),
      ...(again === undefined ? {} : { readAgainAt: again }),
    },
  }
}
