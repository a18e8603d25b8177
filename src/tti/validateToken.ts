import { FederationError, hasError, type Verdict } from '../core/outcome.js'
import { runRules, verdictOf, type RuleOutcome } from '../core/rule.js'
import type { TrustedClaims, TrustedKeySet, TrustedTokenIssuer, VerifyRS256 } from './types.js'
import { jwksRules, parseKeySet, selectKey } from './keys.js'
import { audienceOf, claimRules } from './token/claimRules.js'
import { formRules } from './token/formRules.js'
import { headerRules } from './token/headerRules.js'
import { issRules, keyRules, kidOf } from './token/keyRules.js'
import { readToken } from './token/read.js'
import { claimOf, type TokenSubject } from './token/subject.js'

/** 60 s: documented nowhere, and what most libraries of the field allow. */
export const DEFAULT_CLOCK_SKEW_SECONDS = 60

export interface TokenExpectation {
  readonly issuer: TrustedTokenIssuer
  /** The issuer's JWKS, as a parsed object, text or bytes. Either this or `keys`. */
  readonly jwks?: unknown
  /**
   * The issuer's JWKS parsed once with `parseKeySet`, for many tokens; or where to get it, asked only when form, header
   * and issuer have passed.
   */
  readonly keys?: TrustedKeySet | KeySource
  /** The application's audiences for this issuer (R245): compared exactly. */
  readonly audiences: readonly string[]
  /** Epoch seconds. */
  readonly now: number
  /** Default 60, on both sides of every instant. */
  readonly clockSkewSeconds?: number | undefined
  /** Refuses tokens issued longer ago, and those that do not say when. Default: no limit. */
  readonly maxTokenAgeSeconds?: number | undefined
  /** Refuses tokens that expire later than this after `now`. Default: no limit. */
  readonly maxTokenLifetimeSeconds?: number | undefined
  /** Verifies the signature instead of the platform's own RS256. Only `true` passes. */
  readonly verifyRS256?: VerifyRS256 | undefined
}

/** Answers the issuer's keys; `kid` is the one that the token names. */
export type KeySource = (kid: string | undefined) => Promise<Verdict<TrustedKeySet>>

/** Everything that the rules say of one token, for a report; the verdict is that of `validateToken`. */
export interface TokenInspection {
  readonly verified: boolean
  readonly verdict: Verdict<TrustedClaims>
  readonly rules: readonly RuleOutcome[]
}

/**
 * Decides on a JWT of a trusted token issuer: an RS256 JWS whose key the issuer publishes, with `iss`, `sub`, `aud`,
 * `exp` and the mapped claim (requirements R254-R261). Gates (form, header, issuer and signature) stop; past them every
 * claim rule runs and all findings come back. Nothing here remembers the token: see `replayKey`.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse, and whatever a key source throws; never for what the token is
 *
 * @example
 * ```ts
 * import { validateToken, type TrustedTokenIssuer } from 'countersign/tti'
 *
 * declare const issuer: TrustedTokenIssuer, jwt: string, jwks: object
 * const now = Math.floor(Date.now() / 1000)
 * const verdict = await validateToken(jwt, { issuer, jwks, audiences: ['my-client-id'], now })
 * if (verdict.ok) console.log(verdict.value.subject)
 * ```
 */
export async function validateToken(
  jwt: string,
  expectation: TokenExpectation,
): Promise<Verdict<TrustedClaims>> {
  return (await judge(jwt, expectation, true)).verdict
}

/** As {@link validateToken}, but reads on past failed gates, so that a report shows every rule. */
export async function inspectToken(jwt: string, expectation: TokenExpectation): Promise<TokenInspection> {
  return judge(jwt, expectation, false)
}

async function judge(
  jwt: unknown,
  expectation: TokenExpectation,
  stopAtGate: boolean,
): Promise<TokenInspection> {
  checkOptions(expectation)
  const outcomes: RuleOutcome[] = []
  /** Runs one gate; true when the rest is not to be looked at. */
  const failed = (more: readonly RuleOutcome[]): boolean => {
    outcomes.push(...more)
    return stopAtGate && hasError(more.flatMap(({ findings }) => findings))
  }
  const refusedNow = (): TokenInspection => ({
    verified: false,
    verdict: verdictOf(outcomes, unreachable),
    rules: outcomes,
  })

  let subject: TokenSubject = {
    reading: readToken(jwt),
    issuer: expectation.issuer,
    audiences: expectation.audiences,
    now: expectation.now,
    clockSkewSeconds: expectation.clockSkewSeconds ?? DEFAULT_CLOCK_SKEW_SECONDS,
    maxTokenAgeSeconds: expectation.maxTokenAgeSeconds,
    maxTokenLifetimeSeconds: expectation.maxTokenLifetimeSeconds,
  }
  if (failed(runRules(formRules, subject))) return refusedNow()
  if (failed(runRules(headerRules, subject))) return refusedNow()
  // The issuer is compared before any of its keys is looked up (attack J21).
  if (failed(runRules(issRules, subject))) return refusedNow()
  const { keys, outcomes: keyOutcomes } = await keysOf(expectation, kidOf(subject))
  if (failed(keyOutcomes)) return refusedNow()
  subject = await withSignature(subject, keys, expectation.verifyRS256)
  if (failed(runRules(keyRules, subject))) return refusedNow()
  const verified = subject.signature === 'valid' && !hasError(outcomes.flatMap(({ findings }) => findings))
  outcomes.push(...runRules(claimRules, subject))
  return { verified, verdict: verdictOf(outcomes, () => trustedClaims(subject)), rules: outcomes }
}

async function keysOf(
  { keys, jwks }: TokenExpectation,
  kid: string | undefined,
): Promise<{ keys?: TrustedKeySet; outcomes: readonly RuleOutcome[] }> {
  const [rule] = jwksRules
  if (keys !== undefined && typeof keys !== 'function') return { keys, outcomes: [] }
  const found = keys ? await keys(kid) : await parseKeySet(jwks)
  if (found.ok) return { keys: found.value, outcomes: [{ rule, outcome: 'pass', findings: found.findings }] }
  // A source that could not be reached says nothing of the set itself; its findings name their own rules.
  return { outcomes: [{ rule, outcome: keys ? 'cantTell' : 'fail', findings: found.findings }] }
}

async function withSignature(
  subject: TokenSubject,
  keys: TrustedKeySet | undefined,
  verifyRS256: VerifyRS256 | undefined,
): Promise<TokenSubject> {
  const { header, signature, signingInput } = subject.reading
  if (!keys || !header?.object) return subject
  const selection = selectKey(keys, kidOf(subject))
  // Our algorithm, never the header's: a header that names another has been refused already, or is only inspected.
  if (!selection.ok || header.object['alg'] !== 'RS256' || !signature?.bytes || !signingInput)
    return { ...subject, selection }
  const { key } = selection
  let valid: boolean
  try {
    const answer = verifyRS256
      ? await verifyRS256(key.jwk, signingInput, signature.bytes)
      : await key.verify(signingInput, signature.bytes)
    valid = answer === true
  } catch {
    valid = false
  }
  return { ...subject, selection, signature: valid ? 'valid' : 'invalid' }
}

function trustedClaims(subject: TokenSubject): TrustedClaims {
  const { reading, issuer } = subject
  const subjectClaim = claimOf(subject, 'sub')
  const audience = audienceOf(subject)
  const expiresAt = claimOf(subject, 'exp')
  const jti = claimOf(subject, 'jti')
  // The rules have seen to all of these; the compiler has not.
  if (
    !reading.payload?.object ||
    typeof subjectClaim !== 'string' ||
    audience === undefined ||
    typeof expiresAt !== 'number'
  ) {
    return unreachable()
  }
  return {
    issuer: issuer.issuerURL,
    subject: subjectClaim,
    audience,
    expiresAt,
    ...(typeof jti === 'string' ? { jti } : {}),
    claims: reading.payload.object,
  }
}

function unreachable(): never {
  throw new Error('A value was asked of a refused token.')
}

function checkOptions(expectation: TokenExpectation): void {
  const misuse = (message: string): never => {
    throw new FederationError('ERR_INVALID_OPTION', message)
  }
  if (typeof expectation !== 'object' || expectation === null) misuse('An expectation is required.')
  const { issuer, audiences, now, keys, jwks } = expectation
  if (typeof issuer?.issuerURL !== 'string' || issuer.issuerURL === '')
    misuse('issuer must be a TrustedTokenIssuer.')
  if (typeof issuer.claimAttributePath !== 'string' || issuer.claimAttributePath === '')
    misuse('issuer.claimAttributePath is missing.')
  if (!Array.isArray(audiences) || audiences.length === 0)
    misuse('audiences must name at least one audience.')
  if (audiences.some((audience) => typeof audience !== 'string' || audience === ''))
    misuse('Every audience must be a non-empty text.')
  if (!Number.isSafeInteger(now) || now < 0) misuse('now must be whole epoch seconds.')
  for (const name of ['clockSkewSeconds', 'maxTokenAgeSeconds', 'maxTokenLifetimeSeconds'] as const) {
    const seconds = expectation[name] ?? 0
    if (!Number.isSafeInteger(seconds) || seconds < 0) misuse(`${name} must be a whole number of seconds.`)
  }
  if (keys === undefined && jwks === undefined) misuse('Either keys or jwks is required.')
}
