import { describe, expect, it } from 'vitest'
import type { ReplayStore, StateStore } from '../../src/core/ports.js'

/**
 * What every replay and state store must do, whatever it keeps its entries in. A new store runs these suites unchanged;
 * a capability says what it cannot be asked.
 */

/** Makes an empty store: one that shares no entry with any other made before. */
export type MakeReplayStore = (options: { maxEntries?: number }) => ReplayStore | Promise<ReplayStore>

export interface ReplayStoreCapabilities {
  /** Whether `maxEntries` bounds the store, so that it can be made to answer `full`. */
  readonly full: boolean
  /** `argument`: `now` alone moves time. `host`: the store's own clock expires entries, and time cannot be moved here. */
  readonly time: 'argument' | 'host'
  /** Another connection to the entries of a store, for stores that processes share. */
  readonly secondHandle?: (store: ReplayStore) => ReplayStore | Promise<ReplayStore>
}

export type MakeStateStore = (options: {
  now: () => number
  maxEntries?: number
}) => StateStore | Promise<StateStore>

export interface StateStoreCapabilities {
  readonly full: boolean
  readonly time: 'argument' | 'host'
  readonly secondHandle?: (store: StateStore) => StateStore | Promise<StateStore>
}

const MISUSE = expect.objectContaining({ name: 'FederationError', code: 'ERR_INVALID_OPTION' })
const UNAVAILABLE = expect.objectContaining({ name: 'FederationError', code: 'ERR_STORE_UNAVAILABLE' })

/** Keys that a store may fold, split, cut or trip over. All differ. */
export const ODD_KEYS: readonly string[] = [
  '__proto__',
  'constructor',
  'toString',
  '0',
  '00',
  ' ',
  'a',
  'A',
  'a ',
  '\u0000',
  'a\u0000',
  'a\u0000b',
  'https://idp.example:id:1',
  'https://idp.example:id',
  'https://idp.example',
  'a:b',
  'a::b',
  ':a:b',
  '{a}b',
  "a'; --",
  '%00',
  '*',
  '\u00e9',
  'e\u0301',
  '\u{1f511}',
  'k'.repeat(8191),
  'k'.repeat(8192),
  `${'k'.repeat(8191)}l`,
]

const BAD_KEYS: readonly string[] = ['', '\ud800', 'a\udc00', 'k'.repeat(8193)]
const BAD_SECONDS: readonly number[] = [Number.NaN, Infinity, -Infinity, 0.5, 2 ** 53]

/** Near the true time, so that a store that expires by its own clock keeps what is claimed here. */
const presentSeconds = (): number => Math.floor(Date.now() / 1000)

export function replayStoreContract(
  name: string,
  makeStore: MakeReplayStore,
  capabilities: ReplayStoreCapabilities = { full: true, time: 'argument' },
): void {
  describe(`${name}: replay store contract`, () => {
    const now = presentSeconds()
    const later = now + 600

    it('answers the first claim of a key claimed and every other already', async () => {
      const store = await makeStore({})
      expect(await store.claim('k', later, now)).toBe('claimed')
      expect(await store.claim('k', later, now)).toBe('already')
      expect(await store.claim('k', later + 600, now + 1)).toBe('already')
      expect(await store.claim('other', later, now)).toBe('claimed')
    })

    it('lets exactly one of 100 concurrent claims win, for each of several keys', async () => {
      const store = await makeStore({})
      const other = (await capabilities.secondHandle?.(store)) ?? store
      const keys = ['a', 'b', 'c']
      const claims = keys.flatMap((key) =>
        Array.from({ length: 100 }, async (_, i) => ({
          key,
          outcome: await (i % 2 === 0 ? store : other).claim(key, later + (i % 3), now),
        })),
      )
      const outcomes = await Promise.all(claims)
      for (const key of keys) {
        const ofKey = outcomes.filter((claim) => claim.key === key).map((claim) => claim.outcome)
        expect(ofKey.filter((outcome) => outcome === 'claimed')).toHaveLength(1)
        expect(ofKey.filter((outcome) => outcome === 'already')).toHaveLength(99)
      }
    })

    it('tells odd keys apart, to the last character', async () => {
      const store = await makeStore({})
      for (const key of ODD_KEYS) expect([key, await store.claim(key, later, now)]).toEqual([key, 'claimed'])
      for (const key of ODD_KEYS) expect([key, await store.claim(key, later, now)]).toEqual([key, 'already'])
    })

    it('keeps stores apart', async () => {
      const [one, two] = [await makeStore({}), await makeStore({})]
      expect(await one.claim('k', later, now)).toBe('claimed')
      expect(await two.claim('k', later, now)).toBe('claimed')
    })

    it('answers already for what is over when claimed, and remembers nothing of it', async () => {
      const store = await makeStore({})
      expect(await store.claim('k', now, now)).toBe('already')
      expect(await store.claim('k', now - 1, now)).toBe('already')
      expect(await store.claim('k', later, now)).toBe('claimed')
    })

    it('rejects misuse and claims nothing by it', async () => {
      const store = await makeStore({})
      for (const key of BAD_KEYS) await expect(store.claim(key, later, now)).rejects.toEqual(MISUSE)
      for (const bad of BAD_SECONDS) {
        await expect(store.claim('k', bad, now)).rejects.toEqual(MISUSE)
        await expect(store.claim('k', later, bad)).rejects.toEqual(MISUSE)
      }
      expect(await store.claim('k', later, now)).toBe('claimed')
    })

    describe.skipIf(capabilities.time === 'host')('time', () => {
      it('holds a key until the second before expiresAt and frees it at expiresAt', async () => {
        const store = await makeStore({})
        expect(await store.claim('k', now + 10, now)).toBe('claimed')
        expect(await store.claim('k', now + 99, now + 9)).toBe('already')
        expect(await store.claim('k', now + 99, now + 10)).toBe('claimed')
        expect(await store.claim('k', now + 99, now + 98)).toBe('already')
        expect(await store.claim('k', now + 100, now + 99)).toBe('claimed')
      })

      it('frees nothing when the clock steps back', async () => {
        const store = await makeStore({})
        expect(await store.claim('k', now + 10, now)).toBe('claimed')
        expect(await store.claim('k', now + 10, now - 3600)).toBe('already')
        expect(await store.claim('k', now + 10, now + 9)).toBe('already')
      })

      it('does not re-admit an expired id when the clock steps back over its expiry', async () => {
        const store = await makeStore({})
        expect(await store.claim('k', now + 10, now)).toBe('claimed')
        expect(await store.claim('clock', now + 99, now + 20)).toBe('claimed')
        expect(await store.claim('k', now + 10, now)).toBe('already')
        expect(await store.claim('never seen', now + 20, now)).toBe('already')
        expect(await store.claim('never seen', now + 21, now)).toBe('claimed')
      })

      it('takes a jump of the clock of any length in its stride', async () => {
        const store = await makeStore({})
        for (let i = 0; i < 50; i++) expect(await store.claim(`k${i}`, i + 1, 0)).toBe('claimed')
        const far = Number.MAX_SAFE_INTEGER - 100
        for (let i = 0; i < 50; i++) expect(await store.claim(`k${i}`, far + 50, far)).toBe('claimed')
        expect(await store.claim('k0', far + 50, far + 49)).toBe('already')
      })
    })

    describe.skipIf(!capabilities.full)('bound', () => {
      it('answers full rather than forget what is alive', async () => {
        const store = await makeStore({ maxEntries: 3 })
        for (const key of ['a', 'b', 'c']) expect(await store.claim(key, later, now)).toBe('claimed')
        for (let i = 0; i < 20; i++) expect(await store.claim(`flood ${i}`, later + i, now)).toBe('full')
        for (const key of ['a', 'b', 'c']) expect(await store.claim(key, later, now)).toBe('already')
      })

      it.skipIf(capabilities.time === 'host')('has room again for each entry that is over', async () => {
        const store = await makeStore({ maxEntries: 2 })
        expect(await store.claim('a', now + 10, now)).toBe('claimed')
        expect(await store.claim('b', now + 20, now)).toBe('claimed')
        expect(await store.claim('c', now + 30, now + 9)).toBe('full')
        expect(await store.claim('c', now + 30, now + 10)).toBe('claimed')
        expect(await store.claim('d', now + 30, now + 10)).toBe('full')
        expect(await store.claim('b', now + 30, now + 10)).toBe('already')
      })

      it('remembers nothing of a claim that it refused as full', async () => {
        const store = await makeStore({ maxEntries: 1 })
        expect(await store.claim('a', later, now)).toBe('claimed')
        expect(await store.claim('b', later, now)).toBe('full')
        expect(await store.claim('b', later, now)).toBe('full')
      })
    })
  })
}

const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1.5e300,
  '',
  'a\u0000b \u{1f511} \u2028',
  [],
  [1, [null, { a: [] }]],
  {},
  { a: { 'b c': ['d'] }, '': null },
  JSON.parse('{"__proto__":{"x":1},"constructor":2}'),
]

const NOT_JSON: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['an undefined member', { a: undefined }],
  ['an undefined item', [undefined]],
  ['a hole', new Array(1)],
  ['NaN', { a: Number.NaN }],
  ['an infinity', [Infinity]],
  ['a bigint', 1n],
  ['a symbol', Symbol('s')],
  ['a symbol member', { [Symbol('s')]: 1 }],
  ['a function', { a: () => 1 }],
  ['a toJSON method', { toJSON: () => 'x' }],
  ['a date', new Date(0)],
  ['a map', new Map()],
  ['bytes', new Uint8Array(2)],
  ['half a surrogate pair', '\ud800'],
  ['a member named by half a surrogate pair', { '\ud800': 1 }],
  ['a cycle', cycle()],
]

function cycle(): unknown {
  const value: unknown[] = []
  value.push({ value })
  return value
}

export function stateStoreContract(
  name: string,
  makeStore: MakeStateStore,
  capabilities: StateStoreCapabilities = { full: true, time: 'argument' },
): void {
  describe(`${name}: state store contract`, () => {
    const start = presentSeconds()
    const later = start + 600
    const now = (): number => start

    const put = async (store: StateStore, key: string, value: unknown, ifVersion?: string | null) => {
      const answer = await store.put(
        key,
        value,
        ifVersion === undefined ? { expiresAt: later } : { ifVersion, expiresAt: later },
      )
      return answer.ok ? answer.version : answer.reason
    }

    it('knows nothing at first, then what was put, then nothing once deleted', async () => {
      const store = await makeStore({ now })
      expect(await store.get('k')).toBeUndefined()
      const version = await put(store, 'k', { a: 1 })
      expect(await store.get('k')).toEqual({ value: { a: 1 }, version })
      await store.delete('k')
      expect(await store.get('k')).toBeUndefined()
    })

    it('deletes idempotently', async () => {
      const store = await makeStore({ now })
      await store.delete('k')
      await put(store, 'k', 1)
      await store.delete('k')
      await store.delete('k')
      expect(await put(store, 'k', 2, null)).not.toBe('conflict')
    })

    it('gives back every JSON value as it was', async () => {
      const store = await makeStore({ now })
      for (const [i, value] of VALUES.entries()) {
        await put(store, `k${i}`, value)
        const entry = await store.get(`k${i}`)
        expect(JSON.stringify(entry?.value)).toBe(JSON.stringify(value))
      }
    })

    it('shares no object with its callers', async () => {
      const store = await makeStore({ now })
      const value = { list: [1] }
      await put(store, 'k', value)
      value.list.push(2)
      const read = (await store.get('k'))?.value as { list: number[] }
      expect(read).toEqual({ list: [1] })
      read.list.push(3)
      expect((await store.get('k'))?.value).toEqual({ list: [1] })
    })

    it.each(NOT_JSON)('rejects %s as a value and keeps what was there', async (_, value) => {
      const store = await makeStore({ now })
      await put(store, 'k', 'before')
      await expect(put(store, 'k', value)).rejects.toEqual(MISUSE)
      expect((await store.get('k'))?.value).toBe('before')
    })

    it('bounds the depth and the size of a value', async () => {
      const store = await makeStore({ now })
      const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth))
      expect(await put(store, 'deep', nested(64), null)).not.toBe('conflict')
      await expect(put(store, 'deeper', nested(65))).rejects.toEqual(MISUSE)
      expect(await put(store, 'long', 'x'.repeat(1_000_000), null)).not.toBe('conflict')
      await expect(put(store, 'longer', 'x'.repeat(1_048_576))).rejects.toEqual(MISUSE)
      const shared = Array.from({ length: 40 }).reduce((part: unknown) => [part, part], 1)
      await expect(put(store, 'widening', shared)).rejects.toEqual(MISUSE)
    })

    it('tells odd keys apart', async () => {
      const store = await makeStore({ now })
      for (const [i, key] of ODD_KEYS.entries()) await put(store, key, i, null)
      for (const [i, key] of ODD_KEYS.entries()) expect((await store.get(key))?.value).toBe(i)
      for (const key of ODD_KEYS) await store.delete(key)
      for (const key of ODD_KEYS) expect(await store.get(key)).toBeUndefined()
    })

    it('writes with ifVersion null only where there is no entry', async () => {
      const store = await makeStore({ now })
      const version = await put(store, 'k', 'first', null)
      expect(await put(store, 'k', 'second', null)).toBe('conflict')
      expect(await store.get('k')).toEqual({ value: 'first', version })
    })

    it('writes with a version only over the entry that has it', async () => {
      const store = await makeStore({ now })
      expect(await put(store, 'k', 'x', 'no such version')).toBe('conflict')
      expect(await store.get('k')).toBeUndefined()
      const first = await put(store, 'k', 'first')
      const second = await put(store, 'k', 'second', first)
      expect(await put(store, 'k', 'third', first)).toBe('conflict')
      expect(await store.get('k')).toEqual({ value: 'second', version: second })
    })

    it('never gives a version twice, whatever is put, put again, deleted or made anew', async () => {
      const store = await makeStore({ now })
      const versions: string[] = []
      for (let i = 0; i < 5; i++) {
        versions.push(await put(store, 'k', 'same'), await put(store, 'k', 'same'))
        await store.delete('k')
      }
      expect(new Set(versions).size).toBe(10)
      await put(store, 'k', 'new')
      for (const stale of versions) expect(await put(store, 'k', 'x', stale)).toBe('conflict')
    })

    it('lets exactly one of 100 concurrent puts make an entry', async () => {
      const store = await makeStore({ now })
      const other = (await capabilities.secondHandle?.(store)) ?? store
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, i) => put(i % 2 === 0 ? store : other, 'k', i, null)),
      )
      const winners = answers.flatMap((answer, i) => (answer === 'conflict' ? [] : [i]))
      expect(winners).toHaveLength(1)
      expect((await store.get('k'))?.value).toBe(winners[0])
    })

    it('loses no update of 20 writers that read, add and put until they win', async () => {
      const store = await makeStore({ now })
      const other = (await capabilities.secondHandle?.(store)) ?? store
      const addOne = async (handle: StateStore): Promise<void> => {
        for (;;) {
          const entry = await handle.get('n')
          const count = (entry?.value as number | undefined) ?? 0
          if ((await put(handle, 'n', count + 1, entry?.version ?? null)) !== 'conflict') return
        }
      }
      await Promise.all(Array.from({ length: 20 }, (_, i) => addOne(i % 2 === 0 ? store : other)))
      expect((await store.get('n'))?.value).toBe(20)
    })

    it('rejects misuse and changes nothing by it', async () => {
      const store = await makeStore({ now })
      for (const key of BAD_KEYS) {
        await expect(store.get(key)).rejects.toEqual(MISUSE)
        await expect(put(store, key, 1)).rejects.toEqual(MISUSE)
        await expect(store.delete(key)).rejects.toEqual(MISUSE)
      }
      for (const expiresAt of BAD_SECONDS) {
        await expect(store.put('k', 1, { expiresAt })).rejects.toEqual(MISUSE)
      }
      expect(await store.get('k')).toBeUndefined()
    })

    it('leaves no entry behind when the put one is over already', async () => {
      const store = await makeStore({ now })
      await put(store, 'k', 'before')
      expect(await store.put('k', 'after', { expiresAt: start })).toMatchObject({ ok: true })
      expect(await store.get('k')).toBeUndefined()
    })

    describe.skipIf(capabilities.time === 'host')('time', () => {
      it('shows an entry until the second before expiresAt', async () => {
        let time = start
        const store = await makeStore({ now: () => time })
        await store.put('k', 1, { expiresAt: start + 10 })
        time = start + 9
        expect((await store.get('k'))?.value).toBe(1)
        time = start + 10
        expect(await store.get('k')).toBeUndefined()
        expect(await put(store, 'k', 2, null)).not.toBe('conflict')
      })

      it('expires by the last put, whether that was to shorten or to lengthen', async () => {
        let time = start
        const store = await makeStore({ now: () => time })
        await store.put('shorter', 1, { expiresAt: start + 10 })
        await store.put('shorter', 2, { expiresAt: start + 5 })
        await store.put('longer', 1, { expiresAt: start + 5 })
        await store.put('longer', 2, { expiresAt: start + 10 })
        time = start + 5
        expect(await store.get('shorter')).toBeUndefined()
        expect((await store.get('longer'))?.value).toBe(2)
        time = start + 10
        expect(await store.get('longer')).toBeUndefined()
      })

      it('revives nothing when the clock steps back', async () => {
        let time = start
        const store = await makeStore({ now: () => time })
        const version = (await put(store, 'lives', 1)) as string
        await store.put('k', 1, { expiresAt: start + 10 })
        time = start + 10
        expect(await store.get('k')).toBeUndefined()
        time = start
        expect(await store.get('k')).toBeUndefined()
        await store.put('k', 2, { expiresAt: start + 10 })
        expect(await store.get('k')).toBeUndefined()
        expect(await store.get('lives')).toEqual({ value: 1, version })
      })

      it('does not match the version of an entry that is over', async () => {
        let time = start
        const store = await makeStore({ now: () => time })
        const answer = await store.put('k', 1, { expiresAt: start + 10 })
        time = start + 10
        expect(answer.ok && (await put(store, 'k', 2, answer.version))).toBe('conflict')
      })

      it('rejects a clock that gives no whole seconds', async () => {
        for (const bad of BAD_SECONDS) {
          const store = await makeStore({ now: () => bad })
          await expect(store.get('k')).rejects.toEqual(MISUSE)
          await expect(put(store, 'k', 1)).rejects.toEqual(MISUSE)
        }
      })
    })

    describe.skipIf(!capabilities.full)('bound', () => {
      it('refuses another entry when full, and still changes and deletes those it has', async () => {
        const store = await makeStore({ now, maxEntries: 2 })
        await put(store, 'a', 1)
        await put(store, 'b', 1)
        await expect(put(store, 'c', 1)).rejects.toEqual(UNAVAILABLE)
        await expect(put(store, 'c', 1, null)).rejects.toEqual(UNAVAILABLE)
        expect(await put(store, 'c', 1, 'no such version')).toBe('conflict')
        expect(await put(store, 'a', 2)).not.toBe('conflict')
        expect((await store.get('a'))?.value).toBe(2)
        await store.delete('b')
        expect(await put(store, 'c', 1)).not.toBe('conflict')
      })

      it.skipIf(capabilities.time === 'host')('has room again for each entry that is over', async () => {
        let time = start
        const store = await makeStore({ now: () => time, maxEntries: 1 })
        await store.put('a', 1, { expiresAt: start + 10 })
        time = start + 9
        await expect(put(store, 'b', 1)).rejects.toEqual(UNAVAILABLE)
        time = start + 10
        expect(await put(store, 'b', 1)).not.toBe('conflict')
      })
    })
  })
}
