import type { SessionTags } from '../abac/index.js'
import { canonicalJson, isObject, type JsonObject } from '../core/json.js'
import type { Identity } from '../core/identity.js'
import { openSealed, seal, type SealFault, type SealingKey } from '../tti/tokens/seal.js'
import { MAX_COOKIE_BYTES } from './cookies.js'

/** What a session is known by: a random id, and from when to when it lasts, in epoch seconds. */
export interface Ticket {
  readonly id: string
  readonly beganAt: number
  readonly endsAt: number
}

/** The least of an identity that a page needs. */
export interface Who {
  readonly protocol: Identity['protocol']
  readonly issuer: string
  readonly name: string
  readonly tags?: Readonly<Record<string, string>>
}

export interface SessionCookie extends Ticket {
  readonly app: string
  /** Absent where it had no room; without tags where those had none. Nothing is ever cut. */
  readonly who?: Who
}

export function whoOf(identity: Identity, { tags }: Pick<SessionTags, 'tags'>): Required<Who> {
  const { protocol, issuer } = identity
  const name = identity.protocol === 'saml' ? identity.nameID : identity.subject
  const held = Object.create(null) as Record<string, string>
  for (const { key, value } of tags) held[key] = value
  return { protocol, issuer, name, tags: held }
}

/** The value of a session's cookie, which with its name is as long as browsers keep at the most. */
export async function sealCookie(
  ticket: Ticket & { readonly app: string },
  who: Who,
  settings: { readonly name: string; readonly keys: readonly [SealingKey, ...SealingKey[]] },
): Promise<string> {
  const { app, id, beganAt, endsAt } = ticket
  const { protocol, issuer, name } = who
  const least = { app, id, beganAt, endsAt }
  for (const content of [
    { ...least, who },
    { ...least, who: { protocol, issuer, name } },
  ]) {
    // Sealing makes texts longer, never shorter.
    if (JSON.stringify(content).length > MAX_COOKIE_BYTES) continue
    const sealed = await seal('app-session', content, settings.keys)
    if (settings.name.length + 1 + sealed.length <= MAX_COOKIE_BYTES) return sealed
  }
  return seal('app-session', least, settings.keys)
}

/** What a cookie says, or why it says nothing. Whether it is in time, and of this app, is for the rules. */
export async function openCookie(
  value: string,
  settings: { readonly name: string; readonly keys: readonly SealingKey[] },
): Promise<SessionCookie | SealFault> {
  const maxCharacters = MAX_COOKIE_BYTES - settings.name.length - 1
  const content = await openSealed('app-session', value, settings.keys, { maxCharacters })
  return typeof content === 'string' ? content : (cookieOf(content) ?? 'form')
}

function cookieOf(content: JsonObject): SessionCookie | undefined {
  const { app, id, beganAt, endsAt, who } = content
  if (typeof app !== 'string' || typeof id !== 'string' || !Number.isSafeInteger(beganAt)) return undefined
  if (!Number.isSafeInteger(endsAt) || (who !== undefined && !isObject(who))) return undefined
  return content as unknown as SessionCookie
}

/** Whether what a cookie says of a person, as far as it says it, is what the store says. */
export function sameWho(said: Who | undefined, kept: Required<Who>): boolean {
  if (said === undefined) return true
  const { tags, ...least } = kept
  const full = { ...least, ...(said.tags === undefined ? {} : { tags }) }
  return canonicalJson(said as unknown as JsonObject) === canonicalJson(full as unknown as JsonObject)
}
