import type { Finding } from '../core/outcome.js'
import { grantAnswer } from '../oauth/server/rules.js'
import { exceptions, wireAnswer, type ExceptionName, type PublicAnswer } from '../oauth/wire.js'
import { exchangeRule, exchangeRules, type ExchangeRuleRow } from './rules.js'

/**
 * The one public answer to a refused exchange or grant. All reasons why a person is not found or not admitted share an answer,
 * as do all reasons why a token is not accepted (attack O18); the findings are for the log.
 */
export function publicAnswer(findings: readonly Finding[]): PublicAnswer {
  const first = findings.find(({ severity }) => severity === 'error')
  const answer = first && exchangeRule(first.rule)?.answer
  return answer === undefined ? grantAnswer(findings) : wireAnswer(answer)
}

export interface FailureExplanation {
  /** The exceptions that the answer can stand for. */
  readonly exceptions: readonly ExceptionName[]
  /** Possible causes: those that the evidence shows first, each with its finding. */
  readonly causes: readonly (ExchangeRuleRow & { readonly finding?: Finding })[]
}

/**
 * What a bare refusal of CreateTokenWithIAM may mean: the rules that end in this answer, with what to change. Findings
 * of a preflight (`validateDeployment`, `inspectToken`, `mapUser`, `authorizeUser`) come first and name the cause.
 *
 * @param answer - `name` of the SDK's exception or `error` of the body, such as `invalid_grant`
 *
 * @example
 * ```ts
 * import { explainExchangeFailure } from 'countersign/tti'
 *
 * const { causes } = explainExchangeFailure({ error: 'access_denied' })
 * for (const { id, title, fix } of causes) console.log(id, title, fix)
 * ```
 */
export function explainExchangeFailure(
  answer: { readonly name?: string; readonly error?: string },
  evidence: readonly Finding[] = [],
): FailureExplanation {
  const names = (Object.keys(exceptions) as ExceptionName[]).filter(
    (name) => name === answer.name || (answer.name === undefined && exceptions[name].error === answer.error),
  )
  const shownBy = evidence.flatMap((finding) => {
    const rule = exchangeRule(finding.rule)
    return rule ? [{ ...rule, finding }] : []
  })
  const possible = exchangeRules.filter(
    ({ id, answer: name, severity }) =>
      severity === 'error' && names.includes(name) && !shownBy.some((cause) => cause.id === id),
  )
  return { exceptions: names, causes: [...shownBy, ...possible] }
}
