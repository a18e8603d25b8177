import type { Fault, Rule } from '../../core/rule.js'
import { shown, shownIf } from '../../core/shown.js'
import { grantTypes } from '../wire.js'
import {
  all,
  onceFaults,
  requestedScopes,
  stateFaults,
  valueOf,
  type Parameters,
} from './authorizationParameters.js'
import type { OAuthClient } from './client.js'
import { matchesRedirectURI } from './redirectURI.js'
import { scopeFaults } from './scopeFaults.js'

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

export interface AuthorizationSubject {
  readonly parameters: Parameters
  readonly client: OAuthClient | undefined
}

const CHALLENGE = /^[A-Za-z0-9_-]{43}$/

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
