import type { RuleRow } from '../../core/rule.js'
import { groupNameRules, roleValueRules } from './groupName.js'
import { readinessRules } from './readiness.js'

/** Every rule of emergency access, for documents. */
export const emergencyRules: readonly RuleRow[] = [...groupNameRules, ...roleValueRules, ...readinessRules]
