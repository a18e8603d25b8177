// The SSO OIDC service speaks JSON with camelCase members, not OAuth's form encoding (as its clients send and read it).

export const grantTypes = {
  authorizationCode: 'authorization_code',
  deviceCode: 'urn:ietf:params:oauth:grant-type:device_code',
  jwtBearer: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  refreshToken: 'refresh_token',
  tokenExchange: 'urn:ietf:params:oauth:grant-type:token-exchange',
} as const

export type GrantType = (typeof grantTypes)[keyof typeof grantTypes]

export const tokenTypes = {
  accessToken: 'urn:ietf:params:oauth:token-type:access_token',
  refreshToken: 'urn:ietf:params:oauth:token-type:refresh_token',
} as const

export type TokenType = (typeof tokenTypes)[keyof typeof tokenTypes]

/** The members of a CreateTokenWithIAM request that the jwt-bearer grant uses. `clientId` is the application's ARN. */
export interface CreateTokenWithIAMRequest {
  readonly clientId: string
  readonly grantType: string
  readonly assertion?: string
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
