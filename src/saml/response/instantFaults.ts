import { formatDateTime } from '../../core/codec.js'
import type { Fault } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import type { Instant } from '../instant.js'

/** Faults of an instant that must be there and must not lie in the future. */
export function pastFaults(
  path: string,
  instant: Instant | undefined,
  settings: { readonly now: number; readonly clockSkewSeconds: number },
): readonly Fault[] {
  const wrong = instantFaults(path, instant)
  if (wrong.length > 0 || instant?.whole === undefined) return wrong
  const { now, clockSkewSeconds } = settings
  // `now` may be a clock's second without its parts.
  if (now >= instant.whole - clockSkewSeconds) return []
  return [
    {
      reason: 'future',
      path,
      expected: `at most ${formatDateTime(now + clockSkewSeconds)}`,
      actual: shown(instant.text),
      message: 'This lies in the future.',
      fix: "Set the clocks right: the identity provider's and the one here.",
    },
  ]
}

/** Faults of an instant that must be there. */
export function instantFaults(path: string, instant: Instant | undefined): readonly Fault[] {
  if (!instant)
    return [
      {
        reason: 'missing',
        path,
        message: 'The instant is missing.',
        fix: 'Have the identity provider state this instant.',
      },
    ]
  if (instant.at !== undefined) return []
  return [
    {
      reason: 'malformed',
      path,
      expected: 'a date-time in UTC, such as 2026-11-25T09:30:00Z',
      actual: shown(instant.text),
      message: 'This is no date-time in UTC.',
      fix: 'Have the identity provider write this instant as an xs:dateTime in UTC, with a Z.',
    },
  ]
}
