export {
  decide,
  type Decision,
  type DecisionNearMiss,
  type Policies,
  type PolicyRequest,
} from '../core/policy/index.js'
export { requestContext, type ContextSources } from './decideContext.js'
export { lintPolicy, type LintOptions } from './lint.js'
export { lintRules } from './lintRules.js'
export { resourceTagSupport, tagUseOf, type ResourceTagSupport, type TagUse } from './lintResourceTags.js'
export { parseReservedRole, type ReservedRole } from '../tti/roleSession/reservedRole.js'
export {
  defaultDirectoryMappings,
  directoryAttributes,
  userFromActiveDirectory,
  type DirectoryMappings,
  type DirectoryUser,
  type MappedAttribute,
} from './activeDirectory.js'
export { attributePaths, parseAttributePath, type AttributePlace, type PathFault } from './attributePath.js'
export {
  validateAttributeConfiguration,
  type AttributeConfiguration,
  type DescribedAttributeConfiguration,
} from './configuration.js'
export {
  principalTagContext,
  toAssumeRole,
  toAssumeRoleQuery,
  toAssumeRoleWithSAML,
  type AssumeRoleTags,
  type OutgoingTags,
  type SamlSessionTags,
} from './outward.js'
export {
  PERMISSION_SET_LIMITS,
  validatePermissionSet,
  validatePermissionSets,
  type PermissionSet,
  type PermissionSetLimits,
} from './permissionSet.js'
export { reservedRoleArns } from './reservedRoles.js'
export {
  checkTaggedSessionTrustPolicy,
  reservedRoleTrustPolicy,
  roleSessionName,
  taggedSessionTrustPolicy,
} from './roleSession.js'
export { abacRules } from './rules.js'
export {
  inspectSessionTags,
  sessionTags,
  type SessionTags,
  type SessionTagsInspection,
  type SessionTagsOptions,
} from './sessionTags.js'
export { accessControlClaims, type ClaimedTags } from './tagClaims.js'
export { type DroppedTag, type Precedence, type SessionTag } from './tagMerge.js'
export { PROVISIONERS, type Provisioner } from './tagRules.js'
