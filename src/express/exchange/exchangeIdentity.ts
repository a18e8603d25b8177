import { FederationError } from '../../core/outcome.js'
import { findingsOf, runRules } from '../../core/rule.js'
import { handler, HOUSE, type House } from '../house.js'
import type { AppRequest, AppResponse, Middleware } from '../http.js'
import { SESSION, sessionOf, type WithSession } from '../openSession.js'
import { outageFindings } from '../outage.js'
import type { Refusal } from '../refusal.js'
import { sentToSignIn } from '../requireIdentity.js'
import type { AppSessions } from '../sessions.js'
import { misuse } from '../target.js'
import { keptExchange } from './keptExchange.js'
import { exchangeOnce, type ExchangeSettings, type Exchanged } from './exchangeOnce.js'
import { exchangedRules, type ExchangedSubject } from './rules.js'
import type { ExchangedIdentity, IdentityExchange } from './types.js'

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- Express has applications add to its request so.
  namespace Express {
    interface Request {
      /** What the exchange answered for who is signed in; assigned by `exchangeIdentity` alone. */
      exchanged?: ExchangedIdentity | undefined
    }
  }
}

export interface ExchangeIdentityOptions {
  readonly sessions: AppSessions
  /** `localExchange`, `identityCenterExchange`, or one of your own. */
  readonly exchange: IdentityExchange
  /** How long a request waits for an exchange that is under way, in seconds: from 1 to 60. Default 15. */
  readonly waitSeconds?: number | undefined
}

type ExchangingRequest = AppRequest & WithSession & { exchanged?: ExchangedIdentity | undefined }

/**
 * Exchanges the JWT of whoever is signed in, once for each sign-in, at the first request that comes by; `request.exchanged` has
 * the answer from then on. Of any number of requests at once, at any number of hosts, one exchanges and the others wait for it.
 * A refusal stands until the person signs in again (403); after an outage (503) the next request tries again. When the answer
 * or, before it, the JWT has expired, the person signs in again. Whoever is not signed in passes, with nothing.
 *
 * The JWT and the answer are kept sealed with the session: they are in no cookie, page, finding or log.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse
 *
 * @example
 * ```ts
 * import { exchangeIdentity, type AppSessions, type IdentityExchange } from 'countersign/express'
 * import express from 'express'
 *
 * declare const sessions: AppSessions, exchange: IdentityExchange
 * const app = express()
 * app.use(sessions)
 * app.use('/reports', exchangeIdentity({ sessions, exchange }), (request, response) => {
 *   const context = request.exchanged?.awsAdditionalDetails?.identityContext // for ProvidedContexts of AssumeRole
 *   response.send(context === undefined ? 'nobody' : 'somebody')
 * })
 * ```
 */
export function exchangeIdentity(options: ExchangeIdentityOptions): Middleware {
  const { sessions, exchange, waitSeconds = 15 } = options ?? {}
  const house: House | undefined = sessions?.[HOUSE]
  if (house === undefined) misuse('sessions must be made by appSessions.')
  if (
    typeof exchange?.exchange !== 'function' ||
    typeof exchange.clientId !== 'string' ||
    exchange.clientId === ''
  )
    misuse('exchange must be an IdentityExchange, such as localExchange makes.')
  if (!(waitSeconds >= 1 && waitSeconds <= 60)) misuse('waitSeconds must be from 1 to 60.')
  const settings: ExchangeSettings = { sessions, exchange, waitSeconds, house }
  /** By the id of the session: the requests of this process wait for each other, and not in the store. */
  const flights = new Map<string, Promise<Exchanged>>()

  const ofSession = async (request: AppRequest, id: string): Promise<Exchanged> => {
    const content = sessions.read(request)
    const kept = content && keptExchange(content, exchange.clientId)
    if (kept?.status === 'exchanged' || kept?.status === 'refused') return kept
    const flight = flights.get(id) ?? exchangeOnce(request, settings).finally(() => flights.delete(id))
    flights.set(id, flight)
    return flight
  }

  return handler(house, async (incoming, response) => {
    const request: ExchangingRequest = incoming
    request.exchanged = undefined
    if (request[SESSION]?.house !== house)
      throw new FederationError('ERR_INVALID_OPTION', 'Mount exchangeIdentity behind its sessions.')
    const session = sessionOf(request, house)
    if (session === undefined) return 'next'
    const outcome = await ofSession(request, session.ticket.id)
    if (outcome.status === 'exchanged' && house.now() < outcome.answer.expiresAt) {
      request.exchanged = outcome.answer
      return 'next'
    }
    end(request, response, outcome, house)
    return 'answered'
  })
}

/** Ends the request of somebody for whom there is no answer that holds. */
function end(request: AppRequest, response: AppResponse, outcome: Exchanged, house: House): void {
  const refuse = (status: Refusal['status'], state: ExchangedSubject['state'], cause?: unknown): void => {
    house.refuse(request, response, {
      status,
      findings: findingsOf(runRules(exchangedRules, { state })),
      cause,
    })
  }
  switch (outcome.status) {
    case 'exchanged':
    case 'token-expired':
      if (!sentToSignIn(request, response, house))
        refuse(401, outcome.status === 'exchanged' ? 'expired' : outcome.status)
      return
    case 'refused':
      return house.refuse(request, response, { status: 403, findings: outcome.findings })
    case 'outage':
      return house.refuse(request, response, {
        status: 503,
        findings: outcome.findings,
        cause: outcome.cause,
      })
    case 'store':
      return house.refuse(request, response, {
        status: 503,
        findings: outageFindings(),
        cause: outcome.cause,
      })
    case 'no-token':
      return refuse(403, 'no-token')
    case 'gone':
      return refuse(401, 'gone')
    default:
      return refuse(503, outcome.status)
  }
}
