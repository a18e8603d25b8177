import type { RuleRow } from '../../core/rule.js'
import { portalAccountRules } from './endpoint.js'
import { pageRules } from './page.js'
import { portalRequestRules } from './requestRules.js'
import { roleCredentialsRules } from './roleCredentials.js'

/** Every rule of the portal API beside those of access tokens, sessions and assignments. */
export const portalApiRules: readonly RuleRow[] = [
  ...portalRequestRules,
  ...pageRules,
  ...portalAccountRules,
  ...roleCredentialsRules,
]
