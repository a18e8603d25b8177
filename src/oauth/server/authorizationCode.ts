import type { Finding } from '../../core/outcome.js'
import type { GrantRule } from '../rule.js'
import type { AuthorizationRequest } from './authorizationRequest.js'
import { members, optional, requireForm, text, texts, whole } from './form.js'
import { GRANT_LIMITS } from './limits.js'
import { codeForm } from './stateForms.js'
import { sameDigest } from './secrets.js'
import { judged, type Step } from './step.js'
import { toldAsMisuse } from './misuse.js'

/** What a code stands for: plain data, kept under the code's digest until the sign-in session ends. */
export interface AuthorizationCode {
  readonly clientId: string
  readonly redirectURI: string
  /** Those that the person consented to. */
  readonly scopes: readonly string[]
  readonly codeChallenge: string
  readonly userId: string
  readonly signInSessionID: string
  readonly issuedAt: number
  /** Epoch seconds: the first at which it counts no more. */
  readonly expiresAt: number
  /** `dead`: somebody tried to redeem it who had not all that it is bound to. */
  readonly status: 'issued' | 'redeemed' | 'dead'
  /** What it gave. */
  readonly grantID?: string
}

const requestForm = members({ clientId: text, redirectURI: text, scopes: texts, codeChallenge: text })
const consentForm = members({ now: whole, userId: text, signInSessionID: text })

/**
 * The code that a consent gives.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for arguments that are not what their types say
 */
export function issueCode(
  request: AuthorizationRequest,
  context: { readonly now: number; readonly userId: string; readonly signInSessionID: string },
): AuthorizationCode {
  return toldAsMisuse(() => {
    requireForm(request, requestForm, 'request')
    requireForm(context, consentForm, 'context')
    return {
      clientId: request.clientId,
      redirectURI: request.redirectURI,
      scopes: request.scopes,
      codeChallenge: request.codeChallenge,
      userId: context.userId,
      signInSessionID: context.signInSessionID,
      issuedAt: context.now,
      expiresAt: context.now + GRANT_LIMITS.codeSeconds,
      status: 'issued',
    }
  })
}

/** What a token request says of a code. */
export interface CodeRedemption {
  readonly clientId: string
  readonly redirectUri: string
  readonly codeVerifier: string | undefined
}

export interface CodeSubject {
  readonly request: CodeRedemption
  readonly code: AuthorizationCode | undefined
  /** The S256 challenge of the verifier that was sent. */
  readonly challenge: string
  readonly now: number
}

const VERIFIER = /^[A-Za-z0-9\-._~]+$/
const answer = 'InvalidGrantException'

/** What a code is bound to. All breaches share one answer, so that none tells which code exists (attack O18). */
export const codeRules: readonly GrantRule<CodeSubject>[] = [
  {
    id: 'oauth/code',
    severity: 'error',
    source: 'R208; RFC 6749 4.1.2; attacks O04, O06',
    title: 'The code was given, and has not been redeemed nor tried in vain before',
    fix: 'Begin anew at /authorize: a code counts once, and what a second use finds was given is revoked.',
    answer,
    check: ({ code }) => {
      const path = '$.code'
      if (!code) return [{ reason: 'unknown', path, message: 'There is no such code.' }]
      if (code.status === 'redeemed')
        return [{ reason: 'reused', path, message: 'The code has been redeemed before.' }]
      return code.status === 'issued'
        ? []
        : [{ reason: 'dead', path, message: 'A failed attempt has used the code up.' }]
    },
  },
  {
    id: 'oauth/code-expiry',
    severity: 'error',
    source: 'RFC 6749 4.1.2; attack O06',
    title: 'The code has not expired: it lives 60 seconds',
    fix: 'Redeem the code as soon as the browser brings it.',
    answer,
    check: ({ code, now }) => {
      if (!code) return 'notApplicable'
      return now < code.expiresAt
        ? []
        : [{ reason: 'expired', path: '$.code', message: 'The code has expired.' }]
    },
  },
  {
    id: 'oauth/code-client',
    severity: 'error',
    source: 'RFC 6749 4.1.3; attack O06',
    title: 'The code is redeemed by the client to which it was given',
    fix: 'Redeem a code with the client_id that asked for it.',
    answer,
    check: ({ code, request }) => {
      if (!code) return 'notApplicable'
      return code.clientId === request.clientId
        ? []
        : [{ reason: 'other-client', path: '$.clientId', message: 'The code is of another client.' }]
    },
  },
  {
    id: 'oauth/code-redirect-uri',
    severity: 'error',
    source: 'RFC 6749 4.1.3; attack O06',
    title: 'The redirect URI is the one to which the code was sent, port included',
    fix: 'Send as redirectUri what was sent to /authorize as redirect_uri, to the letter.',
    answer,
    check: ({ code, request }) => {
      if (!code) return 'notApplicable'
      return code.redirectURI === request.redirectUri
        ? []
        : [{ reason: 'mismatch', path: '$.redirectUri', message: 'The code was sent elsewhere.' }]
    },
  },
  {
    id: 'oauth/code-verifier',
    severity: 'error',
    source: 'R208; RFC 7636 4.1, 4.6; attacks O01, O03',
    title: 'The verifier is there, has 43 to 128 unreserved characters, and its SHA-256 is the challenge',
    fix: 'Send as codeVerifier the verifier from which this request’s code_challenge was made.',
    answer,
    check: ({ code, request: { codeVerifier }, challenge }) => {
      if (!code) return 'notApplicable'
      const path = '$.codeVerifier'
      if (codeVerifier === undefined) return [{ reason: 'missing', path, message: 'There is no verifier.' }]
      if (codeVerifier.length < 43 || codeVerifier.length > 128) {
        const actual = `${codeVerifier.length}`
        const expected = '43 to 128 characters'
        return [
          { reason: 'length', path, expected, actual, message: 'The verifier is too short or too long.' },
        ]
      }
      if (!VERIFIER.test(codeVerifier))
        return [{ reason: 'alphabet', path, message: 'The verifier holds other characters.' }]
      return sameDigest(code.codeChallenge, challenge)
        ? []
        : [{ reason: 'mismatch', path, message: 'The verifier is not that of the challenge.' }]
    },
  },
]

const redemptionForm = members({ clientId: text, redirectUri: text, codeVerifier: optional(text) })
const redemptionContextForm = members({ now: whole, challenge: text, grantID: text })

/**
 * Redeems a code. It counts once: a success redeems it for the grant `grantID`, any failure but expiry kills it, and a
 * second use asks for what the first one gave to be revoked (RFC 9700 4.5; attack O04).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for arguments that are not what their types say
 */
export function redeemCode(
  request: CodeRedemption,
  code: AuthorizationCode | undefined,
  context: { readonly now: number; readonly challenge: string; readonly grantID: string },
): Step<AuthorizationCode, AuthorizationCode> {
  return toldAsMisuse(() => {
    requireForm(request, redemptionForm, 'request')
    requireForm(code, optional(codeForm), 'code')
    requireForm(context, redemptionContextForm, 'context')
    const { now, challenge, grantID } = context
    const redeemed = code && { ...code, status: 'redeemed' as const, grantID }
    const outcome = judged(codeRules, { request, code, challenge, now }, () => redeemed ?? unreachable())
    if (outcome.ok) return { outcome, state: redeemed }
    if (code?.status === 'redeemed' && code.grantID !== undefined)
      return { outcome, state: code, revoke: code.grantID }
    return {
      outcome,
      state: code?.status === 'issued' && kills(outcome.findings) ? { ...code, status: 'dead' } : code,
    }
  })
}

function kills(findings: readonly Finding[]): boolean {
  return findings.some(({ rule }) => rule !== 'oauth/code-expiry')
}

function unreachable(): never {
  throw new Error('A code was asked of a refused redemption.')
}
