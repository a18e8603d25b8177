import { isAssignedTo, type AssignedPrincipal, type User } from '../../core/identity.js'
import type { Verdict } from '../../core/outcome.js'
import { runRules, verdictOf, type Rule } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { buildReservedRoleName } from '../../core/sts/index.js'
import { requireAccess, type AccountAccess, type AccountRole } from './accountAccess.js'
import { misuse, requireObject, requireObjects, requireUser } from './arguments.js'
import { groupsAround, type NestedGroup } from './groups.js'

type Person = Pick<User, 'userId' | 'groupIds'>

/** The numbers of the accounts in which a user is assigned anything, each once, in ascending order. */
export function accountIdsOf(access: AccountAccess, user: Person): readonly string[] {
  requireAccess(access)
  requireUser(user)
  const ids = access.assignments.filter((each) => isAssignedTo(user, each)).map(({ accountId }) => accountId)
  return [...new Set(ids)].sort()
}

/** A permission set that a user may choose in an account: each is a role of its own (R104). */
export interface SelectableRole extends AccountRole {
  /** `AWSReservedSSO_NAME_SUFFIX`: the name of the IAM role behind it. */
  readonly roleName: string
}

/** The roles that a user may choose in one account: those of the assigned permission sets and no other, by name. */
export function selectableRoles(
  access: AccountAccess,
  user: Person,
  accountId: string,
): readonly SelectableRole[] {
  requireAccess(access)
  requireUser(user)
  const sets = new Set(
    access.assignments
      .filter((assignment) => assignment.accountId === accountId && isAssignedTo(user, assignment))
      .map(({ permissionSetArn }) => permissionSetArn),
  )
  return access.roles
    .filter((role) => role.accountId === accountId && sets.has(role.permissionSetArn))
    .map((role) => ({ ...role, roleName: buildReservedRoleName(role) }))
    .sort((one, other) => (one.permissionSetName < other.permissionSetName ? -1 : 1))
}

/** What a user, a link or a command line asks for. */
export interface RoleChoice {
  readonly accountId: string
  readonly permissionSetName: string
}

interface SelectionSubject extends RoleChoice {
  readonly access: AccountAccess
  readonly user: Person
}

export const selectionRules: readonly Rule<SelectionSubject>[] = [
  {
    id: 'portal/role-assigned',
    severity: 'error',
    source: 'R104; R098; R161',
    title: 'The user, or a group that lists the user itself, is assigned the permission set in the account',
    fix: 'Assign the permission set to the user or the group in this account. The name is that of the set, case included, not of the IAM role.',
    check: (subject) => {
      const { access, user, accountId, permissionSetName } = subject
      if (selected(subject) !== undefined) return []
      const elsewhere = accountIdsOf(access, user).length > 0
      const here = selectableRoles(access, user, accountId).map((role) => role.permissionSetName)
      const reason = here.length > 0 ? 'other-set' : elsewhere ? 'other-account' : 'not-assigned'
      const actual = `${shown(permissionSetName)} in ${shown(accountId)}`
      return [{ reason, path: 'role', actual, message: 'The user is not assigned this permission set here.' }]
    },
  },
  {
    id: 'portal/account-provider',
    severity: 'error',
    source: 'R091; R092',
    title: "Identity Center's SAML provider is in the account",
    fix: 'Apply the assignments of the account again: that makes the provider anew. Nobody may delete AWSSSO_..._DO_NOT_DELETE.',
    check: (subject) => {
      if (selected(subject) === undefined) return 'notApplicable'
      return subject.access.providers.some(({ accountId }) => accountId === subject.accountId)
        ? []
        : [
            {
              reason: 'deleted',
              path: 'account',
              message: 'Somebody deleted the SAML provider of the account.',
            },
          ]
    },
  },
]

/**
 * The role behind a permission set that a user chose in an account, by the set's name as the portal shows it. Access is
 * decided by what is assigned now, whatever link or cache brought the choice (R103, R104).
 */
export function selectRole(access: AccountAccess, user: Person, choice: RoleChoice): Verdict<SelectableRole> {
  requireAccess(access)
  requireUser(user)
  requireObject(choice, 'choice')
  const { accountId, permissionSetName } = choice
  const subject = { access, user, accountId, permissionSetName }
  return verdictOf(
    runRules(selectionRules, subject),
    () => selected(subject) ?? misuse('No role was chosen.'),
  )
}

function selected({
  access,
  user,
  accountId,
  permissionSetName,
}: SelectionSubject): SelectableRole | undefined {
  return selectableRoles(access, user, accountId).find((role) => role.permissionSetName === permissionSetName)
}

/** An application as the portal lists it. */
export interface PortalApplication {
  readonly arn: string
  /** False lets every user in; by default assignments are required and nobody has one (R085). */
  readonly assignmentRequired: boolean
  readonly assignments: readonly AssignedPrincipal[]
}

/** The applications that a user finds in the portal (R085), in the order given. */
export function applicationsOf<A extends PortalApplication>(
  applications: readonly A[],
  user: Person,
): readonly A[] {
  requireObjects(applications, 'applications')
  requireUser(user)
  return applications.filter((application) => {
    requireObjects(application.assignments, 'application.assignments')
    return (
      application.assignmentRequired === false ||
      application.assignments.some((assignment) => isAssignedTo(user, assignment))
    )
  })
}

/** What the portal says where there is nothing to show, as it does to members of nested groups (R086). */
export const NO_APPLICATIONS_MESSAGE = 'You do not have any applications'

interface NestingSubject {
  readonly user: Person
  readonly assignments: readonly AssignedPrincipal[]
  readonly nested: readonly NestedGroup[]
}

export const nestingRules: readonly Rule<NestingSubject>[] = [
  {
    id: 'portal/nested-group',
    severity: 'error',
    source: 'R086; R161',
    title: 'Access comes from a group that lists the user itself, not from a group around it',
    fix: 'Assign the group that lists the user itself, or add the user to the group that is assigned.',
    check: ({ user, assignments, nested }) => {
      if (assignments.some((assignment) => isAssignedTo(user, assignment))) return 'notApplicable'
      const around = new Set(groupsAround(user.groupIds, nested))
      return assignments
        .filter(({ principalType, principalId }) => principalType === 'GROUP' && around.has(principalId))
        .map(({ principalId }) => ({
          reason: 'nested',
          path: 'assignments',
          expected: `one of ${user.groupIds.slice(0, 10).join(', ')}`,
          actual: shown(principalId),
          message: `The assigned group holds the user only through another group: "${NO_APPLICATIONS_MESSAGE}".`,
        }))
    },
  },
]

/** Why a user whom a group should let in sees nothing: the assigned group holds the user only through another (R086). */
export function explainMissingAccess(
  user: Person,
  assignments: readonly AssignedPrincipal[],
  nested: readonly NestedGroup[],
): Verdict<null> {
  requireUser(user)
  requireObjects(assignments, 'assignments')
  requireObjects(nested, 'nested')
  return verdictOf(runRules(nestingRules, { user, assignments, nested }), () => null)
}
