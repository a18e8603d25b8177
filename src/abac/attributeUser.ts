import { isObject, memberPath, type JsonObject } from '../core/json.js'
import { kindOf } from '../core/shown.js'
import { shapeOf, type UserShape } from '../directory/userEntry.js'
import type { AttributePlace, ItemFilter } from './attributePath.js'

/** A user resource, its shape told by its own members; nothing of it is judged yet. */
export interface AttributeUser {
  readonly shape: UserShape
  readonly value: JsonObject
  readonly userName: unknown
}

export type UserFault = 'type' | 'ambiguous' | 'unknown'

const ENTERPRISE_SCHEMA = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
/** Identity Store answers with this extension only where it is asked for by name. */
export const ENTERPRISE_EXTENSION = 'aws:identitystore:enterprise'
/** A directory keeps one item in each of these lists; far more than any system sends is read, and no list without end. */
const MAX_ITEMS = 1_000

/** Tells a SCIM user, one of Identity Store's (ListUsers, DescribeUser) and the `User` of this package apart. */
export function readAttributeUser(user: unknown): AttributeUser | UserFault {
  if (!isObject(user)) return 'type'
  const shape = shapeOf(user)
  if (shape === 'ambiguous' || shape === 'unknown') return shape
  const userName = member({ path: '$', value: user }, 'userName', shape)
  return { shape, value: user, userName: stopped(userName) ? undefined : userName.value }
}

/**
 * What a user has at a place: one text, or why there is none. `absent`: no such member, or null, which SCIM reads as
 * unassigned (RFC 7643 2.5); `no-match`: a list without the item; `empty`: the empty text; `multi-valued`: several values
 * where one is asked for; `type`: a value that is no text; `ambiguous`: two members that mean the same.
 */
export type Resolution =
  | { readonly ok: true; readonly value: string; readonly path: string }
  | {
      readonly ok: false
      readonly reason: 'absent' | 'no-match' | 'empty' | 'multi-valued' | 'type' | 'ambiguous'
      /** Where in the user resource. */
      readonly path: string
      readonly actual: string
    }

export function resolveAttribute(user: AttributeUser, place: AttributePlace): Resolution {
  const start: Found = { path: '$', value: user.value }
  if (place.kind === 'item') return itemOf(member(start, place.list, user.shape), place, user.shape)
  const from = place.kind === 'enterprise' ? enterpriseOf(start, user.shape) : start
  const exact = place.kind === 'enterprise' && user.shape === 'identity-store'
  return textOf(
    place.names.reduce((at: Step, name) => (exact ? either(at, name) : member(at, name, user.shape)), from),
  )
}

interface Found {
  readonly path: string
  readonly value: unknown
}

type Step = Found | (Resolution & { readonly ok: false })

function stopped(step: Step): step is Resolution & { readonly ok: false } {
  return 'ok' in step
}

const none = (
  reason: (Resolution & { ok: false })['reason'],
  path: string,
  value?: unknown,
): Resolution & { readonly ok: false } => ({ ok: false, reason, path, actual: kindOf(value) })

function member(step: Step, name: string, shape: UserShape): Step {
  if (shape === 'identity-store') return child(step, capital(name))
  return shape === 'scim' ? inAnyCase(step, name) : child(step, name)
}

/** SCIM compares names, those of extensions included, without regard to case (RFC 7643 2.1). */
function inAnyCase(step: Step, name: string): Step {
  const exact = child(step, name)
  if (stopped(exact) || stopped(step) || !isObject(step.value)) return exact
  const folded = name.toLowerCase()
  const [one, ...others] = Object.keys(step.value).filter((key) => key.toLowerCase() === folded)
  if (others.length > 0) return none('ambiguous', exact.path, exact.value)
  return one === undefined ? exact : child(step, one)
}

function child(step: Step, name: string): Step {
  if (stopped(step)) return step
  const path = memberPath(step.path, name)
  if (step.value === undefined || step.value === null) return none('absent', path)
  if (Array.isArray(step.value)) return none('multi-valued', step.path, step.value)
  if (!isObject(step.value)) return none('type', step.path, step.value)
  return { path, value: own(step.value, name) }
}

/** The enterprise extension of Identity Store is a free document: both spellings of its members occur. */
function either(step: Step, name: string): Step {
  const [asScim, capitalized] = [child(step, name), child(step, capital(name))]
  if (stopped(asScim) || stopped(capitalized)) return asScim
  if (capitalized.value === undefined) return asScim
  return asScim.value === undefined ? capitalized : none('ambiguous', asScim.path, asScim.value)
}

function enterpriseOf(start: Found, shape: UserShape): Step {
  return shape === 'identity-store'
    ? child(child(start, 'Extensions'), ENTERPRISE_EXTENSION)
    : member(start, ENTERPRISE_SCHEMA, shape)
}

function itemOf(list: Step, place: AttributePlace & { readonly kind: 'item' }, shape: UserShape): Resolution {
  if (stopped(list)) return list
  const { path, value } = list
  if (value === undefined || value === null) return none('absent', path)
  if (!Array.isArray(value)) return none('type', path, value)
  if (value.length > MAX_ITEMS) return none('multi-valued', path, value)
  const items: Found[] = Array.from(value as unknown[], (item, index) => ({
    path: memberPath(path, index),
    value: item,
  }))
  const matching = items.filter((item) => matches(member(item, place.where.name, shape), place.where))
  const [item, ...others] = matching
  if (item === undefined) return none(items.length === 0 ? 'absent' : 'no-match', path, value)
  if (others.length > 0) return none('multi-valued', path, matching)
  return textOf(member(item, place.member, shape))
}

function matches(step: Step, where: ItemFilter): boolean {
  if (stopped(step)) return false
  if (where.name === 'primary') return step.value === true
  return typeof step.value === 'string' && step.value.toLowerCase() === where.value
}

function textOf(step: Step): Resolution {
  if (stopped(step)) return step
  const { path, value } = step
  if (value === undefined || value === null) return none('absent', path)
  if (Array.isArray(value)) return none('multi-valued', path, value)
  if (typeof value !== 'string') return none('type', path, value)
  return value === '' ? none('empty', path, value) : { ok: true, value, path }
}

function own(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? (object as Readonly<Record<string, unknown>>)[name] : undefined
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
