export type { SignIn } from './beginSession.js'
export type { AppRequest, AppResponse, Middleware, Next } from './http.js'
export type { OnRefused, Refused, RefusalStatus } from './refusal.js'
export type { SessionContent } from './sessionEntry.js'
export { requireIdentity, requireTag } from './requireIdentity.js'
export type { AppSessionsOptions, SealingKeys } from './sessionOptions.js'
export { appSessions, type AppSessions } from './sessions.js'
export type { SessionChange, SessionUpdate } from './updateSession.js'
export type { SealingKey } from '../tti/index.js'
export { samlServiceProvider } from './saml/serviceProvider.js'
export type { Certificates, SamlIdentityProvider, SamlServiceProviderOptions } from './saml/options.js'
export {
  bearerCallers,
  sigV4Callers,
  type AuthenticateCaller,
  type TokenCaller,
  type TokenEndpointRequest,
} from './trustedTokenCallers.js'
export type { TokensIssued } from './trustedTokenAnswer.js'
export { trustedTokenEndpoint, type TrustedTokenEndpointOptions } from './trustedTokenEndpoint.js'
