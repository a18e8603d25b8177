import type { Finding } from '../../core/outcome.js'
import { SESSION_INVALID_MESSAGE } from '../../directory/portal/index.js'

/**
 * How the portal API refuses (SSO Portal API; `ForbiddenException` is in no model, and is what the service answers where
 * nothing is assigned). The body has `message` alone; the name goes in `x-amzn-ErrorType`.
 */
export const portalAnswers = {
  InvalidRequestException: { status: 400, message: 'Invalid request' },
  UnauthorizedException: { status: 401, message: SESSION_INVALID_MESSAGE },
  ForbiddenException: { status: 403, message: 'No access' },
  InternalServerException: { status: 500, message: 'Internal server error' },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly message: string }>>

export type PortalAnswerName = keyof typeof portalAnswers

/** By the table that a rule stands in: what a person may not do is told apart from who they are, and from nothing else. */
const answers: readonly (readonly [RegExp, PortalAnswerName])[] = [
  [/^oauth\/store$/, 'InternalServerException'],
  [/^center\/portal-(?:query|parameter|page)$/, 'InvalidRequestException'],
  [
    /^(?:portal\/(?:role-assigned|account-provider)|center\/portal-(?:account|session-name))$/,
    'ForbiddenException',
  ],
]

/** The one answer to a refusal. What is not listed concerns the access token and the person behind it. */
export function portalAnswer(findings: readonly Finding[]): PortalAnswerName {
  const errors = findings.filter(({ severity }) => severity === 'error')
  const found = answers.find(([rules]) => errors.some(({ rule }) => rules.test(rule)))
  return found?.[1] ?? 'UnauthorizedException'
}
