export { directoryOf } from '../directory/directoryOf.js'
export { parseUsers } from '../directory/users.js'
export {
  DEFAULT_SESSION_SECONDS,
  exchangeToken,
  type ExchangeDeployment,
  type ExchangePorts,
} from './exchangeToken.js'
export { discoverIssuerKeys, staticIssuerKeys, type IssuerKeysOptions } from './issuerKeys.js'
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
