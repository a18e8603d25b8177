import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../../src/core/outcome.js'
import { decide, parsePolicy } from '../../../src/core/policy/index.js'
import { buildSAMLTrustPolicy } from '../../../src/core/sts/index.js'
import {
  buildEmergencyGroup,
  checkEmergencyState,
  EMERGENCY_RUNBOOK,
  emergencyPlan,
  emergencyRoleValue,
  parseEmergencyGroup,
  parseRoleValue,
  type EmergencyState,
} from '../../../src/directory/index.js'

const valueOf = <T>(verdict: Verdict<T>): T => {
  if (!verdict.ok) throw new Error(JSON.stringify(verdict.findings))
  return verdict.value
}
const said = (verdict: Verdict<unknown>): string[] =>
  verdict.findings.map(({ rule, reason }) => `${rule} ${reason}`)
const invalid = expect.objectContaining({ code: 'ERR_INVALID_OPTION' }) as Error

const EMERGENCY = '123456789012'
const OKTA = `arn:aws:iam::${EMERGENCY}:saml-provider/Okta`
const ROLE = `arn:aws:iam::${EMERGENCY}:role/EmergencyAccess_Role1_RO`

describe('the name of an emergency group (R106)', () => {
  it("stands for a role of an account: the guide's example", () => {
    const name = 'aws#EmergencyAccess_Role1_RO#123456789012'
    const group = valueOf(parseEmergencyGroup(name))
    expect(group).toEqual({ roleName: 'EmergencyAccess_Role1_RO', accountId: EMERGENCY })
    expect(buildEmergencyGroup(group)).toBe(name)
    expect(emergencyRoleValue(group, { providerName: 'Okta' })).toBe(`${OKTA},${ROLE}`)
  })

  it('comes back from what was built', () => {
    const group = fc.record({
      roleName: fc.stringMatching(/^[A-Za-z0-9_+=,.@-]{1,64}$/),
      accountId: fc.stringMatching(/^[0-9]{12}$/),
    })
    fc.assert(
      fc.property(group, (one) => {
        expect(valueOf(parseEmergencyGroup(buildEmergencyGroup(one)))).toEqual(one)
        const { roleArn, providerArn } = valueOf(
          parseRoleValue(emergencyRoleValue(one, { providerName: 'Okta' })),
        )
        expect(roleArn).toBe(`arn:aws:iam::${one.accountId}:role/${one.roleName}`)
        expect(providerArn).toBe(`arn:aws:iam::${one.accountId}:saml-provider/Okta`)
      }),
    )
  })

  it.each([
    ['AWS#R#123456789012', 'prefix'],
    ['aws#R#12345678901', 'account'],
    ['aws#R#1234567890123', 'account'],
    ['aws##123456789012', 'role'],
    ['aws#R S#123456789012', 'role'],
    [`aws#${'r'.repeat(65)}#123456789012`, 'role'],
    [`aws#${'r'.repeat(200)}#123456789012`, 'too-long'],
    ['aws#R', 'parts'],
    ['aws#R#123456789012#x', 'parts'],
    ['aws#R#123456789012\n', 'account'],
    ['aws-R-123456789012', 'parts'],
    ['', 'parts'],
    [null, 'type'],
    [7, 'type'],
  ])('%j is none: %s', (name, reason) => {
    expect(said(parseEmergencyGroup(name as string))).toEqual([`emergency/group-name ${reason}`])
  })
})

describe('a value of the attribute Role (R105)', () => {
  it('is read in either order, and the role first is told', () => {
    const both = { roleArn: ROLE, providerArn: OKTA }
    expect(valueOf(parseRoleValue(`${OKTA},${ROLE}`))).toEqual(both)
    expect(parseRoleValue(`${OKTA},${ROLE}`).findings).toEqual([])
    const other = parseRoleValue(`${ROLE},${OKTA}`)
    expect([valueOf(other), said(other)]).toEqual([both, ['emergency/role-value-order role-first']])
  })

  it.each([
    ['', 'parts'],
    [OKTA, 'parts'],
    [`${OKTA};${ROLE}`, 'parts'],
    [`${OKTA}, ${ROLE}`, 'parts'],
    [`${ROLE},${ROLE}`, 'provider'],
    [`${OKTA},${OKTA}`, 'role'],
    [`${OKTA},${ROLE},${ROLE}`, 'role'],
    [`${OKTA},arn:aws:iam::999999999999:role/R`, 'account'],
    [`${OKTA},arn:aws-us-gov:iam::${EMERGENCY}:role/R`, 'account'],
    ['x,'.repeat(5000), 'parts'],
    [null, 'type'],
  ])('%j is none: %s', (value, reason) => {
    expect(said(parseRoleValue(value as string))).toEqual([`emergency/role-value ${reason}`])
  })
})

describe('the trust policy of an emergency role (R107)', () => {
  const policy = buildSAMLTrustPolicy({ providerArn: OKTA })

  it('is that of the guide', () => {
    expect(policy).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: 'arn:aws:iam::123456789012:saml-provider/Okta' },
          Action: ['sts:AssumeRoleWithSAML', 'sts:SetSourceIdentity', 'sts:TagSession'],
          Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
        },
      ],
    })
    expect(parsePolicy(policy, '$', 'trust').faults).toEqual([])
  })

  const asks = (audience: string | undefined, action = 'sts:AssumeRoleWithSAML', principal = OKTA) =>
    decide(
      { identity: [], resource: policy },
      { principal, action, resource: ROLE, context: audience === undefined ? {} : { 'SAML:aud': audience } },
    ).effect

  it.each([
    ['https://signin.aws.amazon.com/saml', 'sts:AssumeRoleWithSAML', OKTA, 'allow'],
    ['https://signin.aws.amazon.com/saml', 'sts:TagSession', OKTA, 'allow'],
    ['https://signin.aws.amazon.com/SAML', 'sts:AssumeRoleWithSAML', OKTA, 'implicitDeny'],
    ['urn:amazon:webservices', 'sts:AssumeRoleWithSAML', OKTA, 'implicitDeny'],
    [undefined, 'sts:AssumeRoleWithSAML', OKTA, 'implicitDeny'],
    ['https://signin.aws.amazon.com/saml', 'sts:AssumeRole', OKTA, 'implicitDeny'],
    ['https://signin.aws.amazon.com/saml', 'sts:AssumeRoleWithSAML', `${OKTA}2`, 'implicitDeny'],
  ] as const)('%s, %s by %s: %s', (audience, action, principal, effect) => {
    expect(asks(audience, action, principal)).toBe(effect)
  })

  it('wants the ARN of a SAML provider', () => {
    for (const providerArn of ['', 'Okta', ROLE, null])
      expect(() => buildSAMLTrustPolicy({ providerArn: providerArn as string })).toThrow(invalid)
    expect(() => buildSAMLTrustPolicy(null as never)).toThrow(invalid)
  })
})

describe('the plan of emergency access (R109)', () => {
  const plan = emergencyPlan({
    emergencyAccountId: EMERGENCY,
    accountIds: ['111122223333', '444455556666'],
    providerName: 'Okta',
  })

  it("is the guide's table", () => {
    expect(
      plan.map(({ workloadRole, emergencyRole }) => [
        workloadRole.accountId,
        workloadRole.roleName,
        emergencyRole.roleName,
        workloadRole.managedPolicyArn,
      ]),
    ).toEqual([
      ['111122223333', 'EmergencyAccess_RO', 'EmergencyAccess_Role1_RO', 'arn:aws:iam::aws:policy/ReadOnlyAccess'],
      ['111122223333', 'EmergencyAccess_Ops', 'EmergencyAccess_Role1_Ops', 'arn:aws:iam::aws:policy/job-function/SystemAdministrator'],
      ['444455556666', 'EmergencyAccess_RO', 'EmergencyAccess_Role2_RO', 'arn:aws:iam::aws:policy/ReadOnlyAccess'],
      ['444455556666', 'EmergencyAccess_Ops', 'EmergencyAccess_Role2_Ops', 'arn:aws:iam::aws:policy/job-function/SystemAdministrator'],
    ]) // prettier-ignore
  })

  it('has policies by which a member gets from the group to the one workload role, and no further', () => {
    const [first, second] = plan
    expect(first?.groupName).toBe('aws#EmergencyAccess_Role1_RO#123456789012')
    for (const { emergencyRole, workloadRole } of plan) {
      const { arn, permissionsPolicy } = emergencyRole
      expect(parsePolicy(permissionsPolicy, '$', 'identity').faults).toEqual([])
      expect(parsePolicy(workloadRole.trustPolicy, '$', 'trust').faults).toEqual([])
      const session = `${arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/ada`
      const context = { 'aws:PrincipalArn': arn }
      for (const other of plan) {
        const decision = decide(
          { identity: [permissionsPolicy], resource: other.workloadRole.trustPolicy },
          { principal: session, action: 'sts:AssumeRole', resource: other.workloadRole.arn, context },
        )
        expect(decision.effect === 'allow').toBe(other.workloadRole === workloadRole)
      }
    }
    expect(second?.emergencyRole.arn).not.toBe(first?.emergencyRole.arn)
  })

  it('has two roles for each of N accounts on either side', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[2-9][0-9]{11}$/), { maxLength: 30 }), (accountIds) => {
        const made = emergencyPlan({ emergencyAccountId: EMERGENCY, accountIds, providerName: 'Okta' })
        expect(made).toHaveLength(accountIds.length * 2)
        expect(new Set(made.map(({ emergencyRole }) => emergencyRole.arn)).size).toBe(made.length)
        expect(new Set(made.map(({ workloadRole }) => workloadRole.arn)).size).toBe(made.length)
        for (const { groupName, roleValue, emergencyRole } of made) {
          const { roleName } = valueOf(parseEmergencyGroup(groupName))
          expect(roleName).toBe(emergencyRole.roleName)
          expect(valueOf(parseRoleValue(roleValue)).roleArn).toBe(emergencyRole.arn)
        }
      }),
    )
  })

  it('is not made of what cannot be', () => {
    const options = { emergencyAccountId: EMERGENCY, accountIds: ['111122223333'], providerName: 'Okta' }
    for (const more of [
      { accountIds: ['111122223333', '111122223333'] },
      { accountIds: [EMERGENCY] },
      { accountIds: ['1'] },
      { providerName: 'a b' },
      { operations: [{ suffix: 'a b', policy: 'policy/ReadOnlyAccess' }] },
      { operations: [{ suffix: 'RO', policy: 'ReadOnlyAccess' }] },
    ])
      expect(() => emergencyPlan({ ...options, ...more })).toThrow(invalid)
  })
})

describe('how emergency access stands (R108)', () => {
  const name = 'aws#EmergencyAccess_Role1_RO#123456789012'
  const asked = (more: Partial<EmergencyState>): string[] =>
    said(
      checkEmergencyState({
        phase: 'normal',
        applicationEnabled: false,
        groups: [{ name, members: 0 }],
        ...more,
      }),
    )

  it.each([
    [{}, []],
    [{ applicationEnabled: true }, ['emergency/application enabled']],
    [{ groups: [{ name, members: 2 }] }, ['emergency/members members']],
    [{ groups: [] }, ['emergency/groups none']],
    [{ groups: [{ name: 'admins', members: 0 }] }, ['emergency/groups parts']],
    [{ phase: 'emergency', applicationEnabled: true, groups: [{ name, members: 2 }] }, []],
    [{ phase: 'emergency', groups: [{ name, members: 2 }] }, ['emergency/application disabled']],
    [{ phase: 'emergency', applicationEnabled: true }, ['emergency/members nobody']],
    [{ phase: 'returning', applicationEnabled: true, signedIn: 2, groups: [{ name, members: 2 }] }, []],
    [{ phase: 'returning', applicationEnabled: false, signedIn: 1 }, ['emergency/sign-out too-early']],
    [{ phase: 'returning', applicationEnabled: false, signedIn: 0, groups: [{ name, members: 2 }] }, []],
    [{ phase: 'returning', applicationEnabled: true }, ['emergency/application cant-tell']],
  ] as const)('%j: %j', (more, expected) => {
    expect(asked(more as Partial<EmergencyState>)).toEqual(expected)
  })

  it('has a runbook whose way back disables the application after people signed out', () => {
    const back = EMERGENCY_RUNBOOK.filter(({ phase }) => phase === 'return').map(({ step }) => step)
    const at = (word: string): number => back.findIndex((step) => step.startsWith(word))
    expect(at('Sign out')).toBeGreaterThan(-1)
    expect(at('Disable')).toBeGreaterThan(at('Sign out'))
    expect(at('Remove')).toBeGreaterThan(at('Disable'))
  })
})

it('has a runbook that docs/portal.md shows step by step', () => {
  const page = readFileSync(new URL('../../../docs/portal.md', import.meta.url), 'utf8')
  const cells = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))
  const rows = cells.filter(([, phase = '']) => ['prepare', 'failover', 'return'].includes(phase))
  expect(rows.map(([, phase, who, step]) => ({ phase, who, step }))).toEqual(EMERGENCY_RUNBOOK)
})
