import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FederationError, type Verdict } from '../../../src/core/outcome.js'
import {
  buildTrustPolicy,
  checkTrustPolicy,
  trustPolicyFor,
  trustTemplates,
} from '../../../src/tti/roleSession/index.js'

const PROVIDER = 'arn:aws:iam::aws:contextProvider/IdentityCenter'
const APP = 'arn:aws:iam::111122223333:role/App'
const LOCATION = 'arn:aws:s3:us-east-1:111122223333:access-grants/default'
const found = (verdict: Verdict<unknown>) => verdict.findings.map(({ rule, reason }) => `${rule} ${reason}`)
const allow = (Action: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Principal: { Service: 'redshift.amazonaws.com' },
  Action,
  ...more,
})
const policy = (...Statement: unknown[]) => ({ Version: '2012-10-17', Statement })
const BOTH = ['sts:AssumeRole', 'sts:SetContext']
const providers = (operator: string, value: unknown, more: object = {}) =>
  policy(
    allow('sts:AssumeRole'),
    allow('sts:SetContext', { Condition: { [operator]: { 'sts:RequestContextProviders': value }, ...more } }),
  )
const GUARD = { Null: { 'sts:RequestContextProviders': 'false' } }

describe('buildTrustPolicy', () => {
  it('allows both actions, the context from Identity Center only', () => {
    expect(buildTrustPolicy({ principal: { AWS: APP } })).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Sid: 'AssumeRole', Effect: 'Allow', Principal: { AWS: APP }, Action: ['sts:AssumeRole'] },
        {
          Sid: 'SetContext',
          Effect: 'Allow',
          Principal: { AWS: APP },
          Action: ['sts:SetContext'],
          Condition: {
            'ForAllValues:ArnEquals': { 'sts:RequestContextProviders': [PROVIDER] },
            Null: { 'sts:RequestContextProviders': 'false' },
          },
        },
      ],
    })
  })

  it('asks for the external id when the role is assumed, not when the context is set', () => {
    const { Statement } = buildTrustPolicy({
      principal: { AWS: APP },
      externalID: 'ex-1',
      tagSession: true,
      setSourceIdentity: true,
      restrictContextProviders: false,
    })
    expect(Statement).toMatchObject([
      {
        Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
        Condition: { StringEquals: { 'sts:ExternalId': 'ex-1' } },
      },
      { Action: ['sts:SetContext'] },
    ])
    expect(Statement[1]?.Condition).toBeUndefined()
  })

  it.each([
    { principal: {} },
    { principal: { AWS: '*' } },
    { principal: { AWS: [] } },
    { principal: { Service: '' } },
    { principal: { AWS: APP }, sourceAccount: '1' },
  ])('throws for %j', (options) => {
    expect(() => buildTrustPolicy(options)).toThrow(FederationError)
  })

  it('is accepted by its own lint, without a warning', () => {
    for (const restrictContextProviders of [true, false]) {
      const built = buildTrustPolicy({
        principal: { AWS: APP },
        sourceArn: LOCATION,
        restrictContextProviders,
      })
      expect(checkTrustPolicy(built, { caller: APP })).toEqual({
        ok: true,
        value: { assumeRole: [APP], setContext: [APP] },
        findings: [],
      })
    }
  })
})

describe('templates', () => {
  it.each([
    ['redshift', ['redshift-serverless.amazonaws.com', 'redshift.amazonaws.com']],
    ['emr-studio', ['elasticmapreduce.amazonaws.com']],
    ['lake-formation', ['lakeformation.amazonaws.com']],
  ] as const)('%s', (name, Service) => {
    expect(trustPolicyFor(name)).toEqual({
      Version: '2012-10-17',
      Statement: [{ Sid: 'AssumeRoleAndSetContext', Effect: 'Allow', Principal: { Service }, Action: BOTH }],
    })
  })

  it('s3-access-grants', () => {
    const StringEquals = { 'aws:SourceAccount': '111122223333', 'aws:SourceArn': LOCATION }
    const Principal = { Service: ['access-grants.s3.amazonaws.com'] }
    expect(
      trustPolicyFor('s3-access-grants', { sourceAccount: '111122223333', sourceArn: LOCATION }),
    ).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'AssumeRole',
          Effect: 'Allow',
          Principal,
          Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
          Condition: { StringEquals },
        },
        {
          Sid: 'SetContext',
          Effect: 'Allow',
          Principal,
          Action: ['sts:SetContext'],
          Condition: {
            StringEquals,
            'ForAllValues:ArnEquals': { 'sts:RequestContextProviders': [PROVIDER] },
            ...GUARD,
          },
        },
      ],
    })
    expect(() => trustPolicyFor('s3-access-grants')).toThrow(FederationError)
  })

  it('each passes the lint for every service that it names, as an object and as text', () => {
    for (const name of Object.keys(trustTemplates) as (keyof typeof trustTemplates)[]) {
      const built = trustPolicyFor(name, { sourceAccount: '111122223333', sourceArn: LOCATION })
      for (const caller of trustTemplates[name].services) {
        expect(checkTrustPolicy(built, { caller })).toMatchObject({ ok: true, findings: [] })
        expect(checkTrustPolicy(JSON.stringify(built, null, 2), { caller })).toMatchObject({
          ok: true,
          findings: [],
        })
      }
    }
  })

  it('throws for an unknown name', () => {
    expect(() => trustPolicyFor('toString' as 'redshift')).toThrow(FederationError)
  })
})

describe('checkTrustPolicy', () => {
  it.each<[string, unknown]>([
    ['one statement', policy(allow(BOTH))],
    ['no list around the statement', { Statement: allow(BOTH) }],
    ['the old version', { Version: '2008-10-17', Statement: [allow(BOTH)] }],
    ['another case, which IAM does not tell apart', policy(allow(['STS:assumerole', 'sts:setContext']))],
    ['wildcards', policy(allow('sts:*'))],
    ['every action but others', policy({ ...allow(undefined), Action: undefined, NotAction: 'iam:*' })],
    ['a guarded condition', providers('ForAllValues:ArnEquals', PROVIDER, GUARD)],
    [
      'a guard that is a boolean',
      providers('ForAllValues:ArnEquals', [PROVIDER], { Null: { 'sts:requestcontextproviders': false } }),
    ],
    ['ForAnyValue', providers('ForAnyValue:ArnLike', [PROVIDER])],
    ['a pattern', providers('ArnLike', 'arn:aws:iam::aws:contextProvider/*')],
    [
      'everybody may assume, one may set',
      policy({ ...allow('sts:AssumeRole'), Principal: '*' }, allow('sts:SetContext')),
    ],
  ])('accepts %s', (_name, value) => {
    expect(checkTrustPolicy(value)).toMatchObject({ ok: true, findings: [] })
  })

  it.each<[string[], unknown]>([
    [['tti/trust-set-context missing'], policy(allow('sts:AssumeRole'))],
    [['tti/trust-assume-role missing'], policy(allow('sts:SetContext'))],
    [['tti/trust-assume-role missing', 'tti/trust-set-context missing'], policy(allow('sts:TagSession'))],
    [
      ['tti/trust-set-context missing', 'tti/trust-action-name wrong-name'],
      policy(allow(['sts:AssumeRole', 'sts:SessionContext'])),
    ],
    [
      ['tti/trust-set-context missing', 'tti/trust-action-name wrong-name'],
      policy(allow(['sts:AssumeRole', 'sts:WithContext'])),
    ],
    [
      ['tti/trust-set-context missing', 'tti/trust-action-name separator'],
      policy(allow(['sts:AssumeRole', 'sts>SetContext'])),
    ],
    [
      ['tti/trust-set-context other-principal'],
      policy(allow('sts:AssumeRole'), {
        ...allow('sts:SetContext'),
        Principal: { Service: 'ec2.amazonaws.com' },
      }),
    ],
    [['tti/trust-set-context denied'], policy(allow(BOTH), { ...allow('sts:SetContext'), Effect: 'Deny' })],
    [
      ['tti/trust-context-provider mismatch'],
      providers('ForAllValues:ArnEquals', 'arn:aws:iam::aws:contextProvider/identitycenter', GUARD),
    ],
  ])('refuses with %j', (expected, value) => {
    const verdict = checkTrustPolicy(value)
    expect(verdict.ok).toBe(false)
    expect(found(verdict)).toEqual(expected)
  })

  it.each<[string[], unknown]>([
    [['tti/trust-null-guard unguarded'], providers('ForAllValues:ArnEquals', [PROVIDER])],
    [
      ['tti/trust-null-guard unguarded'],
      providers('ForAllValues:ArnEquals', [PROVIDER], { Null: { 'sts:RequestContextProviders': 'true' } }),
    ],
    [
      ['tti/trust-null-guard unguarded'],
      providers('ForAllValues:ArnEquals', [PROVIDER], {
        Null: { 'sts:RequestContextProviders': ['false', 'true'] },
      }),
    ],
    [
      ['tti/trust-null-guard unguarded'],
      providers('ForAllValues:ArnEquals', [PROVIDER], { Null: { 'aws:x': 'false' } }),
    ],
    [
      ['tti/trust-credential-id random'],
      policy(allow(BOTH, { Condition: { StringEquals: { 'identitycenter:credentialid': 'x' } } })),
    ],
  ])('accepts with the warning %j', (expected, value) => {
    const verdict = checkTrustPolicy(value)
    expect(verdict.ok).toBe(true)
    expect(found(verdict)).toEqual(expected)
  })

  it('a condition that ForAllValues stands in a Deny needs no guard', () => {
    const deny = {
      ...allow('sts:SetContext'),
      Effect: 'Deny',
      Condition: { 'ForAllValues:ArnNotEquals': { 'sts:RequestContextProviders': PROVIDER } },
    }
    expect(checkTrustPolicy(policy(allow(BOTH), deny))).toMatchObject({ ok: true, findings: [] })
  })

  it.each<[string, string, unknown, string[]]>([
    ['the service named', 'redshift.amazonaws.com', policy(allow(BOTH)), []],
    [
      'another service',
      'ec2.amazonaws.com',
      policy(allow(BOTH)),
      ['tti/trust-assume-role other-principal', 'tti/trust-set-context other-principal'],
    ],
    [
      'a role by its account',
      APP,
      policy({ ...allow(BOTH), Principal: { AWS: 'arn:aws:iam::111122223333:root' } }),
      [],
    ],
    ['a role by its account number', APP, policy({ ...allow(BOTH), Principal: { AWS: '111122223333' } }), []],
    [
      'a role of another account',
      APP,
      policy({ ...allow(BOTH), Principal: { AWS: '444455556666' } }),
      ['tti/trust-assume-role other-principal', 'tti/trust-set-context other-principal'],
    ],
    [
      'a role that is denied although its account is allowed',
      APP,
      policy(
        { ...allow(BOTH), Principal: { AWS: '111122223333' } },
        { ...allow('sts:SetContext'), Effect: 'Deny', Principal: { AWS: APP } },
      ),
      ['tti/trust-set-context denied'],
    ],
  ])('judges %s', (_name, caller, value, expected) => {
    expect(found(checkTrustPolicy(value, { caller }))).toEqual(expected)
  })

  it.each<[string, string, unknown]>([
    ['type', '$', null],
    ['type', '$', []],
    ['type', '$', 7],
    ['json', '$', '{'],
    ['json', '$', '{"a":'.repeat(30)],
    ['oversize', '$', ' '.repeat(100_001)],
    ['type', '$', '"text"'],
    [
      'duplicate-member',
      '$.Version',
      `{"Version":"2012-10-17","Version":"x","Statement":${JSON.stringify(allow(BOTH))}}`,
    ],
    ['missing', '$.Statement', { Version: '2012-10-17' }],
    ['missing', '$.Statement', { Statement: [] }],
    ['version', '$.Version', { Version: '2012-10-18', Statement: allow(BOTH) }],
    ['unknown-member', '$.statement', { Statement: allow(BOTH), statement: [] }],
    ['too-many', '$.Statement', policy(...Array.from({ length: 101 }, () => allow(BOTH)))],
    ['type', '$.Statement[0]', policy('x')],
    ['effect', '$.Statement[0].Effect', policy({ ...allow(BOTH), Effect: 'allow' })],
    ['unknown-member', '$.Statement[0].Resource', policy({ ...allow(BOTH), Resource: '*' })],
    ['unknown-member', '$.Statement[0].NotPrincipal', policy({ ...allow(BOTH), NotPrincipal: '*' })],
    ['action', '$.Statement[0]', policy({ ...allow(BOTH), NotAction: 'x:y' })],
    ['missing', '$.Statement[0].Action', policy(allow(undefined))],
    ['missing', '$.Statement[0].Action', policy(allow([]))],
    ['type', '$.Statement[0].Action[1]', policy(allow(['sts:*', 1]))],
    ['type', '$.Statement[0].Principal', policy({ ...allow(BOTH), Principal: 'x' })],
    ['type', '$.Statement[0].Principal', policy({ ...allow(BOTH), Principal: undefined })],
    [
      'unknown-member',
      '$.Statement[0].Principal.service',
      policy({ ...allow(BOTH), Principal: { service: 'x' } }),
    ],
    ['type', '$.Statement[0].Condition', policy(allow(BOTH, { Condition: [] }))],
    ['type', '$.Statement[0].Condition.Null', policy(allow(BOTH, { Condition: { Null: 'x' } }))],
    ['type', '$.Statement[0].Condition.Null.a', policy(allow(BOTH, { Condition: { Null: { a: {} } } }))],
    ['type', '$.Statement[0].Condition.Null.a[0]', policy(allow(BOTH, { Condition: { Null: { a: [[]] } } }))],
  ])('refuses the shape: %s at %s', (reason, path, value) => {
    const verdict = checkTrustPolicy(value)
    expect(verdict.ok).toBe(false)
    expect(verdict.findings).toContainEqual(
      expect.objectContaining({ rule: 'tti/trust-policy', reason, path }),
    )
  })

  it('answers anything whatever with a verdict', () => {
    const statement = fc.record(
      {
        Effect: fc.oneof(fc.constantFrom('Allow', 'Deny'), fc.anything()),
        Principal: fc.anything(),
        Action: fc.oneof(fc.constantFrom('sts:*', 'sts:AssumeRole'), fc.anything()),
        Condition: fc.oneof(
          fc.dictionary(fc.string(), fc.dictionary(fc.string(), fc.anything())),
          fc.anything(),
        ),
      },
      { requiredKeys: [] },
    )
    const anyPolicy = fc.oneof(
      fc.anything(),
      fc.json(),
      fc.record({
        Version: fc.constant('2012-10-17'),
        Statement: fc.array(fc.oneof(statement, fc.anything())),
      }),
    )
    fc.assert(
      fc.property(anyPolicy, (value) => {
        const verdict = checkTrustPolicy(value)
        expect(verdict.ok || verdict.findings.length > 0).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})
