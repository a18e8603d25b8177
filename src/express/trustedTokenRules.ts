import type { Fault } from '../core/rule.js'
import { shownIf } from '../core/shown.js'
import type { GrantRule } from '../oauth/index.js'
import type { RefusalStatus } from './refusal.js'
import { bearerRule, tokenCallerRule, tokenClientRule } from './trustedTokenCallerRules.js'

/** How a request is written: OAuth's form (RFC 6749, RFC 7523), or Identity Center's JSON. */
export type TokenWire = 'form' | 'json'

/** What can be told of a request before its body is read. */
export interface TokenRequestHead {
  readonly method: string
  /** Without the question mark. */
  readonly query: string
  /** The values of Content-Type, one for each line of the header; of the next likewise. */
  readonly contentTypes: readonly string[]
  readonly contentEncodings: readonly string[]
  readonly transferEncodings: readonly string[]
  /** As Content-Length says; undefined where it says nothing. */
  readonly declaredBytes: number | undefined
  readonly maxBytes: number
}

/** A rule of the endpoint, and how its breach is told where the exception's own status or code does not fit. */
export interface TokenEndpointRule<Subject> extends GrantRule<Subject> {
  readonly status?: RefusalStatus
  /** The `error` on the form wire. */
  readonly formError?: string
  readonly description?: string
}

/** A media type alone, or with the one parameter that says what holds anyway. */
const MEDIA_TYPE =
  /^application\/(?:(json)|x-www-form-urlencoded)[ \t]{0,9}(?:;[ \t]{0,9}charset=(?:utf-8|"utf-8"))?$/i

/** The wire that one Content-Type names, in UTF-8; undefined for every other. */
export function wireOf(contentTypes: readonly string[]): TokenWire | undefined {
  const [value = '', ...more] = contentTypes
  const match = more.length === 0 ? MEDIA_TYPE.exec(value) : null
  return match ? (match[1] === undefined ? 'form' : 'json') : undefined
}

export const tokenMethodRule: TokenEndpointRule<TokenRequestHead> = {
  id: 'express/token-method',
  severity: 'error',
  source: 'RFC 6749 3.2; SSO OIDC API',
  title: 'Tokens are asked for with POST',
  fix: 'Send POST; a GET would leave the assertion in logs and histories.',
  answer: 'InvalidRequestException',
  status: 405,
  description: 'Method not allowed',
  check: ({ method }) => {
    if (method === 'POST') return []
    const actual = shownIf(method, /^[A-Z]{1,20}$/)
    return [{ reason: 'method', path: 'method', expected: 'POST', actual, message: 'It is no POST.' }]
  },
}

/** What is judged before the body is read, in the order in which the first decides the answer. */
export const tokenHeadRules: readonly TokenEndpointRule<TokenRequestHead>[] = [
  tokenMethodRule,
  {
    id: 'express/token-media-type',
    severity: 'error',
    source: 'RFC 6749 3.2; SSO OIDC API',
    title:
      'The body is one application/x-www-form-urlencoded or one application/json, in UTF-8, not compressed',
    fix: 'Send one Content-Type: application/x-www-form-urlencoded for OAuth, application/json as the AWS SDKs do.',
    answer: 'InvalidRequestException',
    status: 415,
    description: 'Unsupported media type',
    check: ({ method, contentTypes, contentEncodings, transferEncodings }) => {
      if (method !== 'POST') return 'notApplicable'
      const faults: Fault[] = []
      if (wireOf(contentTypes) === undefined) {
        const reason =
          contentTypes.length === 0 ? 'missing' : contentTypes.length > 1 ? 'duplicate' : 'unknown'
        const actual =
          contentTypes.length === 1 ? shownIf(contentTypes[0], /^[\w/+.;= "-]{1,80}$/) : undefined
        faults.push({ reason, path: 'content-type', actual, message: 'The media type is not served here.' })
      }
      if (contentEncodings.some((encoding) => encoding.trim().toLowerCase() !== 'identity')) {
        const message = 'A compressed body is not read.'
        faults.push({ reason: 'encoding', path: 'content-encoding', message })
      }
      if (transferEncodings.some((encoding) => encoding.trim().toLowerCase() !== 'chunked')) {
        const message = 'What is on its way in another coding than chunks is not read.'
        faults.push({ reason: 'encoding', path: 'transfer-encoding', message })
      }
      return faults
    },
  },
  {
    id: 'express/token-query',
    severity: 'error',
    source: 'RFC 6749 2.3.1; SSO OIDC API',
    title: 'The URL says nothing of the request: no query with a form, exactly aws_iam=t with JSON',
    fix: 'Send parameters in the body alone. CreateTokenWithIAM goes to /token?aws_iam=t; CreateToken is not served.',
    answer: 'InvalidRequestException',
    check: ({ query, contentTypes }) => {
      const wire = wireOf(contentTypes)
      if (wire === undefined) return 'notApplicable'
      if (query === (wire === 'json' ? 'aws_iam=t' : '')) return []
      const reason = query === '' ? 'missing' : 'unknown'
      const expected = wire === 'json' ? 'aws_iam=t' : 'none'
      return [{ reason, path: 'query', expected, message: 'The query is not that of the operation.' }]
    },
  },
  {
    id: 'express/token-size',
    severity: 'error',
    source: 'attack J25',
    title: 'The body is within the limit, by default 64 KiB',
    fix: 'Send the request alone; raise maxBodyBytes only for tokens that are really larger.',
    answer: 'InvalidRequestException',
    status: 413,
    description: 'Request body too large',
    check: ({ declaredBytes = 0, maxBytes }) => {
      if (declaredBytes <= maxBytes) return []
      const expected = `at most ${maxBytes} bytes`
      return [{ reason: 'too-large', path: 'body', expected, message: 'The body is too large to be read.' }]
    },
  },
]

/** The body as it was read: with faults there is no request. */
export const tokenBodyRule: TokenEndpointRule<{ readonly faults: readonly Fault[] }> = {
  id: 'express/token-body',
  severity: 'error',
  source: 'RFC 6749 3.2; SSO OIDC API; attack O17',
  title: 'The body is one whole form or JSON object, each name in it once, each value of a form a text',
  fix: 'Send each parameter once. Mount the endpoint before body parsers, so that it reads what was sent.',
  answer: 'InvalidRequestException',
  check: ({ faults }) => faults,
}

/** Parameters that change for whom or what a token is: left unread they would have another one issued than was asked for. */
const unserved = ['resource', 'audience', 'actor_token', 'actor_token_type', 'authorization_details']

export const tokenParameterRule: TokenEndpointRule<{ readonly names: readonly string[] }> = {
  id: 'express/token-parameter',
  severity: 'error',
  source: 'RFC 8707 2; RFC 8693 2.1; RFC 9396 6; SSO OIDC API',
  title: 'No parameter asks for what the exchange cannot give, and none says who calls',
  fix: 'Leave it out: targets come from the scopes of the application, and who calls is proven, not told.',
  answer: 'InvalidRequestException',
  check: ({ names }) =>
    names
      .filter((name) => [...unserved, 'callerARN', 'callerContext'].includes(name))
      .map((name) => ({ reason: 'unserved', path: name, message: `${name} is not served here.` })),
}

export const tokenUnansweredRule: TokenEndpointRule<{ readonly cause: string }> = {
  id: 'express/token-unanswered',
  severity: 'error',
  source: 'attack R09',
  title: 'The endpoint could answer',
  fix: 'See the cause that onRefused was given: a setting, a port or a defect of ours. Nothing was issued.',
  answer: 'InternalServerException',
  check: ({ cause }) => [{ reason: 'failed', actual: cause, message: 'The endpoint failed.' }],
}

/** Every rule of the endpoint beside those of the exchange, in the order in which a request meets them. */
export const trustedTokenRules = [
  ...tokenHeadRules,
  tokenBodyRule,
  tokenParameterRule,
  tokenCallerRule,
  bearerRule,
  tokenClientRule,
  tokenUnansweredRule,
] as const
