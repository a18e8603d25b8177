export {
  DEFAULT_SESSION_SECONDS,
  exchangeToken,
  type ExchangeDeployment,
  type ExchangePorts,
} from './exchangeToken.js'
export { discoverIssuerKeys, staticIssuerKeys } from './issuerKeys.js'
export { safeFetch } from './safeFetch.js'
