import { describe, expect, it } from 'vitest'
import { FederationError } from '../../../src/core/outcome.js'
import { evaluatePolicy, parsePolicy, type PolicyRequest } from '../../../src/core/policy/index.js'

const ROLE = 'arn:aws:iam::111122223333:role/apps/Exchange'
const SESSION = 'arn:aws:sts::111122223333:assumed-role/Exchange/run-1'
const APP = 'arn:aws:sso::111122223333:application/ssoins-0123456789abcdef/apl-0123456789abcdef'
const request: PolicyRequest = {
  principal: SESSION,
  action: 'sso-oauth:CreateTokenWithIAM',
  resource: APP,
  context: {},
}
const actor = {
  Effect: 'Allow',
  Principal: { AWS: ROLE },
  Action: 'sso-oauth:CreateTokenWithIAM',
  Resource: '*',
}

function evaluate(statements: object | object[], changes: Partial<PolicyRequest> = {}) {
  const { policy, faults } = parsePolicy({ Version: '2012-10-17', Statement: statements })
  expect(faults).toEqual([])
  return evaluatePolicy(policy!, { ...request, ...changes })
}

describe('an actor policy', () => {
  it('lets in the sessions of the role that it names', () => {
    expect(evaluate({ ...actor, Sid: 'exchange' })).toEqual({
      effect: 'allow',
      by: { statement: 0, sid: 'exchange' },
      reach: 'role',
      nearMisses: [],
    })
  })

  it.each<[string, Partial<PolicyRequest>, object]>([
    ['another role', { principal: SESSION.replace('Exchange', 'Other') }, {}],
    ['another account', { principal: SESSION.replace('111122223333', '444455556666') }, {}],
    ['another action', { action: 'sso-oauth:CreateToken' }, {}],
    ['another application', {}, { Resource: APP.replace('apl-0', 'apl-1') }],
    ['a resource in other case (R365)', {}, { Resource: APP.replace('abcdef', 'ABCDEF') }],
    ['no action that remains', {}, { Action: undefined, NotAction: 'SSO-oauth:*' }],
    ['no resource that remains', {}, { Resource: undefined, NotResource: APP }],
  ])('refuses %s', (_, changes, statement) => {
    const kept = Object.entries({ ...actor, ...statement }).filter(([, value]) => value !== undefined)
    expect(evaluate(Object.fromEntries(kept), changes).effect).toBe('none')
  })

  it('matches actions without regard to case, and resources by wildcard over the whole text', () => {
    const statement = {
      ...actor,
      Action: 'SSO-OAUTH:createtoken*',
      Resource: 'arn:aws:*/apl-????????????????',
    }
    expect(() => evaluate(statement)).toThrow() // four colons are too few for an ARN
    expect(evaluate({ ...statement, Resource: 'arn:aws:sso:*:*/apl-????????????????:*' }).effect).toBe('none')
    expect(evaluate({ ...statement, Resource: 'arn:*:*:*:*:*/apl-????????????????' }).effect).toBe('allow')
    expect(evaluate({ ...statement, Resource: 'arn:aws:sso::*:application/*' }).effect).toBe('allow')
  })
})

describe('the kind of a policy', () => {
  it('keeps a statement without Principal from covering everyone, except in an identity policy', () => {
    const { policy } = parsePolicy(
      { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
      '$',
      'identity',
    )
    expect(evaluatePolicy(policy!, request)).toEqual({
      effect: 'allow',
      by: { statement: 0 },
      nearMisses: [],
    })
    expect(evaluatePolicy({ ...policy!, kind: 'resource' }, request).effect).toBe('none')
  })
})

describe('several statements', () => {
  it('lets a Deny win wherever it stands', () => {
    const deny = { ...actor, Effect: 'Deny', Sid: 'no' }
    for (const statements of [
      [actor, deny],
      [deny, actor],
    ]) {
      const { effect, by } = evaluate(statements)
      expect([effect, by?.sid]).toEqual(['explicitDeny', 'no'])
    }
  })

  it('names the statement that names the caller most nearly', () => {
    const { by, reach } = evaluate([{ ...actor, Principal: { AWS: '111122223333' } }, actor])
    expect([by, reach]).toEqual([{ statement: 1 }, 'role'])
  })

  it('ANDs operators and keys, and tells which conditions were missed', () => {
    const Condition = {
      StringEquals: { 'aws:PrincipalTag/Team': ['a', 'b'], 'aws:PrincipalAccount': '111122223333' },
      'ForAnyValue:StringLikeIfExists': { 'aws:TagKeys': 'x*' },
      Null: { 'aws:SourceVpc': 'false' },
    }
    const context = { 'AWS:principaltag/Team': 'b', 'aws:TagKeys': ['x1', 'y'], 'aws:SourceVpc': 'vpc-1' }
    expect(evaluate({ ...actor, Condition }, { context }).effect).toBe('allow')
    const { effect, nearMisses } = evaluate(
      { ...actor, Sid: 'tagged', Condition },
      {
        context: { ...context, 'AWS:principaltag/Team': 'B', 'aws:TagKeys': ['y', 'z'], 'aws:SourceVpc': [] },
      },
    )
    expect(effect).toBe('none')
    const of = { statement: 0, sid: 'tagged', effect: 'Allow' }
    expect(nearMisses).toEqual([
      {
        ...of,
        operator: 'StringEquals',
        key: 'aws:PrincipalTag/Team',
        expected: ['a', 'b'],
        actual: ['B'],
        path: '$.Statement.Condition.StringEquals["aws:PrincipalTag/Team"]',
      },
      {
        ...of,
        operator: 'ForAnyValue:StringLikeIfExists',
        key: 'aws:TagKeys',
        expected: ['x*'],
        actual: ['y', 'z'],
        path: '$.Statement.Condition["ForAnyValue:StringLikeIfExists"]["aws:TagKeys"]',
      },
      {
        ...of,
        operator: 'Null',
        key: 'aws:SourceVpc',
        expected: ['false'],
        actual: [],
        path: '$.Statement.Condition.Null["aws:SourceVpc"]',
      },
    ])
  })

  it('takes an empty Condition, which the console writes, for none', () => {
    expect(evaluate({ ...actor, Condition: {} }).effect).toBe('allow')
  })

  it('tells no near miss for a statement that is on another action', () => {
    const other = { ...actor, Action: 'sso:X', Condition: { StringEquals: { 'a:b': 'c' } } }
    expect(evaluate(other).nearMisses).toEqual([])
  })
})

describe('the request', () => {
  it('fills aws:PrincipalArn with the role of a session, and aws:PrincipalAccount', () => {
    const Condition = {
      ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/Exchange' },
      StringEquals: { 'aws:PrincipalAccount': '111122223333' },
    }
    expect(evaluate({ ...actor, Condition }).effect).toBe('allow')
    expect(evaluate({ ...actor, Condition }, { principal: ROLE }).effect).toBe('none')
    const given = { context: { 'AWS:PRINCIPALARN': ROLE } }
    expect(evaluate({ ...actor, Condition: { ArnEquals: { 'aws:PrincipalArn': ROLE } } }, given).effect).toBe(
      'allow',
    )
  })

  it('gives a service no aws:PrincipalArn', () => {
    const statement = { ...actor, Principal: '*', Condition: { Null: { 'aws:PrincipalArn': 'true' } } }
    expect(evaluate(statement, { principal: 's3.amazonaws.com' }).effect).toBe('allow')
    expect(evaluate(statement).effect).toBe('none')
  })

  it.each<[string, object]>([
    ['two keys that differ only in case', { context: { 'aws:Tag': 'a', 'AWS:tag': 'a' } }],
    ['a value that is no text', { context: { 'aws:Tag': 1 } }],
    ['a list with a value that is no text', { context: { 'aws:Tag': ['a', undefined] } }],
    ['no context', { context: undefined }],
    ['a context that is a list', { context: ['a'] }],
    ['a context that is too large', { context: { 'aws:Tag': 'a'.repeat(70_000) } }],
    ['a principal that is anyone', { principal: '*' }],
    ['a principal that is no text', { principal: 1 }],
    ['an action with a wildcard', { action: 's3:*' }],
    ['an action without a prefix', { action: 'GetObject' }],
    ['a resource that is no ARN', { resource: 'bucket' }],
    ['a resource that is too long', { resource: `arn:aws:s3:::${'a'.repeat(2048)}` }],
  ])('is refused with %s', (_, changes) => {
    let thrown: unknown
    try {
      evaluate(actor, changes as Partial<PolicyRequest>)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(FederationError)
    expect((thrown as FederationError).code).toBe('ERR_INVALID_OPTION')
  })
})
