import { accepted, refused, type Verdict } from '../../core/outcome.js'
import { failingRules, findingsOf, type Rule } from '../../core/rule.js'
import type { CertificateSet, ReadSet } from './set.js'

interface DirectionSubject {
  readonly given: CertificateSet['direction']
  readonly wanted: CertificateSet['direction']
}

export const directionRules: readonly Rule<DirectionSubject>[] = [
  {
    id: 'saml/certificate-direction',
    severity: 'error',
    source: 'R058; R066',
    title:
      "Certificates of others are imported, and all are trusted; one's own are generated, and one is activated",
    fix: 'Name the set that is meant: those of a party that we trust, or those that we sign with.',
    check: ({ given, wanted }) => {
      if (given === wanted) return []
      const message =
        given === 'inbound'
          ? 'The set holds certificates of others, all of which are active.'
          : 'The set holds our own certificates.'
      return [{ reason: given, path: '$.direction', expected: wanted, actual: given, message }]
    },
  },
]

/** The set, if it is of the direction that an operation is for. */
export function inDirection<D extends CertificateSet['direction']>(
  read: Verdict<ReadSet>,
  wanted: D,
): Verdict<ReadSet<Extract<CertificateSet, { direction: D }>>> {
  if (!read.ok) return refused(read.findings)
  const [first, ...rest] = findingsOf(
    failingRules(directionRules, { given: read.value.set.direction, wanted }),
  )
  if (first) return refused([first, ...rest])
  return accepted(read.value as ReadSet<Extract<CertificateSet, { direction: D }>>)
}
