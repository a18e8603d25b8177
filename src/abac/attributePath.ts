import { nearest } from '../core/nearest.js'

/** Where a user resource keeps the value of one attribute, spelled as SCIM does (RFC 7643). */
export type AttributePlace =
  | { readonly kind: 'member'; readonly names: readonly string[] }
  | { readonly kind: 'enterprise'; readonly names: readonly string[] }
  | { readonly kind: 'item'; readonly list: string; readonly where: ItemFilter; readonly member: string }

/** Which item of a list is meant. SCIM compares a `type` without regard to case (RFC 7643 4.1.2). */
export type ItemFilter =
  { readonly name: 'primary'; readonly value: true } | { readonly name: 'type'; readonly value: string }

type Row = readonly [string, AttributePlace]

const member = (path: string): Row => [path, { kind: 'member', names: path.split('.') }]
const enterprise = (path: string): Row => [
  `enterprise.${path}`,
  { kind: 'enterprise', names: path.split('.') },
]
const work = (list: string, name: string): Row => [
  `${list}[type eq "work"].${name}`,
  { kind: 'item', list, where: { name: 'type', value: 'work' }, member: name },
]
const primary = (list: string, name: string): Row => [
  `${list}[primary eq true].${name}`,
  { kind: 'item', list, where: { name: 'primary', value: true }, member: name },
]

/** The guide's table, in its order (R119). */
const TABLE: readonly Row[] = [
  member('userName'),
  member('name.familyName'),
  member('name.givenName'),
  member('displayName'),
  member('nickName'),
  primary('emails', 'value'),
  work('addresses', 'streetAddress'),
  work('addresses', 'locality'),
  work('addresses', 'region'),
  work('addresses', 'postalCode'),
  work('addresses', 'country'),
  work('addresses', 'formatted'),
  work('phoneNumbers', 'value'),
  member('userType'),
  member('title'),
  member('locale'),
  member('timezone'),
  enterprise('employeeNumber'),
  enterprise('costCenter'),
  enterprise('organization'),
  enterprise('division'),
  enterprise('department'),
  enterprise('manager.value'),
]

const PLACES: ReadonlyMap<string, AttributePlace> = new Map(
  TABLE.map(([path, place]) => [`\${path:${path}}`, place]),
)

/** The 23 expressions that attributes for access control take for a value, such as `${path:enterprise.costCenter}`. */
export const attributePaths: readonly string[] = Object.freeze([...PLACES.keys()])

/** Longer than any, with white space to spare. */
const MAX_EXPRESSION = 1_024

/** Why an expression is none of them. */
export interface PathFault {
  readonly reason: 'not-a-path' | 'active-directory' | 'spelling' | 'unknown'
  /** The one that was probably meant. */
  readonly expected?: string
}

/**
 * The place that an expression names, or why it names none: `not-a-path` for a text that is no expression,
 * `active-directory` for one in the form of Active Directory's attributes, `spelling` for a known one in another case,
 * spacing or quotation marks, `unknown` for any other attribute.
 */
export function parseAttributePath(expression: string): AttributePlace | PathFault {
  const place = PLACES.get(expression)
  if (place !== undefined) return place
  if (typeof expression !== 'string' || expression.length > MAX_EXPRESSION) return { reason: 'not-a-path' }
  const plain = normalized(expression)
  if (!plain.startsWith('${') || !plain.endsWith('}')) return { reason: 'not-a-path', ...meant(plain) }
  if (!plain.startsWith('${path:')) return { reason: 'active-directory', ...meant(plain) }
  const same = attributePaths.find((known) => normalized(known) === plain)
  if (same !== undefined) return { reason: 'spelling', expected: same }
  const close = meant(plain).expected ?? closest(plain.slice('${path:'.length, -1))
  return { reason: 'unknown', ...(close === undefined ? {} : { expected: close }) }
}

/**
 * For `costCenter`, `${path:costCenter}`, `${user:displayName}`, `user.department` of an identity provider's console, or
 * the URN of a SCIM attribute: the one expression that ends like it.
 */
function meant(plain: string): { readonly expected?: string } {
  const inside = plain.replace(/^\$\{/, '').replace(/\}$/, '')
  const words = inside.slice(inside.lastIndexOf(':') + 1).replace(/^user\./, '')
  if (words.length < 2) return {}
  const [one, ...others] = attributePaths.filter((known) => {
    const path = normalized(known).slice('${path:'.length, -1)
    return path === words || path.endsWith(`.${words}`)
  })
  return one === undefined || others.length > 0 ? {} : { expected: one }
}

/** Where a path has its last name: in which object or list, and the name. */
function split(path: string): { readonly holder: string; readonly name: string } {
  const dot = path.lastIndexOf('.')
  const bracket = path.indexOf('[')
  return { holder: path.slice(0, bracket < 0 ? Math.max(dot, 0) : bracket), name: path.slice(dot + 1) }
}

/**
 * The one that was probably meant by a path that is none: the only one that goes on from it, or one of nearly its last name
 * in the same object or list. Names of other objects are other attributes, however alike they look.
 */
function closest(path: string): string | undefined {
  const known = attributePaths.map((whole) => ({
    whole,
    path: normalized(whole).slice('${path:'.length, -1),
  }))
  const [one, ...others] = known.filter((each) =>
    ['.', '['].some((next) => each.path.startsWith(path + next)),
  )
  if (one !== undefined && others.length === 0) return one.whole
  const parts = known.map((each) => ({ whole: each.whole, ...split(each.path) }))
  const { holder, name } = split(path)
  const where = nearest(holder, distinct(parts.map((part) => part.holder)))
  const there = parts.filter((part) => part.holder === where)
  const close = nearest(name, distinct(there.map((part) => part.name)))
  return there.find((part) => part.name === close)?.whole
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}

/** Without case and white space, and with the quotation marks of a keyboard. */
function normalized(expression: string): string {
  return expression
    .replace(/[\s\u00a0]+/g, '')
    .replace(/[\u2018\u2019\u201c\u201d']/g, '"')
    .toLowerCase()
}
