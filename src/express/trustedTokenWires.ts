import type { Finding } from '../core/outcome.js'
import { exceptions, wireAnswer, type ExceptionName } from '../oauth/index.js'
import { publicAnswer, type ExchangeRequest, type IssuedTokens } from '../tti/index.js'
import type { RefusalStatus } from './refusal.js'
import { trustedTokenRules, type TokenEndpointRule, type TokenWire } from './trustedTokenRules.js'

/** What goes to the client. */
export interface TokenAnswer<Status = RefusalStatus | 200> {
  readonly status: Status
  readonly headers: Readonly<Record<string, string>>
  readonly body: object
}

/** The members of a request by their names in a form (RFC 6749, RFC 7523, RFC 7636, RFC 8693). */
const formMembers: Readonly<Record<string, keyof ExchangeRequest>> = {
  client_id: 'clientId',
  grant_type: 'grantType',
  assertion: 'assertion',
  code: 'code',
  redirect_uri: 'redirectUri',
  code_verifier: 'codeVerifier',
  refresh_token: 'refreshToken',
  subject_token: 'subjectToken',
  subject_token_type: 'subjectTokenType',
  requested_token_type: 'requestedTokenType',
}

/**
 * The request that a form makes. Parameters without a value count as left out and unknown ones are passed over, as
 * RFC 6749 3.2 demands; scopes are parted by one space.
 */
export function requestOfForm(parameters: ReadonlyMap<string, string>): Partial<ExchangeRequest> {
  const members = Object.entries(formMembers).flatMap(([name, member]) => {
    const value = parameters.get(name)
    return value === undefined || value === '' ? [] : [[member, value] as const]
  })
  const scope = parameters.get('scope')
  return { ...Object.fromEntries(members), ...(scope ? { scope: scope.split(' ') } : {}) }
}

/** The tokens as each wire has them. */
export function issuedAnswer(wire: TokenWire, tokens: IssuedTokens, requestId: string): TokenAnswer {
  return { status: 200, headers: headersOf(wire, requestId), body: wire === 'json' ? tokens : formOf(tokens) }
}

function formOf(tokens: IssuedTokens): object {
  const { refreshToken, idToken, awsAdditionalDetails } = tokens
  return {
    access_token: tokens.accessToken,
    token_type: tokens.tokenType,
    expires_in: tokens.expiresIn,
    issued_token_type: tokens.issuedTokenType,
    scope: tokens.scope.join(' '),
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    ...(idToken === undefined ? {} : { id_token: idToken }),
    ...(awsAdditionalDetails === undefined
      ? {}
      : { aws_additional_details: { identity_context: awsAdditionalDetails.identityContext } }),
  }
}

/** How the exceptions are told in a form's answer, whose errors are those of RFC 6749 5.2. */
const formErrors: Readonly<Partial<Record<ExceptionName, string>>> = {
  // Whoever is not found or not admitted is told what a bad token is told.
  AccessDeniedException: 'invalid_grant',
  ExpiredTokenException: 'invalid_grant',
  InternalServerException: 'temporarily_unavailable',
}

const formDescriptions: Readonly<Record<string, string>> = {
  invalid_grant: wireAnswer('InvalidGrantException').error_description,
  invalid_client: wireAnswer('InvalidClientException').error_description,
  unauthorized_client: wireAnswer('UnauthorizedClientException').error_description,
  temporarily_unavailable: 'Temporarily unavailable',
}

/** To whom something is told, beside what. */
export interface Telling {
  /** Undefined where the media type names none: told as on the form wire. */
  readonly wire: TokenWire | undefined
  readonly requestId: string
  /** The Authorization header as the client sent it, or an empty text. */
  readonly scheme: string
}

/**
 * What a refused client is told: an error by name with the words that all refusals of that name share, and nothing of the
 * cause (attack O18). An outage, that of an issuer too, is never told as a bad token: the client may try again with it.
 *
 * @param as the rule whose answer stands for the findings; absent: that of the first error among them
 */
export function refusedAnswer(
  { wire, requestId, scheme }: Telling,
  findings: readonly Finding[],
  as?: TokenEndpointRule<never>,
): TokenAnswer<RefusalStatus> {
  const first = findings.find(({ severity }) => severity === 'error')
  const row: TokenEndpointRule<never> | undefined =
    as ?? trustedTokenRules.find(({ id }) => id === first?.rule)
  const outage = findings.some(({ rule }) => rule === 'tti/issuer-unreachable')
  const name = outage ? 'InternalServerException' : (row?.answer ?? publicAnswer(findings).name)
  const told = wire === 'json' ? jsonRefusal(name) : formRefusal(name, row, first)
  const status = row?.status ?? told.status
  return {
    status,
    headers: {
      ...headersOf(wire, requestId),
      ...(wire === 'json' ? { 'x-amzn-errortype': name } : {}),
      ...(status === 405 ? { allow: 'POST' } : {}),
      ...(status === 401 ? { 'www-authenticate': challengeTo(scheme) } : {}),
    },
    body: { error: told.error, error_description: row?.description ?? told.description },
  }
}

interface Told {
  readonly status: RefusalStatus
  readonly error: string
  readonly description: string
}

function jsonRefusal(name: ExceptionName): Told {
  return { ...exceptions[name], description: wireAnswer(name).error_description }
}

function formRefusal(
  name: ExceptionName,
  row: TokenEndpointRule<never> | undefined,
  first: Finding | undefined,
): Told {
  // Which role may call says nothing of a person, unlike everything else that is denied.
  const error =
    row?.formError ??
    (first?.rule === 'tti/caller' ? 'unauthorized_client' : (formErrors[name] ?? exceptions[name].error))
  const status = name === 'InternalServerException' ? 503 : exceptions[name].status
  return { status, error, description: formDescriptions[error] ?? wireAnswer(name).error_description }
}

/** RFC 6749 5.2: a client that used a scheme is asked for the same one. */
function challengeTo(authorization: string): string {
  const [, scheme = 'Bearer'] = /^(Basic|Bearer|AWS4-HMAC-SHA256)(?: |$)/i.exec(authorization) ?? []
  return scheme.toLowerCase() === 'basic' ? 'Basic realm="token"' : scheme
}

function headersOf(wire: TokenWire | undefined, requestId: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    pragma: 'no-cache',
    'x-content-type-options': 'nosniff',
    ...(wire === 'json' ? { 'x-amzn-requestid': requestId } : {}),
  }
}
