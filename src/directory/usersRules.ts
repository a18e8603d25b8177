import type { Fault, Rule } from '../core/rule.js'
import { emailsOf, externalIdsOf, type Located, type UserEntry } from './userEntry.js'
import { displayNameFaults } from './userFaults.js'
import { everyUser, userRules } from './userRules.js'
import type { UsersSubject } from './usersFile.js'

/** Every rule of a file of users: the file, each user, and the users held against each other. */
export const usersRules: readonly Rule<UsersSubject>[] = [
  {
    id: 'directory/users-file',
    severity: 'error',
    source: 'RFC 8259; R345; Identity Store API, ListUsers; RFC 7644 3.4.2',
    title: 'A file of users is JSON of at most 8 MiB that holds one list of at most 100,000 users',
    fix: 'Export the users anew (aws identitystore list-users, or GET /Users of the SCIM endpoint), as UTF-8 JSON without byte order mark.',
    check: ({ fileFaults }) => fileFaults,
  },
  {
    id: 'directory/users-partial',
    severity: 'warning',
    source: 'Identity Store API, ListUsers; RFC 7644 3.4.2.4',
    title: 'A file of users holds every user, not one page of them',
    fix: 'Follow NextToken (SCIM: startIndex) to the end and join the pages. A user on another page is not found.',
    check: ({ entries, partialFaults }) => (entries === undefined ? 'cantTell' : partialFaults),
  },
  {
    id: 'directory/user-shape',
    severity: 'error',
    source: 'Identity Store API, User; RFC 7643 4.1',
    title: 'Every member of the list is a user of one known shape',
    fix: 'Write users as ListUsers, as SCIM or as { userId, userName, ... }, one shape per user.',
    check: ({ entries, shapeFaults }) =>
      entries === undefined ? 'cantTell' : [...shapeFaults, ...entries.flatMap(displayNameFaults)],
  },
  ...userRules,
  {
    id: 'directory/duplicate-user',
    severity: 'error',
    source: 'R150; R156',
    title: 'User id, user name, email and external id are each of one user only',
    fix: 'Remove the user that is listed twice, or change the value at its source: by a shared one nobody can be told apart.',
    check: (subject) => everyUser(repeats(new Map()))(subject),
  },
]

/** The check of one run: `firstAt` remembers where each value stood first. */
function repeats(firstAt: Map<string, string>): (entry: UserEntry) => readonly Fault[] {
  return (entry) =>
    uniqueValues(entry).flatMap(({ kind, key, path }) => {
      const first = firstAt.get(key)
      if (first === undefined) {
        firstAt.set(key, path)
        return []
      }
      const message = 'A value that must be of one user only stands twice.'
      return [
        { reason: kind, path, expected: 'a value of one user only', actual: `also at ${first}`, message },
      ]
    })
}

interface UniqueValue {
  readonly kind: 'user-id' | 'user-name' | 'email' | 'external-id'
  readonly key: string
  readonly path: string
}

/**
 * Compared exactly, as lookups are, but for the user id: hexadecimal digits mean the same in either case. An external id
 * is unique within its issuer.
 */
function uniqueValues(entry: UserEntry): readonly UniqueValue[] {
  const unique = (kind: UniqueValue['kind'], at: Located, issuer?: unknown): UniqueValue[] => {
    if (typeof at.value !== 'string' || at.value === '') return []
    const value = kind === 'user-id' ? at.value.toLowerCase() : at.value
    return [
      { kind, key: JSON.stringify([kind, value, typeof issuer === 'string' ? issuer : null]), path: at.path },
    ]
  }
  return [
    ...unique('user-id', entry.userId),
    ...unique('user-name', entry.userName),
    ...emailsOf(entry).flatMap(({ address }) => unique('email', address)),
    ...externalIdsOf(entry).flatMap(({ id, issuer }) => unique('external-id', id, issuer.value)),
  ]
}
