import type { Json } from '../vector.js'
import type { Members } from '../world.js'

export const ACCOUNT = '111122223333'
/** A session of a permission set's role. */
export const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/AWSReservedSSO_Developer_0123456789abcdef/ada@example.com`
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Developer_0123456789abcdef`
export const INSTANCE = `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/i-0abcdef1234567890`

/** Makes the input of a decision by one identity policy. */
export type Decide = (identity: Json, request: Members) => Json

export function document(...Statement: readonly Members[]): Json {
  return { Version: '2012-10-17', Statement }
}

export function allow(more: Members = {}): Members {
  return { Effect: 'Allow', Action: '*', Resource: '*', ...more }
}

export function deny(more: Members = {}): Members {
  return { ...allow(), Effect: 'Deny', ...more }
}

/** A statement of a trust policy, which names no resource. */
export function trust(Principal: Json, more: Members = {}): Members {
  return { Effect: 'Allow', Principal, Action: ['sts:AssumeRole', 'sts:SetContext'], ...more }
}
