import { createHash, timingSafeEqual } from 'node:crypto'
import { refused, type Verdict } from '../core/outcome.js'
import { readCaller } from '../core/policy/index.js'
import type { Clock } from '../core/ports.js'
import { findingOf, runRules, verdictOf } from '../core/rule.js'
import { systemClock } from '../flows/index.js'
import { verifySigV4 } from '../flows/sigv4.js'
import type { AppRequest } from './http.js'
import { misuse } from './target.js'
import { bearerRule, tokenCallerRule } from './trustedTokenCallerRules.js'

/** A request as it came in, for whoever proves who sent it. */
export interface TokenEndpointRequest {
  readonly method: string
  /** Path and raw query, as in the request line. */
  readonly url: string
  /** Names and values in the order received, one entry for each line: a name that comes twice is there twice. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** As it was sent; undefined where a body parser has taken it, so that no signature of it can be checked. */
  readonly body: Uint8Array | undefined
  /** Of a form: each parameter once, such as `client_secret`. */
  readonly parameters?: ReadonlyMap<string, string>
  /** Node's own, for the certificate of mutual TLS. */
  readonly request: AppRequest
}

/** Who calls, proven. */
export interface TokenCaller {
  /** What the actor policy of the application must allow, such as `arn:aws:iam::111122223333:role/my-app`. */
  readonly callerARN: string
  /** The application that alone this caller may call for; absent: any that the actor policies allow. */
  readonly clientId?: string
  /** For conditions of the actor policy, as IAM's condition keys. */
  readonly callerContext?: Readonly<Record<string, string | readonly string[]>>
}

/**
 * Proves who calls. `false`, undefined, a refused verdict and a throw all refuse; the findings of a verdict go to
 * `onRefused`. Nothing that the body merely says is a proof.
 */
export type AuthenticateCaller = (
  request: TokenEndpointRequest,
) =>
  | TokenCaller
  | Verdict<TokenCaller>
  | false
  | undefined
  | Promise<TokenCaller | Verdict<TokenCaller> | false | undefined>

const BEARER = /^Bearer ([A-Za-z0-9\-._~+/]{16,512}={0,2})$/i

/**
 * Callers that prove themselves with a bearer token (RFC 6750 2.1), of which only the SHA-256 is kept. A token is at
 * least 128 random bits: a digest does not protect a word that can be guessed. How much of a token is right cannot be
 * told from the time that the answer takes.
 *
 * @param callers `digest`: the SHA-256 of the token in hexadecimal
 * @throws FederationError `ERR_INVALID_OPTION` for an empty list, a digest that is none or is there twice, and an ARN
 * that is no caller's
 *
 * @example
 * ```ts
 * import { bearerCallers } from 'countersign/express'
 *
 * const authenticateCaller = bearerCallers([
 *   {
 *     digest: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', // sha256 of the token
 *     callerARN: 'arn:aws:iam::111122223333:role/my-app',
 *   },
 * ])
 * ```
 */
export function bearerCallers(
  callers: readonly (TokenCaller & { readonly digest: string })[],
): (request: TokenEndpointRequest) => Verdict<TokenCaller> {
  const known = callersIn(callers).map((caller) => {
    if (typeof caller.digest !== 'string' || !/^[0-9a-f]{64}$/i.test(caller.digest))
      misuse('A digest is 64 hexadecimal digits: the SHA-256 of a token.')
    return { digest: Buffer.from(caller.digest, 'hex'), caller: callerOf(caller) }
  })
  if (new Set(known.map(({ digest }) => digest.toString('hex'))).size < known.length)
    misuse('Two callers have the same token.')
  return ({ headers }) => {
    const values = valuesOf(headers, 'authorization')
    const token = values.length === 1 ? BEARER.exec(values[0] ?? '')?.[1] : undefined
    const digest = createHash('sha256')
      .update(token ?? '')
      .digest()
    // Every digest is compared, so that the place in the list cannot be told either.
    const matches = known.filter((entry) => timingSafeEqual(entry.digest, digest))
    const found = token === undefined ? undefined : matches[0]
    return verdictOf(runRules([bearerRule], { values, known: found !== undefined }), () => {
      if (!found) throw new Error('The rule let an unknown token pass.')
      return found.caller
    })
  }
}

/**
 * Callers that sign with AWS Signature Version 4, as the AWS SDKs and the aws CLI do for CreateTokenWithIAM: for an
 * endpoint that is their `endpoint`, with access keys that were made for it. Keys of an AWS account do not belong here,
 * since whoever verifies holds the secret. Within five minutes a signature verifies as often as it is sent; the token in
 * the body is single-use.
 *
 * @param options `host`: the host of the endpoint as clients call it, such as `exchange.example.com`; absent: any, so
 * that a request that was signed for another service with the same key is taken here, too. `region`: the one that
 * clients sign for; absent: any. `now`: default the machine's clock
 * @throws FederationError `ERR_INVALID_OPTION` for no keys, a key without a secret or one that is there twice, an ARN
 * that is no caller's, and options that no request could meet
 */
export function sigV4Callers(
  accessKeys: readonly (TokenCaller & { readonly accessKeyId: string; readonly secretAccessKey: string })[],
  options: { readonly host?: string; readonly region?: string; readonly now?: Clock } = {},
): (request: TokenEndpointRequest) => Verdict<TokenCaller> {
  const { host, region, now = systemClock } = options
  if (host !== undefined && !(typeof host === 'string' && /^[\w.[\]:-]{1,255}$/.test(host)))
    misuse('host is a name, with its port where that is not the usual one.')
  if (region !== undefined && !(typeof region === 'string' && /^[a-z0-9-]{1,64}$/.test(region)))
    misuse('region is one that a signature can name.')
  if (typeof now !== 'function') misuse('now is a clock.')
  const keys = new Map(
    callersIn(accessKeys).map((key) => {
      const { accessKeyId, secretAccessKey } = key
      const fits = (text: unknown, form: RegExp): boolean => typeof text === 'string' && form.test(text)
      if (!fits(accessKeyId, /^\w{16,128}$/) || !fits(secretAccessKey, /^[^]{16}/))
        misuse(
          'An access key has an id, of 16 to 128 letters and digits, and a secret of at least 16 characters.',
        )
      return [accessKeyId, { secretAccessKey, caller: callerOf(key) }]
    }),
  )
  if (keys.size < accessKeys.length) misuse('Two access keys have the same id.')
  return (request) => {
    const { body } = request
    if (body === undefined) {
      const message = 'The signature covers a body that a parser has read before.'
      return refused([findingOf(tokenCallerRule, { reason: 'body-parsed', path: 'body', message })])
    }
    const verdict = verifySigV4(
      { ...request, body },
      { now: now(), service: 'sso-oauth', host, region, find: (accessKeyId) => keys.get(accessKeyId) },
    )
    return verdict.ok ? { ...verdict, value: verdict.value.credential.caller } : verdict
  }
}

/** The values of a header, one for each line of it. */
export function valuesOf(headers: TokenEndpointRequest['headers'], name: string): readonly string[] {
  return headers.filter(([header]) => header.toLowerCase() === name).map(([, value]) => value)
}

/** Whether something is a caller, as far as types can tell. */
export function isCaller(value: unknown): value is TokenCaller {
  if (typeof value !== 'object' || value === null) return false
  const { callerARN, clientId } = value as Partial<Record<keyof TokenCaller, unknown>>
  return (
    typeof callerARN === 'string' &&
    callerARN !== '' &&
    (clientId === undefined || typeof clientId === 'string')
  )
}

function callersIn<T extends TokenCaller>(callers: readonly T[]): readonly T[] {
  if (!Array.isArray(callers) || callers.length === 0) misuse('Callers are a list of at least one.')
  return callers
}

function callerOf(caller: TokenCaller): TokenCaller {
  if (!isCaller(caller) || readCaller(caller.callerARN) === undefined)
    misuse('callerARN is the ARN of a user, a role or a role session.')
  const { callerARN, clientId, callerContext } = caller
  return {
    callerARN,
    ...(clientId === undefined ? {} : { clientId }),
    ...(callerContext === undefined ? {} : { callerContext }),
  }
}
