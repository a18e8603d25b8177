import type { Verdict } from '../../core/outcome.js'
import { failingRules, verdictOf, type Rule } from '../../core/rule.js'

/**
 * What one step of a grant made of a request: its outcome, and the state as it is to be kept. The state is plain data,
 * and the same object where nothing changed; whoever keeps it writes it only if nobody else has in between, and runs
 * the step again otherwise.
 */
export interface Step<Outcome, State> {
  readonly outcome: Verdict<Outcome>
  readonly state: State | undefined
  /** The grant that this request gives away: it is to be revoked, because a secret of it was used twice. */
  readonly revoke?: string
}

/** All rules of a step over its subject. */
export function judged<Subject, T>(
  rules: readonly Rule<Subject>[],
  subject: Subject,
  value: () => T,
): Verdict<T> {
  return verdictOf(failingRules(rules, subject), value)
}
