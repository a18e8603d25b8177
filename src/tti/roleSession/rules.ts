import type { RuleRow } from '../../core/rule.js'
import { assumeRoleRules } from './assumeRoleRules.js'
import { contextRules } from './context.js'
import { onBehalfOfRules } from './onBehalfOf.js'
import { preflightInstanceRules } from './preflightInstanceRules.js'
import { preflightServiceRules } from './preflightServiceRules.js'
import { reservedRoleRules } from './reservedRole.js'
import { trustRules } from './trustRules.js'

/** Every rule of role sessions, as documentation and `explain` read them. */
export const roleSessionRules: readonly RuleRow[] = [
  ...contextRules,
  ...assumeRoleRules,
  ...reservedRoleRules,
  ...onBehalfOfRules,
  ...trustRules,
  ...preflightInstanceRules,
  ...preflightServiceRules,
]
