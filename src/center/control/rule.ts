import type { Rule, RuleRow } from '../../core/rule.js'
import type { ControlAnswerName } from './answers.js'

/** A rule of the control plane, with the exception that its caller is told. */
export interface ControlRow extends RuleRow {
  readonly answer: ControlAnswerName
  /** Where a reason of this rule has another one. */
  readonly answers?: Readonly<Record<string, ControlAnswerName>>
}

export interface ControlRule<Subject> extends Rule<Subject>, ControlRow {}
