import type { Directory } from '../core/identity.js'
import { isObject } from '../core/json.js'
import { readOnce } from '../core/readOnce.js'
import { accepted, FederationError, refused, type Finding, type Verdict } from '../core/outcome.js'
import type { Clock, Fetch, RandomBytes, ReplayStore, StateStore } from '../core/ports.js'
import { findingOf, runRules, verdictOf } from '../core/rule.js'
import { EXTENDED_SESSION_SECONDS } from '../directory/portal/index.js'
import { grantTypes } from '../oauth/index.js'
import {
  authorizedIssuer,
  authorizeUser,
  claimTimeRules,
  claimedIssuer,
  DEFAULT_CLOCK_SKEW_SECONDS,
  grantScopes,
  mappedValue,
  mapUser,
  portRules,
  replayKey,
  replayRules,
  requestRules,
  trustedIssuerRules,
  validateToken,
  type Deployment,
  type ExchangeRequest,
  type IDTokenSettings,
  type IssuedTokens,
  type IssuerKeys,
  type MissingJti,
  type PortName,
  type TokenKeys,
} from '../tti/index.js'
import { claimed } from './claimed.js'
import { kindOfError, Refusal } from './grants/refusal.js'
import { misuseOf } from '../oauth/server/misuse.js'
import { preparedTokens, type PreparedRefresh } from './preparedTokens.js'

/** How long a person stays signed in by an exchange: the default length of a sign-in session, 8 hours (R216, R225). */
export const DEFAULT_SESSION_SECONDS = 28_800

/** The world of one exchange. Every member is asked through its port; nothing else is read. */
export interface ExchangePorts {
  now: Clock
  randomBytes: RandomBytes
  directory: Directory
  /** Keeps issuers' keys; asks the network through `fetch`. */
  keys: IssuerKeys
  replay: ReplayStore
  state: StateStore
  fetch: Fetch
}

/** What an exchange works with beside its configuration: its own keys, and what the sources leave open. */
export interface ExchangeDeployment extends Deployment, IDTokenSettings {
  readonly tokenKeys: TokenKeys
  /** Default 60. */
  readonly clockSkewSeconds?: number
  /** Default: no limit. */
  readonly maxTokenAgeSeconds?: number
  /** How long after now a token may at most expire. Default: no limit. */
  readonly maxTokenLifetimeSeconds?: number
  /** Default `fingerprint`. */
  readonly missingJti?: MissingJti
  /** Default 28,800. */
  readonly sessionSeconds?: number
}

/**
 * Exchanges a trusted token issuer's JWT for tokens of this instance, as CreateTokenWithIAM does with the jwt-bearer
 * grant (R265, R266). The order is: request and caller, token, user, assignment, scopes, prepare the tokens, claim the
 * token id, persist, answer. The first step that refuses ends the exchange. Until the claim nothing has changed; after
 * it the id stays used, whatever happens next. Of any number of exchanges of one token exactly one is accepted.
 *
 * An outage of any port refuses (`tti/replay-store`, `tti/port`, `tti/issuer-unreachable`). With `missingJti: 'accept'`
 * tokens without `jti` are not single-use.
 *
 * The request is read once, and judged as it was then, whatever it is.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for a deployment, settings, ports or a clock that make no sense
 *
 * @example
 * ```ts
 * import { exchangeToken, type ExchangeDeployment, type ExchangePorts } from 'countersign/flows'
 *
 * declare const deployment: ExchangeDeployment, ports: ExchangePorts, jwt: string
 * const verdict = await exchangeToken(
 *   {
 *     clientId: deployment.applications[0]?.arn ?? '',
 *     grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
 *     assertion: jwt,
 *     callerARN: 'arn:aws:sts::111122223333:assumed-role/my-app/session',
 *   },
 *   deployment,
 *   ports,
 * )
 * if (verdict.ok) console.log(verdict.value.awsAdditionalDetails?.identityContext)
 * ```
 */
export async function exchangeToken(
  request: ExchangeRequest,
  deployment: ExchangeDeployment,
  ports: ExchangePorts,
): Promise<Verdict<IssuedTokens>> {
  const findings: Finding[] = []
  try {
    return accepted(
      await exchange(readOnce(request) as ExchangeRequest, deployment, ports, findings),
      findings,
    )
  } catch (stop) {
    if (!(stop instanceof Refusal)) throw misuseOf(stop)
    const [first, ...rest] = [...findings, ...stop.findings]
    if (!first) throw misuseOf(stop)
    return refused([first, ...rest])
  }
}

async function exchange(
  request: ExchangeRequest,
  deployment: ExchangeDeployment,
  ports: ExchangePorts,
  warnings: Finding[],
): Promise<IssuedTokens> {
  /** The value of a step, or the end of the exchange. */
  const passed = <T>(verdict: Verdict<T>): T => {
    if (!verdict.ok) throw new Refusal(verdict.findings)
    const told = new Set(warnings.map((finding) => JSON.stringify(finding)))
    warnings.push(...verdict.findings.filter((finding) => !told.has(JSON.stringify(finding))))
    return verdict.value
  }
  const { clockSkewSeconds, maxTokenAgeSeconds, maxTokenLifetimeSeconds, missingJti, sessionSeconds } =
    settingsOf(deployment)
  const now = ports.now()

  const application = deployment.applications.find(({ arn }) => arn === request?.clientId)
  passed(
    verdictOf(
      runRules(requestRules, { request, application, served: [grantTypes.jwtBearer] }),
      () => undefined,
    ),
  )
  if (!application) throw new Error('The request rules let an unknown application pass.')
  const { assertion = '', scope } = request

  const iss = claimedIssuer(assertion)
  const authorized = iss === undefined ? undefined : authorizedIssuer(application, iss)
  if (!authorized && iss !== undefined) {
    passed(verdictOf(runRules(trustedIssuerRules, { deployment, application, iss }), () => undefined))
  }
  // A token that names no issuer cannot pass: the first authorized one stands in, so that all its faults are told.
  const { issuer, audiences } = authorized ?? application.authorizedTokenIssuers[0] ?? unreachable()
  const claims = passed(
    await validateToken(assertion, {
      issuer,
      audiences,
      now,
      clockSkewSeconds,
      maxTokenAgeSeconds,
      maxTokenLifetimeSeconds,
      keys: (kid) =>
        asked('keys', isKeys, () =>
          ports.keys.find(issuer, { ...(kid === undefined ? {} : { kid }), now, fetch: ports.fetch }),
        ),
    }),
  )

  const value = mappedValue(claims.claims, issuer) ?? unreachable()
  const candidates = await asked('directory', areUsers, () =>
    ports.directory.find(issuer.identityStoreAttributePath, value),
  )
  const user = passed(mapUser(claims, issuer, candidates))
  passed(authorizeUser(user, application))
  const scopes = passed(grantScopes(scope, application))

  const exchanged = { deployment, application, issuer, user, claims, scopes, now }
  const { response, refresh } = await asked('tokens', isObject, () =>
    preparedTokens(exchanged, sessionSeconds, ports.randomBytes),
  )

  const key = passed(await replayKey(claims, { missingJti }))
  // Ports may have been slow: the token must be alive when it is used up, or the store could have forgotten it already.
  const at = Math.max(now, ports.now())
  const expiresAt = claims.expiresAt + clockSkewSeconds
  passed(verdictOf(runRules(claimTimeRules, { at, expiresAt }), () => undefined))
  if (key !== '') {
    const claim = await claimed(ports.replay, key, expiresAt, at)
    passed(verdictOf(runRules(replayRules, { claim }), () => undefined))
  }

  if (refresh) await persisted(refresh, ports.state)
  return response
}

/** The deployment's settings with their defaults, judged before anything is asked or used up. */
function settingsOf(deployment: ExchangeDeployment) {
  const settings = {
    clockSkewSeconds: deployment.clockSkewSeconds ?? DEFAULT_CLOCK_SKEW_SECONDS,
    maxTokenAgeSeconds: deployment.maxTokenAgeSeconds,
    maxTokenLifetimeSeconds: deployment.maxTokenLifetimeSeconds,
    missingJti: deployment.missingJti ?? ('fingerprint' as const),
    sessionSeconds: deployment.sessionSeconds ?? DEFAULT_SESSION_SECONDS,
  }
  const { sessionSeconds } = settings
  if (
    !Number.isSafeInteger(sessionSeconds) ||
    sessionSeconds < 1 ||
    sessionSeconds > EXTENDED_SESSION_SECONDS
  ) {
    throw new FederationError('ERR_INVALID_OPTION', 'sessionSeconds is whole seconds, at most 90 days.')
  }
  return settings
}

async function persisted(refresh: PreparedRefresh, state: StateStore): Promise<void> {
  for (const { key, value, expiresAt } of refresh) {
    const written = await asked('state', isObject, () =>
      state.put(key, value, { ifVersion: null, expiresAt }),
    )
    if (written.ok !== true) throw portRefusal('state', 'conflict')
  }
}

/** Asks a port; its failure, or an answer that is none, refuses the exchange. */
async function asked<T>(
  port: PortName,
  fits: (answer: unknown) => boolean,
  question: () => Promise<T>,
): Promise<T> {
  let answer: T
  try {
    answer = await question()
  } catch (error) {
    throw portRefusal(port, kindOfError(error))
  }
  if (!fits(answer)) throw portRefusal(port, 'malformed')
  return answer
}

function isKeys(answer: unknown): boolean {
  if (!isObject(answer) || !Array.isArray(answer['findings'])) return false
  const { value } = answer
  if (answer['ok'] !== true) return answer['findings'].length > 0
  return isObject(value) && Array.isArray(value['keys']) && Array.isArray(value['unusable'])
}

function areUsers(answer: unknown): boolean {
  return (
    Array.isArray(answer) &&
    answer.every(
      (user) =>
        isObject(user) &&
        typeof user['userId'] === 'string' &&
        typeof user['userName'] === 'string' &&
        areObjects(user['emails']) &&
        areObjects(user['externalIds']) &&
        Array.isArray(user['groupIds']),
    )
  )
}

function portRefusal(port: PortName, cause: string): Refusal {
  const failure = { port, cause }
  return new Refusal(
    portRules.flatMap((rule) => {
      const faults = rule.check(failure)
      return typeof faults === 'string' ? [] : faults.map((fault) => findingOf(rule, fault))
    }),
  )
}

function areObjects(value: unknown): boolean {
  return Array.isArray(value) && value.every(isObject)
}

function unreachable(): never {
  throw new Error('A step of the exchange was passed that should have refused.')
}
