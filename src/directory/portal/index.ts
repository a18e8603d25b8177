export {
  assignmentsOf,
  createAssignment,
  deleteAssignment,
  noAccountAccess,
  withoutPrincipal,
  withoutProvider,
  type AccountAccess,
  type AccountProvider,
  type AccountRole,
} from './accountAccess.js'
export { checkApplicationInstance, type PlannedApplication } from './applicationInstance.js'
export { showsTile, type ApplicationTile } from './applicationTile.js'
export {
  APPLICATION_SESSION_SECONDS,
  closeApplicationSession,
  isApplicationSessionLive,
  refreshApplicationSession,
  startApplicationSession,
  type ApplicationSession,
  type ApplicationSignIn,
} from './applicationSession.js'
export { PERMISSION_SETS_PER_ACCOUNT, type AccountAssignment, type Assignable } from './assignmentRules.js'
export {
  consoleHome,
  inLastRegion,
  parseConsoleURL,
  parseRelayState,
  type ConsolePartition,
  type ConsoleURL,
} from './consoleURL.js'
export { deleteSessions, signOut, type SessionDeletion } from './endSession.js'
export { effectiveGroupIds, type NestedGroup } from './groups.js'
export {
  accountIdsOf,
  applicationsOf,
  explainMissingAccess,
  NO_APPLICATIONS_MESSAGE,
  selectableRoles,
  selectRole,
  type PortalApplication,
  type RoleChoice,
  type SelectableRole,
} from './portalAccess.js'
export {
  allowListedHosts,
  buildPortalURL,
  checkSignOnURL,
  customisePortalURL,
  isCustomised,
  parsePortalURL,
  type PortalURL,
} from './portalURL.js'
export { checkProtectedResource, protectedRoleMessage } from './protectedRole.js'
export {
  ACCESS_ENDS_WITHIN,
  ASSIGNMENTS_REREAD_SECONDS,
  longestAccessSeconds,
  startRoleSession,
  type RoleSessionTimes,
} from './roleSession.js'
export { portalRules } from './rules.js'
export {
  EXTENDED_SESSION_SECONDS,
  SESSION_MINUTES,
  validateSessionSettings,
  type SessionSettings,
} from './sessionSettings.js'
export {
  buildShortcutLink,
  consoleDestination,
  followShortcutLink,
  parseShortcutLink,
  type Destination,
  type FollowedLink,
  type ShortcutLink,
} from './shortcutLink.js'
export {
  checkSignInSession,
  nextSignIn,
  SESSION_INVALID_MESSAGE,
  startSignInSession,
  type SignIn,
  type SignInSession,
} from './signInSession.js'
export { PORTAL_SYMPTOMS, type PortalSymptom } from './symptoms.js'
export { SESSION_MANAGEMENT_SINCE, supportsSessionManagement, type SessionTool } from './toolVersions.js'
