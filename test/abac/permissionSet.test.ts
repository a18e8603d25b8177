import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  checkTaggedSessionTrustPolicy,
  parseReservedRole,
  PERMISSION_SET_LIMITS,
  reservedRoleArns,
  reservedRoleTrustPolicy,
  roleSessionName,
  taggedSessionTrustPolicy,
  validatePermissionSet,
  validatePermissionSets,
} from '../../src/abac/index.js'
import { FederationError } from '../../src/core/index.js'
import { formatDuration } from '../../src/core/duration.js'
import { decide, parsePolicy } from '../../src/core/policy/index.js'
import { buildReservedRoleName } from '../../src/core/sts/index.js'
import { told } from '../support/saml.js'

const ACCOUNT = '111122223333'
const permissionSetName = fc.stringMatching(/^[A-Za-z0-9_+=,.@-]{1,32}$/)
const suffix = fc.stringMatching(/^[0-9a-f]{16}$/)

describe('the session of a permission set', () => {
  it('lasts 1 to 12 hours, in whatever form that is written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), (seconds) => {
        const verdict = validatePermissionSet({ Name: 'a', SessionDuration: formatDuration(seconds) })
        expect(verdict.ok).toBe(seconds >= 3600 && seconds <= 43_200)
        if (verdict.ok) expect(verdict.value.sessionDurationSeconds).toBe(seconds)
      }),
    )
  })
})

describe('the limits of permission sets', () => {
  it('are those of the guide unless given', () => {
    expect(PERMISSION_SET_LIMITS).toEqual({
      permissionSets: 2_000,
      managedPolicies: 20,
      managedPoliciesOfRole: 10,
      inlinePolicyBytes: 32_768,
      inlinePolicyVisibleBytes: 10_240,
    })
    const sets = Array.from({ length: 2_001 }, (_, index) => ({ Name: `n${index}` }))
    expect(told(validatePermissionSets(sets).findings)).toEqual(['abac/permission-sets too-many'])
    expect(validatePermissionSets(sets, { limits: { permissionSets: 3_500 } }).value?.length).toBe(2_001)
    for (const wrong of [-1, 1.5, NaN, '1', 1_000_001])
      expect(() => validatePermissionSet({ Name: 'a' }, { limits: { permissionSets: wrong as number } })).toThrow(FederationError) // prettier-ignore
  })

  it('count bytes, with white space and without', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.nat(100), (text, blanks) => {
        const policy = `${JSON.stringify({ a: text })}${' '.repeat(blanks)}`
        const bytes = Buffer.byteLength(policy)
        const visible = Buffer.byteLength(policy.replace(/[ \t\r\n]/g, ''))
        const judge = (inlinePolicyBytes: number, inlinePolicyVisibleBytes: number) =>
          told(
            validatePermissionSet(
              { Name: 'a', InlinePolicy: policy },
              { limits: { inlinePolicyBytes, inlinePolicyVisibleBytes } },
            ).findings,
          )
        expect(judge(bytes, visible)).toEqual([])
        expect(judge(bytes - 1, visible)).toEqual(['abac/inline-policy-size too-large'])
        expect(judge(bytes, visible - 1)).toEqual(['abac/inline-policy-size too-much-text'])
      }),
    )
  })
})

describe('the role of a permission set', () => {
  it('has one name, and an ARN with the Region or without, each of which reads back', () => {
    fc.assert(
      fc.property(
        permissionSetName,
        suffix,
        fc.constantFrom(undefined, 'eu-west-2', 'us-gov-west-1'),
        (name, hex, region) => {
          const role = { partition: 'aws', account: ACCOUNT, permissionSetName: name, suffix: hex }
          const arns = reservedRoleArns({ ...role, ...(region === undefined ? {} : { region }) })
          expect(arns.length).toBe(region === undefined ? 1 : 2)
          for (const arn of arns) {
            expect(arn.endsWith(`/${buildReservedRoleName(role)}`)).toBe(true)
            expect(parseReservedRole(arn).value).toMatchObject(role)
          }
        },
      ),
    )
  })

  it('trusts the SAML provider of Identity Center alone', () => {
    const provider = `arn:aws:iam::${ACCOUNT}:saml-provider/AWSSSO_1234567890abcdef_DO_NOT_DELETE`
    const policy = reservedRoleTrustPolicy(provider)
    expect(parsePolicy(policy, '$', 'trust').faults).toEqual([])
    const [statement] = policy.Statement
    expect(statement.Principal).toEqual({ Federated: provider })
    expect(statement.Action).toEqual(['sts:AssumeRoleWithSAML', 'sts:TagSession'])
    for (const principal of [
      `arn:aws:iam::${ACCOUNT}:user/ada`,
      `arn:aws:sts::${ACCOUNT}:assumed-role/other/ada`,
    ])
      expect(
        decide(
          { identity: [{ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }], resource: policy }, // prettier-ignore
          { principal, action: 'sts:AssumeRole', resource: `arn:aws:iam::${ACCOUNT}:role/x`, context: {} },
        ).effect,
      ).not.toBe('allow')
    expect(() => reservedRoleTrustPolicy(`arn:aws:iam::${ACCOUNT}:saml-provider/Okta`)).toThrow(
      FederationError,
    )
  })
})

describe('the role of a permission set in another partition', () => {
  it.each([
    ['aws', 'https://signin.aws.amazon.com/saml'],
    ['aws-cn', 'https://signin.amazonaws.cn/saml'],
    ['aws-us-gov', 'https://signin.amazonaws-us-gov.com/saml'],
  ])('%s demands the audience of its own sign-in: %s', (partition, audience) => {
    const provider = `arn:${partition}:iam::${ACCOUNT}:saml-provider/AWSSSO_1234567890abcdef_DO_NOT_DELETE`
    const resource = reservedRoleTrustPolicy(provider)
    const effect = (sent: string): string =>
      decide(
        { identity: [], resource },
        {
          principal: provider,
          action: 'sts:AssumeRoleWithSAML',
          resource: `arn:${partition}:iam::${ACCOUNT}:role/x`,
          context: { 'SAML:aud': sent },
        },
      ).effect
    expect(effect(audience)).toBe('allow')
    expect(effect(`${audience}x`)).not.toBe('allow')
  })
})

describe('a role for sessions with identity and tags', () => {
  const caller = `arn:aws:iam::${ACCOUNT}:role/app`

  it('has the trust policy that is asked for', () => {
    const policy = taggedSessionTrustPolicy({ principal: { AWS: caller } })
    expect(checkTaggedSessionTrustPolicy(policy, { caller })).toMatchObject({ ok: true, findings: [] })
    expect(checkTaggedSessionTrustPolicy(JSON.stringify(policy)).ok).toBe(true)
    for (const action of ['sts:AssumeRole', 'sts:TagSession', 'sts:SetContext']) {
      const effect = decide(
        { identity: [], resource: policy },
        {
          principal: caller,
          action,
          resource: `arn:aws:iam::${ACCOUNT}:role/x`,
          context: { 'sts:RequestContextProviders': ['arn:aws:iam::aws:contextProvider/IdentityCenter'] },
        },
      ).effect
      expect([action, effect]).toEqual([action, 'allow'])
    }
  })

  it.each<[string, object]>([
    ['an AWS principal that is none', { principal: { AWS: 'nonsense' } }],
    ['a group', { principal: { AWS: `arn:aws:iam::${ACCOUNT}:group/x` } }],
    ['a service that is none', { principal: { Service: 'nonsense' } }],
    ['a provider beside', { principal: { AWS: caller, Federated: 'x' } }],
    ['an ExternalId that STS does not take', { principal: { AWS: caller }, externalID: 'a b' }],
  ])('is not written for %s', (_, options) => {
    expect(() => taggedSessionTrustPolicy(options as never)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION' }) as Error,
    )
  })

  it.each([
    ['sts:TagSession', 'tti/trust-tag-session missing'],
    ['sts:SetContext', 'tti/trust-set-context missing'],
    ['sts:AssumeRole', 'tti/trust-assume-role missing'],
  ])('is told to lack %s', (action, finding) => {
    const policy = taggedSessionTrustPolicy({ principal: { AWS: caller } })
    const Statement = policy.Statement.map((one) => ({ ...one, Action: one.Action.filter((name) => name !== action) }))
      .filter(({ Action }) => Action.length > 0) // prettier-ignore
    expect(told(checkTaggedSessionTrustPolicy({ ...policy, Statement }, { caller }).findings)).toEqual([
      finding,
    ])
  })

  it.each([
    [{ Federated: `arn:aws:iam::${ACCOUNT}:saml-provider/Okta` }, undefined],
    [{ Federated: `arn:aws:iam::${ACCOUNT}:saml-provider/Okta` }, caller],
    [{ CanonicalUser: '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be' }, undefined],
  ])('is told to trust nobody who can ask for such a session: %j', (Principal, by) => {
    const Action = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetContext']
    const alone = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action }] }
    expect(told(checkTaggedSessionTrustPolicy(alone, { caller: by }).findings)).toContain(
      'tti/trust-assume-role other-principal',
    )
    const beside = { ...Principal, AWS: caller }
    const both = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: beside, Action }] }
    expect(checkTaggedSessionTrustPolicy(both, { caller: by }).value?.assumeRole).toEqual([caller])
  })
})

describe('roleSessionName', () => {
  it('is the userName or nothing, so that no two people share one', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.emailAddress()), (userName) => {
        const verdict = roleSessionName(userName)
        expect(verdict.ok).toBe(/^[A-Za-z0-9_+=,.@-]{2,64}$/.test(userName))
        if (verdict.ok) expect(verdict.value).toBe(userName)
      }),
    )
  })
})
