import { cases, type Json, type More, type Vector } from '../vector.js'
import type { Members } from '../world.js'
import { corruptVectors } from './corrupt.js'
import { layerVectors } from './layers.js'
import { lintVectors } from './lints.js'
import { ACCOUNT, allow, deny, document, INSTANCE, SESSION, type Decide } from './policies.js'

/** Every vector of abac/decide: what IAM decides, and the traps in its policies. */
export function decisionVectors(): readonly Vector[] {
  return [...tagVectors(), ...layerVectors(), ...corruptVectors(), ...lintVectors()]
}

/** The guide's policy for cost centers (2:8931), word for word. */
export const COST_CENTERS = document(
  allow({ Action: ['ec2:DescribeInstances'] }),
  allow({
    Action: ['ec2:StartInstances', 'ec2:StopInstances'],
    Condition: { StringEquals: { 'ec2:ResourceTag/CostCenter': '${aws:PrincipalTag/CostCenter}' } },
  }),
)

/** The article's policy for the buckets of a team (3:244). */
export const TEAM_BUCKETS = document(
  allow({
    Sid: 'TeamScopedS3',
    Action: ['s3:GetObject', 's3:PutObject', 's3:ListBucket'],
    Condition: { StringEquals: { 'aws:ResourceTag/Department': '${aws:PrincipalTag/Department}' } },
  }),
)

const unmet = (reason: string): Pick<More, 'also'> => ({ also: [{ rule: 'policy/condition-unmet', reason }] })
const by = (statement: number, more: Members = {}): Pick<More, 'value'> => ({
  value: { effect: 'allow', by: { layer: 'identity', policy: 0, statement, ...more } },
})

/** Decisions on the tags of the caller and of the resource. */
function tagVectors(): readonly Vector[] {
  const { accepted, refused, warned, vectors } = cases('decision', 'decision', [], 'policy', 'abac/decide')
  const decide: Decide = (identity, request) => ({
    policies: { identity: [identity] },
    request: { principal: SESSION, resource: INSTANCE, context: {}, ...request },
  })

  const cost = (action: string, context: Members): Json => decide(COST_CENTERS, { action, context })
  const [person, instance] = ['aws:PrincipalTag/CostCenter', 'ec2:ResourceTag/CostCenter']
  for (const action of ['ec2:StartInstances', 'ec2:StopInstances']) {
    const name = action === 'ec2:StartInstances' ? 'start' : 'stop'
    accepted('grant', `cost-center-${name}`, `CostCenter blue and blue: ${action}`, cost(action, { [person]: 'blue', [instance]: 'blue' }), by(1)) // prettier-ignore
    refused('grant', `cost-center-${name}-red`, 'no-allow', `CostCenter blue and red: ${action}`, cost(action, { [person]: 'blue', [instance]: 'red' }), unmet('mismatch')) // prettier-ignore
  }
  accepted('grant', 'cost-center-describe', 'an action without condition, for a person without tags', cost('ec2:DescribeInstances', {}), by(0)) // prettier-ignore
  refused('grant', 'cost-center-terminate', 'no-allow', 'an action that the policy does not name', cost('ec2:TerminateInstances', { [person]: 'blue', [instance]: 'blue' })) // prettier-ignore
  refused('grant', 'cost-center-value-case', 'no-allow', 'values that differ in case', cost('ec2:StopInstances', { [person]: 'Blue', [instance]: 'blue' }), unmet('mismatch')) // prettier-ignore
  refused('grant', 'cost-center-no-resource-tag', 'no-allow', 'an instance without tag', cost('ec2:StopInstances', { [person]: 'blue' }), unmet('key-absent')) // prettier-ignore
  refused('grant', 'cost-center-no-session-tag', 'no-allow', 'a person without tag', cost('ec2:StopInstances', { [instance]: 'blue' }), unmet('variable-unfilled')) // prettier-ignore
  refused('grant', 'cost-center-key-case', 'no-allow', 'a tag key in another case than in the policy', cost('ec2:StopInstances', { 'aws:PrincipalTag/costcenter': 'blue', [instance]: 'blue' }), unmet('tag-key-case')) // prettier-ignore
  refused('grant', 'cost-center-both-empty', 'no-allow', 'two tags without value: a variable without value may equal nothing', cost('ec2:StopInstances', { [person]: '', [instance]: '' }), unmet('variable-unfilled')) // prettier-ignore

  const bucket = (context: Members, action = 's3:ListBucket'): Json =>
    decide(TEAM_BUCKETS, { action, resource: 'arn:aws:s3:::reports', context: { 'aws:ResourceAccount': ACCOUNT, ...context } }) // prettier-ignore
  const [team, tag] = ['aws:PrincipalTag/Department', 'aws:ResourceTag/Department']
  accepted('grant', 'department-billing', 'Department billing, and a bucket of it', bucket({ [team]: 'billing', [tag]: 'billing' }), by(0, { sid: 'TeamScopedS3' })) // prettier-ignore
  refused('grant', 'department-billing-other', 'no-allow', 'Department billing, and a bucket of AppA', bucket({ [team]: 'billing', [tag]: 'AppA' }), unmet('mismatch')) // prettier-ignore
  refused('grant', 'department-delete', 'no-allow', 'an action that the policy does not name', bucket({ [team]: 'billing', [tag]: 'billing' }, 's3:DeleteBucket')) // prettier-ignore
  accepted('grant', 'developer-in-app-a', 'a developer of AppA, on AppA', bucket({ [team]: 'AppA', [tag]: 'AppA' }), by(0)) // prettier-ignore
  refused('grant', 'developer-moved', 'no-allow', 'the same developer, moved to AppB, on AppA', bucket({ [team]: 'AppB', [tag]: 'AppA' }), unmet('mismatch')) // prettier-ignore
  accepted('grant', 'developer-moved-to-app-b', 'the same developer, moved to AppB, on AppB', bucket({ [team]: 'AppB', [tag]: 'AppB' }), by(0)) // prettier-ignore
  warned('resource-account', 'unknown', 'unknown-account', 'a bucket of which no account is told', decide(TEAM_BUCKETS, { action: 's3:ListBucket', resource: 'arn:aws:s3:::reports', context: { [team]: 'a', [tag]: 'a' } })) // prettier-ignore
  accepted('resource-account', 'told', 'a bucket whose account is told', bucket({ [team]: 'a', [tag]: 'a' }))

  const home = document(allow({ Action: 's3:*', Resource: 'arn:aws:s3:::app-${aws:PrincipalTag/Department}-data/*' })) // prettier-ignore
  const object = (name: string, context: Members): Json =>
    decide(home, { action: 's3:GetObject', resource: `arn:aws:s3:::app-${name}-data/a`, context: { 'aws:ResourceAccount': ACCOUNT, ...context } }) // prettier-ignore
  accepted('grant', 'resource-variable', 'a variable in a resource', object('blue', { [team]: 'blue' }))
  refused('grant', 'resource-variable-other', 'no-allow', 'another resource than the variable makes', object('red', { [team]: 'blue' }), unmet('resource')) // prettier-ignore
  refused('grant', 'resource-variable-star', 'no-allow', 'a star in a tag is no wildcard', object('red', { [team]: '*' }), unmet('resource')) // prettier-ignore
  refused('grant', 'resource-variable-unfilled', 'no-allow', 'a variable in a resource that is not filled', object('blue', {}), unmet('variable-unfilled')) // prettier-ignore

  const withDefault = document(allow({ Condition: { StringEquals: { [tag]: "${aws:PrincipalTag/Department, 'shared'}" } } })) // prettier-ignore
  const shared = (context: Members): Json => decide(withDefault, { action: 'ec2:StopInstances', context })
  accepted('condition-unmet', 'default', 'the default of a variable', shared({ [tag]: 'shared' }))
  refused('grant', 'default-not-used', 'no-allow', 'the default is for the absent tag only', shared({ [team]: 'blue', [tag]: 'shared' }), unmet('mismatch')) // prettier-ignore

  const notOwn = (value: string): Json => document(allow(), deny({ Condition: { StringNotEquals: { [tag]: value } } })) // prettier-ignore
  const guarded = (value: string, context: Members): Json => decide(notOwn(value), { action: 'ec2:StopInstances', context }) // prettier-ignore
  accepted('explicit-deny', 'own', 'a Deny of what is not of the own department', guarded(`\${${team}}`, { [team]: 'a', [tag]: 'a' })) // prettier-ignore
  refused('explicit-deny', 'other', 'explicit-deny', 'the Deny, on another department', guarded(`\${${team}}`, { [team]: 'a', [tag]: 'b' })) // prettier-ignore
  refused('explicit-deny', 'default', 'explicit-deny', 'the Deny, for a person without tag, by its default', guarded(`\${${team}, '-'}`, { [tag]: 'b' })) // prettier-ignore
  accepted('unclear', 'told', 'a Deny that does not apply, for a person with the tag', guarded(`\${${team}}`, { [team]: 'a', [tag]: 'a' })) // prettier-ignore
  refused('explicit-deny', 'unfilled', 'explicit-deny', 'the Deny, for a person without tag, which AWS may take for void', guarded(`\${${team}}`, { [tag]: 'b' }), { also: [{ rule: 'policy/unclear', reason: 'unclear-deny' }] }) // prettier-ignore

  const starter = document(
    allow({ Sid: 'AllowAppPlane', Action: ['lambda:*', 'apigateway:*', 'states:*', 'dynamodb:*', 's3:*', 'logs:*', 'cloudwatch:*', 'xray:*'] }), // prettier-ignore
    deny({ Sid: 'DenySensitiveControls', Action: ['iam:CreateUser', 'iam:CreateAccessKey', 'iam:Put*Policy', 'iam:DeleteRole', 'kms:ScheduleKeyDeletion', 'kms:Disable*', 'ec2:*Vpc*', 'ec2:*RouteTable*', 'ec2:*Subnet*'] }), // prettier-ignore
  )
  const starting = (action: string): Json => decide(starter, { action, resource: '*' })
  accepted('grant', 'starter-app-plane', 'the starter permission set of the article: an action of Lambda', starting('lambda:InvokeFunction'), by(0)) // prettier-ignore
  refused('explicit-deny', 'starter-network', 'explicit-deny', 'the starter permission set: a network', starting('ec2:CreateVpcPeeringConnection'), {
    also: [{ rule: 'policy/grant', reason: 'no-allow' }],
    value: { effect: 'explicitDeny' },
  }) // prettier-ignore
  refused('grant', 'starter-instance', 'no-allow', 'the starter permission set: an instance', starting('ec2:StartInstances'), { value: { effect: 'implicitDeny' } }) // prettier-ignore

  const when = (Condition: Json, context: Members): Json => decide(document(allow({ Condition })), { action: 'ec2:StopInstances', context }) // prettier-ignore
  const operators: readonly [string, Json, Members, Members][] = [
    ['numeric', { NumericLessThanEquals: { 'aws:MultiFactorAuthAge': '3600' } }, { 'aws:MultiFactorAuthAge': '60' }, { 'aws:MultiFactorAuthAge': '3601' }],
    ['date', { DateLessThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } }, { 'aws:CurrentTime': '2026-12-31T23:59:59Z' }, { 'aws:CurrentTime': '2027-01-01T00:00:00Z' }],
    ['ip-address', { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '2001:db8::/32'] } }, { 'aws:SourceIp': '2001:db8::1' }, { 'aws:SourceIp': '203.0.114.1' }],
    ['not-ip-address', { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, { 'aws:SourceIp': '203.0.114.1' }, { 'aws:SourceIp': '203.0.113.1' }],
    ['bool', { Bool: { 'aws:SecureTransport': 'true' } }, { 'aws:SecureTransport': 'true' }, { 'aws:SecureTransport': 'false' }],
    ['string-like', { StringLike: { 'aws:PrincipalTag/Team': 'app-?-*' } }, { 'aws:PrincipalTag/Team': 'app-1-x' }, { 'aws:PrincipalTag/Team': 'app-12-x' }],
    ['ignore-case', { StringEqualsIgnoreCase: { 'aws:PrincipalTag/Team': 'APP' } }, { 'aws:PrincipalTag/Team': 'app' }, { 'aws:PrincipalTag/Team': 'apps' }],
    ['for-all-values', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } }, { 'aws:TagKeys': ['b'] }, { 'aws:TagKeys': ['b', 'c'] }],
    ['for-any-value', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['a', 'b'] } }, { 'aws:TagKeys': ['b', 'c'] }, { 'aws:TagKeys': ['c'] }],
    ['null', { Null: { 'aws:PrincipalTag/Team': 'false' } }, { 'aws:PrincipalTag/Team': 'a' }, { 'aws:PrincipalTag/Team': '' }],
  ] // prettier-ignore
  for (const [name, condition, held, missed] of operators) {
    accepted('condition-unmet', name, `a condition that holds: ${name}`, when(condition, held))
    refused('grant', `condition-${name}`, 'no-allow', `a condition that does not hold: ${name}`, when(condition, missed), unmet('mismatch')) // prettier-ignore
  }
  accepted('condition-unmet', 'for-all-values-absent', 'ForAllValues holds of an absent key', when({ 'ForAllValues:StringEquals': { 'aws:TagKeys': 'a' } }, {})) // prettier-ignore
  accepted('condition-unmet', 'if-exists-absent', 'IfExists holds of an absent key', when({ StringEqualsIfExists: { 'aws:PrincipalTag/Team': 'a' } }, {})) // prettier-ignore
  accepted('condition-unmet', 'negated-absent', 'a negated operator holds of an absent key', when({ StringNotEquals: { 'aws:PrincipalTag/Team': 'a' } }, {})) // prettier-ignore
  refused('grant', 'condition-for-any-value-absent', 'no-allow', 'ForAnyValue does not hold of an absent key', when({ 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'a' } }, {}), unmet('key-absent')) // prettier-ignore
  return vectors
}
