import type { User } from '../../core/identity.js'
import type { Verdict } from '../../core/outcome.js'
import { runRules, verdictOf, type Rule } from '../../core/rule.js'
import { formatDateTime } from '../../core/codec.js'
import {
  misuse,
  requireInstant,
  requireObject,
  requireSeconds,
  requireText,
  requireUser,
} from './arguments.js'
import { EXTENDED_SESSION_SECONDS, type SessionSettings } from './sessionSettings.js'

/**
 * A person's sign-in to the portal: plain data, to be kept as JSON. Its end is settled when it begins; what is
 * configured afterwards, a new duration or another identity source, leaves it what remains (R037).
 */
export interface SignInSession {
  readonly sessionID: string
  readonly userId: string
  readonly startedAt: number
  /** The first second at which it lives no more. */
  readonly expiresAt: number
  /** Which of the two ends it: the configured duration, or the identity provider's SessionNotOnOrAfter (R020). */
  readonly limitedBy: 'duration' | 'identity-provider'
  /** The end for applications with extended sessions, where these are configured (R226). */
  readonly extendedUntil?: number
  /** Set once, when somebody ended it before its time. */
  readonly ended?: { readonly at: number; readonly by: 'sign-out' | 'administrator' }
}

export interface SignIn {
  /** Unguessable, new for each session: it comes from the caller's randomness. */
  readonly sessionID: string
  readonly user: User
  /** Of the verified assertion, in epoch seconds; absent where the identity provider set none. */
  readonly sessionNotOnOrAfter?: number | undefined
}

export interface StartSubject {
  readonly user: User
  readonly sessionNotOnOrAfter: number | undefined
  readonly now: number
}

/** New sessions of any kind are for enabled users only, from the moment they are disabled on (R220). */
export const enabledUserRule: Rule<{ readonly user: User | undefined }> = {
  id: 'portal/user-enabled',
  severity: 'error',
  source: 'R220; C09',
  title: 'The user is in the directory and enabled',
  fix: 'Enable the user (or at the identity provider, where SCIM decides it). Sessions of roles that live already run on.',
  check: ({ user }) => {
    const path = 'user.status'
    if (user === undefined)
      return [{ reason: 'deleted', path, message: 'The user is in the directory no more.' }]
    return user.status === 'ENABLED'
      ? []
      : [{ reason: 'disabled', path, expected: 'ENABLED', message: 'The user is disabled.' }]
  },
}

export const startRules: readonly Rule<StartSubject>[] = [
  enabledUserRule,
  {
    id: 'portal/identity-provider-session',
    severity: 'error',
    source: 'R020; SAML Core 2.7.2',
    title: "The identity provider's own session has not ended yet",
    fix: 'Let the identity provider send a SessionNotOnOrAfter that lies ahead, or none, and check both clocks.',
    check: ({ sessionNotOnOrAfter, now }) => {
      if (sessionNotOnOrAfter === undefined) return 'notApplicable'
      if (sessionNotOnOrAfter > now) return []
      const path = 'sessionNotOnOrAfter'
      const expected = `after ${formatDateTime(now)}`
      const actual = formatDateTime(sessionNotOnOrAfter)
      return [{ reason: 'past', path, expected, actual, message: 'That session is over already.' }]
    },
  },
]

/**
 * Begins a sign-in session. It ends with the configured duration or with the identity provider's session, whichever is
 * shorter; without SessionNotOnOrAfter the duration alone counts (R020). No clock skew is granted here: a session of no
 * length is none.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what has not the declared types.
 *
 * @example
 * ```ts
 * import type { User } from 'countersign'
 * import { startSignInSession } from 'countersign/directory'
 *
 * declare const user: User
 * const now = 1_795_000_000
 * const settings = { durationSeconds: 72 * 3600, extendedSessions: false }
 * const signIn = { sessionID: 'from-randomness', user, sessionNotOnOrAfter: now + 18 * 3600 }
 * const verdict = startSignInSession(signIn, settings, now)
 * if (verdict.ok) console.log(verdict.value.expiresAt - now) // 64800: 18 hours
 * ```
 */
export function startSignInSession(
  signIn: SignIn,
  settings: SessionSettings,
  now: number,
): Verdict<SignInSession> {
  requireObject(signIn, 'signIn')
  requireObject(settings, 'settings')
  requireInstant(now, 'now')
  const { sessionID, user, sessionNotOnOrAfter } = signIn
  requireText(sessionID, 'sessionID')
  requireUser(user)
  if (sessionNotOnOrAfter !== undefined) requireInstant(sessionNotOnOrAfter, 'sessionNotOnOrAfter')
  requireSeconds(settings.durationSeconds, 'settings.durationSeconds')
  if (settings.durationSeconds > EXTENDED_SESSION_SECONDS)
    misuse('settings come from validateSessionSettings.')
  return verdictOf(runRules(startRules, { user, sessionNotOnOrAfter, now }), () => {
    const provided = sessionNotOnOrAfter ?? Infinity
    const configured = now + settings.durationSeconds
    return {
      sessionID,
      userId: user.userId,
      startedAt: now,
      expiresAt: Math.min(configured, provided),
      limitedBy: provided < configured ? 'identity-provider' : 'duration',
      ...(settings.extendedSessions
        ? { extendedUntil: Math.min(now + EXTENDED_SESSION_SECONDS, provided) }
        : {}),
    }
  })
}

export interface LiveSubject {
  readonly session: SignInSession | undefined
  /** The instant that counts as the session's end: `expiresAt`, or that of an extended session. */
  readonly until: number | undefined
  readonly now: number
}

export const liveSessionRule: Rule<LiveSubject> = {
  id: 'portal/sign-in-session',
  severity: 'error',
  source: 'R037; R217; R218; R228',
  title: 'The sign-in session is there, has not been ended and has not run out',
  fix: 'Sign in again.',
  check: ({ session, until, now }) => {
    const path = 'session'
    // One answer over the wire for all of these; the reason is for the log.
    if (session === undefined || until === undefined)
      return [{ reason: 'missing', path, message: 'There is no such session.' }]
    const { ended } = session
    if (ended !== undefined)
      return [{ reason: ended.by, path: 'session.ended', message: 'Somebody ended the session.' }]
    if (now < until) return []
    const expected = `before ${formatDateTime(until)}`
    return [
      { reason: 'expired', path, expected, actual: formatDateTime(now), message: 'The session ran out.' },
    ]
  },
}

/** The words that clients look for when a session has been revoked or has run out: they sign in again (R228). */
export const SESSION_INVALID_MESSAGE = 'Session token not found or invalid'

/**
 * Whether a sign-in session lives: found, not ended, and before its end.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what has not the declared types.
 */
export function checkSignInSession(session: SignInSession | undefined, now: number): Verdict<SignInSession> {
  requireSession(session)
  requireInstant(now, 'now')
  return verdictOf(runRules([liveSessionRule], { session, until: session?.expiresAt, now }), () => {
    if (session === undefined) return misuse('session is required.')
    return session
  })
}

/**
 * What a person who opens the portal now has to go through: nothing, a redirect to the identity provider and back
 * without typing anything, because its session outlives ours (R021), or the identity provider's sign-in page.
 */
export function nextSignIn(
  session: SignInSession | undefined,
  identityProviderSessionUntil: number | undefined,
  now: number,
): 'none' | 'redirect' | 'credentials' {
  if (identityProviderSessionUntil !== undefined)
    requireInstant(identityProviderSessionUntil, 'identityProviderSessionUntil')
  if (checkSignInSession(session, now).ok) return 'none'
  return identityProviderSessionUntil !== undefined && now < identityProviderSessionUntil
    ? 'redirect'
    : 'credentials'
}

export function requireSession(session: SignInSession | undefined): void {
  if (session === undefined) return
  requireObject(session, 'session')
  requireText(session.sessionID, 'session.sessionID')
  requireText(session.userId, 'session.userId')
  requireInstant(session.expiresAt, 'session.expiresAt')
}
