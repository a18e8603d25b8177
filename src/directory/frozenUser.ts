import type { User } from '../core/identity.js'

/** A deep copy that nobody can change: what is indexed or handed out stays what was judged. */
export function frozenUser(user: User): User {
  return Object.freeze({
    userId: user.userId,
    userName: user.userName,
    emails: frozenItems(user.emails),
    externalIds: frozenItems(user.externalIds),
    status: user.status,
    groupIds: Object.freeze([...user.groupIds]),
    ...(user.displayName === undefined ? {} : { displayName: user.displayName }),
  })
}

function frozenItems<T extends object>(items: readonly T[]): readonly T[] {
  return Object.freeze(items.map((item) => Object.freeze({ ...item })))
}
