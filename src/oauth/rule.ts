import type { Rule, RuleRow } from '../core/rule.js'
import type { ExceptionName } from './wire.js'

/** A row of a rule table whose breach is answered over the wire: many rules share one exception (attack O18). */
export interface AnsweredRow extends RuleRow {
  readonly answer: ExceptionName
}

/** An acceptance rule of a grant, and which exception of the wire answers it; the finding names the cause. */
export interface GrantRule<Subject> extends Rule<Subject> {
  readonly answer: ExceptionName
}
