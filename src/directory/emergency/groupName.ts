import type { Verdict } from '../../core/outcome.js'
import { runRules, verdictOf, type Fault, type Rule } from '../../core/rule.js'
import { kindOf, shown } from '../../core/shown.js'
import {
  buildSAMLProviderArn,
  formatRoleArn,
  formatSAMLRoleValue,
  readSAMLRoleValue,
  type SAMLRole,
  type SAMLRoleValueFault,
} from '../../core/sts/index.js'
import { misuse, requireAccountId, requireObject, requireText } from '../portal/arguments.js'

/** Which role in which account the members of a group may assume in an emergency (R106). */
export interface EmergencyGroup {
  readonly roleName: string
  readonly accountId: string
}

// Our own: the group filter that the guide prints is corrupt (C32).
const GROUP = /^aws#([A-Za-z0-9_+=,.@-]{1,64})#([0-9]{12})$/

interface GroupSubject {
  readonly name: unknown
}

interface ValueSubject {
  readonly value: unknown
}

export const groupNameRules: readonly Rule<GroupSubject>[] = [
  {
    id: 'emergency/group-name',
    severity: 'error',
    source: 'R106; C32',
    title: "An emergency group is named aws#ROLE#ACCOUNT, in lower case, with the role's name and 12 digits",
    fix: 'Name the group such as aws#EmergencyAccess_Role1_RO#123456789012.',
    check: ({ name }) => {
      if (typeof name === 'string' && name.length <= 128 && GROUP.test(name)) return []
      const expected = 'aws#ROLE#ACCOUNT'
      const actual = typeof name === 'string' ? shown(name) : kindOf(name)
      return [
        { reason: reasonOf(name), path: 'name', expected, actual, message: 'This names no emergency group.' },
      ]
    },
  },
]

const VALUE_MESSAGES: Readonly<Record<SAMLRoleValueFault, string>> = {
  parts: 'The value is not two ARNs with a comma between them.',
  provider: 'Neither part is the ARN of a SAML provider.',
  role: 'The other part is not the ARN of a role.',
  account: 'Role and provider are not in one account.',
}

export const roleValueRules: readonly Rule<ValueSubject>[] = [
  {
    id: 'emergency/role-value',
    severity: 'error',
    source: 'R105; STS API AssumeRoleWithSAML',
    title:
      'A value of the attribute Role is the ARN of a SAML provider and the ARN of a role, of one account',
    fix: 'Send arn:aws:iam::ACCOUNT:saml-provider/NAME,arn:aws:iam::ACCOUNT:role/ROLE.',
    check: ({ value }) => {
      const path = 'value'
      if (typeof value !== 'string')
        return [{ reason: 'type', path, actual: kindOf(value), message: 'The value is no text.' }]
      const read = readSAMLRoleValue(value)
      return typeof read === 'string'
        ? [{ reason: read, path, actual: shown(value), message: VALUE_MESSAGES[read] }]
        : []
    },
  },
  {
    id: 'emergency/role-value-order',
    severity: 'warning',
    source: 'R105',
    title: 'A value of the attribute Role names the provider first',
    fix: 'Put the ARN of the provider before the comma. AWS reads both orders; other tools may not.',
    check: ({ value }): readonly Fault[] | 'cantTell' | 'notApplicable' => {
      const read = typeof value === 'string' ? readSAMLRoleValue(value) : 'parts'
      if (typeof read === 'string') return 'notApplicable'
      return read.roleFirst
        ? [{ reason: 'role-first', path: 'value', message: 'The role stands first.' }]
        : []
    },
  },
]

/** Reads the name of an emergency group, `aws#ROLE#ACCOUNT`, as the identity provider's rule takes it apart (R106). */
export function parseEmergencyGroup(name: string): Verdict<EmergencyGroup> {
  return verdictOf(runRules(groupNameRules, { name }), () => {
    const [, roleName = '', accountId = ''] = GROUP.exec(name) ?? []
    return { roleName, accountId }
  })
}

/**
 * The name of the group whose members may assume this role.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what makes no name that {@link parseEmergencyGroup} reads.
 */
export function buildEmergencyGroup(group: EmergencyGroup): string {
  requireObject(group, 'group')
  requireText(group.roleName, 'group.roleName')
  requireAccountId(group.accountId)
  const name = `aws#${group.roleName}#${group.accountId}`
  return GROUP.test(name) ? name : misuse('group.roleName is the name of a role.')
}

/**
 * The value of the attribute Role that a group stands for: the provider first (R105, R106).
 *
 * @example
 * ```ts
 * import { emergencyRoleValue } from 'countersign/directory'
 *
 * const group = { roleName: 'EmergencyAccess_Role1_RO', accountId: '123456789012' }
 * console.log(emergencyRoleValue(group, { providerName: 'Okta' }))
 * // arn:aws:iam::123456789012:saml-provider/Okta,arn:aws:iam::123456789012:role/EmergencyAccess_Role1_RO
 * ```
 */
export function emergencyRoleValue(
  group: EmergencyGroup,
  options: { readonly providerName: string; readonly partition?: string | undefined },
): string {
  buildEmergencyGroup(group)
  requireObject(options, 'options')
  const { providerName, partition = 'aws' } = options
  const { roleName: name, accountId: account } = group
  const providerArn = buildSAMLProviderArn({ partition, account, name: providerName })
  return formatSAMLRoleValue({
    roleArn: formatRoleArn({ partition, account, path: '/', name }),
    providerArn,
  })
}

/** Reads a value of the attribute Role, in either order: a role that stands first is a warning (R105). */
export function parseRoleValue(value: string): Verdict<SAMLRole> {
  return verdictOf(runRules(roleValueRules, { value }), () => {
    const read = readSAMLRoleValue(value)
    if (typeof read === 'string') return misuse('value was refused.')
    return { roleArn: read.roleArn, providerArn: read.providerArn }
  })
}

function reasonOf(name: unknown): string {
  if (typeof name !== 'string') return 'type'
  if (name.length > 128) return 'too-long'
  const [prefix, role, account, ...more] = name.split('#')
  if (role === undefined || account === undefined || more.length > 0) return 'parts'
  if (prefix !== 'aws') return 'prefix'
  return /^[0-9]{12}$/.test(account) ? 'role' : 'account'
}
