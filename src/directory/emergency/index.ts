export {
  buildEmergencyGroup,
  emergencyRoleValue,
  parseEmergencyGroup,
  parseRoleValue,
  type EmergencyGroup,
} from './groupName.js'
export {
  EMERGENCY_OPERATIONS,
  emergencyPlan,
  type EmergencyAccess,
  type EmergencyOperation,
  type EmergencyPlanOptions,
} from './plan.js'
export { checkEmergencyState, EMERGENCY_RUNBOOK, type EmergencyState, type RunbookStep } from './readiness.js'
export { emergencyRules } from './rules.js'
