import { hasError, type Verdict } from '../../core/outcome.js'
import { findingsOf, runRules, verdictOf } from '../../core/rule.js'
import { buildReservedRoleName } from '../../core/sts/index.js'
import { noAccountAccess, requireAccess } from '../portal/accountAccess.js'
import {
  misuse,
  requireList,
  requireObject,
  requireObjects,
  requireText,
  requireTexts,
} from '../portal/arguments.js'
import { buildPortalURL } from '../portal/portalURL.js'
import type { IdentitySource, SourceState, SourceUser } from './state.js'
import { confirmationRule, singleSourceRule, switchRules } from './switchRules.js'

/** What a change of the identity source does, told before it is done. */
export interface SwitchPlan {
  readonly from: IdentitySource
  readonly to: IdentitySource
  /** Whether users, groups and assignments are deleted: with Active Directory on either side (R036, C11). */
  readonly deletes: boolean
  readonly lost: {
    /** User names, in the order of the directory. */
    readonly users: readonly string[]
    readonly groups: readonly string[]
    readonly memberships: number
    readonly accountAssignments: number
    readonly applicationAssignments: number
    /** Names of the IAM roles that go, with the account: policies that name them are out of date (R036). */
    readonly roles: readonly { readonly accountId: string; readonly roleName: string }[]
  }
  /** User names of those who can sign in only once an administrator has forced a reset of the password (R035). */
  readonly needPasswordReset: readonly string[]
  /** Whether the portal gets another URL: between the Identity Center directory and Active Directory (R038). */
  readonly portalURLChanges: boolean
  /** Sessions that live on for what remains of them (R037). */
  readonly sessionsThatLiveOn: number
  /** What an administrator has to see to, in words of the field. */
  readonly afterwards: readonly SwitchTask[]
}

export type SwitchTask =
  | 'match-name-ids' // the new identity provider's NameIDs must equal the user names (R033, R034)
  | 'set-up-provisioning' // nothing flows back to the source, and users come only by SCIM or by hand
  | 'synchronise-active-directory'
  | 'assign-again'
  | 'force-password-reset'
  | 'update-policies-that-name-roles'
  | 'tell-the-portal-url'
  | 'revoke-sessions-before-deleting-users' // afterwards the console stops no session of theirs (R227)

/**
 * Judges a change of the identity source, and tells what would be lost by it and what is to be done afterwards. Nothing
 * is changed. Between the Identity Center directory and external identity providers everything stays, and works on where
 * NameIDs equal the user names; to or from Active Directory all users, groups and assignments go (R033-R036, C11).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what has not the declared types.
 */
export function planSwitch(state: SourceState, to: IdentitySource): Verdict<SwitchPlan> {
  requireState(state)
  requireSource(to, 'to')
  return verdictOf(runRules(switchRules, { state, to }), () => planOf(state, to))
}

export interface SwitchOptions {
  /** What the person typed: `ACCEPT`, in capitals (R054). */
  readonly confirmation: string | undefined
  /** The id of the new directory, `d-` and 10 hexadecimal digits, where the portal's URL changes; else unused. */
  readonly newDirectoryId?: string | undefined
}

/**
 * Changes the identity source, once that is confirmed. The old source is replaced: there is never a second one (R032).
 * Live sessions are left as they are (R037).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what has not the declared types, and without `newDirectoryId` where
 * the portal's URL changes.
 */
export function switchSource(
  state: SourceState,
  to: IdentitySource,
  options: SwitchOptions,
): Verdict<SourceState> {
  requireObject(options, 'options')
  const plan = planSwitch(state, to)
  const confirmed = runRules([confirmationRule], options)
  const findings = [...plan.findings, ...findingsOf(confirmed)]
  const [first, ...rest] = findings
  if (!plan.ok || (first !== undefined && hasError(findings)))
    return first === undefined
      ? misuse('The change was refused without a finding.')
      : { ok: false, findings: [first, ...rest] }
  const portal = plan.value.portalURLChanges
    ? { ...state.portal, name: requireDirectoryId(options.newDirectoryId) }
    : state.portal
  const kept = plan.value.deletes
    ? {
        users: [],
        groups: [],
        access: noAccountAccess(),
        applications: state.applications.map((application) => ({ ...application, assignments: [] })),
      }
    : { users: state.users.map((user) => afterSwitch(user, to)) }
  return { ok: true, value: { ...state, ...kept, source: to, portal }, findings }
}

/** The one identity source of a list: none and several are refused (R032). */
export function singleSource(sources: readonly IdentitySource[]): Verdict<IdentitySource> {
  requireList(sources, 'sources')
  sources.forEach((source, index) => requireSource(source, `sources[${index}]`))
  return verdictOf(
    runRules([singleSourceRule], { sources }),
    () => sources[0] ?? misuse('There is no source.'),
  )
}

function planOf(state: SourceState, to: IdentitySource): SwitchPlan {
  const { source: from, users, groups, access, applications, sessions } = state
  const deletes = from.type === 'active-directory' || to.type === 'active-directory'
  const portalURLChanges = deletes && (from.type === 'identity-center' || to.type === 'identity-center')
  const needPasswordReset = deletes ? [] : users.map((user) => afterSwitch(user, to)).filter(needsReset)
  const tasks: readonly (readonly [SwitchTask, boolean])[] = [
    ['match-name-ids', to.type === 'external'],
    ['set-up-provisioning', to.type === 'external'],
    ['synchronise-active-directory', to.type === 'active-directory'],
    ['assign-again', deletes],
    ['force-password-reset', needPasswordReset.length > 0],
    ['update-policies-that-name-roles', deletes && access.roles.length > 0],
    ['tell-the-portal-url', portalURLChanges],
    ['revoke-sessions-before-deleting-users', deletes && sessions.length > 0],
  ]
  return {
    from,
    to,
    deletes,
    lost: {
      users: deletes ? users.map(({ userName }) => userName) : [],
      groups: deletes ? groups.map(({ displayName }) => displayName) : [],
      memberships: deletes ? sum(users.map(({ groupIds }) => groupIds.length)) : 0,
      accountAssignments: deletes ? access.assignments.length : 0,
      applicationAssignments: deletes ? sum(applications.map(({ assignments }) => assignments.length)) : 0,
      roles: deletes
        ? access.roles.map((role) => ({ accountId: role.accountId, roleName: buildReservedRoleName(role) }))
        : [],
    },
    needPasswordReset: needPasswordReset.map(({ userName }) => userName),
    portalURLChanges,
    sessionsThatLiveOn: sessions.length,
    afterwards: tasks.filter(([, due]) => due).map(([task]) => task),
  }
}

/** Old passwords work on in the Identity Center directory; who has none there needs a reset (R035). */
function afterSwitch(user: SourceUser, to: IdentitySource): SourceUser {
  const { needsPasswordReset, ...rest } = user
  return to.type === 'identity-center' && (user.hasPassword !== true || needsPasswordReset === true)
    ? { ...rest, needsPasswordReset: true }
    : rest
}

function needsReset({ needsPasswordReset }: SourceUser): boolean {
  return needsPasswordReset === true
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}

function requireDirectoryId(value: unknown): string {
  return typeof value === 'string' && /^d-[0-9a-f]{10}$/.test(value)
    ? value
    : misuse('newDirectoryId is d- and 10 hexadecimal digits: the URL of the portal changes.')
}

function requireSource(source: IdentitySource, what: string): void {
  requireObject(source, what)
  switch (source.type) {
    case 'identity-center':
      return
    case 'external':
      requireText(source.entityID, `${what}.entityID`)
      return
    case 'active-directory':
      requireText(source.directoryId, `${what}.directoryId`)
      return
    default:
      misuse(`${what}.type is identity-center, external or active-directory.`)
  }
}

function requireState(state: SourceState): void {
  requireObject(state, 'state')
  requireSource(state.source, 'state.source')
  requireTexts(state.users, 'state.users', ['userId', 'userName'])
  for (const user of state.users) requireList(user.groupIds, 'state.users[].groupIds')
  requireTexts(state.groups, 'state.groups', ['groupId'])
  requireAccess(state.access)
  requireObjects(state.applications, 'state.applications')
  for (const application of state.applications)
    requireList(application.assignments, 'state.applications[].assignments')
  requireObjects(state.sessions, 'state.sessions')
  buildPortalURL(state.portal)
}
