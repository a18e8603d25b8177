import { describe, expect, it } from 'vitest'
import { actorAllows } from '../../src/tti/actorPolicy.js'
import { validateDeployment } from '../../src/tti/index.js'
import { APPLICATION, CALLER, CONFIGURATION, makeDeployment } from '../support/deployment.js'

const base = makeDeployment().applications[0]!
const allow = { Effect: 'Allow', Principal: '*', Action: 'sso-oauth:CreateTokenWithIAM', Resource: '*' }
const deny = { ...allow, Effect: 'Deny' }

function allows(statements: readonly object[], caller = CALLER, context = {}): boolean {
  const application = { ...base, actorPolicies: [{ Version: '2012-10-17', Statement: statements }] }
  return actorAllows(application, caller, context)
}

const unknownConditions = [
  { StringEquals: { 'aws:PrincipalTag/team': 'contractors' } },
  { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } },
  { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } },
  {
    StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' },
    Bool: { 'aws:PrincipalIsAWSService': 'false' },
  },
  { StringEqualsIfExists: { 'aws:RequestedRegion': 'us-east-1' } },
  { Null: { 'aws:TokenIssueTime': 'false' } },
  { Null: { 'aws:PrincipalOrgID': 'true' } },
  { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'a' } },
  { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/contractors/*' } },
  { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/contractors/*' } },
  { StringEquals: { 'aws:PrincipalAccount': '${aws:SourceAccount}' } },
  { StringNotEquals: { 'aws:PrincipalAccount': "${aws:SourceAccount, '1'}" } },
]

describe('an actor policy', () => {
  it('allows whom it names', () => {
    expect(allows([allow])).toBe(true)
    expect(allows([{ ...allow, Principal: { AWS: 'arn:aws:iam::111122223333:role/path/my-app' } }])).toBe(
      true,
    )
    expect(allows([{ ...allow, Principal: { AWS: 'arn:aws:iam::111122223333:role/other' } }])).toBe(false)
    expect(allows([{ ...allow, Resource: APPLICATION }])).toBe(true)
    expect(allows([{ ...allow, Resource: `${APPLICATION}x` }])).toBe(false)
    expect(allows([])).toBe(false)
  })

  it.each(unknownConditions)(
    'with a condition that cannot be decided is read against the caller: %j',
    (Condition) => {
      expect(allows([allow])).toBe(true)
      expect(allows([{ ...allow, Condition }])).toBe(false)
      expect(allows([allow, { ...deny, Condition }])).toBe(false)
    },
  )

  it('with a variable in its resource that cannot be decided is read against the caller', () => {
    const last = APPLICATION.split('/').at(-1) ?? ''
    const Resource = `${APPLICATION.slice(0, -last.length)}\${aws:PrincipalTag/app}`
    expect(allows([{ ...allow, Resource }])).toBe(false)
    expect(allows([allow, { ...deny, Resource }])).toBe(false)
    expect(allows([{ ...allow, Resource }], CALLER, { 'aws:PrincipalTag/app': last })).toBe(true)
    expect(allows([allow, { ...deny, Resource }], CALLER, { 'aws:PrincipalTag/app': 'apl-0' })).toBe(true)
  })

  it('decides conditions on what is known of the caller', () => {
    const Condition = { StringEquals: { 'aws:PrincipalTag/team': 'core' } }
    const known = { 'aws:PrincipalTag/team': 'core' }
    expect(allows([{ ...allow, Condition }], CALLER, known)).toBe(true)
    expect(allows([{ ...allow, Condition }], CALLER, { 'aws:PrincipalTag/team': 'other' })).toBe(false)
    expect(allows([allow, { ...deny, Condition }], CALLER, known)).toBe(false)
    expect(
      allows([{ ...allow, Condition: { StringEquals: { 'aws:PrincipalAccount': '111122223333' } } }]),
    ).toBe(true)
    expect(allows([{ ...allow, Condition: { Bool: { 'aws:PrincipalIsAWSService': 'false' } } }])).toBe(true)
    const byArn = { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/apps/*' } }
    const arn = { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/apps/my-app' }
    expect(allows([{ ...allow, Condition: byArn }], CALLER, arn)).toBe(true)
  })

  it.each([
    'arn:aws-us-gov:sts::111122223333:assumed-role/my-app/s',
    'lambda.amazonaws.com',
    'accounts.google.com',
    'arn:aws:iam::111122223333:saml-provider/idp',
    'arn:aws:iam::111122223333:role/*',
    '*',
    '',
    'not an arn',
  ])('allows no caller that is not of its partition and kind: %j', (caller) => {
    expect(allows([allow], caller)).toBe(false)
  })

  it('is warned of when a condition is on a key that an exchange does not know', () => {
    const configuration = structuredClone(CONFIGURATION)
    const policy =
      configuration.Applications[0]!.AuthenticationMethods[0]!.AuthenticationMethod.Iam.ActorPolicy
    Object.assign(policy.Statement[0]!, { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } })
    const verdict = validateDeployment(configuration)
    expect(verdict.ok).toBe(true)
    expect(verdict.findings.map(({ rule, reason }) => `${rule} ${reason}`)).toEqual([
      'tti/actor-policy-condition unknown-key',
    ])
  })
})
