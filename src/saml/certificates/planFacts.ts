import { validityOf, type TrustedCertificate } from '../certificate.js'
import { isIn } from './addRules.js'
import { validUntil } from './colour.js'
import { distrustOf, verifiesAt } from './key.js'
import type { CertificateSet, InboundSet, OutboundSet, ReadSet } from './set.js'
import { useOf, type CertificateUse } from './use.js'

/** A certificate of the set, and what is known of it. */
export interface Member {
  readonly certificate: TrustedCertificate
  readonly use: CertificateUse
  readonly lastUsedAt: number | undefined
  readonly active: boolean
  readonly from: 'file' | 'metadata' | undefined
}

/** What a plan is made from, and its rules read. */
export interface PlanFacts {
  readonly set: CertificateSet
  readonly now: number
  readonly unusedDays: number
  readonly members: readonly Member[]
  /** Offered by the party's metadata, fit to be imported, and not in the set. */
  readonly offered: readonly TrustedCertificate[]
  /** Of the set, and no longer offered. */
  readonly withdrawn: readonly TrustedCertificate[]
  /** What the rotation leads to: the certificate that was made last; undefined where every one has expired. */
  readonly target: TrustedCertificate | undefined
  /** Those of the set that the target replaces. */
  readonly old: readonly Member[]
  /** Until when sign-ins work without the target. */
  readonly oldUntil: number | undefined
  /** Whether the target signs already. */
  readonly switched: boolean
  /** The party, or the application, holds one certificate at a time (R061). */
  readonly oneAtATime: boolean
}

export interface PlanInput {
  readonly read: ReadSet
  readonly now: number
  readonly unusedDays: number
  /** Undefined where nobody asked the metadata. */
  readonly offered: readonly TrustedCertificate[] | undefined
  readonly oneAtATime: boolean
}

export function planFacts({ read, now, unusedDays, offered, oneAtATime }: PlanInput): PlanFacts {
  const { set, certificates } = read
  const members = membersOf(read, now, unusedDays)
  const fit = set.direction === 'inbound' ? (offered ?? []).filter((one) => isFit(set, one, now)) : []
  const target =
    set.direction === 'inbound' ? latest([...certificates, ...fit], now) : newest(set, certificates, now)
  const old = members.filter(({ certificate }) => certificate.sha256 !== target?.sha256)
  const rsa = old.filter(({ certificate }) => certificate.keyType === 'rsa')
  const signing = set.direction === 'inbound' ? rsa : old.filter(({ active }) => active)
  const digests = offered?.map(({ sha256 }) => sha256)
  return {
    ...{ set, now, unusedDays, members, target, old, oneAtATime },
    offered: fit,
    withdrawn: members
      .filter(
        ({ certificate, from }) => from === 'metadata' && digests?.includes(certificate.sha256) === false,
      )
      .map(({ certificate }) => certificate),
    oldUntil: validUntil(
      signing.map(({ certificate }) => certificate),
      now,
    ),
    switched: isSwitched(members, target, now),
  }
}

export function membersOf(
  { set, certificates }: ReadSet,
  now: number,
  unusedDays: number,
): readonly Member[] {
  return certificates.map((certificate, index): Member => {
    if (set.direction === 'outbound') {
      const active = set.active === certificate.sha256
      return { certificate, active, use: 'unknown', lastUsedAt: undefined, from: undefined }
    }
    const one = set.certificates[index]
    const use = useOf(set, index, now, unusedDays)
    return { certificate, active: true, use, lastUsedAt: one?.lastUsedAt, from: one?.from }
  })
}

/** Whether what metadata offers is of use: new, RSA, not expired, and not distrusted. */
function isFit(set: InboundSet, certificate: TrustedCertificate, now: number): boolean {
  return (
    !isIn(set, certificate) &&
    certificate.keyType === 'rsa' &&
    validityOf(certificate, now) !== 'expired' &&
    distrustOf(set, certificate) === undefined
  )
}

/** The one that was made last, or else came last: a new certificate may well end before an old one does. */
function latest(certificates: readonly TrustedCertificate[], now: number): TrustedCertificate | undefined {
  const [first, ...others] = certificates.filter(
    (one) => one.keyType === 'rsa' && validityOf(one, now) !== 'expired',
  )
  const isLater = (one: TrustedCertificate, other: TrustedCertificate): boolean =>
    one.notBefore === other.notBefore ? one.notAfter >= other.notAfter : one.notBefore > other.notBefore
  return others.reduce((last, one) => (last && isLater(one, last) ? one : last), first)
}

/** Of our own that have not expired, the one that was generated last: a set keeps their order. */
function newest(
  set: OutboundSet,
  certificates: readonly TrustedCertificate[],
  now: number,
): TrustedCertificate | undefined {
  const times = certificates.map((one, index) =>
    validityOf(one, now) === 'expired' ? -1 : (set.certificates[index]?.generatedAt ?? -1),
  )
  const last = Math.max(-1, ...times)
  return last < 0 ? undefined : certificates[times.lastIndexOf(last)]
}

function isSwitched(
  members: readonly Member[],
  target: TrustedCertificate | undefined,
  now: number,
): boolean {
  const own = members.find(({ certificate }) => certificate.sha256 === target?.sha256)
  if (!own) return false
  if (own.from === undefined) return own.active
  if (!verifiesAt(own.certificate, now)) return false
  // Where nothing else can verify, nothing else can be signing.
  const others = members.filter((member) => member !== own)
  return own.use === 'used' || !others.some(({ certificate }) => verifiesAt(certificate, now))
}
