import { contextKey } from './context.js'
import type { Condition } from './conditions.js'
import type { PatternElement } from './patternElement.js'
import type { ReadRequest } from './request.js'
import { MAX_FILLED, variablesIn, type PolicyVersion } from './variables.js'

/**
 * The most that one decision may cost, over all of its policies: see {@link comparing}. What real policies and requests
 * cost is some hundredths of it.
 */
export const MAX_WORK = 67_108_864

/** What one comparison costs beside the characters of its two texts. */
const EACH = 64
/** Of the product of a pattern with wildcards and a text, so much counts: words of bits are compared at once. */
const PATTERN_SHARE = 0.5

/** What is left of a decision's work. */
export interface Work {
  left: number
}

export function newWork(): Work {
  return { left: MAX_WORK }
}

/**
 * Takes the cost of something from what is left, before it is done; false where that is not enough, and then for good, so
 * that no order of policies or statements matters.
 */
export function spend(work: Work, cost: number): boolean {
  work.left = work.left < cost ? -1 : work.left - cost
  return work.left >= 0
}

export function actionCost({ patterns }: PatternElement, { action }: ReadRequest): number {
  return comparing({ ...sizeOf(patterns), wild: patterns.some(isWild) }, sizeOf([action]))
}

export function resourceCost(
  { patterns }: PatternElement,
  request: ReadRequest,
  version: PolicyVersion,
): number {
  return comparing(filledSize(patterns, request, version), sizeOf([request.resource]))
}

/** The values of a condition are each compared with all values that the request has under its key. */
export function conditionCost(
  { key, values }: Condition,
  request: Pick<ReadRequest, 'context'>,
  version: PolicyVersion,
): number {
  const actual = request.context.get(contextKey(key))?.values ?? []
  return comparing(filledSize(values, request, version), sizeOf(actual))
}

/** How many texts there are, and their characters. */
interface Size {
  readonly count: number
  readonly characters: number
}

/** Each text of one side with each of the other, in time that follows their lengths; with wildcards, their product. */
function comparing(wanted: Size & { readonly wild: boolean }, actual: Size): number {
  // Variables are filled also where there is nothing to compare.
  const [each, others] = [Math.max(actual.count, 1), wanted.count]
  const product = wanted.wild ? wanted.characters * actual.characters * PATTERN_SHARE : 0
  return each * (others * EACH + wanted.characters) + others * actual.characters + product
}

function sizeOf(texts: readonly string[]): Size {
  return { count: texts.length, characters: texts.reduce((sum, text) => sum + text.length, 0) }
}

/** The most that values have once their variables are filled. */
function filledSize(
  texts: readonly string[],
  { context }: Pick<ReadRequest, 'context'>,
  version: PolicyVersion,
): Size & { readonly wild: boolean } {
  const characters = texts.reduce((sum, text) => {
    const filled = variablesIn(text, version).reduce(
      (length, { key, fallback = '' }) =>
        length + (context.get(contextKey(key))?.values[0]?.length ?? fallback.length),
      text.length,
    )
    return sum + Math.min(filled, MAX_FILLED)
  }, 0)
  return { count: texts.length, characters, wild: texts.some(isWild) }
}

/** What a request brings by a variable is never a wildcard. */
function isWild(text: string): boolean {
  return /[*?]/.test(text)
}
