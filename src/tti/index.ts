export type {
  IssuerKeys,
  RSAPublicJwk,
  TrustedClaims,
  TrustedKey,
  TrustedKeySet,
  TrustedTokenIssuer,
  UnusableKey,
  VerifyRS256,
} from './types.js'
export {
  identityStoreARN,
  issuerOf,
  type AccessScope,
  type Application,
  type Deployment,
} from './application.js'
export { inspectIssuer, validateIssuer, type IssuerOptions } from './configuration/issuer.js'
export { updateIssuer } from './configuration/update.js'
export { applicationSetup, validateApplicationSetup, type SetupOptions } from './setup/setup.js'
export type { SetupCall, SetupOperation, SetupStep } from './setup/calls.js'
export { validateDeployment } from './configuration/deployment.js'
export { discoveryURL, readDiscovery } from './discovery.js'
export { parseKeySet } from './keys.js'
export {
  DEFAULT_CLOCK_SKEW_SECONDS,
  inspectToken,
  validateToken,
  type KeySource,
  type TokenExpectation,
  type TokenInspection,
} from './validateToken.js'
export { claimedIssuer } from './token/peek.js'
export { authorizeUser, inspectUser, mappedValue, mapUser } from './user.js'
export { replayKey, type MissingJti } from './replay.js'
export { requestRules, type ExchangeRequest } from './exchange/requestRules.js'
export { authorizedIssuer, trustedIssuerRules } from './exchange/trustedIssuerRules.js'
export { checkTokenExchange } from './exchange/tokenExchangeRules.js'
export { grantScopes, narrowScopes } from './exchange/scopeRules.js'
export { signInInstant } from './signInInstant.js'
export { claimTimeRules, portRules, replayRules, type PortName } from './exchange/portRules.js'
export {
  TOKEN_LIFETIME_SECONDS,
  type IDTokenSettings,
  type TokenContents,
  type TokenKeys,
} from './tokens/contents.js'
export { issueTokens, type IssuedTokens, type TokenForm } from './tokens/issueTokens.js'
export { readAccessToken, type AccessToken } from './tokens/accessToken.js'
export { readContextAssertion, type IdentityContext } from './tokens/contextAssertion.js'
export type { SealingKey } from './tokens/seal.js'
export { explainExchangeFailure, publicAnswer, type FailureExplanation } from './answer.js'
export { exchangeRule, exchangeRules, type ExchangeRuleRow } from './rules.js'
export * from './roleSession/index.js'
