import { findingsOf, runRules, type Rule } from '../core/rule.js'
import type { Refusal } from './refusal.js'

export const failureRules: readonly Rule<{ readonly threw: boolean }>[] = [
  {
    id: 'express/failure',
    severity: 'error',
    source: 'DESIGN: fail closed',
    title: 'Nothing throws that handles a request',
    fix: 'Look at the `cause`: it is what a handler of the app threw, one of its options, or this package.',
    check: ({ threw }) =>
      threw ? [{ reason: 'threw', message: 'The request ended because something threw.' }] : [],
  },
]

/** How a request ends that something threw at. */
export function failureOf(cause: unknown): Refusal {
  return { status: 500, findings: findingsOf(runRules(failureRules, { threw: true })), cause }
}
