export {
  exceptions,
  grantTypes,
  tokenTypes,
  type CreateTokenWithIAMRequest,
  type CreateTokenWithIAMResponse,
  type ExceptionName,
  type GrantType,
  type TokenType,
} from './wire.js'
export { defaultScopes, isAccessScope } from './scope.js'
export * from './client/index.js'
