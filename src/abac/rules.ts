import type { RuleRow } from '../core/rule.js'
import { activeDirectoryRules } from './activeDirectory.js'
import { configurationRules } from './configurationRules.js'
import { permissionSetListRules, permissionSetRules } from './permissionSetRules.js'
import { roleSessionNameRules } from './roleSession.js'
import { tagClaimRules } from './tagClaims.js'
import { tagRules } from './tagRules.js'

/** Every rule of attributes for access control, session tags and permission sets, as documentation reads them. */
export const abacRules: readonly RuleRow[] = [
  ...configurationRules,
  ...tagRules,
  ...tagClaimRules,
  ...activeDirectoryRules,
  ...permissionSetRules,
  ...permissionSetListRules,
  ...roleSessionNameRules,
]
