import { foldCase, isWellFormed } from '../codec.js'
import type { Fault } from '../rule.js'
import { kindOf } from '../shown.js'
import { STS_LIMITS, type TextLimit } from './limits.js'

/**
 * The faults of one text parameter: `missing`, `type`, `too-short`, `too-long`, `characters`. Says lengths and the one
 * offending character, never the text: it may be a context assertion or an external id.
 */
export function textFaults(value: unknown, limit: TextLimit, path: string): readonly Fault[] {
  if (value === undefined) return [{ reason: 'missing', path, message: `${path} is missing.` }]
  if (typeof value !== 'string') {
    return [
      { reason: 'type', path, expected: 'a text', actual: kindOf(value), message: `${path} is no text.` },
    ]
  }
  const faults: Fault[] = []
  const expected = `${limit.min} to ${limit.max} characters`
  const length = lengthUpTo(value, limit.max)
  if (length < limit.min) {
    faults.push({
      reason: 'too-short',
      path,
      expected,
      actual: `${length}`,
      message: `${path} is too short.`,
    })
  }
  if (length > limit.max) {
    const actual = `more than ${limit.max}`
    return [...faults, { reason: 'too-long', path, expected, actual, message: `${path} is too long.` }]
  }
  if (!isWellFormed(value)) {
    return [...faults, { reason: 'characters', path, message: `${path} holds half a surrogate pair.` }]
  }
  const { pattern } = limit
  if (pattern !== undefined && length > 0 && !pattern.test(value)) {
    const offender = [...value].find((character) => !pattern.test(character)) ?? ''
    faults.push({
      reason: 'characters',
      path,
      ...(limit.characters === undefined ? {} : { expected: limit.characters }),
      actual: `U+${(offender.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
      message: `${path} holds a character that is not allowed.`,
    })
  }
  return faults
}

/** Unicode scalar values, counted only as far as one past `max`. */
function lengthUpTo(text: string, max: number): number {
  if (text.length > 2 * max) return max + 1
  return [...text].length
}

/**
 * The faults of DurationSeconds: whole seconds from 900 to 43,200, and no more than 3,600 when the caller's own
 * credentials come from a role (`chained`).
 */
export function durationFaults(
  value: unknown,
  options: { readonly chained: boolean },
  path: string,
): readonly Fault[] {
  const { min, max, maxChained } = STS_LIMITS.durationSeconds
  const limit = options.chained ? maxChained : max
  const expected = `${min} to ${limit} seconds`
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    const actual = typeof value === 'number' ? String(value) : kindOf(value)
    return [{ reason: 'type', path, expected, actual, message: `${path} is no whole number.` }]
  }
  const actual = String(value)
  if (value < min) return [{ reason: 'too-short', path, expected, actual, message: `${path} is too short.` }]
  if (value > max) return [{ reason: 'too-long', path, expected, actual, message: `${path} is too long.` }]
  if (value > limit) {
    const message = 'A session assumed from another role session lasts one hour at most.'
    return [{ reason: 'chained', path, expected, actual, message }]
  }
  return []
}

/** The faults of SourceIdentity: 2 to 64 characters, and not the reserved prefix `aws:`. */
export function sourceIdentityFaults(value: unknown, path: string): readonly Fault[] {
  const reserved = typeof value === 'string' && isReserved(value)
  return [
    ...textFaults(value, STS_LIMITS.sourceIdentity, path),
    ...(reserved
      ? [{ reason: 'reserved', path, message: `${path} begins with the reserved aws: prefix.` }]
      : []),
  ]
}

/** The faults of ExternalId: 2 to 1,224 characters. */
export function externalIDFaults(value: unknown, path: string): readonly Fault[] {
  return textFaults(value, STS_LIMITS.externalID, path)
}

/** The faults of PolicyArns in wire spelling: at most 10 of `{ arn }`, none twice. */
export function policyArnFaults(value: unknown, path: string): readonly Fault[] {
  const list = boundedList(value, STS_LIMITS.policyArns.max, path)
  const seen = new Set<unknown>()
  return [
    ...list.faults,
    ...list.items.flatMap((item, index) => {
      const here = `${path}[${index}].arn`
      const arn = memberOf(item, 'arn')
      const faults = textFaults(arn, STS_LIMITS.policyArn, here)
      if (faults.length > 0) return faults
      if (seen.has(arn))
        return [{ reason: 'duplicate', path: here, message: 'The same policy is named twice.' }]
      seen.add(arn)
      return []
    }),
  ]
}

/** A list that holds at most `max` items. Past the bound the rest is not looked at. */
export function boundedList(
  value: unknown,
  max: number,
  path: string,
): { readonly items: readonly unknown[]; readonly faults: readonly Fault[] } {
  if (!Array.isArray(value)) {
    const fault = { reason: 'type', path, expected: 'a list', actual: kindOf(value) }
    return { items: [], faults: [{ ...fault, message: `${path} is no list.` }] }
  }
  if (value.length <= max) return { items: Array.from(value as unknown[]), faults: [] }
  const fault = { reason: 'too-many', path, expected: `at most ${max}`, actual: String(value.length) }
  return { items: value.slice(0, max), faults: [{ ...fault, message: `${path} holds too many items.` }] }
}

export function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined
}

/** The `aws:` prefix is reserved in any case. */
export function isReserved(text: string): boolean {
  return foldCase(text.slice(0, 4)) === 'aws:'
}
