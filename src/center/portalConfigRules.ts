import { durationSeconds } from '../core/duration.js'
import { isObject, memberPath, type JsonObject } from '../core/json.js'
import type { Fault, Rule } from '../core/rule.js'
import { shown } from '../core/shown.js'
import { isAccountId } from '../directory/portal/arguments.js'
import { isPermissionSetArn } from '../directory/portal/assignmentRules.js'
import { consoleURLFaults } from '../directory/portal/consoleURL.js'
import { member, textFaults, unknownMembers } from '../tti/configuration/fields.js'
import { listFaults, listOf } from '../tti/configuration/settings.js'
import { policyFaults } from './policyFaults.js'

interface PortalConfigSubject {
  readonly value: unknown
}

type PortalConfigRule = Rule<PortalConfigSubject>

/** The members of a center's configuration that the portal is made of; each may be left out. */
export const portalMembers = [
  'Accounts',
  'PermissionSets',
  'AccountAssignments',
  'SessionSettings',
  'InstanceAccessControlAttributeConfiguration',
] as const

const HOUR = 3600
/** R100. */
export const ROLE_SESSION_SECONDS = { default: HOUR, min: HOUR, max: 12 * HOUR } as const

// As ListAccounts, DescribePermissionSet and ListAccountAssignments answer, so that what they print can be pasted.
const accountMembers = [
  'Id',
  'Arn',
  'Email',
  'Name',
  'Status',
  'State',
  'Paths',
  'JoinedMethod',
  'JoinedTimestamp',
]
const permissionSetMembers = [
  'PermissionSetArn',
  'Name',
  'Description',
  'CreatedDate',
  'SessionDuration',
  'RelayState',
  'Policies',
]
const assignmentMembers = ['AccountId', 'PermissionSetArn', 'PrincipalType', 'PrincipalId']

function rule(
  row: Omit<PortalConfigRule, 'check' | 'severity'>,
  name: (typeof portalMembers)[number],
  known: readonly string[],
  each: (entry: JsonObject, path: string) => readonly Fault[],
): PortalConfigRule {
  return {
    severity: 'error',
    ...row,
    check: ({ value }) => {
      if (!isObject(value)) return 'cantTell'
      if (member(value, name) === undefined) return 'notApplicable'
      return [
        ...listFaults(value, name, '$'),
        ...listOf(value, name, '$').entries.flatMap((entry) => [
          ...unknownMembers(entry.value, known, entry.path),
          ...each(entry.value, entry.path),
        ]),
      ]
    },
  }
}

/** Whether a value came before: `seen` is of one run. */
function repeated(seen: Set<string>, value: unknown, path: string, what: string): readonly Fault[] {
  if (typeof value !== 'string') return []
  if (seen.has(value))
    return [{ reason: 'duplicate', path, actual: shown(value), message: `Another ${what} has it, too.` }]
  seen.add(value)
  return []
}

/** The rules of what the portal offers. A check of a list begins a set of its own for each run. */
export const portalConfigRules: readonly PortalConfigRule[] = [
  fresh((seen) =>
    rule(
      {
        id: 'center/accounts',
        source: 'Organizations API, ListAccounts',
        title: 'Accounts have an Id of 12 digits each, and a name to be listed by',
        fix: 'Paste the Accounts that "aws organizations list-accounts" prints.',
      },
      'Accounts',
      accountMembers,
      (account, path) => {
        const id = member(account, 'Id')
        const at = memberPath(path, 'Id')
        const printable = { min: 1, max: 64, pattern: /^[\u0020-\u007e]+$/, expected: 'printable ASCII' }
        return [
          ...(isAccountId(id)
            ? []
            : [
                {
                  reason: id === undefined ? 'missing' : 'pattern',
                  path: at,
                  expected: '12 digits',
                  actual: shown(id),
                  message: 'The account has no number.',
                },
              ]),
          ...repeated(seen, id, at, 'account'),
          ...textFaults(account, 'Name', path, { ...printable, max: 50, optional: true }),
          ...textFaults(account, 'Email', path, { ...printable, optional: true }),
        ]
      },
    ),
  ),
  fresh((seen) =>
    rule(
      {
        id: 'center/permission-sets',
        source: 'R093; R096; R100; R101; sso-admin API, DescribePermissionSet',
        title:
          'Permission sets have an ARN, a name, a session duration of 1 to 12 hours, and a relay state inside the console',
        fix: 'Paste the PermissionSet that "aws sso-admin describe-permission-set" prints, and write what it allows as Policies, each with PolicyDocument.',
      },
      'PermissionSets',
      permissionSetMembers,
      (set, path) => {
        const arn = member(set, 'PermissionSetArn')
        const at = memberPath(path, 'PermissionSetArn')
        const limits = {
          min: 1,
          max: 32,
          pattern: /^[A-Za-z0-9_+=,.@-]+$/,
          expected: 'A-Z a-z 0-9 _ + = , . @ -',
        }
        const name = member(set, 'Name')
        return [
          ...(isPermissionSetArn(arn)
            ? []
            : [
                {
                  reason: arn === undefined ? 'missing' : 'pattern',
                  path: at,
                  expected: 'arn:aws:sso:::permissionSet/ssoins-<16>/ps-<16>',
                  actual: shown(arn),
                  message: 'The permission set has no ARN of one.',
                },
              ]),
          ...repeated(seen, arn, at, 'permission set'),
          ...textFaults(set, 'Name', path, limits),
          // No ARN equals a name with this mark before it.
          ...(typeof name === 'string'
            ? repeated(seen, `name ${name}`, memberPath(path, 'Name'), 'permission set')
            : []),
          ...sessionDurationFaults(member(set, 'SessionDuration'), memberPath(path, 'SessionDuration')),
          ...relayStateFaults(member(set, 'RelayState'), memberPath(path, 'RelayState')),
          ...policyFaults(set, path),
        ]
      },
    ),
  ),
  fresh((seen) =>
    rule(
      {
        id: 'center/account-assignments',
        source: 'R104; sso-admin API, ListAccountAssignments',
        title: 'Each account assignment stands once',
        fix: 'Paste the AccountAssignments that "aws sso-admin list-account-assignments" prints, and leave out what stands twice.',
      },
      'AccountAssignments',
      assignmentMembers,
      (assignment, path) =>
        repeated(
          seen,
          JSON.stringify(assignmentMembers.map((name) => member(assignment, name) ?? null)),
          path,
          'assignment',
        ),
    ),
  ),
]

/** A rule that remembers within one run, and forgets before the next. */
function fresh(make: (seen: Set<string>) => PortalConfigRule): PortalConfigRule {
  return { ...make(new Set()), check: (subject) => make(new Set()).check(subject) }
}

function relayStateFaults(value: unknown, path: string): readonly Fault[] {
  return value === undefined ? [] : consoleURLFaults(value).map((fault) => ({ ...fault, path }))
}

function sessionDurationFaults(value: unknown, path: string): readonly Fault[] {
  if (value === undefined) return []
  const expected = 'PT1H to PT12H'
  const seconds = typeof value === 'string' && !value.includes('.') ? durationSeconds(value) : 'malformed'
  const fault = (reason: string, message: string): Fault[] => [
    { reason, path, expected, actual: shown(value), message },
  ]
  if (seconds === 'malformed') return fault('pattern', 'This is no duration of ISO 8601 in whole seconds.')
  if (seconds === 'too-long' || seconds > ROLE_SESSION_SECONDS.max)
    return fault('too-long', 'A role session lasts 12 hours at most.')
  return seconds < ROLE_SESSION_SECONDS.min
    ? fault('too-short', 'A role session lasts an hour at least.')
    : []
}
