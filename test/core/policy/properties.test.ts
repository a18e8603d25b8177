import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide, evaluatePolicy, parsePolicy, type PolicyRequest } from '../../../src/core/policy/index.js'

// Small alphabets, so that statements often match and often miss by one thing only.
const SESSION = 'arn:aws:sts::111122223333:assumed-role/App/run-1'
const ROLE = 'arn:aws:iam::111122223333:role/App'
const RESOURCES = ['arn:aws:s3:us-east-1:111122223333:a', 'arn:aws:s3:us-east-1:444455556666:a/b', '*']
const ACTIONS = ['s3:Get', 's3:Put', 'sso-oauth:CreateTokenWithIAM']

const someOf = <T>(...values: T[]) =>
  fc.oneof(fc.constantFrom(...values), fc.subarray(values, { minLength: 1 }))
const element = (name: string, ...values: string[]) =>
  fc
    .tuple(fc.constantFrom(name, name, name, `Not${name}`), someOf(...values))
    .map(([key, value]): Record<string, unknown> => ({ [key]: value }))
const condition = fc
  .dictionary(
    fc.constantFrom(
      'StringEquals',
      'StringNotEquals',
      'StringLikeIfExists',
      'ForAllValues:StringLike',
      'ForAnyValue:StringNotLike',
      'StringNotEqualsIgnoreCaseIfExists',
    ),
    fc.dictionary(
      fc.constantFrom('x:One', 'x:Two', 'x:Tag/Team'),
      someOf('a', 'A', 'b*', '', '${x:Two}', "${x:Three, 'a'}", '${x:tag/team}'),
      { minKeys: 1 },
    ),
    { maxKeys: 2 },
  )
  .map((Condition): Record<string, unknown> => ({ Condition: plain(Condition) }))
const identityStatement = fc
  .tuple(
    fc.constantFrom('Allow', 'Allow', 'Deny'),
    element('Action', 's3:*', 'S3:get', 's3:P?t', '*'),
    element('Resource', '*', 'arn:aws:s3:*:*:a', 'arn:aws:s3:us-east-1:444455556666:*'),
    fc.oneof(fc.constant({}), condition),
  )
  .map(
    ([Effect, ...parts]): Record<string, unknown> =>
      Object.assign({ Effect }, ...parts) as Record<string, unknown>,
  )
const principal = fc.constantFrom<Record<string, unknown>>(
  { Principal: '*' },
  { Principal: { AWS: ROLE } },
  { Principal: { AWS: [SESSION, '111122223333'] } },
  { Principal: { AWS: '444455556666' } },
  { Principal: { Service: 's3.amazonaws.com' } },
)
const resourceStatement = fc
  .tuple(identityStatement, principal)
  .map(([statement, who]) => ({ ...statement, ...who }))
const policyOf = (statement: fc.Arbitrary<Record<string, unknown>>) =>
  fc
    .array(statement, { minLength: 1, maxLength: 4 })
    .map((Statement) => ({ Version: '2012-10-17', Statement }))
const identityPolicy = policyOf(identityStatement)
const resourcePolicy = policyOf(resourceStatement)
const policies = fc.record(
  {
    identity: fc.array(identityPolicy, { maxLength: 2 }),
    resource: resourcePolicy,
    boundary: identityPolicy,
    session: fc.array(identityPolicy, { maxLength: 2 }),
    scps: fc.array(identityPolicy, { maxLength: 2 }),
  },
  { requiredKeys: ['identity'] },
)
const request: fc.Arbitrary<PolicyRequest> = fc.record({
  principal: fc.constantFrom(SESSION, ROLE, 's3.amazonaws.com', 'arn:aws:iam::444455556666:user/Ann'),
  action: fc.constantFrom(...ACTIONS),
  resource: fc.constantFrom(...RESOURCES),
  context: fc
    .dictionary(
      fc.constantFrom('x:one', 'X:Two', 'x:Tag/Team', 'x:Tag/TEAM'),
      fc.oneof(fc.constantFrom('a', 'b', ''), fc.subarray(['a', 'bb'])),
    )
    // Two keys that differ in case only are misuse.
    .map(({ 'x:Tag/TEAM': other, ...rest }) =>
      plain('x:Tag/Team' in rest || other === undefined ? rest : { ...rest, 'x:Tag/TEAM': other }),
    ),
})

function plain<T>(dictionary: Record<string, T>): Record<string, T> {
  return { ...dictionary }
}

const effectOf = (value: unknown, asked: PolicyRequest) => {
  const { policy, faults } = parsePolicy(value)
  expect(faults).toEqual([])
  return evaluatePolicy(policy!, asked).effect
}
const RANK = { allow: 2, none: 1, implicitDeny: 1, explicitDeny: 0 }

describe('one policy', () => {
  it('is allowed, denied and left alone often enough for what follows to mean something', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(resourcePolicy, request, (value, asked) => void seen.add(effectOf(value, asked))),
      { numRuns: 1000 },
    )
    expect([...seen].sort()).toEqual(['allow', 'explicitDeny', 'none'])
  })

  it('means the same in any order of statements', () => {
    fc.assert(
      fc.property(resourcePolicy, request, fc.infiniteStream(fc.nat()), (value, asked, keys) => {
        const shuffled = value.Statement.map((statement) => ({ statement, key: keys.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ statement }) => statement)
        expect(effectOf({ ...value, Statement: shuffled }, asked)).toBe(effectOf(value, asked))
      }),
      { numRuns: 500 },
    )
  })

  it('never allows more with one Deny more, nor less with one Allow more', () => {
    fc.assert(
      fc.property(resourcePolicy, resourceStatement, request, (value, statement, asked) => {
        const before = RANK[effectOf(value, asked)]
        const after = RANK[effectOf({ ...value, Statement: [...value.Statement, statement] }, asked)]
        if (statement.Effect === 'Deny') expect(after).toBeLessThanOrEqual(before)
        else expect(after).toBeGreaterThanOrEqual(before)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('a decision', () => {
  const decideEffect = (...given: Parameters<typeof decide>) => decide(...given).effect

  it('comes out all three ways', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(policies, request, (layers, asked) => void seen.add(decideEffect(layers, asked))),
      { numRuns: 1000 },
    )
    expect([...seen].sort()).toEqual(['allow', 'explicitDeny', 'implicitDeny'])
  })

  it('never allows more with one Deny more, in any layer', () => {
    const layer = fc.constantFrom('identity' as const, 'session' as const, 'scps' as const)
    fc.assert(
      fc.property(policies, identityStatement, layer, request, (layers, statement, name, asked) => {
        const denying = { Version: '2012-10-17', Statement: { ...statement, Effect: 'Deny' } }
        const list = layers[name] ?? []
        const more = { ...layers, [name]: [...list, denying] }
        expect(RANK[decideEffect(more, asked)]).toBeLessThanOrEqual(RANK[decideEffect(layers, asked)])
      }),
      { numRuns: 500 },
    )
  })

  it('never allows less with one Allow more, where policies grant', () => {
    fc.assert(
      fc.property(policies, identityStatement, principal, request, (layers, statement, who, asked) => {
        const allowing = { ...statement, Effect: 'Allow' }
        const before = RANK[decideEffect(layers, asked)]
        const identity = [...layers.identity, { Version: '2012-10-17', Statement: allowing }]
        expect(RANK[decideEffect({ ...layers, identity }, asked)]).toBeGreaterThanOrEqual(before)
        const { resource } = layers
        if (!resource) return
        const Statement = [...resource.Statement, { ...allowing, ...who }]
        const more = { ...layers, resource: { ...resource, Statement } }
        expect(RANK[decideEffect(more, asked)]).toBeGreaterThanOrEqual(before)
      }),
      { numRuns: 500 },
    )
  })

  it('never allows more by the allow list of an identity context', () => {
    fc.assert(
      fc.property(policies, identityPolicy, request, (layers, list, asked) => {
        const after = RANK[decideEffect({ ...layers, identityContext: list }, asked)]
        expect(after).toBeLessThanOrEqual(RANK[decideEffect(layers, asked)])
      }),
      { numRuns: 300 },
    )
  })

  it('means the same in any order of policies and statements', () => {
    fc.assert(
      fc.property(policies, request, (layers, asked) => {
        const turned = {
          ...layers,
          identity: [...layers.identity]
            .reverse()
            .map((one) => ({ ...one, Statement: [...one.Statement].reverse() })),
          ...(layers.session ? { session: [...layers.session].reverse() } : {}),
          ...(layers.scps ? { scps: [...layers.scps].reverse() } : {}),
        }
        expect(decideEffect(turned, asked)).toBe(decideEffect(layers, asked))
      }),
      { numRuns: 500 },
    )
  })

  it('never allows more under a boundary or one SCP more', () => {
    fc.assert(
      fc.property(policies, identityPolicy, request, (layers, cap, asked) => {
        const { boundary, ...rest } = layers
        const before = RANK[decideEffect(rest, asked)]
        expect(RANK[decideEffect({ ...rest, boundary: boundary ?? cap }, asked)]).toBeLessThanOrEqual(before)
        const scps = [...(rest.scps ?? []), cap]
        expect(RANK[decideEffect({ ...rest, scps }, asked)]).toBeLessThanOrEqual(before)
      }),
      { numRuns: 300 },
    )
  })

  it('allows with no error among its findings, and refuses with at least one', () => {
    fc.assert(
      fc.property(policies, request, (layers, asked) => {
        const { effect, by, findings } = decide(layers, asked)
        expect(findings.some(({ severity }) => severity === 'error')).toBe(effect !== 'allow')
        expect(by !== undefined).toBe(effect !== 'implicitDeny')
      }),
      { numRuns: 500 },
    )
  })
})

describe('what is not understood', () => {
  const open = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }
  const asked = { principal: ROLE, action: 's3:Get', resource: RESOURCES[0]!, context: {} }
  const names = [
    ...['Version', 'Statement', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource'],
    ...['NotResource', 'Condition', 'Sid', 'AWS', 'StringEquals', 'Bool', '__proto__', 'aws:x', 'Allow'],
  ]
  const texts = ['2012-10-17', 'Allow', 'Deny', '*', 's3:*', '111122223333', 'true', 'arn:aws:s3:::a', '${x}']
  const garbage = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'medium' },
      fc.constantFrom<unknown>(null, true, 0, ...texts),
      fc.jsonValue(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), tie('value'), { maxKeys: 5 }),
    ),
  })).value

  it('never throws, and allows nothing', () => {
    expect(decide({ identity: [open] }, asked).effect).toBe('allow')
    fc.assert(
      fc.property(garbage, fc.constantFrom('identity' as const, 'scps' as const), (value, layer) => {
        const { policy, faults } = parsePolicy(value, '$', 'identity')
        expect(policy === undefined).toBe(faults.length > 0)
        if (policy) return
        const identity = layer === 'identity' ? [open, value] : [open]
        const scps = layer === 'scps' ? { scps: [open, value] } : {}
        expect(decide({ identity, ...scps }, asked).effect).toBe('implicitDeny')
      }),
      { numRuns: 2000 },
    )
  })

  it('refuses any policy into which one unknown thing was put', () => {
    const defect = fc.constantFrom<(statement: Record<string, unknown>) => object>(
      (statement) => ({ ...statement, Extra: 1 }),
      (statement) => ({ ...statement, Effect: 'ALLOW' }),
      (statement) => ({ ...statement, Action: [...ACTIONS, 's3>Get'], NotAction: undefined }),
      (statement) => ({ ...statement, Resource: [] }),
      (statement) => ({ ...statement, Principal: { AWS: [ROLE, `${ROLE}*`] } }),
      (statement) => ({ ...statement, Condition: { BinaryEquals: { 'x:One': 'QQ==' } } }),
      (statement) => ({ ...statement, Condition: { StringEquals: { 'x:One': '${x:Two' } } }),
      (statement) => ({ ...statement, Condition: null }),
    )
    fc.assert(
      fc.property(resourcePolicy, defect, fc.nat(3), request, (value, spoil, at, given) => {
        const Statement = value.Statement.map((statement, index) =>
          index === at % value.Statement.length ? spoil(statement) : statement,
        )
        const spoilt = { ...value, Statement }
        expect(parsePolicy(spoilt).policy).toBeUndefined()
        expect(decide({ identity: [open], resource: spoilt }, given).effect).toBe('implicitDeny')
      }),
      { numRuns: 500 },
    )
  })
})
