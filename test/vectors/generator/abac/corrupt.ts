import { cases, type Json, type Vector } from '../vector.js'
import type { Members } from '../world.js'
import { ACCOUNT, allow, deny, document, INSTANCE, SESSION, trust } from './policies.js'

/** Policies that are not understood, the guide's own misprints first (C28, C30, C31, C32): none of them allows. */
export function corruptVectors(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('decision', 'decision', [], 'policy', 'abac/decide')
  const asked = (policies: Members, request: Members = {}): Json => ({
    policies: { identity: [document(allow())], ...policies },
    request: { principal: SESSION, action: 'ec2:StopInstances', resource: INSTANCE, context: {}, ...request },
  })
  const faulty = { rule: 'policy/document', reason: 'faulty-policy' }
  const also = (...more: readonly { rule: string; reason: string }[]) => ({ also: [faulty, ...more] })
  const identity = (...statements: readonly Members[]): Members => ({ identity: [document(allow()), document(...statements)] }) // prettier-ignore
  const assuming = { action: 'sts:AssumeRole', resource: `arn:aws:iam::${ACCOUNT}:role/target` }
  const undecided = { rule: 'policy/grant', reason: 'no-resource-allow' }

  // The printed trust policy of C32: ArnLike on the key "AWS"; and the members that stand beside the policy.
  refused('condition', 'corrupt-trust-policy', 'condition-key', 'as printed: a trust policy whose condition is on the key AWS (C32)', asked({ resource: document(trust({ AWS: `arn:aws:iam::${ACCOUNT}:root` }, { Action: 'sts:AssumeRole', Condition: { ArnLike: { AWS: `arn:aws:iam::${ACCOUNT}:root` } } })) }, assuming), also(undecided)) // prettier-ignore
  refused('resource', 'corrupt-role-arn', 'malformed-arn', 'as printed: the ARN of a role with a colon too few (C32)', asked(identity(allow({ Action: 'sts:AssumeRole', Resource: ['arn:aws:iam:111122223333:role/EmergencyAccess_R0'] }))), also()) // prettier-ignore
  refused('resource', 'corrupt-instance-arn', 'malformed-arn', 'as printed: the ARN of an instance with a colon too few (C30)', asked(identity(allow({ Action: 'sso:*', Resource: 'arn:aws:sso::instance/ssoins-1234567890abcdef' }))), also()) // prettier-ignore
  refused('action', 'corrupt-separator', 'separator', 'as printed: an action with > for the colon (C31)', asked(identity(allow({ Action: ['ec2>CreateSecurityGroup'] }))), also()) // prettier-ignore
  refused('action', 'corrupt-separator-s3', 'separator', 'as printed: another one (C31)', asked(identity(allow({ Action: 's3>ListAllMyBuckets', Resource: 'arn:aws:s3:::/*' }))), also()) // prettier-ignore
  refused('action', 'corrupt-scp', 'separator', 'a Deny with > for the colon, in an SCP: it would not deny', asked({ scps: [document(allow(), deny({ Action: ['sso>*'] }))] }), also({ rule: 'policy/limit', reason: 'scp' })) // prettier-ignore

  refused('version', 'unknown', 'unknown-version', 'a version that does not exist', asked({ identity: [{ Version: '2012-10-18', Statement: [allow()] }] }), also({ rule: 'policy/grant', reason: 'no-allow' })) // prettier-ignore
  refused('effect', 'case', 'unknown-effect', 'an effect in another case', asked(identity(allow({ Effect: 'allow' }))), also()) // prettier-ignore
  refused('principal', 'identity', 'not-allowed', 'a principal in an identity policy', asked(identity(allow({ Principal: '*' }))), also()) // prettier-ignore
  refused('document', 'unknown-member', 'unknown-member', 'a misspelt Condition, which would not restrict', asked(identity(allow({ Conditions: {} }))), also()) // prettier-ignore
  const conditions: readonly [string, string, Json][] = [
    ['unknown-operator', 'unknown-operator', { StringIs: { 'aws:PrincipalTag/Team': 'a' } }],
    ['operator-case', 'unknown-operator', { stringequals: { 'aws:PrincipalTag/Team': 'a' } }],
    ['binary', 'unsupported-operator', { BinaryEquals: { 'a:b': 'QQ==' } }],
    ['not-a-number', 'number', { NumericEquals: { 'a:b': 'one' } }],
    ['not-a-date', 'date', { DateEquals: { 'a:b': '2026' } }],
    ['not-an-address', 'address', { IpAddress: { 'aws:SourceIp': '10.0.0.0/33' } }],
    ['variable-unclosed', 'variable-syntax', { StringEquals: { 'a:b': '${aws:PrincipalTag/Team' } }],
    ['variable-default-unquoted', 'variable-syntax', { StringEquals: { 'a:b': '${aws:PrincipalTag/Team, none}' } }],
    ['variable-number', 'variable-not-allowed', { NumericEquals: { 'a:b': '${a:c}' } }],
  ] // prettier-ignore
  for (const [name, reason, Condition] of conditions) refused('condition', name, reason, `a condition that is not understood: ${name}`, asked(identity(allow({ Condition }))), also()) // prettier-ignore
  refused('resource', 'variable-position', 'variable-position', 'a variable before the last part of an ARN', asked(identity(allow({ Resource: 'arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:jobs' }))), also()) // prettier-ignore

  accepted('document', 'one-statement', 'a policy whose statement stands alone', asked({ identity: [{ Version: '2012-10-17', Statement: allow() }] })) // prettier-ignore
  accepted('version', 'absent', 'a policy without version', asked({ identity: [{ Statement: [allow()] }] }))
  accepted('effect', 'deny', 'a Deny that does not apply', asked(identity(deny({ Action: 'iam:*' }))))
  accepted('principal', 'trust', 'a trust policy that names the session', asked({ identity: [], resource: document(trust({ AWS: SESSION })) }, assuming)) // prettier-ignore
  accepted('action', 'case', 'an action in another case', asked({ identity: [document(allow({ Action: 'EC2:stop*' }))] })) // prettier-ignore
  accepted('resource', 'wildcards', 'a resource with wildcards', asked({ identity: [document(allow({ Resource: 'arn:aws:ec2:*:*:instance/i-?abc*' }))] })) // prettier-ignore
  accepted(
    'condition',
    'none',
    'an empty condition',
    asked({ identity: [document(allow({ Condition: {} }))] }),
  )
  return vectors
}
