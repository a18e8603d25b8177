import type { User } from '../core/identity.js'
import { isObject, memberPath, type JsonObject } from '../core/json.js'
import { parsePolicy, readCaller } from '../core/policy/index.js'
import type { CheckResult, Fault, Rule } from '../core/rule.js'
import { kindOf, shown } from '../core/shown.js'
import { parseRoleArn } from '../core/sts/index.js'
import { member, unknownMembers } from '../tti/configuration/fields.js'
import { listOf } from '../tti/configuration/settings.js'
import { policyFaults } from './policyFaults.js'
import { grantMembers } from './grantConfig.js'
import { portalMembers } from './portalConfigRules.js'

export interface ConfigSubject {
  readonly value: unknown
  readonly users: readonly User[]
}

type ConfigRule = Rule<ConfigSubject>

const lists = ['Users', 'Groups', 'GroupMemberships', 'Roles', 'AccessKeys'] as const
const members = [
  'Region',
  'Instance',
  'TrustedTokenIssuers',
  'Applications',
  ...lists,
  ...portalMembers,
  ...grantMembers,
]
const entryMembers: Readonly<Record<string, readonly string[]>> = {
  Groups: ['GroupId', 'DisplayName', 'Description', 'ExternalIds', 'IdentityStoreId'],
  GroupMemberships: ['GroupId', 'MemberId', 'MembershipId', 'IdentityStoreId'],
  Roles: [
    'Arn',
    'RoleName',
    'RoleId',
    'Path',
    'CreateDate',
    'Description',
    'AssumeRolePolicyDocument',
    'MaxSessionDuration',
    'Policies',
  ],
  AccessKeys: ['AccessKeyId', 'SecretAccessKey', 'PrincipalArn', 'Policies'],
}

function rule(
  row: Omit<ConfigRule, 'check' | 'severity'>,
  check: (config: JsonObject, subject: ConfigSubject) => CheckResult,
): ConfigRule {
  return {
    severity: 'error',
    ...row,
    check: (subject) => (isObject(subject.value) ? check(subject.value, subject) : 'cantTell'),
  }
}

/** The rules of a center's configuration beyond its deployment and its users. */
export const configRules: readonly ConfigRule[] = [
  {
    id: 'center/config-shape',
    severity: 'error',
    source: 'R253',
    title: 'A center is configured by one JSON object with known members',
    fix: 'See examples/center.json: Region, Instance, TrustedTokenIssuers, Applications, Users, Groups, GroupMemberships, Roles, AccessKeys, and for the portal Accounts, PermissionSets, AccountAssignments, SessionSettings, InstanceAccessControlAttributeConfiguration.',
    check: ({ value }) => {
      if (!isObject(value))
        return [
          {
            reason: 'not-object',
            path: '$',
            actual: kindOf(value),
            message: 'The configuration is not a JSON object.',
          },
        ]
      return [
        ...unknownMembers(value, members, '$'),
        ...lists.flatMap((name): readonly Fault[] => {
          const list = member(value, name)
          if (list === undefined || name === 'Users') return []
          const at = memberPath('$', name)
          if (!Array.isArray(list))
            return [
              { reason: 'not-array', path: at, actual: kindOf(list), message: `${name} is not an array.` },
            ]
          return list.flatMap((entry: unknown, index) => {
            const here = memberPath(at, index)
            if (!isObject(entry))
              return [
                {
                  reason: 'not-object',
                  path: here,
                  actual: kindOf(entry),
                  message: 'The element is not an object.',
                },
              ]
            return unknownMembers(entry, entryMembers[name] ?? [], here)
          })
        }),
      ]
    },
  },
  rule(
    {
      id: 'center/region',
      source: 'R280; R384',
      title: 'The region is one AWS region',
      fix: 'Write "Region": "us-east-1", or leave it out.',
    },
    (config) => {
      const region = member(config, 'Region')
      if (
        region === undefined ||
        (typeof region === 'string' && /^[a-z]{2}(?:-[a-z]{1,10}){1,2}-\d{1,2}$/.test(region))
      )
        return []
      return [
        {
          reason: 'pattern',
          path: '$.Region',
          expected: 'such as us-east-1',
          actual: shown(region),
          message: 'The region is not one of AWS.',
        },
      ]
    },
  ),
  rule(
    {
      id: 'center/groups',
      source: 'R161; R267',
      title: 'Groups have ids of their own, and memberships name a group and a user that are there',
      fix: 'Give each group a GroupId, and each membership GroupId and MemberId.UserId.',
    },
    (config, { users }) => {
      const groups = new Set<unknown>()
      const faults: Fault[] = []
      eachOf(config, 'Groups', (group, path) => {
        const id = member(group, 'GroupId')
        const at = memberPath(path, 'GroupId')
        if (typeof id !== 'string' || id === '')
          faults.push({ reason: 'missing', path: at, message: 'The group has no id.' })
        else if (groups.has(id))
          faults.push({
            reason: 'duplicate',
            path: at,
            actual: shown(id),
            message: 'Another group has this id.',
          })
        groups.add(id)
      })
      eachOf(config, 'GroupMemberships', (membership, path) => {
        const groupId = member(membership, 'GroupId')
        const memberId = member(membership, 'MemberId')
        const userId = isObject(memberId) ? member(memberId, 'UserId') : undefined
        if (!groups.has(groupId))
          faults.push({
            reason: 'unknown-group',
            path: memberPath(path, 'GroupId'),
            actual: shown(groupId),
            message: 'There is no group with this id.',
          })
        if (!users.some((user) => user.userId === userId))
          faults.push({
            reason: 'unknown-user',
            path: `${path}.MemberId.UserId`,
            actual: shown(userId),
            message: 'There is no user with this id.',
          })
      })
      return faults
    },
  ),
  rule(
    {
      id: 'center/roles',
      source: 'R248; R289',
      title: 'Roles have an ARN, a trust policy and a session duration of 1 to 12 hours',
      fix: 'Paste the Role that "aws iam get-role" prints.',
    },
    (config) => {
      const seen = new Set<unknown>()
      const faults: Fault[] = []
      eachOf(config, 'Roles', (role, path) => {
        const arn = member(role, 'Arn')
        const at = memberPath(path, 'Arn')
        const parsed = typeof arn === 'string' ? parseRoleArn(arn) : undefined
        if (!parsed || typeof parsed === 'string')
          faults.push({
            reason: arn === undefined ? 'missing' : 'not-role-arn',
            path: at,
            expected: 'arn:aws:iam::<account>:role/<name with path>',
            actual: shown(arn),
            message: 'The role has no ARN of a role.',
          })
        else if (seen.has(`${parsed.partition}:${parsed.account}:${parsed.name.toLowerCase()}`))
          faults.push({
            reason: 'duplicate',
            path: at,
            actual: shown(arn),
            message: 'Another role of the account has this name.',
          })
        if (parsed && typeof parsed !== 'string')
          seen.add(`${parsed.partition}:${parsed.account}:${parsed.name.toLowerCase()}`)
        const roleId = member(role, 'RoleId')
        if (roleId !== undefined && !(typeof roleId === 'string' && /^AROA[A-Z0-9]{12,124}$/.test(roleId)))
          faults.push({
            reason: 'pattern',
            path: memberPath(path, 'RoleId'),
            expected: 'AROA and capitals and digits',
            actual: shown(roleId),
            message: 'The role id is not one of AWS.',
          })
        const trust = memberPath(path, 'AssumeRolePolicyDocument')
        faults.push(...parsePolicy(member(role, 'AssumeRolePolicyDocument'), trust, 'trust').faults)
        const duration = member(role, 'MaxSessionDuration')
        if (
          duration !== undefined &&
          !(
            typeof duration === 'number' &&
            Number.isInteger(duration) &&
            duration >= 3600 &&
            duration <= 43_200
          )
        ) {
          faults.push({
            reason: 'out-of-range',
            path: memberPath(path, 'MaxSessionDuration'),
            expected: '3600 to 43200',
            actual: shown(duration),
            message: 'The session duration is out of range.',
          })
        }
        faults.push(...policyFaults(role, path))
      })
      return faults
    },
  ),
  rule(
    {
      id: 'center/access-keys',
      source: 'R247; R266',
      title: 'Access keys have an id, a secret, and the ARN of who they are',
      fix: 'Write AccessKeyId (16 to 128 capitals and digits), SecretAccessKey (16 characters or more) and PrincipalArn (a user, or a session of a role).',
    },
    (config) => {
      const seen = new Set<unknown>()
      const faults: Fault[] = []
      eachOf(config, 'AccessKeys', (key, path) => {
        const id = member(key, 'AccessKeyId')
        const at = memberPath(path, 'AccessKeyId')
        if (typeof id !== 'string' || !/^[A-Z0-9]{16,128}$/.test(id))
          faults.push({
            reason: id === undefined ? 'missing' : 'pattern',
            path: at,
            expected: '16 to 128 capitals and digits',
            message: 'The access key has no id.',
          })
        // Temporary keys are made by AssumeRole, and told by this prefix.
        else if (id.startsWith('ASIA'))
          faults.push({
            reason: 'temporary',
            path: at,
            message: 'Keys that begin with ASIA are temporary: use AKIA.',
          })
        else if (seen.has(id))
          faults.push({ reason: 'duplicate', path: at, message: 'Another key has this id.' })
        seen.add(id)
        const secret = member(key, 'SecretAccessKey')
        if (typeof secret !== 'string' || secret.length < 16 || secret.length > 256)
          faults.push({
            reason: secret === undefined ? 'missing' : 'length',
            path: memberPath(path, 'SecretAccessKey'),
            expected: '16 to 256 characters',
            message: 'The access key has no usable secret.',
          })
        const arn = member(key, 'PrincipalArn')
        const caller = typeof arn === 'string' ? readCaller(arn) : undefined
        const kind = caller?.type === 'aws' ? caller.principal.kind : undefined
        if (kind !== 'user' && kind !== 'session')
          faults.push({
            reason: arn === undefined ? 'missing' : 'not-caller',
            path: memberPath(path, 'PrincipalArn'),
            expected:
              'arn:aws:iam::<account>:user/<name> or arn:aws:sts::<account>:assumed-role/<role>/<session>',
            actual: shown(arn),
            message: 'The key is nobody who can call.',
          })
        faults.push(...policyFaults(key, path))
      })
      return faults
    },
  ),
  {
    id: 'center/assignments',
    severity: 'warning',
    source: 'R160; R267',
    title: 'Assignments name users and groups that are there',
    fix: 'Add the user or group, or remove the assignment: it assigns nobody.',
    check: ({ value, users }) => {
      if (!isObject(value)) return 'cantTell'
      const known = new Set<unknown>([
        ...users.map(({ userId }) => userId),
        ...entriesOf(value, 'Groups').map((group) => member(group, 'GroupId')),
      ])
      const faults: Fault[] = []
      eachOf(value, 'Applications', (application, path) => {
        const { entries } = listOf(application, 'Assignments', path)
        for (const { value: assignment, path: at } of entries) {
          const id = member(assignment, 'PrincipalId')
          if (!known.has(id))
            faults.push({
              reason: 'unknown-principal',
              path: memberPath(at, 'PrincipalId'),
              actual: shown(id),
              message: 'There is no user or group with this id.',
            })
        }
      })
      return faults
    },
  },
]

/** The objects of an array member. */
export function entriesOf(object: JsonObject, name: string): readonly JsonObject[] {
  const list = member(object, name)
  return Array.isArray(list) ? list.filter(isObject) : []
}

export function membershipsOf(
  config: JsonObject,
): readonly { readonly groupId: string; readonly userId: string }[] {
  return entriesOf(config, 'GroupMemberships').flatMap((membership) => {
    const memberId = member(membership, 'MemberId')
    return [
      {
        groupId: String(member(membership, 'GroupId')),
        userId: isObject(memberId) ? String(member(memberId, 'UserId')) : '',
      },
    ]
  })
}

function eachOf(config: JsonObject, name: string, look: (entry: JsonObject, path: string) => void): void {
  const list = member(config, name)
  if (!Array.isArray(list)) return
  list.forEach((entry: unknown, index) => {
    if (isObject(entry)) look(entry, memberPath(memberPath('$', name), index))
  })
}
