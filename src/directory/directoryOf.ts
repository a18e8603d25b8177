import { valuesAt, type Directory, type IdentityStoreAttributePath, type User } from '../core/identity.js'
import { FederationError } from '../core/outcome.js'
import { frozenUser } from './frozenUser.js'

const PATHS = [
  'userName',
  'emails.value',
  'externalId',
] as const satisfies readonly IdentityStoreAttributePath[]

/**
 * A {@link Directory} of these users, indexed by every attribute path. The users are copied: what happens to `users`
 * afterwards changes nothing, and one user is one object however it is found. Disabled users are found too, for the
 * exchange to name. Asynchronous by its type only.
 *
 * `find` rejects with `ERR_INVALID_OPTION` for a path that no user can be found by.
 */
export function directoryOf(users: readonly User[]): Directory {
  const copies = users.map(frozenUser)
  const indexes = new Map<string, ReadonlyMap<string, readonly User[]>>(
    PATHS.map((path) => [path, indexBy(copies, path)]),
  )
  const nobody: readonly User[] = Object.freeze([])
  return Object.freeze({
    async find(path: IdentityStoreAttributePath, value: string): Promise<readonly User[]> {
      const index = indexes.get(path)
      if (index === undefined) {
        throw new FederationError('ERR_INVALID_OPTION', `Users are found by ${PATHS.join(', ')} only.`)
      }
      return index.get(value) ?? nobody
    },
  })
}

function indexBy(
  users: readonly User[],
  path: IdentityStoreAttributePath,
): ReadonlyMap<string, readonly User[]> {
  const index = new Map<string, User[]>()
  for (const user of users) {
    // A user who has a value twice, such as one id from two issuers, is still one match.
    for (const value of new Set(valuesAt(user, path))) {
      const found = index.get(value)
      if (found === undefined) index.set(value, [user])
      else found.push(user)
    }
  }
  for (const found of index.values()) Object.freeze(found)
  return index
}
