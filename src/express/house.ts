import type { Clock, RandomBytes, StateStore } from '../core/ports.js'
import type { SealingKey } from '../tti/tokens/seal.js'
import { failureOf } from './failure.js'
import type { AppRequest, AppResponse, Middleware } from './http.js'
import type { InTime } from './guardedStore.js'
import type { Refusal } from './refusal.js'
import type { StoreOutage } from './outage.js'

/** What the middlewares of one app share, by way of its sessions. Two apps share nothing. */
export interface House {
  /** Of the app, sealed into whatever is sealed for it. */
  readonly app: string
  readonly url: URL
  /** Where a person goes to sign in; undefined where the app has not said. */
  readonly signInPath: string | undefined
  /** Where sessions are kept; guarded. */
  readonly state: StateStore
  /** The limit that holds for every store of this app. */
  readonly inTime: InTime
  readonly now: Clock
  readonly randomBytes: RandomBytes
  /** The first seals, all open. */
  sealingKeys(): readonly [SealingKey, ...SealingKey[]]
  /**
   * What names the session that a request came with, for the `replaces` of a sign-in: its answer may come by a POST of another
   * site, with which browsers do not send the cookie of the session.
   */
  held(request: AppRequest): Promise<string | undefined>
  refuse(request: AppRequest, response: AppResponse, refusal: Refusal): void
  /** Ends a request because a store is out, or threw. */
  refuseOutage(request: AppRequest, response: AppResponse, outage: StoreOutage): void
}

/** Where sessions keep what is for other middlewares of this package. */
export const HOUSE = Symbol('countersign/express house')

export interface Housed {
  readonly [HOUSE]: House
}

/**
 * A handler from a function that answers whether the request goes on. Whatever is thrown ends the request, also by what stands
 * behind: nobody else is left who could catch it.
 */
export function handler(
  house: Pick<House, 'refuse'>,
  work: (request: AppRequest, response: AppResponse) => Promise<'next' | 'answered'>,
): Middleware {
  return (request, response, next) => {
    work(request, response)
      .then((how) => {
        if (how === 'next') next()
      })
      .catch((cause: unknown) => {
        house.refuse(request, response, failureOf(cause))
      })
  }
}
