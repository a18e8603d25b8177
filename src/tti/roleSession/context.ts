import { decodeBase64url, decodeUtf8 } from '../../core/codec.js'
import { isObject, parseJson, type JsonObject } from '../../core/json.js'
import { FederationError, type Verdict } from '../../core/outcome.js'
import { runRules, verdictOf, type Fault, type Rule } from '../../core/rule.js'
import { kindOf } from '../../core/shown.js'
import { memberOf, STS_LIMITS, textFaults } from '../../core/sts/index.js'

/** `identity`: the service called may decide by the person. `audit`: the person is only logged (R287, R288). */
export type ContextKind = 'identity' | 'audit'

/** What one answer of CreateTokenWithIAM holds, or the claims of its idToken. */
export type ContextSource =
  | {
      readonly idToken?: string | undefined
      readonly awsAdditionalDetails?: { readonly identityContext?: string | undefined } | undefined
    }
  | JsonObject

export interface RoleSessionContext {
  readonly kind: ContextKind
  readonly contextAssertion: string
}

const IDENTITY_CLAIM = 'sts:identity_context'
const AUDIT_CLAIM = 'sts:audit_context'
const DETAILS = 'awsAdditionalDetails'
const MAX_TOKEN = 65_536
const MAX_DEPTH = 20

export interface ContextSubject {
  readonly kind: ContextKind
  readonly source: unknown
  /** The claims, or why they could not be read; undefined when there are none. */
  readonly claims: ClaimsReading | undefined
}

export type ClaimsReading =
  { readonly ok: true; readonly value: JsonObject } | { readonly ok: false; readonly fault: Fault }

export const contextRules: readonly Rule<ContextSubject>[] = [
  {
    id: 'tti/id-token-payload',
    severity: 'warning',
    source: 'R284; RFC 7519 3',
    title: 'The payload of the idToken can be read',
    fix: 'Pass the idToken as CreateTokenWithIAM answered it. The context is also at awsAdditionalDetails.identityContext.',
    check: ({ claims }) => {
      if (claims === undefined) return 'notApplicable'
      return claims.ok ? [] : [claims.fault]
    },
  },
  {
    id: 'tti/identity-context',
    severity: 'error',
    source: 'R284; R286',
    title: 'The answer holds the wanted context assertion, once or twice the same',
    fix: 'Request the scope sts:identity_context and exchange again: an answer to refresh_token may carry no context.',
    check: (subject) => {
      const found = candidates(subject)
      const { path } = wanted(subject.kind)
      const faults = found.flatMap((one) => textFaults(one.value, STS_LIMITS.contextAssertion, one.path))
      const message = 'The answer holds no such context assertion.'
      if (found.length === 0) return [{ reason: 'missing', path, message }]
      return faults
    },
  },
  {
    id: 'tti/context-agreement',
    severity: 'error',
    source: 'R286; STS API AssumeRole ProvidedContexts',
    title: 'Both places that carry the identity context carry the same one',
    fix: 'Pass the idToken and awsAdditionalDetails of one and the same answer.',
    check: (subject) => {
      const details = detailsContext(subject.source)
      const claim = claimOf(subject, IDENTITY_CLAIM)
      if (details === undefined || claim === undefined) return 'notApplicable'
      if (details === claim) return []
      const path = `$.${DETAILS}.identityContext`
      return [{ reason: 'mismatch', path, message: 'awsAdditionalDetails and the idToken disagree.' }]
    },
  },
  {
    id: 'tti/context-kind',
    severity: 'warning',
    source: 'R286; R288',
    title: 'The context is sts:identity_context',
    fix: 'Use sts:identity_context: it logs the person too, and services that can will decide by the person.',
    check: ({ kind }) => {
      if (kind === 'identity') return []
      const message = 'sts:audit_context is kept for older deployments: it only logs the person.'
      return [{ reason: 'legacy', path: `claims["${AUDIT_CLAIM}"]`, message }]
    },
  },
]

/**
 * The one context assertion of an answer of CreateTokenWithIAM, for STS AssumeRole: `sts:identity_context` by default,
 * `sts:audit_context` with `kind: 'audit'` (R286). Also takes the idToken's claims.
 *
 * The idToken's payload is decoded, NOT verified: it is signed with a key that only AWS holds, and what vouches for it
 * is that it came over TLS from the token endpoint. Hence nothing but the assertion is taken from it, which STS itself
 * verifies; never sign a person in by these claims.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for an unknown `kind`.
 */
export function identityContext(
  source: ContextSource,
  options: { readonly kind?: ContextKind | undefined } = {},
): Verdict<RoleSessionContext> {
  const kind = options.kind ?? 'identity'
  if (kind !== 'identity' && kind !== 'audit') {
    throw new FederationError('ERR_INVALID_OPTION', "kind is 'identity' or 'audit'.")
  }
  const subject: ContextSubject = { kind, source, claims: claimsOf(source) }
  return verdictOf(runRules(contextRules, subject), () => ({
    kind,
    contextAssertion: String(candidates(subject)[0]?.value),
  }))
}

function wanted(kind: ContextKind): { readonly claim: string; readonly path: string } {
  const claim = kind === 'audit' ? AUDIT_CLAIM : IDENTITY_CLAIM
  return { claim, path: `claims["${claim}"]` }
}

function candidates(subject: ContextSubject): readonly { readonly path: string; readonly value: unknown }[] {
  const { claim, path } = wanted(subject.kind)
  const details = subject.kind === 'identity' ? detailsContext(subject.source) : undefined
  return [
    { path: `$.${DETAILS}.identityContext`, value: details },
    { path, value: claimOf(subject, claim) },
  ].filter((one) => one.value !== undefined)
}

function detailsContext(source: unknown): unknown {
  return memberOf(memberOf(source, DETAILS), 'identityContext')
}

function claimOf(subject: ContextSubject, claim: string): unknown {
  return subject.claims?.ok === true ? memberOf(subject.claims.value, claim) : undefined
}

function claimsOf(source: unknown): ClaimsReading | undefined {
  if (!isObject(source)) return unreadable('not-an-object', `The answer is ${kindOf(source)}.`, '$')
  const token = memberOf(source, 'idToken')
  if (token !== undefined) return readPayload(token)
  const claims = Object.hasOwn(source, IDENTITY_CLAIM) || Object.hasOwn(source, AUDIT_CLAIM)
  return claims ? { ok: true, value: source } : undefined
}

function readPayload(token: unknown): ClaimsReading {
  if (typeof token !== 'string') return unreadable('type', `The idToken is ${kindOf(token)}.`)
  if (token.length > MAX_TOKEN) return unreadable('oversize', 'The idToken is absurdly long.')
  const parts = token.split('.')
  if (parts.length !== 3) return unreadable('parts', 'The idToken has not three parts.')
  const bytes = decodeBase64url(parts[1] ?? '')
  if (typeof bytes === 'string') return unreadable('base64url', 'The payload is no canonical base64url.')
  const text = decodeUtf8(bytes)
  if (text === undefined) return unreadable('utf-8', 'The payload is no UTF-8.')
  const reading = parseJson(text, { maxDepth: MAX_DEPTH })
  if (!reading.ok) return unreadable('json', 'The payload is no JSON.')
  if (reading.duplicates.length > 0) return unreadable('duplicate-member', 'The payload names a claim twice.')
  if (!isObject(reading.value)) return unreadable('not-an-object', 'The payload is no JSON object.')
  return { ok: true, value: reading.value }
}

function unreadable(reason: string, message: string, path = '$.idToken'): ClaimsReading {
  return { ok: false, fault: { reason, path, message } }
}
