import type { Finding } from '../core/outcome.js'
import { exceptions, type ExceptionName } from '../oauth/wire.js'
import { exchangeRule, exchangeRules, type ExchangeRuleRow } from './rules.js'

/** What a caller over the wire is told: an exception of the service, and nothing of the cause. */
export interface PublicAnswer {
  readonly name: ExceptionName
  readonly status: number
  readonly error: string
  readonly error_description: string
}

const descriptions: Readonly<Partial<Record<ExceptionName, string>>> = {
  AccessDeniedException: 'Access denied',
  ExpiredTokenException: 'Token expired',
  InternalServerException: 'Internal server error',
  InvalidClientException: 'Invalid client',
  InvalidGrantException: 'Invalid grant provided',
  InvalidRequestException: 'Invalid request',
  InvalidScopeException: 'Invalid scope',
  UnauthorizedClientException: 'Unauthorized client',
  UnsupportedGrantTypeException: 'Unsupported grant type',
}

/**
 * The one public answer to a refused exchange. All reasons why a person is not found or not admitted share an answer,
 * as do all reasons why a token is not accepted (attack O18); the findings are for the log.
 */
export function publicAnswer(findings: readonly Finding[]): PublicAnswer {
  const first = findings.find(({ severity }) => severity === 'error')
  const name = (first && exchangeRule(first.rule)?.answer) ?? 'InternalServerException'
  return { name, ...exceptions[name], error_description: descriptions[name] ?? exceptions[name].error }
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
