import type { AppRequest } from './http.js'
import { sessionOf, type SessionsPlace, type WithSession, SESSION } from './openSession.js'
import { asked, StoreOutage } from './outage.js'
import { entryKey, openEntry, sealEntry, type SessionContent } from './sessionEntry.js'

/** What may change of a session that has begun. */
export type SessionChange = Pick<SessionContent, 'idToken' | 'kept'>

export type SessionUpdate =
  | { readonly ok: true; readonly content: SessionContent }
  /** `conflict`: others were always faster. With `unavailable`, what the store threw. */
  | {
      readonly ok: false
      readonly reason: 'gone' | 'unavailable' | 'conflict' | 'too-large' | 'not-json'
      readonly cause?: unknown
    }

/** How often an update is tried anew. */
const MAX_ATTEMPTS = 10

/** Changes what is kept of a request's session, by compare-and-set. */
export async function updateSession(
  request: AppRequest & WithSession,
  change: (content: SessionContent) => SessionChange | undefined,
  { settings, house }: SessionsPlace,
): Promise<SessionUpdate> {
  const session = sessionOf(request, house)
  if (session === undefined) return { ok: false, reason: 'gone' }
  const { ticket } = session
  const { state } = settings
  const key = entryKey(house.app, ticket.id)
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const found = await asked(() => state.get(key))
    if (found instanceof StoreOutage) return { ok: false, reason: 'unavailable', cause: found.cause }
    const keys = house.sealingKeys()
    const content = found && (await openEntry(ticket, found.value, keys))
    if (typeof content !== 'object' || found === undefined) return { ok: false, reason: 'gone' }
    const changed = change(content)
    if (changed === undefined) return { ok: true, content }
    const { idToken, kept } = changed
    const next: SessionContent = {
      // Who is signed in is the very object that the request was given.
      identity: session.content.identity,
      tags: session.content.tags,
      ...(idToken === undefined ? {} : { idToken }),
      ...(kept === undefined ? {} : { kept }),
    }
    const entry = await sealEntry(ticket, next, keys)
    if (typeof entry === 'string') return { ok: false, reason: entry }
    const put = await asked(() =>
      state.put(key, entry.sealed, { ifVersion: found.version, expiresAt: ticket.endsAt }),
    )
    if (put instanceof StoreOutage) return { ok: false, reason: 'unavailable', cause: put.cause }
    if (!put.ok) continue
    const place = request[SESSION]
    if (place?.house === house) request[SESSION] = { ...place, session: { ticket, content: next } }
    return { ok: true, content: next }
  }
  return { ok: false, reason: 'conflict' }
}
