import { FederationError } from '../core/outcome.js'
import type { Clock, StateStore } from '../core/ports.js'
import { ExpiryIndex } from './expiryIndex.js'
import { jsonText } from './jsonText.js'
import { checkKey, checkMaxEntries, checkSeconds } from './storeArguments.js'

export interface MemoryStateStoreOptions {
  /** By which entries expire. */
  readonly now: Clock
  /** How many live entries the store holds before `put` of another throws. Default 100,000. */
  readonly maxEntries?: number
}

interface Entry {
  readonly text: string
  readonly version: string
  readonly expiresAt: number
}

/**
 * A {@link StateStore} in the memory of one process: not shared between processes, and gone when this one ends.
 *
 * - Every call is decided before anything is awaited, so compare-and-set holds under any number of concurrent calls.
 * - Values are kept as JSON text and read anew by every `get`: nobody shares an object with the store.
 * - A version is never used twice, not even after `delete`, so a stale one can never match again.
 * - An entry is over at `expiresAt` by the highest time that the clock has shown; stepping back revives nothing. A `put`
 *   whose `expiresAt` is not after that time leaves no entry behind, as if it had expired at once.
 * - A full store never evicts a live entry: `put` rejects with `ERR_STORE_UNAVAILABLE`.
 *
 * Rejects with `ERR_INVALID_OPTION`, and changes nothing, for an empty, overlong (8,192) or ill-formed key, a value that
 * is not JSON (or over 64 levels or 1,048,576 characters) and an `expiresAt` or clock that is not in whole seconds.
 */
export function memoryStateStore(options: MemoryStateStoreOptions): StateStore {
  const { now, maxEntries = 100_000 } = options
  checkMaxEntries(maxEntries)
  const entries = new Map<string, Entry>()
  const expiry = new ExpiryIndex()
  let versions = 0

  const sweep = (): void => {
    const instant = now()
    checkSeconds('now', instant)
    expiry.advance(instant, (expired) => entries.delete(expired))
  }
  const remove = (key: string): void => {
    const entry = entries.get(key)
    if (entry === undefined) return
    entries.delete(key)
    expiry.remove(key, entry.expiresAt)
  }

  return {
    async get(key) {
      checkKey(key)
      sweep()
      const entry = entries.get(key)
      return entry && { value: JSON.parse(entry.text) as unknown, version: entry.version }
    },

    async put(key, value, { ifVersion, expiresAt }) {
      checkKey(key)
      checkSeconds('expiresAt', expiresAt)
      const text = jsonText(value)
      sweep()
      const current = entries.get(key)
      if (ifVersion !== undefined && ifVersion !== (current?.version ?? null)) {
        return { ok: false, reason: 'conflict' }
      }
      if (current === undefined && entries.size >= maxEntries) {
        throw new FederationError(
          'ERR_STORE_UNAVAILABLE',
          `The memory store holds ${maxEntries} live entries.`,
        )
      }
      remove(key)
      const version = String(++versions)
      if (!expiry.isOver(expiresAt)) {
        entries.set(key, { text, version, expiresAt })
        expiry.add(key, expiresAt)
      }
      return { ok: true, version }
    },

    async delete(key) {
      checkKey(key)
      remove(key)
    },
  }
}
