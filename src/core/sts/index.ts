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
export { foldTagKey, inheritedTagFaults, sessionTagFaults, transitiveTagFaults } from './tags.js'
export { TAG_ATTRIBUTES } from './tagAttributes.js'
