import type { User } from '../../core/identity.js'
import type { Verdict } from '../../core/outcome.js'
import { runRules, verdictOf, type Rule } from '../../core/rule.js'
import {
  requireInstant,
  requireList,
  requireObject,
  requireObjects,
  requireText,
  requireUser,
} from './arguments.js'
import { requireSession, type SignInSession } from './signInSession.js'

/** Signs out of the portal: the session lives no more, application sessions end when they next refresh (R218). */
export function signOut(session: SignInSession, now: number): SignInSession {
  return endedBy(session, 'sign-out', now)
}

export interface SessionDeletion {
  readonly user: User | undefined
  readonly sessionIDs: readonly string[]
  readonly now: number
}

interface DeletionSubject {
  readonly user: User | undefined
}

export const deletionRules: readonly Rule<DeletionSubject>[] = [
  {
    id: 'portal/session-deletion',
    severity: 'error',
    source: 'R227',
    title: 'Sessions are deleted before their user is disabled or deleted',
    fix: 'Enable the user again, delete the sessions, then disable the user.',
    check: ({ user }) => {
      const path = 'user.status'
      if (user === undefined)
        return [
          {
            reason: 'deleted',
            path,
            message: 'The console stops no session of a user who is gone.',
            fix: 'Nothing stops them now: they end on their own. Deny the user id by a service control policy until then.',
          },
        ]
      return user.status === 'ENABLED'
        ? []
        : [{ reason: 'disabled', path, message: 'The console stops no session of a disabled user.' }]
    },
  },
]

/**
 * Deletes sign-in sessions of one user, as an administrator does in the console: those named, of that user. `user` is
 * undefined when the directory has the user no more, and then, as for a disabled user, it is too late (R227).
 *
 * Answers all sessions, the deleted ones ended. Sessions of IAM roles are not touched (R219).
 */
export function deleteSessions(
  sessions: readonly SignInSession[],
  request: SessionDeletion,
): Verdict<readonly SignInSession[]> {
  requireObjects(sessions, 'sessions')
  sessions.forEach(requireSession)
  requireObject(request, 'request')
  const { user, sessionIDs, now } = request
  if (user !== undefined) requireUser(user)
  requireList(sessionIDs, 'sessionIDs')
  for (const id of sessionIDs) requireText(id, 'sessionIDs[]')
  requireInstant(now, 'now')
  return verdictOf(runRules(deletionRules, { user }), () =>
    sessions.map((session) =>
      session.userId === user?.userId && sessionIDs.includes(session.sessionID)
        ? endedBy(session, 'administrator', now)
        : session,
    ),
  )
}

/** A session that was ended already keeps its first end. */
function endedBy(session: SignInSession, by: 'sign-out' | 'administrator', now: number): SignInSession {
  requireObject(session, 'session')
  requireSession(session)
  requireInstant(now, 'now')
  return session.ended === undefined ? { ...session, ended: { at: now, by } } : session
}
