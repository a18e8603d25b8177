import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { permissionSetRoleARN, validateCenterConfig } from '../../src/center/index.js'
import { selectableRoles, selectRole } from '../../src/directory/index.js'
import { parseReservedRole } from '../../src/tti/index.js'
import { clients, exampleConfig, runCenter, type RunningCenter } from '../support/center.js'

type Entries = Record<string, Record<string, unknown>[]>
const example = exampleConfig() as unknown as Entries
const told = (more: object): string[] =>
  validateCenterConfig({ ...example, ...more }).findings.map(
    ({ rule, reason, path }) => `${rule} ${reason} ${path}`,
  )
const configOf = (more: object = {}) => {
  const verdict = validateCenterConfig({ ...example, ...more })
  if (!verdict.ok) throw new Error(JSON.stringify(verdict.findings))
  return verdict.value
}
const [production, sandbox] = example['Accounts'] as [{ Id: string }, { Id: string }]
const [readOnly, developer] = example['PermissionSets']!
const [first] = example['AccountAssignments']!

describe('the portal of a configuration', () => {
  it('may be left out, as it was before there was one', () => {
    const { Accounts, PermissionSets, AccountAssignments, SessionSettings, ...before } = example
    expect([Accounts, PermissionSets, AccountAssignments, SessionSettings]).not.toContain(undefined)
    const verdict = validateCenterConfig(before)
    expect(verdict.findings).toEqual([])
    expect(verdict.ok && verdict.value.portal).toEqual({
      accounts: [],
      permissionSets: [],
      access: { assignments: [], roles: [], providers: [] },
      sessionSettings: { durationSeconds: 28_800, extendedSessions: false },
      attributes: 'off',
      entries: new Map((example.Users ?? []).map((user) => [user.UserId, user])),
    })
    expect(verdict.ok && verdict.value.roles).toHaveLength(2)
  })

  it('says who may choose what, and for how long', () => {
    const { portal, users } = configOf()
    const [ada, bob] = users
    const names = (user: typeof ada, account: string): string[] =>
      selectableRoles(portal.access, user!, account).map((role) => role.permissionSetName)
    expect(names(ada, production.Id)).toEqual(['ReadOnly'])
    expect(names(ada, sandbox.Id)).toEqual(['Developer', 'ReadOnly'])
    expect(names(bob, sandbox.Id)).toEqual([])
    expect(portal.permissionSets.map((set) => set.sessionDurationSeconds)).toEqual([3600, 28_800])
    expect(portal.accounts[1]).toEqual({ id: sandbox.Id, name: 'sandbox', email: 'sandbox@example.com' })
  })

  it('keeps the ARNs of its roles from one start to the next, with the Region except in us-east-1 (R094)', () => {
    const ARNs = (more: object): string[] =>
      configOf(more)
        .roles.slice(2)
        .map(({ arn }) => arn)
    const here = ARNs({})
    expect(ARNs({})).toEqual(here)
    expect(new Set(here).size).toBe(3)
    expect(here.map((arn) => parseReservedRole(arn).value)).toEqual([
      expect.objectContaining({ account: production.Id, permissionSetName: 'ReadOnly' }),
      expect.objectContaining({ account: sandbox.Id, permissionSetName: 'ReadOnly' }),
      expect.objectContaining({ account: sandbox.Id, permissionSetName: 'Developer' }),
    ])
    for (const arn of here) expect(parseReservedRole(arn).value).not.toHaveProperty('region')
    for (const arn of ARNs({ Region: 'eu-west-2' })) {
      expect(parseReservedRole(arn).value).toMatchObject({ region: 'eu-west-2' })
    }
    const { portal, roles, deployment, region } = configOf()
    const chosen = selectRole(portal.access, configOf().users[0]!, {
      accountId: sandbox.Id,
      permissionSetName: 'Developer',
    })
    if (!chosen.ok) throw new Error('refused')
    const arn = permissionSetRoleARN(chosen.value, { instanceARN: deployment.instanceARN, region })
    expect(roles.map((role) => role.arn)).toContain(arn)
  })

  it.each([
    [{ Accounts: {} }, 'center/accounts not-array $.Accounts'],
    [{ Accounts: [1] }, 'center/accounts not-object $.Accounts[0]'],
    [{ Accounts: [{ Id: 1 }] }, 'center/accounts pattern $.Accounts[0].Id'],
    [{ Accounts: [{ Id: '11112222333' }] }, 'center/accounts pattern $.Accounts[0].Id'],
    [
      { Accounts: [{ Id: production.Id }, { Id: production.Id }] },
      'center/accounts duplicate $.Accounts[1].Id',
    ],
    [{ Accounts: [{ id: production.Id }] }, 'center/accounts unknown-member $.Accounts[0].id'],
    [
      { Accounts: [production] },
      'portal/assignment-target unknown-account $.AccountAssignments[1].AccountId',
    ],
    [
      { PermissionSets: [{ ...readOnly, Name: 'a b' }] },
      'center/permission-sets pattern $.PermissionSets[0].Name',
    ],
    [
      { PermissionSets: [{ ...readOnly, Name: 'n'.repeat(33) }] },
      'center/permission-sets too-long $.PermissionSets[0].Name',
    ],
    [
      { PermissionSets: [readOnly, { ...developer, Name: 'ReadOnly' }] },
      'center/permission-sets duplicate $.PermissionSets[1].Name',
    ],
    [
      { PermissionSets: [readOnly, readOnly] },
      'center/permission-sets duplicate $.PermissionSets[1].PermissionSetArn',
    ],
    [
      { PermissionSets: [{ ...readOnly, PermissionSetArn: 'ps-1' }] },
      'center/permission-sets pattern $.PermissionSets[0].PermissionSetArn',
    ],
    [
      { PermissionSets: [readOnly] },
      'portal/assignment-target unknown-permission-set $.AccountAssignments[2].PermissionSetArn',
    ],
    [
      { PermissionSets: [{ ...readOnly, RelayState: 'https://console.aws.amazon.com@evil.example/' }] },
      'center/permission-sets userinfo $.PermissionSets[0].RelayState',
    ],
    [{ AccountAssignments: [first, first] }, 'center/account-assignments duplicate $.AccountAssignments[1]'],
    [
      { AccountAssignments: [{ ...first, PrincipalType: 'USER' }] },
      'portal/assignment-principal other-type $.AccountAssignments[0].PrincipalId',
    ],
    [
      { AccountAssignments: [{ ...first, TargetId: production.Id }] },
      'center/account-assignments unknown-member $.AccountAssignments[0].TargetId',
    ],
    [{ SessionSettings: null }, 'portal/session-settings type $.SessionSettings'],
    [
      { SessionSettings: { durationMinutes: 14 } },
      'portal/session-duration too-short $.SessionSettings.durationMinutes',
    ],
  ])('is refused for %o', (more, expected) => {
    expect(told(more)).toContain(expected)
  })

  it.each([
    ['PT59M', 'too-short'],
    ['PT1H', undefined],
    ['PT3600S', undefined],
    ['PT12H', undefined],
    ['PT12H1S', 'too-long'],
    ['PT12H0.5S', 'pattern'],
    ['P1D', 'too-long'],
    ['1h', 'pattern'],
    ['-PT2H', 'pattern'],
    [3600, 'pattern'],
    [null, 'pattern'],
  ])('takes a session duration of 1 to 12 hours: %s (R100)', (SessionDuration, reason) => {
    const findings = told({ PermissionSets: [{ ...readOnly, SessionDuration }, developer] })
    const expected = `center/permission-sets ${reason} $.PermissionSets[0].SessionDuration`
    expect(findings).toEqual(reason === undefined ? [] : [expected])
  })

  it('never throws, whatever stands in it', () => {
    const names = ['Accounts', 'PermissionSets', 'AccountAssignments', 'SessionSettings'] as const
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.anything(), (name, value) => {
        expect(typeof validateCenterConfig({ ...example, [name]: value }).ok).toBe('boolean')
      }),
    )
    const odd = [undefined, null, 1, '', 'x', [], {}, true, '\ud800']
    for (const name of ['Accounts', 'PermissionSets', 'AccountAssignments'] as const) {
      const [entry] = example[name]!
      for (const member of Object.keys(entry!))
        for (const value of odd) {
          const broken = { ...example, [name]: [{ ...entry, [member]: value }, ...example[name]!.slice(1)] }
          expect(typeof validateCenterConfig(broken).ok).toBe('boolean')
        }
    }
  })
})

describe('a role of a permission set', () => {
  let running: RunningCenter | undefined
  afterAll(async () => {
    await running?.server.stop()
  })

  it('is assumed by no principal, whatever that may do itself (R098)', async () => {
    const [key] = example['AccessKeys']!
    const everything = {
      PolicyName: 'all',
      PolicyDocument: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
    }
    running = await runCenter({}, { ...example, AccessKeys: [{ ...key, Policies: [everything] }] })
    const { sts } = clients(running.server.url)
    const RoleArn = running.options.config.roles.at(-1)!.arn
    const call = sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'ada' }))
    await expect(call).rejects.toMatchObject({ name: 'AccessDenied' })
    const findings = running.center.events().at(-1) as unknown as { additionalEventData: { rules: unknown } }
    expect(JSON.stringify(findings.additionalEventData)).toContain('center/assume-role')
  })
})
