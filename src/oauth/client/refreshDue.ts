import type { Tokens } from './token.js'
import { readArguments, readNow } from './forms.js'
import * as members from './members.js'

/** With less left, refresh when convenient, and go on with what one has where that fails. */
export const ADVISORY_REFRESH_SECONDS = 900
/** With less left, refresh before anything else is done. */
export const MANDATORY_REFRESH_SECONDS = 600

/**
 * Whether access tokens want refreshing (R230), by the windows of the AWS CLI and SDKs: with less than 15 minutes left it is
 * advisable, with less than 10 a must, and from `expiresAt` on the token is no longer good.
 *
 * @param now - epoch seconds
 * @throws FederationError `ERR_INVALID_OPTION` for times that are none
 */
export function refreshDue(
  tokens: Pick<Tokens, 'expiresAt'>,
  now: number,
): 'fresh' | 'advisory' | 'mandatory' | 'expired' {
  const { expiresAt } = readArguments(tokens, { expiresAt: members.instant })
  const left = expiresAt - readNow(now)
  if (left <= 0) return 'expired'
  if (left < MANDATORY_REFRESH_SECONDS) return 'mandatory'
  return left < ADVISORY_REFRESH_SECONDS ? 'advisory' : 'fresh'
}
