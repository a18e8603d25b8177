import { encodeUtf8, isWellFormed } from '../core/codec.js'
import { durationSeconds } from '../core/duration.js'
import type { Fault } from '../core/rule.js'
import { shown } from '../core/shown.js'
import { splitArn } from '../core/sts/index.js'
import type { ManagedPolicy } from './permissionSetReading.js'
import type { JudgedLimits } from './permissionSetRules.js'

const MIN_SECONDS = 3_600
const MAX_SECONDS = 43_200

export function sessionDurationFaults(value: unknown, path: string): readonly Fault[] {
  const expected = 'PT1H to PT12H'
  const fault = (reason: string, message: string): Fault[] => [
    { reason, path, expected, actual: shown(value), message },
  ]
  if (typeof value !== 'string') return fault('type', 'The duration is no text.')
  // Parts of a second are dropped in reading, so that they might hide beyond a bound.
  if (value.includes('.')) return fault('fraction', 'The duration has a part of a second.')
  const seconds = durationSeconds(value)
  if (seconds === 'malformed') return fault('malformed', 'This is no ISO 8601 duration.')
  if (seconds === 'too-long' || seconds > MAX_SECONDS)
    return fault('too-long', 'A session lasts 12 hours at most.')
  return seconds < MIN_SECONDS ? fault('too-short', 'A session lasts one hour at least.') : []
}

export function policySizeFaults(policy: string, path: string, limits: JudgedLimits): readonly Fault[] {
  if (!isWellFormed(policy))
    return [{ reason: 'characters', path, message: 'The policy holds half a surrogate pair.' }]
  const fault = (reason: string, max: number, bytes: number): Fault[] =>
    bytes <= max
      ? []
      : [
          {
            reason,
            path,
            expected: `at most ${max} bytes`,
            actual: `${bytes} bytes`,
            message: 'The policy is too large.',
          },
        ]
  return [
    ...fault('too-large', limits.inlinePolicyBytes, encodeUtf8(policy).length),
    ...fault(
      'too-much-text',
      limits.inlinePolicyVisibleBytes,
      encodeUtf8(policy.replace(/[ \t\n\r]+/g, '')).length,
    ),
  ]
}

/** Why what names a policy names none. */
export function policyFaults({ id, kind, path }: ManagedPolicy): readonly Fault[] {
  if (kind === 'aws' ? isPolicyArn(id) : isPolicyName(id)) return []
  const expected = kind === 'aws' ? 'the ARN of a managed policy' : 'Name and Path of a policy'
  return [{ reason: 'name', path, expected, actual: shown(id), message: 'This names no policy.' }]
}

function isPolicyArn(id: unknown): boolean {
  if (typeof id !== 'string') return false
  const parts = splitArn(id)
  if (typeof parts === 'string' || parts.service !== 'iam' || parts.region !== '') return false
  return parts.account === 'aws' && /^policy\/(?:[\u0021-\u007e]+\/)?[\w+=,.@-]{1,128}$/.test(parts.resource)
}

function isPolicyName(id: unknown): boolean {
  return typeof id === 'string' && id.length <= 640 && /^\/(?:[\u0021-\u007e]+\/)?[\w+=,.@-]{1,128}$/.test(id)
}

export function tooMany(path: string, max: number, count: number): Fault {
  const message = 'The permission set names too many managed policies.'
  return {
    reason: 'too-many',
    path: `${path}.ManagedPolicies`,
    expected: `at most ${max}`,
    actual: String(count),
    message,
  }
}
