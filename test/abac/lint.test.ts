import { describe, expect, it } from 'vitest'
import {
  lintPolicy,
  lintRules,
  resourceTagSupport,
  tagUseOf,
  type LintOptions,
} from '../../src/abac/index.js'

const statement = (more: object = {}) => ({
  Effect: 'Allow',
  Action: 'ec2:StartInstances',
  Resource: '*',
  ...more,
})
const policy = (more: object, top: object = {}) => ({
  Version: '2012-10-17',
  Statement: [statement(more)],
  ...top,
})
const when = (Condition: object, more: object = {}) => policy({ Condition, ...more })

function told(value: unknown, options: LintOptions = {}): string[] {
  return lintPolicy(value, options).findings.map(({ rule, reason }) => `${rule} ${reason}`)
}

const own = { StringEquals: { 'ec2:ResourceTag/CostCenter': '${aws:PrincipalTag/CostCenter}' } }
const KEYS = { tagKeys: ['CostCenter', 'Department'] }
const ROLE = 'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com'
const byArn = (arn: string) => when({ ArnLike: { 'aws:PrincipalArn': arn } })

describe('a policy without traps', () => {
  it.each<[string, unknown, LintOptions]>([
    ['the guide has for cost centers', when(own), KEYS],
    [
      'guards ForAllValues',
      when({ 'ForAllValues:StringEquals': { 'aws:TagKeys': 'a' }, Null: { 'AWS:tagkeys': false } }),
      {},
    ],
    [
      'uses ForAllValues in a Deny',
      when({ 'ForAllValues:StringEquals': { 'aws:TagKeys': 'a' } }, { Effect: 'Deny' }),
      {},
    ],
    [
      'gives a default in a Deny',
      when(
        { StringNotEquals: { 'aws:ResourceTag/Team': "${aws:PrincipalTag/Team, '-'}" } },
        { Effect: 'Deny' },
      ),
      {},
    ],
    [
      'guards a variable in a Deny',
      when(
        {
          StringNotEquals: { 'aws:ResourceTag/Team': '${aws:PrincipalTag/Team}' },
          Null: { 'aws:PrincipalTag/Team': 'false' },
        },
        { Effect: 'Deny' },
      ),
      {},
    ],
    [
      'guards a negated tag',
      when({
        StringNotEquals: { 'aws:ResourceTag/Stage': 'prod' },
        Null: { 'aws:ResourceTag/Stage': 'false' },
      }),
      {},
    ],
    ['covers both shapes of a role', byArn(`${ROLE}*/AWSReservedSSO_Admin_*`), {}],
    ['covers both by one star', byArn('arn:aws:iam::*:role/*AWSReservedSSO_Admin_*'), {}],
    [
      'covers both behind the account',
      byArn('arn:aws:iam::*:role/aws-reserved/*/AWSReservedSSO_Admin_*'),
      {},
    ],
    ['names all roles of the path', byArn(`${ROLE}/*`), {}],
    ['names sessions, which have no path', byArn('arn:aws:sts::*:assumed-role/AWSReservedSSO_Admin_*/*'), {}],
    ['names a role without the path', byArn('arn:aws:iam::*:role/AWSReservedSSO_Admin_*'), {}],
    ['has a Region and no role', byArn('arn:aws:iam::*:role/app/eu-west-2/Admin'), {}],
    [
      'guards ForAllValues by ForAnyValue',
      when({
        'ForAllValues:StringEquals': { 'aws:TagKeys': 'a' },
        'ForAnyValue:StringLike': { 'AWS:TagKeys': '*' },
      }),
      {},
    ],
    [
      'guards a negated tag by what the tag must be like',
      when({
        StringNotEquals: { 'aws:ResourceTag/Stage': 'prod' },
        StringLike: { 'aws:ResourceTag/Stage': '*' },
      }),
      {},
    ],
    ['names a person by the user id', when({ StringEquals: { 'identitystore:UserId': 'a@b' } }), {}],
    [
      'has text in braces and version 2008',
      policy({ Resource: 'arn:aws:s3:::{a}' }, { Version: '2008-10-17' }),
      {},
    ],
  ])('that %s', (_, value, options) => {
    const verdict = lintPolicy(value, options)
    expect(verdict.findings).toEqual([])
    expect(verdict.ok).toBe(true)
  })
})

describe('each trap', () => {
  it.each<[string, unknown, LintOptions, string[]]>([
    [
      'ForAllValues without a guard',
      when({ 'ForAllValues:StringEquals': { 'aws:TagKeys': 'a' } }),
      {},
      ['abac/null-guard unguarded'],
    ],
    [
      'a guard of another key',
      when({ 'ForAllValues:StringEquals': { 'aws:TagKeys': 'a' }, Null: { 'a:b': 'false' } }),
      {},
      ['abac/null-guard unguarded'],
    ],
    [
      'a guard that holds of an absent key, too',
      when({
        'ForAllValues:StringEquals': { 'aws:TagKeys': 'a' },
        'ForAnyValue:StringLikeIfExists': { 'aws:TagKeys': '*' },
        StringNotEquals: { 'aws:TagKeys': 'b' },
      }),
      {},
      ['abac/null-guard unguarded'],
    ],
    [
      'a guard of both kinds',
      when({
        'ForAllValues:StringEquals': { 'aws:TagKeys': 'a' },
        Null: { 'aws:TagKeys': ['true', 'false'] },
      }),
      {},
      ['abac/null-guard unguarded'],
    ],
    [
      'a set operator on a tag',
      when({ 'ForAnyValue:StringEquals': { 'aws:PrincipalTag/Team': 'a' } }),
      {},
      ['abac/set-operator single-valued'],
    ],
    [
      'IfExists on a tag',
      when({ StringEqualsIfExists: { 'aws:ResourceTag/Team': 'a' } }),
      {},
      ['abac/absent-tag if-exists'],
    ],
    [
      'a negated tag',
      when({ StringNotLike: { 'ec2:ResourceTag/Stage': 'prod*' } }),
      {},
      ['abac/absent-tag negated'],
    ],
    [
      'a Deny whose variable has no default',
      when({ StringNotEquals: { 'aws:ResourceTag/Team': '${aws:PrincipalTag/Team}' } }, { Effect: 'Deny' }),
      {},
      ['abac/variable-default no-default'],
    ],
    [
      'a key in another case',
      when({ StringEquals: { 'aws:PrincipalTag/costcenter': 'a' } }),
      KEYS,
      ['abac/tag-key-spelling case'],
    ],
    [
      'a variable in another case',
      when({ StringEquals: { 'aws:ResourceTag/Unit': '${aws:PrincipalTag/department}' } }),
      KEYS,
      ['abac/tag-key-spelling case'],
    ],
    [
      'a misspelt key',
      when({ StringEquals: { 'aws:PrincipalTag/CostCentre': 'a' } }),
      KEYS,
      ['abac/tag-key-spelling similar'],
    ],
    [
      'two keys that differ in case',
      when({ StringEquals: { 'aws:ResourceTag/costcenter': '${aws:PrincipalTag/CostCenter}' } }),
      KEYS,
      ['abac/tag-key-spelling resource-key-case'],
    ],
    [
      'a tag that is never sent',
      when({ StringEquals: { 'aws:PrincipalTag/Clearance': 'a' } }),
      KEYS,
      ['abac/tag-never-sent never-sent'],
    ],
    [
      'a tag in a resource that is never sent',
      policy({ Resource: 'arn:aws:s3:::a/${aws:PrincipalTag/Clearance}/*', Action: 's3:GetObject' }),
      KEYS,
      ['abac/tag-never-sent never-sent'],
    ],
    [
      'an action that sees no resource tags',
      when(own, { Action: 'ec2:DescribeInstances' }),
      {},
      ['abac/resource-tags ignored'],
    ],
    ['a pattern with such an action', when(own, { Action: 'ec2:*' }), {}, ['abac/resource-tags ignored']],
    [
      'a pattern of which nothing is known',
      when(own, { Action: 'ec2:Reboot*' }),
      {},
      ['abac/resource-tags unknown'],
    ],
    [
      'an action that is not known',
      when({ StringEquals: { 'aws:ResourceTag/a': 'b' } }, { Action: 'chime:CreateUser' }),
      {},
      ['abac/resource-tags unknown'],
    ],
    [
      'all actions but some',
      when({ StringEquals: { 'aws:ResourceTag/a': 'b' } }, { Action: undefined, NotAction: 'iam:*' }),
      {},
      ['abac/resource-tags unknown'],
    ],
    [
      'an action that must be opted in',
      when({ StringEquals: { 'aws:ResourceTag/a': 'b' } }, { Action: 's3:GetObject' }),
      {},
      ['abac/resource-tags opt-in'],
    ],
    [
      "another service's own key",
      when(own, { Action: 's3:GetObject' }),
      {},
      ['abac/resource-tags other-service'],
    ],
    [
      'a variable without the version',
      policy({ Condition: own }, { Version: undefined }),
      {},
      ['abac/variable-version literal'],
    ],
    [
      'a variable in a policy of 2008',
      policy({ Resource: 'arn:aws:s3:::${aws:username}/*' }, { Version: '2008-10-17' }),
      {},
      ['abac/variable-version literal'],
    ],
    [
      'a variable with a default in braces in a policy of 2008',
      policy(
        { Resource: "arn:aws:s3:::${aws:PrincipalTag/Team, '{none}'}/*", Action: 's3:GetObject' },
        { Version: '2008-10-17' },
      ),
      {},
      ['abac/variable-version literal'],
    ],
    [
      'a role with a Region in its path',
      byArn(`${ROLE}/eu-west-2/AWSReservedSSO_Admin_*`),
      {},
      ['abac/role-region region-bound'],
    ],
    [
      'a role with any Region in its path',
      byArn(`${ROLE}/*/AWSReservedSSO_Admin_*`),
      {},
      ['abac/role-region region-bound'],
    ],
    [
      'a Region behind a shortened path',
      byArn('arn:aws:iam::111122223333:role/*/eu-west-2/AWSReservedSSO_Admin_*'),
      {},
      ['abac/role-region region-bound'],
    ],
    [
      'a Region behind half a path',
      byArn('arn:aws:iam::111122223333:role/aws-reserved/*/eu-west-2/AWSReservedSSO_Admin_*'),
      {},
      ['abac/role-region region-bound'],
    ],
    [
      'a Region with the slash after it in a star',
      byArn(`${ROLE}/eu-west-2*AWSReservedSSO_Admin_*`),
      {},
      ['abac/role-region region-bound'],
    ],
    [
      'a Region in a text that begins with a star',
      when({ StringLike: { 'aws:PrincipalArn': '*/eu-west-?/AWSReservedSSO_Admin_*' } }),
      {},
      ['abac/role-region region-bound'],
    ],
    [
      'a Region that a variable fills',
      byArn(`${ROLE}/\${aws:RequestedRegion}/AWSReservedSSO_Admin_*`),
      {},
      ['abac/role-region region-bound'],
    ],
    [
      'a role with its suffix',
      byArn(`${ROLE}*/AWSReservedSSO_Admin_0123456789abcdef`),
      {},
      ['abac/role-suffix suffix'],
    ],
    [
      'a person by the name of a session',
      when({ StringLike: { 'aws:UserId': '*:ada@example.com' } }),
      {},
      ['abac/user-id mutable-name'],
    ],
  ])('%s', (_, value, options, expected) => {
    const cleaned: unknown = JSON.parse(JSON.stringify(value))
    expect(told(cleaned, options)).toEqual(expected)
    const { ok, findings } = lintPolicy(cleaned, options)
    expect(ok).toBe(true)
    expect(
      findings.every(
        ({ path, severity, fix }) =>
          severity === 'warning' && path?.startsWith('$.Statement[0]') && fix !== undefined,
      ),
    ).toBe(true)
  })

  it('says which tags were never sent without knowing them never', () => {
    expect(told(when({ StringEquals: { 'aws:PrincipalTag/Clearance': 'a' } }))).toEqual([])
  })

  it('names the principals of trust policies as well', () => {
    const arn = `${ROLE}/eu-west-2/AWSReservedSSO_Admin_0123456789abcdef`
    const trust = {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: { AWS: arn }, Action: 'sts:AssumeRole' },
    }
    expect(told(trust, { kind: 'trust' })).toEqual([
      'abac/role-region region-bound',
      'abac/role-suffix suffix',
    ])
  })
})

describe('roles that are known (C07)', () => {
  const here = `${ROLE}/eu-west-2/AWSReservedSSO_Admin_0123456789abcdef`
  const there = `${ROLE}/AWSReservedSSO_Admin_fedcba9876543210`

  it.each<[string, string, string[], boolean]>([
    ['a Region, and roles that have it', '/eu-west-2', [here], false],
    ['a Region, and roles that have none', '/eu-west-2', [here, there], true],
    ['no Region, and roles that have none', '', [there], false],
    ['no Region, and roles that have one', '', [here], true],
    ['a star for the slash, and roles that have none', '/eu-west-2*', [there], true],
    ['a star for the slash, and roles that have a Region', '/eu-west-2*', [here], false],
    ['both shapes', '*', [here, there], false],
    ['a Region, and roles of other permission sets', '/eu-west-2', [there.replace('Admin', 'Reader')], false],
  ])('%s', (_, path, roleArns, bound) => {
    const pattern = `${ROLE}${path}${path === '/eu-west-2*' ? '' : '/'}AWSReservedSSO_Admin_*`
    expect(told(byArn(pattern), { roleArns })).toEqual(bound ? ['abac/role-region region-bound'] : [])
  })
})

describe('what is no policy', () => {
  it.each([
    null,
    'text',
    {},
    policy({ Effect: 'allow' }),
    policy({ Condition: { StringIs: { 'a:b': 'c' } } }),
  ])('is refused by the rules of policies: %j', (value) => {
    const { ok, findings } = lintPolicy(value, { path: '$.inline' })
    expect(ok).toBe(false)
    expect(
      findings.every(({ rule, path }) => rule.startsWith('policy/') && path?.startsWith('$.inline')),
    ).toBe(true)
  })
})

describe('the table of actions and resource tags', () => {
  it('says of each action one thing, and names its source', () => {
    for (const { service, source, honours, ignores } of resourceTagSupport) {
      const names = [...honours, ...ignores]
      expect([service, new Set(names).size]).toEqual([service, names.length])
      expect(source).toMatch(/^Service Authorization Reference, /)
    }
  })

  it.each([
    ['ec2:StopInstances', 'honours'],
    ['EC2:stopinstances', 'honours'],
    ['ec2:DescribeInstances', 'ignores'],
    ['s3:ListBucket', 'opt-in'],
    ['s3:ListAllMyBuckets', 'ignores'],
    ['ec2:NoSuchAction', 'unknown'],
    ['StopInstances', 'unknown'],
    ['', 'unknown'],
  ])('%s: %s', (action, use) => {
    expect(tagUseOf(action)).toBe(use)
  })
})

it('has a row for each trap, with an id of its own', () => {
  const ids = lintRules.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(lintRules.every(({ id, severity }) => id.startsWith('abac/') && severity === 'warning')).toBe(true)
})
