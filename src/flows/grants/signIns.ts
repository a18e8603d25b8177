import { uuidFrom } from '../../core/codec.js'
import type { User } from '../../core/identity.js'
import type { Verdict } from '../../core/outcome.js'
import {
  checkSignInSession,
  signOut,
  startSignInSession,
  type SignInSession,
} from '../../directory/portal/index.js'
import { enabledUserRule } from '../../directory/portal/signInSession.js'
import { findingOf } from '../../core/rule.js'
import { digestOf, sameDigest, secretFrom, type Person, type SignIn } from '../../oauth/index.js'
import { change, create, keyOf, read } from './kept.js'
import { asked, misuse, optionOf, passed, Refusal, storeRefusal, verdictFrom } from './refusal.js'
import { fresh, type GrantPorts, type GrantService } from './service.js'

/** A person who is signed in, proven by what the browser holds. */
export interface SignedIn {
  readonly session: SignInSession
  readonly user: User
}

const TICKET = /^([0-9a-f-]{36})\.([A-Za-z0-9_-]{43})$/

/**
 * Signs a person in whom somebody else has established: by a SAML Response, say. The ticket is a secret for the browser
 * alone, as a cookie that scripts cannot read; what is kept is its digest.
 *
 * @param options.sessionNotOnOrAfter - where the identity provider ends its own session, which ends this one (R020)
 */
export function beginSignIn(
  user: User,
  service: GrantService,
  ports: GrantPorts,
  options: { readonly sessionNotOnOrAfter?: number | undefined } = {},
): Promise<Verdict<SignedIn & { readonly ticket: string }>> {
  return verdictFrom(async () => {
    const sessionID = uuidFrom(fresh(ports, 16))
    const secret = secretFrom('', fresh(ports, 32))
    const sessionNotOnOrAfter = optionOf(options, 'sessionNotOnOrAfter')
    const signIn = { sessionID, user, sessionNotOnOrAfter }
    const session = passed(startSignInSession(signIn, service.sessions, ports.now()))
    await keepSignIn({ session, secretDigest: await digestOf('sign-in', secret) }, ports)
    return { session, user, ticket: `${sessionID}.${secret}` }
  })
}

/** Keeps a session that has just begun. */
export async function keepSignIn(signIn: SignIn, { state }: GrantPorts): Promise<void> {
  const { sessionID } = signIn.session
  if (!(await create(state, keyOf.signIn(sessionID), signIn, endOf(signIn))))
    throw storeRefusal({ reason: 'contended' })
}

/** Who holds a ticket: refused where there is no such sign-in, or it has ended, or the user is disabled or gone. */
export function findSignIn(ticket: unknown, ports: GrantPorts): Promise<Verdict<SignedIn>> {
  return verdictFrom(async () => {
    const signIn = await held(ticket, ports)
    const session = passed(checkSignInSession(signIn?.session, ports.now()))
    const user = await asked(() => ports.user(session.userId))
    const faults = enabledUserRule.check({ user })
    if (user === undefined || faults.length > 0)
      throw new Refusal(
        typeof faults === 'string' ? [] : faults.map((fault) => findingOf(enabledUserRule, fault)),
      )
    return { session, user }
  })
}

/** Signs out: the portal ends at once, and what applications have at their next refresh (R218). */
export function endSignIn(ticket: unknown, ports: GrantPorts): Promise<Verdict<SignInSession | undefined>> {
  return verdictFrom(async () => {
    const signIn = await held(ticket, ports)
    return signIn && ended(signIn.session.sessionID, 'sign-out', ports)
  })
}

/** Ends a session by its id, as an administrator does, or the portal's own sign-out. Undefined where there is none. */
export function endSession(
  sessionID: string,
  by: 'sign-out' | 'administrator',
  ports: GrantPorts,
): Promise<Verdict<SignInSession | undefined>> {
  return verdictFrom(async () => {
    if (typeof sessionID !== 'string') misuse('sessionID must be a text.')
    return ended(sessionID, by, ports)
  })
}

/** The sign-in session and the user behind a grant, as they are now. */
export async function personOf(
  { signInSessionID, userId }: { readonly signInSessionID: string; readonly userId: string },
  ports: GrantPorts,
): Promise<Person> {
  const signIn = await read<SignIn>(ports.state, keyOf.signIn(signInSessionID))
  const user = await asked(() => ports.user(userId))
  return { signIn: signIn?.session, user }
}

/** When a sign-in may be forgotten. */
export function endOf({ session }: { readonly session: SignInSession }): number {
  return Math.max(session.expiresAt, session.extendedUntil ?? 0)
}

async function held(ticket: unknown, { state }: GrantPorts): Promise<SignIn | undefined> {
  const [, sessionID, secret] =
    typeof ticket === 'string' && ticket.length <= 80 ? (TICKET.exec(ticket) ?? []) : []
  if (sessionID === undefined || secret === undefined) return undefined
  const signIn = await read<SignIn>(state, keyOf.signIn(sessionID))
  const digest = await digestOf('sign-in', secret)
  return signIn?.secretDigest !== undefined && sameDigest(signIn.secretDigest, digest) ? signIn : undefined
}

async function ended(
  sessionID: string,
  by: 'sign-out' | 'administrator',
  ports: GrantPorts,
): Promise<SignInSession | undefined> {
  const end = (session: SignInSession): SignInSession => {
    const at = ports.now()
    return by === 'sign-out' ? signOut(session, at) : { ...session, ended: { at, by } }
  }
  const step = (signIn: SignIn | undefined) => ({
    outcome: { ok: true as const, value: undefined, findings: [] },
    state: signIn && (signIn.session.ended ? signIn : { ...signIn, session: end(signIn.session) }),
  })
  return (await change<SignIn, undefined>(ports.state, keyOf.signIn(sessionID), step, endOf)).state?.session
}
