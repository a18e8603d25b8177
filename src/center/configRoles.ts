import { createHash } from 'node:crypto'
import type { JsonObject } from '../core/json.js'
import type { CenterRole } from './config.js'
import { entriesOf } from './configRules.js'

export function roleOf(role: JsonObject): CenterRole {
  const duration = role['MaxSessionDuration']
  const id = role['RoleId']
  const arn = String(role['Arn'])
  return {
    arn,
    roleId: typeof id === 'string' ? id : roleIdOf(arn),
    trustPolicy: role['AssumeRolePolicyDocument'],
    maxSessionDuration: typeof duration === 'number' ? duration : 3600,
    policies: policiesOf(role),
  }
}

export function policiesOf(entry: JsonObject): readonly unknown[] {
  return entriesOf(entry, 'Policies').map((policy) => policy['PolicyDocument'])
}

/** `AROA` and 17 letters and digits that are always the same for one ARN, as a role's id is. */
export function roleIdOf(arn: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const letters = Array.from(
    createHash('sha256').update(arn).digest().subarray(0, 17),
    (byte) => alphabet[byte & 31],
  )
  return `AROA${letters.join('')}`
}
