import type { JsonObject } from '../core/json.js'
import { LAST_INSTANT } from './token/claimRules.js'

/** When the person signed in at the identity provider, as far as its token tells; else now. In epoch seconds. */
export function signInInstant(claims: JsonObject, now: number): number {
  const told = [claims['auth_time'], claims['iat']].find(
    (instant) =>
      typeof instant === 'number' && Number.isInteger(instant) && instant > 0 && instant <= LAST_INSTANT,
  )
  return typeof told === 'number' ? told : now
}
