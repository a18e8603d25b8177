export { pkcePair, stateFrom, type PkcePair } from './pkce.js'
export { buildAuthorizeURL, type AuthorizeOptions } from './authorize.js'
export { oidcEndpoint } from './endpoint.js'
export { readCallback, type CallbackExpectation } from './callback.js'
export type { ClientRequest } from './request.js'
export type { ServerAnswer } from './answer.js'
export { MAX_ANSWER_BYTES } from './answerRules.js'
export {
  buildRegistration,
  readRegistration,
  type ClientRegistration,
  type RegistrationOptions,
} from './registration.js'
export {
  buildDeviceAuthorization,
  readDeviceAuthorization,
  type DeviceCodes,
  type DeviceAuthorizationOptions,
} from './deviceAuthorization.js'
export { buildTokenRequest, readTokenResponse, type TokenRequestOptions, type Tokens } from './token.js'
export { firstPoll, nextPoll, type DevicePoll, type PollStep } from './poll.js'
export { refreshDue } from './refreshDue.js'
export { endedSignIn, unreachableServer, type EndReason, type UnreachableReason } from './ended.js'
export { buildSSOProfile } from './awsConfig/build.js'
export { inspectSSOProfile, readSSOProfile, type SSOProfileInspection } from './awsConfig/read.js'
export type { SSOProfile, SSOSession } from './awsConfig/profile.js'
export { signInRules } from './rules.js'
