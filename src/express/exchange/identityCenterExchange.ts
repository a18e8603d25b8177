import { FederationError, type Finding } from '../../core/outcome.js'
import { failingRules, findingsOf } from '../../core/rule.js'
import { causeCode } from '../../flows/answers.js'
import { exceptions, grantTypes, tokenTypes, type ExceptionName } from '../../oauth/index.js'
import { explainExchangeFailure, type IssuedTokens } from '../../tti/index.js'
import { misuse } from '../target.js'
import { exchangeAnswerRules, possible, type AnswerSubject } from './rules.js'
import type { ExchangeOutcome, IdentityExchange } from './types.js'

/** The part that is used of the AWS SDK's `SSOOIDC`. */
export interface IdentityCenterClient {
  createTokenWithIAM(
    input: { clientId: string; grantType: string; assertion: string; scope?: string[] },
    options?: { abortSignal?: AbortSignal },
  ): Promise<IdentityCenterAnswer>
}

/** What the SDK makes of an answer: nothing in it is certain. */
export interface IdentityCenterAnswer {
  readonly accessToken?: string | undefined
  readonly tokenType?: string | undefined
  readonly expiresIn?: number | undefined
  readonly refreshToken?: string | undefined
  readonly idToken?: string | undefined
  readonly issuedTokenType?: string | undefined
  readonly scope?: readonly string[] | undefined
  readonly awsAdditionalDetails?: { readonly identityContext?: string | undefined } | undefined
}

export interface IdentityCenterExchangeOptions {
  /**
   * `new SSOOIDC({ region, maxAttempts: 1 })` of `@aws-sdk/client-sso-oidc`, with credentials that the application's actor
   * policy names. With one attempt: a request that is sent again after its answer was lost finds the JWT spent.
   */
  readonly client: IdentityCenterClient
  /** The ARN of the customer managed application that this app is. */
  readonly clientId: string
  /** Default: all that the application may have. */
  readonly scope?: readonly string[] | undefined
  /** For the whole exchange: from 1 to 60. Default 10. */
  readonly timeoutSeconds?: number | undefined
}

/**
 * The exchange of AWS: CreateTokenWithIAM of IAM Identity Center, through a client that the app made. A refusal comes with the
 * rules that may be its cause, as `explainExchangeFailure` tells them, since AWS names none.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse
 *
 * @example
 * ```ts
 * import { SSOOIDC } from '@aws-sdk/client-sso-oidc'
 * import { identityCenterExchange } from 'countersign/express'
 *
 * const exchange = identityCenterExchange({
 *   client: new SSOOIDC({ region: 'us-east-1', maxAttempts: 1 }),
 *   clientId: 'arn:aws:sso::111122223333:application/ssoins-1234567890abcdef/apl-1234567890abcdef',
 * })
 * ```
 */
export function identityCenterExchange(options: IdentityCenterExchangeOptions): IdentityExchange {
  const { client, clientId, scope, timeoutSeconds = 10 } = options
  if (typeof client?.createTokenWithIAM !== 'function')
    misuse('client must be an SSOOIDC of @aws-sdk/client-sso-oidc.')
  if (typeof clientId !== 'string' || clientId === '') misuse('clientId must be the ARN of the application.')
  if (!(timeoutSeconds >= 1 && timeoutSeconds <= 60)) misuse('timeoutSeconds must be from 1 to 60.')
  return {
    clientId,
    async exchange(assertion) {
      const controller = new AbortController()
      let timer: ReturnType<typeof setTimeout> | undefined
      const late = new Promise<'late'>((resolve) => {
        timer = setTimeout(() => resolve('late'), timeoutSeconds * 1000)
      })
      const input = {
        clientId,
        grantType: grantTypes.jwtBearer,
        assertion,
        ...(scope ? { scope: [...scope] } : {}),
      }
      try {
        const asking = client.createTokenWithIAM(input, { abortSignal: controller.signal })
        const answer = await Promise.race([asking, late])
        return answer === 'late' ? outage({ reason: 'timeout' }) : read(answer)
      } catch (error) {
        return refusal(error)
      } finally {
        clearTimeout(timer)
        controller.abort()
      }
    },
  }
}

function read(answer: IdentityCenterAnswer): ExchangeOutcome {
  const { accessToken, expiresIn, tokenType, issuedTokenType, scope, idToken, refreshToken } = answer ?? {}
  const identityContext = answer?.awsAdditionalDetails?.identityContext
  const whole =
    isText(accessToken) &&
    tokenType === 'Bearer' &&
    typeof expiresIn === 'number' &&
    Number.isSafeInteger(expiresIn) &&
    expiresIn > 0
  if (!whole) return outage({ reason: 'malformed' })
  const value: IssuedTokens = {
    accessToken,
    tokenType,
    expiresIn,
    ...(isText(refreshToken) ? { refreshToken } : {}),
    ...(isText(idToken) ? { idToken } : {}),
    issuedTokenType:
      issuedTokenType === tokenTypes.refreshToken ? tokenTypes.refreshToken : tokenTypes.accessToken,
    scope: Array.isArray(scope) ? scope.filter(isText) : [],
    ...(isText(identityContext) ? { awsAdditionalDetails: { identityContext } } : {}),
  }
  return { ok: true, value }
}

/** Exceptions of the service that say nothing of the token. */
const OUTAGES: readonly string[] = ['InternalServerException', 'SlowDownException']

function refusal(error: unknown): ExchangeOutcome {
  const { name } = (error ?? {}) as { readonly name?: unknown }
  if (typeof name === 'string' && Object.hasOwn(exceptions, name) && !OUTAGES.includes(name)) {
    const exception = name as ExceptionName
    const [first, ...rest] = findings({ exception })
    const causes = explainExchangeFailure({ name: exception }).causes.map(possible)
    return { ok: false, outage: false, findings: [first, ...rest, ...causes] }
  }
  const named =
    typeof name === 'string' && /^[A-Za-z]{1,60}$/.test(name) && name !== 'Error' ? name : undefined
  const code = causeCode(error)
  // An exception of a service has metadata: without an answer it has no status.
  const answered = (error as { $metadata?: { httpStatusCode?: unknown } } | null)?.$metadata?.httpStatusCode
  return outage({ reason: answered === undefined ? 'network' : 'service', actual: code ?? named })
}

function outage(failure: NonNullable<AnswerSubject['failure']>): ExchangeOutcome {
  return { ok: false, outage: true, findings: findings({ failure }) }
}

function findings(subject: AnswerSubject): readonly [Finding, ...Finding[]] {
  const [first, ...rest] = findingsOf(failingRules(exchangeAnswerRules, subject))
  if (!first)
    throw new FederationError('ERR_INVALID_OPTION', 'An exchange that did not fail has no findings.')
  return [first, ...rest]
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
