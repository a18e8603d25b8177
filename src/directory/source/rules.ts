import type { RuleRow } from '../../core/rule.js'
import { activeDirectoryNameRules } from './activeDirectoryName.js'
import { confirmationRule, singleSourceRule, switchRules } from './switchRules.js'

/** Every rule of identity sources, for documents. */
export const sourceRules: readonly RuleRow[] = [
  singleSourceRule,
  ...switchRules,
  confirmationRule,
  ...activeDirectoryNameRules,
]
