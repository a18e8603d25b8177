import { createHash } from 'node:crypto'
import { validateAttributeConfiguration, type AttributeConfiguration } from '../abac/index.js'
import type { User } from '../core/identity.js'
import { durationSeconds } from '../core/duration.js'
import type { JsonObject } from '../core/json.js'
import { accepted, assertAccepted, decided, type Finding, type Verdict } from '../core/outcome.js'
import { buildReservedRoleArn, buildSAMLProviderArn, buildSAMLTrustPolicy } from '../core/sts/index.js'
import { assign } from '../directory/portal/assign.js'
import {
  noAccountAccess,
  validateSessionSettings,
  type AccountAccess,
  type AccountAssignment,
  type AccountRole,
  type Assignable,
  type SessionSettings,
} from '../directory/portal/index.js'
import { member } from '../tti/configuration/fields.js'
import { listOf } from '../tti/configuration/settings.js'
import type { CenterRole } from './config.js'
import { policiesOf, roleIdOf } from './configRoles.js'
import { ROLE_SESSION_SECONDS } from './portalConfigRules.js'

/** An AWS account as the portal lists it. */
export interface CenterAccount {
  readonly id: string
  readonly name: string
  readonly email?: string
}

export interface CenterPermissionSet {
  readonly arn: string
  readonly name: string
  readonly description?: string
  /** Of each role session, whatever becomes of the sign-in (R100, R219). */
  readonly sessionDurationSeconds: number
  /** Where a console session begins, unless the link says otherwise (R101, R103). */
  readonly relayState?: string
  /** IAM policy documents: what the set's roles may do. */
  readonly policies: readonly unknown[]
}

/** What the portal is made of. */
export interface CenterPortal {
  readonly accounts: readonly CenterAccount[]
  readonly permissionSets: readonly CenterPermissionSet[]
  readonly access: AccountAccess
  readonly sessionSettings: SessionSettings
  /** Which attributes become session tags until the API changes that; `off` where the configuration names none (R016). */
  readonly attributes: AttributeConfiguration | 'off'
  /** Each person's entry of `Users` as it stands there, by UserId: attributes for access control are read from it. */
  readonly entries: ReadonlyMap<string, JsonObject>
}

interface Place {
  readonly instanceARN: string
  readonly region: string
  readonly users: readonly User[]
}

/** The portal of a configuration whose parts all passed their rules. */
export function portalOf(config: JsonObject, place: Place): CenterPortal {
  return {
    accounts: entries(config, 'Accounts').map(accountOf),
    permissionSets: entries(config, 'PermissionSets').map(permissionSetOf),
    access: assigned(config, place).access,
    sessionSettings: assertAccepted(settingsOf(config)),
    attributes: assertAccepted(attributesOf(config)),
    entries: new Map(
      entries(config, 'Users').flatMap((user) => {
        const id = member(user, 'UserId')
        return typeof id === 'string' ? [[id, user]] : []
      }),
    ),
  }
}

/** What the directory's own rules say of the assignments and of the session settings, with the file's paths. */
export function portalVerdict(config: JsonObject, place: Place): Verdict<null> {
  const findings = [
    ...settingsOf(config).findings.map((finding) => under(finding, '$.SessionSettings')),
    ...attributesOf(config).findings.map((finding) =>
      under(finding, '$.InstanceAccessControlAttributeConfiguration'),
    ),
    ...assigned(config, place).findings,
  ]
  return decided(findings, () => null)
}

function attributesOf(config: JsonObject): Verdict<AttributeConfiguration | 'off'> {
  const configuration = member(config, 'InstanceAccessControlAttributeConfiguration')
  return configuration === undefined ? accepted('off') : validateAttributeConfiguration(configuration)
}

function settingsOf(config: JsonObject): Verdict<SessionSettings> {
  const settings = member(config, 'SessionSettings')
  return validateSessionSettings(settings === undefined ? {} : settings)
}

/**
 * The IAM roles of the assigned permission sets. Their path names the Region except in us-east-1 (R094), and they trust
 * Identity Center's own SAML provider alone, so that no principal can assume them (R098).
 */
export function permissionSetRoles(
  portal: CenterPortal,
  { instanceARN, region }: Omit<Place, 'users'>,
): CenterRole[] {
  const partition = instanceARN.split(':')[1] ?? 'aws'
  const sets = new Map(portal.permissionSets.map((set) => [set.arn, set]))
  const providers = new Map(portal.access.providers.map((provider) => [provider.accountId, provider]))
  return portal.access.roles.flatMap((role): CenterRole[] => {
    const set = sets.get(role.permissionSetArn)
    const provider = providers.get(role.accountId)
    if (set === undefined || provider === undefined) return []
    const account = role.accountId
    const arn = permissionSetRoleARN(role, { instanceARN, region })
    return [
      {
        arn,
        roleId: roleIdOf(arn),
        trustPolicy: buildSAMLTrustPolicy({
          providerArn: buildSAMLProviderArn({ partition, account, name: provider.name }),
          setSourceIdentity: false,
        }),
        maxSessionDuration: ROLE_SESSION_SECONDS.max,
        policies: set.policies,
      },
    ]
  })
}

/** The ARN of the role that an assigned permission set has in an account of this center. */
export function permissionSetRoleARN(
  { accountId, permissionSetName, suffix }: AccountRole,
  { instanceARN, region }: Omit<Place, 'users'>,
): string {
  const partition = instanceARN.split(':')[1] ?? 'aws'
  const where = region === 'us-east-1' ? {} : { region }
  return buildReservedRoleArn({ partition, account: accountId, permissionSetName, suffix, ...where })
}

/**
 * The assignments, made one by one. What is random at AWS comes from the names here, so that the ARNs of the roles
 * survive a restart and may stand in policies.
 */
function assigned(
  config: JsonObject,
  { instanceARN, users }: Pick<Place, 'instanceARN' | 'users'>,
): { readonly access: AccountAccess; readonly findings: readonly Finding[] } {
  const assignable: Assignable = {
    instanceType: 'organization',
    accountIds: new Set(entries(config, 'Accounts').map((account) => text(account, 'Id'))),
    permissionSets: new Map(
      entries(config, 'PermissionSets')
        .map((set) => [text(set, 'PermissionSetArn'), text(set, 'Name')] as const)
        .filter(([, name]) => name !== ''),
    ),
    userIds: new Set(users.map(({ userId }) => userId)),
    groupIds: new Set(entries(config, 'Groups').map((group) => text(group, 'GroupId'))),
  }
  const { entries: given } = listOf(config, 'AccountAssignments', '$')
  const steps = given.map(({ value }) => {
    const assignment = {
      accountId: member(value, 'AccountId'),
      permissionSetArn: member(value, 'PermissionSetArn'),
      principalType: member(value, 'PrincipalType'),
      principalId: member(value, 'PrincipalId'),
    } as AccountAssignment
    const random16 = Buffer.concat([
      digest([instanceARN, assignment.accountId, assignment.permissionSetArn]),
      digest([instanceARN, assignment.accountId]),
    ])
    return { assignment, random16 }
  })
  const { access, findings } = assign(noAccountAccess(), steps, assignable)
  const placed = given.flatMap(({ path }, index) =>
    (findings[index] ?? []).map((finding) => renamed(finding, path)),
  )
  return { access, findings: placed }
}

function digest(names: readonly unknown[]): Buffer {
  return createHash('sha256').update(JSON.stringify(names)).digest().subarray(0, 8)
}

function renamed(finding: Finding, path: string): Finding {
  const name = finding.path ?? ''
  return { ...finding, path: name === '' ? path : `${path}.${name.charAt(0).toUpperCase()}${name.slice(1)}` }
}

function under(finding: Finding, path: string): Finding {
  return { ...finding, path: `${path}${(finding.path ?? '$').slice(1)}` }
}

function accountOf(account: JsonObject): CenterAccount {
  const email = member(account, 'Email')
  const id = text(account, 'Id')
  return { id, name: text(account, 'Name') || id, ...(typeof email === 'string' ? { email } : {}) }
}

function permissionSetOf(set: JsonObject): CenterPermissionSet {
  const [description, relayState] = [member(set, 'Description'), member(set, 'RelayState')]
  const seconds = durationSeconds(text(set, 'SessionDuration'))
  return {
    arn: text(set, 'PermissionSetArn'),
    name: text(set, 'Name'),
    ...(typeof description === 'string' ? { description } : {}),
    sessionDurationSeconds: typeof seconds === 'number' ? seconds : ROLE_SESSION_SECONDS.default,
    ...(typeof relayState === 'string' ? { relayState } : {}),
    policies: policiesOf(set),
  }
}

function entries(config: JsonObject, name: string): readonly JsonObject[] {
  return listOf(config, name, '$').entries.map(({ value }) => value)
}

function text(entry: JsonObject, name: string): string {
  const value = member(entry, name)
  return typeof value === 'string' ? value : ''
}
