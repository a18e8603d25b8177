import type { AssignedPrincipal } from '../../core/identity.js'
import type { Fault, Rule } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import type { AccountAccess } from './accountAccess.js'
import { isAccountId } from './arguments.js'

/** A permission set given to a user or a group in one account, as `list-account-assignments` prints it. */
export interface AccountAssignment extends AssignedPrincipal {
  readonly accountId: string
  readonly permissionSetArn: string
}

/** What there is to assign, and to whom. */
export interface Assignable {
  readonly instanceType: 'organization' | 'account'
  readonly accountIds: ReadonlySet<string>
  /** Names by ARN. */
  readonly permissionSets: ReadonlyMap<string, string>
  readonly userIds: ReadonlySet<string>
  readonly groupIds: ReadonlySet<string>
}

export interface AssignmentSubject {
  readonly assignment: AccountAssignment
  readonly assignable: Assignable
  /** Whether the assignment would make a role in the account, and how many there are. */
  readonly isNew: boolean
  readonly rolesThere: number
}

interface DeletionSubject {
  readonly assignment: AccountAssignment
  readonly access: AccountAccess
}

export type AssignmentRule = Rule<AssignmentSubject>

/** Of one account; it can be raised (R336). */
export const PERMISSION_SETS_PER_ACCOUNT = 500

const PERMISSION_SET =
  /^arn:aws(?:-[a-z]{1,5}){0,3}:sso:::permissionSet\/(?:sso)?ins-[a-zA-Z0-9-.]{16}\/ps-[a-zA-Z0-9-./]{16}$/
const PRINCIPAL = /^(?:[0-9a-f]{10}-)?[A-Fa-f0-9]{8}-(?:[A-Fa-f0-9]{4}-){3}[A-Fa-f0-9]{12}$/

/** Whether a value has the form that sso-admin gives the ARNs of permission sets. */
export function isPermissionSetArn(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 1224 && PERMISSION_SET.test(value)
}

const rule = (row: Omit<AssignmentRule, 'severity'>): AssignmentRule => ({ severity: 'error', ...row })

export const assignmentShapeRule: Rule<Pick<AssignmentSubject, 'assignment'>> = {
  severity: 'error',
  id: 'portal/assignment-shape',
  source: 'sso-admin API, CreateAccountAssignment',
  title: 'An assignment names an account, a permission set, and a user or a group, each by its id',
  fix: 'Copy it from "aws sso-admin list-account-assignments": AccountId of 12 digits, PermissionSetArn, PrincipalType USER or GROUP, and PrincipalId.',
  check: ({ assignment }) => {
    const { accountId, permissionSetArn, principalType, principalId } = assignment
    const faults: Fault[] = []
    const wrong = (path: string, value: unknown, expected: string): void => {
      const reason = value === undefined ? 'missing' : 'pattern'
      faults.push({
        reason,
        path,
        expected,
        actual: shown(value),
        message: `${path} has not the form of one.`,
      })
    }
    if (!isAccountId(accountId)) wrong('accountId', accountId, '12 digits')
    if (!isPermissionSetArn(permissionSetArn))
      wrong('permissionSetArn', permissionSetArn, 'arn:aws:sso:::permissionSet/ssoins-<16>/ps-<16>')
    if (!['USER', 'GROUP'].includes(principalType)) wrong('principalType', principalType, 'USER or GROUP')
    if (typeof principalId !== 'string' || !PRINCIPAL.test(principalId))
      wrong('principalId', principalId, 'an id of the Identity Store')
    return faults
  },
}

export const assignmentRules: readonly AssignmentRule[] = [
  assignmentShapeRule,
  rule({
    id: 'portal/assignment-instance',
    source: 'R084; guide, "Organization and account instances of IAM Identity Center"',
    title: 'Access to accounts is assigned by an organization instance',
    fix: 'Enable Identity Center in the management account of the organization: an account instance serves applications only.',
    check: ({ assignable }) =>
      assignable.instanceType === 'organization'
        ? []
        : [
            {
              reason: 'account-instance',
              path: 'instanceType',
              message: 'An account instance assigns no accounts.',
            },
          ],
  }),
  rule({
    id: 'portal/assignment-target',
    source: 'R104',
    title: 'Account and permission set of an assignment are there',
    fix: 'Create the permission set, or invite the account to the organization, first.',
    check: ({ assignment: { accountId, permissionSetArn }, assignable }) => [
      ...(assignable.accountIds.has(accountId)
        ? []
        : [
            {
              reason: 'unknown-account',
              path: 'accountId',
              actual: shown(accountId),
              message: 'No such account.',
            },
          ]),
      ...(assignable.permissionSets.has(permissionSetArn)
        ? []
        : [
            {
              reason: 'unknown-permission-set',
              path: 'permissionSetArn',
              actual: shown(permissionSetArn),
              message: 'No such permission set.',
            },
          ]),
    ],
  }),
  rule({
    id: 'portal/assignment-principal',
    source: 'R158; R160',
    title: 'The user or group of an assignment is in the directory',
    fix: 'Provision the user or group first. One that was deleted and created again has a new id: assign it anew.',
    check: ({ assignment: { principalType, principalId }, assignable }) => {
      const known = principalType === 'GROUP' ? assignable.groupIds : assignable.userIds
      const other = principalType === 'GROUP' ? assignable.userIds : assignable.groupIds
      if (known.has(principalId)) return []
      const reason = other.has(principalId) ? 'other-type' : 'unknown'
      return [
        { reason, path: 'principalId', actual: shown(principalId), message: `No such ${principalType}.` },
      ]
    },
  }),
  rule({
    id: 'portal/assignment-quota',
    source: 'R336',
    title: 'At most 500 permission sets are provisioned in one account',
    fix: 'Remove assignments of sets that nobody needs there, or have the quota raised.',
    check: ({ isNew, rolesThere }) => {
      if (!isNew) return 'notApplicable'
      if (rolesThere < PERMISSION_SETS_PER_ACCOUNT) return []
      const [expected, actual] = [`at most ${PERMISSION_SETS_PER_ACCOUNT}`, `${rolesThere + 1}`]
      return [{ reason: 'too-many', path: 'accountId', expected, actual, message: 'The account is full.' }]
    },
  }),
]

/** Said of an assignment that is to be deleted. */
export const deletedAssignmentRules: readonly Rule<DeletionSubject>[] = [
  assignmentShapeRule,
  {
    id: 'portal/assignment-exists',
    severity: 'error',
    source: 'sso-admin API, DeleteAccountAssignment',
    title: 'An assignment that is deleted is there',
    fix: 'List the assignments of the account: this one names another principal, set or account.',
    check: ({ assignment, access }) =>
      access.assignments.some((other) => isSameAssignment(other, assignment))
        ? []
        : [{ reason: 'missing', message: 'There is no such assignment.' }],
  },
]

export function isSameAssignment(one: AccountAssignment, other: AccountAssignment): boolean {
  return (
    one.accountId === other.accountId &&
    one.permissionSetArn === other.permissionSetArn &&
    one.principalType === other.principalType &&
    one.principalId === other.principalId
  )
}
