import type { ReplayStore } from '../core/ports.js'
import { ExpiryIndex } from './expiryIndex.js'
import { checkKey, checkMaxEntries, checkSeconds } from './storeArguments.js'

export interface MemoryReplayStoreOptions {
  /** How many live entries the store holds before it answers `full`. Default 250,000. */
  readonly maxEntries?: number
}

/**
 * A {@link ReplayStore} in the memory of one process. It is atomic within that process only and forgets everything when
 * it ends: where several processes exchange tokens, or one restarts while tokens live, use a store that they share.
 *
 * - A claim is decided before anything is awaited, so concurrent claims cannot interleave.
 * - It is bounded by `maxEntries`, and answers `full` rather than evict an entry that is still alive.
 * - Time is the highest `now` ever passed. A clock that steps back frees nothing, and a claim whose `expiresAt` is not
 *   after that time answers `already`: its entry may have been claimed and dropped before the step, and nothing is left
 *   to tell. By the latest time known the token was over in any case. The price is that one wrong `now` far ahead
 *   refuses claims until the clock gets there; `now` comes from the host's clock, never from a token.
 *
 * `claim` rejects with `ERR_INVALID_OPTION`, and claims nothing, for an empty, overlong (8,192) or ill-formed key and for
 * an `expiresAt` or `now` that is not an integer.
 */
export function memoryReplayStore(options: MemoryReplayStoreOptions = {}): ReplayStore {
  const { maxEntries = 250_000 } = options
  checkMaxEntries(maxEntries)
  const alive = new Set<string>()
  const expiry = new ExpiryIndex()

  return {
    async claim(key, expiresAt, now) {
      checkKey(key)
      checkSeconds('expiresAt', expiresAt)
      checkSeconds('now', now)
      expiry.advance(now, (expired) => alive.delete(expired))
      if (expiry.isOver(expiresAt) || alive.has(key)) return 'already'
      if (alive.size >= maxEntries) return 'full'
      alive.add(key)
      expiry.add(key, expiresAt)
      return 'claimed'
    },
  }
}
