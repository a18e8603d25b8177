import { memberPath, type JsonObject } from '../../core/json.js'
import { nearest } from '../../core/nearest.js'
import type { Fault } from '../../core/rule.js'
import { kindOf, shown } from '../../core/shown.js'

/** An own member of a configuration object; never one inherited. */
export function member(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

export interface TextLimits {
  readonly min: number
  readonly max: number
  readonly pattern: RegExp
  /** The pattern in words. */
  readonly expected: string
  readonly optional?: boolean
}

/** A text member within AWS's length and pattern. Lengths are in characters (code points). */
export function textFaults(
  object: JsonObject,
  name: string,
  path: string,
  limits: TextLimits,
): readonly Fault[] {
  const value = member(object, name)
  const at = memberPath(path, name)
  if (value === undefined) {
    return limits.optional
      ? []
      : [{ reason: 'missing', path: at, expected: limits.expected, message: `${name} is missing.` }]
  }
  return valueFaults(value, at, limits)
}

export function valueFaults(value: unknown, path: string, limits: TextLimits): readonly Fault[] {
  const { min, max, pattern, expected } = limits
  if (typeof value !== 'string') {
    return [
      { reason: 'not-string', path, expected, actual: kindOf(value), message: 'The value is not a text.' },
    ]
  }
  // Measured first: no pattern runs on a text of unbounded length.
  const length = value.length > max * 2 ? value.length : [...value].length
  if (length < min || length > max) {
    const reason = length < min ? 'too-short' : 'too-long'
    const range = `${min} to ${max} characters`
    return [
      { reason, path, expected: range, actual: `${length}`, message: `The value is not ${range} long.` },
    ]
  }
  if (pattern.test(value)) return []
  return [
    {
      reason: 'pattern',
      path,
      expected,
      actual: shown(value),
      message: 'The value has characters that AWS refuses.',
    },
  ]
}

/** An array of `min` to `max` texts. */
export function stringListFaults(
  value: unknown,
  path: string,
  min: number,
  max: number,
  each: TextLimits,
): readonly Fault[] {
  if (!Array.isArray(value))
    return [
      {
        reason: value === undefined ? 'missing' : 'not-array',
        path,
        actual: kindOf(value),
        message: 'The value is not an array.',
      },
    ]
  const faults: Fault[] = []
  if (value.length < min || value.length > max) {
    faults.push({
      reason: value.length < min ? 'too-few' : 'too-many',
      path,
      expected: `${min} to ${max}`,
      actual: `${value.length}`,
      message: 'The array has too few or too many members.',
    })
  }
  value.slice(0, 100).forEach((item: unknown, index) => {
    const here = memberPath(path, index)
    faults.push(...valueFaults(item, here, each))
  })
  return faults
}

/** A member that must be one of a few words. */
export function choiceFaults(
  object: JsonObject,
  name: string,
  path: string,
  choices: readonly string[],
  optional = false,
): readonly Fault[] {
  const value = member(object, name)
  const at = memberPath(path, name)
  const expected = choices.join(' or ')
  if (value === undefined)
    return optional ? [] : [{ reason: 'missing', path: at, expected, message: `${name} is missing.` }]
  if (typeof value === 'string' && choices.includes(value)) return []
  return [
    {
      reason: 'unknown-value',
      path: at,
      expected,
      actual: shown(value),
      message: `${name} has an unknown value.`,
    },
  ]
}

/** Members that are not in the API's shape, each with the known name it resembles. */
export function unknownMembers(object: JsonObject, known: readonly string[], path: string): readonly Fault[] {
  return Object.keys(object)
    .filter((name) => object[name] !== undefined && !known.includes(name) && !responseMembers.includes(name))
    .slice(0, MAX_UNKNOWN_MEMBERS)
    .map((name) => {
      const meant = nearest(name, known)
      return {
        reason: 'unknown-member',
        path: memberPath(path, name),
        message: 'The configuration has a member that is not known here.',
        fix: meant === undefined ? undefined : `Did you mean ${meant}?`,
      }
    })
}

// A hostile object could name thousands.
const MAX_UNKNOWN_MEMBERS = 20

// What the SDKs add to an answer that a person may paste whole.
const responseMembers = ['$metadata', 'ResponseMetadata']
