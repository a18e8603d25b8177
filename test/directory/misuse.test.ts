import { describe, expect, it } from 'vitest'
import { FederationError } from '../../src/core/outcome.js'
import * as emergency from '../../src/directory/emergency/index.js'
import * as portal from '../../src/directory/portal/index.js'
import * as source from '../../src/directory/source/index.js'

/** What a caller without types may hand in. */
const ODD: readonly unknown[] = [undefined, null, 0, NaN, -1, 1.5, '', 'x', [], {}, [[]], [null], () => 1, Symbol('s'), 1n, new Date(0), new Uint8Array(16), new Map(), new Set(), { toString: () => { throw new Error('no text') } }, Object.create(null), true, '\ud800', new Proxy({}, { get: () => undefined })] // prettier-ignore

type Call = (...values: unknown[]) => unknown
const functions = Object.entries({ ...portal, ...source, ...emergency } as Record<string, unknown>).filter(
  (entry): entry is [string, Call] => typeof entry[1] === 'function',
)

/** The error that is neither a verdict nor misuse told as such. */
function thrownBy(call: () => unknown): unknown {
  try {
    call()
    return undefined
  } catch (error) {
    return error instanceof FederationError ? undefined : error
  }
}

describe('whatever stands in for an argument', () => {
  it.each(functions)('%s throws for misuse alone', (_, call) => {
    for (const one of ODD) {
      expect(thrownBy(() => call(one))).toBeUndefined()
      for (const other of ODD) {
        expect(thrownBy(() => call(one, other))).toBeUndefined()
        expect(thrownBy(() => call(one, other, other, other))).toBeUndefined()
        expect(thrownBy(() => call(one, one, one, other))).toBeUndefined()
      }
    }
  })
})

describe('whatever stands in for a member', () => {
  const user = { userId: 'u', userName: 'u', emails: [], externalIds: [], status: 'ENABLED', groupIds: ['g'] }
  const session = { sessionID: 's', userId: 'u', startedAt: 1, expiresAt: 100, limitedBy: 'duration' }
  const assignment = { accountId: 'a', permissionSetArn: 'p', principalType: 'USER', principalId: 'u' }
  const role = { accountId: 'a', permissionSetArn: 'p', permissionSetName: 'P', suffix: '0123456789abcdef' }
  const access = { assignments: [assignment], roles: [role], providers: [{ accountId: 'a', name: 'n' }] }
  const assignable = {
    instanceType: 'organization',
    accountIds: new Set(),
    permissionSets: new Map(),
    userIds: new Set(),
    groupIds: new Set(),
  }
  const application = { sessionID: 'x', applicationArn: 'y', userId: 'u', signInSessionID: 's', expiresAt: 9 }
  const settings = { durationSeconds: 900, extendedSessions: false }
  const page = 'https://console.aws.amazon.com/'
  const link = {
    portal: { partition: 'aws', name: 'x' },
    accountId: '111122223333',
    permissionSetName: 'P',
    destination: page,
  }
  const state = {
    instanceType: 'organization',
    source: { type: 'active-directory', directoryId: 'd' },
    users: [{ ...user, hasPassword: true, needsPasswordReset: true }],
    groups: [{ groupId: 'g', displayName: 'g' }],
    access,
    applications: [{ arn: 'x', assignments: [assignment] }],
    portal: { partition: 'aws', name: 'x' },
    sessions: [session],
  }
  const calls: Readonly<Record<string, readonly [string, ...unknown[]]>> = {
    start: ['startSignInSession', { sessionID: 's', user, sessionNotOnOrAfter: 9 }, settings, 1],
    check: ['checkSignInSession', { ...session, ended: { at: 1, by: 'sign-out' } }, 1],
    delete: ['deleteSessions', [session], { user, sessionIDs: ['s'], now: 1 }],
    application: ['startApplicationSession', { ...application, mayBeExtended: true }, session, user, 1],
    refresh: ['refreshApplicationSession', application, session, user, 1],
    role: ['startRoleSession', session, user, 3600, 1],
    assign: ['createAssignment', access, assignment, assignable, new Uint8Array(16)],
    unassign: ['deleteAssignment', access, assignment],
    without: ['withoutPrincipal', access, assignment, 'external'],
    accounts: ['accountIdsOf', access, user],
    roles: ['selectableRoles', access, user, 'a'],
    select: ['selectRole', access, user, { accountId: 'a', permissionSetName: 'P' }],
    applications: [
      'applicationsOf',
      [{ arn: 'x', assignmentRequired: true, assignments: [assignment] }],
      user,
    ],
    explain: ['explainMissingAccess', user, [assignment], [{ groupId: 'h', memberGroupId: 'g' }]],
    build: ['buildPortalURL', { partition: 'aws-us-gov', region: 'us-gov-west-1', name: 'x' }],
    customise: ['customisePortalURL', { partition: 'aws', name: 'd-1234567890' }, 'x'],
    hosts: ['allowListedHosts', { name: 'x', region: 'eu-west-2' }],
    link: ['buildShortcutLink', link],
    destination: [
      'consoleDestination',
      { partition: 'aws', link: page, relayState: page, lastRegion: 'eu-west-2' },
    ],
    follow: ['followShortcutLink', link, { access, user, relayStates: new Map(), lastRegion: 'eu-west-2' }],
    plan: ['planSwitch', state, { type: 'external', entityID: 'e' }],
    switch: [
      'switchSource',
      state,
      { type: 'identity-center' },
      { confirmation: 'ACCEPT', newDirectoryId: 'd-1234567890' },
    ],
    group: ['buildEmergencyGroup', { roleName: 'x', accountId: '111122223333' }],
    value: [
      'emergencyRoleValue',
      { roleName: 'x', accountId: '111122223333' },
      { providerName: 'Okta', partition: 'aws' },
    ],
    emergency: [
      'emergencyPlan',
      {
        emergencyAccountId: '111122223333',
        accountIds: ['444455556666'],
        providerName: 'Okta',
        partition: 'aws',
        operations: [{ suffix: 'RO', policy: 'policy/ReadOnlyAccess' }],
      },
    ],
    ready: [
      'checkEmergencyState',
      { phase: 'normal', applicationEnabled: false, groups: [{ name: 'x', members: 0 }], signedIn: 0 },
    ],
    name: ['readActiveDirectoryName', { name: 'x', mfa: 'disabled', domains: 1 }],
    instance: [
      'checkApplicationInstance',
      { protocol: 'saml', customerManaged: true, instanceType: 'account' },
    ],
  }

  /** Every version of a value in which one member, at any depth, is odd. */
  function* variants(value: unknown): Generator<unknown> {
    for (const odd of ODD) yield odd
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries())
        for (const odd of variants(item))
          yield value.map((other: unknown, at) => (at === index ? odd : other))
    } else if (
      typeof value === 'object' &&
      value !== null &&
      Object.getPrototypeOf(value) === Object.prototype
    ) {
      for (const [name, item] of Object.entries(value))
        for (const odd of variants(item)) yield { ...value, [name]: odd }
    }
  }

  it.each(Object.entries(calls))('%s is told as misuse or judged', (_, [name, ...values]) => {
    const call = functions.find(([other]) => other === name)?.[1] as Call
    expect(thrownBy(() => call(...values))).toBeUndefined()
    for (const odd of variants(values)) {
      if (Array.isArray(odd))
        expect(
          thrownBy(() => call(...odd)),
          name,
        ).toBeUndefined()
    }
  })
})
