import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { User } from '../../../src/core/identity.js'
import type { Verdict } from '../../../src/core/outcome.js'
import { FederationError } from '../../../src/core/index.js'
import {
  ACCESS_ENDS_WITHIN,
  ASSIGNMENTS_REREAD_SECONDS,
  checkSignInSession,
  closeApplicationSession,
  deleteSessions,
  isApplicationSessionLive,
  longestAccessSeconds,
  nextSignIn,
  refreshApplicationSession,
  signOut,
  startApplicationSession,
  startRoleSession,
  startSignInSession,
  supportsSessionManagement,
  validateSessionSettings,
  type SessionSettings,
} from '../../../src/directory/index.js'

const NOW = 1_795_000_000
const MINUTE = 60
const HOUR = 3600
const DAY = 24 * HOUR

const ada: User = {
  userId: '90676d1f-5d04-4f1a-8a3e-2f1d7a3c0002',
  userName: 'ada@example.com',
  emails: [],
  externalIds: [],
  status: 'ENABLED',
  groupIds: [],
}
const disabled: User = { ...ada, status: 'DISABLED' }
const bob: User = { ...ada, userId: '90676d1f-5d04-4f1a-8a3e-2f1d7a3c0003' }
const hours = (count: number): SessionSettings => ({ durationSeconds: count * HOUR, extendedSessions: false })
const valueOf = <T>(verdict: Verdict<T>): T => {
  if (!verdict.ok) throw new Error(JSON.stringify(verdict.findings))
  return verdict.value
}
const said = (verdict: Verdict<unknown>): string[] =>
  verdict.findings.map(({ rule, reason }) => `${rule} ${reason}`)
const signedIn = (settings = hours(8), sessionNotOnOrAfter?: number, user = ada) =>
  valueOf(startSignInSession({ sessionID: 's', user, sessionNotOnOrAfter }, settings, NOW))

describe('the configured duration (R216, C08)', () => {
  it.each([
    [14, 'too-short'],
    [15, undefined],
    [480, undefined],
    [10_080, undefined],
    [10_081, 'too-long'],
    [90 * 24 * 60 - 1, 'too-long'],
    [90 * 24 * 60, undefined],
    [90 * 24 * 60 + 1, 'too-long'],
    [0, 'too-short'],
    [-480, 'too-short'],
    [60.5, 'type'],
    [NaN, 'type'],
    [Infinity, 'type'],
    ['480', 'type'],
    [null, 'type'],
  ])('%s minutes', (durationMinutes, reason) => {
    const verdict = validateSessionSettings({ durationMinutes })
    expect(said(verdict)).toEqual(reason === undefined ? [] : [`portal/session-duration ${reason}`])
    if (verdict.ok) expect(verdict.value.durationSeconds).toBe(Number(durationMinutes) * MINUTE)
  })

  it('is 8 hours unless said otherwise', () => {
    expect(valueOf(validateSessionSettings({}))).toEqual({
      durationSeconds: 8 * HOUR,
      extendedSessions: false,
    })
  })

  it('extends no session where Amazon Q Developer is not to be had, and says so (R226)', () => {
    const settings = { durationMinutes: 60, extendedSessions: true }
    expect(valueOf(validateSessionSettings(settings)).extendedSessions).toBe(true)
    const verdict = validateSessionSettings(settings, { qDeveloper: false })
    expect(said(verdict)).toEqual(['portal/extended-sessions ignored'])
    // What the setting does not change stays as it is.
    expect(valueOf(verdict)).toEqual({ durationSeconds: 60 * MINUTE, extendedSessions: false })
    expect(said(validateSessionSettings({ durationMinutes: 60 }, { qDeveloper: false }))).toEqual([])
    for (const odd of [null, 'x', { qDeveloper: 'no' }])
      expect(() => validateSessionSettings(settings, odd as never)).toThrow(FederationError)
  })

  it('refuses members it does not know, and what is no object', () => {
    expect(said(validateSessionSettings({ durationMinute: 20, extendedSessions: 'yes' }))).toEqual([
      'portal/session-settings unknown-member',
      'portal/session-settings type',
    ])
    for (const odd of [null, undefined, [], 'x', 480])
      expect(said(validateSessionSettings(odd))).toContain('portal/session-settings type')
    expect(said(validateSessionSettings(JSON.parse('{"__proto__":{"durationMinutes":20}}')))).toEqual([
      'portal/session-settings unknown-member',
    ])
  })
})

describe('a sign-in session', () => {
  it.each([
    ['24 h at the identity provider without SessionNotOnOrAfter, 18 h here', 18, undefined, 18, 'duration'],
    ['72 h here, 18 h at the identity provider', 72, 18, 18, 'identity-provider'],
    ['18 h here, 24 h at the identity provider', 18, 24, 18, 'duration'],
    ['the same', 18, 18, 18, 'duration'],
  ])('lasts the shorter of the two: %s (R020)', (_, here, there, lasts, limitedBy) => {
    const session = signedIn(hours(here), there === undefined ? undefined : NOW + there * HOUR)
    expect(session).toMatchObject({ expiresAt: NOW + lasts * HOUR, limitedBy })
    expect(checkSignInSession(session, NOW + lasts * HOUR - 1).ok).toBe(true)
    expect(said(checkSignInSession(session, NOW + lasts * HOUR))).toEqual(['portal/sign-in-session expired'])
  })

  it.each([-1, 0])('does not begin with a SessionNotOnOrAfter %d seconds ahead (R020)', (ahead) => {
    const signIn = { sessionID: 's', user: ada, sessionNotOnOrAfter: NOW + ahead }
    expect(said(startSignInSession(signIn, hours(8), NOW))).toEqual(['portal/identity-provider-session past'])
    expect(startSignInSession({ ...signIn, sessionNotOnOrAfter: NOW + 1 }, hours(8), NOW).ok).toBe(true)
  })

  it('does not begin for a disabled user (R220)', () => {
    const verdict = startSignInSession({ sessionID: 's', user: disabled }, hours(8), NOW)
    expect(said(verdict)).toEqual(['portal/user-enabled disabled'])
  })

  it('keeps what remains of it when source or duration change (R037)', () => {
    const session = JSON.parse(JSON.stringify(signedIn(hours(8)))) as ReturnType<typeof signedIn>
    // Four hours in the duration becomes 15 minutes, and every later session has that: this one keeps its end.
    const later = valueOf(validateSessionSettings({ durationMinutes: 15 }))
    const next = valueOf(startSignInSession({ sessionID: 't', user: ada }, later, NOW + 4 * HOUR))
    expect(next.expiresAt).toBe(NOW + 4 * HOUR + 15 * MINUTE)
    expect(checkSignInSession(session, NOW + 4 * HOUR + 3 * HOUR + 59 * MINUTE).ok).toBe(true)
    expect(checkSignInSession(session, NOW + 4 * HOUR + 4 * HOUR + MINUTE).ok).toBe(false)
  })

  it('is renewed without typing anything while the identity provider still knows the person (R021)', () => {
    const session = signedIn(hours(8), NOW + 24 * HOUR)
    expect(nextSignIn(session, NOW + 24 * HOUR, NOW + 8 * HOUR - 1)).toBe('none')
    expect(nextSignIn(session, NOW + 24 * HOUR, NOW + 8 * HOUR)).toBe('redirect')
    expect(nextSignIn(session, NOW + 24 * HOUR, NOW + 24 * HOUR)).toBe('credentials')
    expect(nextSignIn(undefined, undefined, NOW)).toBe('credentials')
  })

  it('never outlives either bound, whatever they are', () => {
    const bounds = [
      fc.integer({ min: 15 * MINUTE, max: 90 * DAY }),
      fc.integer({ min: 1, max: 400 * DAY }),
    ] as const
    fc.assert(
      fc.property(...bounds, fc.boolean(), (durationSeconds, ahead, extendedSessions) => {
        const session = signedIn({ durationSeconds, extendedSessions }, NOW + ahead)
        expect(session.expiresAt).toBe(NOW + Math.min(durationSeconds, ahead))
        if (extendedSessions) expect(session.extendedUntil).toBe(NOW + Math.min(90 * DAY, ahead))
        else expect(session).not.toHaveProperty('extendedUntil')
      }),
    )
  })
})

describe('ending one before its time', () => {
  it('signs out, once (R218)', () => {
    const session = signOut(signedIn(), NOW + 10)
    expect(session.ended).toEqual({ at: NOW + 10, by: 'sign-out' })
    expect(said(checkSignInSession(session, NOW + 11))).toEqual(['portal/sign-in-session sign-out'])
    expect(signOut(session, NOW + 20)).toBe(session)
  })

  it('deletes the sessions that are named, of that user alone', () => {
    const sessions = [signedIn(), { ...signedIn(), sessionID: 't' }, signedIn(hours(8), undefined, bob)]
    const after = valueOf(deleteSessions(sessions, { user: ada, sessionIDs: ['s'], now: NOW + 5 }))
    expect(after.map((session) => said(checkSignInSession(session, NOW + 5)))).toEqual([
      ['portal/sign-in-session administrator'],
      [],
      [],
    ])
  })

  it('is too late once the user is disabled or gone: enable, delete, disable (R227)', () => {
    const sessions = [signedIn()]
    const request = { sessionIDs: ['s'], now: NOW + 5 }
    expect(said(deleteSessions(sessions, { ...request, user: disabled }))).toEqual([
      'portal/session-deletion disabled',
    ])
    expect(said(deleteSessions(sessions, { ...request, user: undefined }))).toEqual([
      'portal/session-deletion deleted',
    ])
    const [session] = valueOf(deleteSessions(sessions, { ...request, user: ada }))
    expect(checkSignInSession(session, NOW + 6).ok).toBe(false)
  })

  it('tells a session that was never there', () => {
    expect(said(checkSignInSession(undefined, NOW))).toEqual(['portal/sign-in-session missing'])
  })
})

describe('an application session', () => {
  const begin = { sessionID: 'a', applicationArn: 'arn' }

  it('lasts an hour and is refreshed while the sign-in session lives (R217)', () => {
    const session = signedIn(hours(2))
    const first = valueOf(startApplicationSession(begin, session, ada, NOW))
    expect(first.expiresAt).toBe(NOW + HOUR)
    const second = valueOf(refreshApplicationSession(first, session, ada, NOW + 59 * MINUTE))
    expect(second.expiresAt).toBe(NOW + 119 * MINUTE)
    const third = valueOf(refreshApplicationSession(second, session, ada, NOW + 118 * MINUTE))
    expect(third.expiresAt).toBe(session.expiresAt)
    expect(said(refreshApplicationSession(third, session, ada, NOW + 2 * HOUR))).toEqual([
      'portal/sign-in-session expired',
    ])
  })

  it('runs on after sign-out or revocation until its next refresh (R218, R221)', () => {
    const session = signedIn()
    const application = valueOf(startApplicationSession(begin, session, ada, NOW))
    const out = signOut(session, NOW + MINUTE)
    expect(isApplicationSessionLive(application, NOW + HOUR - 1)).toBe(true)
    expect(said(refreshApplicationSession(application, out, ada, NOW + 2 * MINUTE))).toEqual([
      'portal/sign-in-session sign-out',
    ])
    expect(isApplicationSessionLive(application, NOW + HOUR)).toBe(false)
    expect(ACCESS_ENDS_WITHIN.applicationsAtWorstSeconds).toBe(application.expiresAt - NOW)
  })

  it('is closed by itself: the others and the portal go on, and the other way about (R090)', () => {
    const session = signedIn()
    const one = valueOf(startApplicationSession(begin, session, ada, NOW))
    const other = valueOf(startApplicationSession({ ...begin, sessionID: 'b' }, session, ada, NOW))
    expect(closeApplicationSession([one, other], 'a')).toEqual([other])
    expect(refreshApplicationSession(other, session, ada, NOW + MINUTE).ok).toBe(true)
    expect(checkSignInSession(session, NOW + MINUTE).ok).toBe(true)
    const out = signOut(session, NOW + MINUTE)
    expect(checkSignInSession(out, NOW + MINUTE).ok).toBe(false)
    expect(isApplicationSessionLive(other, NOW + 2 * MINUTE)).toBe(true)
  })

  it('neither begins nor is refreshed for a user who is disabled or gone (R220)', () => {
    const session = signedIn()
    const application = valueOf(startApplicationSession(begin, session, ada, NOW))
    for (const [user, reason] of [
      [disabled, 'disabled'],
      [undefined, 'deleted'],
    ] as const) {
      expect(said(startApplicationSession(begin, session, user, NOW))).toEqual([
        `portal/user-enabled ${reason}`,
      ])
      expect(said(refreshApplicationSession(application, session, user, NOW))).toEqual([
        `portal/user-enabled ${reason}`,
      ])
    }
  })

  it('is bound to its person and to the sign-in it came from', () => {
    const session = signedIn()
    const application = valueOf(startApplicationSession(begin, session, ada, NOW))
    expect(said(startApplicationSession(begin, session, bob, NOW))).toEqual([
      'portal/session-user other-user',
    ])
    expect(said(refreshApplicationSession(application, { ...session, sessionID: 't' }, ada, NOW))).toEqual([
      'portal/session-user other-session',
    ])
    expect(
      said(refreshApplicationSession({ ...application, userId: bob.userId }, session, ada, NOW)),
    ).toEqual(['portal/session-user other-user'])
  })

  it('is extended to 90 days for that application alone, and only where that is configured (R226)', () => {
    const session = signedIn({ durationSeconds: 8 * HOUR, extendedSessions: true })
    const editor = valueOf(startApplicationSession({ ...begin, mayBeExtended: true }, session, ada, NOW))
    const other = valueOf(startApplicationSession(begin, session, ada, NOW))
    const later = NOW + 89 * DAY
    expect(refreshApplicationSession(editor, session, ada, later).ok).toBe(true)
    expect(refreshApplicationSession(editor, session, ada, NOW + 90 * DAY).ok).toBe(false)
    expect(refreshApplicationSession(other, session, ada, later).ok).toBe(false)
    expect(checkSignInSession(session, later).ok).toBe(false)
    expect(refreshApplicationSession(editor, signOut(session, NOW), ada, later).ok).toBe(false)
    const plain = signedIn()
    const unextended = valueOf(startApplicationSession({ ...begin, mayBeExtended: true }, plain, ada, NOW))
    expect(unextended.extended).toBe(false)
    expect(refreshApplicationSession(unextended, plain, ada, later).ok).toBe(false)
  })
})

describe('the session of a role', () => {
  it('lasts as its permission set says, whatever becomes of sign-in and user (R219, R223)', () => {
    const session = signedIn(hours(8))
    const last = NOW + 8 * HOUR - 1
    expect(valueOf(startRoleSession(session, ada, 12 * HOUR, last)).expiresAt).toBe(last + 12 * HOUR)
    expect(said(startRoleSession(session, ada, HOUR, NOW + 8 * HOUR))).toEqual([
      'portal/sign-in-session expired',
    ])
    expect(said(startRoleSession(session, disabled, HOUR, NOW))).toEqual(['portal/user-enabled disabled'])
    expect(said(startRoleSession(signOut(session, NOW), ada, HOUR, NOW))).toEqual([
      'portal/sign-in-session sign-out',
    ])
  })

  it('makes 32 hours of 20 and 12 (R224)', () => {
    const session = signedIn(hours(20))
    const role = valueOf(startRoleSession(session, ada, 12 * HOUR, session.expiresAt - 1))
    expect(longestAccessSeconds(20 * HOUR, 12 * HOUR)).toBe(32 * HOUR)
    expect(role.expiresAt - NOW).toBe(32 * HOUR - 1)
  })
})

describe('how soon access ends (R088, R220-R222, C09)', () => {
  it('is promised no tighter than AWS promises it', () => {
    expect(ACCESS_ENDS_WITHIN).toEqual({
      newSessionsSeconds: 0,
      applicationsSeconds: 30 * MINUTE,
      applicationsAtWorstSeconds: HOUR,
      accountsSeconds: 13 * HOUR,
    })
    // What is left at the worst: an hour of a session of an application, and the longest session of a role.
    const session = signedIn(hours(8))
    const last = valueOf(startRoleSession(session, ada, 12 * HOUR, NOW + HOUR))
    expect(last.expiresAt - NOW).toBeLessThanOrEqual(ACCESS_ENDS_WITHIN.accountsSeconds)
    expect(ASSIGNMENTS_REREAD_SECONDS).toBe(HOUR)
  })
})

describe('tools that keep the duration of the portal (R229)', () => {
  it.each([
    ['aws-cli-v2', '2.9', true],
    ['aws-cli-v2', '2.9.0', true],
    ['aws-cli-v2', '2.8.13', false],
    ['aws-cli-v2', '2.10', true],
    ['aws-cli-v1', '1.27.9', false],
    ['aws-cli-v1', '1.27.10', true],
    ['js-v3', 'v3.210.0', true],
    ['js-v3', '3.209.9', false],
    ['js-v3', 'latest', undefined],
    ['__proto__', '1', undefined],
  ])('%s %s: %s', (tool, version, expected) => {
    expect(supportsSessionManagement(tool as never, version)).toBe(expected)
  })
})
