import { describe, expect, it } from 'vitest'
import { FederationError } from '../../../src/core/outcome.js'
import { decide, decisionRules, type Policies, type PolicyRequest } from '../../../src/core/policy/index.js'

const ROLE = 'arn:aws:iam::111122223333:role/App'
const SESSION = 'arn:aws:sts::111122223333:assumed-role/App/run-1'
const USER = 'arn:aws:iam::111122223333:user/Ann'
const ROOT = 'arn:aws:iam::111122223333:root'
const QUEUE = 'arn:aws:sqs:us-east-1:111122223333:jobs'
const FOREIGN = 'arn:aws:sqs:us-east-1:444455556666:jobs'
const APP = 'arn:aws:sso::111122223333:application/ssoins-0123456789abcdef/apl-0123456789abcdef'

const policy = (statement: object) => ({ Version: '2012-10-17', Statement: statement })
const allow = policy({ Effect: 'Allow', Action: 'sqs:*', Resource: '*' })
const deny = policy({ Sid: 'no', Effect: 'Deny', Action: 'sqs:*', Resource: '*' })
const other = policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' })
const grant = (Principal: unknown, Action = 'sqs:*') =>
  policy({ Effect: 'Allow', Principal, Action, Resource: '*' })
const faulty = policy({ Effect: 'Allow', Action: 'sqs:*', Resource: '*', Conditions: {} })

const request: PolicyRequest = { principal: SESSION, action: 'sqs:SendMessage', resource: QUEUE, context: {} }

function decided(policies: Policies, changes: Partial<PolicyRequest> = {}) {
  const { effect, by, findings } = decide(policies, { ...request, ...changes })
  return { effect, by, found: findings.map(({ rule, reason }) => `${rule} ${reason}`) }
}

describe('within one account', () => {
  it('allows by identity, and says by which statement', () => {
    expect(decided({ identity: [other, allow] })).toEqual({
      effect: 'allow',
      by: { layer: 'identity', policy: 1, statement: 0 },
      found: [],
    })
  })

  it.each([
    ['the session', { AWS: SESSION }],
    ['the role', { AWS: ROLE }],
    ['everyone', '*'],
  ])('allows by a resource policy that names %s', (_, principal) => {
    expect(decided({ identity: [], resource: grant(principal) })).toEqual({
      effect: 'allow',
      by: { layer: 'resource', policy: 0, statement: 0 },
      found: [],
    })
  })

  it('takes a role for that of the session by its path as well, where aws:PrincipalArn tells it', () => {
    const told = (path: string) => ({
      context: { 'aws:PrincipalArn': `arn:aws:iam::111122223333:role/${path}App` },
    })
    const inPath = ROLE.replace('role/', 'role/aws-reserved/sso.amazonaws.com/')
    const named = (AWS: string) => ({ identity: [], resource: grant({ AWS }) })
    expect(decided(named(inPath), told('aws-reserved/sso.amazonaws.com/')).effect).toBe('allow')
    expect(decided(named(ROLE), told('aws-reserved/sso.amazonaws.com/')).effect).toBe('implicitDeny')
    expect(decided(named(inPath), told('aws-reserved/sso.amazonaws.com/eu-west-2/')).effect).toBe(
      'implicitDeny',
    )
    // Where nothing tells it, the name is all there is; and a Deny goes by the name in any case.
    expect(decided(named(inPath)).effect).toBe('allow')
    const denying = policy({ Effect: 'Deny', Principal: { AWS: ROLE }, Action: '*', Resource: '*' })
    const sparing = policy({
      Effect: 'Deny',
      NotPrincipal: { AWS: [ROOT, ROLE, SESSION] },
      Action: '*',
      Resource: '*',
    })
    for (const [resource, path, effect] of [
      [denying, 'a/', 'explicitDeny'],
      [sparing, 'a/', 'explicitDeny'],
      [sparing, '', 'allow'],
    ] as const) {
      expect(decided({ identity: [allow], resource }, told(path)).effect).toBe(effect)
    }
  })

  it('takes a grant to the account for a delegation only', () => {
    const resource = grant({ AWS: ROOT })
    expect(decided({ identity: [], resource })).toEqual({
      effect: 'implicitDeny',
      by: undefined,
      found: ['policy/grant account-grant'],
    })
    expect(decided({ identity: [allow], resource }).effect).toBe('allow')
  })

  it('denies implicitly where nothing allows', () => {
    expect(decided({ identity: [other], resource: grant({ AWS: USER }) })).toEqual({
      effect: 'implicitDeny',
      by: undefined,
      found: ['policy/grant no-allow'],
    })
  })

  it('takes an action on no resource for one on the own account', () => {
    expect(decided({ identity: [allow] }, { resource: '*' })).toMatchObject({ effect: 'allow', found: [] })
  })
})

describe('an explicit Deny', () => {
  const full = { identity: [allow], resource: grant('*'), boundary: allow, session: [allow], scps: [allow] }

  it.each<[string, Policies, object]>([
    ['identity', { ...full, identity: [allow, deny] }, { layer: 'identity', policy: 1 }],
    ['boundary', { ...full, boundary: deny }, { layer: 'boundary', policy: 0 }],
    ['session', { ...full, session: [allow, deny] }, { layer: 'session', policy: 1 }],
    ['scps', { ...full, scps: [allow, allow, deny] }, { layer: 'scps', policy: 2 }],
    [
      'resource',
      {
        ...full,
        resource: policy({ Sid: 'no', Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' }),
      },
      { layer: 'resource', policy: 0 },
    ],
  ])('wins in the layer %s', (_, policies, by) => {
    expect(decided(full).effect).toBe('allow')
    const decision = decided(policies)
    expect(decision.effect).toBe('explicitDeny')
    expect(decision.by).toEqual({ ...by, statement: 0, sid: 'no' })
    expect(decision.found).toContain('policy/explicit-deny explicit-deny')
  })
})

describe('what caps a grant', () => {
  it.each<[string, Partial<Policies>, string | undefined]>([
    ['a boundary that allows', { boundary: allow }, undefined],
    ['a boundary that does not', { boundary: other }, 'boundary'],
    ['session policies of which one allows', { session: [other, allow] }, undefined],
    ['session policies that do not', { session: [other, other] }, 'session'],
    ['no session policies', { session: [] }, undefined],
    ['SCPs that allow at every level', { scps: [allow, allow] }, undefined],
    ['SCPs that do not at one level', { scps: [allow, other, allow] }, 'scp'],
  ])('%s', (_, layers, reason) => {
    const { effect, found } = decided({ identity: [allow], ...layers })
    expect(effect).toBe(reason === undefined ? 'allow' : 'implicitDeny')
    expect(found).toEqual(reason === undefined ? [] : [`policy/limit ${reason}`])
  })

  it('grants nothing by itself', () => {
    const { effect, found } = decided({ identity: [], boundary: allow, session: [allow], scps: [allow] })
    expect([effect, found]).toEqual(['implicitDeny', ['policy/grant no-allow']])
  })
})

describe('a grant of the resource policy within one account, and what caps identity policies', () => {
  const caps = { boundary: other, session: [other] }
  const resource = (principal: unknown, Condition?: object) => ({
    resource: policy({
      Effect: 'Allow',
      Principal: principal,
      Action: 'sqs:*',
      Resource: '*',
      ...(Condition ? { Condition } : {}),
    }),
  })
  const GUEST = 'arn:aws:sts::111122223333:federated-user/Ann'
  const byArn = { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/App' } }
  const fromResource = { layer: 'resource', policy: 0, statement: 0 }

  it.each<[string, string, unknown, object | undefined]>([
    ['the very session', SESSION, { AWS: SESSION }, undefined],
    ['the very user', USER, { AWS: USER }, undefined],
    ['the very federated user', GUEST, { AWS: GUEST }, undefined],
    ['everyone whose role is named', SESSION, '*', byArn],
  ])('goes past them for %s', (_, principal, named, Condition) => {
    const asked = { principal, context: { 'aws:PrincipalArn': ROLE } }
    for (const identity of [[], [allow]]) {
      expect(decided({ identity, ...resource(named, Condition), ...caps }, asked)).toEqual({
        effect: 'allow',
        by: fromResource,
        found: [],
      })
    }
    expect(
      decided({ identity: [], ...resource(named, Condition), ...caps, scps: [other] }, asked).found,
    ).toEqual(['policy/limit scp'])
    expect(decided({ identity: [], ...resource(named, Condition), session: [deny] }, asked).effect).toBe(
      'explicitDeny',
    )
  })

  it('names the identity policy where that suffices', () => {
    expect(decided({ identity: [allow], ...resource({ AWS: SESSION }) }).by).toMatchObject({
      layer: 'identity',
    })
  })

  it.each<[string, unknown, string[]]>([
    ['the role', { AWS: ROLE }, ['policy/limit boundary', 'policy/limit session']],
    [
      'everyone',
      '*',
      [
        'policy/limit boundary',
        'policy/limit session',
        'policy/direct-grant limited',
        'policy/direct-grant limited',
      ],
    ],
    ['the account', { AWS: ROOT }, ['policy/limit boundary', 'policy/limit session']],
  ])('is limited by them for %s', (_, named, found) => {
    expect(decided({ identity: [allow], ...resource(named), ...caps })).toEqual({
      effect: 'implicitDeny',
      by: undefined,
      found,
    })
    expect(decided({ identity: [allow], ...resource(named), boundary: allow, session: [allow] }).effect).toBe(
      'allow',
    )
  })

  it('goes past nothing across accounts, nor where the account is not known', () => {
    for (const target of [FOREIGN, 'arn:aws:sqs:::jobs']) {
      const { effect, found } = decided(
        { identity: [allow], ...resource({ AWS: SESSION }), ...caps },
        { resource: target },
      )
      expect([effect, found.slice(0, 2)]).toEqual([
        'implicitDeny',
        ['policy/limit boundary', 'policy/limit session'],
      ])
    }
  })

  it('is all that a federated user has without a session policy', () => {
    const asked = { principal: GUEST }
    expect(decided({ identity: [allow] }, asked).found).toEqual(['policy/limit session'])
    expect(decided({ identity: [allow], session: [allow] }, asked).effect).toBe('allow')
    expect(decided({ identity: [], ...resource({ AWS: GUEST }) }, asked).effect).toBe('allow')
  })
})

describe('the allow list of an identity-enhanced session', () => {
  const list = (...NotAction: string[]) => policy({ Sid: 'list', Effect: 'Deny', NotAction, Resource: '*' })

  it('denies all else, in every other layer as well, and grants and caps nothing', () => {
    const listed = list('sqs:SendMessage')
    expect(decided({ identity: [allow], identityContext: listed }).effect).toBe('allow')
    expect(decided({ identity: [], identityContext: allow }).found).toEqual(['policy/grant no-allow'])
    for (const policies of [{ identity: [allow] }, { identity: [], resource: grant({ AWS: SESSION }) }]) {
      expect(decided({ ...policies, identityContext: list('s3:GetDataAccess') })).toMatchObject({
        effect: 'explicitDeny',
        by: { layer: 'identityContext', policy: 0, statement: 0, sid: 'list' },
      })
    }
  })
})

describe('across accounts', () => {
  it.each<[string, Policies, string[]]>([
    ['both allow', { identity: [allow], resource: grant({ AWS: ROLE }) }, []],
    ['both allow, by the account', { identity: [allow], resource: grant({ AWS: '111122223333' }) }, []],
    ['only identity allows', { identity: [allow] }, ['policy/grant no-resource-allow']],
    ['only the resource allows', { identity: [], resource: grant('*') }, ['policy/grant no-identity-allow']],
    [
      'neither allows',
      { identity: [] },
      ['policy/grant no-identity-allow', 'policy/grant no-resource-allow'],
    ],
  ])('%s', (_, policies, found) => {
    for (const changes of [{ resource: FOREIGN }, { context: { 'AWS:resourceAccount': '444455556666' } }]) {
      expect(decided(policies, changes)).toMatchObject({
        effect: found.length === 0 ? 'allow' : 'implicitDeny',
        found,
      })
    }
  })

  it('is where either aws:ResourceAccount or the ARN says so (SimulateCustomPolicy: ResourceOwner)', () => {
    const context = { 'aws:ResourceAccount': '111122223333' }
    for (const resource of [undefined, grant({ AWS: SESSION })]) {
      const policies = { identity: resource ? [] : [allow], ...(resource ? { resource } : {}) }
      expect(decided(policies, { resource: FOREIGN, context }).effect).toBe('implicitDeny')
      expect(decided(policies, { resource: QUEUE, context }).effect).toBe('allow')
    }
  })

  it('never reaches another partition', () => {
    const resource = QUEUE.replace('arn:aws:', 'arn:aws-cn:')
    expect(decided({ identity: [allow], resource: grant('*') }, { resource })).toMatchObject({
      effect: 'implicitDeny',
      found: ['policy/grant partition'],
    })
  })
})

describe('a resource whose account is not known', () => {
  const bucket = { action: 's3:GetObject', resource: 'arn:aws:s3:::reports/a' }

  it.each<[string, Policies, string[]]>([
    ['identity allows and no resource policy is given', { identity: [other] }, []],
    ['both allow', { identity: [other], resource: grant({ AWS: ROLE }, 's3:*') }, []],
    [
      'the resource policy does not allow',
      { identity: [other], resource: grant('*') },
      ['policy/grant no-resource-allow'],
    ],
    [
      'only the resource allows',
      { identity: [], resource: grant('*', 's3:*') },
      ['policy/grant no-identity-allow'],
    ],
  ])('%s', (_, policies, found) => {
    expect(decided(policies, bucket)).toMatchObject({
      effect: found.length === 0 ? 'allow' : 'implicitDeny',
      found: [...found, 'policy/resource-account unknown-account'],
    })
  })

  it('is settled by aws:ResourceAccount', () => {
    const context = { 'aws:ResourceAccount': '111122223333' }
    expect(decided({ identity: [other] }, { ...bucket, context })).toMatchObject({
      effect: 'allow',
      found: [],
    })
  })
})

describe('where the policy of the resource must allow (R247)', () => {
  const exchange = { action: 'sso-oauth:CreateTokenWithIAM', resource: APP }
  const everything = policy({ Effect: 'Allow', Action: '*', Resource: '*' })

  it.each<[string, Policies, Partial<PolicyRequest>, boolean]>([
    ['an exchange without actor policy', { identity: [everything] }, exchange, false],
    [
      'an exchange that the actor policy allows',
      { identity: [], resource: grant({ AWS: ROLE }, 'sso-oauth:CreateTokenWithIAM') },
      exchange,
      true,
    ],
    [
      'an exchange delegated to the account',
      { identity: [everything], resource: grant({ AWS: ROOT }, '*') },
      exchange,
      true,
    ],
    [
      'assuming a role that trusts another',
      {
        identity: [everything],
        resource: policy({ Effect: 'Allow', Principal: { AWS: USER }, Action: '*' }),
      },
      { action: 'STS:assumerole', resource: ROLE },
      false,
    ],
    [
      'a key without key policy',
      { identity: [everything] },
      { action: 'kms:Decrypt', resource: 'arn:aws:kms:us-east-1:111122223333:key/1' },
      false,
    ],
    ['a call on no key', { identity: [everything] }, { action: 'kms:ListKeys', resource: '*' }, true],
  ])('%s', (_, policies, changes, allowed) => {
    const { effect, found } = decided(policies, changes)
    expect(effect).toBe(allowed ? 'allow' : 'implicitDeny')
    expect(found).toEqual(allowed ? [] : ['policy/grant no-resource-allow'])
  })
})

describe('callers that are no IAM identity', () => {
  const service = { principal: 'access-grants.s3.amazonaws.com' }

  it('are let in by the resource policy alone', () => {
    expect(decided({ identity: [], resource: grant({ Service: service.principal }) }, service).effect).toBe(
      'allow',
    )
    expect(decided({ identity: [allow] }, service)).toMatchObject({
      effect: 'implicitDeny',
      found: ['policy/grant no-resource-allow'],
    })
    expect(decided({ identity: [allow], resource: grant({ AWS: ROOT }) }, service).effect).toBe(
      'implicitDeny',
    )
  })
})

describe('a faulty policy', () => {
  const full = { identity: [allow], resource: grant('*'), boundary: allow, session: [allow], scps: [allow] }

  it.each<[string, Policies]>([
    ['identity', { ...full, identity: [allow, faulty] }],
    ['resource', { ...full, resource: allow }],
    ['boundary', { ...full, boundary: null }],
    ['session', { ...full, session: [allow, 'text'] }],
    ['scps', { ...full, scps: [allow, {}] }],
  ])('in the layer %s denies, and is named', (_, policies) => {
    const { effect, findings } = decide(policies, request)
    expect(effect).toBe('implicitDeny')
    const named = findings.filter(({ rule }) => rule === 'policy/document')
    expect(named[0]).toMatchObject({ reason: 'faulty-policy', severity: 'error' })
    expect(findings.length).toBeGreaterThan(1)
  })

  it('gives the faults with their paths', () => {
    const { findings } = decide({ identity: [allow], scps: [allow, faulty] }, request)
    expect(findings.map(({ reason, path }) => [reason, path])).toEqual([
      ['faulty-policy', '$.scps[1]'],
      ['unknown-member', '$.scps[1].Statement.Conditions'],
      ['scp', '$.scps[1]'],
    ])
  })

  it('does not hide the Deny of another', () => {
    expect(decided({ identity: [faulty, deny] })).toMatchObject({
      effect: 'explicitDeny',
      by: { layer: 'identity', policy: 1 },
    })
  })
})

describe('findings that explain', () => {
  it('tell both sides of a condition that was missed, when nothing allows', () => {
    const tagged = policy([
      {
        Effect: 'Allow',
        Action: 'sqs:*',
        Resource: '*',
        Condition: { StringEquals: { 'aws:PrincipalTag/Team': 'Blue', 'aws:ResourceTag/Team': 'Blue' } },
      },
      { Effect: 'Deny', Action: '*', Resource: '*', Condition: { Bool: { 'aws:ViaAWSService': 'true' } } },
    ])
    const context = { 'aws:PrincipalTag/Team': 'blue' }
    const { findings } = decide({ identity: [tagged] }, { ...request, context })
    const unmet = findings.filter(({ rule }) => rule === 'policy/condition-unmet')
    expect(unmet.map(({ reason, path, severity, actual }) => [reason, path, severity, actual])).toEqual([
      [
        'mismatch',
        '$.identity[0].Statement[0].Condition.StringEquals["aws:PrincipalTag/Team"]',
        'warning',
        '"blue"',
      ],
      [
        'key-absent',
        '$.identity[0].Statement[0].Condition.StringEquals["aws:ResourceTag/Team"]',
        'warning',
        undefined,
      ],
    ])
    expect(decided({ identity: [tagged, allow] }, { context })).toMatchObject({ effect: 'allow', found: [] })
  })

  it.each([
    [
      'a condition',
      { Resource: '*', Condition: { StringNotEquals: { 'aws:ResourceTag/Owner': '${aws:PrincipalArn}' } } },
      'Condition.StringNotEquals["aws:ResourceTag/Owner"]',
    ],
    ['a resource', { NotResource: 'arn:aws:sqs:us-east-1:111122223333:${aws:principalarn}' }, 'NotResource'],
  ])('refuse where a variable in %s would be filled without the path of the role', (_, what, place) => {
    const identity = [policy({ Effect: 'Allow', Action: 'sqs:*', ...what })]
    const { effect, findings } = decide({ identity }, request)
    expect(effect).toBe('implicitDeny')
    expect(findings).toEqual([
      expect.objectContaining({
        rule: 'policy/role-path',
        reason: 'path-unknown',
        path: `$.identity[0].Statement.${place}`,
      }),
    ])
    const context = { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/team/App' }
    expect(decide({ identity }, { ...request, context }).effect).toBe('allow')
  })

  it.each([
    ['a number', { StringEquals: { 'sts:ExternalId': 73_519_284 } }],
    ['an operator of ARNs', { ArnEquals: { 'STS:ExternalID': ['73519284'] } }],
    ['a list of numbers', { StringLike: { 'sts:ExternalId': [73_519_284] } }],
    ['a boolean operator', { Bool: { 'sts:ExternalId': '73519284' } }],
  ])('never show an external id that stands wrongly: %s', (_, Condition) => {
    const decision = decide(
      { identity: [policy({ Effect: 'Allow', Action: 'sqs:*', Resource: '*', Condition })] },
      request,
    )
    expect(decision.findings.map(({ rule }) => rule)).toContain('policy/condition')
    expect(JSON.stringify(decision)).not.toContain('73519284')
  })

  it('refuse where aws:PrincipalArn would be compared without the path of the role', () => {
    const Condition = { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/*' } }
    const byArn = policy({ Effect: 'Allow', Action: 'sqs:*', Resource: '*', Condition })
    expect(decided({ identity: [byArn] })).toMatchObject({
      effect: 'implicitDeny',
      found: ['policy/role-path path-unknown'],
    })
    const context = { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/a/App' }
    expect(decided({ identity: [byArn] }, { context }).found).toEqual([])
    expect(decided({ identity: [byArn] }, { principal: ROLE }).found).toEqual([])
  })

  it('come from rows with distinct ids in the area policy', () => {
    const ids = decisionRules.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.every((id) => id.startsWith('policy/'))).toBe(true)
  })
})

function gone(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

describe('misuse', () => {
  it.each<[string, unknown, object]>([
    ['no policies', undefined, {}],
    ['no identity policies', {}, {}],
    ['one identity policy that is not in a list', { identity: allow }, {}],
    ['a misspelt layer', { identity: [allow], scp: [deny] }, {}],
    ['SCPs that are not in a list', { identity: [allow], scps: deny }, {}],
    [
      'two context keys that differ in case',
      { identity: [allow] },
      { context: { 'aws:A': 'a', 'aws:a': 'a' } },
    ],
    ['policies that cannot be read', gone(), {}],
    ['a policy that cannot be read', { identity: [gone()] }, {}],
    ['a context in a Map', { identity: [allow] }, { context: new Map([['a:b', 'c']]) }],
    ['a context that cannot be read', { identity: [allow] }, { context: gone() }],
    ['two owners', { identity: [allow] }, { context: { 'aws:ResourceAccount': ['1', '2'] } }],
  ])('throws for %s', (_, policies, changes) => {
    let thrown: unknown
    try {
      decide(policies as Policies, { ...request, ...changes })
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(FederationError)
    expect((thrown as FederationError).code).toBe('ERR_INVALID_OPTION')
  })
})
