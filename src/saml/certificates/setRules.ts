import { formatDateTime } from '../../core/codec.js'
import type { Rule } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { validityOf, type TrustedCertificate } from '../certificate.js'
import { verifiesAt } from './key.js'
import type { CertificateSet, ReadSet } from './set.js'
import { useOf } from './use.js'

/** One certificate of a set, asked for by its digest. */
export interface MemberSubject {
  readonly read: ReadSet
  readonly sha256: unknown
  /** Its place; -1 where there is none. */
  readonly at: number
  /** Every place that goes with it: also other certificates of a key that was compromised. */
  readonly gone: readonly number[]
  readonly now: number
  readonly unusedDays: number
  readonly compromised: boolean
}

export const memberRules: readonly Rule<MemberSubject>[] = [
  {
    id: 'saml/certificate-unknown',
    severity: 'error',
    source: 'R059; R068',
    title: 'What is changed is a certificate of the set',
    fix: 'Give the SHA-256 digest of a certificate of this set, 64 hexadecimal digits in lower case.',
    check: ({ at, sha256 }) =>
      at >= 0
        ? []
        : [{ reason: 'unknown', actual: shown(sha256), message: 'The set has no such certificate.' }],
  },
]

/** What is asked before a certificate is taken out of a set. */
export const removalRules: readonly Rule<MemberSubject>[] = [
  {
    id: 'saml/certificate-last',
    severity: 'error',
    source: 'R059; R062',
    title: 'At least one certificate that can verify now stays trusted',
    fix: 'Import the new certificate first, then remove this one: also one that was compromised is removed so, in two steps that are kept as one.',
    check: ({ read, at, gone, now }) => {
      if (read.set.direction !== 'inbound' || at < 0) return 'notApplicable'
      const others = read.certificates.filter((_, index) => !gone.includes(index))
      return lastFaults(read.certificates, others, now)
    },
  },
  {
    id: 'saml/certificate-active',
    severity: 'error',
    source: 'R066; R068',
    title: 'The active certificate is not deleted',
    fix: 'Set the other certificate to active first, once the service provider has it.',
    check: ({ read, at }) => {
      if (read.set.direction !== 'outbound' || at < 0) return 'notApplicable'
      return read.set.certificates[at]?.sha256 === read.set.active
        ? [{ reason: 'active', actual: read.set.active, message: 'The key of this certificate signs.' }]
        : []
    },
  },
  {
    id: 'saml/certificate-in-use',
    severity: 'warning',
    source: 'R060',
    title: 'A certificate is removed only when nothing is signed with its key any more',
    fix: 'See at the identity provider that the other certificate is the active one: what this one signs is refused from now on.',
    check: ({ read: { set }, at, now, unusedDays, compromised }) => {
      if (set.direction !== 'inbound' || at < 0) return 'notApplicable'
      const last = set.certificates[at]?.lastUsedAt
      if (compromised || last === undefined || useOf(set, at, now, unusedDays) !== 'used') return []
      const message = 'Messages were verified with this certificate lately.'
      return [{ reason: 'used', actual: formatDateTime(last), message }]
    },
  },
]

/** What is asked before a certificate's key signs. */
export const activationRules: readonly Rule<MemberSubject>[] = [
  {
    id: 'saml/certificate-activation',
    severity: 'error',
    source: 'R066; R069; RFC 5280 4.1.2.5',
    title: 'Only a certificate that is valid now is set to active',
    fix: 'Generate a new certificate, give it to the service provider, and set that one to active.',
    check: ({ read, at, now }) => {
      const certificate = read.certificates[at]
      if (!certificate) return 'notApplicable'
      const reason = validityOf(certificate, now)
      if (reason === 'valid') return []
      const actual = `${formatDateTime(certificate.notBefore)} to ${formatDateTime(certificate.notAfter)}`
      const message = 'Service providers refuse what is signed with it.'
      return [{ reason, expected: `valid at ${formatDateTime(now)}`, actual, message }]
    },
  },
]

/** Whether those that are left suffice: one that verifies now, where there was one; never none at all. */
export function lastFaults(
  before: readonly TrustedCertificate[],
  after: readonly TrustedCertificate[],
  now: number,
) {
  if (after.length === 0)
    return [{ reason: 'only', message: 'No certificate would be left, and nobody could sign in.' }]
  const verifies = (certificate: TrustedCertificate): boolean => verifiesAt(certificate, now)
  if (!before.some(verifies) || after.some(verifies)) return []
  const message = 'None of those that would be left can verify now, and nobody could sign in.'
  return [{ reason: 'last-valid', message }]
}

/** The place of a digest in a set. */
export function placeOf({ certificates }: CertificateSet, sha256: unknown): number {
  return certificates.findIndex((one) => one.sha256 === sha256)
}
