import { beginSignIn, endSignIn } from '../../flows/index.js'
import { personIdentity } from '../grants/world.js'
import { messagePage } from '../pages/pages.js'
import type { EstablishPerson } from './establish.js'
import {
  formOf,
  goTo,
  isOutage,
  refusedAudit,
  refusedForm,
  safeReturn,
  showPage,
  ticketCookie,
  unavailable,
  type BrowserReply,
  type Visit,
} from './visit.js'

/** `/signin`: once the person is known, a sign-in session begins and its cookie is set. */
export async function answerSignIn(visit: Visit, establish: EstablishPerson): Promise<BrowserReply> {
  const established = await establish(visit)
  if ('reply' in established) return established.reply
  const { userId, sessionNotOnOrAfter, returnTo } = established.person
  const { service, ports } = visit.world
  const user = await ports.user(userId)
  const begun = user && (await beginSignIn(user, service, ports, { sessionNotOnOrAfter }))
  if (begun && isOutage(begun.findings)) return unavailable(visit, begun.findings, 'UserAuthentication')
  if (!begun?.ok) {
    const page = messagePage(
      'You cannot sign in',
      'This user is disabled or gone. Go back and choose another one.',
    )
    return {
      response: showPage(visit, page, { status: 403 }),
      audit: refusedAudit('UserAuthentication', begun?.findings ?? [], 'AccessDenied'),
    }
  }
  const { session, ticket } = begun.value
  const who = { userId, sessionID: session.sessionID }
  return {
    response: goTo(visit, safeReturn(returnTo), [
      ticketCookie(visit.url, ticket, session.expiresAt - ports.now()),
    ]),
    audit: {
      eventSource: 'signin.amazonaws.com',
      eventName: 'UserAuthentication',
      userIdentity: {
        ...personIdentity(who, service.deployment, begun.value.user.userName),
        type: 'Unknown',
      },
      findings: [],
    },
  }
}

/** `POST /signout`: the sign-in session ends, and the browser goes to sign in anew. */
export async function answerSignOut(visit: Visit): Promise<BrowserReply> {
  const form = formOf(visit)
  if (!('get' in form)) return refusedForm(visit, form, 'Logout')
  const { ports, service } = visit.world
  const ended = await endSignIn(visit.ticket, ports)
  if (!ended.ok) {
    const page = messagePage('You are still signed in', 'The center could not end the session. Try again.')
    return {
      response: showPage(visit, page, { status: 500 }),
      audit: refusedAudit('Logout', ended.findings, 'InternalServer'),
    }
  }
  const location = `/signin?${new URLSearchParams({ return: safeReturn(form.get('return')) }).toString()}`
  const session = ended.value
  return {
    response: goTo(visit, location, [ticketCookie(visit.url, '', 0)]),
    audit: {
      eventSource: 'sso.amazonaws.com',
      eventName: 'Logout',
      userIdentity: session ? personIdentity(session, service.deployment) : { type: 'Unknown' },
      findings: [],
    },
  }
}
