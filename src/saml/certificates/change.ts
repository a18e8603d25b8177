import { formatDateTime } from '../../core/codec.js'
import { hasError, type Finding } from '../../core/outcome.js'
import type { TrustedCertificate } from '../certificate.js'
import type { CertificateSet } from './set.js'

/** What was done to a set, or was not, for a log that is kept: plain JSON, without a certificate and without a key. */
export interface CertificateAudit {
  /** RFC 3339. */
  readonly at: string
  readonly action: 'import' | 'remove' | 'activate' | 'generate' | 'refresh' | 'use'
  /** `unchanged`: it was so already. */
  readonly outcome: 'done' | 'unchanged' | 'refused'
  /** The entityID of the party, or our application; absent where the set could not be read. */
  readonly of?: string
  /** SHA-256 of each certificate that came, went or was meant, in lower-case hexadecimal. */
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly certificate?: string
  readonly findings: readonly Pick<Finding, 'rule' | 'reason' | 'severity'>[]
}

/**
 * What became of a set. It is a Verdict whose value is the new set; `set` is the one to keep in either case: after a
 * refusal, the set as it was given.
 */
export type CertificateChange<S extends CertificateSet> = { readonly audit: CertificateAudit } & (
  | {
      readonly ok: true
      readonly value: S
      readonly set: S
      /** The certificate that the change was about; absent for a refresh, which is about several. */
      readonly certificate?: TrustedCertificate
      readonly findings: readonly Finding[]
    }
  | {
      readonly ok: false
      readonly value?: never
      readonly set: S
      readonly certificate?: never
      readonly findings: readonly [Finding, ...Finding[]]
    }
)

interface Change<S extends CertificateSet> {
  readonly action: CertificateAudit['action']
  readonly now: number
  /** As it was given. */
  readonly before: S
  /** As it was read; undefined where it could not be. */
  readonly read: S | undefined
  readonly findings: readonly Finding[]
  /** The set after the change; `before` itself where nothing changed. Asked for only when no finding is an error. */
  readonly after: () => S
  readonly certificate?: TrustedCertificate | undefined
  /** The digest that was asked for, where there is no such certificate. */
  readonly asked?: string | undefined
}

/** A change from what the rules said of it. */
export function changed<S extends CertificateSet>(change: Change<S>): CertificateChange<S> {
  const { before, read, findings, certificate } = change
  const [first, ...rest] = findings
  if (first !== undefined && hasError(findings)) {
    return { ok: false, set: before, audit: auditOf(change, 'refused', []), findings: [first, ...rest] }
  }
  const after = change.after()
  const outcome = after === before || after === read ? 'unchanged' : 'done'
  const set = outcome === 'unchanged' ? (read ?? before) : after
  const audit = auditOf(change, outcome, digests(after))
  return { ok: true, value: set, set, audit, ...(certificate ? { certificate } : {}), findings }
}

/** The refusal of a set that could not be read. */
export function unread<S extends CertificateSet>(
  action: CertificateAudit['action'],
  set: S,
  now: number,
  findings: readonly Finding[],
): CertificateChange<S> {
  return changed({ action, now, before: set, read: undefined, findings, after: () => set })
}

function auditOf<S extends CertificateSet>(
  { action, now, read, findings, certificate, asked }: Change<S>,
  outcome: CertificateAudit['outcome'],
  after: readonly string[],
): CertificateAudit {
  const before = read ? digests(read) : []
  const meant = certificate?.sha256 ?? asked
  return {
    at: formatDateTime(now),
    action,
    outcome,
    ...(read ? { of: read.direction === 'inbound' ? read.entityID : read.application } : {}),
    added: outcome === 'done' ? after.filter((digest) => !before.includes(digest)) : [],
    removed: outcome === 'done' ? before.filter((digest) => !after.includes(digest)) : [],
    ...(meant === undefined ? {} : { certificate: meant }),
    findings: findings.map(({ rule, reason, severity }) => ({ rule, reason, severity })),
  }
}

function digests({ certificates }: CertificateSet): readonly string[] {
  return certificates.map(({ sha256 }) => sha256)
}
