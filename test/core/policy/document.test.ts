import { describe, expect, it } from 'vitest'
import {
  MAX_POLICY_SIZE,
  MAX_STATEMENTS,
  parsePolicy,
  policyRules,
  validatePolicy,
} from '../../../src/core/policy/index.js'
import { runRules } from '../../../src/core/rule.js'

const ROLE = 'arn:aws:iam::111122223333:role/apps/Exchange'
const good = {
  Effect: 'Allow',
  Principal: { AWS: ROLE },
  Action: 'sso-oauth:CreateTokenWithIAM',
  Resource: '*',
}
const policyWith = (statement: object, top: object = {}) => ({
  Version: '2012-10-17',
  ...top,
  Statement: [{ ...good, ...statement }],
})
const without = (name: keyof typeof good) => ({
  Version: '2012-10-17',
  Statement: [Object.fromEntries(Object.entries(good).filter(([key]) => key !== name))],
})
const faultsOf = (value: unknown, kind: 'identity' | 'resource' = 'resource') =>
  parsePolicy(value, '$', kind).faults.map(({ rule, reason, path }) => `${rule} ${reason} ${path}`)

describe('parsePolicy', () => {
  it('reads an actor policy', () => {
    const { policy, faults } = parsePolicy({
      Version: '2012-10-17',
      Id: 'x',
      Statement: { ...good, Sid: 'a' },
    })
    expect(faults).toEqual([])
    expect(policy).toEqual({
      kind: 'resource',
      version: '2012-10-17',
      statements: [
        {
          path: '$.Statement',
          sid: 'a',
          effect: 'Allow',
          principals: {
            not: false,
            entries: [
              {
                type: 'aws',
                principal: {
                  kind: 'role',
                  partition: 'aws',
                  account: '111122223333',
                  name: 'Exchange',
                  arn: ROLE,
                },
              },
            ],
          },
          actions: { not: false, patterns: ['sso-oauth:CreateTokenWithIAM'] },
          resources: { not: false, patterns: ['*'] },
          conditions: [],
        },
      ],
    })
  })

  it('takes an absent Version for 2008-10-17', () => {
    expect(parsePolicy({ Statement: good }).policy?.version).toBe('2008-10-17')
  })

  it('reads the Not forms, arrays and conditions', () => {
    const { policy } = parsePolicy({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Deny',
        NotPrincipal: { AWS: [ROLE, '111122223333'] },
        NotAction: ['s3:Get*', 'S3:List?'],
        NotResource: ['arn:aws:s3:::a/*'],
        Condition: {
          'ForAnyValue:StringLikeIfExists': { 'aws:TagKeys': ['a*', 'b'] },
          Bool: { 'aws:SecureTransport': [false, 'TRUE'] },
        },
      },
    })
    const statement = policy?.statements[0]
    expect(statement?.principals?.not).toBe(true)
    expect(statement?.actions).toEqual({ not: true, patterns: ['s3:Get*', 'S3:List?'] })
    expect(statement?.resources).toEqual({ not: true, patterns: ['arn:aws:s3:::a/*'] })
    expect(statement?.conditions).toEqual([
      {
        operator: 'StringLike',
        quantifier: 'ForAnyValue',
        ifExists: true,
        key: 'aws:TagKeys',
        values: ['a*', 'b'],
        path: '$.Statement.Condition["ForAnyValue:StringLikeIfExists"]["aws:TagKeys"]',
      },
      {
        operator: 'Bool',
        ifExists: false,
        key: 'aws:SecureTransport',
        values: ['false', 'true'],
        path: '$.Statement.Condition.Bool["aws:SecureTransport"]',
      },
    ])
  })

  it.each<[string, unknown, string[]]>([
    ['null', null, ['policy/document not-an-object $']],
    ['text', '{}', ['policy/document not-an-object $']],
    ['an array', [], ['policy/document not-an-object $']],
    ['no statement', { Version: '2012-10-17' }, ['policy/document missing $.Statement']],
    ['an empty list', { Statement: [] }, ['policy/document empty $.Statement']],
    ['a statement of text', { Statement: ['x'] }, ['policy/document not-an-object $.Statement[0]']],
    ['a hole in the list', { Statement: new Array(1) }, ['policy/document not-an-object $.Statement[0]']],
    [
      'an unknown version',
      policyWith({}, { Version: '2012-10-18' }),
      ['policy/version unknown-version $.Version'],
    ],
    [
      'a version that is null',
      policyWith({}, { Version: null }),
      ['policy/version unknown-version $.Version'],
    ],
    ['an Id that is no text', policyWith({}, { Id: 1 }), ['policy/document not-a-string $.Id']],
    [
      'an unknown element',
      policyWith({}, { Statements: [] }),
      ['policy/document unknown-member $.Statements'],
    ],
    [
      'a misspelt condition',
      policyWith({ condition: {} }),
      ['policy/document unknown-member $.Statement[0].condition'],
    ],
    ['a Sid that is no text', policyWith({ Sid: 1 }), ['policy/document not-a-string $.Statement[0].Sid']],
    ['no effect', without('Effect'), ['policy/effect missing $.Statement[0].Effect']],
    [
      'an effect in lower case',
      policyWith({ Effect: 'allow' }),
      ['policy/effect unknown-effect $.Statement[0].Effect'],
    ],
    ['no action', without('Action'), ['policy/action missing $.Statement[0].Action']],
    ['Action and NotAction', policyWith({ NotAction: 'a:b' }), ['policy/action both $.Statement[0].Action']],
    ['no actions', policyWith({ Action: [] }), ['policy/action empty $.Statement[0].Action']],
    [
      'a number for an action',
      policyWith({ Action: ['a:b', 1] }),
      ['policy/action not-a-string $.Statement[0].Action[1]'],
    ],
    ['a wrong separator', policyWith({ Action: 'sso>X' }), ['policy/action separator $.Statement[0].Action']],
    ['a dot', policyWith({ Action: 'sso.X' }), ['policy/action separator $.Statement[0].Action']],
    ['two colons', policyWith({ Action: 'sso:X:Y' }), ['policy/action separator $.Statement[0].Action']],
    [
      'no prefix',
      policyWith({ Action: 'CreateTokenWithIAM' }),
      ['policy/action service-prefix $.Statement[0].Action'],
    ],
    ['an empty prefix', policyWith({ Action: ':X' }), ['policy/action service-prefix $.Statement[0].Action']],
    ['an empty action', policyWith({ Action: '' }), ['policy/action service-prefix $.Statement[0].Action']],
    ['no name', policyWith({ Action: 'sso:' }), ['policy/action characters $.Statement[0].Action']],
    ['white space', policyWith({ Action: 'sso: X' }), ['policy/action characters $.Statement[0].Action']],
    [
      'a wildcard prefix',
      policyWith({ Action: 's*:X' }),
      ['policy/action service-wildcard $.Statement[0].Action'],
    ],
    ['no principal (R247)', without('Principal'), ['policy/principal missing $.Statement[0].Principal']],
    [
      'Principal and NotPrincipal',
      policyWith({ NotPrincipal: '*' }),
      ['policy/principal both $.Statement[0].Principal'],
    ],
    ['no resource', without('Resource'), ['policy/resource missing $.Statement[0].Resource']],
    [
      'Resource and NotResource',
      policyWith({ NotResource: '*' }),
      ['policy/resource both $.Statement[0].Resource'],
    ],
    ['no resources', policyWith({ Resource: [] }), ['policy/resource empty $.Statement[0].Resource']],
    [
      'a resource that is no ARN',
      policyWith({ Resource: ['*', 'app'] }),
      ['policy/resource malformed-arn $.Statement[0].Resource[1]'],
    ],
    [
      'a colon too few (C30)',
      policyWith({ Resource: 'arn:aws:sso::instance/ssoins-1' }),
      ['policy/resource malformed-arn $.Statement[0].Resource'],
    ],
    [
      'a variable before the last part of an ARN',
      policyWith({ Resource: 'arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:jobs' }),
      ['policy/resource variable-position $.Statement[0].Resource'],
    ],
    [
      'a variable of a key that has several values',
      policyWith({
        Effect: 'Deny',
        Resource: ['*', 'arn:aws:s3:::${AWS:tagkeys}'],
        Condition: {
          StringEquals: {
            'x:Key': ["${aws:CalledVia, 'a'}", '${aws:SourceOrgPaths}', '${aws:VpceOrgPaths}'],
          },
        },
      }),
      [
        'policy/resource variable-not-allowed $.Statement[0].Resource[1]',
        'policy/condition variable-not-allowed $.Statement[0].Condition.StringEquals["x:Key"][0]',
        'policy/condition variable-not-allowed $.Statement[0].Condition.StringEquals["x:Key"][1]',
        'policy/condition variable-not-allowed $.Statement[0].Condition.StringEquals["x:Key"][2]',
      ],
    ],
    [
      'a variable in place of an ARN',
      policyWith({ Resource: '${aws:SourceArn}' }),
      [
        'policy/resource variable-position $.Statement[0].Resource',
        'policy/resource malformed-arn $.Statement[0].Resource',
      ],
    ],
    ...[
      '${aws:username',
      '${}',
      '${username}',
      "${aws:username,'none'}",
      "${aws:username, 'no}",
      '${aws:a${aws:b}}',
    ].map((variable): [string, unknown, string[]] => [
      `a variable that is none: ${variable}`,
      policyWith({ Resource: `arn:aws:s3:::${variable}` }),
      ['policy/resource variable-syntax $.Statement[0].Resource'],
    ]),
    [
      'an element present as undefined',
      policyWith({ Condition: undefined }),
      ['policy/condition not-an-object $.Statement[0].Condition'],
    ],
  ])('refuses %s', (_, value, expected) => {
    expect(faultsOf(value)).toEqual(expected)
  })

  it.each<[string, object, string]>([
    [
      'an operator that IAM has not',
      { StringIs: { 'a:b': 'c' } },
      'unknown-operator $.Statement[0].Condition.StringIs',
    ],
    [
      'an operator in lower case',
      { stringEquals: { 'a:b': 'c' } },
      'unknown-operator $.Statement[0].Condition.stringEquals',
    ],
    [
      'NullIfExists',
      { NullIfExists: { 'a:b': 'true' } },
      'unknown-operator $.Statement[0].Condition.NullIfExists',
    ],
    [
      'a quantified Null',
      { 'ForAllValues:Null': { 'a:b': 'true' } },
      'unknown-operator $.Statement[0].Condition["ForAllValues:Null"]',
    ],
    [
      'an unknown quantifier',
      { 'ForSome:Bool': { 'a:b': 'true' } },
      'unknown-operator $.Statement[0].Condition["ForSome:Bool"]',
    ],
    [
      'no number',
      { NumericLessThan: { 'a:b': 'ten' } },
      'number $.Statement[0].Condition.NumericLessThan["a:b"]',
    ],
    [
      'more digits than are compared',
      { NumericEquals: { 'a:b': '12345678901234567' } },
      'number $.Statement[0].Condition.NumericEquals["a:b"]',
    ],
    [
      'no date',
      { 'ForAnyValue:DateGreaterThanEqualsIfExists': { 'a:b': 'tomorrow' } },
      'date $.Statement[0].Condition["ForAnyValue:DateGreaterThanEqualsIfExists"]["a:b"]',
    ],
    [
      'a year, or epoch seconds',
      { DateEquals: { 'a:b': 2026 } },
      'date $.Statement[0].Condition.DateEquals["a:b"]',
    ],
    [
      'no address',
      { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/33' } },
      'address $.Statement[0].Condition.NotIpAddress["aws:SourceIp"]',
    ],
    [
      'a variable for a boolean',
      { Bool: { 'a:b': '${a:c}' } },
      'variable-not-allowed $.Statement[0].Condition.Bool["a:b"]',
    ],
    [
      'a variable for a number',
      { NumericEquals: { 'a:b': '${a:c}' } },
      'variable-not-allowed $.Statement[0].Condition.NumericEquals["a:b"]',
    ],
    [
      'a variable over the parts of an ARN',
      { ArnLike: { 'a:b': 'arn:aws:${a:c}' } },
      'malformed-arn $.Statement[0].Condition.ArnLike["a:b"]',
    ],
    [
      'binary',
      { BinaryEquals: { 'a:b': 'QQ==' } },
      'unsupported-operator $.Statement[0].Condition.BinaryEquals',
    ],
    // As JSON has them: what a Map holds, or what is inherited, would be overlooked.
    [
      'a Map of operators',
      new Map([['StringEquals', { 'a:b': 'c' }]]),
      'not-an-object $.Statement[0].Condition',
    ],
    [
      'operators that are inherited',
      Object.create({ Bool: { 'a:b': 'true' } }) as object,
      'not-an-object $.Statement[0].Condition',
    ],
    [
      'operators that are inherited from what inherits nothing',
      Object.create(Object.assign(Object.create(null) as object, { Bool: { 'a:b': 'true' } })) as object,
      'not-an-object $.Statement[0].Condition',
    ],
    ['a date', new Date(0), 'not-an-object $.Statement[0].Condition'],
    [
      'a Map of keys',
      { StringEquals: new Map([['a:b', 'c']]) },
      'not-an-object $.Statement[0].Condition.StringEquals',
    ],
    ['an operator with no key', { StringEquals: {} }, 'empty $.Statement[0].Condition.StringEquals'],
    [
      'an operator with a list',
      { StringEquals: ['a:b'] },
      'not-an-object $.Statement[0].Condition.StringEquals',
    ],
    [
      'a key with no prefix',
      { StringEquals: { department: 'a' } },
      'condition-key $.Statement[0].Condition.StringEquals.department',
    ],
    [
      'one key twice',
      { StringEquals: { 'a:b': 'c', 'A:B': 'd' } },
      'duplicate-key $.Statement[0].Condition.StringEquals["A:B"]',
    ],
    ['no values', { StringEquals: { 'a:b': [] } }, 'empty $.Statement[0].Condition.StringEquals["a:b"]'],
    [
      'a number',
      { StringEquals: { 'a:b': [1] } },
      'not-a-string $.Statement[0].Condition.StringEquals["a:b"][0]',
    ],
    [
      'a boolean among strings',
      { StringEquals: { 'a:b': true } },
      'not-a-string $.Statement[0].Condition.StringEquals["a:b"]',
    ],
    ['neither true nor false', { Bool: { 'a:b': 'yes' } }, 'boolean $.Statement[0].Condition.Bool["a:b"]'],
    [
      'no ARN',
      { ArnLike: { 'aws:PrincipalArn': '*' } },
      'malformed-arn $.Statement[0].Condition.ArnLike["aws:PrincipalArn"]',
    ],
    [
      'a variable that is not closed',
      { StringEquals: { 'a:b': '${aws:PrincipalTag/x' } },
      'variable-syntax $.Statement[0].Condition.StringEquals["a:b"]',
    ],
  ])('refuses a condition with %s', (_, Condition, expected) => {
    expect(faultsOf(policyWith({ Condition }))).toEqual([`policy/condition ${expected}`])
  })

  it.each<[string, unknown, string, string]>([
    ['a list', [ROLE], 'not-an-object', ''],
    ['a bare ARN', ROLE, 'not-an-object', ''],
    ['nobody', {}, 'empty', ''],
    ['an empty list', { AWS: [] }, 'empty', '.AWS'],
    ['an unknown kind', { aws: ROLE }, 'unknown-kind', '.aws'],
    ['a number', { AWS: 111122223333 }, 'not-a-string', '.AWS'],
    ['a short account id', { AWS: '11112222333' }, 'malformed-arn', '.AWS'],
    ['a wildcard in an ARN', { AWS: ['arn:aws:iam::111122223333:role/*'] }, 'wildcard', '.AWS[0]'],
    ['a Region', { AWS: 'arn:aws:iam:us-east-1:111122223333:role/a' }, 'region', '.AWS'],
    ['no account', { AWS: 'arn:aws:iam:::role/a' }, 'account', '.AWS'],
    ['one colon (C32)', { AWS: 'arn:aws:iam:111122223333:role/a' }, 'malformed-arn', '.AWS'],
    ['an unknown partition', { AWS: 'arn:aws1:iam::111122223333:role/a' }, 'malformed-arn', '.AWS'],
    ['a group', { AWS: 'arn:aws:iam::111122223333:group/a' }, 'principal-type', '.AWS'],
    ['a role without a name', { AWS: 'arn:aws:iam::111122223333:role/' }, 'malformed-arn', '.AWS'],
    ['an empty path segment', { AWS: 'arn:aws:iam::111122223333:role//a' }, 'malformed-arn', '.AWS'],
    [
      'a session without a name',
      { AWS: 'arn:aws:sts::111122223333:assumed-role/a' },
      'malformed-arn',
      '.AWS',
    ],
    [
      'a session with a path',
      { AWS: 'arn:aws:sts::111122223333:assumed-role/p/a/me' },
      'malformed-arn',
      '.AWS',
    ],
    ['a role of another service', { AWS: 'arn:aws:s3::111122223333:role/a' }, 'principal-type', '.AWS'],
    ['any service', { Service: '*' }, 'service-name', '.Service'],
    ['any provider', { Federated: '*' }, 'provider', '.Federated'],
    ['a short canonical id', { CanonicalUser: 'abc' }, 'canonical-user', '.CanonicalUser'],
  ])('refuses a principal with %s', (_, Principal, reason, at) => {
    expect(faultsOf(policyWith({ Principal }))).toEqual([
      `policy/principal ${reason} $.Statement[0].Principal${at}`,
    ])
  })

  it.each<unknown>([
    '*',
    { AWS: '*' },
    { AWS: ['111122223333', 'arn:aws-us-gov:iam::111122223333:root', ROLE] },
    { AWS: 'arn:aws-cn:iam::111122223333:user/division/me' },
    {
      AWS: [
        'arn:aws:sts::111122223333:assumed-role/a/me@example.com',
        'arn:aws:sts::111122223333:federated-user/me',
      ],
    },
    { Service: ['access-grants.s3.amazonaws.com'], AWS: ROLE },
    { Federated: ['arn:aws:iam::111122223333:saml-provider/okta', 'accounts.google.com'] },
    { CanonicalUser: 'ab'.repeat(32) },
  ])('takes the principal %j', (Principal) => {
    expect(faultsOf(policyWith({ Principal }))).toEqual([])
  })

  it('refuses NotPrincipal with Allow, NotPrincipal "*", and a Deny that no ARN can be compared with', () => {
    const deny = { Effect: 'Deny', Action: '*', Resource: '*' }
    const allow = { ...deny, Effect: 'Allow', NotPrincipal: { AWS: ROLE } }
    expect(faultsOf({ Statement: allow })).toEqual([
      'policy/principal not-principal-allow $.Statement.NotPrincipal',
    ])
    expect(faultsOf({ Statement: { ...deny, NotPrincipal: '*' } })).toEqual([
      'policy/principal wildcard $.Statement.NotPrincipal',
    ])
    expect(faultsOf({ Statement: { ...deny, Principal: { CanonicalUser: 'ab'.repeat(32) } } })).toEqual([
      'policy/principal unsupported-principal $.Statement.Principal.CanonicalUser',
    ])
  })

  it('refuses a principal in an identity policy, and wants none', () => {
    expect(faultsOf({ Statement: good }, 'identity')).toEqual([
      'policy/principal not-allowed $.Statement.Principal',
    ])
    expect(faultsOf(without('Principal'), 'identity')).toEqual([])
  })

  it('takes ${ for plain text in version 2008-10-17, written or implied', () => {
    const statement = {
      ...good,
      Resource: 'arn:aws:s3:::${x}',
      Condition: { StringEquals: { 'a:b': '${c}' } },
    }
    expect(faultsOf({ Version: '2008-10-17', Statement: statement })).toEqual([])
    expect(faultsOf({ Statement: statement })).toEqual([])
    expect(faultsOf({ Version: '2012-10-17', Statement: statement })).toHaveLength(2)
  })

  it('refuses a Sid that stands twice; an empty one, which the console writes, is none', () => {
    const twice = (Sid: string) => ({
      Statement: [
        { ...good, Sid },
        { ...good, Sid },
      ],
    })
    expect(faultsOf(twice('a'))).toEqual(['policy/document duplicate-sid $.Statement[1].Sid'])
    expect(faultsOf(twice(''))).toEqual([])
  })

  it('reports every fault at once, with the known spelling where one is near', () => {
    const { faults } = parsePolicy({
      Version: '2013-10-17',
      Statement: [
        { effect: 'Allow', Principal: { Aws: ROLE }, Actions: 'a:b', Resource: '*' },
        { ...good, Effect: 'deny', Action: 'sso>X', Condition: { StringEqual: { 'a:b': 'c' } } },
      ],
    })
    expect(faults.map(({ reason, path, fix }) => [reason, path, fix?.match(/"(.*)"/)?.[1]])).toEqual([
      ['unknown-version', '$.Version', undefined],
      ['unknown-member', '$.Statement[0].effect', 'Effect'],
      ['unknown-member', '$.Statement[0].Actions', 'Action'],
      ['missing', '$.Statement[0].Effect', undefined],
      ['unknown-kind', '$.Statement[0].Principal.Aws', 'AWS'],
      ['missing', '$.Statement[0].Action', undefined],
      ['unknown-effect', '$.Statement[1].Effect', 'Deny'],
      ['separator', '$.Statement[1].Action', 'sso:X'],
      ['unknown-operator', '$.Statement[1].Condition.StringEqual', 'StringEquals'],
    ])
  })

  it('never reads what is inherited', () => {
    expect(faultsOf(Object.create({ Statement: good }))).toEqual(['policy/document missing $.Statement'])
    const heir = Object.assign(Object.create({ Condition: { Bool: { 'a:b': 'true' } } }) as object, good)
    expect(faultsOf({ Statement: heir })).toEqual(['policy/document not-an-object $.Statement'])
    const named = JSON.parse('{"Statement":[],"__proto__":{"Statement":1}}') as unknown
    expect(faultsOf(named)).toEqual([
      'policy/document unknown-member $.__proto__',
      'policy/document empty $.Statement',
    ])
  })

  it('bounds size and number of statements, and copes with a cycle', () => {
    expect(faultsOf(policyWith({}, { Id: 'x'.repeat(MAX_POLICY_SIZE) }))).toEqual([
      'policy/document oversize $',
    ])
    expect(faultsOf(policyWith({}, { Id: 'x'.repeat(MAX_POLICY_SIZE - 500) }))).toEqual([])
    const cycle: Record<string, unknown> = {}
    cycle.Statement = [cycle, cycle]
    expect(faultsOf(cycle)).toEqual(['policy/document oversize $'])
    const many = (length: number) => ({
      Statement: Array.from({ length }, () => without('Principal').Statement[0]),
    })
    expect(faultsOf(many(MAX_STATEMENTS), 'identity')).toEqual([])
    expect(faultsOf(many(MAX_STATEMENTS + 1), 'identity')).toEqual([
      'policy/document too-many-statements $.Statement',
    ])
  })
})

describe('policyRules and validatePolicy', () => {
  it('gives each fault to the one rule that it breaks', () => {
    const outcomes = runRules(policyRules, parsePolicy({ Version: 'x', Statement: { ...good, Action: 'X' } }))
    const failed = outcomes.filter(({ outcome }) => outcome === 'fail').map(({ rule }) => rule.id)
    expect(failed).toEqual(['policy/version', 'policy/action'])
    expect(outcomes.filter(({ outcome }) => outcome === 'pass')).toHaveLength(policyRules.length - 2)
  })

  it('answers a verdict with the same findings', () => {
    expect(validatePolicy({ Statement: good }).ok).toBe(true)
    const verdict = validatePolicy(
      { Statement: { ...good, Action: 'X', Effect: 'No' } },
      { path: '$.ActorPolicy' },
    )
    expect(verdict.ok).toBe(false)
    expect(
      verdict.findings.map(({ rule, reason, severity, path }) => [rule, reason, severity, path]),
    ).toEqual([
      ['policy/effect', 'unknown-effect', 'error', '$.ActorPolicy.Statement.Effect'],
      ['policy/action', 'service-prefix', 'error', '$.ActorPolicy.Statement.Action'],
    ])
  })
})
