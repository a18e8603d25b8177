import type { User } from '../core/identity.js'
import { isObject } from '../core/json.js'
import { assertAccepted } from '../core/outcome.js'
import { printable } from '../core/shown.js'
import { validateSessionSettings } from '../directory/portal/index.js'
import {
  createTokenWithIAM,
  exchangeToken,
  type ExchangeDeployment,
  type ExchangePorts,
} from '../flows/index.js'
import { grantTypes } from '../oauth/index.js'
import type { AppRequest, AppResponse, Middleware } from './http.js'
import { tell, type OnRefused } from './refusal.js'
import { appURL, misuse, pathOf } from './target.js'
import {
  answerTokenRequest,
  type TokenEndpoint,
  type TokenOutcome,
  type TokensIssued,
} from './trustedTokenAnswer.js'
import type { AuthenticateCaller } from './trustedTokenCallers.js'

export interface TrustedTokenEndpointOptions {
  /** Judged by `validateDeployment`, with the keys that seal and sign. */
  readonly deployment: ExchangeDeployment & { readonly identityContextOnRefresh?: boolean }
  readonly ports: ExchangePorts
  /** Proves who calls: `bearerCallers`, `sigV4Callers` or a function of your own. There is no default. */
  readonly authenticateCaller: AuthenticateCaller
  /** How long it may take; after that nobody is proven. Default 10, at most 300. */
  readonly callerTimeoutSeconds?: number
  /**
   * The user with an id, as the directory has it now. With it the other grants of CreateTokenWithIAM are served too
   * (refresh_token, authorization_code, token-exchange), for applications that have them; absent: jwt-bearer alone.
   */
  readonly user?: (userId: string) => Promise<User | undefined>
  /**
   * The endpoint's own URL, https or on this machine: a request for another path goes on to the next handler. Absent: it
   * answers whatever is routed to it.
   */
  readonly url?: string
  /** Default 65,536; at most 1,048,576. */
  readonly maxBodyBytes?: number
  readonly onRefused?: OnRefused
  /** Told of all tokens that were issued, for an audit log; it comes after the answer, and what it throws changes nothing. */
  readonly onIssued?: (issued: TokensIssued) => void
}

const CALLER_TIMEOUT_SECONDS = 10
/** 64 KiB: several times the largest request. */
const MAX_BODY_BYTES = 65_536

/**
 * Hosts an exchange of your own: RFC 7523's jwt-bearer grant in OAuth's form encoding, and CreateTokenWithIAM in Identity
 * Center's JSON, told apart by media type. A token is exchanged once (`exchangeToken`). Mount it before body parsers.
 *
 * Refusals are answered with errors of RFC 6749 5.2, or with exceptions of the SSO OIDC API; the findings go to
 * `onRefused` alone. An outage of a store or an issuer is `temporarily_unavailable` (503), or InternalServerException.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for options that cannot work, `authenticateCaller` left out among them
 *
 * @example
 * ```ts
 * import { bearerCallers, trustedTokenEndpoint } from 'countersign/express'
 * import type { ExchangeDeployment, ExchangePorts } from 'countersign/flows'
 *
 * declare const app: { use(handler: ReturnType<typeof trustedTokenEndpoint>): void } // express()
 * declare const deployment: ExchangeDeployment, ports: ExchangePorts, digest: string
 * app.use(
 *   trustedTokenEndpoint({
 *     url: 'https://exchange.example.com/token',
 *     deployment,
 *     ports,
 *     authenticateCaller: bearerCallers([{ digest, callerARN: 'arn:aws:iam::111122223333:role/my-app' }]),
 *     onRefused: ({ status, findings }) => console.warn(status, findings),
 *   }),
 * )
 * ```
 */
export function trustedTokenEndpoint(options: TrustedTokenEndpointOptions): Middleware {
  const endpoint = checked(options)
  const { url, onRefused, onIssued } = options
  const own = url === undefined ? undefined : appURL(url, 'url').pathname
  return (request, response, next) => {
    const path = pathOf(request)
    if (own !== undefined && path !== own) return next()
    const method = request.method ?? ''
    answerTokenRequest(request, endpoint)
      .then(({ answer, refusal, issued }) => {
        send(request, response, answer)
        if (issued) tell(onIssued, issued)
        if (refusal) tell(onRefused, { ...refusal, method, path: printable(path.slice(0, 500)) })
      })
      // Nothing can be said any more.
      .catch(() => response.destroy())
  }
}

function send(
  request: AppRequest,
  response: AppResponse,
  { status, headers, body }: TokenOutcome['answer'],
): void {
  if (response.headersSent || response.destroyed) return
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  // What is left of a body that is too large is not waited for.
  if (!request.complete && request.httpVersionMajor === 1) response.setHeader('connection', 'close')
  response.end(JSON.stringify(body))
}

function checked(options: TrustedTokenEndpointOptions): TokenEndpoint {
  if (!isObject(options)) misuse('The options are an object.')
  const { deployment, ports, authenticateCaller, user } = options
  const { maxBodyBytes = MAX_BODY_BYTES, callerTimeoutSeconds = CALLER_TIMEOUT_SECONDS } = options
  if (typeof authenticateCaller !== 'function')
    misuse('authenticateCaller proves who calls; there is no default.')
  if (!isObject(deployment) || !Array.isArray(deployment.applications) || !isObject(deployment.tokenKeys))
    misuse('deployment is what validateDeployment accepted, with tokenKeys.')
  if (!isObject(ports) || typeof ports.now !== 'function' || typeof ports.randomBytes !== 'function')
    misuse('ports are those of an exchange, as systemPorts makes them.')
  if (user !== undefined && typeof user !== 'function') misuse('user finds a user by its id.')
  if (!Number.isSafeInteger(maxBodyBytes) || maxBodyBytes < 1 || maxBodyBytes > 1_048_576)
    misuse('maxBodyBytes is a whole number, at most 1,048,576.')
  if (!Number.isFinite(callerTimeoutSeconds) || callerTimeoutSeconds <= 0 || callerTimeoutSeconds > 300)
    misuse('callerTimeoutSeconds is more than 0, at most 300.')
  // Clients of OAuth's wire verify ID tokens as OpenID Connect has them.
  const { idTokenAuthTime: inSeconds = 'seconds' } = deployment
  const service = { deployment, sessions: assertAccepted(validateSessionSettings({})) }
  return {
    maxBytes: maxBodyBytes,
    authenticateCaller,
    callerTimeoutSeconds,
    randomBytes: (n) => ports.randomBytes(n),
    exchange: async (request, wire) => {
      const told = wire === 'form' ? { ...deployment, idTokenAuthTime: inSeconds } : deployment
      if (user !== undefined || request.grantType === grantTypes.jwtBearer)
        return createTokenWithIAM(request, told, service, { ...ports, user: user ?? nobody })
      const verdict = await exchangeToken(request, told, ports)
      return verdict.ok ? { ...verdict, value: { response: verdict.value } } : verdict
    },
  }
}

/** The jwt-bearer grant finds people by the mapped claim, and never by id. */
async function nobody(): Promise<undefined> {}
