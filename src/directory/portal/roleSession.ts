import type { User } from '../../core/identity.js'
import type { Verdict } from '../../core/outcome.js'
import { runRules, verdictOf } from '../../core/rule.js'
import { misuse, requireInstant, requireSeconds, requireUser } from './arguments.js'
import { enabledUserRule, liveSessionRule, requireSession, type SignInSession } from './signInSession.js'
import { SESSION_MINUTES } from './sessionSettings.js'

/** When a role session that is begun now ends. */
export interface RoleSessionTimes {
  readonly startedAt: number
  readonly expiresAt: number
}

/**
 * Begins the session of a permission set's role, for the whole duration that the permission set has: neither the rest
 * of the sign-in session nor its later end, revocation or a disabled user shortens it (R219, R223). Only beginning it
 * takes a sign-in session that lives and a user who is enabled (R220).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what has not the declared types.
 */
export function startRoleSession(
  session: SignInSession | undefined,
  user: User | undefined,
  durationSeconds: number,
  now: number,
): Verdict<RoleSessionTimes> {
  requireSession(session)
  if (user !== undefined) requireUser(user)
  requireSeconds(durationSeconds, 'durationSeconds')
  requireInstant(now, 'now')
  if (session !== undefined && user !== undefined && session.userId !== user.userId)
    misuse('session and user belong together.')
  const live = runRules([liveSessionRule], { session, until: session?.expiresAt, now })
  const enabled = runRules([enabledUserRule], { user })
  return verdictOf([...live, ...enabled], () => ({ startedAt: now, expiresAt: now + durationSeconds }))
}

/**
 * How long somebody can act in an account after the last sign-in at the worst: a role session begun in the last second
 * of the sign-in session. 20 hours and 12 hours make 32 (R224).
 */
export function longestAccessSeconds(signInSeconds: number, roleSeconds: number): number {
  requireSeconds(signInSeconds, 'signInSeconds')
  requireSeconds(roleSeconds, 'roleSeconds')
  if (signInSeconds > SESSION_MINUTES.ninetyDays * 60) misuse('signInSeconds is at most 90 days.')
  return signInSeconds + roleSeconds
}

const MINUTE = 60
const HOUR = 3600

/**
 * How soon access ends at AWS, in seconds, once a user is disabled or deleted, signs out or is revoked (R220, R221,
 * R222). Nothing may be asserted that is tighter than these (C09).
 */
export const ACCESS_ENDS_WITHIN = {
  /** New sign-ins, application sessions and role sessions. */
  newSessionsSeconds: 0,
  /** Application sessions that live already. */
  applicationsSeconds: 30 * MINUTE,
  /** The same when the service is disturbed. */
  applicationsAtWorstSeconds: HOUR,
  /** Accounts: an hour until the sign-in session is gone, and the longest role session. The guide says "up to 12 hours". */
  accountsSeconds: 13 * HOUR,
} as const

/** How soon the portal shows an application or a permission set that was newly assigned: it reads again every hour (R088). */
export const ASSIGNMENTS_REREAD_SECONDS = HOUR
