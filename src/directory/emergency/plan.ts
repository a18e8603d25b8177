import {
  buildSAMLProviderArn,
  buildSAMLTrustPolicy,
  formatRoleArn,
  parseRoleArn,
  type SAMLTrustPolicy,
} from '../../core/sts/index.js'
import { misuse, requireAccountId, requireList, requireObject, requireText } from '../portal/arguments.js'
import { buildEmergencyGroup, emergencyRoleValue } from './groupName.js'

/** What an emergency role may do in a workload account (R109); more can be planned beside these two. */
export interface EmergencyOperation {
  /** Ends the names of the roles: `RO`, `Ops`. */
  readonly suffix: string
  /** The managed policy of the role in the workload account, without the partition: `policy/ReadOnlyAccess`. */
  readonly policy: string
}

/** The two of the guide's table. */
export const EMERGENCY_OPERATIONS: readonly EmergencyOperation[] = Object.freeze([
  Object.freeze({ suffix: 'RO', policy: 'policy/ReadOnlyAccess' }),
  Object.freeze({ suffix: 'Ops', policy: 'policy/job-function/SystemAdministrator' }),
])

export interface EmergencyPlanOptions {
  /** Where people come in, by SAML straight from the identity provider. */
  readonly emergencyAccountId: string
  /** The workload accounts, in the order that numbers the roles. */
  readonly accountIds: readonly string[]
  /** The name of the SAML provider in the emergency account, such as `Okta`. */
  readonly providerName: string
  readonly partition?: string | undefined
  /** Default {@link EMERGENCY_OPERATIONS}. */
  readonly operations?: readonly EmergencyOperation[] | undefined
}

interface Statement {
  readonly Effect: 'Allow'
  readonly Principal?: { readonly AWS: string }
  readonly Action: 'sts:AssumeRole'
  readonly Resource?: string
}

interface Policy {
  readonly Version: '2012-10-17'
  readonly Statement: readonly [Statement]
}

/** A role of the emergency account, and the role of a workload account to which it leads. */
export interface EmergencyAccess {
  /** The group of the identity provider, with no members in normal times. */
  readonly groupName: string
  /** What the identity provider sends as Role for a member. */
  readonly roleValue: string
  readonly emergencyRole: {
    readonly accountId: string
    readonly roleName: string
    readonly arn: string
    readonly trustPolicy: SAMLTrustPolicy
    /** Allows assuming the one workload role. */
    readonly permissionsPolicy: Policy
  }
  readonly workloadRole: {
    readonly accountId: string
    readonly roleName: string
    readonly arn: string
    /** Trusts the one emergency role. */
    readonly trustPolicy: Policy
    readonly managedPolicyArn: string
  }
}

/** More accounts than an organisation has, and few enough to be written down. */
const MAX_ACCOUNTS = 10_000

/**
 * Everything that emergency access takes, for N workload accounts and each operation: N x 2 pairs of roles with their
 * policies, the groups, and the Role values (R105-R107, R109). The guide's sample lets the whole emergency account assume
 * a workload role; its table, and this plan, let the one emergency role.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what has not the declared types, an account named twice, or the
 * emergency account among the workload accounts.
 */
export function emergencyPlan(options: EmergencyPlanOptions): readonly EmergencyAccess[] {
  requireObject(options, 'options')
  const { emergencyAccountId, accountIds, providerName, partition = 'aws' } = options
  const operations = options.operations ?? EMERGENCY_OPERATIONS
  requireAccountId(emergencyAccountId)
  requireList(accountIds, 'accountIds')
  requireList(operations, 'operations')
  if (accountIds.length > MAX_ACCOUNTS) misuse(`accountIds are ${MAX_ACCOUNTS} at most.`)
  accountIds.forEach(requireAccountId)
  if (new Set([...accountIds, emergencyAccountId]).size !== accountIds.length + 1)
    misuse('accountIds name each workload account once, and not the emergency account.')
  for (const operation of operations) requireOperation(operation)
  if (new Set(operations.map(({ suffix }) => suffix)).size !== operations.length)
    misuse('operations have a suffix of their own each.')
  const providerArn = buildSAMLProviderArn({ partition, account: emergencyAccountId, name: providerName })

  return accountIds.flatMap((accountId, index) =>
    operations.map(({ suffix, policy }): EmergencyAccess => {
      const emergency = {
        roleName: `EmergencyAccess_Role${index + 1}_${suffix}`,
        accountId: emergencyAccountId,
      }
      const workload = { roleName: `EmergencyAccess_${suffix}`, accountId }
      const emergencyArn = roleArn(partition, emergency)
      const workloadArn = roleArn(partition, workload)
      return {
        groupName: buildEmergencyGroup(emergency),
        roleValue: emergencyRoleValue(emergency, { providerName, partition }),
        emergencyRole: {
          ...emergency,
          arn: emergencyArn,
          trustPolicy: buildSAMLTrustPolicy({ providerArn }),
          permissionsPolicy: policyOf({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: workloadArn }),
        },
        workloadRole: {
          ...workload,
          arn: workloadArn,
          trustPolicy: policyOf({
            Effect: 'Allow',
            Principal: { AWS: emergencyArn },
            Action: 'sts:AssumeRole',
          }),
          managedPolicyArn: `arn:${partition}:iam::aws:${policy}`,
        },
      }
    }),
  )
}

function policyOf(statement: Statement): Policy {
  return { Version: '2012-10-17', Statement: [statement] }
}

function roleArn(
  partition: string,
  { accountId, roleName }: { readonly accountId: string; readonly roleName: string },
): string {
  const arn = formatRoleArn({ partition, account: accountId, path: '/', name: roleName })
  return typeof parseRoleArn(arn) === 'string' ? misuse('These parts make no ARN of a role.') : arn
}

function requireOperation(operation: EmergencyOperation): void {
  requireObject(operation, 'operations[]')
  requireText(operation.suffix, 'operations[].suffix')
  if (!/^[A-Za-z0-9]{1,20}$/.test(operation.suffix))
    misuse('operations[].suffix has 1 to 20 letters and digits.')
  requireText(operation.policy, 'operations[].policy')
  if (!/^policy\/[A-Za-z0-9_+=,.@/-]{1,200}$/.test(operation.policy))
    misuse('operations[].policy is a managed policy of AWS, such as policy/ReadOnlyAccess.')
}
