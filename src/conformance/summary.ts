import type { Outcome } from '../core/rule.js'
import type { Report, ReportedFinding, ReportedRule } from './report.js'

export interface Summary {
  readonly errors: readonly FindingOfRule[]
  readonly warnings: readonly FindingOfRule[]
  /** How many rules came to what, as a person reads it. */
  readonly counts: string
}

export interface FindingOfRule {
  readonly rule: ReportedRule
  readonly finding: ReportedFinding
}

/** What every reporter tells first. */
export function summaryOf({ rules }: Report): Summary {
  const findings = rules.flatMap((rule) => rule.findings.map((finding) => ({ rule, finding })))
  const of = (severity: string): readonly FindingOfRule[] =>
    findings.filter(({ finding }) => finding.severity === severity)
  const count = (outcome: Outcome): number => rules.filter((rule) => rule.outcome === outcome).length
  const warned = rules.filter(
    (rule) => rule.outcome === 'fail' && rule.findings.every(({ severity }) => severity === 'warning'),
  ).length
  const counts = [
    `${count('pass')} passed`,
    `${count('fail') - warned} failed`,
    ...(warned === 0 ? [] : [`${warned} warned`]),
    `${count('cantTell')} could not be judged`,
    `${count('notApplicable')} not applicable`,
  ].join(', ')
  return { errors: of('error'), warnings: of('warning'), counts }
}
