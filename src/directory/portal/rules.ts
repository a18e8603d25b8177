import type { RuleRow } from '../../core/rule.js'
import { applicationInstanceRules } from './applicationInstance.js'
import { applicationSessionRules } from './applicationSession.js'
import { assignmentRules, deletedAssignmentRules } from './assignmentRules.js'
import { consoleURLRules } from './consoleURL.js'
import { deletionRules } from './endSession.js'
import { nestingRules, selectionRules } from './portalAccess.js'
import { customisationRules, portalURLRules, signOnURLRules } from './portalURL.js'
import { protectionRules } from './protectedRole.js'
import { sessionSettingsRules } from './sessionSettings.js'
import { partitionRule, shortcutAccessRule, shortcutLinkRules } from './shortcutLink.js'
import { startRules } from './signInSession.js'

/** Every rule of the portal, for documents: sessions, then who may choose what. */
export const portalRules: readonly RuleRow[] = [
  ...sessionSettingsRules,
  ...startRules,
  ...applicationSessionRules,
  ...deletionRules,
  ...assignmentRules,
  ...deletedAssignmentRules,
  ...selectionRules,
  ...nestingRules,
  ...protectionRules,
  ...portalURLRules,
  ...customisationRules,
  ...signOnURLRules,
  ...consoleURLRules,
  partitionRule,
  ...shortcutLinkRules,
  shortcutAccessRule,
  ...applicationInstanceRules,
]
