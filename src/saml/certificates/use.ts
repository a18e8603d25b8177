import { misuse } from '../expectation.js'
import type { InboundSet } from './set.js'

const DAY = 86_400

/** A certificate that verified nothing for so long while another did is no longer used. Documented nowhere. */
export const DEFAULT_UNUSED_DAYS = 7

/** `unknown`: nothing tells that it is no longer used, because nobody signed in, or it was not recorded for long enough. */
export type CertificateUse = 'used' | 'unused' | 'unknown'

/** Whether the certificate at this place was used within so many days before `now`. */
export function useOf(set: InboundSet, index: number, now: number, days: number): CertificateUse {
  const since = now - days * DAY
  const recently = (at: number | undefined): boolean => at !== undefined && at > since
  const one = set.certificates[index]
  if (!one) return 'unknown'
  if (recently(one.lastUsedAt)) return 'used'
  // Only where another was used in its place, and it would have been noticed all the time.
  const another = set.certificates.some((other) => other !== one && recently(other.lastUsedAt))
  const noticed = set.usesSince !== undefined && Math.max(one.trustedSince, set.usesSince) <= since
  return another && noticed ? 'unused' : 'unknown'
}

export function daysOf(value: number | undefined, name: string, standard: number): number {
  if (value === undefined) return standard
  if (!Number.isSafeInteger(value) || value < 0 || value > 36_500)
    misuse(`${name} must be a whole number of days, at most 36500.`)
  return value
}
