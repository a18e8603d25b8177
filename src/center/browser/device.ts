import type { Finding } from '../../core/outcome.js'
import { decideUserCode, verifyUserCode } from '../../flows/index.js'
import { readUserCode } from '../../oauth/index.js'
import { personIdentity } from '../grants/world.js'
import { deviceConsentPage, messagePage, userCodePage } from '../pages/pages.js'
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

const EVENT = 'AuthorizeDevice'

/**
 * `/device`: the code of a device is entered, or comes with the link that the device shows and still has to be
 * confirmed; then the person sees who asks for what, beside the code, and decides. A code is only ever looked up for
 * somebody who is signed in and sends a form of this center.
 */
export async function answerDevice(visit: Visit): Promise<BrowserReply> {
  const { url, request, signedIn, world } = visit
  if (!signedIn) return { response: goToSignIn(visit) }
  if (request.method === 'GET') {
    const userCode = readUserCode(url.searchParams.get('user_code'))
    return { response: showPage(visit, userCodePage({ userCode }, visit)) }
  }
  const form = formOf(visit)
  if (!('get' in form)) return refusedForm(visit, form, EVENT)
  const typed = form.get('user_code')
  const decision = form.get('decision')
  if (decision !== 'approve' && decision !== 'deny') {
    const found = await verifyUserCode(typed, signedIn, world.service, world.ports)
    if (!found.ok) return refused(visit, found.findings, typed)
    return { response: showPage(visit, deviceConsentPage(found.value, visit)) }
  }
  const decided = await decideUserCode(typed, decision, signedIn, world.service, world.ports)
  if (!decided.ok) return refused(visit, decided.findings, typed)
  const { applicationName, scopes } = decided.value
  const who = { userId: signedIn.user.userId, sessionID: signedIn.session.sessionID }
  return {
    response: goTo(visit, decision === 'approve' ? '/device/allowed' : '/device/denied'),
    audit: {
      eventSource: 'sso.amazonaws.com',
      eventName: EVENT,
      userIdentity: personIdentity(who, world.service.deployment),
      requestParameters: { applicationName, scopes: scopes.map(({ scope }) => scope), decision },
      ...(decision === 'approve' ? {} : { error: { code: 'access_denied', message: 'The person refused.' } }),
      findings: [],
    },
  }
}

/** Where a decision ends: pages that can be loaded again without doing anything again. */
export function answerDeviceEnd(visit: Visit, decision: 'allowed' | 'denied'): BrowserReply {
  const page =
    decision === 'allowed'
      ? messagePage('Access allowed', 'You can close this page and go back to your device.')
      : messagePage('Access denied', 'Your device gets no access. You can close this page.')
  return { response: showPage(visit, page) }
}

function refused(visit: Visit, findings: readonly Finding[], typed: string | undefined): BrowserReply {
  if (isOutage(findings)) return unavailable(visit, findings, EVENT)
  const [first] = findings
  const { status, problem } = problemOf(first)
  const page =
    first?.rule === 'oauth/user-code' || first?.rule === 'oauth/attempts'
      ? userCodePage({ userCode: readUserCode(typed), problem }, visit)
      : messagePage('This cannot be allowed', problem)
  return {
    response: showPage(visit, page, { status }),
    audit: refusedAudit(EVENT, findings, first?.reason ?? 'refused'),
  }
}

function problemOf(finding: Finding | undefined): { readonly status: number; readonly problem: string } {
  switch (finding?.rule) {
    case 'oauth/user-code':
      return {
        status: 400,
        problem:
          finding.reason === 'answered'
            ? 'This code has been answered already. Let the device show a new one.'
            : 'This code is wrong or has expired. Compare it with your device, or let the device show a new one.',
      }
    case 'oauth/attempts':
      return { status: 429, problem: 'Too many wrong codes. Wait ten minutes, then try again.' }
    default:
      return { status: 403, problem: 'You may not use this application. Ask who manages it to assign you.' }
  }
}
