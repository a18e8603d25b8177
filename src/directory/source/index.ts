export {
  readActiveDirectoryName,
  type ActiveDirectoryName,
  type ActiveDirectorySignIn,
} from './activeDirectoryName.js'
export { sourceRules } from './rules.js'
export type { IdentitySource, SourceApplication, SourceGroup, SourceState, SourceUser } from './state.js'
export {
  planSwitch,
  singleSource,
  switchSource,
  type SwitchOptions,
  type SwitchPlan,
  type SwitchTask,
} from './switchSource.js'
