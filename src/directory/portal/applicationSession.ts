import type { User } from '../../core/identity.js'
import type { Verdict } from '../../core/outcome.js'
import { runRules, verdictOf, type Rule } from '../../core/rule.js'
import {
  misuse,
  requireInstant,
  requireObject,
  requireObjects,
  requireText,
  requireUser,
} from './arguments.js'
import {
  enabledUserRule,
  liveSessionRule,
  requireSession,
  type LiveSubject,
  type SignInSession,
} from './signInSession.js'

/** An application session lasts an hour, and is refreshed while the sign-in session lives (R217). */
export const APPLICATION_SESSION_SECONDS = 3600

/** A person's session with one application: plain data, to be kept as JSON. */
export interface ApplicationSession {
  readonly sessionID: string
  readonly applicationArn: string
  readonly userId: string
  /** The sign-in session from which it was obtained and by which alone it is refreshed. */
  readonly signInSessionID: string
  readonly startedAt: number
  /** The first second at which it lives no more unless refreshed: at most an hour after it was last refreshed. */
  readonly expiresAt: number
  /** Whether the application has extended sessions, of 90 days (R226). */
  readonly extended: boolean
}

export interface ApplicationSignIn {
  readonly sessionID: string
  readonly applicationArn: string
  /** True for Amazon Q Developer; counts only where the sign-in session was begun with extended sessions (R226). */
  readonly mayBeExtended?: boolean | undefined
}

interface ParentSubject extends LiveSubject {
  readonly user: User | undefined
  readonly application: ApplicationSession | undefined
}

export const applicationSessionRules: readonly Rule<ParentSubject>[] = [
  liveSessionRule,
  enabledUserRule,
  {
    id: 'portal/session-user',
    severity: 'error',
    source: 'R217',
    title: 'Sign-in session, application session and user belong together',
    fix: 'Refresh the session by the sign-in session it was obtained from. A mix of two people is a defect of the caller.',
    check: ({ session, user, application }) => {
      if (session === undefined || user === undefined) return 'cantTell'
      if (session.userId !== user.userId || (application !== undefined && application.userId !== user.userId))
        return [{ reason: 'other-user', path: 'session.userId', message: 'The session is of another user.' }]
      return application === undefined || application.signInSessionID === session.sessionID
        ? []
        : [
            {
              reason: 'other-session',
              path: 'signInSessionID',
              message: 'Obtained from another sign-in session.',
            },
          ]
    },
  },
]

/**
 * Begins an application session from a sign-in session that lives (R217). `user` is the user as the directory has it
 * now, undefined when it is gone: from then on no session begins (R220).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what has not the declared types.
 */
export function startApplicationSession(
  signIn: ApplicationSignIn,
  session: SignInSession | undefined,
  user: User | undefined,
  now: number,
): Verdict<ApplicationSession> {
  requireObject(signIn, 'signIn')
  const { sessionID, applicationArn, mayBeExtended = false } = signIn
  requireText(sessionID, 'sessionID')
  requireText(applicationArn, 'applicationArn')
  const extended = mayBeExtended === true && session?.extendedUntil !== undefined
  return judged(
    { session, user, now, application: undefined, extended },
    (until, { userId, sessionID: parent }) => ({
      sessionID,
      applicationArn,
      userId,
      signInSessionID: parent,
      startedAt: now,
      expiresAt: until,
      extended,
    }),
  )
}

/**
 * Refreshes an application session for another hour, or for what the sign-in session has left. Past the end of the
 * sign-in session, after sign-out, revocation, or when the user is disabled or gone, it is refused, and so the session
 * ends with the hour it has (R218, R221).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what has not the declared types.
 */
export function refreshApplicationSession(
  application: ApplicationSession,
  session: SignInSession | undefined,
  user: User | undefined,
  now: number,
): Verdict<ApplicationSession> {
  requireObject(application, 'application')
  requireText(application.sessionID, 'application.sessionID')
  requireText(application.userId, 'application.userId')
  requireText(application.signInSessionID, 'application.signInSessionID')
  requireInstant(application.expiresAt, 'application.expiresAt')
  return judged({ session, user, now, application, extended: application.extended === true }, (until) => ({
    ...application,
    expiresAt: until,
  }))
}

/** Whether an application session still counts, as the application sees it: it does not ask about the sign-in (R218). */
export function isApplicationSessionLive(application: ApplicationSession, now: number): boolean {
  requireObject(application, 'application')
  requireInstant(application.expiresAt, 'application.expiresAt')
  requireInstant(now, 'now')
  return now < application.expiresAt
}

/**
 * Closes one application: that session is over, and those of other applications stay (R090). Signing out of the portal
 * (`signOut`) is the other way about: the sign-in is over at once, and each application session at its next refresh.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what has not the declared types.
 */
export function closeApplicationSession(
  applications: readonly ApplicationSession[],
  sessionID: string,
): readonly ApplicationSession[] {
  requireObjects(applications, 'applications')
  requireText(sessionID, 'sessionID')
  return applications.filter((application) => application.sessionID !== sessionID)
}

function judged(
  {
    session,
    user,
    now,
    application,
    extended,
  }: Omit<ParentSubject, 'until'> & { readonly extended: boolean },
  make: (until: number, session: SignInSession) => ApplicationSession,
): Verdict<ApplicationSession> {
  requireSession(session)
  if (user !== undefined) requireUser(user)
  requireInstant(now, 'now')
  const until = extended ? session?.extendedUntil : session?.expiresAt
  return verdictOf(runRules(applicationSessionRules, { session, user, now, application, until }), () => {
    if (session === undefined || until === undefined) return misuse('session is required.')
    return make(Math.min(now + APPLICATION_SESSION_SECONDS, until), session)
  })
}
