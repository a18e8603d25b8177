import type { User } from '../../core/identity.js'
import { findingOf } from '../../core/rule.js'
import { messagePage, signInPage } from '../pages/pages.js'
import {
  browserRows,
  formOf,
  refusedAudit,
  refusedForm,
  safeReturn,
  showPage,
  type BrowserReply,
  type Visit,
} from './visit.js'

/** Who a person turned out to be, and where the person was going. */
export interface Established {
  readonly userId: string
  /** Where an identity provider ends its own session (R020). */
  readonly sessionNotOnOrAfter?: number
  readonly returnTo: string
}

/**
 * The step that finds out who a person is. It answers every request to `/signin` and below until it knows: with pages,
 * or by sending the browser to an identity provider and reading its SAML Response. Everything after it, the sign-in
 * session and its cookie, is not its concern.
 */
export type EstablishPerson = (
  visit: Visit,
) => Promise<{ readonly person: Established } | { readonly reply: BrowserReply }>

const EVENT = 'UserAuthentication'

/** The local center's way: one chooses a person of the directory, without a password, on this machine alone. */
export function choosePerson(users: readonly User[]): EstablishPerson {
  return async (visit) => {
    const { request, url, near } = visit
    if (url.pathname !== '/signin') return { reply: notFound(visit) }
    if (!near) return { reply: elsewhere(visit) }
    if (request.method === 'GET') {
      const returnTo = safeReturn(url.searchParams.get('return'))
      return { reply: { response: showPage(visit, signInPage({ users, returnTo }, visit)) } }
    }
    const form = formOf(visit)
    if (!('get' in form)) return { reply: refusedForm(visit, form, EVENT) }
    const [id, name] = [form.get('user_id'), form.get('user_name')]
    const user = users.find(({ userId, userName }) => (id === undefined ? userName === name : userId === id))
    const returnTo = safeReturn(form.get('return'))
    if (user) return { person: { userId: user.userId, returnTo } }
    const problem = 'The directory has nobody of this name.'
    const page = signInPage({ users, returnTo, problem }, visit)
    return {
      reply: {
        response: showPage(visit, page, { status: 400 }),
        audit: refusedAudit(EVENT, [], 'UnknownUser'),
      },
    }
  }
}

function elsewhere(visit: Visit): BrowserReply {
  const message = 'Here everybody can be anybody, so only this machine may sign in.'
  const finding = findingOf(browserRows.near, { reason: 'elsewhere', path: 'request', message })
  return {
    response: showPage(visit, messagePage('Sign in on the machine that runs the center', message), {
      status: 403,
    }),
    audit: refusedAudit(EVENT, [finding], 'AccessDenied'),
  }
}

function notFound(visit: Visit): BrowserReply {
  return { response: showPage(visit, messagePage('There is no such page'), { status: 404 }) }
}
