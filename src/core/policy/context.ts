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

/** One way to take what IAM leaves open about the keys of a request: an Allow must apply in each, a Deny in any. */
export interface Reading {
  /**
   * How the tag key in `aws:PrincipalTag/Key` and its kin is compared. The guide asks for the exact name (R121), and the
   * reference of IAM takes any case for the same.
   */
  readonly tagKey: 'exact' | 'folded'
  /** Whether the empty text fills a variable. A key "that has no value" does not, and IAM does not say if that has one. */
  readonly emptyFills: boolean
}

/** The readings that differ for a key and these variables: one, where nothing about them is open. */
export function readingsOf(
  context: Context,
  keys: readonly string[],
  variables: readonly string[],
): readonly Reading[] {
  const entries = [...keys, ...variables].map((key) => ({ key, entry: context.get(contextKey(key)) }))
  const alike = entries.every(({ key, entry }) => !entry || tagKeyOf(entry.key) === tagKeyOf(key))
  const filled = variables.every((key) => !isEmpty(context.get(contextKey(key))?.values ?? []))
  return (alike ? (['exact'] as const) : (['exact', 'folded'] as const)).flatMap((tagKey) =>
    (filled ? [true] : [true, false]).map((emptyFills) => ({ tagKey, emptyFills })),
  )
}

/** One value, and that the empty text. */
export function isEmpty(values: readonly string[]): boolean {
  return values.length === 1 && values[0] === ''
}

/** The request's values under a key; none when it is absent. */
export function readingOf(
  context: Context,
  key: string,
  { tagKey }: Pick<Reading, 'tagKey'>,
): readonly string[] {
  const entry = context.get(contextKey(key))
  if (!entry || (tagKey === 'exact' && tagKeyOf(entry.key) !== tagKeyOf(key))) return []
  return entry.values
}

/** The part after the slash, which is the name of a tag; undefined for a key that has none. */
export function tagKeyOf(key: string): string | undefined {
  const slash = key.indexOf('/')
  return slash < 0 ? undefined : key.slice(slash + 1)
}
