import { hasError, type Finding, type Verdict } from '../../core/outcome.js'
import { runRules, verdictOf } from '../../core/rule.js'
import { readForm } from '../../core/form.js'
import { isStsAction, readParameters, type StsAction } from './parameters.js'
import {
  formRules,
  STS_VERSION,
  stsQueryAnswers,
  stsQueryRules,
  type QuerySubject,
  type StsQueryAnswerName,
} from './queryRules.js'

export { FORM_LIMITS } from '../../core/form.js'
export { STS_ACTIONS, type StsAction } from './parameters.js'
export { STS_VERSION, stsQueryAnswers, stsQueryRules, type StsQueryRule } from './queryRules.js'

/** A request of the query protocol, taken apart but not yet judged by the rules of its operation. */
export interface StsQuery {
  readonly action: StsAction
  readonly version: typeof STS_VERSION
  /** The operation's input in wire spelling, as `validateAssumeRole` takes it. */
  readonly params: Readonly<Record<string, unknown>>
}

/**
 * Reads the body of an STS request: a form, an operation that is served, its version, and parameters that it has, lists
 * gathered. A refusal names every rule that is broken, past the gate of form.
 */
export function readQuery(body: Uint8Array, contentType: string | undefined): Verdict<StsQuery> {
  const form = readForm(body)
  const gate = runRules(formRules, { contentType, form, reading: undefined })
  if (hasError(gate.flatMap(({ findings }) => findings))) return verdictOf(gate, unreachable)

  const { action, version, parameters } = split(form.parameters)
  const known = action !== undefined && isStsAction(action) ? action : undefined
  const reading = known && readParameters(known, parameters)
  const subject: QuerySubject = { contentType, form, reading }
  return verdictOf(runRules(stsQueryRules, subject), () =>
    known && reading && version === STS_VERSION
      ? { action: known, version, params: reading.params }
      : unreachable(),
  )
}

/** What the caller of a refused query is told. */
export function stsQueryAnswer(findings: readonly Finding[]): {
  readonly code: StsQueryAnswerName
  readonly status: number
  readonly message: string
} {
  for (const rule of stsQueryRules) {
    const finding = findings.find(({ rule: id, severity }) => id === rule.id && severity === 'error')
    if (!finding) continue
    const code = rule.answers?.[finding.reason] ?? rule.answer
    return { code, ...stsQueryAnswers[code] }
  }
  return { code: 'ValidationError', ...stsQueryAnswers.ValidationError }
}

function split(parameters: ReadonlyMap<string, string>) {
  const rest = new Map(parameters)
  rest.delete('Action')
  rest.delete('Version')
  return { action: parameters.get('Action'), version: parameters.get('Version'), parameters: rest }
}

function unreachable(): never {
  throw new Error('A value was asked of a refused query.')
}
