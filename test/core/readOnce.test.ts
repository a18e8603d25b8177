import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readOnce } from '../../src/core/readOnce.js'

describe('what was handed in, read once', () => {
  it('is a copy that says the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        const copy = readOnce(value)
        expect(copy).toEqual(value)
        if (typeof value === 'object' && value !== null) expect(copy).not.toBe(value)
      }),
    )
    const named: unknown = JSON.parse('{"__proto__":{"a":1}}')
    expect(JSON.stringify(readOnce(named))).toBe('{"__proto__":{"a":1}}')
  })

  it('is nothing where it cannot be read, or would never end', () => {
    const revoked = Proxy.revocable({}, {})
    revoked.revoke()
    const cycle: Record<string, unknown> = {}
    cycle['a'] = cycle['b'] = cycle
    let twice: unknown = 'x'
    for (let depth = 0; depth < 30; depth++) twice = { a: twice, b: twice }
    const thrower = Object.defineProperty({}, 'a', { enumerable: true, get: () => { throw new Error() } }) // prettier-ignore
    for (const odd of [revoked.proxy, cycle, twice, thrower, [Array(4_000_000_000)]])
      expect(readOnce(odd)).toBeUndefined()
  })
})
