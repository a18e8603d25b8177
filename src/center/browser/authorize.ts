import type { Finding } from '../../core/outcome.js'
import { decideAuthorization, validateAuthorization, type Authorization } from '../../flows/index.js'
import { authorizationError } from '../../oauth/index.js'
import { personIdentity } from '../grants/world.js'
import { formTargetOf } from '../pages/page.js'
import { consentPage, messagePage } from '../pages/pages.js'
import {
  formOf,
  goTo,
  goToSignIn,
  isOutage,
  refusedAudit,
  refusedForm,
  showPage,
  unavailable,
  type BrowserReply,
  type Visit,
} from './visit.js'

const EVENT = 'Authorize'

/**
 * `/authorize`: a request that is not proven to come from a client and its redirect URI ends on a page; any other goes
 * back to the client, with an error at once or with what the person who signed in decided.
 */
export async function answerAuthorize(visit: Visit): Promise<BrowserReply> {
  const { url, world, signedIn, request } = visit
  const query = [...url.searchParams]
  const asked = await validateAuthorization(query, world.service, world.ports)
  if (!asked.verdict.ok) return refused(visit, asked)
  if (!signedIn) return { response: goToSignIn(visit) }
  if (request.method === 'GET') {
    const { view, redirectURI } = asked.verdict.value
    const page = consentPage(view, visit, `${url.pathname}${url.search}`)
    return { response: showPage(visit, page, { formTarget: formTargetOf(redirectURI) }) }
  }
  const form = formOf(visit)
  if (!('get' in form)) return refusedForm(visit, form, EVENT)
  const decision = form.get('decision') === 'approve' ? 'approve' : 'deny'
  const decided = await decideAuthorization(query, decision, signedIn, world.service, world.ports)
  const { userId } = signedIn.user
  const who = personIdentity({ userId, sessionID: signedIn.session.sessionID }, world.service.deployment)
  if (!decided.verdict.ok) {
    const reply = refused(visit, decided)
    return { ...reply, ...(reply.audit ? { audit: { ...reply.audit, userIdentity: who } } : {}) }
  }
  const { clientId, redirectURI, scopes } = decided.verdict.value
  return {
    response: goTo(visit, decided.location ?? '/start'),
    audit: {
      eventSource: 'sso.amazonaws.com',
      eventName: EVENT,
      userIdentity: who,
      requestParameters: { clientId, redirectUri: redirectURI, scopes },
      findings: [],
    },
  }
}

function refused(visit: Visit, { verdict, location }: Authorization<unknown>): BrowserReply {
  const findings: readonly Finding[] = verdict.findings
  const audit = refusedAudit(EVENT, findings, authorizationError(findings))
  if (location !== undefined) return { response: goTo(visit, location), audit }
  if (isOutage(findings)) return unavailable(visit, findings, EVENT)
  const page = messagePage(
    'This application cannot ask for access',
    'The address that brought you here names no registered application, or a place to return to that the application has not registered. Start again from the application.',
  )
  return { response: showPage(visit, page, { status: 400 }), audit }
}
