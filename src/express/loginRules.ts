import type { Fault, Rule } from '../core/rule.js'

export interface LoginSubject {
  /** What the browser sent as its secret. */
  readonly browser: 'one' | 'none' | 'several' | 'form'
  readonly login: 'open' | 'unknown' | 'used' | 'unreadable'
  /** Whether the login was begun with the browser's secret; undefined where there is none to compare. */
  readonly same: boolean | undefined
}

/** What a sign-in that comes back must be, whichever protocol it is of. */
export const loginRules: readonly Rule<LoginSubject>[] = [
  {
    id: 'express/login-browser',
    severity: 'error',
    source: 'RFC 9700 4.7.1; RFC 6819 4.4.1.8; attack O08',
    title: 'A sign-in ends in the browser that began it',
    fix: 'Start the sign-in again, and finish it in the same browser within ten minutes; let the browser keep cookies.',
    check: ({ browser, same }) => {
      const fault = (reason: string, message: string): readonly Fault[] => [
        { reason, path: 'Cookie', message },
      ]
      switch (browser) {
        case 'none':
          return fault('no-cookie', 'The browser began no sign-in here, or has lost the cookie.')
        case 'several':
          return fault('duplicate-cookie', 'Two cookies have the name of the one that binds sign-ins.')
        case 'form':
          return fault('form', 'The cookie that binds sign-ins is none that this app sets.')
        case 'one':
          if (same === undefined) return 'notApplicable'
          return same ? [] : fault('other-browser', 'Another browser began this sign-in.')
      }
    },
  },
  {
    id: 'express/login',
    severity: 'error',
    source: 'SAML Profiles 4.1.4.3; RFC 9700 4.7; R026',
    title: 'A sign-in that comes back was begun here, not long ago, and has not ended yet',
    fix: 'Start the sign-in again at this app. A sign-in ends once, within ten minutes.',
    check: ({ login }) => {
      switch (login) {
        case 'open':
          return []
        case 'unknown':
          return [{ reason: 'unknown', message: 'No sign-in of this name was begun here in ten minutes.' }]
        case 'used':
          return [{ reason: 'used', message: 'The sign-in has ended already.' }]
        case 'unreadable':
          return [{ reason: 'unreadable', message: 'The sign-in was begun under other sealing keys.' }]
      }
    },
  },
]
