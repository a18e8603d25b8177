import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../../src/core/outcome.js'
import {
  assumeRoleRequest,
  validateAssumeRole,
  type AssumeRoleInput,
  type AssumeRoleOptions,
} from '../../../src/tti/roleSession/index.js'

const PROVIDER = 'arn:aws:iam::aws:contextProvider/IdentityCenter'
const BASE: AssumeRoleOptions = {
  roleArn: 'arn:aws:iam::111122223333:role/Analyst',
  roleSessionName: 'alice',
  identityContext: 'context-assertion',
}
const found = (verdict: Verdict<unknown>) => verdict.findings.map(({ rule, reason }) => `${rule} ${reason}`)
const withOptions = (options: Record<string, unknown>) =>
  assumeRoleRequest({ ...BASE, ...options } as AssumeRoleOptions)

describe('assumeRoleRequest', () => {
  it('builds the least request', () => {
    expect(assumeRoleRequest(BASE)).toEqual({
      ok: true,
      value: {
        RoleArn: BASE.roleArn,
        RoleSessionName: 'alice',
        ProvidedContexts: [{ ProviderArn: PROVIDER, ContextAssertion: 'context-assertion' }],
      },
      findings: [],
    })
  })

  it('builds the fullest request in wire spelling', () => {
    const verdict = withOptions({
      durationSeconds: 900,
      providerArn: PROVIDER,
      sessionTags: { Team: 'data', Empty: '' },
      transitiveTagKeys: ['Team'],
      sourceIdentity: 'alice@example.com',
      externalID: 'ex:1',
      policy: '{"Version":"2012-10-17","Statement":[]}',
      policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    })
    expect(verdict.ok && verdict.value).toEqual({
      RoleArn: BASE.roleArn,
      RoleSessionName: 'alice',
      DurationSeconds: 900,
      ProvidedContexts: [{ ProviderArn: PROVIDER, ContextAssertion: 'context-assertion' }],
      Tags: [
        { Key: 'Team', Value: 'data' },
        { Key: 'Empty', Value: '' },
      ],
      TransitiveTagKeys: ['Team'],
      SourceIdentity: 'alice@example.com',
      ExternalId: 'ex:1',
      Policy: '{"Version":"2012-10-17","Statement":[]}',
      PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
    })
  })

  it('takes an audit context in place of the identity context', () => {
    const verdict = withOptions({ identityContext: undefined, auditContext: 'audit-assertion' })
    expect(verdict.ok && verdict.value.ProvidedContexts).toEqual([
      { ProviderArn: PROVIDER, ContextAssertion: 'audit-assertion' },
    ])
  })

  it.each<[string, Record<string, unknown>]>([
    ['tti/context-assertion both', { auditContext: 'audit-assertion' }],
    ['tti/context-assertion missing', { identityContext: undefined }],
    ['tti/context-assertion too-short', { identityContext: 'abc' }],
    ['tti/context-assertion too-long', { identityContext: 'x'.repeat(2049) }],
    ['tti/context-assertion type', { identityContext: 5 }],
    ['tti/context-provider mismatch', { providerArn: 'arn:aws:iam::aws:contextProvider/identitycenter' }],
    [
      'tti/context-provider mismatch',
      { providerArn: 'arn:aws:iam::111122223333:contextProvider/IdentityCenter' },
    ],
    ['tti/context-provider mismatch', { providerArn: `${PROVIDER} ` }],
    ['tti/context-provider too-short', { providerArn: 'arn' }],
    ['tti/role-arn prefix', { roleArn: 'ARN:aws:iam::111122223333:role/Analyst' }],
    ['tti/role-arn too-short', { roleArn: 'arn:aws:iam::1:role' }],
    ['tti/role-arn missing', { roleArn: undefined }],
    ['tti/role-session-name too-short', { roleSessionName: 'a' }],
    ['tti/role-session-name too-long', { roleSessionName: 'a'.repeat(65) }],
    ['tti/role-session-name characters', { roleSessionName: 'alice smith' }],
    ['tti/session-duration too-short', { durationSeconds: 899 }],
    ['tti/session-duration too-long', { durationSeconds: 43_201 }],
    ['tti/session-duration chained', { durationSeconds: 3601, chained: true }],
    ['tti/session-tags characters', { sessionTags: { Team: '<data>' } }],
    ['tti/session-tags duplicate', { sessionTags: { Team: 'a', TEAM: 'b' } }],
    ['tti/session-tags reserved', { sessionTags: { 'aws:Team': 'a' } }],
    ['tti/session-tags type', { sessionTags: { Team: 1 } }],
    ['tti/session-tags type', { sessionTags: 'Team=a' }],
    ['tti/session-tags inherited', { sessionTags: { team: 'a' }, inheritedTransitiveTagKeys: ['Team'] }],
    ['tti/transitive-tag-keys not-a-tag', { transitiveTagKeys: ['Team'] }],
    ['tti/source-identity too-short', { sourceIdentity: 'a' }],
    ['tti/source-identity reserved', { sourceIdentity: 'aws:alice' }],
    ['tti/external-id too-long', { externalID: 'a'.repeat(1225) }],
    ['tti/session-policy json', { policy: '{' }],
    ['tti/session-policy duplicate-member', { policy: '{"Version":"1","Version":"2"}' }],
    ['tti/session-policy type', { policy: '[]' }],
    ['tti/session-policy too-long', { policy: `{"a":"${'x'.repeat(2041)}"}` }],
    ['tti/session-policy characters', { policy: '{"a":"\u0100"}' }],
    [
      'tti/policy-arns too-many',
      { policyArns: Array.from({ length: 11 }, (_, i) => `arn:aws:iam::aws:policy/${i}`) },
    ],
  ])('refuses with %s', (expected, options) => {
    const verdict = withOptions(options)
    expect(verdict.ok).toBe(false)
    expect(found(verdict)).toContain(expected)
  })

  it.each<Record<string, unknown>>([
    { identityContext: 'abcd' },
    { identityContext: 'x'.repeat(2048) },
    { roleSessionName: 'ab' },
    { roleSessionName: 'a'.repeat(64) },
    { durationSeconds: 43_200 },
    { durationSeconds: 3600, chained: true },
    { policy: `{"a":"${'x'.repeat(2040)}"}` },
    { sessionTags: Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, 'v'])) },
  ])('accepts at the bound', (options) => {
    expect(withOptions(options)).toMatchObject({ ok: true, findings: [] })
  })

  it('lists everything that is wrong at once, and no secret', () => {
    const secret = 'SECRET'.repeat(400)
    const verdict = assumeRoleRequest({
      roleArn: 'x',
      roleSessionName: '',
      durationSeconds: 1,
      identityContext: secret,
      auditContext: secret,
      providerArn: secret.slice(0, 100),
      externalID: 'SECRET!',
    })
    expect(new Set(verdict.findings.map(({ rule }) => rule))).toEqual(
      new Set([
        'tti/role-arn',
        'tti/role-session-name',
        'tti/session-duration',
        'tti/context-provider',
        'tti/context-assertion',
        'tti/external-id',
      ]),
    )
    expect(JSON.stringify(verdict)).not.toContain('SECRET')
  })

  it("warns of a permission set's own role", () => {
    const arn =
      'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_A_0123456789abcdef'
    const verdict = withOptions({ roleArn: arn })
    expect(verdict.ok).toBe(true)
    expect(found(verdict)).toEqual(['tti/role-not-reserved reserved'])
  })
})

describe('validateAssumeRole', () => {
  const plain = { RoleArn: BASE.roleArn, RoleSessionName: 'alice' }
  const context = { ProviderArn: PROVIDER, ContextAssertion: 'context-assertion' }

  it('lets a plain request pass unless a context is required', () => {
    expect(validateAssumeRole(plain)).toEqual({ ok: true, value: plain, findings: [] })
    expect(found(validateAssumeRole(plain, { contextRequired: true }))).toEqual([
      'tti/context-assertion missing',
    ])
  })

  it.each<[string[], unknown]>([
    [['tti/context-assertion missing'], []],
    [['tti/context-assertion both'], [context, context]],
    [
      ['tti/context-provider too-many', 'tti/context-assertion both'],
      Array.from({ length: 6 }, () => context),
    ],
    [['tti/context-provider type', 'tti/context-assertion missing'], { 0: context }],
    [['tti/context-provider missing', 'tti/context-assertion missing'], [null]],
    [['tti/context-provider mismatch'], [{ ...context, ProviderArn: context.ProviderArn.toLowerCase() }]],
  ])('refuses with %j', (expected, ProvidedContexts) => {
    expect(found(validateAssumeRole({ ...plain, ProvidedContexts }))).toEqual(expected)
  })

  it('refuses unknown parameters and what is no object', () => {
    expect(found(validateAssumeRole({ ...plain, roleArn: 'x' }))).toEqual([
      'tti/assume-role-input unknown-member',
    ])
    expect(found(validateAssumeRole([plain]))).toContain('tti/assume-role-input type')
    expect(found(validateAssumeRole(null))).toContain('tti/assume-role-input type')
  })

  it('answers a copy without stowaways', () => {
    const Tags = [{ Key: 'a', Value: 'b', more: () => 1 }]
    const verdict = validateAssumeRole({ ...plain, Tags })
    expect(verdict.ok && verdict.value).toEqual({ ...plain, Tags: [{ Key: 'a', Value: 'b' }] })
  })
})

const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('alice', 'a'.repeat(3000)))
const garbage = fc.oneof(text, fc.anything())
const options = fc.record(
  {
    roleArn: fc.oneof(fc.constant(BASE.roleArn), garbage),
    roleSessionName: fc.oneof(fc.constant('alice'), garbage),
    durationSeconds: fc.oneof(fc.integer({ min: 0, max: 50_000 }), garbage),
    identityContext: fc.oneof(fc.constant('context-assertion'), garbage),
    auditContext: garbage,
    providerArn: fc.oneof(fc.constant(PROVIDER), garbage),
    sessionTags: fc.oneof(
      fc.dictionary(fc.string({ maxLength: 130 }), fc.string({ maxLength: 260 })),
      garbage,
    ),
    transitiveTagKeys: fc.oneof(fc.array(text), garbage),
    sourceIdentity: garbage,
    externalID: garbage,
    policy: fc.oneof(fc.json(), garbage),
    policyArns: fc.oneof(fc.array(text), garbage),
    chained: fc.boolean(),
  },
  { requiredKeys: ['roleArn', 'roleSessionName', 'identityContext'] },
)

const inBounds = (value: string | undefined, min: number, max: number) =>
  value === undefined || ([...value].length >= min && [...value].length <= max)

function expectWithinLimits(input: AssumeRoleInput, chained: boolean): void {
  expect(inBounds(input.RoleArn, 20, 2048)).toBe(true)
  expect(input.RoleSessionName).toMatch(/^[\w+=,.@-]{2,64}$/)
  expect(input.ProvidedContexts).toHaveLength(1)
  expect(input.ProvidedContexts?.[0]?.ProviderArn).toBe(PROVIDER)
  expect(inBounds(input.ProvidedContexts?.[0]?.ContextAssertion, 4, 2048)).toBe(true)
  const seconds = input.DurationSeconds ?? 3600
  expect(Number.isInteger(seconds) && seconds >= 900 && seconds <= (chained ? 3600 : 43_200)).toBe(true)
  const keys = (input.Tags ?? []).map(({ Key }) => Key.toLowerCase())
  expect(keys.length).toBeLessThanOrEqual(50)
  expect(new Set(keys).size).toBe(keys.length)
  for (const { Key, Value } of input.Tags ?? []) {
    expect(Key).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u)
    expect(Value).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u)
  }
  for (const key of input.TransitiveTagKeys ?? []) expect(keys).toContain(key.toLowerCase())
  expect(inBounds(input.SourceIdentity, 2, 64)).toBe(true)
  expect(inBounds(input.ExternalId, 2, 1224)).toBe(true)
  expect(inBounds(input.Policy, 1, 2048)).toBe(true)
  expect((input.PolicyArns ?? []).length).toBeLessThanOrEqual(10)
}

describe('properties', () => {
  it('assumeRoleRequest never throws, and what it accepts keeps every limit', () => {
    fc.assert(
      fc.property(options, (given) => {
        const verdict = assumeRoleRequest(given as unknown as AssumeRoleOptions)
        if (verdict.ok) expectWithinLimits(verdict.value, given.chained === true)
        else expect(verdict.findings.some(({ severity }) => severity === 'error')).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('accepts every request made of fit parts', () => {
    const name = fc.string({ unit: fc.constantFrom(...'azAZ09_+=,.@-'), minLength: 2, maxLength: 64 })
    const fit = fc.record({
      roleArn: fc.constant(BASE.roleArn),
      roleSessionName: name,
      durationSeconds: fc.integer({ min: 900, max: 3600 }),
      identityContext: fc.string({ minLength: 4, maxLength: 2048, unit: 'grapheme-ascii' }),
      sourceIdentity: name,
      chained: fc.boolean(),
    })
    fc.assert(
      fc.property(fit, (given) => {
        const verdict = assumeRoleRequest(given)
        expect(verdict.findings).toEqual([])
        if (verdict.ok) expectWithinLimits(verdict.value, given.chained)
      }),
    )
  })

  it('validateAssumeRole answers anything whatever with a verdict', () => {
    fc.assert(
      fc.property(fc.anything(), (input) => {
        expect(validateAssumeRole(input).findings.length > 0).toBe(true)
      }),
    )
  })
})
