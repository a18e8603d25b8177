import type { Finding, RuleId, Severity } from './outcome.js'
import { decided, hasError, type Verdict } from './outcome.js'

/** What a check reports about one breach; the rule's row adds id, severity and the general fix. */
export interface Fault {
  readonly reason: string
  readonly message: string
  readonly path?: string | undefined
  readonly expected?: string | undefined
  readonly actual?: string | undefined
  /** Overrides the row's fix where this breach has a better one. */
  readonly fix?: string | undefined
}

/** No faults: passed. `notApplicable`: the rule does not speak of this input. `cantTell`: what it reads is missing. */
export type CheckResult = readonly Fault[] | 'notApplicable' | 'cantTell'

/** The part of a rule that documents, reports and answers read. */
export interface RuleRow {
  readonly id: RuleId
  readonly severity: Severity
  /** An R-number of the requirements, or a standard's section, several separated by `; `. */
  readonly source: string
  readonly title: string
  readonly fix: string
}

/** One acceptance rule: a row of data and one small check. */
export interface Rule<Subject> extends RuleRow {
  readonly check: (subject: Subject) => CheckResult
}

export type Outcome = 'pass' | 'fail' | 'cantTell' | 'notApplicable'

/** What one rule said of one input: the unit of the conformance report. */
export interface RuleOutcome {
  readonly rule: RuleRow
  readonly outcome: Outcome
  readonly findings: readonly Finding[]
}

/** The finding for one fault of one rule. */
export function findingOf(rule: RuleRow, fault: Fault): Finding {
  return {
    rule: rule.id,
    reason: fault.reason,
    severity: rule.severity,
    ...(fault.path === undefined ? {} : { path: fault.path }),
    ...(fault.expected === undefined ? {} : { expected: fault.expected }),
    ...(fault.actual === undefined ? {} : { actual: fault.actual }),
    message: fault.message,
    fix: fault.fix ?? rule.fix,
  }
}

/**
 * Runs every rule, never stopping at the first. A check that throws becomes `cantTell` and the others still run;
 * {@link verdictOf} refuses on it, so a defect of ours can never let anything in.
 */
export function runRules<Subject>(rules: readonly Rule<Subject>[], subject: Subject): RuleOutcome[] {
  return rules.map((rule) => outcomeOf(rule, subject))
}

/** As {@link runRules}, without the outcomes that say nothing against the subject: for a verdict, which is the same. */
export function failingRules<Subject>(rules: readonly Rule<Subject>[], subject: Subject): RuleOutcome[] {
  const failing: RuleOutcome[] = []
  for (const rule of rules) {
    const result = resultOf(rule, subject)
    if (result !== 'notApplicable' && (typeof result === 'string' || result.length > 0))
      failing.push(outcomeFrom(rule, result))
  }
  return failing
}

function outcomeOf<Subject>(rule: Rule<Subject>, subject: Subject): RuleOutcome {
  return outcomeFrom(rule, resultOf(rule, subject))
}

function resultOf<Subject>(rule: Rule<Subject>, subject: Subject): CheckResult | 'threw' {
  try {
    return rule.check(subject)
  } catch {
    return 'threw'
  }
}

function outcomeFrom(rule: RuleRow, result: CheckResult | 'threw'): RuleOutcome {
  if (result === 'threw') return { rule, outcome: 'cantTell', findings: [unsure(rule, 'check-failed')] }
  if (typeof result === 'string') return { rule, outcome: result, findings: [] }
  if (result.length === 0) return { rule, outcome: 'pass', findings: [] }
  return { rule, outcome: 'fail', findings: result.map((fault) => findingOf(rule, fault)) }
}

/**
 * All findings of a run. A rule that could not tell is an error, because what was not judged is not accepted; it goes
 * unsaid only where another error already refuses.
 */
export function findingsOf(outcomes: readonly RuleOutcome[]): readonly Finding[] {
  const findings = outcomes.flatMap((outcome) => outcome.findings)
  if (hasError(findings)) return findings
  const unsaid = outcomes.filter(({ outcome, findings: said }) => outcome === 'cantTell' && said.length === 0)
  return [...findings, ...unsaid.map(({ rule }) => unsure(rule, 'cant-tell'))]
}

export function verdictOf<T>(outcomes: readonly RuleOutcome[], value: () => T): Verdict<T> {
  return decided(findingsOf(outcomes), value)
}

function unsure(rule: RuleRow, reason: string): Finding {
  return {
    rule: rule.id,
    reason,
    severity: 'error',
    message: `"${rule.title}" could not be decided, so the input is refused.`,
    fix: rule.fix,
  }
}
