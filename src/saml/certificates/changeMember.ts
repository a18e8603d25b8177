import { failingRules, findingsOf, type Rule } from '../../core/rule.js'
import type { TrustedCertificate } from '../certificate.js'
import { flag, misuse } from '../expectation.js'
import { checkNow } from '../metadata/subject.js'
import { changed, unread, type CertificateChange } from './change.js'
import { inDirection } from './direction.js'
import { given } from './given.js'
import { keySHA256 } from './key.js'
import { readSet } from './readSet.js'
import { activationRules, memberRules, placeOf, removalRules, type MemberSubject } from './setRules.js'
import {
  MAX_DISTRUSTED,
  type CertificateSet,
  type InboundSet,
  type OutboundSet,
  type ReadSet,
} from './set.js'
import { daysOf, DEFAULT_UNUSED_DAYS } from './use.js'

export interface RemoveOptions {
  /** Epoch seconds. */
  readonly now: number
  /**
   * Its key may be in other hands (R062). It is removed however lately it was used, with every other certificate of its
   * key, and none of them is ever trusted again by this set, whatever metadata goes on to offer. The last valid one still needs its successor first.
   */
  readonly compromised?: boolean | undefined
  /** Days without use after which removing needs no warning. Default 7. */
  readonly unusedDays?: number | undefined
}

/**
 * Takes a certificate out of a set. Of those that we trust, never the last that can verify now (R059); of our own, only
 * one that is not active (R068).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse; never for what the set is
 *
 * @example
 * ```ts
 * import { removeCertificate, type InboundSet } from 'countersign/saml'
 *
 * declare const set: InboundSet, old: string
 * const change = removeCertificate(set, old, { now: Math.floor(Date.now() / 1000) })
 * if (!change.ok) console.log(change.findings.map(({ reason, fix }) => `${reason}: ${fix ?? ''}`))
 * ```
 */
export function removeCertificate<S extends CertificateSet>(
  set: S,
  sha256: string,
  options: RemoveOptions,
): CertificateChange<S> {
  const { now, ...asked } = given(options)
  checkNow(now)
  const compromised = flag(asked.compromised, 'compromised')
  const unusedDays = daysOf(asked.unusedDays, 'unusedDays', DEFAULT_UNUSED_DAYS)
  const read = readSet(set, now)
  // `S` is what the set says it is, which the reader has held it to.
  const held = read.value as ReadSet<S> | undefined
  if (!held) return unread('remove', set, now, read.findings)
  const at = placeOf(held.set, sha256)
  const certificate = held.certificates[at]
  const gone = compromised && held.set.direction === 'inbound' ? sameKey(held.certificates, at) : [at]
  const subject = { read: held, sha256, at, gone, now, unusedDays, compromised }
  return changed<S>({
    action: 'remove',
    now,
    before: set,
    read: held.set,
    findings: judged([...memberRules, ...removalRules], subject),
    certificate,
    asked: askedFor(sha256),
    after: () => {
      const certificates = held.set.certificates.filter((_, index) => !gone.includes(index))
      const left = { ...held.set, certificates }
      if (left.direction === 'outbound' || !compromised || !certificate) return left
      const known = gone.flatMap((index) => {
        const one = held.certificates[index]
        return one ? [{ sha256: one.sha256, keySHA256: keySHA256(one), since: now }] : []
      })
      // So many keys of one party are not lost in a lifetime; were they, the newest count.
      return { ...left, distrusted: [...left.distrusted, ...known].slice(-MAX_DISTRUSTED) }
    },
  })
}

/**
 * Makes the key of another certificate the one that signs (R067, R069): do it once the service provider has the
 * certificate. The one that was active stays, inactive, so that it can be made active again.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse; never for what the set is
 */
export function activateCertificate(
  set: OutboundSet,
  sha256: string,
  options: { readonly now: number },
): CertificateChange<OutboundSet> {
  const { now } = given(options)
  checkNow(now)
  const read = inDirection(readSet(set, now), 'outbound')
  if (!read.ok) return unread('activate', set, now, read.findings)
  const held = read.value
  const at = placeOf(held.set, sha256)
  const subject = subjectOf(held, sha256, at, now)
  return changed<OutboundSet>({
    action: 'activate',
    now,
    before: set,
    read: held.set,
    findings: judged([...memberRules, ...activationRules], subject),
    certificate: held.certificates[at],
    asked: askedFor(sha256),
    after: () => (held.set.active === sha256 ? held.set : { ...held.set, active: sha256 }),
  })
}

export interface UseOptions {
  /** Epoch seconds. */
  readonly now: number
  /** A use so soon after one that is known changes nothing, and need not be written. Default 3,600 seconds. */
  readonly granularitySeconds?: number | undefined
}

const HOUR = 3_600

/**
 * Notes that a certificate verified a message: `verifiedBy` of an identity. From it the plan tells when the old one is no
 * longer used. Where `audit.outcome` is `unchanged` the set need not be written.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse; never for what the set is
 *
 * @example
 * ```ts
 * import { recordCertificateUse, trustedCertificates, validateResponse, type InboundSet } from 'countersign/saml'
 *
 * declare let set: InboundSet
 * declare const SAMLResponse: string, save: (set: InboundSet) => void
 * const now = Math.floor(Date.now() / 1000)
 * const verdict = validateResponse(SAMLResponse, {
 *   idp: { entityID: set.entityID, certificates: trustedCertificates(set) },
 *   sp: { entityID: 'https://app.example.com/saml', acsURL: 'https://app.example.com/saml/acs' },
 *   now,
 * })
 * if (verdict.ok) {
 *   const change = recordCertificateUse(set, verdict.value.verifiedBy, { now })
 *   if (change.ok && change.audit.outcome === 'done') save(change.value)
 * }
 * ```
 */
export function recordCertificateUse(
  set: InboundSet,
  sha256: string,
  options: UseOptions,
): CertificateChange<InboundSet> {
  const { now, granularitySeconds = HOUR } = given(options)
  checkNow(now)
  if (!Number.isSafeInteger(granularitySeconds) || granularitySeconds < 0)
    misuse('granularitySeconds must be a whole number of seconds.')
  const read = inDirection(readSet(set, now), 'inbound')
  if (!read.ok) return unread('use', set, now, read.findings)
  const held = read.value
  const at = placeOf(held.set, sha256)
  const subject = subjectOf(held, sha256, at, now)
  return changed<InboundSet>({
    action: 'use',
    now,
    before: set,
    read: held.set,
    findings: judged(memberRules, subject),
    certificate: held.certificates[at],
    asked: askedFor(sha256),
    after: () => used(held.set, at, now, granularitySeconds),
  })
}

function used(set: InboundSet, at: number, now: number, granularitySeconds: number): InboundSet {
  const last = set.certificates[at]?.lastUsedAt
  // A clock that steps back takes no use away.
  if (last !== undefined && now - last < Math.max(granularitySeconds, 1)) return set
  const certificates = set.certificates.map((one, index) =>
    index === at ? { ...one, lastUsedAt: now } : one,
  )
  return { ...set, certificates, usesSince: set.usesSince ?? now }
}

function subjectOf(read: ReadSet, sha256: unknown, at: number, now: number): MemberSubject {
  return { read, sha256, at, gone: [at], now, unusedDays: DEFAULT_UNUSED_DAYS, compromised: false }
}

/** The places of all certificates that have the key of this one. */
function sameKey(certificates: readonly TrustedCertificate[], at: number): readonly number[] {
  const one = certificates[at]
  if (!one) return []
  const key = keySHA256(one)
  return certificates.flatMap((other, index) => (keySHA256(other) === key ? [index] : []))
}

function judged(rules: readonly Rule<MemberSubject>[], subject: MemberSubject) {
  return findingsOf(failingRules(rules, subject))
}

/** What was asked for, if it can stand in a log. */
function askedFor(sha256: unknown): string | undefined {
  return typeof sha256 === 'string' && /^[0-9a-f]{1,64}$/.test(sha256) ? sha256 : undefined
}
