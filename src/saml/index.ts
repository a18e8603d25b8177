export {
  administratorMode,
  type AdministratorMode,
  type AdministratorModeOptions,
} from './administratorMode.js'
export {
  applicationLogin,
  type ApplicationLoginOptions,
  type ApplicationUser,
  type AttributeMapping,
  type OptionalAttribute,
  type SamlApplication,
} from './applicationLogin.js'
export {
  buildAuthnRequest,
  issueAuthnRequest,
  issueAuthnRequestAsync,
  type AuthnContextComparison,
  type AuthnRequestOptions,
  type IssueAuthnRequestOptions,
} from './authnRequest/build.js'
export type { AuthnRequestExpectation, RegisteredServiceProvider } from './authnRequest/expectation.js'
export type { AuthnRequest } from './authnRequest/request.js'
export { validateAuthnRequest } from './authnRequest/validate.js'
export { decodeMessage, type DecodeOptions } from './bindings/decode.js'
export { encodePost, type PostedMessage, type PostOptions } from './bindings/encodePost.js'
export {
  encodeRedirect,
  encodeRedirectAsync,
  type RedirectAsyncOptions,
  type RedirectOptions,
} from './bindings/encodeRedirect.js'
export type { DecodedMessage, MessageInput, MessageKind, PostInput, RedirectInput } from './bindings/input.js'
export { verifyRedirectSignature, type RedirectTrust } from './bindings/redirectSignature.js'
export { checkRelayState } from './bindings/relayState.js'
export { parseCertificate, type TrustedCertificate } from './certificate.js'
export * from './certificates/index.js'
export { DEFAULT_CLOCK_SKEW_SECONDS, type ResponseExpectation } from './expectation.js'
export {
  checkIdentityCenterEndpoints,
  identityCenterServiceProvider,
  inspectIdentityCenterEndpoints,
  type IdentityCenterEndpoints,
} from './identityCenterEndpoints.js'
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
export {
  identityProvider,
  identityProviderOf,
  type IdentityProvider,
  type IdentityProviderSettings,
} from './metadata/provider.js'
export type {
  AssertionConsumerService,
  EntityMetadata,
  IdentityProviderMetadata,
  MetadataOptions,
  ServiceProviderMetadata,
  SingleSignOnService,
} from './metadata/types.js'
export {
  outwardMessage,
  SIGN_IN_MESSAGES,
  type OutwardMessage,
  type SignInMessage,
} from './outwardMessage.js'
export { samlReplayKeys, samlReplayRules } from './replay.js'
export { samlRule, samlRules } from './rules.js'
export { fromSamlify, type SamlifyIdentityProvider, type SamlifyServiceProvider } from './samlifyEntity.js'
export { sessionEnd, type SessionEndOptions } from './sessionEnd.js'
export { checkUniqueNameIDs, type NamedPerson } from './uniqueNameIDs.js'
export {
  describeResponse,
  inspectResponse,
  validateResponse,
  type ClaimedByResponse,
  type DescribedResponse,
  type Inspection,
} from './validateResponse.js'
export { inspectSamlUser, samlUserRules } from './user.js'
export type { SamlIdentity as Identity } from '../core/identity.js'
export type { AsyncSigner, Signer } from '../core/ports.js'
