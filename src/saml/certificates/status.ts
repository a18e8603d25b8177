import { formatDateTime } from '../../core/codec.js'
import { FederationError } from '../../core/outcome.js'
import { parseCertificate, validityOf, type TrustedCertificate } from '../certificate.js'
import { misuse } from '../expectation.js'
import { checkNow } from '../metadata/subject.js'
import { colourOf, daysLeft, validUntil, yellowAt, type CertificateColour } from './colour.js'
import { given, isCertificate } from './given.js'
import { planOf } from './plan.js'
import { membersOf, planFacts } from './planFacts.js'
import { readSet } from './readSet.js'
import type { CertificateSet, ReadSet } from './set.js'
import { DEFAULT_UNUSED_DAYS, type CertificateUse } from './use.js'

export interface CertificateStatus {
  readonly sha256: string
  readonly subject: string
  /** Red: expired. Yellow: 90 days or less, or not valid yet. Green: more (R063, R071, C24). */
  readonly colour: CertificateColour
  readonly state: 'expired' | 'not-yet-valid' | 'expiring' | 'valid'
  /** Whole days, rounded down: 0 on the last day, negative once it has expired. */
  readonly daysLeft: number
  /** Epoch seconds, both included. */
  readonly notBefore: number
  readonly notAfter: number
  /** What to do next, in words. */
  readonly next: string
}

/** A certificate of a set. */
export interface MemberStatus extends CertificateStatus {
  /** All that are trusted are active; of our own, one is. */
  readonly active: boolean
  /** Of one that is trusted: whether it verified lately. */
  readonly use?: CertificateUse
  /** Epoch seconds. */
  readonly lastUsedAt?: number
}

export interface CertificateSetStatus {
  readonly direction: CertificateSet['direction']
  /** The entityID of the party, or our application. */
  readonly of: string
  /** That of the worst certificate; red, too, when none can verify, or none can sign, now. */
  readonly colour: CertificateColour
  /** Epoch seconds: until when, from now on, sign-ins work as the set is. Absent where they do not work now. */
  readonly worksUntil?: number
  /** Whole days until then; absent likewise. */
  readonly daysLeft?: number
  /** What to do next, in words. */
  readonly next: string
  readonly certificates: readonly MemberStatus[]
}

/**
 * The expiry of a certificate, or of every certificate of a set, as the console of Identity Center colours it, and what
 * to do next.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse, and for a set or a PEM that cannot be read
 *
 * @example
 * ```ts
 * import { certificateStatus, type CertificateSet } from 'countersign/saml'
 *
 * declare const set: CertificateSet
 * const { colour, next } = certificateStatus(set, { now: Math.floor(Date.now() / 1000) })
 * if (colour !== 'green') console.warn(colour, next)
 * ```
 */
export function certificateStatus(
  set: CertificateSet,
  options: { readonly now: number },
): CertificateSetStatus
export function certificateStatus(
  certificate: TrustedCertificate | string,
  options: { readonly now: number },
): CertificateStatus
export function certificateStatus(
  of: CertificateSet | TrustedCertificate | string,
  options: { readonly now: number },
): CertificateSetStatus | CertificateStatus {
  const { now } = given(options)
  checkNow(now)
  if (isCertificate(of)) return statusOf(of, now)
  if (typeof of === 'string') {
    const verdict = parseCertificate(of)
    return verdict.ok ? statusOf(verdict.value, now) : misuse('This is not one certificate in PEM.')
  }
  const read = readSet(of, now)
  if (!read.ok) throw new FederationError('ERR_INVALID_OPTION', 'This is neither a certificate nor a set.', { findings: read.findings }) // prettier-ignore
  return setStatus(read.value, now)
}

function statusOf(certificate: TrustedCertificate, now: number): CertificateStatus {
  const { sha256, subject, notBefore, notAfter } = certificate
  const colour = colourOf(certificate, now)
  const validity = validityOf(certificate, now)
  const state =
    validity === 'expired'
      ? 'expired'
      : validity === 'not-yet'
        ? 'not-yet-valid'
        : colour === 'green'
          ? 'valid'
          : 'expiring'
  const words = {
    expired: 'Replace it, and remove it once another is trusted.',
    'not-yet-valid': `Keep the present one active until ${formatDateTime(notBefore)}.`,
    expiring: `Replace it before ${formatDateTime(notAfter)}.`,
    valid: `Nothing before ${formatDateTime(yellowAt(certificate))}, when 90 days are left.`,
  }
  return { sha256, subject, colour, state, daysLeft: daysLeft(certificate, now), notBefore, notAfter, next: words[state] } // prettier-ignore
}

function setStatus(read: ReadSet, now: number): CertificateSetStatus {
  const { set } = read
  const members = membersOf(read, now, DEFAULT_UNUSED_DAYS)
  const certificates = members.map(({ certificate, active, use, lastUsedAt, from }): MemberStatus => ({
    ...statusOf(certificate, now),
    active,
    ...(from === undefined ? {} : { use }),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
  }))
  const working = members.filter(({ certificate, active }) => active && certificate.keyType === 'rsa')
  const until = validUntil(
    working.map(({ certificate }) => certificate),
    now,
  )
  const colours = certificates.map(({ colour }) => colour)
  const worst = colours.includes('red') ? 'red' : colours.includes('yellow') ? 'yellow' : 'green'
  const facts = planFacts({
    read,
    now,
    unusedDays: DEFAULT_UNUSED_DAYS,
    offered: undefined,
    oneAtATime: false,
  })
  return {
    direction: set.direction,
    of: set.direction === 'inbound' ? set.entityID : set.application,
    colour: until === undefined ? 'red' : worst,
    ...(until === undefined ? {} : { worksUntil: until, daysLeft: Math.floor((until - now) / 86_400) }),
    next: planOf(facts, false, []).next,
    certificates,
  }
}
