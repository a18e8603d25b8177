import { FederationError, type Verdict } from '../core/outcome.js'
import type { User } from '../core/identity.js'
import { isObject, type JsonObject } from '../core/json.js'
import { runRules, verdictOf, type RuleOutcome } from '../core/rule.js'
import { parseUsers } from '../directory/users.js'
import { validateDeployment, type Deployment, type IssuerOptions } from '../tti/index.js'
import { policiesOf, roleOf } from './configRoles.js'
import { configRules, entriesOf, membershipsOf } from './configRules.js'
import type { PublicScope } from '../oauth/index.js'
import { grantConfigOf, grantConfigRules } from './grantConfig.js'
import { permissionSetRoles, portalOf, portalVerdict, type CenterPortal } from './portalConfig.js'
import { portalConfigRules } from './portalConfigRules.js'

/** An IAM role of the center: who may assume it, for how long, and what it may do. */
export interface CenterRole {
  readonly arn: string
  readonly roleId: string
  readonly trustPolicy: unknown
  readonly maxSessionDuration: number
  /** Identity policies, for what the role itself asks of the center. */
  readonly policies: readonly unknown[]
}

/** An access key and who it is. */
export interface CenterAccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** A user, or a session of a role. */
  readonly principalARN: string
  readonly policies: readonly unknown[]
}

export interface CenterConfig {
  readonly region: string
  readonly deployment: Deployment
  readonly users: readonly User[]
  /** Those of `Roles`, and those of the assigned permission sets. */
  readonly roles: readonly CenterRole[]
  readonly accessKeys: readonly CenterAccessKey[]
  readonly portal: CenterPortal
  /** Scopes that public clients may have beside those of the service. */
  readonly publicScopes: readonly PublicScope[]
  /** More URLs by which clients may name the instance, such as a custom one of its access portal. */
  readonly startURLs: readonly string[]
}

const deploymentMembers = ['Instance', 'TrustedTokenIssuers', 'Applications']

/**
 * Judges a center's configuration and reports every fault at once with its JSON path. Each part has the shape of the
 * API that it comes from: sso-admin (see `validateDeployment`), Identity Store (`Users`, `Groups`, `GroupMemberships`),
 * IAM (`Roles` as GetRole answers them), and `AccessKeys` with the ARN of who each one is. `Accounts`, `PermissionSets`, `AccountAssignments`,
 * `SessionSettings` and `InstanceAccessControlAttributeConfiguration` may be added for the portal.
 */
export function validateCenterConfig(
  configuration: unknown,
  options: IssuerOptions = {},
): Verdict<CenterConfig> {
  const config: JsonObject = isObject(configuration) ? configuration : {}
  const own = (name: string): unknown => (Object.hasOwn(config, name) ? config[name] : undefined)
  const part = Object.fromEntries(
    deploymentMembers.flatMap((name) => (Object.hasOwn(config, name) ? [[name, own(name)]] : [])),
  )
  const deployment = validateDeployment(part, options)
  const users = parseUsers({ Users: own('Users') ?? [] })
  const region = typeof own('Region') === 'string' ? String(own('Region')) : 'us-east-1'
  const place = {
    instanceARN: deployment.ok ? deployment.value.instanceARN : '',
    region,
    users: users.ok ? users.value : [],
  }
  const outcomes: RuleOutcome[] = [
    ...runRules(configRules, { value: configuration, users: users.ok ? users.value : [] }),
    ...carried('center/deployment', deployment),
    ...carried('center/users', users),
    ...runRules(portalConfigRules, { value: configuration }),
    ...runRules(grantConfigRules, { value: configuration }),
    ...carried('center/portal', portalVerdict(config, place)),
  ]
  return verdictOf(outcomes, () => {
    if (!deployment.ok || !users.ok)
      throw new FederationError('ERR_INVALID_OPTION', 'The configuration was refused.')
    const portal = portalOf(config, place)
    return {
      region,
      deployment: deployment.value,
      users: withGroups(users.value, config),
      roles: [...entriesOf(config, 'Roles').map(roleOf), ...permissionSetRoles(portal, place)],
      accessKeys: entriesOf(config, 'AccessKeys').map((key) => ({
        accessKeyId: String(key['AccessKeyId']),
        secretAccessKey: String(key['SecretAccessKey']),
        principalARN: String(key['PrincipalArn']),
        policies: policiesOf(key),
      })),
      portal,
      ...grantConfigOf(config),
    }
  })
}

/** The findings of a part that has rules of its own. */
function carried(
  id: 'center/deployment' | 'center/users' | 'center/portal',
  verdict: Verdict<unknown>,
): readonly RuleOutcome[] {
  const row = {
    id,
    severity: 'error' as const,
    source: 'R253',
    title: 'The part keeps its own rules',
    fix: 'See its findings.',
  }
  return [{ rule: row, outcome: verdict.ok ? 'pass' : 'fail', findings: verdict.findings }]
}

function withGroups(users: readonly User[], config: JsonObject): readonly User[] {
  const memberships = membershipsOf(config)
  return users.map((user) => {
    const more = memberships.filter(({ userId }) => userId === user.userId).map(({ groupId }) => groupId)
    return { ...user, groupIds: [...new Set([...user.groupIds, ...more])] }
  })
}
