import type { Finding, Verdict } from '../../core/outcome.js'
import { refused } from '../../core/outcome.js'
import type { Fault, Rule } from '../../core/rule.js'
import { shown, shownIf } from '../../core/shown.js'
import { grantTypes } from '../wire.js'
import type { OAuthClient } from './client.js'
import { GRANT_LIMITS } from './limits.js'
import { matchesRedirectURI } from './redirectURI.js'
import { scopeFaults } from './registration.js'
import { judged } from './step.js'
import { toldAsMisuse } from './misuse.js'

/** The `error` with which a client is sent back (RFC 6749 4.1.2.1). */
export type AuthorizationError =
  | 'access_denied'
  | 'invalid_request'
  | 'invalid_scope'
  | 'server_error'
  | 'unauthorized_client'
  | 'unsupported_response_type'

/** A rule of authorization requests, and the error that its breach sends back; `page` goes back nowhere. */
export interface AuthorizationRule<Subject> extends Rule<Subject> {
  readonly error: AuthorizationError | 'page'
}

/** Name and value pairs, in their order, decoded. */
export type Parameters = readonly (readonly [string, string])[]

export interface AuthorizationSubject {
  readonly parameters: Parameters
  readonly client: OAuthClient | undefined
}

/** What a client asks a person for, judged. */
export interface AuthorizationRequest {
  readonly clientId: string
  readonly clientName: string
  /** As it was asked for, port included. */
  readonly redirectURI: string
  readonly scopes: readonly string[]
  readonly codeChallenge: string
  readonly state?: string
}

/** Where a refusal may be told: only a redirect URI that is proven to be the client's. */
export interface RedirectTarget {
  readonly redirectURI: string
  readonly state?: string
}

const CHALLENGE = /^[A-Za-z0-9_-]{43}$/
/** `VSCHAR`s (RFC 6749 A.5). */
const STATE = /^[\x20-\x7e]+$/

/** The gate: who asks, and where the answer goes. Past a failure here nobody is sent anywhere (RFC 6749 4.1.2.1). */
export const authorizationGateRules: readonly AuthorizationRule<AuthorizationSubject>[] = [
  {
    id: 'oauth/authorize-client',
    severity: 'error',
    source: 'R188; RFC 6749 4.1.2.1',
    title: 'client_id is there once and names a client',
    fix: 'Send client_id as RegisterClient answered it; register anew after 90 days.',
    error: 'page',
    check: ({ parameters, client }) => {
      const faults = onceFaults(parameters, 'client_id')
      if (faults.length > 0 || client) return faults
      const actual = shownIf(valueOf(parameters, 'client_id'), /^[\w:/.-]{1,200}$/)
      return [{ reason: 'unknown', path: 'client_id', actual, message: 'There is no such client.' }]
    },
  },
  {
    id: 'oauth/authorize-redirect-uri',
    severity: 'error',
    source: 'RFC 6749 3.1.2; RFC 8252 7.3; RFC 9700 2.1; attack O07',
    title:
      'redirect_uri is there once and is registered: the same text, but for the port of a loopback address',
    fix: 'Send the redirect URI exactly as it is registered; register "http://127.0.0.1/..." without port to use any.',
    error: 'page',
    check: ({ parameters, client }) => {
      const faults = onceFaults(parameters, 'redirect_uri')
      const uri = valueOf(parameters, 'redirect_uri')
      if (faults.length > 0 || uri === undefined) return faults
      if (!client) return 'notApplicable'
      if (client.redirectURIs.some((registered) => matchesRedirectURI(registered, uri))) return []
      return [
        {
          reason: 'not-registered',
          path: 'redirect_uri',
          actual: shown(uri, 200),
          message: 'The client has no such redirect URI.',
        },
      ]
    },
  },
]

export const authorizationRules: readonly AuthorizationRule<AuthorizationSubject>[] = [
  {
    id: 'oauth/authorize-parameters',
    severity: 'error',
    source: 'RFC 6749 3.1; attack O17',
    title: 'No parameter occurs twice, and state is printable ASCII of at most 2,048 characters',
    fix: 'Send each parameter once.',
    error: 'invalid_request',
    check: ({ parameters }) => [
      ...['response_type', 'state', 'code_challenge', 'code_challenge_method', 'scope', 'scopes'].flatMap(
        (name) => (all(parameters, name).length > 1 ? onceFaults(parameters, name) : []),
      ),
      ...stateFaults(parameters),
    ],
  },
  {
    id: 'oauth/response-type',
    severity: 'error',
    source: 'R188; RFC 6749 3.1.1; RFC 9700 2.1.2',
    title: 'The response type is code',
    fix: 'Send response_type=code.',
    error: 'unsupported_response_type',
    check: ({ parameters }) => {
      if (all(parameters, 'response_type').length > 1) return 'notApplicable'
      const type = valueOf(parameters, 'response_type')
      if (type === 'code') return []
      const reason = type === undefined ? 'missing' : 'mismatch'
      const actual = shown(type, 60)
      return [
        {
          reason,
          path: 'response_type',
          expected: 'code',
          actual,
          message: 'Only codes are given, never tokens.',
        },
      ]
    },
  },
  {
    id: 'oauth/code-challenge',
    severity: 'error',
    source: 'R188; R208; RFC 7636 4.3; RFC 9700 2.1.1; attacks O01, O02',
    title: 'The request has a PKCE challenge with the method S256',
    fix: 'Send code_challenge_method=S256 and code_challenge, the base64url SHA-256 of a fresh verifier: 43 characters.',
    error: 'invalid_request',
    check: ({ parameters }) => {
      const challenge = valueOf(parameters, 'code_challenge')
      const method = valueOf(parameters, 'code_challenge_method')
      const faults: Fault[] = []
      if (challenge === undefined) {
        if (all(parameters, 'code_challenge').length < 2)
          faults.push({ reason: 'missing', path: 'code_challenge', message: 'There is no challenge.' })
      } else if (!CHALLENGE.test(challenge)) {
        faults.push({ reason: 'form', path: 'code_challenge', message: 'The challenge is no SHA-256.' })
      }
      if (method !== 'S256') {
        const path = 'code_challenge_method'
        // Without a method RFC 7636 means plain, which shows the verifier to whoever sees the request.
        const reason = method === undefined ? 'missing' : method === 'plain' ? 'plain' : 'mismatch'
        const actual = shown(method, 60)
        faults.push({ reason, path, expected: 'S256', actual, message: 'The method is not S256.' })
      }
      return faults
    },
  },
  {
    id: 'oauth/authorize-grant',
    severity: 'error',
    source: 'R188; RFC 6749 4.1.2.1',
    title: 'The client has the authorization_code grant',
    fix: 'Name "authorization_code" in grantTypes when registering.',
    error: 'unauthorized_client',
    check: ({ client }) => {
      if (!client) return 'cantTell'
      return client.grantTypes.includes(grantTypes.authorizationCode)
        ? []
        : [{ reason: 'not-granted', path: 'client_id', message: 'The client may not ask for codes.' }]
    },
  },
  {
    id: 'oauth/authorize-scopes',
    severity: 'error',
    source: 'R189; R192; R193; attack O10',
    title: 'The scopes, at most 25 and each once, are scopes that the client registered',
    fix: 'Send scopes (or scope) with registered scopes, separated by spaces or commas; leave it out to ask for all.',
    error: 'invalid_scope',
    check: ({ parameters, client }) => {
      if (!client) return 'cantTell'
      const asked = ['scope', 'scopes'].filter((name) => all(parameters, name).length > 0)
      if (asked.length > 1)
        return [{ reason: 'ambiguous', path: 'scopes', message: 'Both scope and scopes are there.' }]
      const scopes = requestedScopes(parameters)
      if (scopes === undefined) return []
      if (scopes.length === 0)
        return [{ reason: 'empty', path: 'scopes', message: 'The request asks for no scope at all.' }]
      return scopeFaults(scopes, client.scopes)
    },
  },
]

/**
 * Judges the query of `/authorize`: first who asks and where the answer goes, then the rest. A refusal past the gate
 * has a `redirect`, to which {@link authorizationErrorURL} sends it; one without is for a page and goes nowhere.
 */
export function validateAuthorizationRequest(
  parameters: Parameters,
  client: OAuthClient | undefined,
): { readonly verdict: Verdict<AuthorizationRequest>; readonly redirect?: RedirectTarget } {
  return toldAsMisuse(() => {
    const subject = { parameters, client }
    const gate = judged(authorizationGateRules, subject, () => ({
      client: client ?? unreachable(),
      redirectURI: valueOf(parameters, 'redirect_uri') ?? unreachable(),
    }))
    if (!gate.ok) return { verdict: refused(gate.findings) }
    const { redirectURI } = gate.value
    const given = valueOf(parameters, 'state')
    const state = given !== undefined && stateFaults(parameters).length === 0 ? { state: given } : {}
    const verdict = judged(authorizationRules, subject, () => ({
      clientId: gate.value.client.clientId,
      clientName: gate.value.client.clientName,
      redirectURI,
      scopes: requestedScopes(parameters) ?? gate.value.client.scopes,
      codeChallenge: valueOf(parameters, 'code_challenge') ?? unreachable(),
      ...state,
    }))
    return { verdict, redirect: { redirectURI, ...state } }
  })
}

/** Where a refused client is sent, with the first error, the state as it came, and who answers (RFC 9207). */
export function authorizationErrorURL(
  target: RedirectTarget,
  findings: readonly Finding[],
  issuerURL: string,
): string {
  return toldAsMisuse(() => {
    const { redirectURI, state } = target
    const error = authorizationError(findings)
    return withParameters(redirectURI, {
      error,
      error_description: errorDescriptions[error],
      ...(state === undefined ? {} : { state }),
      iss: issuerURL,
    })
  })
}

/** Where a client is sent with its code. */
export function authorizationCodeURL(target: RedirectTarget, code: string, issuerURL: string): string {
  return toldAsMisuse(() => {
    const { redirectURI, state } = target
    return withParameters(redirectURI, { code, ...(state === undefined ? {} : { state }), iss: issuerURL })
  })
}

/** The error that the first finding with an error of its own stands for; `server_error` where none has. */
export function authorizationError(findings: readonly Finding[]): AuthorizationError {
  return toldAsMisuse(() => {
    for (const { rule, severity } of findings) {
      const row = authorizationRules.find(({ id }) => id === rule)
      if (severity === 'error' && row && row.error !== 'page') return row.error
    }
    return findings.some(({ rule }) => deniedRules.includes(rule)) ? 'access_denied' : 'server_error'
  })
}

/** Rules outside this table that say no to the person rather than to the client. */
const deniedRules: readonly string[] = [
  'oauth/consent',
  'portal/user-enabled',
  'portal/sign-in-session',
  'tti/user-disabled',
  'tti/user-not-assigned',
]

const errorDescriptions: Readonly<Record<AuthorizationError, string>> = {
  access_denied: 'Access denied',
  invalid_request: 'Invalid request',
  invalid_scope: 'Invalid scope',
  server_error: 'Internal server error',
  unauthorized_client: 'Unauthorized client',
  unsupported_response_type: 'Unsupported response type',
}

/** The query is added, and what a registered URI has of one stays (RFC 6749 3.1.2). */
function withParameters(uri: string, parameters: Readonly<Record<string, string>>): string {
  const separator = uri.includes('?') ? (/[?&]$/.test(uri) ? '' : '&') : '?'
  return `${uri}${separator}${new URLSearchParams(parameters).toString()}`
}

/** As the AWS CLI sends them, separated by spaces, or as the language servers do, by commas. */
function requestedScopes(parameters: Parameters): readonly string[] | undefined {
  const text = valueOf(parameters, 'scopes') ?? valueOf(parameters, 'scope')
  if (text === undefined || text.length > GRANT_LIMITS.textCharacters * 4)
    return text === undefined ? undefined : [text]
  return text.split(/[ ,]/).filter((scope) => scope !== '')
}

function all(parameters: Parameters, name: string): readonly string[] {
  return parameters.flatMap(([key, value]) => (key === name ? [value] : []))
}

/** The one value of a parameter; undefined for none, for an empty one (RFC 6749 3.1), and for several. */
function valueOf(parameters: Parameters, name: string): string | undefined {
  const [value, ...more] = all(parameters, name)
  return more.length === 0 && value !== '' ? value : undefined
}

function onceFaults(parameters: Parameters, name: string): readonly Fault[] {
  const [value, ...more] = all(parameters, name)
  if (more.length > 0) return [{ reason: 'repeated', path: name, message: `${name} occurs twice.` }]
  if (value === undefined || value === '')
    return [{ reason: 'missing', path: name, message: `${name} is missing.` }]
  return []
}

function stateFaults(parameters: Parameters): readonly Fault[] {
  const state = valueOf(parameters, 'state')
  if (state === undefined) return []
  if (state.length > GRANT_LIMITS.textCharacters)
    return [{ reason: 'too-long', path: 'state', message: 'The state is too long.' }]
  return STATE.test(state)
    ? []
    : [{ reason: 'form', path: 'state', message: 'The state is no printable ASCII.' }]
}

function unreachable(): never {
  throw new Error('A value was asked of a refused authorization request.')
}
