import { isWellFormed } from '../core/codec.js'
import { FederationError } from '../core/outcome.js'

/** Longest key that a store takes, in UTF-16 code units. Replay keys are digests and state keys are random: far shorter. */
export const MAX_KEY_LENGTH = 8192

/**
 * Refuses a key that is empty, longer than {@link MAX_KEY_LENGTH} or holds half a surrogate pair: two such keys would
 * become one in a store that writes UTF-8. Throws `ERR_INVALID_OPTION`.
 */
export function checkKey(key: string): void {
  if (typeof key !== 'string' || key === '') throw misuse('A store key must be a non-empty string.')
  if (key.length > MAX_KEY_LENGTH) throw misuse(`A store key may have at most ${MAX_KEY_LENGTH} characters.`)
  if (!isWellFormed(key)) throw misuse('A store key must be well-formed Unicode.')
}

/** Refuses anything but whole epoch seconds. Throws `ERR_INVALID_OPTION`. */
export function checkSeconds(name: 'expiresAt' | 'now', seconds: number): void {
  if (!Number.isSafeInteger(seconds)) throw misuse(`${name} must be an integer of epoch seconds.`)
}

/** Refuses a bound that bounds nothing. Throws `ERR_INVALID_OPTION`. */
export function checkMaxEntries(maxEntries: number): void {
  if (!Number.isSafeInteger(maxEntries) || maxEntries < 1)
    throw misuse('maxEntries must be a positive integer.')
}

export function misuse(message: string): FederationError {
  return new FederationError('ERR_INVALID_OPTION', message)
}
