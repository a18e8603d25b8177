import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ClaimOutcome } from '../../src/core/ports.js'
import { memoryReplayStore } from '../../src/stores/index.js'
import { replayStoreContract } from './contract.js'

replayStoreContract('memoryReplayStore', memoryReplayStore)

/** The meaning of a replay store, as plainly as it can be put: every claim looks at every entry. */
class NaiveReplayStore {
  #latest = -Infinity
  #entries: { key: string; expiresAt: number }[] = []
  readonly #maxEntries: number

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
  }

  claim(key: string, expiresAt: number, now: number): ClaimOutcome {
    this.#latest = Math.max(this.#latest, now)
    this.#entries = this.#entries.filter((entry) => entry.expiresAt > this.#latest)
    if (expiresAt <= this.#latest || this.#entries.some((entry) => entry.key === key)) return 'already'
    if (this.#entries.length >= this.#maxEntries) return 'full'
    this.#entries.push({ key, expiresAt })
    return 'claimed'
  }
}

const YEARS = 10 * 365 * 86_400
const step = fc.record({
  key: fc.constantFrom('a', 'b', 'c', 'd', 'e', '__proto__', 'constructor', '\u0000'),
  lifeSeconds: fc.oneof(fc.integer({ min: -2, max: 12 }), fc.constantFrom(YEARS, 2 * YEARS)),
  tickSeconds: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 3 }) },
    { weight: 2, arbitrary: fc.integer({ min: -15, max: 15 }) },
    { weight: 1, arbitrary: fc.constantFrom(YEARS, -YEARS, 3 * YEARS) },
  ),
})
const steps = fc.array(step, { minLength: 1, maxLength: 120, size: 'max' })

describe('memoryReplayStore', () => {
  it('answers as the naive store does, whatever is claimed and however the clock moves', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 6 }), async (sequence, maxEntries) => {
        const store = memoryReplayStore({ maxEntries })
        const naive = new NaiveReplayStore(maxEntries)
        let now = 0
        for (const { key, lifeSeconds, tickSeconds } of sequence) {
          now += tickSeconds
          const expected = naive.claim(key, now + lifeSeconds, now)
          expect(await store.claim(key, now + lifeSeconds, now)).toBe(expected)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('never claims a key twice while it is alive', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const store = memoryReplayStore({ maxEntries: 4 })
        const aliveUntil = new Map<string, number>()
        let now = 0
        let latest = -Infinity
        for (const { key, lifeSeconds, tickSeconds } of sequence) {
          now += tickSeconds
          latest = Math.max(latest, now)
          if ((await store.claim(key, now + lifeSeconds, now)) !== 'claimed') continue
          expect(aliveUntil.get(key) ?? -Infinity).toBeLessThanOrEqual(latest)
          aliveUntil.set(key, now + lifeSeconds)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('answers the same for concurrent claims as for the same claims one after another', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const [together, inTurn] = [memoryReplayStore(), memoryReplayStore()]
        const claims = sequence.map(({ key, lifeSeconds }) => [key, lifeSeconds] as const)
        const atOnce = await Promise.all(claims.map(([key, life]) => together.claim(key, life, 0)))
        const singly: ClaimOutcome[] = []
        for (const [key, life] of claims) singly.push(await inTurn.claim(key, life, 0))
        expect(atOnce).toEqual(singly)
      }),
    )
  })

  it('holds 250,000 entries unless told otherwise', async () => {
    const store = memoryReplayStore()
    for (let i = 0; i < 250_000; i++) await store.claim(`k${i}`, 1 + (i % 3600), 0)
    expect(await store.claim('one more', 10, 0)).toBe('full')
    expect(await store.claim('k0', 10, 0)).toBe('already')
    expect(await store.claim('one more', 10, 1)).toBe('claimed')
  })

  it.each([0, -1, 1.5, Number.NaN, Infinity])('refuses maxEntries %s as misuse', (maxEntries) => {
    expect(() => memoryReplayStore({ maxEntries })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION' }),
    )
  })
})
