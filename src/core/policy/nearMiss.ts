import { memberPath } from '../json.js'
import { holds, operatorOf, type Condition } from './conditions.js'
import { contextKey, tagKeyOf } from './context.js'
import type { ReadRequest } from './request.js'
import { matchResources } from './resources.js'
import type { Effect, Statement } from './statement.js'
import { fillTemplate, STRICT, unfilledKeys, variablesIn, type PolicyVersion } from './variables.js'

/** The near misses that one policy, and one decision, tells: more help nobody. */
export const MAX_NEAR_MISSES = 100
const MAX_VALUES = 100
const MAX_CHARACTERS = 1_024

/**
 * What kept a statement, which matched in principal, action and all else, from applying. Of `expected`, `filled`, `unfilled` and
 * `actual` the first 100 are told, and of each the first 1,024 characters; `cut` where there is more.
 */
export interface NearMiss {
  readonly statement: number
  readonly sid?: string
  readonly effect: Effect
  /** As the policy spells it, such as `ForAllValues:StringLike`; `Resource` or `NotResource` for a resource. */
  readonly operator: string
  /** The condition key as the policy spells it; for a resource the same as `operator`. */
  readonly key: string
  /** As the policy spells them. */
  readonly expected: readonly string[]
  /** `expected` with its variables filled, null where one could not be; absent when it has none. */
  readonly filled?: readonly (string | null)[]
  /** The keys of the variables that could not be filled. */
  readonly unfilled?: readonly string[]
  /** What the request holds under the key, or its resource; absent when it has no such key. */
  readonly actual?: readonly string[]
  /** How the request spells the key, or that of a variable, where the tag key in it differs in case. */
  readonly spelled?: string
  /** The JSON path of the key in the policy. */
  readonly path: string
  readonly cut?: true
}

type Miss = Omit<NearMiss, 'statement' | 'sid'>

/**
 * What keeps a statement from applying whose principal and action match; undefined when it is far from applying. A
 * resource that does not match is far, unless a variable stands in it: then it was meant for some filling of it. Each is
 * made only where it is asked for.
 */
export function missesOf(
  version: PolicyVersion,
  of: Statement,
  request: ReadRequest,
): readonly (() => Miss)[] | undefined {
  const resource = matchResources(of, request, version)
  if (!resource && !of.resources.patterns.some((text) => variablesIn(text, version).length > 0))
    return undefined
  const { context } = request
  const missed = of.conditions.filter(
    (condition) => !holds(condition, { version, context, effect: of.effect }),
  )
  return [
    ...(resource ? [] : [() => resourceMiss(version, of, request)]),
    ...missed.map((condition) => () => conditionMiss(version, of.effect, condition, request)),
  ]
}

function resourceMiss(version: PolicyVersion, of: Statement, request: ReadRequest): Miss {
  const name = of.resources.not ? 'NotResource' : 'Resource'
  return bounded({
    effect: of.effect,
    operator: name,
    key: name,
    expected: of.resources.patterns,
    ...fillings(version, of.resources.patterns, request),
    actual: [request.resource],
    path: memberPath(of.path, name),
  })
}

function conditionMiss(
  version: PolicyVersion,
  effect: Effect,
  condition: Condition,
  request: ReadRequest,
): Miss {
  const { key, values, path } = condition
  const entry = request.context.get(contextKey(key))
  return bounded({
    effect,
    operator: operatorOf(condition),
    key,
    expected: values,
    ...spelledOtherwise(request, [key]),
    ...fillings(version, values, request),
    ...(entry === undefined ? {} : { actual: entry.values }),
    path,
  })
}

/** What is told is kept, logged and sent: a policy and a request could make it of any length. */
function bounded(miss: Miss): Miss {
  const { expected, filled, unfilled, actual } = miss
  let cut = false
  const shorter = <T extends string | null>(texts: readonly T[]): readonly T[] => {
    cut ||= texts.length > MAX_VALUES
    return texts.slice(0, MAX_VALUES).map((text) => {
      if (text === null || text.length <= MAX_CHARACTERS) return text
      cut = true
      return text.slice(0, MAX_CHARACTERS) as T
    })
  }
  const told = {
    ...miss,
    expected: shorter(expected),
    ...(filled === undefined ? {} : { filled: shorter(filled) }),
    ...(unfilled === undefined ? {} : { unfilled: shorter(unfilled) }),
    ...(actual === undefined ? {} : { actual: shorter(actual) }),
  }
  return cut ? { ...told, cut } : miss
}

function fillings(
  version: PolicyVersion,
  texts: readonly string[],
  request: ReadRequest,
): Pick<Miss, 'filled' | 'unfilled' | 'spelled'> {
  const { context } = request
  if (!texts.some((text) => variablesIn(text, version).length > 0)) return {}
  const told = texts.slice(0, MAX_VALUES + 1)
  const filled = told.map((text) => fillTemplate(text, version, context, STRICT)?.text ?? null)
  const unfilled = [...new Set(texts.flatMap((text) => unfilledKeys(text, version, context)))]
  return { filled, ...(unfilled.length === 0 ? {} : { unfilled, ...spelledOtherwise(request, unfilled) }) }
}

/** The first of the keys that the request has with a tag key in another case, as the request spells it. */
function spelledOtherwise({ context }: ReadRequest, keys: readonly string[]): Pick<Miss, 'spelled'> {
  for (const key of keys) {
    const entry = context.get(contextKey(key))
    if (entry && tagKeyOf(entry.key) !== tagKeyOf(key)) return { spelled: entry.key }
  }
  return {}
}
