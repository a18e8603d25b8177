import type { GrantRule } from '../rule.js'
import { members, optional, requireForm, whole } from './form.js'
import { attemptsForm } from './stateForms.js'
import { judged, type Step } from './step.js'
import { toldAsMisuse } from './misuse.js'

/** How often something happened in the window that began at `since`: plain data. */
export interface Attempts {
  readonly since: number
  readonly count: number
}

export interface Allowance {
  readonly max: number
  readonly windowSeconds: number
}

export interface AttemptSubject {
  readonly attempts: Attempts
  readonly max: number
}

export const attemptRules: readonly GrantRule<AttemptSubject>[] = [
  {
    id: 'oauth/attempts',
    severity: 'error',
    source: 'RFC 8628 5.1; attack O11',
    title: 'No more attempts are made in ten minutes than the service lets anybody make',
    fix: 'Wait until ten minutes have passed since the first attempt.',
    answer: 'SlowDownException',
    check: ({ attempts, max }) =>
      attempts.count < max
        ? []
        : [{ reason: 'too-many', expected: `at most ${max}`, message: 'There were too many attempts.' }],
  },
]

/**
 * Counts an attempt before it is made, so that a thousand at once are still a thousand. What turned out well is given
 * back with {@link returnAttempt}.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for arguments that are not what their types say
 */
export function countAttempt(
  attempts: Attempts | undefined,
  allowance: Allowance,
  now: number,
): Step<Attempts, Attempts> {
  return toldAsMisuse(() => {
    requireForm(attempts, optional(attemptsForm), 'attempts')
    requireForm(allowance, members({ max: whole, windowSeconds: whole }), 'allowance')
    requireForm(now, whole, 'now')
    const { max, windowSeconds } = allowance
    const current = attempts && now < attempts.since + windowSeconds ? attempts : { since: now, count: 0 }
    const next = { ...current, count: current.count + 1 }
    const outcome = judged(attemptRules, { attempts: current, max }, () => next)
    return { outcome, state: outcome.ok ? next : attempts }
  })
}

/** Takes one attempt of the current window back. */
export function returnAttempt(attempts: Attempts | undefined): Attempts | undefined {
  return toldAsMisuse(() => {
    requireForm(attempts, optional(attemptsForm), 'attempts')
    return attempts && { ...attempts, count: Math.max(0, attempts.count - 1) }
  })
}
