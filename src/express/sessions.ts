import { createHash } from 'node:crypto'
import { lengthPrefixed } from '../core/codec.js'
import { hasError } from '../core/outcome.js'
import { findingsOf, runRules } from '../core/rule.js'
import { beginSession, heldSession, type SignIn } from './beginSession.js'
import { clearCookie } from './cookies.js'
import { failureOf } from './failure.js'
import { handler, HOUSE, type House, type Housed } from './house.js'
import type { AppRequest, AppResponse, Middleware } from './http.js'
import { openSession, SESSION, sessionOf, type OpenSession, type WithSession } from './openSession.js'
import { signOutRules } from './originRules.js'
import { asked, outageFindings, StoreOutage } from './outage.js'
import { refuse, seeOther } from './refusal.js'
import { entryKey, type SessionContent } from './sessionEntry.js'
import { sessionSettings, type AppSessionsOptions, type SessionSettings } from './sessionOptions.js'
import { pathOf } from './target.js'
import { updateSession, type SessionChange, type SessionUpdate } from './updateSession.js'

/** The sessions of one app: a handler, which finds out who is signed in, and what begins and ends sessions. */
export interface AppSessions extends Middleware, Housed {
  /** The origin of the app. */
  readonly url: string
  /**
   * Begins a session for this browser under a fresh id, in place of the one that it had. True: the cookie is set, and the
   * request is still to be answered. False: it has been answered, with a refusal. Never rejects.
   */
  begin(request: AppRequest, response: AppResponse, signIn: SignIn): Promise<boolean>
  /**
   * Ends this browser's session, by a POST of this app's own pages alone. True: there is none any more, and the request is
   * still to be answered. False: it has been answered, with a refusal. Never rejects.
   */
  end(request: AppRequest, response: AppResponse): Promise<boolean>
  /** What is kept of the session that this request came with; undefined where nobody is signed in. */
  read(request: AppRequest): SessionContent | undefined
  /**
   * Changes what is kept of this request's session, by compare-and-set: `change` is given what is kept now and answers what
   * is to be kept, all of it; undefined leaves it as it is. It is called again where another request was faster. Who is
   * signed in never changes. Rejects with what `change` throws, and with nothing else.
   */
  update(
    request: AppRequest,
    change: (content: SessionContent) => SessionChange | undefined,
  ): Promise<SessionUpdate>
}

/**
 * Sessions of an app: the one place that says who is signed in. A sealed cookie holds a random id and the least of the
 * identity; the rest is sealed in the store under that id's digest. Without a cookie nobody is signed in and the request goes
 * on; with one that is not in order, or while the store is out, the request ends. So do requests that change something and
 * that no page of this app sent.
 *
 * Mount what signs people in before it, and what needs to know who is signed in behind it.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse
 *
 * @example
 * ```ts
 * import { appSessions } from 'countersign/express'
 * import { memoryStateStore } from 'countersign/stores'
 *
 * declare const key: Uint8Array // 32 random bytes that outlive the process
 * const now = () => Math.floor(Date.now() / 1000)
 * const sessions = appSessions({
 *   url: 'https://app.example.com',
 *   keys: [{ id: '2026-11', key }],
 *   state: memoryStateStore({ now }), // of several processes, one that they share
 *   signInPath: '/signin',
 *   signOutPath: '/signout',
 *   onRefused: ({ status, path, findings }) => console.warn(status, path, findings),
 * })
 * ```
 */
export function appSessions(options: AppSessionsOptions): AppSessions {
  const settings = sessionSettings(options)
  const house = houseOf(settings)
  const place = { settings, house }

  /** The only place at which a request learns who is signed in. */
  const assign = (request: AppRequest & WithSession, session: OpenSession | undefined): void => {
    request.identity = session?.content.identity
    request.sessionTags = session?.content.tags
    const before = request[SESSION]
    request[SESSION] = { house, session, app: request.app, before }
  }

  /** The session that a request came with; or the request has been answered. */
  const look = async (
    request: AppRequest,
    response: AppResponse,
  ): Promise<OpenSession | undefined | 'answered'> => {
    const session = await openSession(request, place)
    if (session === undefined || 'content' in session) return session
    if ('outage' in session) house.refuseOutage(request, response, session.outage)
    else {
      if (session.forget) clearCookie(response, settings.cookieName)
      house.refuse(request, response, session.refusal)
    }
    return 'answered'
  }

  const handle = async (request: AppRequest, response: AppResponse): Promise<'next' | 'answered'> => {
    const session = await look(request, response)
    if (session === 'answered') return 'answered'
    assign(request, session)
    // What somebody who is signed in sees is no one else's, now or by the back button after signing out.
    if (session !== undefined) response.setHeader('cache-control', 'no-store')
    if (pathOf(request) !== settings.signOutPath) return 'next'
    if (await end(request, response)) seeOther(response, settings.signedOutPath)
    return 'answered'
  }

  const endUnguarded = async (request: AppRequest & WithSession, response: AppResponse): Promise<boolean> => {
    const wrong = findingsOf(runRules(signOutRules, { method: request.method ?? '' }))
    if (hasError(wrong)) {
      house.refuse(request, response, { status: 405, findings: wrong, allow: 'POST' })
      return false
    }
    // Where the handler has not looked yet, or another app's looked last, the request is looked at here.
    const looked = request[SESSION]?.house === house
    const session = looked ? sessionOf(request, house) : await look(request, response)
    if (session === 'answered') return false
    if (session === undefined) return true
    const deleted = await asked(() => settings.state.delete(entryKey(house.app, session.ticket.id)))
    if (deleted instanceof StoreOutage) {
      house.refuseOutage(request, response, deleted)
      return false
    }
    clearCookie(response, settings.cookieName)
    if (looked) assign(request, undefined)
    return true
  }

  const end: AppSessions['end'] = (request, response) =>
    endUnguarded(request, response).catch((cause: unknown) => {
      house.refuse(request, response, failureOf(cause))
      return false
    })

  const begin: AppSessions['begin'] = async (request, response, signIn) => {
    const outcome = await beginSession(request, response, signIn, place).catch(failureOf)
    if (outcome === 'begun') return true
    if (outcome instanceof StoreOutage) house.refuseOutage(request, response, outcome)
    else house.refuse(request, response, outcome)
    return false
  }

  return Object.assign(handler(house, handle), {
    url: settings.url.origin,
    begin,
    end,
    read: (request: AppRequest) => sessionOf(request, house)?.content,
    update: (request: AppRequest, change: (content: SessionContent) => SessionChange | undefined) =>
      updateSession(request, change, place),
    [HOUSE]: house,
  })
}

function houseOf(settings: SessionSettings): House {
  const { url, cookieName, signInPath, onRefused, state, inTime, now, randomBytes, sealingKeys } = settings
  const app = createHash('sha256').update(lengthPrefixed(['app', url.origin, cookieName]))
  const refuseHere: House['refuse'] = (request, response, refusal) => {
    refuse(request, response, refusal, { onRefused, signInPath })
  }
  const house: House = {
    app: app.digest('base64url'),
    url,
    signInPath,
    state,
    inTime,
    now,
    randomBytes,
    sealingKeys,
    held: (request) => heldSession(request, { settings, house }),
    refuse: refuseHere,
    refuseOutage: (request, response, { cause }) => {
      refuseHere(request, response, { status: 503, findings: outageFindings(), cause })
    },
  }
  return house
}
