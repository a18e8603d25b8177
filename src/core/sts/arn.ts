import type { Fault } from '../rule.js'
import { textFaults } from './checks.js'
import { STS_LIMITS } from './limits.js'

/** The part that breaks an ARN. */
export type ArnFault =
  | 'length'
  | 'parts'
  | 'prefix'
  | 'partition'
  | 'service'
  | 'region'
  | 'account'
  | 'resource'
  | 'path'
  | 'name'

export interface ArnParts {
  readonly partition: string
  readonly service: string
  readonly region: string
  readonly account: string
  readonly resource: string
}

export interface RoleArn {
  readonly partition: string
  readonly account: string
  /** Begins and ends with a slash; `/` for a role without a path. */
  readonly path: string
  readonly name: string
}

export interface AssumedRoleArn {
  readonly partition: string
  readonly account: string
  readonly roleName: string
  readonly sessionName: string
}

const PARTITION = /^aws(?:-[a-z]{1,5}){0,3}$/
const ACCOUNT = /^[0-9]{12}$/
const PATH = /^\/(?:[\u0021-\u007e]+\/)?$/
const ROLE_NAME = /^[A-Za-z0-9_+=,.@-]{1,64}$/
const MAX_PATH = 512

/**
 * Splits an ARN into its six parts, no more and no fewer: a colon too many or too few is a mistake that the guides
 * print too (C30), so it is not guessed at. Nothing is lower-cased: ARNs compare exactly (R365).
 */
export function splitArn(arn: string): ArnParts | ArnFault {
  if (arn.length < STS_LIMITS.roleArn.min || arn.length > STS_LIMITS.roleArn.max) return 'length'
  const parts = arn.split(':')
  if (parts.length !== 6) return 'parts'
  const [prefix = '', partition = '', service = '', region = '', account = '', resource = ''] = parts
  if (prefix !== 'arn') return 'prefix'
  if (!PARTITION.test(partition)) return 'partition'
  return { partition, service, region, account, resource }
}

/** Reads `arn:PARTITION:iam::ACCOUNT:role/[PATH/]NAME`, or names the part that is wrong. */
export function parseRoleArn(arn: string): RoleArn | ArnFault {
  const parts = splitArn(arn)
  if (typeof parts === 'string') return parts
  const { partition, service, region, account, resource } = parts
  if (service !== 'iam') return 'service'
  if (region !== '') return 'region'
  if (!ACCOUNT.test(account)) return 'account'
  if (!resource.startsWith('role/')) return 'resource'
  const nameAt = resource.lastIndexOf('/') + 1
  const path = resource.slice('role'.length, nameAt)
  if (path.length > MAX_PATH || !PATH.test(path)) return 'path'
  const name = resource.slice(nameAt)
  if (!ROLE_NAME.test(name)) return 'name'
  return { partition, account, path, name }
}

/** Reads `arn:PARTITION:sts::ACCOUNT:assumed-role/NAME/SESSION`, or names the part that is wrong. */
export function parseAssumedRoleArn(arn: string): AssumedRoleArn | ArnFault {
  const parts = splitArn(arn)
  if (typeof parts === 'string') return parts
  const { partition, service, region, account, resource } = parts
  if (service !== 'sts') return 'service'
  if (region !== '') return 'region'
  if (!ACCOUNT.test(account)) return 'account'
  const [kind, roleName = '', sessionName = '', ...rest] = resource.split('/')
  if (kind !== 'assumed-role' || rest.length > 0) return 'resource'
  const named = textFaults(sessionName, STS_LIMITS.roleSessionName, 'session').length === 0
  if (!ROLE_NAME.test(roleName) || !named) return 'name'
  return { partition, account, roleName, sessionName }
}

export function formatRoleArn(role: RoleArn): string {
  return `arn:${role.partition}:iam::${role.account}:role${role.path}${role.name}`
}

const EXPLAINED: Readonly<Record<ArnFault, string>> = {
  length: 'has 20 to 2,048 characters',
  parts: 'has exactly six parts between colons',
  prefix: 'begins with arn, in lower case',
  partition: 'names a partition such as aws, aws-cn or aws-us-gov',
  service: 'names the service iam, in lower case',
  region: 'has an empty Region',
  account: 'names an account of 12 digits',
  resource: 'names a resource that begins with role/',
  path: 'has a path of at most 512 printable characters',
  name: 'ends in a role name of 1 to 64 characters',
}

/** The faults of a role's ARN; the reason of a malformed one is the broken part, such as `account`. */
export function roleArnFaults(value: unknown, path: string): readonly Fault[] {
  const faults = textFaults(value, STS_LIMITS.roleArn, path)
  if (faults.length > 0 || typeof value !== 'string') return faults
  const role = parseRoleArn(value)
  if (typeof role !== 'string') return []
  const message = `${path} is no ARN of a role: one ${EXPLAINED[role]}.`
  return [{ reason: role, path, expected: 'arn:aws:iam::123456789012:role/NAME', message }]
}
