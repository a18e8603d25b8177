export {
  identityContextAllowList,
  identityContextPolicy,
  isOnIdentityContextAllowList,
  type AllowList,
  type AllowListEntry,
} from './allowList.js'
export {
  assumeRoleRequest,
  validateAssumeRole,
  type AssumeRoleInput,
  type AssumeRoleOptions,
  type IdentityEnhancedAssumeRoleInput,
} from './assumeRole.js'
export { assumeRoleRules, type AssumeRoleSubject } from './assumeRoleRules.js'
export {
  contextRules,
  identityContext,
  type ContextKind,
  type ContextSource,
  type ContextSubject,
  type RoleSessionContext,
} from './context.js'
export { CONTEXT_KEYS, roleSessionContextKeys, type RoleSessionPerson } from './contextKeys.js'
export { onBehalfOf, readOnBehalfOf, type OnBehalfOf } from './onBehalfOf.js'
export {
  preflight,
  type EMRStudioFeature,
  type PlannedAthena,
  type PlannedConsoleSessions,
  type PlannedEMRStudio,
  type PlannedInstance,
  type PlannedLakeFormation,
  type PlannedService,
  type PropagationPlan,
  type SharingParty,
} from './preflight.js'
export { preflightInstanceRules } from './preflightInstanceRules.js'
export { preflightServiceRules } from './preflightServiceRules.js'
export { buildReservedRoleArn, parseReservedRole, type ReservedRole } from './reservedRole.js'
export { roleSessionRules } from './rules.js'
export {
  consoleSessionActions,
  optInRegions,
  propagationSupport,
  serviceSupport,
  supportOf,
  type ServiceName,
  type ServiceSupport,
  type Support,
  type SupportSource,
} from './support.js'
export {
  buildTrustPolicy,
  trustPolicyFor,
  trustTemplates,
  type TrustPolicy,
  type TrustPolicyOptions,
  type TrustPrincipal,
  type TrustStatement,
  type TrustTemplate,
} from './trustPolicy.js'
export { checkTrustPolicy, trustRules, type TrustSubject, type TrustSummary } from './trustRules.js'
