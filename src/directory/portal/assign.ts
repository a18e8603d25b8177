import type { Finding } from '../../core/outcome.js'
import { findingsOf, runRules } from '../../core/rule.js'
import { hasError } from '../../core/outcome.js'
import { buildIdentityCenterProviderName, reservedRoleSuffix } from '../../core/sts/index.js'
import type { AccountAccess } from './accountAccess.js'
import { assignmentRules, type AccountAssignment, type Assignable } from './assignmentRules.js'

/** One assignment to make, and its randomness: 16 bytes, of which the role and the provider take 8 each if they are new. */
export interface AssignmentStep {
  readonly assignment: AccountAssignment
  readonly random16: Uint8Array
}

/**
 * Makes assignments one after another, in time that grows with their number alone: those that are refused change nothing,
 * and their findings stand at their place.
 */
export function assign(
  before: AccountAccess,
  steps: readonly AssignmentStep[],
  assignable: Assignable,
): { readonly access: AccountAccess; readonly findings: readonly (readonly Finding[])[] } {
  const assignments = [...before.assignments]
  const roles = [...before.roles]
  const providers = [...before.providers]
  const assigned = new Set(assignments.map(assignmentKey))
  const provisioned = new Set(roles.map(roleKey))
  const withProvider = new Set(providers.map(({ accountId }) => accountId))
  const rolesIn = new Map<string, number>()
  for (const { accountId } of roles) rolesIn.set(accountId, (rolesIn.get(accountId) ?? 0) + 1)

  const findings = steps.map(({ assignment, random16 }) => {
    const isNew = !provisioned.has(roleKey(assignment))
    const rolesThere = rolesIn.get(assignment.accountId) ?? 0
    const said = findingsOf(runRules(assignmentRules, { assignment, assignable, isNew, rolesThere }))
    if (hasError(said)) return said
    const { accountId, permissionSetArn, principalType, principalId } = assignment
    if (!assigned.has(assignmentKey(assignment))) {
      assigned.add(assignmentKey(assignment))
      assignments.push({ accountId, permissionSetArn, principalType, principalId })
    }
    if (isNew) {
      provisioned.add(roleKey(assignment))
      rolesIn.set(accountId, rolesThere + 1)
      const permissionSetName = assignable.permissionSets.get(permissionSetArn) ?? ''
      const suffix = reservedRoleSuffix(random16.subarray(0, 8))
      roles.push({ accountId, permissionSetArn, permissionSetName, suffix })
    }
    if (!withProvider.has(accountId)) {
      withProvider.add(accountId)
      providers.push({
        accountId,
        name: buildIdentityCenterProviderName(reservedRoleSuffix(random16.subarray(8))),
      })
    }
    return said
  })
  return { access: { assignments, roles, providers }, findings }
}

/** One text for one permission set in one account. */
export function roleKey({
  accountId,
  permissionSetArn,
}: Pick<AccountAssignment, 'accountId' | 'permissionSetArn'>): string {
  return key([accountId, permissionSetArn])
}

function assignmentKey(assignment: AccountAssignment): string {
  return key([roleKey(assignment), assignment.principalType, assignment.principalId])
}

/** What is no text makes no assignment, and so needs no key of its own. */
function key(parts: readonly unknown[]): string {
  return JSON.stringify(parts.map((part) => (typeof part === 'string' ? part : null)))
}
