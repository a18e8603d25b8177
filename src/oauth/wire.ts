import { FederationError } from '../core/outcome.js'

// The SSO OIDC service speaks JSON with camelCase members, not OAuth's form encoding (as its clients send and read it).

export const grantTypes = {
  authorizationCode: 'authorization_code',
  deviceCode: 'urn:ietf:params:oauth:grant-type:device_code',
  jwtBearer: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  refreshToken: 'refresh_token',
  tokenExchange: 'urn:ietf:params:oauth:grant-type:token-exchange',
} as const

/** How the names of grant types and token types look; a code or a token put in their place does not, and is not shown. */
export const TYPE_NAME = /^(?:urn:[\w:.-]{1,100}|[a-z_]{1,30})$/

export type GrantType = (typeof grantTypes)[keyof typeof grantTypes]

export const tokenTypes = {
  accessToken: 'urn:ietf:params:oauth:token-type:access_token',
  refreshToken: 'urn:ietf:params:oauth:token-type:refresh_token',
} as const

export type TokenType = (typeof tokenTypes)[keyof typeof tokenTypes]

/** RegisterClient: `POST /client/register`. */
export interface RegisterClientRequest {
  readonly clientName: string
  /** Only `public`. */
  readonly clientType: string
  readonly scopes?: readonly string[]
  readonly redirectUris?: readonly string[]
  readonly grantTypes?: readonly string[]
  readonly issuerUrl?: string
  readonly entitledApplicationArn?: string
}

export interface RegisterClientResponse {
  readonly clientId: string
  readonly clientSecret: string
  /** Epoch seconds, as is the next. */
  readonly clientIdIssuedAt: number
  readonly clientSecretExpiresAt: number
  readonly authorizationEndpoint?: string
  readonly tokenEndpoint?: string
}

/** StartDeviceAuthorization: `POST /device_authorization`. */
export interface StartDeviceAuthorizationRequest {
  readonly clientId: string
  readonly clientSecret: string
  readonly startUrl: string
}

export interface StartDeviceAuthorizationResponse {
  readonly deviceCode: string
  readonly userCode: string
  readonly verificationUri: string
  readonly verificationUriComplete: string
  /** Seconds. */
  readonly expiresIn: number
  /** Seconds between two polls. */
  readonly interval: number
}

/** CreateToken: `POST /token`. */
export interface CreateTokenRequest {
  readonly clientId: string
  readonly clientSecret: string
  readonly grantType: string
  readonly deviceCode?: string
  readonly code?: string
  readonly redirectUri?: string
  readonly codeVerifier?: string
  readonly refreshToken?: string
  /** Has no effect: the token has the scopes that the person consented to. */
  readonly scope?: readonly string[]
}

export interface CreateTokenResponse {
  readonly accessToken: string
  readonly tokenType: 'Bearer'
  /** Seconds. */
  readonly expiresIn: number
  readonly refreshToken?: string
}

/** CreateTokenWithIAM: `POST /token?aws_iam=t`, signed. `clientId` is the application's ARN. */
export interface CreateTokenWithIAMRequest {
  readonly clientId: string
  readonly grantType: string
  readonly assertion?: string
  readonly code?: string
  readonly redirectUri?: string
  readonly codeVerifier?: string
  readonly refreshToken?: string
  readonly subjectToken?: string
  readonly subjectTokenType?: string
  readonly requestedTokenType?: string
  /** Absent: every scope of the application. */
  readonly scope?: readonly string[]
}

export interface CreateTokenWithIAMResponse {
  readonly accessToken: string
  readonly tokenType: 'Bearer'
  /** Seconds. */
  readonly expiresIn: number
  readonly refreshToken?: string
  readonly idToken?: string
  readonly issuedTokenType: TokenType
  readonly scope: readonly string[]
  readonly awsAdditionalDetails?: { readonly identityContext: string }
}

/** Every exception of the service, its HTTP status and the `error` of its body (SSO OIDC API). */
export const exceptions = {
  AccessDeniedException: { status: 400, error: 'access_denied' },
  AuthorizationPendingException: { status: 400, error: 'authorization_pending' },
  ExpiredTokenException: { status: 400, error: 'expired_token' },
  InternalServerException: { status: 500, error: 'server_error' },
  InvalidClientException: { status: 401, error: 'invalid_client' },
  InvalidClientMetadataException: { status: 400, error: 'invalid_client_metadata' },
  InvalidGrantException: { status: 400, error: 'invalid_grant' },
  InvalidRedirectUriException: { status: 400, error: 'invalid_redirect_uri' },
  InvalidRequestException: { status: 400, error: 'invalid_request' },
  InvalidRequestRegionException: { status: 400, error: 'invalid_request' },
  InvalidScopeException: { status: 400, error: 'invalid_scope' },
  SlowDownException: { status: 400, error: 'slow_down' },
  UnauthorizedClientException: { status: 400, error: 'unauthorized_client' },
  UnsupportedGrantTypeException: { status: 400, error: 'unsupported_grant_type' },
} as const satisfies Record<string, { status: number; error: string }>

export type ExceptionName = keyof typeof exceptions

const descriptions: Readonly<Partial<Record<ExceptionName, string>>> = {
  AccessDeniedException: 'Access denied',
  AuthorizationPendingException: 'Authorization pending',
  ExpiredTokenException: 'Token expired',
  InternalServerException: 'Internal server error',
  InvalidClientException: 'Invalid client',
  InvalidClientMetadataException: 'Invalid client metadata',
  InvalidGrantException: 'Invalid grant provided',
  InvalidRedirectUriException: 'Invalid redirect URI',
  InvalidRequestException: 'Invalid request',
  InvalidScopeException: 'Invalid scope',
  SlowDownException: 'Slow down',
  UnauthorizedClientException: 'Unauthorized client',
  UnsupportedGrantTypeException: 'Unsupported grant type',
}

/** What a caller over the wire is told: an exception of the service, and nothing of the cause. */
export interface PublicAnswer {
  readonly name: ExceptionName
  readonly status: number
  readonly error: string
  readonly error_description: string
}

/**
 * The answer of one name, with the words that all refusals of that name share (attack O18).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for a name that is none
 */
export function wireAnswer(name: ExceptionName): PublicAnswer {
  if (typeof name !== 'string' || !Object.hasOwn(exceptions, name))
    throw new FederationError('ERR_INVALID_OPTION', 'There is no such exception.')
  return { name, ...exceptions[name], error_description: descriptions[name] ?? exceptions[name].error }
}
