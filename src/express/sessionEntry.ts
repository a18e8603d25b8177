import { createHash } from 'node:crypto'
import type { SessionTags } from '../abac/index.js'
import { lengthPrefixed } from '../core/codec.js'
import type { Identity } from '../core/identity.js'
import { isObject, parseJson, type JsonObject } from '../core/json.js'
import { openSealed, seal, type SealFault, type SealingKey } from '../tti/tokens/seal.js'
import type { Ticket } from './sessionCookie.js'

/** What the store keeps of a session, sealed. */
export interface SessionContent {
  readonly identity: Identity
  readonly tags: SessionTags
  /** The JWT of the sign-in, for the exchange. */
  readonly idToken?: string
  /** What other middlewares keep with the session, by name: JSON. */
  readonly kept?: JsonObject
}

/** Room for the identity of the largest SAML Response, its tags and tokens. */
const MAX_ENTRY_CHARACTERS = 524_288
const LIMITS = { maxCharacters: MAX_ENTRY_CHARACTERS, maxDepth: 64 } as const

/** The key of a session's entry: of the id only a digest leaves this host. */
export function entryKey(app: string, id: string): string {
  const digest = createHash('sha256').update(lengthPrefixed(['app-session', app, id]))
  return `countersign/express/session/${digest.digest('base64url')}`
}

/** The sealed entry of one session, which opens for no other; or why it cannot be kept. */
export async function sealEntry(
  ticket: Ticket & { readonly app: string },
  content: SessionContent,
  keys: readonly [SealingKey, ...SealingKey[]],
): Promise<{ readonly sealed: string } | 'too-large' | 'not-json'> {
  const { app, id, beganAt, endsAt } = ticket
  const entry = { of: { app, id, beganAt, endsAt }, ...content }
  let text: string
  try {
    text = JSON.stringify(entry)
  } catch {
    return 'not-json'
  }
  // base64url of the content alone is a third longer.
  if (text.length > (MAX_ENTRY_CHARACTERS * 3) / 4 - 1_024) return 'too-large'
  if (!parseJson(text, LIMITS).ok) return 'not-json'
  // Characters beyond ASCII take more bytes.
  if (Buffer.byteLength(text) > (MAX_ENTRY_CHARACTERS * 3) / 4 - 1_024) return 'too-large'
  return { sealed: await seal('app-session-entry', entry, keys, LIMITS) }
}

/** The content of a session's entry, if it is the entry of this very session. */
export async function openEntry(
  ticket: Ticket & { readonly app: string },
  value: unknown,
  keys: readonly SealingKey[],
): Promise<SessionContent | SealFault | 'differs'> {
  const entry = await openSealed('app-session-entry', value, keys, LIMITS)
  if (typeof entry === 'string') return entry
  const { of, identity, tags, idToken, kept } = entry
  if (!isObject(of) || !isObject(identity) || !isObject(tags)) return 'form'
  const same = (['app', 'id', 'beganAt', 'endsAt'] as const).every((name) => of[name] === ticket[name])
  if (!same) return 'differs'
  return {
    identity: frozen(identity) as unknown as Identity,
    tags: frozen(tags) as unknown as SessionTags,
    ...(typeof idToken === 'string' ? { idToken } : {}),
    ...(isObject(kept) ? { kept } : {}),
  }
}

/** Who is signed in is for nobody to change, also not by accident: an update would keep it. Nested as deep as is read here. */
function frozen<T>(json: T): T {
  if (typeof json !== 'object' || json === null) return json
  for (const value of Object.values(json)) frozen<unknown>(value)
  return Object.freeze(json)
}
