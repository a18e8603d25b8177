export { directoryOf } from '../directory/directoryOf.js'
export { parseUsers } from '../directory/users.js'
export {
  DEFAULT_SESSION_SECONDS,
  exchangeToken,
  type ExchangeDeployment,
  type ExchangePorts,
} from './exchangeToken.js'
export { discoverIssuerKeys, staticIssuerKeys, type IssuerKeysOptions } from './issuerKeys.js'
export { refreshSignIn } from './refreshSignIn.js'
export type { SignInOptions, SignInPorts, SignInTokens } from './signIn.js'
export { signInWithBrowser, type BrowserOptions, type BrowserPorts } from './signInWithBrowser.js'
export { signInWithDevice, type UserCode, type DevicePorts, type DeviceProgress } from './signInWithDevice.js'
export * from './grants/index.js'
export { samlLogin } from './samlLogin.js'
export { safeFetch, type SafeFetchOptions } from './safeFetch.js'
export { generateSigningKeyPair, randomSerialNumber, type SigningKeyPairOptions } from './signingKeys.js'
export {
  generateTokenKeys,
  rsaSigner,
  samlSigner,
  systemClock,
  systemPorts,
  systemRandomBytes,
} from './system.js'
