export { resolveAccessToken } from './accessTokens.js'
export {
  decideAuthorization,
  validateAuthorization,
  type AskedAuthorization,
  type Authorization,
} from './authorization.js'
export { registerClient } from './clients.js'
export { createToken, type CreatedToken } from './createToken.js'
export { createTokenWithIAM, type IAMGrantPorts, type IAMTokens } from './createTokenWithIAM.js'
export { decideUserCode, startDeviceAuthorization, verifyUserCode, type DeviceConsent } from './devices.js'
export type { GrantPorts, GrantService, IAMGrantService } from './service.js'
export { beginSignIn, endSession, endSignIn, findSignIn, type SignedIn } from './signIns.js'
