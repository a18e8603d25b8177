import { isObject } from './json.js'

/** Deeper than any request goes. */
const MAX_DEPTH = 32
/** More than any configuration holds; what stands in several places counts in each. */
const MAX_VALUES = 1_000_000

/**
 * What somebody handed in, read once and as it is now, so that what is judged is what is used: a copy of its own members,
 * objects and lists at any depth. Undefined where it cannot be read (an accessor that throws, a revoked proxy), or is
 * deeper than 32 levels or of more than a million values: a few objects that hold each other twice, or a list that has but a
 * length, would else be copied for ever.
 */
export function readOnce(value: unknown): unknown {
  try {
    return copied(value, 0, { left: MAX_VALUES })
  } catch {
    return undefined
  }
}

function copied(value: unknown, depth: number, budget: { left: number }): unknown {
  if (depth > MAX_DEPTH || budget.left-- <= 0) throw new Error('too much')
  if (Array.isArray(value))
    return Array.from<unknown, unknown>(value, (item) => copied(item, depth + 1, budget))
  if (!isObject(value) || !isPlain(value)) return value
  return Object.fromEntries(
    Object.entries<unknown>(value).map(([name, member]) => [name, copied(member, depth + 1, budget)]),
  )
}

/** Bytes, dates and the like stay what they are: their kind is for the rules to tell. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}
