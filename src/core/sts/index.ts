export {
  formatRoleArn,
  parseAssumedRoleArn,
  parseRoleArn,
  roleArnFaults,
  splitArn,
  type ArnFault,
  type ArnParts,
  type AssumedRoleArn,
  type RoleArn,
} from './arn.js'
export {
  boundedList,
  durationFaults,
  externalIDFaults,
  isReserved,
  memberOf,
  policyArnFaults,
  sourceIdentityFaults,
  textFaults,
} from './checks.js'
export { IDENTITY_CENTER_CONTEXT_PROVIDER, LIMITS, STS_LIMITS, type TextLimit } from './limits.js'
export {
  buildReservedRoleArn,
  buildReservedRoleName,
  readReservedRole,
  readReservedRoleName,
  RESERVED_ROLE_FORM,
  reservedRoleSuffix,
  type ReservedRole,
} from './reservedRole.js'
export {
  buildIdentityCenterProviderName,
  buildSAMLProviderArn,
  readIdentityCenterProviderName,
  readSAMLProviderArn,
  type SAMLProviderArn,
} from './samlProvider.js'
export {
  formatSAMLRoleValue,
  readSAMLRoleValue,
  type SAMLRole,
  type SAMLRoleValueFault,
} from './samlRoleValue.js'
export { AWS_SAML_AUDIENCE, buildSAMLTrustPolicy, type SAMLTrustPolicy } from './samlTrustPolicy.js'
export { foldTagKey, inheritedTagFaults, sessionTagFaults, transitiveTagFaults } from './tags.js'
