import { encodeBase64url } from '../core/codec.js'
import type { Identity } from '../core/identity.js'
import { hasError, type Finding } from '../core/outcome.js'
import { findingsOf, runRules } from '../core/rule.js'
import { cookieValues, setCookie } from './cookies.js'
import type { AppRequest, AppResponse } from './http.js'
import type { SessionsPlace } from './openSession.js'
import { asked, StoreOutage } from './outage.js'
import type { Refusal } from './refusal.js'
import { openCookie, sealCookie, whoOf } from './sessionCookie.js'
import { entryKey, sealEntry } from './sessionEntry.js'
import { sessionBeginningRules, sessionTagsRules } from './sessionRules.js'

/** Who signed in, as a middleware that signs people in found out. */
export interface SignIn {
  readonly identity: Identity
  /** The JWT that said so, kept for the exchange. */
  readonly idToken?: string | undefined
}

/** Begins a session and sets its cookie; or answers why there is none, and what the browser is told. */
export async function beginSession(
  request: AppRequest,
  response: AppResponse,
  { identity, idToken }: SignIn,
  { settings, house }: SessionsPlace,
): Promise<'begun' | Refusal | StoreOutage> {
  const { cookieName: name, state, maxAgeSeconds } = settings
  const tags = await asked(async () => settings.tags(identity))
  if (tags instanceof StoreOutage) {
    const findings = findingsOf(runRules(sessionTagsRules, { tags: 'threw' }))
    return { status: 500, findings, cause: tags.cause }
  }
  if (!tags.ok) return notBegun(tags.findings)
  const keys = house.sealingKeys()
  const beganAt = settings.now()
  const until = identity.protocol === 'saml' ? identity.sessionNotOnOrAfter : undefined
  const endsAt = Math.min(beganAt + maxAgeSeconds, until ?? Infinity)
  const ticket = { app: house.app, id: encodeBase64url(settings.randomBytes(32)), beganAt, endsAt }
  const content = { identity, tags: tags.value, ...(idToken === undefined ? {} : { idToken }) }
  const entry = await sealEntry(ticket, content, keys)
  const wrong = findingsOf(
    runRules(sessionBeginningRules, {
      content: typeof entry === 'string' ? entry : 'fits',
      ended: !(beganAt < endsAt),
    }),
  )
  if (hasError(wrong) || typeof entry === 'string') return notBegun(wrong)
  const value = await sealCookie(ticket, whoOf(identity, tags.value), { name, keys })
  const kept = await asked(async () => {
    await forget(request, { settings, house })
    return state.put(entryKey(house.app, ticket.id), entry.sealed, { ifVersion: null, expiresAt: endsAt })
  })
  if (kept instanceof StoreOutage) return kept
  // A fresh id of 256 random bits that is taken is no fresh id.
  if (!kept.ok) return new StoreOutage(undefined)
  setCookie(response, { name, value, maxAgeSeconds: endsAt - beganAt, sameSite: 'Lax' })
  return 'begun'
}

function notBegun(findings: readonly Finding[]): Refusal {
  return { status: 403, findings }
}

/** The session that this browser had ends where another begins. */
async function forget(request: AppRequest, { settings, house }: SessionsPlace): Promise<void> {
  const { cookieName: name, state } = settings
  // More than one is nobody's, and a browser has no more than one.
  for (const value of cookieValues(request, name).slice(0, 1)) {
    const opened = await openCookie(value, { name, keys: house.sealingKeys() })
    if (typeof opened !== 'string' && opened.app === house.app)
      await state.delete(entryKey(house.app, opened.id))
  }
}
