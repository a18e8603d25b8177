import { cases, type Json, type Vector } from '../vector.js'
import type { Members } from '../world.js'
import { ACCOUNT, allow, deny, document, INSTANCE, ROLE, SESSION, trust } from './policies.js'

const USER = `arn:aws:iam::${ACCOUNT}:user/Ann`
const GUEST = `arn:aws:sts::${ACCOUNT}:federated-user/Ann`
const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:jobs`
const FOREIGN = 'arn:aws:sqs:us-east-1:444455556666:jobs'
const TARGET = `arn:aws:iam::${ACCOUNT}:role/target`
const everything = document(allow())
const nothing = document(allow({ Action: 's3:*' }))

/** Decisions of several policies: boundary, session, SCPs, the policy of the resource, trust policies. */
export function layerVectors(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('decision', 'decision', [], 'policy', 'abac/decide')
  const asked = (policies: Members, request: Members = {}): Json => ({
    policies: { identity: [everything], ...policies },
    request: { principal: SESSION, action: 'sqs:SendMessage', resource: QUEUE, context: {}, ...request },
  })

  for (const [name, layer] of [
    ['boundary', { boundary: nothing }],
    ['session', { session: [nothing, nothing] }],
    ['scp', { scps: [everything, nothing] }],
  ] as const) {
    refused('limit', name, name, `nothing but S3 is allowed by a layer: ${name}`, asked(layer))
  }
  // Thousands of values on both sides: each alone is within every limit of size.
  const values = (count: number): readonly string[] =>
    Array.from({ length: count }, (_, at) => at.toString(36))
  const comparing = (wanted: number, sent: number): Json =>
    asked(
      {
        identity: [
          document(allow({ Condition: { StringEquals: { 'aws:PrincipalTag/Team': values(wanted) } } })),
        ],
      },
      {
        context: {
          'aws:PrincipalTag/Team': values(sent)
            .slice(-1)
            .concat(values(sent - 1)),
        },
      },
    )
  accepted('work', 'many-wanted', '2,000 values in a policy, and one in the request', comparing(2_000, 1))
  accepted(
    'work',
    'many-on-both-sides',
    '1,000 values in a policy, and 200 in the request',
    comparing(1_000, 200),
  )
  refused('work', 'too-much', 'too-much', '6,000 values in a policy, and 1,600 in the request', comparing(6_000, 1_600), { also: [{ rule: 'policy/grant', reason: 'no-allow' }] }) // prettier-ignore

  accepted('limit', 'all', 'every layer allows', asked({ boundary: everything, session: [nothing, everything], scps: [everything, everything] })) // prettier-ignore
  refused('grant', 'no-identity', 'no-allow', 'layers that cap grant nothing', asked({ identity: [], boundary: everything, session: [everything], scps: [everything] })) // prettier-ignore
  refused('limit', 'federated-user', 'session', 'a federated user without session policy', asked({}, { principal: GUEST })) // prettier-ignore

  const grant = (AWS: Json, more: Members = {}): Json => document(allow({ Principal: AWS === '*' ? '*' : { AWS }, ...more })) // prettier-ignore
  const capped = (resource: Json, request: Members = {}): Json => asked({ resource, boundary: nothing, session: [nothing] }, request) // prettier-ignore
  const fromResource = { value: { effect: 'allow', by: { layer: 'resource', policy: 0, statement: 0 } } }
  const byArn = { Condition: { ArnLike: { 'aws:PrincipalArn': `${ROLE.slice(0, -16)}*` } } }
  accepted('direct-grant', 'session', 'a grant to the very session goes past boundary and session policy', capped(grant(SESSION)), fromResource) // prettier-ignore
  accepted('direct-grant', 'user', 'a grant to the very user does', capped(grant(USER), { principal: USER }), fromResource) // prettier-ignore
  accepted('direct-grant', 'federated-user', 'a grant to the very federated user does', capped(grant(GUEST), { principal: GUEST }), fromResource) // prettier-ignore
  accepted('direct-grant', 'principal-arn', 'a grant to everyone whose role is named does', capped(grant('*', byArn), { context: { 'aws:PrincipalArn': ROLE } }), fromResource) // prettier-ignore
  const limits = { also: [{ rule: 'policy/limit', reason: 'session' }] }
  refused('limit', 'role-grant', 'boundary', 'a grant to the role is limited as the role is', capped(grant(ROLE)), limits) // prettier-ignore
  refused('limit', 'account-grant', 'boundary', 'a grant to the account only delegates', capped(grant(ACCOUNT)), limits) // prettier-ignore
  refused('limit', 'everyone', 'boundary', 'a grant to everyone is limited, as AWS says nothing else', capped(grant('*')), { also: [...limits.also, { rule: 'policy/direct-grant', reason: 'limited' }] }) // prettier-ignore
  refused('limit', 'session-grant-scp', 'scp', 'a grant to the very session does not go past an SCP', asked({ resource: grant(SESSION), scps: [nothing] })) // prettier-ignore
  accepted('grant', 'role-alone', 'a grant to the role needs no identity policy', asked({ identity: [], resource: grant(ROLE) })) // prettier-ignore
  refused('grant', 'account-alone', 'account-grant', 'a grant to the account needs one', asked({ identity: [], resource: grant(ACCOUNT) })) // prettier-ignore

  accepted('grant', 'cross-account', 'across accounts both allow', asked({ resource: grant(ROLE) }, { resource: FOREIGN })) // prettier-ignore
  refused('grant', 'cross-account-identity', 'no-resource-allow', 'across accounts only the identity policy allows', asked({}, { resource: FOREIGN })) // prettier-ignore
  refused('grant', 'cross-account-resource', 'no-identity-allow', 'across accounts only the resource policy allows', asked({ identity: [nothing], resource: grant(SESSION) }, { resource: FOREIGN })) // prettier-ignore
  refused('limit', 'cross-account-session', 'session', 'across accounts a grant to the very session goes past nothing', asked({ resource: grant(SESSION), session: [nothing] }, { resource: FOREIGN })) // prettier-ignore

  const listed = (NotAction: Json): Members => ({ identityContext: document({ Effect: 'Deny', NotAction, Resource: '*' }) }) // prettier-ignore
  accepted('explicit-deny', 'allow-list', 'an action on the allow list of an identity context', asked(listed(['sqs:SendMessage']))) // prettier-ignore
  refused('explicit-deny', 'allow-list-other', 'explicit-deny', 'an action that is not on it, granted to the very session', asked({ resource: grant(SESSION), ...listed(['s3:GetDataAccess']) })) // prettier-ignore

  // The guide's Deny policies for people whose access ends (2:3232, 2:3249, 2:8613).
  const revoked = (Condition: Json): Members => ({ scps: [document(allow(), deny({ Condition }))] })
  const byID = {
    StringEquals: { 'identitystore:userId': ['b0000000-1111-2222-3333-444455556666', '90676ab85f-2'] },
  }
  refused('explicit-deny', 'revoked', 'explicit-deny', 'an SCP that denies all to a person', asked(revoked(byID), { context: { 'identitystore:UserId': '90676ab85f-2' } })) // prettier-ignore
  accepted('explicit-deny', 'not-revoked', 'the same SCP, and another person', asked(revoked(byID), { context: { 'identitystore:UserId': '90676ab85f-3' } })) // prettier-ignore
  refused('explicit-deny', 'revoked-by-session', 'explicit-deny', 'an SCP that denies all to the name of a session', asked(revoked({ StringLike: { 'aws:UserId': '*:deleteduser@domain.com' } }), { context: { 'aws:userid': 'AROAEXAMPLE:deleteduser@domain.com' } })) // prettier-ignore
  const designated = { scps: [document(allow(), deny({ Sid: 'DenyIdCExceptInDesignatedAWSAccounts', Action: ['identitystore:*', 'sso:*', 'sso-directory:*', 'sso-oidc:*'], Condition: { StringNotEquals: { 'aws:PrincipalAccount': ['111111111111', ACCOUNT] } } }))] } // prettier-ignore
  accepted('explicit-deny', 'designated', "the guide's SCP for Identity Center, mended: a designated account", asked(designated, { action: 'sso:ListInstances', resource: '*' })) // prettier-ignore
  refused('explicit-deny', 'not-designated', 'explicit-deny', 'the same SCP: another account', asked(designated, { action: 'sso:ListInstances', resource: '*', principal: SESSION.replace(ACCOUNT, '222222222222') })) // prettier-ignore

  // Trust policies of trusted identity propagation (2:6240, 2:7068), and of one permission set (2:8733, mended).
  const assuming = (trusted: Json, request: Members): Json => asked({ identity: [], resource: trusted }, { action: 'sts:AssumeRole', resource: TARGET, ...request }) // prettier-ignore
  const redshift = document(
    trust({ Service: ['redshift-serverless.amazonaws.com', 'redshift.amazonaws.com'] }),
  )
  accepted('grant', 'trust-redshift', 'the service role of Redshift, assumed by Redshift', assuming(redshift, { principal: 'redshift.amazonaws.com' })) // prettier-ignore
  accepted('grant', 'trust-redshift-context', 'and its context set', assuming(redshift, { principal: 'redshift.amazonaws.com', action: 'sts:SetContext' })) // prettier-ignore
  refused('grant', 'trust-redshift-other', 'no-resource-allow', 'assumed by another service', assuming(redshift, { principal: 'lambda.amazonaws.com' })) // prettier-ignore
  refused('grant', 'trust-redshift-tags', 'no-resource-allow', 'with session tags, which it does not allow', assuming(redshift, { principal: 'redshift.amazonaws.com', action: 'sts:TagSession' })) // prettier-ignore

  const providers = 'sts:RequestContextProviders'
  const provider = 'arn:aws:iam::aws:contextProvider/IdentityCenter'
  const source = { 'aws:SourceAccount': ACCOUNT, 'aws:SourceArn': `arn:aws:s3:us-east-1:${ACCOUNT}:access-grants/default` } // prettier-ignore
  const grants = (more: Members): Json => document(trust({ Service: 'access-grants.s3.amazonaws.com' }, { Action: 'sts:SetContext', Condition: { StringEquals: source, 'ForAllValues:ArnEquals': { [providers]: provider }, ...more } })) // prettier-ignore
  const setting = (more: Members, context: Members): Json => assuming(grants(more), { principal: 'access-grants.s3.amazonaws.com', action: 'sts:SetContext', context: { ...source, ...context } }) // prettier-ignore
  accepted('grant', 'trust-access-grants', 'S3 Access Grants: the context of Identity Center', setting({}, { [providers]: [provider] })) // prettier-ignore
  refused('grant', 'trust-access-grants-other', 'no-resource-allow', 'S3 Access Grants: another provider as well', setting({}, { [providers]: [provider, 'arn:aws:iam::aws:contextProvider/Other'] }), { also: [{ rule: 'policy/condition-unmet', reason: 'mismatch' }] }) // prettier-ignore
  accepted('grant', 'trust-access-grants-absent', 'S3 Access Grants: no provider at all, which ForAllValues lets through', setting({}, {})) // prettier-ignore
  refused('grant', 'trust-access-grants-guarded', 'no-resource-allow', 'S3 Access Grants: no provider at all, with the guard', setting({ Null: { [providers]: 'false' } }, {}), { also: [{ rule: 'policy/condition-unmet', reason: 'key-absent' }] }) // prettier-ignore

  const reserved = `arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com`
  const admin = (pattern: string): Json => document(trust({ AWS: `arn:aws:iam::${ACCOUNT}:root` }, { Action: 'sts:AssumeRole', Condition: { ArnLike: { 'aws:PrincipalArn': pattern } } })) // prettier-ignore
  const administrator = (pattern: string, path: string, suffix: string): Json => ({
    policies: { identity: [everything], resource: admin(pattern) },
    request: {
      principal: `arn:aws:sts::${ACCOUNT}:assumed-role/AWSReservedSSO_AdministratorAccess_${suffix}/ada`,
      action: 'sts:AssumeRole',
      resource: TARGET,
      context: { 'aws:PrincipalArn': `${reserved}${path}/AWSReservedSSO_AdministratorAccess_${suffix}` },
    },
  })
  const printed = `${reserved}/eu-west-2/AWSReservedSSO_AdministratorAccess_*`
  const unmet = { also: [{ rule: 'policy/condition-unmet', reason: 'mismatch' }] }
  accepted('grant', 'trust-permission-set', "a role for one permission set, by the guide's pattern", administrator(printed, '/eu-west-2', '0123456789abcdef')) // prettier-ignore
  accepted('grant', 'trust-permission-set-remade', 'the same after the role was made anew', administrator(printed, '/eu-west-2', 'fedcba9876543210')) // prettier-ignore
  refused('grant', 'trust-permission-set-no-region', 'no-resource-allow', 'the same where the path has no Region', administrator(printed, '', '0123456789abcdef'), unmet) // prettier-ignore
  accepted('grant', 'trust-permission-set-star', 'a pattern for both shapes of the path', administrator(`${reserved}*/AWSReservedSSO_AdministratorAccess_*`, '', '0123456789abcdef')) // prettier-ignore
  refused('role-path', 'unknown', 'path-unknown', 'a condition on the ARN of the role, of which only the session is known', asked({ identity: [document(allow({ Condition: { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/*` } } }))] }, { resource: INSTANCE })) // prettier-ignore
  accepted('role-path', 'told', 'the same with the ARN of the role told', asked({ identity: [document(allow({ Condition: { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/*` } } }))] }, { resource: INSTANCE, context: { 'aws:PrincipalArn': ROLE } })) // prettier-ignore
  return vectors
}
