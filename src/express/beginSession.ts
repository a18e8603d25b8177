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
  /** What `held` of the house said when the sign-in began: the session that ends with it, beside that of this very request. */
  readonly replaces?: string | undefined
}

/** Begins a session and sets its cookie; or answers why there is none, and what the browser is told. */
export async function beginSession(
  request: AppRequest,
  response: AppResponse,
  { identity, idToken, replaces }: SignIn,
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
    const held = await heldSession(request, { settings, house })
    // The session that this browser had ends where another begins.
    for (const key of new Set([held, replaces])) if (key !== undefined) await state.delete(key)
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

/** The key of the session whose cookie a request came with, whether it still lasts or not. */
export async function heldSession(
  request: AppRequest,
  { settings: { cookieName: name }, house }: SessionsPlace,
): Promise<string | undefined> {
  const [value, ...others] = cookieValues(request, name)
  // More than one is nobody's, and a browser has no more than one.
  if (value === undefined || others.length > 0) return undefined
  const opened = await openCookie(value, { name, keys: house.sealingKeys() })
  return typeof opened !== 'string' && opened.app === house.app ? entryKey(house.app, opened.id) : undefined
}
