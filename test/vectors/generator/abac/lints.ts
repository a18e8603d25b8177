import { cases, type Json, type Vector } from '../vector.js'
import type { Members } from '../world.js'
import { COST_CENTERS, TEAM_BUCKETS } from './decisions.js'
import { ACCOUNT, allow, deny, document, trust } from './policies.js'

/** Traps in policies, with a policy beside each that avoids it. */
export function lintVectors(): readonly Vector[] {
  const { accepted, warned, vectors } = cases('policyLint', 'lint', [], 'abac', 'abac/decide')
  const lint = (policy: Json, options: Members = {}): Json => ({ policy, options })
  const when = (Condition: Json, more: Members = {}): Json => lint(document(allow({ Action: 'ec2:StopInstances', Condition, ...more }))) // prettier-ignore
  const not = (Condition: Json): Json => lint(document(deny({ Action: 'ec2:StopInstances', Condition })))
  const keys = { tagKeys: ['CostCenter', 'Department'] }
  const tag = 'aws:ResourceTag/Department'

  const providers = 'sts:RequestContextProviders'
  const grants = (more: Members): Json => lint(document(trust({ Service: 'access-grants.s3.amazonaws.com' }, { Action: 'sts:SetContext', Condition: { 'ForAllValues:ArnEquals': { [providers]: 'arn:aws:iam::aws:contextProvider/IdentityCenter' }, ...more } })), { kind: 'trust' }) // prettier-ignore
  warned('null-guard', 'access-grants', 'unguarded', "the guide's trust policy for S3 Access Grants, as printed", grants({})) // prettier-ignore
  accepted('null-guard', 'guarded', 'the same with its guard', grants({ Null: { [providers]: 'false' } }))

  warned('set-operator', 'tag', 'single-valued', 'ForAnyValue on a tag', when({ 'ForAnyValue:StringEquals': { 'aws:PrincipalTag/Team': 'a' } })) // prettier-ignore
  accepted('set-operator', 'tag-keys', 'ForAnyValue on the keys of tags', when({ 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'a' } })) // prettier-ignore

  warned('absent-tag', 'if-exists', 'if-exists', 'IfExists on a tag of the resource', when({ StringEqualsIfExists: { [tag]: 'a' } })) // prettier-ignore
  warned('absent-tag', 'negated', 'negated', 'a negated operator on a tag of the resource', when({ StringNotEquals: { [tag]: 'a' } })) // prettier-ignore
  accepted('absent-tag', 'guarded', 'the same with its guard', when({ StringNotEquals: { [tag]: 'a' }, Null: { [tag]: 'false' } })) // prettier-ignore

  warned('variable-default', 'none', 'no-default', 'a Deny with a variable that may not be filled', not({ StringNotEquals: { [tag]: '${aws:PrincipalTag/Department}' } })) // prettier-ignore
  accepted('variable-default', 'default', 'the same with a default', not({ StringNotEquals: { [tag]: "${aws:PrincipalTag/Department, '-'}" } })) // prettier-ignore

  const spelled = (name: string): Json => lint(document(allow({ Action: 'ec2:StopInstances', Condition: { StringEquals: { [`aws:PrincipalTag/${name}`]: 'blue' } } })), keys) // prettier-ignore
  accepted('tag-key-spelling', 'same', 'a key as it is sent', spelled('CostCenter'))
  warned('tag-key-spelling', 'case', 'case', 'a key in another case', spelled('Costcenter'))
  warned('tag-key-spelling', 'similar', 'similar', 'a key that is misspelt', spelled('CostCentre'))
  warned('tag-key-spelling', 'resource', 'resource-key-case', 'two keys that differ in case only', when({ StringEquals: { 'aws:ResourceTag/department': '${aws:PrincipalTag/Department}' } })) // prettier-ignore
  accepted('tag-never-sent', 'sent', 'a tag that is sent', lint(COST_CENTERS, keys))
  warned('tag-never-sent', 'never', 'never-sent', 'a tag that is never sent', spelled('Clearance'))

  accepted('resource-tags', 'cost-centers', "the guide's policy for cost centers", lint(COST_CENTERS))
  warned('resource-tags', 'team-buckets', 'opt-in', "the article's policy for the buckets of a team", lint(TEAM_BUCKETS)) // prettier-ignore
  warned('resource-tags', 'describe', 'ignored', 'an action that lists, under a condition on resource tags', when({ StringEquals: { [tag]: 'a' } }, { Action: 'ec2:DescribeInstances' })) // prettier-ignore
  warned('resource-tags', 'all-of-a-service', 'ignored', 'all actions of a service, those that list among them', when({ StringEquals: { [tag]: 'a' } }, { Action: 'ec2:*' })) // prettier-ignore
  warned('resource-tags', 'other-service', 'other-service', 'the key of EC2 on an action of S3', when({ StringEquals: { 'ec2:ResourceTag/a': 'b' } }, { Action: 's3:GetObject' })) // prettier-ignore
  warned('resource-tags', 'unknown', 'unknown', 'an action of which nothing is known', when({ StringEquals: { [tag]: 'a' } }, { Action: 'chime:CreateUser' })) // prettier-ignore

  const versioned = (more: Members): Json => lint({ ...more, Statement: allow({ Action: 's3:*', Resource: 'arn:aws:s3:::a/${aws:username}/*' }) }) // prettier-ignore
  warned('variable-version', '2008', 'literal', 'a variable in a policy of 2008', versioned({ Version: '2008-10-17' })) // prettier-ignore
  warned('variable-version', 'absent', 'literal', 'a variable in a policy without version', versioned({}))
  accepted('variable-version', '2012', 'a variable in a policy of 2012', versioned({ Version: '2012-10-17' }))

  const reserved = `arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com`
  const role = (pattern: string, options: Members = {}): Json => lint(document(trust({ AWS: `arn:aws:iam::${ACCOUNT}:root` }, { Action: 'sts:AssumeRole', Condition: { ArnLike: { 'aws:PrincipalArn': `${reserved}${pattern}` } } })), { kind: 'trust', ...options }) // prettier-ignore
  const here = `${reserved}/eu-west-2/AWSReservedSSO_AdministratorAccess_0123456789abcdef`
  const there = `${reserved}/AWSReservedSSO_AdministratorAccess_fedcba9876543210`
  warned('role-region', 'guide', 'region-bound', "the guide's pattern for one permission set", role('/eu-west-2/AWSReservedSSO_AdministratorAccess_*')) // prettier-ignore
  warned('role-region', 'both-occur', 'region-bound', 'the same, where both shapes occur', role('/eu-west-2/AWSReservedSSO_AdministratorAccess_*', { roleArns: [here, there] })) // prettier-ignore
  accepted('role-region', 'one-occurs', 'the same, where every role has the Region', role('/eu-west-2/AWSReservedSSO_AdministratorAccess_*', { roleArns: [here] })) // prettier-ignore
  accepted('role-region', 'star', 'a pattern for both shapes', role('*/AWSReservedSSO_AdministratorAccess_*', { roleArns: [here, there] })) // prettier-ignore
  warned('role-suffix', 'suffix', 'suffix', 'a role with its suffix', role('*/AWSReservedSSO_AdministratorAccess_0123456789abcdef')) // prettier-ignore
  accepted('role-suffix', 'star', 'a role without its suffix', role('*/AWSReservedSSO_AdministratorAccess_*'))

  warned('user-id', 'session-name', 'mutable-name', "the guide's Deny of a deleted user, by the name of the session", not({ StringLike: { 'aws:UserId': '*:deleteduser@domain.com' } })) // prettier-ignore
  accepted('user-id', 'user-id', "the guide's Deny of a deleted user, by the user id", not({ StringEquals: { 'identitystore:UserId': 'DELETEDUSER_ID' } })) // prettier-ignore
  return vectors
}
