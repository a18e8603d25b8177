import type * as openidClient from 'openid-client'
import { NoAnswer, type NoAnswerReason } from './issuerFetch.js'

/** Which step of a sign-in the provider failed. */
export type ProviderStep = 'discovery' | 'token-endpoint' | 'id-token'

export type ProviderReason =
  | NoAnswerReason
  | 'status'
  | 'not-json'
  | 'malformed'
  | 'invalid-grant'
  | 'invalid-client'
  | 'refused'
  | 'missing'
  | 'alg'
  | 'iss'
  | 'aud'
  | 'azp'
  | 'nonce'
  | 'expired'
  | 'not-yet'
  | 'claims'

/** What the provider did wrong, with nothing in it that the provider sent but codes of a fixed form. */
export interface ProviderFailure {
  readonly step: ProviderStep
  readonly reason: ProviderReason
  readonly actual?: string | undefined
}

type Library = Pick<typeof openidClient, 'ResponseBodyError' | 'WWWAuthenticateChallengeError'>

/** The provider, or the way to it, is down. */
const DOWN: readonly ProviderReason[] = ['network', 'address', 'timeout', 'status']

/**
 * What the browser is told: 403 that the sign-in is refused, 503 that the provider cannot be asked now, 502 that it answers what
 * no sign-in can come of.
 */
export function statusOf({ step, reason }: ProviderFailure): 403 | 502 | 503 {
  if (DOWN.includes(reason)) return 503
  return (step === 'id-token' && reason !== 'missing') || reason === 'invalid-grant' ? 403 : 502
}

/** The failure behind what openid-client threw; undefined for a defect that is no answer of the provider. */
export function failureOf(
  error: unknown,
  asked: 'discovery' | 'token-endpoint',
  library: Library,
): ProviderFailure | undefined {
  const chain = causesOf(error)
  const noAnswer = chain.find((cause) => cause instanceof NoAnswer)
  if (noAnswer) return { step: asked, reason: noAnswer.reason, actual: noAnswer.actual }
  const [first] = chain
  if (first instanceof library.ResponseBodyError) return refusal(asked, first.error)
  if (first instanceof library.WWWAuthenticateChallengeError)
    return { step: asked, reason: 'invalid-client', actual: '401' }
  switch (codeOf(first)) {
    case 'OAUTH_RESPONSE_IS_NOT_CONFORM':
      return { step: asked, reason: 'status', actual: answeredStatus(chain) }
    case 'OAUTH_RESPONSE_IS_NOT_JSON':
      return { step: asked, reason: 'not-json' }
    case 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED':
      return { step: asked, reason: 'iss' }
    case 'OAUTH_JWT_CLAIM_COMPARISON_FAILED':
      return { step: 'id-token', reason: comparedClaim(chain) }
    case 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED':
      return { step: 'id-token', reason: claimOf(chain) === 'exp' ? 'expired' : 'not-yet' }
    case 'OAUTH_PARSE_ERROR':
    case 'OAUTH_INVALID_RESPONSE':
    case 'OAUTH_UNSUPPORTED_OPERATION':
      return malformed(chain, asked)
    default:
      return undefined
  }
}

function refusal(step: ProviderStep, error: string): ProviderFailure {
  if (error === 'invalid_grant') return { step, reason: 'invalid-grant' }
  if (error === 'invalid_client' || error === 'unauthorized_client')
    return { step, reason: 'invalid-client', actual: error }
  return { step, reason: 'refused', actual: /^[a-z_]{1,60}$/.test(error) ? error : undefined }
}

/** What the answer or the token in it looked like, by what the library says that it looked at. */
function malformed(chain: readonly unknown[], asked: 'discovery' | 'token-endpoint'): ProviderFailure {
  if (chain.some((cause) => member(cause, 'header') !== undefined)) return { step: 'id-token', reason: 'alg' }
  if (chain.some((cause) => member(cause, 'claims') !== undefined))
    return { step: 'id-token', reason: 'claims' }
  const body = chain.map((cause) => member(cause, 'body')).find((found) => found !== undefined)
  if (asked === 'token-endpoint' && body !== undefined && member(body, 'id_token') === undefined)
    return { step: 'id-token', reason: 'missing' }
  return { step: asked, reason: 'malformed' }
}

function comparedClaim(chain: readonly unknown[]): ProviderReason {
  const claim = claimOf(chain)
  return claim === 'iss' || claim === 'aud' || claim === 'azp' || claim === 'nonce' ? claim : 'claims'
}

function claimOf(chain: readonly unknown[]): unknown {
  return chain.map((cause) => member(cause, 'claim')).find((claim) => claim !== undefined)
}

function answeredStatus(chain: readonly unknown[]): string | undefined {
  const response = chain.find((cause) => cause instanceof Response)
  return response && `${response.status}`
}

/** The error, its cause, the cause's cause and so on; a few are enough. */
function causesOf(error: unknown): readonly unknown[] {
  const chain: unknown[] = []
  for (let at = error; at !== undefined && at !== null && chain.length < 8; at = member(at, 'cause'))
    chain.push(at)
  return chain
}

function codeOf(error: unknown): unknown {
  return member(error, 'code')
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
