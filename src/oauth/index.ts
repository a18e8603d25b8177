export {
  exceptions,
  grantTypes,
  tokenTypes,
  wireAnswer,
  type CreateTokenRequest,
  type CreateTokenResponse,
  type CreateTokenWithIAMRequest,
  type CreateTokenWithIAMResponse,
  type ExceptionName,
  type GrantType,
  type PublicAnswer,
  type RegisterClientRequest,
  type RegisterClientResponse,
  type StartDeviceAuthorizationRequest,
  type StartDeviceAuthorizationResponse,
  type TokenType,
} from './wire.js'
export {
  BUILDER_ID_START_URL,
  defaultScopes,
  isAccessScope,
  isScopeToken,
  issuerKindOf,
  PORTAL_SCOPE,
  publicScopes,
  servesScope,
  type IssuerKind,
  type PublicScope,
} from './scope.js'
export type { AnsweredRow, GrantRule } from './rule.js'
export * from './client/index.js'
export * from './server/index.js'
