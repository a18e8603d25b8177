import type { User } from '../../core/identity.js'
import {
  refreshApplicationSession,
  startApplicationSession,
  type ApplicationSession,
  type SignInSession,
} from '../../directory/portal/index.js'
import type { Verdict } from '../../core/outcome.js'
import type { GrantRule } from '../rule.js'
import { members, optional, requireForm, text, texts, whole } from './form.js'
import { sameDigest } from './secrets.js'
import { grantForm, personForm } from './stateForms.js'
import { judged, type Step } from './step.js'
import { toldAsMisuse } from './misuse.js'

/**
 * What a client was given: plain data, kept under its id until the sign-in session ends. The application session is its
 * life: an hour at a time, and never longer than the sign-in session from which it was obtained (R217).
 */
export interface Grant {
  readonly grantID: string
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly session: ApplicationSession
  /** Of the one refresh token that counts now; absent where the grant is not refreshed. */
  readonly refreshDigest?: string
  readonly revoked?: { readonly at: number; readonly because: string }
}

/** The world as a grant meets it: the sign-in session and the user as they are now, undefined where they are gone. */
export interface Person {
  readonly signIn: SignInSession | undefined
  readonly user: User | undefined
}

const beginningForm = members({ grantID: text, clientId: text, scopes: texts, refreshDigest: optional(text) })

/**
 * Begins a grant from a sign-in session that lives.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for arguments that are not what their types say
 */
export function startGrant(
  grant: {
    readonly grantID: string
    readonly clientId: string
    readonly scopes: readonly string[]
    readonly refreshDigest: string | undefined
  },
  person: Person,
  now: number,
): Verdict<Grant> {
  return toldAsMisuse(() => {
    requireForm(grant, beginningForm, 'grant')
    requireForm(person, personForm, 'person')
    requireForm(now, whole, 'now')
    const { signIn, user } = person
    const { grantID, clientId, scopes, refreshDigest } = grant
    const begun = startApplicationSession({ sessionID: grantID, applicationArn: clientId }, signIn, user, now)
    if (!begun.ok) return begun
    const value = { grantID, clientId, scopes, session: begun.value }
    return { ...begun, value: refreshDigest === undefined ? value : { ...value, refreshDigest } }
  })
}

export interface RefreshRequest {
  readonly clientId: string
  /** Of the refresh token that was sent. */
  readonly refreshDigest: string
}

export interface RefreshSubject {
  readonly request: RefreshRequest
  readonly grant: Grant | undefined
}

export const refreshRules: readonly GrantRule<RefreshSubject>[] = [
  {
    id: 'oauth/refresh-token',
    severity: 'error',
    source: 'R217; R225; RFC 6749 6; RFC 9700 4.14.2; attack O09',
    title: 'The refresh token was given, has not been used, and nothing that it belongs to has been revoked',
    fix: 'Use each refresh token once and keep the one that comes back. After a second use, or a revocation, sign in again.',
    answer: 'InvalidGrantException',
    check: ({ request, grant }) => {
      const path = '$.refreshToken'
      if (!grant?.refreshDigest)
        return [{ reason: 'unknown', path, message: 'There is no such refresh token.' }]
      if (grant.revoked)
        return [{ reason: 'revoked', path, message: 'What the token belongs to has been revoked.' }]
      return sameDigest(grant.refreshDigest, request.refreshDigest)
        ? []
        : [{ reason: 'reused', path, message: 'The refresh token has been used before.' }]
    },
  },
  {
    id: 'oauth/refresh-client',
    severity: 'error',
    source: 'RFC 6749 6; RFC 9700 4.14',
    title: 'The refresh token is used by the client to which it was given',
    fix: 'Refresh with the clientId that got the token.',
    answer: 'InvalidGrantException',
    check: ({ request, grant }) => {
      if (!grant) return 'notApplicable'
      return grant.clientId === request.clientId
        ? []
        : [{ reason: 'other-client', path: '$.clientId', message: 'The token is of another client.' }]
    },
  },
]

/**
 * Refreshes a grant: its refresh token is used up and `nextRefreshDigest` takes its place, for another hour or for what
 * the sign-in session has left. A token of this grant that has been used before asks for the grant to be revoked: one of
 * the two who have it is a thief, and nobody can tell which (RFC 9700 4.14.2).
 *
 * Sign-out, revocation and a user who is disabled or gone take effect here (R218, R221).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for arguments that are not what their types say
 */
export function refreshGrant(
  request: RefreshRequest,
  grant: Grant | undefined,
  context: Person & { readonly now: number; readonly nextRefreshDigest: string },
): Step<Grant, Grant> {
  return toldAsMisuse(() => {
    requireForm(request, members({ clientId: text, refreshDigest: text }), 'request')
    requireForm(grant, optional(grantForm), 'grant')
    requireForm(context, personForm, 'context')
    requireForm(context, members({ now: whole, nextRefreshDigest: text }), 'context')
    const { signIn, user, now, nextRefreshDigest } = context
    const outcome = judged(refreshRules, { request, grant }, () => grant ?? unreachable())
    if (!outcome.ok) {
      const theft = grant !== undefined && outcome.findings.every(({ reason }) => reason === 'reused')
      return { outcome, state: grant, ...(theft ? { revoke: grant.grantID } : {}) }
    }
    const session = refreshApplicationSession(outcome.value.session, signIn, user, now)
    if (!session.ok) return { outcome: session, state: grant }
    const refreshed = { ...outcome.value, session: session.value, refreshDigest: nextRefreshDigest }
    return { outcome: { ...session, value: refreshed }, state: refreshed }
  })
}

/** A grant that counts no more. What was revoked stays revoked for its first reason. */
export function revokeGrant(grant: Grant, because: string, now: number): Grant {
  return toldAsMisuse(() => {
    requireForm(grant, grantForm, 'grant')
    requireForm(because, text, 'because')
    requireForm(now, whole, 'now')
    return grant.revoked ? grant : { ...grant, revoked: { at: now, because } }
  })
}

function unreachable(): never {
  throw new Error('A grant was asked of a refused refresh.')
}
