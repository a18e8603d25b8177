import type { Fault } from '../core/rule.js'
import { kindOf, shown } from '../core/shown.js'
import type { Located } from './userEntry.js'

export interface TextLimits {
  /** Counted in Unicode code points; at least one. */
  readonly max: number
  readonly pattern: RegExp
  /** What the pattern means, for people. */
  readonly form: string
  /** Whether a value of the wrong form may be shown in a finding. Default no. */
  readonly show?: boolean
}

/** What is wrong with a text that must be there. `what` names it in messages. */
export function textFaults({ path, value }: Located, what: string, limits: TextLimits): readonly Fault[] {
  const fault = (reason: string, expected: string, actual: string | undefined, message: string): Fault[] => [
    { reason, path, expected, actual, message: `${what} ${message}.` },
  ]
  if (value === undefined) return fault('missing', 'a text', 'absent', 'is missing')
  if (typeof value !== 'string') return fault('type', 'a text', kindOf(value), 'is not a text')
  if (value === '') return fault('empty', 'at least 1 character', '0 characters', 'is empty')
  // Code units first: counting code points would copy a text of any length.
  const length = value.length > 2 * limits.max ? value.length : [...value].length
  if (length > limits.max) {
    return fault('too-long', `at most ${limits.max} characters`, `${length} characters`, 'is too long')
  }
  if (limits.pattern.test(value)) return []
  return fault(
    'pattern',
    limits.form,
    limits.show ? shown(value) : undefined,
    'has a character or form not allowed',
  )
}

/** As {@link textFaults}, where the text may also be absent. */
export function optionalTextFaults(located: Located, what: string, limits: TextLimits): readonly Fault[] {
  return located.value === undefined ? [] : textFaults(located, what, limits)
}
