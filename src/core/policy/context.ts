import { foldCase } from '../codec.js'

/** The values under one condition key of a request, which spells it like this. */
export interface ContextEntry {
  readonly key: string
  readonly values: readonly string[]
}

/** The request's context by {@link contextKey}. */
export type Context = ReadonlyMap<string, ContextEntry>

/** Condition keys are compared without regard to case (C29); the names of tags may be of any script. */
export function contextKey(key: string): string {
  const slash = key.indexOf('/')
  return slash < 0 ? key.toLowerCase() : `${key.slice(0, slash).toLowerCase()}${foldCase(key.slice(slash))}`
}

/** The key whose values are shared between two parties, and nobody's to read in a log. */
export const EXTERNAL_ID = 'sts:externalid'

/**
 * How the tag key in `aws:PrincipalTag/Key` and its kin is compared. The guide asks for the exact name (R121), and the
 * reference of IAM takes any case for the same. So both are read: an Allow must apply under each, a Deny under either.
 */
export type Reading = 'exact' | 'folded'
const BOTH: readonly Reading[] = ['exact', 'folded']
const ONE: readonly Reading[] = ['exact']

/** The readings that differ for these keys: one, where the request spells all of their tag keys alike. */
export function readingsOf(context: Context, keys: readonly string[]): readonly Reading[] {
  const alike = keys.every((key) => {
    const entry = context.get(contextKey(key))
    return !entry || tagKeyOf(entry.key) === tagKeyOf(key)
  })
  return alike ? ONE : BOTH
}

/** The request's values under a key; none when it is absent. */
export function readingOf(context: Context, key: string, reading: Reading): readonly string[] {
  const entry = context.get(contextKey(key))
  if (!entry || (reading === 'exact' && tagKeyOf(entry.key) !== tagKeyOf(key))) return []
  return entry.values
}

/** The part after the slash, which is the name of a tag; undefined for a key that has none. */
export function tagKeyOf(key: string): string | undefined {
  const slash = key.indexOf('/')
  return slash < 0 ? undefined : key.slice(slash + 1)
}
