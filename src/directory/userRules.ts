import type { CheckResult, Fault, Rule } from '../core/rule.js'
import type { UserEntry } from './userEntry.js'
import {
  emailsFaults,
  externalIdsFaults,
  groupFaults,
  longUserNameFaults,
  statusFaults,
  userIdFaults,
  userNameFaults,
} from './userFaults.js'
import type { UsersSubject } from './usersFile.js'

/** The rules that look at one user at a time. */
export const userRules: readonly Rule<UsersSubject>[] = [
  {
    id: 'directory/user-name',
    severity: 'error',
    source: 'R145; R150; Identity Store API, User',
    title: 'A user has a UserName of 1 to 128 visible characters that is not reserved',
    fix: 'Give the user a user name that Identity Store accepts, and export again.',
    check: everyUser(userNameFaults),
  },
  {
    id: 'directory/user-name-console',
    severity: 'warning',
    source: 'R162',
    title: 'A user name has at most the 100 characters that the console takes',
    fix: 'Shorten the user name if it must be possible to enter it in the console.',
    check: everyUser(longUserNameFaults),
  },
  {
    id: 'directory/user-id',
    severity: 'error',
    source: 'Identity Store API, User',
    title: 'A user has the id that Identity Store gave it',
    fix: 'Export the users from Identity Store, or from its SCIM endpoint: another system has other ids.',
    check: everyUser(userIdFaults),
  },
  {
    id: 'directory/user-emails',
    severity: 'error',
    source: 'R147; Identity Store API, User',
    title: 'A user has at most one email',
    fix: 'Keep one email, the primary one, and map only that one at the identity provider.',
    check: everyUser(emailsFaults),
  },
  {
    id: 'directory/external-ids',
    severity: 'error',
    source: 'R156; Identity Store API, User; RFC 7643 3.1',
    title: 'Where a user has external ids, they are 1 to 10, each an id and its issuer',
    fix: 'Leave the member out where there is no external id, and write each as { Issuer, Id } (SCIM: one text).',
    check: everyUser(externalIdsFaults),
  },
  {
    id: 'directory/user-status',
    severity: 'error',
    source: 'R164; Identity Store API, User; RFC 7643 4.1.1',
    title: 'The status of a user is ENABLED or DISABLED (SCIM: active is true or false)',
    fix: 'Write UserStatus as ENABLED or DISABLED, and SCIM active as a boolean, not as a text.',
    check: everyUser(statusFaults),
  },
  {
    id: 'directory/user-status-absent',
    severity: 'warning',
    source: 'R164; Identity Store API, User; RFC 7643 4.1.1',
    title: 'The export says whether a user is enabled; one of which it says nothing is taken as enabled',
    fix: 'Export with a current AWS CLI or SDK, which gives UserStatus (SCIM: active), or add the status.',
    check: absentStatus,
  },
  {
    id: 'directory/user-groups',
    severity: 'error',
    source: 'R161; R346; Identity Store API, Group',
    title: 'Where the groups of a user are given, they are one list of at most 1,000 different group ids',
    fix: 'List the ids of the groups once, in GroupIds, groupIds or (SCIM) groups.',
    check: everyUser(groupFaults),
  },
]

/** A check of every user that could be read; it cannot tell where the file itself could not be. */
export function everyUser(
  check: (entry: UserEntry) => readonly Fault[],
): (subject: UsersSubject) => CheckResult {
  return ({ entries }) => {
    if (entries === undefined) return 'cantTell'
    return entries.length === 0 ? 'notApplicable' : entries.flatMap(check)
  }
}

/** One finding for all of them: an older AWS CLI leaves the status out of every user. */
function absentStatus({ entries }: UsersSubject): CheckResult {
  if (entries === undefined) return 'cantTell'
  const silent = entries.filter(({ shape, status }) => shape !== 'user' && status.value === undefined)
  const [first] = silent
  if (first === undefined) return []
  const message = 'Users whose status is not given are taken as enabled; the path is that of the first.'
  return [
    { reason: 'absent', path: first.status.path, actual: `absent from ${silent.length} users`, message },
  ]
}
