import { valuesAt, type IdentityStoreAttributePath, type User } from '../core/identity.js'
import type { Verdict } from '../core/outcome.js'
import { runRules, verdictOf } from '../core/rule.js'
import { frozenUser } from './frozenUser.js'
import { emailsOf, externalIdsOf, groupIdsOf, type Located, type UserEntry } from './userEntry.js'
import { readUsers } from './usersFile.js'
import { usersRules } from './usersRules.js'

/**
 * The users of an export, or every finding that speaks against it. Takes bytes (UTF-8) or JSON text of at most 8 MiB and
 * 32 levels without duplicate members, or a value that is already parsed, of one of these forms, with at most 100,000
 * users:
 *
 * - what Identity Store's ListUsers answers: `{ "Users": [{ "UserId", "UserName", "Emails", ... }] }`
 * - a SCIM ListResponse: `{ "Resources": [{ "id", "userName", "emails", "active", ... }] }`
 * - a bare list of either, or of {@link User}
 *
 * Groups, which ListUsers does not give, may be added to any user as `GroupIds`, `groupIds` or `groups: [{ value }]`.
 * Other members are left unread: these are whole exports. Paths in findings are JSON paths. The users are deeply frozen.
 *
 * Never throws for what the input holds.
 */
export function parseUsers(input: unknown): Verdict<readonly User[]> {
  const subject = readUsers(input)
  return verdictOf(runRules(usersRules, subject), () => Object.freeze((subject.entries ?? []).map(userOf)))
}

/** The users who have exactly `value` at `path`, in their order: every match, so that an ambiguity is seen. */
export function findUsers(
  users: readonly User[],
  path: IdentityStoreAttributePath,
  value: string,
): readonly User[] {
  return users.filter((user) => valuesAt(user, path).includes(value))
}

function userOf(entry: UserEntry): User {
  const { displayName, status } = entry
  return frozenUser({
    userId: textOf(entry.userId),
    userName: textOf(entry.userName),
    emails: emailsOf(entry).map(({ address, primary }) => ({
      value: textOf(address),
      ...(typeof primary.value === 'boolean' ? { primary: primary.value } : {}),
    })),
    externalIds: externalIdsOf(entry).map(({ id, issuer }) => ({
      ...(issuer.value === undefined ? {} : { issuer: textOf(issuer) }),
      id: textOf(id),
    })),
    status: status.value === 'DISABLED' || status.value === false ? 'DISABLED' : 'ENABLED',
    groupIds: groupIdsOf(entry).map(textOf),
    ...(displayName.value === undefined ? {} : { displayName: textOf(displayName) }),
  })
}

/** Of an entry that the rules let through, so this cannot fail; were it to, nothing is made up in its place. */
function textOf({ path, value }: Located): string {
  if (typeof value !== 'string') throw new Error(`${path} was accepted without being a text.`)
  return value
}
