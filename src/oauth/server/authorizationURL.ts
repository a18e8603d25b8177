import type { Finding } from '../../core/outcome.js'
import { authorizationRules, type AuthorizationError } from './authorizationRules.js'
import { listOf, members, optional, requireForm, text } from './form.js'
import { toldAsMisuse } from './misuse.js'

/** Where a refusal may be told: only a redirect URI that is proven to be the client's. */
export interface RedirectTarget {
  readonly redirectURI: string
  readonly state?: string
}

const targetForm = members({ redirectURI: text, state: optional(text) })
/** As far as an answer reads them. */
export const findingsForm = listOf(members({ rule: text, severity: text }))

/** Where a refused client is sent, with the first error, the state as it came, and who answers (RFC 9207). */
export function authorizationErrorURL(
  target: RedirectTarget,
  findings: readonly Finding[],
  issuerURL: string,
): string {
  return toldAsMisuse(() => {
    requireForm(target, targetForm, 'target')
    requireForm(issuerURL, text, 'issuerURL')
    const { redirectURI, state } = target
    const error = authorizationError(findings)
    return withParameters(redirectURI, {
      error,
      error_description: errorDescriptions[error],
      ...(state === undefined ? {} : { state }),
      iss: issuerURL,
    })
  })
}

/** Where a client is sent with its code. */
export function authorizationCodeURL(target: RedirectTarget, code: string, issuerURL: string): string {
  return toldAsMisuse(() => {
    requireForm(target, targetForm, 'target')
    requireForm(code, text, 'code')
    requireForm(issuerURL, text, 'issuerURL')
    const { redirectURI, state } = target
    return withParameters(redirectURI, { code, ...(state === undefined ? {} : { state }), iss: issuerURL })
  })
}

/** The error that the first finding with an error of its own stands for; `server_error` where none has. */
export function authorizationError(findings: readonly Finding[]): AuthorizationError {
  return toldAsMisuse(() => {
    requireForm(findings, findingsForm, 'findings')
    for (const { rule, severity } of findings) {
      const row = authorizationRules.find(({ id }) => id === rule)
      if (severity === 'error' && row && row.error !== 'page') return row.error
    }
    return findings.some(({ rule }) => deniedRules.includes(rule)) ? 'access_denied' : 'server_error'
  })
}

/** Rules outside this table that say no to the person rather than to the client. */
const deniedRules: readonly string[] = [
  'oauth/consent',
  'portal/user-enabled',
  'portal/sign-in-session',
  'tti/user-disabled',
  'tti/user-not-assigned',
]

const errorDescriptions: Readonly<Record<AuthorizationError, string>> = {
  access_denied: 'Access denied',
  invalid_request: 'Invalid request',
  invalid_scope: 'Invalid scope',
  server_error: 'Internal server error',
  unauthorized_client: 'Unauthorized client',
  unsupported_response_type: 'Unsupported response type',
}

/** The query is added, and what a registered URI has of one stays (RFC 6749 3.1.2). */
function withParameters(uri: string, parameters: Readonly<Record<string, string>>): string {
  const separator = uri.includes('?') ? (/[?&]$/.test(uri) ? '' : '&') : '?'
  return `${uri}${separator}${new URLSearchParams(parameters).toString()}`
}
