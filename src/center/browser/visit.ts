import { createHash } from 'node:crypto'
import type { Finding } from '../../core/outcome.js'
import { findingOf, type RuleRow } from '../../core/rule.js'
import { findSignIn, type SignedIn } from '../../flows/index.js'
import { sameDigest, secretFrom } from '../../oauth/index.js'
import type { GrantWorld } from '../grants/world.js'
import { messagePage, signedInFooter } from '../pages/pages.js'
import { pageResponse, seeOther, type Page } from '../pages/page.js'
import { headerOf, type ReceivedRequest, type Reply } from '../reply.js'
import { readForm } from '../../core/form.js'

/** What a page answers, and what the log is told of it: nothing where nothing was granted or refused. */
export interface BrowserReply {
  readonly response: Response
  readonly audit?: Reply['audit']
}

/** One request of a browser, with what it holds and who is signed in by it. */
export interface Visit {
  readonly request: ReceivedRequest
  readonly url: URL
  readonly requestId: string
  readonly world: GrantWorld
  /** The browser is on this machine, and knows the center by a name of this machine. */
  readonly near: boolean
  readonly signedIn: SignedIn | undefined
  /** Why nobody can tell who is signed in: the store is out. */
  readonly outage?: readonly Finding[]
  /** The sign-in's secret, as the cookie has it. */
  readonly ticket: string | undefined
  /** The proof that the forms of this visit carry. */
  readonly csrf: string
  readonly cookies: readonly string[]
}

const TICKET_COOKIE = 'countersign_sign_in'
const BROWSER_COOKIE = 'countersign_browser'
const BROWSER_SECRET = /^[A-Za-z0-9_-]{43}$/

export const browserRows = {
  form: {
    id: 'center/form',
    severity: 'error',
    source: 'RFC 9700 4.7; attack O08',
    title: 'A form was sent by the browser that got it from this center, and from a page of this center',
    fix: 'Go back, load the page anew and send its form; let the browser keep cookies.',
  },
  near: {
    id: 'center/sign-in-local',
    severity: 'error',
    source: 'DESIGN: no user passwords',
    title: 'Whoever signs in without a password is on this machine',
    fix: 'Open the page at http://127.0.0.1, in a browser on the machine that runs the center.',
  },
} as const satisfies Record<string, RuleRow>

export async function openVisit(
  request: ReceivedRequest,
  place: Pick<Visit, 'url' | 'requestId' | 'world' | 'near'>,
): Promise<Visit> {
  const held = cookiesOf(request)
  const ticket = held.get(TICKET_COOKIE)
  const found = ticket === undefined ? undefined : await findSignIn(ticket, place.world.ports)
  const kept = held.get(BROWSER_COOKIE)
  const known = kept !== undefined && BROWSER_SECRET.test(kept)
  const secret = known ? kept : secretFrom('', place.world.ports.randomBytes(32))
  const cookies = known ? [] : [cookie(place.url, BROWSER_COOKIE, secret, 34_560_000)]
  const signedIn = found?.ok ? found.value : undefined
  return {
    ...place,
    request,
    signedIn,
    ...(found && isOutage(found.findings) ? { outage: found.findings } : {}),
    ticket,
    csrf: createHash('sha256')
      .update(JSON.stringify(['csrf', secret, signedIn ? ticket : null]))
      .digest('base64url'),
    cookies,
  }
}

/** The cookie that keeps a person signed in, out of reach of scripts and of other sites' requests. */
export function ticketCookie(url: URL, ticket: string, seconds: number): string {
  return cookie(url, TICKET_COOKIE, ticket, seconds)
}

/** The form of a POST, or why it is not taken: sent from elsewhere, or not the one that this browser got. */
export function formOf({ request, url, csrf }: Visit): ReadonlyMap<string, string> | Finding {
  const refuse = (reason: string, message: string): Finding =>
    findingOf(browserRows.form, { reason, path: 'form', message })
  const origin = headerOf(request, 'origin')
  const site = headerOf(request, 'sec-fetch-site')
  if ((origin !== undefined && origin !== url.origin) || (site !== undefined && site !== 'same-origin'))
    return refuse('other-origin', 'The form was sent by a page of another origin.')
  const { parameters, faults } = readForm(request.body)
  if (faults.length > 0) return refuse('malformed', 'The form cannot be read.')
  if (!sameDigest(csrf, parameters.get('csrf') ?? ''))
    return refuse('proof', 'The form has no proof of its own.')
  return parameters
}

/** A page of this visit, with who is signed in below it. */
export function showPage(
  visit: Visit,
  page: Page,
  options: { readonly status?: number; readonly formTarget?: string | undefined } = {},
): Response {
  const { signedIn, csrf, requestId, cookies, url } = visit
  const { status = 200, formTarget } = options
  const here = safeReturn(`${url.pathname}${url.search}`)
  const footer = signedIn && signedInFooter(signedIn.user, { csrf }, here)
  return pageResponse(
    { ...page, ...(footer ? { footer } : {}) },
    { status, requestId, cookies, ...(formTarget === undefined ? {} : { formTarget }) },
  )
}

export function goTo(visit: Visit, location: string, cookies: readonly string[] = []): Response {
  return seeOther(location, { requestId: visit.requestId, cookies: [...visit.cookies, ...cookies] })
}

/** Sends somebody who is not signed in to where that happens, and back here afterwards. */
export function goToSignIn(visit: Visit): Response {
  const here = safeReturn(`${visit.url.pathname}${visit.url.search}`)
  return goTo(visit, `/signin?${new URLSearchParams({ return: here }).toString()}`)
}

/** The answer to a form that is not taken. */
export function refusedForm(visit: Visit, finding: Finding, eventName: string): BrowserReply {
  const page = messagePage(
    'This form cannot be used',
    'It is not the one that this browser got, or somebody else has signed in since. Load the page anew.',
  )
  return {
    response: showPage(visit, page, { status: 403 }),
    audit: refusedAudit(eventName, [finding], 'AccessDenied'),
  }
}

/** Whether a refusal says nothing of who asks, but that the store cannot be relied on. */
export function isOutage(findings: readonly Finding[]): boolean {
  return findings.some(({ rule }) => rule === 'oauth/store')
}

/** The answer while the store is out. */
export function unavailable(visit: Visit, findings: readonly Finding[], eventName: string): BrowserReply {
  const page = messagePage('The center cannot answer now', 'Try again in a while.')
  return {
    response: showPage(visit, page, { status: 500 }),
    audit: refusedAudit(eventName, findings, 'InternalServer'),
  }
}

export function refusedAudit(eventName: string, findings: readonly Finding[], code: string): Reply['audit'] {
  return {
    eventSource: eventName === 'UserAuthentication' ? 'signin.amazonaws.com' : 'sso.amazonaws.com',
    eventName,
    userIdentity: { type: 'Unknown' },
    error: { code, message: code },
    findings,
  }
}

/** Only places of this center to which a person may be sent back; anything else is the start. */
export function safeReturn(path: string | null | undefined): string {
  return typeof path === 'string' &&
    path.length <= 16_384 &&
    /^\/(?:authorize|device|start)(?:\?[\x21-\x5b\x5d-\x7e]*)?$/.test(path)
    ? path
    : '/start'
}

function cookie(url: URL, name: string, value: string, seconds: number): string {
  const secure = url.protocol === 'https:' ? '; Secure' : ''
  return `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`
}

/** A name that comes twice is nobody's: which of the two this center set cannot be told. */
function cookiesOf(request: ReceivedRequest): ReadonlyMap<string, string> {
  const found = new Map<string, string | undefined>()
  for (const part of (headerOf(request, 'cookie') ?? '').split(/; ?/)) {
    const equals = part.indexOf('=')
    if (equals < 1) continue
    const name = part.slice(0, equals)
    found.set(name, found.has(name) ? undefined : part.slice(equals + 1))
  }
  return new Map([...found].flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}
