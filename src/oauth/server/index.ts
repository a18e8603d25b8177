export { registerClient } from './registration.js'
export { registrationRules, type RegistrationContext } from './registrationRules.js'
export { clientGrantRule, clientRules, type OAuthClient, type RegisteredClient } from './client.js'
export { matchesRedirectURI } from './redirectURI.js'
export { validateAuthorizationRequest, type AuthorizationRequest } from './authorizationRequest.js'
export type { AuthorizationError } from './authorizationRules.js'
export {
  authorizationCodeURL,
  authorizationError,
  authorizationErrorURL,
  type RedirectTarget,
} from './authorizationURL.js'
export { issueCode, redeemCode, type AuthorizationCode, type CodeRedemption } from './authorizationCode.js'
export {
  decideDevice,
  deviceRequestRules,
  findDevice,
  issueDeviceAuthorization,
  pollDevice,
  startURLRules,
  type DeviceAuthorization,
} from './deviceAuthorization.js'
export {
  refreshGrant,
  revokeGrant,
  startGrant,
  type Grant,
  type Person,
  type RefreshRequest,
} from './grant.js'
export {
  accessTokenOf,
  checkAccessToken,
  type AccessTokenRecord,
  type ResolvedAccessToken,
} from './accessToken.js'
export { readTokenRequest, tokenFormRules, type CodeTokenRequest, type TokenRequest } from './tokenRequest.js'
export { consentRules, type SignIn } from './signIn.js'
export { consentView, type ConsentView } from './consent.js'
export { countAttempt, returnAttempt, type Allowance, type Attempts } from './throttle.js'
export { readUserCode, USER_CODES, userCodeFrom } from './userCode.js'
export { challengeOf, digestOf, sameDigest, secretFrom, type SecretKind } from './secrets.js'
export { GRANT_LIMITS } from './limits.js'
export { authorizeRules, grantAnswer, grantRules } from './rules.js'
export { storeRules, type StoreFailure } from './storeRules.js'
export type { Step } from './step.js'
