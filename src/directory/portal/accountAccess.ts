import type { AssignedPrincipal } from '../../core/identity.js'
import { decided, type Verdict } from '../../core/outcome.js'
import { runRules, verdictOf } from '../../core/rule.js'
import { misuse, requireObject, requireTexts } from './arguments.js'
import { assign, roleKey } from './assign.js'
import {
  deletedAssignmentRules,
  isSameAssignment,
  type AccountAssignment,
  type Assignable,
} from './assignmentRules.js'

/** The role that a permission set has in an account as long as anybody is assigned it there (R095). */
export interface AccountRole {
  readonly accountId: string
  readonly permissionSetArn: string
  readonly permissionSetName: string
  /** 16 hex characters; another one whenever the role is made anew. */
  readonly suffix: string
}

/** The IAM SAML provider that Identity Center keeps in an assigned account (R091). */
export interface AccountProvider {
  readonly accountId: string
  /** `AWSSSO_..._DO_NOT_DELETE` */
  readonly name: string
}

/**
 * Who may do what in which account, and what Identity Center keeps there for it: plain data, to be kept as JSON. Each
 * step makes a new one and leaves the old one as it was.
 */
export interface AccountAccess {
  readonly assignments: readonly AccountAssignment[]
  readonly roles: readonly AccountRole[]
  readonly providers: readonly AccountProvider[]
}

/** Where nobody is assigned anything, which is how an instance begins. */
export function noAccountAccess(): AccountAccess {
  return { assignments: [], roles: [], providers: [] }
}

/**
 * Assigns a permission set to a user or group in an account. The first assignment of the set there makes its role, with
 * a suffix from the first 8 of `random16`; the first one of any set makes the account's SAML provider, named by the
 * other 8. Further ones use what is there, and assigning again what is assigned repairs a missing provider (R092, R095).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what has not the declared types.
 *
 * @example
 * ```ts
 * import { createAssignment, noAccountAccess, type Assignable } from 'countersign/directory'
 *
 * declare const assignable: Assignable, random16: Uint8Array
 * const verdict = createAssignment(
 *   noAccountAccess(),
 *   {
 *     accountId: '111122223333',
 *     permissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-1234567890abcdef',
 *     principalType: 'GROUP',
 *     principalId: '90676d1f-5d04-4f1a-8a3e-2f1d7a3c0001',
 *   },
 *   assignable,
 *   random16,
 * )
 * if (verdict.ok) console.log(verdict.value.roles[0]?.suffix)
 * ```
 */
export function createAssignment(
  access: AccountAccess,
  assignment: AccountAssignment,
  assignable: Assignable,
  random16: Uint8Array,
): Verdict<AccountAccess> {
  requireAccess(access)
  requireObject(assignment, 'assignment')
  requireAssignable(assignable)
  if (!(random16 instanceof Uint8Array) || random16.length !== 16) misuse('random16 is 16 random bytes.')
  const { access: after, findings } = assign(access, [{ assignment, random16 }], assignable)
  return decided(findings.flat(), () => after)
}

/**
 * Takes one assignment away. With the last one of its set in the account the role goes, so that whatever named the
 * role's ARN is out of date (R095), and with the last one of the account its SAML provider.
 */
export function deleteAssignment(
  access: AccountAccess,
  assignment: AccountAssignment,
): Verdict<AccountAccess> {
  requireAccess(access)
  requireObject(assignment, 'assignment')
  return verdictOf(runRules(deletedAssignmentRules, { assignment, access }), () =>
    keeping(access, (other) => !isSameAssignment(other, assignment)),
  )
}

/** The assignments of a user or group, which go with it, or dangle where Active Directory is the source (R160, R173). */
export function assignmentsOf(
  access: AccountAccess,
  principal: AssignedPrincipal,
): readonly AccountAssignment[] {
  requireAccess(access)
  requireObject(principal, 'principal')
  const { principalType, principalId } = principal
  return access.assignments.filter(
    (assignment) => assignment.principalType === principalType && assignment.principalId === principalId,
  )
}

/**
 * What is left when a user or group is deleted. The Identity Center directory and SCIM take its assignments along; with
 * Active Directory they stay and give nobody anything (R173).
 */
export function withoutPrincipal(
  access: AccountAccess,
  principal: AssignedPrincipal,
  source: 'identity-center' | 'external' | 'active-directory',
): AccountAccess {
  requireAccess(access)
  if (!['identity-center', 'external', 'active-directory'].includes(source)) misuse('source is unknown.')
  if (source === 'active-directory') return access
  const gone = new Set(assignmentsOf(access, principal))
  return keeping(access, (assignment) => !gone.has(assignment))
}

/** What becomes of an account whose SAML provider somebody deleted: nobody can sign in to it until assigned again (R092). */
export function withoutProvider(access: AccountAccess, accountId: string): AccountAccess {
  requireAccess(access)
  return { ...access, providers: access.providers.filter((provider) => provider.accountId !== accountId) }
}

function keeping(access: AccountAccess, keep: (assignment: AccountAssignment) => boolean): AccountAccess {
  const assignments = access.assignments.filter(keep)
  const sets = new Set(assignments.map(roleKey))
  const accounts = new Set(assignments.map(({ accountId }) => accountId))
  return {
    assignments,
    roles: access.roles.filter((role) => sets.has(roleKey(role))),
    providers: access.providers.filter(({ accountId }) => accounts.has(accountId)),
  }
}

export function requireAccess(access: AccountAccess): void {
  requireObject(access, 'access')
  requireTexts(access.assignments, 'access.assignments', ['accountId', 'permissionSetArn', 'principalId'])
  requireTexts(access.roles, 'access.roles', ['accountId', 'permissionSetArn', 'permissionSetName', 'suffix'])
  requireTexts(access.providers, 'access.providers', ['accountId', 'name'])
}

export function requireAssignable(assignable: Assignable): void {
  requireObject(assignable, 'assignable')
  for (const name of ['accountIds', 'userIds', 'groupIds'] as const)
    if (!(assignable[name] instanceof Set)) misuse(`assignable.${name} is a set.`)
  if (!(assignable.permissionSets instanceof Map)) misuse('assignable.permissionSets is a map.')
}
