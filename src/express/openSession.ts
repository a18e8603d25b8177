import { hasError, type Finding } from '../core/outcome.js'
import { findingsOf, runRules } from '../core/rule.js'
import { cookieValues } from './cookies.js'
import type { House } from './house.js'
import type { AppRequest } from './http.js'
import { originRules } from './originRules.js'
import { asked, StoreOutage } from './outage.js'
import type { Refusal } from './refusal.js'
import { openCookie, sameWho, whoOf, type SessionCookie } from './sessionCookie.js'
import { entryKey, openEntry, type SessionContent } from './sessionEntry.js'
import type { SessionSettings } from './sessionOptions.js'
import { sessionCookieRules, sessionEntryRules, type EntrySubject } from './sessionRules.js'

/** What the functions of one app's sessions work with. */
export interface SessionsPlace {
  readonly settings: SessionSettings
  readonly house: House
}

/** The session that a request came with: cookie and entry agree. */
export interface OpenSession {
  readonly ticket: SessionCookie
  readonly content: SessionContent
}

/** Where the sessions' handler leaves word for the handlers behind it: of whose app, and who is signed in. */
export const SESSION = Symbol('countersign/express session')

export interface WithSession {
  [SESSION]?: SessionPlace
}

export interface SessionPlace {
  readonly house: House
  readonly session: OpenSession | undefined
  /** The Express app whose handler the sessions are. */
  readonly app: unknown
  /** Where other sessions have looked before. */
  readonly before: SessionPlace | undefined
}

/**
 * The house of this app, where the sessions that looked last are those of an app within it that has let the request through:
 * who is signed in there is nobody here. Undefined where they are this app's own, or an app's around it.
 */
export function houseAround({ app }: AppRequest, last: SessionPlace): House | undefined {
  const around: unknown[] = []
  let at = app as { readonly parent?: unknown } | undefined
  for (; at !== undefined && around.length < MAX_NESTED_APPS; at = at.parent as typeof at) around.push(at)
  let place: SessionPlace | undefined = last
  while (place && !around.includes(place.app)) place = place.before
  return place === last ? undefined : place?.house
}

const MAX_NESTED_APPS = 100

/** The session of a request, if these are the sessions that looked for it last. */
export function sessionOf(request: AppRequest & WithSession, house: House): OpenSession | undefined {
  const found = request[SESSION]
  return found?.house === house ? found.session : undefined
}

/** Why a request with a session's cookie ends here. */
export type SessionRefusal =
  { readonly outage: StoreOutage } | { readonly refusal: Refusal; readonly forget: boolean }

/** Finds out whose session a request came with; undefined where it came with none. */
export async function openSession(
  request: AppRequest,
  { settings, house }: SessionsPlace,
): Promise<OpenSession | undefined | SessionRefusal> {
  const { cookieName: name, state, now } = settings
  const values = cookieValues(request, name)
  const [value] = values
  if (value === undefined) return undefined
  const keys = house.sealingKeys()
  const opened = values.length === 1 ? await openCookie(value, { name, keys }) : 'form'
  const cookie = { count: values.length, opened, app: house.app, now: now() }
  const bad = findingsOf(runRules(sessionCookieRules, cookie))
  if (hasError(bad) || typeof opened === 'string') return signedOut(bad)
  const foreign = findingsOf(runRules(originRules, originOf(request, house)))
  if (hasError(foreign)) return { refusal: { status: 403, findings: foreign }, forget: false }
  const found = await asked(() => state.get(entryKey(house.app, opened.id)))
  if (found instanceof StoreOutage) return { outage: found }
  const content = found === undefined ? 'gone' : await openEntry(opened, found.value, keys)
  const unlike = findingsOf(runRules(sessionEntryRules, { entry: agreement(opened, content) }))
  if (hasError(unlike) || typeof content === 'string') return signedOut(unlike)
  return { ticket: opened, content }
}

function signedOut(findings: readonly Finding[]): SessionRefusal {
  return { refusal: { status: 401, findings }, forget: true }
}

function originOf({ method = '', headers }: AppRequest, { url }: House) {
  const site = headers['sec-fetch-site']
  return {
    method,
    origin: headers.origin,
    fetchSite: Array.isArray(site) ? site.join(', ') : site,
    own: url.origin,
  }
}

function agreement(
  cookie: SessionCookie,
  content: SessionContent | Exclude<EntrySubject['entry'], 'agrees'>,
): EntrySubject['entry'] {
  if (typeof content === 'string') return content
  return sameWho(cookie.who, whoOf(content.identity, content.tags)) ? 'agrees' : 'differs'
}
