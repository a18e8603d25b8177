import type { Rule } from '../core/rule.js'
import type { SealFault } from '../tti/tokens/seal.js'
import { MAX_COOKIE_BYTES } from './cookies.js'

/** What the browser sent as its session, as far as it could be read. */
export interface CookieSubject {
  /** How many cookies of the session's name came. */
  readonly count: number
  readonly opened: OpenedCookie | SealFault
  /** Of this app. */
  readonly app: string
  readonly now: number
}

export interface OpenedCookie {
  readonly app: string
  readonly beganAt: number
  readonly endsAt: number
}

const SEAL_FAULTS: Readonly<Record<SealFault, string>> = {
  size: 'The cookie is longer than any that this app sets.',
  form: 'The cookie is no session of this app.',
  'unknown-key': 'The cookie was sealed with a key that this app has no more, or never had.',
  altered: 'The cookie was altered, or was sealed by another app.',
}

/** What a session's cookie must be. Past these its entry in the store is looked up. */
export const sessionCookieRules: readonly Rule<CookieSubject>[] = [
  {
    id: 'express/session-cookie',
    severity: 'error',
    source: 'RFC 6265bis 4.1.3, 8.6',
    title: 'The session cookie comes once, and is one that this app sealed',
    fix: 'Sign in again. Keep an old sealing key listed, after the new one, for as long as sessions last, and give each app keys of its own.',
    check: ({ count, opened, app }) => {
      const path = 'Cookie'
      if (count !== 1) return [{ reason: 'duplicate', path, message: "Two cookies have the session's name." }]
      if (typeof opened === 'string') {
        const expected = opened === 'size' ? { expected: `at most ${MAX_COOKIE_BYTES} bytes` } : {}
        return [{ reason: opened, path, ...expected, message: SEAL_FAULTS[opened] }]
      }
      if (opened.app !== app)
        return [{ reason: 'other-app', path, message: 'The cookie is the session of another app.' }]
      return []
    },
  },
  {
    id: 'express/session-lifetime',
    severity: 'error',
    source: 'OWASP Session Management, Session Expiration; R020',
    title: 'The session has begun, and has not ended',
    fix: 'Sign in again. Where it has not begun yet, set the clocks of the hosts.',
    check: ({ opened, now }) => {
      if (typeof opened === 'string') return 'notApplicable'
      const { beganAt, endsAt } = opened
      // Also where the clock shows no time.
      if (!(now < endsAt)) return [{ reason: 'expired', path: 'Cookie', message: 'The session has ended.' }]
      return beganAt > now + CLOCK_SKEW_SECONDS
        ? [{ reason: 'not-begun', path: 'Cookie', message: 'The session begins in the future.' }]
        : []
    },
  },
]

/** Between the clocks of hosts that serve one app. */
const CLOCK_SKEW_SECONDS = 60

export interface EntrySubject {
  readonly entry: 'gone' | SealFault | 'agrees' | 'differs'
}

/** What the store must hold for the session of a cookie. */
export const sessionEntryRules: readonly Rule<EntrySubject>[] = [
  {
    id: 'express/session-entry',
    severity: 'error',
    source: 'RFC 6265bis 8.4; OWASP Session Management',
    title: 'The store holds the session of the cookie, and both say the same',
    fix: 'Sign in again. All hosts of an app need the same store and the same sealing keys.',
    check: ({ entry }) => {
      switch (entry) {
        case 'agrees':
          return []
        case 'gone':
          return [{ reason: 'gone', message: 'The session was signed out, replaced, or its entry is lost.' }]
        case 'differs':
          return [{ reason: 'differs', message: 'The entry is not that of this cookie.' }]
        default:
          return [{ reason: entry, message: 'The entry cannot be opened with the keys of this app.' }]
      }
    },
  },
]

export interface BeginningSubject {
  readonly content: 'fits' | 'too-large' | 'not-json'
  readonly ended: boolean
}

/** What a sign-in must be for a session to begin with it. */
export const sessionBeginningRules: readonly Rule<BeginningSubject>[] = [
  {
    id: 'express/session-content',
    severity: 'error',
    source: 'DESIGN: bounded sizes',
    title: 'What a session keeps is JSON of a bounded size',
    fix: 'Let the identity provider send fewer attributes or claims to this app.',
    check: ({ content }) => {
      if (content === 'fits') return []
      return [
        {
          reason: content,
          message:
            content === 'too-large'
              ? 'The identity and its tokens are too large for a session.'
              : 'The identity holds what JSON cannot, or is nested too deeply.',
        },
      ]
    },
  },
  {
    id: 'express/session-end',
    severity: 'error',
    source: 'SAML Core 2.7.2; R020; R077',
    title: "The identity provider's own end of the session lies in the future",
    fix: 'Let the identity provider send a later SessionNotOnOrAfter, and set the clocks.',
    check: ({ ended }) =>
      ended
        ? [
            {
              reason: 'ended',
              path: 'SessionNotOnOrAfter',
              message: 'The session had ended before it began.',
            },
          ]
        : [],
  },
]

export interface TagsSubject {
  readonly tags: 'made' | 'threw'
}

/** A refusal of the tags themselves comes with its own findings. */
export const sessionTagsRules: readonly Rule<TagsSubject>[] = [
  {
    id: 'express/session-tags',
    severity: 'error',
    source: 'DESIGN: fail closed',
    title: 'The tags of whoever signs in can be made',
    fix: 'See what the function given as `tags` threw: it is the cause that onRefused is told.',
    check: ({ tags }) =>
      tags === 'threw' ? [{ reason: 'threw', message: 'The function that makes the tags failed.' }] : [],
  },
]
