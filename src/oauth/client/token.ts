import { FederationError, type Verdict } from '../../core/outcome.js'
import type { Rule } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { grantTypes, type TokenType } from '../wire.js'
import { readAnswer, type MembersSubject, type ServerAnswer } from './answer.js'
import { memberOf, readArguments, type Forms } from './forms.js'
import * as members from './members.js'
import { postJson, type ClientRequest } from './request.js'

interface TokenRequest {
  /** Where the service is, such as `https://oidc.us-east-1.amazonaws.com`. */
  readonly endpoint: string
  readonly clientId: string
  readonly clientSecret: string
}

/** What tokens are asked for with: a code, a device code or a refresh token. */
export type TokenRequestOptions = TokenRequest &
  (
    | {
        readonly grantType: typeof grantTypes.authorizationCode
        readonly code: string
        /** The very one of the authorization request. */
        readonly redirectUri: string
        readonly codeVerifier: string
      }
    | { readonly grantType: typeof grantTypes.deviceCode; readonly deviceCode: string }
    | { readonly grantType: typeof grantTypes.refreshToken; readonly refreshToken: string }
  )

/** Tokens as the service gave them. All but the times are secrets. */
export interface Tokens {
  readonly accessToken: string
  readonly tokenType: 'Bearer'
  /** Epoch seconds: the first instant at which the access token is no longer good, by the clock that read the answer. */
  readonly expiresAt: number
  readonly refreshToken?: string
  readonly idToken?: string
  /** The next three only where CreateTokenWithIAM answered. */
  readonly issuedTokenType?: TokenType
  readonly scope?: readonly string[]
  readonly identityContext?: string
}

const client: Forms = {
  endpoint: members.endpoint,
  clientId: members.clientId,
  clientSecret: members.clientSecret,
}

const grants: Readonly<Record<string, Forms>> = {
  [grantTypes.authorizationCode]: {
    code: members.code,
    redirectUri: members.redirectURI,
    codeVerifier: members.codeVerifier,
  },
  [grantTypes.deviceCode]: { deviceCode: members.deviceCode },
  [grantTypes.refreshToken]: { refreshToken: members.token },
}

/**
 * The request for tokens (CreateToken; R208, R213). A verifier always goes with a code.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for an argument that does not have its form, and for another grant type
 *
 * @example
 * ```ts
 * import { buildTokenRequest, readTokenResponse } from 'countersign/oauth'
 *
 * declare const clientId: string, clientSecret: string, deviceCode: string
 * const { url, ...init } = buildTokenRequest({
 *   endpoint: 'https://oidc.us-east-1.amazonaws.com',
 *   clientId,
 *   clientSecret,
 *   grantType: 'urn:ietf:params:oauth:grant-type:device_code',
 *   deviceCode,
 * })
 * const response = await fetch(url, { ...init, redirect: 'manual' })
 * const verdict = readTokenResponse(
 *   { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() },
 *   Math.floor(Date.now() / 1000),
 * )
 * console.log(verdict.ok ? verdict.value.expiresAt : verdict.findings[0].reason) // authorization-pending
 * ```
 */
export function buildTokenRequest(options: TokenRequestOptions): ClientRequest {
  const { grantType } = readArguments(options, { grantType: members.grantType })
  const grant = Object.hasOwn(grants, grantType) ? grants[grantType] : undefined
  if (!grant)
    throw new FederationError('ERR_INVALID_OPTION', `grantType: one of ${Object.keys(grants).join(', ')}.`)
  const { endpoint, ...body } = readArguments(options, { ...client, ...grant })
  return postJson(endpoint, '/token', { ...body, grantType })
}

const forms: Forms = {
  accessToken: members.token,
  tokenType: members.tokenType,
  expiresIn: members.seconds,
  refreshToken: members.optional(members.token),
  idToken: members.optional(members.token),
  issuedTokenType: members.optional(members.issuedTokenType),
  scope: members.optional(members.scopes),
  awsAdditionalDetails: {
    is: 'object',
    optional: true,
    members: { identityContext: members.optional(members.token) },
  },
  // The service sends these, and its model does not have them.
  aws_sso_app_session_id: { is: 'ignored' },
  originSessionId: { is: 'ignored' },
}

export const tokenRules: readonly Rule<MembersSubject>[] = [
  {
    id: 'sign-in/token-type',
    severity: 'error',
    source: 'R214; RFC 6749 7.1',
    title: 'The access token is a bearer token',
    fix: 'Nothing to change here: the server is not the one that was meant, or it is broken. Check the endpoint.',
    check: ({ body }) => {
      const type = memberOf(body, 'tokenType')
      if (typeof type !== 'string') return 'cantTell'
      if (type.toLowerCase() === 'bearer') return []
      const message = 'It is not known how such a token is used.'
      return [
        { reason: 'unknown', path: '$.tokenType', expected: 'Bearer', actual: shown(type, 40), message },
      ]
    },
  },
]

/**
 * Reads the answer to {@link buildTokenRequest}: the tokens, or every finding. While the person has not decided yet, that is
 * `sign-in/exception` with reason `authorization-pending` or `slow-down`: see `nextPoll`.
 *
 * @param now - when it came, in epoch seconds
 * @throws FederationError `ERR_INVALID_OPTION` for what is no answer
 */
export function readTokenResponse(answer: ServerAnswer, now: number): Verdict<Tokens> {
  return readAnswer(answer, { forms, rules: tokenRules }, now, (body) => {
    const { accessToken, expiresIn, refreshToken, idToken, issuedTokenType, scope, awsAdditionalDetails } =
      body as unknown as Wire
    const identityContext = awsAdditionalDetails?.identityContext
    return {
      accessToken,
      tokenType: 'Bearer',
      expiresAt: now + expiresIn,
      ...(refreshToken ? { refreshToken } : {}),
      ...(idToken ? { idToken } : {}),
      ...(issuedTokenType ? { issuedTokenType } : {}),
      ...(scope ? { scope: [...scope] } : {}),
      ...(identityContext ? { identityContext } : {}),
    }
  })
}

/** Optional members may come as `null`. */
interface Wire extends Tokens {
  readonly expiresIn: number
  readonly awsAdditionalDetails?: { readonly identityContext?: string | null } | null
}
