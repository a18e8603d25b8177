import { isObject } from '../core/json.js'
import { FederationError } from '../core/outcome.js'
import type { StateStore } from '../core/ports.js'

/** Asks a store, or whatever else may never answer; what takes longer than it may has failed. */
export type InTime = <T>(ask: () => Promise<T>) => Promise<T>

/** A limit of so many seconds. Late answers are dropped. */
export function inTimeOf(seconds: number): InTime {
  return async (ask) => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(failed('The store did not answer in time.')), seconds * 1000)
    })
    try {
      return await Promise.race([ask(), late])
    } finally {
      clearTimeout(timer)
    }
  }
}

/**
 * A store that answers in time and as stores do, or fails: what it answers otherwise is neither an entry nor the lack of one.
 * Without a version, for one, compare-and-set would compare nothing.
 */
export function guardedStore(store: StateStore, inTime: InTime): StateStore {
  return {
    async get(key) {
      const found: unknown = await inTime(() => store.get(key))
      if (found === undefined) return undefined
      if (!isObject(found) || typeof found['version'] !== 'string' || found['value'] === undefined)
        throw failed('The store answered what is no entry.')
      return { value: found['value'], version: found['version'] }
    },
    async put(key, value, options) {
      const put: unknown = await inTime(() => store.put(key, value, options))
      if (isObject(put) && put['ok'] === true && typeof put['version'] === 'string')
        return { ok: true, version: put['version'] }
      if (isObject(put) && put['ok'] === false) return { ok: false, reason: 'conflict' }
      throw failed('The store did not say whether it has kept something.')
    },
    delete: (key) => inTime(() => store.delete(key)),
  }
}

function failed(message: string): FederationError {
  return new FederationError('ERR_STORE_UNAVAILABLE', message)
}
