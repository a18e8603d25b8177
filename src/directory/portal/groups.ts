import type { User } from '../../core/identity.js'
import { misuse, requireObjects, requireUser } from './arguments.js'

/** A group that is a member of another: Identity Center does not follow it, Active Directory's sync does (C42). */
export interface NestedGroup {
  readonly groupId: string
  /** The group that it holds as a member. */
  readonly memberGroupId: string
}

/**
 * The groups through which a user is assigned anything. Direct members only (R086, R161); with Active Directory as the
 * source a group's nested members count, too (R171). Cycles are harmless.
 */
export function effectiveGroupIds(
  user: Pick<User, 'userId' | 'groupIds'>,
  nested: readonly NestedGroup[],
  source: 'identity-center' | 'external' | 'active-directory',
): readonly string[] {
  requireUser(user)
  requireObjects(nested, 'nested')
  if (!['identity-center', 'external', 'active-directory'].includes(source)) misuse('source is unknown.')
  return source === 'active-directory'
    ? [...new Set([...user.groupIds, ...groupsAround(user.groupIds, nested)])]
    : user.groupIds
}

/** The groups that hold one of these, at any depth, and not as one of these itself. */
export function groupsAround(groupIds: readonly string[], nested: readonly NestedGroup[]): readonly string[] {
  const parents = new Map<string, string[]>()
  for (const { groupId, memberGroupId } of nested) {
    const known = parents.get(memberGroupId)
    if (known === undefined) parents.set(memberGroupId, [groupId])
    else known.push(groupId)
  }
  const seen = new Set(groupIds)
  const found: string[] = []
  const open = [...groupIds]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const parent of parents.get(next) ?? []) {
      if (seen.has(parent)) continue
      seen.add(parent)
      found.push(parent)
      open.push(parent)
    }
  }
  return found
}
