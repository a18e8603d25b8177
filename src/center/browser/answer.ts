import { messagePage, startPage } from '../pages/pages.js'
import type { ReceivedRequest } from '../reply.js'
import { answerAuthorize } from './authorize.js'
import { answerDevice, answerDeviceEnd } from './device.js'
import type { EstablishPerson } from './establish.js'
import { answerSignIn, answerSignOut } from './signIn.js'
import {
  goToSignIn,
  openVisit,
  refusedAudit,
  showPage,
  unavailable,
  type BrowserReply,
  type Visit,
} from './visit.js'

const PATHS = ['/authorize', '/device', '/device/allowed', '/device/denied', '/signin', '/signout', '/start']

/** Whether a path is a page's: everything below `/signin` belongs to the step that finds out who a person is. */
export function isBrowserPath(path: string): boolean {
  return PATHS.includes(path) || path.startsWith('/signin/')
}

/** Answers a browser: sign-in, consent and device pages. */
export async function answerBrowser(
  request: ReceivedRequest,
  place: Pick<Visit, 'url' | 'requestId' | 'world' | 'near'>,
  establish: EstablishPerson,
): Promise<BrowserReply> {
  const visit = await openVisit(request, place)
  const { pathname } = place.url
  const reads = pathname === '/start' || pathname.startsWith('/device/')
  const allowed = reads ? ['GET'] : pathname === '/signout' ? ['POST'] : ['GET', 'POST']
  if (!allowed.includes(request.method)) {
    const page = messagePage('This page cannot be used like that')
    return {
      response: showPage(visit, page, { status: 405 }),
      audit: refusedAudit('Unknown', [], 'MethodNotAllowed'),
    }
  }
  if (visit.outage) return unavailable(visit, visit.outage, 'UserAuthentication')
  switch (pathname) {
    case '/authorize':
      return answerAuthorize(visit)
    case '/device':
      return answerDevice(visit)
    case '/device/allowed':
      return answerDeviceEnd(visit, 'allowed')
    case '/device/denied':
      return answerDeviceEnd(visit, 'denied')
    case '/signout':
      return answerSignOut(visit)
    case '/start':
      if (!visit.signedIn) return { response: goToSignIn(visit) }
      return { response: showPage(visit, startPage(visit.signedIn.user)) }
    default:
      return answerSignIn(visit, establish)
  }
}
