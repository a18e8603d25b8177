import { cases, type Json, type Vector } from './vector.js'
import type { Members } from './world.js'

const PROVIDER = 'arn:aws:iam::aws:contextProvider/IdentityCenter'
const SERVICE = 'redshift.amazonaws.com'

export function trustVectors(): readonly Vector[] {
  const { accepted, refused, warned, vectors } = cases('trustPolicy', 'policy')
  const allow = (Action: Json, more: Members = {}): Members => ({ Effect: 'Allow', Principal: { Service: SERVICE }, Action, ...more }) // prettier-ignore
  const both = allow(['sts:AssumeRole', 'sts:SetContext'])
  const policy = (Statement: Json, more: Members = {}): Json => ({ policy: { Version: '2012-10-17', Statement }, ...more }) // prettier-ignore
  const one = (more: Members, options: Members = {}): Json => policy([{ ...both, ...more }], options)

  accepted('trust-policy', 'object', 'a policy of one statement', policy([both]), { value: { assumeRole: [SERVICE], setContext: [SERVICE] } }) // prettier-ignore
  accepted('trust-policy', 'text', 'a policy as JSON text', { policy: JSON.stringify({ Version: '2012-10-17', Statement: both }) }) // prettier-ignore
  const shapes: readonly [string, string, string, Json][] = [
    ['null', 'type', 'null', { policy: null }],
    ['json', 'json', 'text that is no JSON', { policy: '{' }],
    ['oversize', 'oversize', 'text of 100,001 characters', { policy: { text: '{}', paddedTo: 100_001 } }],
    ['duplicate', 'duplicate-member', 'a member twice', { policy: `{"Statement":${JSON.stringify(both)},"Statement":[]}` }],
    ['version', 'version', 'a version that does not exist', { policy: { Version: '2025-01-01', Statement: [both] } }],
    ['no-statement', 'missing', 'no statement', { policy: { Version: '2012-10-17' } }],
    ['unknown-member', 'unknown-member', 'a resource, which a trust policy has not', one({ Resource: '*' })],
    ['principal-text', 'type', 'a service in place of the principals', policy([both, { ...both, Principal: SERVICE }])],
    ['action-number', 'type', 'a number as an action', policy([both, { ...both, Action: 1 }])],
    ['condition-array', 'type', 'an array of conditions', one({ Condition: [] })],
    ['effect', 'effect', 'an effect in another case', policy([both, { ...both, Effect: 'allow' }])],
    ['both-actions', 'action', 'Action and NotAction', policy([both, { ...both, NotAction: 'sts:TagSession' }])],
  ] // prettier-ignore
  for (const [name, reason, title, input] of shapes) refused('trust-policy', name, reason, title, input)

  const caller = (name: string): Members => ({ caller: name })
  accepted('trust-assume-role', 'caller', 'the calling service', policy([both], caller(SERVICE)))
  accepted('trust-assume-role', 'case', 'actions in another case', policy([allow(['STS:assumerole', 'sts:setContext'])])) // prettier-ignore
  accepted('trust-assume-role', 'account', 'a role of an account that is trusted', policy([{ ...both, Principal: { AWS: 'arn:aws:iam::111122223333:root' } }], caller('arn:aws:iam::111122223333:role/app'))) // prettier-ignore
  refused('trust-assume-role', 'missing', 'missing', 'nobody may assume the role', policy([allow('sts:SetContext')])) // prettier-ignore
  refused('trust-assume-role', 'other', 'other-principal', 'only another service may assume the role', policy([both, allow('sts:SetContext', { Principal: { Service: 'a.amazonaws.com' } })], caller('a.amazonaws.com'))) // prettier-ignore
  refused('trust-assume-role', 'denied', 'denied', 'the role is denied again', policy([both, { ...allow('sts:AssumeRole'), Effect: 'Deny' }], caller(SERVICE))) // prettier-ignore

  accepted('trust-set-context', 'same-principal', 'whoever may assume the role may set the context', policy([allow('sts:AssumeRole'), allow('sts:SetContext')])) // prettier-ignore
  accepted('trust-set-context', 'wildcard', 'every action of STS', policy([allow('sts:*')]))
  refused('trust-set-context', 'missing', 'missing', 'nobody may set the context', policy([allow('sts:AssumeRole')])) // prettier-ignore
  refused('trust-set-context', 'tag-session', 'missing', 'another action in its place', policy([allow(['sts:AssumeRole', 'sts:TagSession'])])) // prettier-ignore
  refused('trust-set-context', 'other', 'other-principal', 'only another service may set the context', policy([allow('sts:AssumeRole'), allow('sts:SetContext', { Principal: { Service: 'a.amazonaws.com' } })])) // prettier-ignore

  const tagged = (actions: Json, ...more: Json[]): Json => ({ ...(policy([allow(actions), ...more]) as object), tagSession: true }) as Json // prettier-ignore
  accepted('trust-tag-session', 'same-principal', 'whoever may assume the role may tag the session', tagged(['sts:AssumeRole', 'sts:SetContext', 'sts:TagSession'])) // prettier-ignore
  accepted('trust-tag-session', 'untagged', 'a session without tags', policy([both]))
  refused('trust-tag-session', 'missing', 'missing', 'nobody may tag the session', tagged(['sts:AssumeRole', 'sts:SetContext'])) // prettier-ignore
  refused('trust-tag-session', 'other', 'other-principal', 'only another service may tag the session', tagged(['sts:AssumeRole', 'sts:SetContext'], allow('sts:TagSession', { Principal: { Service: 'a.amazonaws.com' } }))) // prettier-ignore

  accepted('trust-action-name', 'right', 'sts:SetContext', policy([both]))
  refused('trust-action-name', 'set-contexts', 'wrong-name', 'an action that does not exist', policy([both, allow('sts:SetSourceContext')])) // prettier-ignore
  refused('trust-action-name', 'separator', 'separator', 'an action with another separator', policy([both, allow('sts>SetContext')])) // prettier-ignore

  const key = 'sts:RequestContextProviders'
  const condition = (Condition: Json): Json => policy([allow('sts:AssumeRole'), allow('sts:SetContext', { Condition })]) // prettier-ignore
  accepted('trust-null-guard', 'guarded', 'ForAllValues with its guard', condition({ 'ForAllValues:ArnEquals': { [key]: [PROVIDER] }, Null: { [key]: 'false' } })) // prettier-ignore
  accepted('trust-null-guard', 'boolean', 'a guard with a boolean', condition({ 'ForAllValues:ArnEquals': { [key]: PROVIDER }, Null: { [key]: false } })) // prettier-ignore
  warned('trust-null-guard', 'unguarded', 'unguarded', 'ForAllValues without its guard', condition({ 'ForAllValues:ArnEquals': { [key]: [PROVIDER] } })) // prettier-ignore
  warned('trust-null-guard', 'other-key', 'unguarded', 'a guard for another key', condition({ 'ForAllValues:ArnEquals': { [key]: [PROVIDER] }, Null: { 'aws:SourceArn': 'false' } })) // prettier-ignore
  warned('trust-null-guard', 'true', 'unguarded', 'a guard that asks for the contrary', condition({ 'ForAllValues:ArnEquals': { [key]: [PROVIDER] }, Null: { [key]: 'true' } })) // prettier-ignore

  accepted('trust-context-provider', 'right', 'the provider of Identity Center', condition({ 'ForAnyValue:ArnEquals': { [key]: [PROVIDER] } })) // prettier-ignore
  accepted('trust-context-provider', 'denial', 'a denial to another provider', policy([both, { ...allow('sts:SetContext', { Condition: { 'ForAnyValue:ArnEquals': { [key]: ['arn:aws:iam::aws:contextProvider/Other'] } } }), Effect: 'Deny' }])) // prettier-ignore
  refused('trust-context-provider', 'other', 'mismatch', 'another provider', condition({ 'ForAnyValue:ArnEquals': { [key]: ['arn:aws:iam::aws:contextProvider/Other'] } })) // prettier-ignore
  refused('trust-context-provider', 'account', 'mismatch', 'the provider with an account', condition({ 'ForAnyValue:StringEquals': { [key]: PROVIDER.replace('::aws:', '::111122223333:') } })) // prettier-ignore

  accepted('trust-credential-id', 'user-id', 'a condition on the user', condition({ StringEquals: { 'identitystore:UserId': 'a' } })) // prettier-ignore
  warned('trust-credential-id', 'credential-id', 'random', 'a condition on the credential', condition({ StringEquals: { 'IdentityCenter:credentialid': 'a' } })) // prettier-ignore
  return vectors
}

export function planVectors(): readonly Vector[] {
  const { accepted, refused, warned, vectors } = cases('preflight', 'plan')
  const account = '111122223333'
  const service = (name: string, more: Members = {}): Members => ({ service: name, region: 'us-east-1', accountID: account, connected: true, ...more }) // prettier-ignore
  const plan = (more: Members = {}, instance: Members = {}): Json => ({
    plan: {
      instance: {
        type: 'organization',
        regions: ['us-east-1'],
        accountID: account,
        identityProviderConnected: true,
        usersProvisioned: true,
        groupsProvisioned: true,
        ...instance,
      },
      services: [service('redshift')],
      ...more,
    },
  })
  const services = (...list: Members[]): Members => ({ services: list })
  const inAccount = { type: 'account' }
  const small = { also: [{ rule: 'tti/tip-organization-instance', reason: 'account-instance' }] }

  accepted('tip-region', 'same', 'a service in the Region of the instance', plan())
  accepted('tip-region', 'replicated', 'an instance that is replicated', plan(services(service('redshift', { region: 'eu-west-1' })), { regions: ['us-east-1', 'eu-west-1'] })) // prettier-ignore
  refused('tip-region', 'other', 'other-region', 'a service in another Region', plan(services(service('redshift', { region: 'eu-west-1' })))) // prettier-ignore

  accepted('tip-account-instance', 'organization', 'another account, with an organization instance', plan(services(service('redshift', { accountID: '444455556666' })))) // prettier-ignore
  refused('tip-account-instance', 'other', 'other-account', 'another account, with an account instance', plan(services(service('redshift', { accountID: '444455556666' })), inAccount), small) // prettier-ignore
  accepted('tip-organization-instance', 'organization', 'an organization instance', plan())
  warned('tip-organization-instance', 'account', 'account-instance', 'an account instance', plan({}, inAccount)) // prettier-ignore

  accepted('tip-provisioned', 'all', 'users and groups are provisioned', plan())
  for (const member of ['identityProviderConnected', 'usersProvisioned', 'groupsProvisioned']) {
    refused('tip-provisioned', member.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), 'not-ready', `not yet: ${member}`, plan({}, { [member]: false })) // prettier-ignore
  }
  accepted('tip-connected', 'connected', 'a service that is connected', plan())
  refused('tip-connected', 'not-connected', 'not-connected', 'a service that is not connected', plan(services(service('redshift', { connected: false })))) // prettier-ignore

  accepted('tip-supported', 'supported', 'services that support propagation', plan(services(service('redshift'), service('opensearch'), service('glue')))) // prettier-ignore
  refused('tip-supported', 'unsupported', 'unsupported', 'a service that does not', plan(services(service('kendra')))) // prettier-ignore
  refused('tip-supported', 'unknown', 'unknown-service', 'a service that nobody knows', plan(services(service('constructor')))) // prettier-ignore
  accepted('tip-support-agreed', 'agreed', 'a service of which all sources say the same', plan())
  warned('tip-support-agreed', 'contradictory', 'contradictory', 'a service of which they do not', plan(services(service('q-business')))) // prettier-ignore
  accepted('tip-account-instance-support', 'organization', 'a service for organization instances only, with one', plan(services(service('redshift')))) // prettier-ignore
  refused('tip-account-instance-support', 'account', 'organization-only', 'the same with an account instance', plan(services(service('sagemaker-studio')), inAccount), { also: [...small.also, { rule: 'tti/tip-support-agreed', reason: 'contradictory' }] }) // prettier-ignore

  const actions = ['sso:*', 'signin:*']
  const sessions = (more: Members = {}): Members => ({ consoleSessions: { amazonQ: true, administratorActions: actions, usersMaySetContext: true, ...more } }) // prettier-ignore
  accepted('tip-console-sessions', 'wildcards', 'an administrator with all actions', plan(sessions()))
  refused('tip-console-sessions', 'missing-permission', 'missing-permission', 'an administrator without one', plan(sessions({ administratorActions: ['sso:*', 'signin:List*'] }))) // prettier-ignore
  refused('tip-console-sessions', 'set-context', 'no-set-context', 'users who may not set the context', plan(sessions({ usersMaySetContext: false }))) // prettier-ignore
  refused('tip-console-sessions', 'opt-in', 'opt-in-region', 'a Region that is disabled by default', plan({ ...sessions(), services: [] }, { regions: ['af-south-1'] })) // prettier-ignore
  refused('tip-console-sessions', 'account', 'account-instance', 'an account instance', plan(sessions(), inAccount), small) // prettier-ignore

  const studio = (more: Members): Json => plan({ emrStudio: { trustedIdentityPropagation: true, features: [], ...more } }) // prettier-ignore
  accepted('tip-emr-studio-choice', 'same', 'a Studio that was made with propagation', studio({ madeWithPropagation: true })) // prettier-ignore
  refused('tip-emr-studio-choice', 'changed', 'immutable', 'a Studio that was made without', studio({ madeWithPropagation: false })) // prettier-ignore
  accepted('tip-emr-studio-features', 'template', 'clusters from templates', studio({ features: ['cluster-template'] })) // prettier-ignore
  for (const feature of [
    'cluster-without-template',
    'emr-serverless',
    'emr-on-eks',
    'runtime-role',
    'sql-explorer',
    'workspace-collaboration',
  ]) {
    // prettier-ignore
    refused('tip-emr-studio-features', feature, 'unsupported', `a feature that does not work: ${feature}`, studio({ features: [feature] })) // prettier-ignore
  }

  const athena = (more: Members): Json => plan({ athena: { engine: 'trino', client: 'emr-studio', lakeFormation: true, s3AccessGrants: true, ...more } }) // prettier-ignore
  accepted('tip-athena-engine', 'trino', 'the Trino engine', athena({}))
  refused('tip-athena-engine', 'spark', 'unsupported', 'the Spark engine', athena({ engine: 'spark' }))
  accepted('tip-athena-client', 'custom', 'an application of your own', athena({ client: 'custom' }))
  for (const client of ['jdbc', 'odbc']) refused('tip-athena-client', client, 'unsupported', `a client: ${client}`, athena({ client })) // prettier-ignore
  accepted('tip-athena-grants', 'both', 'Lake Formation and S3 Access Grants', athena({}))
  refused('tip-athena-grants', 'lake-formation', 'missing', 'no Lake Formation', athena({ lakeFormation: false })) // prettier-ignore
  refused('tip-athena-grants', 's3', 'missing', 'no S3 Access Grants', athena({ s3AccessGrants: false }))

  const party = { region: 'us-east-1', organizationID: 'o-1', instanceArn: 'arn:aws:sso:::instance/ssoins-1234567890abcdef' } // prettier-ignore
  const lake = (locationRoleArn: string, more: Members = {}): Json => plan({ lakeFormation: { locationRoleArn, ...more } }) // prettier-ignore
  const role = `arn:aws:iam::${account}:role/lake`
  accepted('tip-lake-formation-role', 'own', 'a role of your own', lake(role))
  refused('tip-lake-formation-role', 'service-linked', 'service-linked', 'the service-linked role', lake(`arn:aws:iam::${account}:role/aws-service-role/lakeformation.amazonaws.com/AWSServiceRoleForLakeFormationDataAccess`)) // prettier-ignore
  refused('tip-lake-formation-role', 'no-arn', 'too-short', 'a name in place of the ARN', lake('lake'))
  accepted('tip-lake-formation-sharing', 'same', 'one Region, organization and instance', lake(role, { sharing: { grantor: party, grantee: party } })) // prettier-ignore
  for (const [name, more] of [
    ['region', { region: 'eu-west-1' }],
    ['organization', { organizationID: 'o-2' }],
    ['instance', { instanceArn: 'arn:aws:sso:::instance/ssoins-2' }],
  ] as const) {
    // prettier-ignore
    refused('tip-lake-formation-sharing', name, 'mismatch', `sharing across: ${name}`, lake(role, { sharing: { grantor: party, grantee: { ...party, ...more } } })) // prettier-ignore
  }
  return vectors
}
