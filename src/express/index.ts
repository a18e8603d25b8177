export type { AppRequest, AppResponse, Middleware, Next } from './http.js'
export {
  bearerCallers,
  sigV4Callers,
  type AuthenticateCaller,
  type TokenCaller,
  type TokenEndpointRequest,
} from './trustedTokenCallers.js'
export {
  trustedTokenEndpoint,
  type RefusedTokenRequest,
  type TrustedTokenEndpointOptions,
} from './trustedTokenEndpoint.js'
