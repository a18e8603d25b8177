import type { User } from '../../core/identity.js'
import type { Verdict } from '../../core/outcome.js'
import { enabledUserRule, liveSessionRule, type SignInSession } from '../../directory/portal/signInSession.js'
import type { GrantRule } from '../rule.js'
import { PORTAL_SCOPE } from '../scope.js'
import { members, optional, requireForm, text, whole } from './form.js'
import type { Grant, Person } from './grant.js'
import { accessTokenForm, grantForm, personForm } from './stateForms.js'
import { judged } from './step.js'
import { toldAsMisuse } from './misuse.js'

/** What an access token of a public client stands for: plain data, kept under the token's digest until it expires. */
export interface AccessTokenRecord {
  readonly grantID: string
  readonly clientId: string
  readonly userId: string
  readonly signInSessionID: string
  readonly scopes: readonly string[]
  readonly issuedAt: number
  /** Epoch seconds: the first at which it counts no more. */
  readonly expiresAt: number
}

/** Who is behind an access token, and what it may be used for. */
export interface ResolvedAccessToken extends AccessTokenRecord {
  readonly user: User
  /** Undefined where the sign-in has ended and the scopes do not depend on it. */
  readonly signIn: SignInSession | undefined
}

/** The token of a grant's present hour; of a client without scopes, until the sign-in session ends. */
export function accessTokenOf(
  grant: Grant,
  context: { readonly now: number; readonly until?: number | undefined },
): AccessTokenRecord {
  return toldAsMisuse(() => {
    requireForm(grant, grantForm, 'grant')
    requireForm(context, members({ now: whole, until: optional(whole) }), 'context')
    const { grantID, clientId, scopes, session } = grant
    return {
      grantID,
      clientId,
      userId: session.userId,
      signInSessionID: session.signInSessionID,
      scopes,
      issuedAt: context.now,
      expiresAt: context.until ?? session.expiresAt,
    }
  })
}

export interface ResourceSubject extends Person {
  readonly token: AccessTokenRecord | undefined
  readonly grant: Grant | undefined
  /** What the resource asks for. */
  readonly scope: string
  readonly now: number
}

const path = 'accessToken'
const answer = 'InvalidGrantException'

export const accessTokenRules: readonly GrantRule<ResourceSubject>[] = [
  {
    id: 'oauth/access-token',
    severity: 'error',
    source: 'R194; R228; RFC 6750 3.1; attack O19',
    title: 'The access token was given, has not expired, and its grant has not been revoked',
    fix: 'Refresh the token, or sign in again.',
    answer,
    check: ({ token, grant, now }) => {
      if (!token) return [{ reason: 'unknown', path, message: 'There is no such token.' }]
      if (now >= token.expiresAt) return [{ reason: 'expired', path, message: 'The token has expired.' }]
      if (!grant || grant.revoked)
        return [{ reason: 'revoked', path, message: 'The grant of the token has been revoked.' }]
      return []
    },
  },
  {
    id: 'oauth/access-token-scope',
    severity: 'error',
    source: 'R189; R194; RFC 6750 3.1',
    title: 'The access token has the scope that the resource asks for',
    fix: 'Register the client with the scope, and let the person consent to it.',
    answer: 'InvalidScopeException',
    check: ({ token, scope }) => {
      if (!token) return 'notApplicable'
      return token.scopes.includes(scope)
        ? []
        : [{ reason: 'missing', path, expected: scope, message: 'The token has not the scope.' }]
    },
  },
  {
    id: 'oauth/access-token-person',
    severity: 'error',
    source: 'R195; R218; R220; R221; R228',
    title: 'The user is there and enabled, and for the access portal the sign-in session still lives',
    fix: 'Sign in again; let an administrator enable the user.',
    answer,
    check: ({ token, signIn, user, scope, now }) => {
      if (!token) return 'notApplicable'
      const disabled = enabledUserRule.check({ user })
      // New sessions of roles end with the sign-in; an application's own session runs until it is refreshed.
      const ended =
        scope === PORTAL_SCOPE
          ? liveSessionRule.check({ session: signIn, until: signIn?.expiresAt, now })
          : 'notApplicable'
      return [disabled, ended].flatMap((result) => (typeof result === 'string' ? [] : result))
    },
  },
]

const subjectForm = members({
  token: optional(accessTokenForm),
  grant: optional(grantForm),
  scope: text,
  now: whole,
})

/**
 * Who is behind an access token that a resource with one `scope` was sent. The portal's scope ends with the sign-in
 * session at once (R220, R228); any other at the token's own end, which is at most an hour away (R218, R221).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for arguments that are not what their types say
 */
export function checkAccessToken(subject: ResourceSubject): Verdict<ResolvedAccessToken> {
  requireForm(subject, subjectForm, 'subject')
  requireForm(subject, personForm, 'subject')
  return judged(accessTokenRules, subject, () => {
    const { token, user, signIn } = subject
    if (!token || !user) throw new Error('A refused token was asked for.')
    return { ...token, user, signIn }
  })
}
