export { parseCertificate, type TrustedCertificate } from './certificate.js'
export { DEFAULT_CLOCK_SKEW_SECONDS, type ResponseExpectation } from './expectation.js'
export {
  issueResponse,
  issueResponseAsync,
  type IssueResponseAsyncOptions,
  type IssueResponseOptions,
} from './issueResponse.js'
export type {
  AccountLogin,
  ApplicationLogin,
  IdentityCenterLogin,
  Login,
  LoginAttribute,
  ServiceProvider,
} from './issue/login.js'
export {
  buildMetadata,
  issueMetadata,
  issueMetadataAsync,
  type IssueMetadataOptions,
} from './metadata/build.js'
export type { EntityDescription } from './metadata/element.js'
export { inspectMetadata, parseMetadata, type MetadataInspection } from './metadata.js'
export type { EntityMetadata, MetadataOptions } from './metadata/types.js'
export { samlReplayKeys, samlReplayRules } from './replay.js'
export { samlRule, samlRules } from './rules.js'
export { inspectResponse, validateResponse, type Inspection } from './validateResponse.js'
export { inspectSamlUser, samlUserRules } from './user.js'
export type { SamlIdentity as Identity } from '../core/identity.js'
export type { AsyncSigner, Signer } from '../core/ports.js'
