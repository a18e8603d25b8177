import type { Verdict } from '../core/outcome.js'
import { failingRules, verdictOf, type Rule } from '../core/rule.js'
import { shown } from '../core/shown.js'
import { buildReservedRoleArn, type ReservedRole } from '../tti/roleSession/reservedRole.js'
import { misuse, reading } from './misuse.js'

/** The IAM role of a permission set in one account, and those whom it is assigned to there. */
export interface PermissionSetRole extends Omit<ReservedRole, 'sessionName'> {
  /** Ids of users and groups; never empty: the role goes with the last assignment. */
  readonly assignedTo: readonly string[]
}

/** The roles of all permission sets, and the suffixes that were theirs: a suffix never comes back (R095). */
export interface PermissionSetRoles {
  readonly roles: readonly PermissionSetRole[]
  readonly retired: readonly string[]
}

export const NO_ROLES: PermissionSetRoles = Object.freeze({
  roles: Object.freeze([]),
  retired: Object.freeze([]),
})

/** Permission sets that one account can have, unless the quota is raised (R336). */
export const PROVISIONED_PER_ACCOUNT = 500

export interface AssignmentChange {
  readonly kind: 'assign' | 'unassign'
  readonly account: string
  readonly permissionSetName: string
  readonly principalId: string
  /** Default `aws`. */
  readonly partition?: string | undefined
  /** The Region in the path of the role's ARN, where the instance puts one there (R094). */
  readonly region?: string | undefined
  /** 16 hexadecimal digits, fresh and random: the suffix of the role, should this assignment make one. */
  readonly suffix?: string | undefined
}

interface ChangeSubject {
  readonly state: PermissionSetRoles
  readonly change: AssignmentChange
  readonly role: PermissionSetRole | undefined
  readonly provisionedPerAccount: number
}

const SUFFIX = /^[0-9a-f]{16}$/

export const assignmentRules: readonly Rule<ChangeSubject>[] = [
  {
    id: 'abac/assignment',
    severity: 'error',
    source: 'R095; SSO Admin API CreateAccountAssignment',
    title: 'A principal is assigned once, and unassigned where it is assigned',
    fix: 'List the assignments of the account first.',
    check: ({ change: { kind, principalId }, role }) => {
      const assigned = role?.assignedTo.includes(principalId) === true
      if (assigned === (kind === 'unassign')) return []
      const reason = assigned ? 'assigned' : 'not-assigned'
      return [{ reason, path: 'principalId', actual: shown(principalId), message: 'Nothing would change.' }]
    },
  },
  {
    id: 'abac/role-suffix',
    severity: 'error',
    source: 'R093; R095',
    title: 'A new role has a suffix of 16 hexadecimal digits that no role had before',
    fix: 'Give 16 fresh random hexadecimal digits: policies that name the former role by its suffix must not fit the new one.',
    check: ({ state, change: { kind, suffix }, role }) => {
      if (kind === 'unassign' || role !== undefined) return 'notApplicable'
      const path = 'suffix'
      if (suffix === undefined)
        return [{ reason: 'missing', path, message: 'A role is made, without a suffix.' }]
      if (!SUFFIX.test(suffix))
        return [{ reason: 'form', path, actual: shown(suffix), message: 'These are not 16 digits.' }]
      const used = state.retired.includes(suffix) || state.roles.some((other) => other.suffix === suffix)
      return used ? [{ reason: 'used', path, actual: shown(suffix), message: 'A role had this suffix.' }] : []
    },
  },
  {
    id: 'abac/provisioned-permission-sets',
    severity: 'error',
    source: 'R336',
    title: 'An account has at most 500 permission sets, unless the quota is raised',
    fix: 'Unassign permission sets that nobody uses there, or raise the quota.',
    check: ({ state, change, role, provisionedPerAccount }) => {
      if (change.kind === 'unassign' || role !== undefined) return 'notApplicable'
      const there = state.roles.filter(({ account }) => account === change.account).length
      if (there < provisionedPerAccount) return []
      const expected = `at most ${provisionedPerAccount}`
      return [{ reason: 'too-many', path: 'account', expected, message: 'The account has too many of them.' }]
    },
  },
]

/**
 * The roles after an assignment came or went. The first assignment of a permission set in an account makes its role, with
 * `change.suffix`; further ones share it; the last to go takes it along, and another role made later has another suffix
 * (R093-R096).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for parts that make no ARN of a role
 */
export function applyAssignment(
  state: PermissionSetRoles,
  change: AssignmentChange,
  options: { readonly provisionedPerAccount?: number | undefined } = {},
): Verdict<PermissionSetRoles> {
  const subject = reading((): ChangeSubject => {
    const { provisionedPerAccount = PROVISIONED_PER_ACCOUNT } = options
    const { kind, account, permissionSetName, principalId, partition = 'aws', region, suffix } = change
    if (kind !== 'assign' && kind !== 'unassign') misuse('change.kind is assign or unassign.')
    if (typeof principalId !== 'string' || principalId === '') misuse('change.principalId is a text.')
    const role = state.roles.find(
      (one) => one.account === account && one.permissionSetName === permissionSetName,
    )
    // Whether the parts are those of a role is known before anything is decided.
    const inPath = region === undefined ? {} : { region }
    if (!role) reservedRoleArns({ partition, account, permissionSetName, suffix: '0'.repeat(16), ...inPath })
    const read = { kind, account, permissionSetName, principalId, partition, region, suffix }
    return { state, change: read, role, provisionedPerAccount }
  })
  return verdictOf(failingRules(assignmentRules, subject), () => applied(subject))
}

function applied({ state, change, role }: ChangeSubject): PermissionSetRoles {
  const others = state.roles.filter((one) => one !== role)
  const { partition = 'aws', account, permissionSetName, principalId, region, suffix = '' } = change
  if (!role) {
    const made = {
      partition,
      account,
      permissionSetName,
      suffix,
      ...(region === undefined ? {} : { region }),
    }
    return { ...state, roles: [...others, { ...made, assignedTo: [principalId] }] }
  }
  const assignedTo =
    change.kind === 'assign'
      ? [...role.assignedTo, principalId]
      : role.assignedTo.filter((one) => one !== principalId)
  return assignedTo.length === 0
    ? { roles: others, retired: [...state.retired, role.suffix] }
    : { ...state, roles: [...others, { ...role, assignedTo }] }
}

/** The name of a permission set's role: `AWSReservedSSO_NAME_` and the suffix. */
export function reservedRoleName(role: Pick<ReservedRole, 'permissionSetName' | 'suffix'>): string {
  const names = reading(() => namesOf(role))
  const arn = buildReservedRoleArn({ partition: 'aws', account: '111122223333', ...names })
  return arn.slice(arn.lastIndexOf('/') + 1)
}

/**
 * The ARNs that one role may have: without a Region in the path, and with it where there is one. The sources disagree on
 * when it stands there (C07), so match `AWSReservedSSO_NAME_` at the end, and never by the Region.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for parts that make no ARN
 */
export function reservedRoleArns(role: Omit<ReservedRole, 'sessionName'>): readonly string[] {
  return reading(() => {
    const { partition, account, region } = role
    const bare = { partition, account, ...namesOf(role) }
    return [
      buildReservedRoleArn(bare),
      ...(region === undefined ? [] : [buildReservedRoleArn({ ...bare, region })]),
    ]
  })
}

function namesOf({ permissionSetName, suffix }: Pick<ReservedRole, 'permissionSetName' | 'suffix'>) {
  return { permissionSetName, suffix }
}

/** What IAM says to whoever changes such a role (R097). */
export function protectedRoleMessage(roleName: string): string {
  if (typeof roleName !== 'string') misuse('roleName is the name of a role.')
  return `Cannot perform the operation on the protected role '${roleName}' - this role is only modifiable by AWS`
}
