import { hasError, type Finding } from '../core/outcome.js'
import { findingsOf, runRules } from '../core/rule.js'
import { identityRules, tagRules, type AccessSubject } from './accessRules.js'
import type { House } from './house.js'
import type { AppRequest, AppResponse, Middleware } from './http.js'
import { houseAround, SESSION, type OpenSession, type WithSession } from './openSession.js'
import { refuse, seeOther } from './refusal.js'
import { returnPathsOf } from './returnPath.js'
import { misuse, targetOf } from './target.js'

/**
 * Lets through only requests of somebody who is signed in. Others are sent to the `signInPath` of the sessions where a person
 * opens a page, and end with 401 otherwise.
 *
 * @example
 * ```ts
 * import express from 'express'
 * import { requireIdentity, type AppSessions } from 'countersign/express'
 *
 * declare const sessions: AppSessions
 * const app = express()
 * app.use(sessions)
 * app.get('/me', requireIdentity(), (request, response) => {
 *   response.json(request.identity)
 * })
 * ```
 */
export function requireIdentity(): Middleware {
  return (request, response, next) => {
    if (signedIn(request, response)) next()
  }
}

/**
 * Lets through only requests of somebody who is signed in and has a session tag: `requireTag('Department', 'billing')`. Of
 * several values any will do; with none, the tag itself. Keys and values are compared to the letter.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what can be no tag
 *
 * @example
 * ```ts
 * import express from 'express'
 * import { requireTag } from 'countersign/express'
 *
 * const app = express()
 * app.get('/billing', requireTag('Department', 'billing', 'finance'), (_request, response) => {
 *   response.send('Invoices')
 * })
 * ```
 */
export function requireTag(key: string, ...values: readonly string[]): Middleware {
  if (typeof key !== 'string' || key === '') misuse('requireTag needs the key of a tag.')
  if (!values.every((value) => typeof value === 'string')) misuse('The values of a tag are texts.')
  return (request, response, next) => {
    const place = signedIn(request, response)
    if (place === undefined) return
    const held = place.session.content.tags.tags.find((tag) => tag.key === key)?.value
    const findings = findingsOf(runRules(tagRules, { key, values, held }))
    if (hasError(findings)) place.house.refuse(request, response, { status: 403, findings })
    else next()
  }
}

/** Where the request stands, if somebody is signed in; otherwise it has been answered. */
function signedIn(
  request: AppRequest & WithSession,
  response: AppResponse,
): { readonly house: House; readonly session: OpenSession } | undefined {
  const place = request[SESSION]
  if (place === undefined) {
    refuse(request, response, { status: 500, findings: said('no-sessions') })
    return undefined
  }
  const around = houseAround(request, place)
  if (around !== undefined) {
    around.refuse(request, response, { status: 500, findings: said('other-app') })
    return undefined
  }
  const { house, session } = place
  // What an app has put there itself is nobody.
  if (session !== undefined && request.identity === session.content.identity) return { house, session }
  if (!sentToSignIn(request, response, house))
    house.refuse(request, response, { status: 401, findings: said('nobody') })
  return undefined
}

/** Sends a person who opens a page to sign in and come back to it; false where the app does not say where, or nobody opens a page. */
export function sentToSignIn(request: AppRequest, response: AppResponse, house: House): boolean {
  if (house.signInPath === undefined || !isNavigation(request)) return false
  const target = returnPathsOf()(targetOf(request))
  const query = target.ok ? `?${new URLSearchParams({ returnTo: target.value }).toString()}` : ''
  seeOther(response, `${house.signInPath}${query}`)
  return true
}

function said(who: AccessSubject['who']): readonly Finding[] {
  return findingsOf(runRules(identityRules, { who }))
}

/** Whether a person opens a page, whom another page may be shown instead. */
function isNavigation({ method, headers }: AppRequest): boolean {
  if (method !== 'GET') return false
  const mode = headers['sec-fetch-mode']
  return mode === undefined ? (headers.accept ?? '').includes('text/html') : mode === 'navigate'
}
