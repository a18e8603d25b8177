export type { SignIn } from './beginSession.js'
export type { AppRequest, AppResponse, Middleware, Next } from './http.js'
export type { OnRefused, Refused, RefusalStatus } from './refusal.js'
export type { SessionContent } from './sessionEntry.js'
export { requireIdentity, requireTag } from './requireIdentity.js'
export type { AppSessionsOptions, SealingKeys } from './sessionOptions.js'
export { appSessions, type AppSessions } from './sessions.js'
export type { SessionChange, SessionUpdate } from './updateSession.js'
export type { SealingKey } from '../tti/index.js'
export { exchangeIdentity, type ExchangeIdentityOptions } from './exchange/exchangeIdentity.js'
export {
  identityCenterExchange,
  type IdentityCenterAnswer,
  type IdentityCenterClient,
  type IdentityCenterExchangeOptions,
} from './exchange/identityCenterExchange.js'
export { localExchange, type LocalExchangeOptions } from './exchange/localExchange.js'
export type { ExchangedIdentity, ExchangeOutcome, IdentityExchange } from './exchange/types.js'
export { oidcSignIn } from './oidc/oidcSignIn.js'
export type { OidcSignInOptions } from './oidc/options.js'
export type { ClientAuthentication } from './oidc/provider.js'
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
