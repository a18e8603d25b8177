import type { Rule } from '../core/rule.js'
import { shown } from '../core/shown.js'

export interface OriginSubject {
  readonly method: string
  /** The headers as they came; undefined where there is none. */
  readonly origin: string | undefined
  readonly fetchSite: string | undefined
  /** Of this app. */
  readonly own: string
}

const SAFE = ['GET', 'HEAD', 'OPTIONS']

/** Where the requests of somebody who is signed in come from. */
export const originRules: readonly Rule<OriginSubject>[] = [
  {
    id: 'express/origin',
    severity: 'error',
    source: 'RFC 6454 7; Fetch Metadata 2.4; attack O08',
    title: 'Whatever changes something in a session was sent by a page of this app',
    fix: 'Send the request from a page of this app, whose origin is the `url` of its sessions, in a browser that says so (Origin or Sec-Fetch-Site).',
    check: ({ method, origin, fetchSite, own }) => {
      if (SAFE.includes(method)) return 'notApplicable'
      if (origin !== undefined && origin !== own)
        return [
          {
            reason: 'other-origin',
            path: 'Origin',
            expected: own,
            actual: shown(origin),
            message: 'The request was sent by a page of another origin.',
          },
        ]
      // `none` is the browser itself, as when a person loads the answer to a form anew.
      if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none')
        return [
          {
            reason: 'other-site',
            path: 'Sec-Fetch-Site',
            expected: 'same-origin',
            actual: shown(fetchSite),
            message: 'The browser says that the request was caused from elsewhere.',
          },
        ]
      return origin === undefined && fetchSite === undefined
        ? [{ reason: 'absent', path: 'Origin', message: 'Nothing says which page sent the request.' }]
        : []
    },
  },
]

export const signOutRules: readonly Rule<{ readonly method: string }>[] = [
  {
    id: 'express/sign-out',
    severity: 'error',
    source: 'RFC 9110 9.2.1',
    title: 'Signing out is a POST, so that no link and no image does it',
    fix: 'Sign out with a form: <form method="post" action="...">.',
    check: ({ method }) =>
      method === 'POST'
        ? []
        : [{ reason: 'method', expected: 'POST', actual: shown(method, 20), message: 'Not by POST.' }],
  },
]
