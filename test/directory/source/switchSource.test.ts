import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../../src/core/outcome.js'
import {
  accountIdsOf,
  checkSignInSession,
  createAssignment,
  noAccountAccess,
  planSwitch,
  readActiveDirectoryName,
  singleSource,
  startSignInSession,
  switchSource,
  type Assignable,
  type IdentitySource,
  type SourceState,
  type SourceUser,
} from '../../../src/directory/index.js'

const NOW = 1_795_000_000
const HOUR = 3600
const SET = 'arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-1234567890abcdef'
const ACCOUNT = '111122223333'
const id = (last: number): string => `90676d1f-5d04-4f1a-8a3e-2f1d7a3c${String(last).padStart(4, '0')}`
const DIRECTORY: IdentitySource = { type: 'identity-center' }
const OKTA: IdentitySource = { type: 'external', entityID: 'https://okta.example.com' }
const ENTRA: IdentitySource = { type: 'external', entityID: 'https://entra.example.com' }
const AD: IdentitySource = { type: 'active-directory', directoryId: 'd-1111111111' }
const SOURCES = [DIRECTORY, OKTA, ENTRA, AD]

const user = (last: number, more: Partial<SourceUser> = {}): SourceUser => ({
  userId: id(last),
  userName: `user${last}@example.com`,
  emails: [],
  externalIds: [],
  status: 'ENABLED',
  groupIds: [],
  ...more,
})
const valueOf = <T>(verdict: Verdict<T>): T => {
  if (!verdict.ok) throw new Error(JSON.stringify(verdict.findings))
  return verdict.value
}
const said = (verdict: Verdict<unknown>): string[] =>
  verdict.findings.map(({ rule, reason }) => `${rule} ${reason}`)

const users = [user(1, { groupIds: [id(11)], hasPassword: true }), user(2)]
const assignable: Assignable = {
  instanceType: 'organization',
  accountIds: new Set([ACCOUNT]),
  permissionSets: new Map([[SET, 'Admin']]),
  userIds: new Set(users.map(({ userId }) => userId)),
  groupIds: new Set([id(11)]),
}
const group = {
  accountId: ACCOUNT,
  permissionSetArn: SET,
  principalType: 'GROUP',
  principalId: id(11),
} as const
const session = valueOf(
  startSignInSession(
    { sessionID: 's', user: users[0]! },
    { durationSeconds: 8 * HOUR, extendedSessions: false },
    NOW,
  ),
)
const state = (source: IdentitySource, seed = 1): SourceState => ({
  instanceType: 'organization',
  source,
  users,
  groups: [{ groupId: id(11), displayName: 'engineers' }],
  access: valueOf(createAssignment(noAccountAccess(), group, assignable, new Uint8Array(16).fill(seed))),
  applications: [{ arn: 'app', assignments: [{ principalType: 'USER', principalId: id(2) }] }],
  portal: { partition: 'aws', name: 'example' },
  sessions: [session],
})
const ACCEPT = { confirmation: 'ACCEPT', newDirectoryId: 'd-2222222222' }

describe('a change of the identity source', () => {
  it('replaces: there is exactly one (R032)', () => {
    expect(valueOf(switchSource(state(OKTA), ENTRA, ACCEPT)).source).toEqual(ENTRA)
    expect(said(planSwitch(state(OKTA), { ...OKTA }))).toEqual(['source/other same'])
    expect(said(planSwitch(state(DIRECTORY), DIRECTORY))).toEqual(['source/other same'])
    expect(said(singleSource([OKTA, ENTRA]))).toEqual(['source/single several'])
    expect(said(singleSource([]))).toEqual(['source/single none'])
    expect(valueOf(singleSource([AD]))).toEqual(AD)
  })

  it.each([
    [undefined, 'missing'],
    ['accept', 'other-word'],
    ['ACCEPT ', 'other-word'],
    ['', 'other-word'],
  ])('waits for ACCEPT: %j (R054)', (confirmation, reason) => {
    const before = state(DIRECTORY)
    const verdict = switchSource(before, OKTA, { confirmation })
    expect(said(verdict)).toEqual([`source/confirmation ${reason}`])
  })

  it('is made in an organization instance', () => {
    const verdict = planSwitch({ ...state(DIRECTORY), instanceType: 'account' }, OKTA)
    expect(said(verdict)).toEqual(['source/instance account-instance'])
  })

  it.each([
    ['external to external (R033)', OKTA, ENTRA],
    ['directory to external (R034)', DIRECTORY, OKTA],
    ['external to directory (R035)', OKTA, DIRECTORY],
  ])('keeps users, memberships and assignments: %s', (_, from, to) => {
    const before = state(from)
    const plan = valueOf(planSwitch(before, to))
    expect(plan).toMatchObject({ deletes: false, portalURLChanges: false })
    expect(plan.lost).toEqual({
      users: [],
      groups: [],
      memberships: 0,
      accountAssignments: 0,
      applicationAssignments: 0,
      roles: [],
    })
    expect(plan.afterwards.includes('match-name-ids')).toBe(to.type === 'external')
    const after = valueOf(switchSource(before, to, ACCEPT))
    expect(after.users.map(({ userId, userName, groupIds }) => [userId, userName, groupIds])).toEqual(
      users.map(({ userId, userName, groupIds }) => [userId, userName, groupIds]),
    )
    expect([after.access, after.applications, after.groups, after.portal]).toEqual([
      before.access,
      before.applications,
      before.groups,
      before.portal,
    ])
    expect(accountIdsOf(after.access, after.users[0]!)).toEqual([ACCOUNT])
  })

  it('can be taken back (R034)', () => {
    const before = state(DIRECTORY)
    const there = valueOf(switchSource(before, OKTA, ACCEPT))
    const back = valueOf(switchSource(there, DIRECTORY, ACCEPT))
    expect(back.access).toEqual(before.access)
    expect(back.source).toEqual(DIRECTORY)
  })

  it('to the directory asks a reset of those who never had a password there (R035)', () => {
    const before = state(OKTA)
    expect(valueOf(planSwitch(before, DIRECTORY))).toMatchObject({
      needPasswordReset: ['user2@example.com'],
      afterwards: ['force-password-reset'],
    })
    const after = valueOf(switchSource(before, DIRECTORY, ACCEPT))
    expect(after.users.map(({ needsPasswordReset }) => needsPasswordReset === true)).toEqual([false, true])
    // At an external identity provider nobody has a password here to reset.
    const away = valueOf(switchSource(after, ENTRA, ACCEPT))
    expect(away.users.some((each) => 'needsPasswordReset' in each)).toBe(false)
  })

  const activeDirectory = SOURCES.filter((source) => source !== AD).flatMap((source) => [
    [source, AD] as const,
    [AD, source] as const,
  ])
  it.each(activeDirectory)(
    'to or from Active Directory deletes everything, and says so first: %o to %o (R036)',
    (from, to) => {
      const before = state(from)
      const plan = valueOf(planSwitch(before, to))
      const [role] = before.access.roles
      expect(plan.lost).toEqual({
        users: ['user1@example.com', 'user2@example.com'],
        groups: ['engineers'],
        memberships: 1,
        accountAssignments: 1,
        applicationAssignments: 1,
        roles: [{ accountId: ACCOUNT, roleName: `AWSReservedSSO_Admin_${role?.suffix}` }],
      })
      expect(plan.afterwards).toContain('assign-again')
      expect(plan.afterwards).toContain('update-policies-that-name-roles')
      const after = valueOf(switchSource(before, to, ACCEPT))
      expect([after.users, after.groups, after.access]).toEqual([[], [], noAccountAccess()])
      expect(after.applications).toEqual([{ arn: 'app', assignments: [] }])
      // Assigned again, the set has a role with another suffix.
      const again = valueOf(createAssignment(after.access, group, assignable, new Uint8Array(16).fill(2)))
      expect(again.roles[0]?.suffix).not.toBe(role?.suffix)
    },
  )

  it.each(SOURCES.flatMap((from) => SOURCES.filter((to) => to !== from).map((to) => [from, to] as const)))(
    'gives the portal another URL between directory and Active Directory alone: %o to %o (R038)',
    (from, to) => {
      const types = [from.type, to.type]
      const changes = types.includes('identity-center') && types.includes('active-directory')
      const after = valueOf(switchSource(state(from), to, ACCEPT))
      expect(after.portal.name).toBe(changes ? 'd-2222222222' : 'example')
      expect(valueOf(planSwitch(state(from), to)).portalURLChanges).toBe(changes)
      if (changes) {
        const unnamed = (): unknown => switchSource(state(from), to, { confirmation: 'ACCEPT' })
        expect(unnamed).toThrow(expect.objectContaining({ code: 'ERR_INVALID_OPTION' }) as Error)
      }
    },
  )

  it('leaves live sessions what remains of them (R037)', () => {
    for (const to of [OKTA, AD]) {
      const after = valueOf(switchSource(state(DIRECTORY), to, ACCEPT))
      const changedAt = NOW + 4 * HOUR
      expect(checkSignInSession(after.sessions[0], changedAt + 4 * HOUR - 60).ok).toBe(true)
      expect(checkSignInSession(after.sessions[0], changedAt + 4 * HOUR + 60).ok).toBe(false)
    }
    expect(valueOf(planSwitch(state(DIRECTORY), OKTA)).sessionsThatLiveOn).toBe(1)
  })

  it('changes nothing in the state it came from', () => {
    const before = state(OKTA)
    const copy = JSON.stringify(before)
    switchSource(before, AD, ACCEPT)
    switchSource(before, DIRECTORY, ACCEPT)
    expect(JSON.stringify(before)).toBe(copy)
  })
})

describe('a user name for Active Directory (R040)', () => {
  const read = (name: string, more: object = {}) =>
    readActiveDirectoryName({ name, mfa: 'disabled', domains: 1, ...more })

  it.each([
    ['ada', { form: 'plain', userName: 'ada' }],
    ['CORP\\ada', { form: 'down-level', domain: 'CORP', userName: 'ada' }],
    ['ada@corp.example.com', { form: 'upn', userName: 'ada', suffix: 'corp.example.com' }],
    ['Ada Lovelace', { form: 'plain', userName: 'Ada Lovelace' }],
  ])('%s', (name, expected) => {
    expect(valueOf(read(name))).toEqual(expected)
  })

  it.each([
    '',
    ' ',
    '\\ada',
    'CORP\\',
    'a\\b\\c',
    'a@b@c',
    '@b',
    'a@',
    'CORP\\a@b',
    'CORP/ada',
    'a\nb',
    'x'.repeat(600),
  ])('%j is none', (name) => {
    expect(said(read(name))).toContain('source/active-directory-name form')
  })

  it.each([
    ['ada', { mfa: 'context-aware' }, ['source/active-directory-domain mfa']],
    ['ada@corp.example.com', { mfa: 'always-on' }, ['source/active-directory-domain mfa']],
    ['CORP\\ada', { mfa: 'always-on', domains: 9 }, []],
    ['ada', { domains: 3 }, []],
    ['ada', { domains: 4 }, ['source/active-directory-domain domains']],
    ['ada@corp.example.com', { domains: 4 }, ['source/active-directory-domain domains']],
  ])('%s with %o', (name, more, expected) => {
    expect(said(read(name, more))).toEqual(expected)
  })
})
