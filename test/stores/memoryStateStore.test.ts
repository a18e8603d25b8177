import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryStateStore } from '../../src/stores/index.js'
import { stateStoreContract } from './contract.js'

stateStoreContract('memoryStateStore', memoryStateStore)

type Condition = 'none' | 'absent' | 'current' | 'stale'

/** Every entry in a list, looked through on every call; a version is a number that only grows. */
class NaiveStateStore {
  #latest = -Infinity
  #entries: { key: string; value: unknown; version: number; expiresAt: number }[] = []
  #versions = 0
  readonly #maxEntries: number

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
  }

  get(key: string, now: number) {
    this.#latest = Math.max(this.#latest, now)
    this.#entries = this.#entries.filter((entry) => entry.expiresAt > this.#latest)
    return this.#entries.find((entry) => entry.key === key)
  }

  put(key: string, value: unknown, condition: Condition, expiresAt: number, now: number) {
    const current = this.get(key, now)
    if (condition === 'stale') return 'conflict'
    if (condition === 'absent' && current) return 'conflict'
    if (condition === 'current' && !current) return 'conflict'
    if (!current && this.#entries.length >= this.#maxEntries) return 'full'
    this.delete(key)
    this.#entries.push({ key, value, version: ++this.#versions, expiresAt })
    return 'put'
  }

  delete(key: string): void {
    this.#entries = this.#entries.filter((entry) => entry.key !== key)
  }
}

const step = fc.record({
  verb: fc.constantFrom('put', 'put', 'put', 'get', 'delete'),
  key: fc.constantFrom('a', 'b', 'c', '__proto__', '\u0000'),
  value: fc.jsonValue(),
  condition: fc.constantFrom<Condition>('none', 'absent', 'current', 'stale'),
  lifeSeconds: fc.integer({ min: -2, max: 12 }),
  tickSeconds: fc.oneof(fc.integer({ min: 0, max: 2 }), fc.constantFrom(-20, -3, 15, 315_360_000)),
})

describe('memoryStateStore', () => {
  it('answers as the naive store does, whatever is called and however the clock moves', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 80, size: 'max' }),
        fc.integer({ min: 1, max: 4 }),
        async (sequence, maxEntries) => {
          let now = 0
          const store = memoryStateStore({ now: () => now, maxEntries })
          const naive = new NaiveStateStore(maxEntries)
          const seen = new Set<string>()
          for (const { verb, key, value, condition, lifeSeconds, tickSeconds } of sequence) {
            now += tickSeconds
            const entry = await store.get(key)
            expect(entry === undefined).toBe(naive.get(key, now) === undefined)
            if (entry) expect(JSON.stringify(entry.value)).toBe(JSON.stringify(naive.get(key, now)?.value))
            if (verb === 'delete') {
              await store.delete(key)
              naive.delete(key)
            }
            if (verb !== 'put') continue
            const expiresAt = now + lifeSeconds
            const expected = naive.put(key, value, condition, expiresAt, now)
            const ifVersion = {
              none: undefined,
              absent: null,
              current: entry?.version ?? 'gone',
              stale: 'stale',
            }[condition]
            const answer = await store
              .put(key, value, ifVersion === undefined ? { expiresAt } : { ifVersion, expiresAt })
              .catch((error: { code: string }) => error.code)
            if (expected === 'full') expect(answer).toBe('ERR_STORE_UNAVAILABLE')
            else if (expected === 'conflict') expect(answer).toEqual({ ok: false, reason: 'conflict' })
            else {
              expect(answer).toEqual({ ok: true, version: expect.any(String) })
              const { version } = answer as { version: string }
              expect(seen.has(version)).toBe(false)
              seen.add(version)
            }
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('gives back any JSON value as it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 6 }), async (value) => {
        const store = memoryStateStore({ now: () => 0 })
        await store.put('k', value, { expiresAt: 1 })
        expect(JSON.stringify((await store.get('k'))?.value)).toBe(JSON.stringify(value))
      }),
    )
  })

  it('holds 100,000 entries unless told otherwise', async () => {
    const store = memoryStateStore({ now: () => 0 })
    for (let i = 0; i < 100_000; i++) await store.put(`k${i}`, i, { expiresAt: 1 + (i % 600) })
    await expect(store.put('one more', 1, { expiresAt: 1 })).rejects.toMatchObject({
      code: 'ERR_STORE_UNAVAILABLE',
    })
    expect((await store.get('k0'))?.value).toBe(0)
  })

  it.each([0, -1, 1.5, Number.NaN, Infinity])('refuses maxEntries %s as misuse', (maxEntries) => {
    expect(() => memoryStateStore({ now: () => 0, maxEntries })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION' }),
    )
  })
})
