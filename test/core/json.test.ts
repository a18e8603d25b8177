import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, memberPath, parseJson, type JsonValue } from '../../src/core/json.js'

const read = (text: string, maxDepth = 16): ReturnType<typeof parseJson> => parseJson(text, { maxDepth })

describe('parseJson', () => {
  it('reads whatever JSON.stringify writes, and says what JSON.parse says', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        const result = read(text)
        expect(result.ok).toBe(true)
        if (result.ok) expect(JSON.stringify(result.value)).toBe(JSON.stringify(JSON.parse(text)))
      }),
    )
  })

  it('accepts no text that JSON.parse refuses, and differs only in what it is stricter about', () => {
    const alphabet = fc.constantFrom(
      ...'{}[]",:\\/ue1234567890-+.Eabtrufalsn \t\n\r\u0000\u2028\ufeff\ud800é',
    )
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 24 }), (characters) => {
        const text = characters.join('')
        const result = read(text)
        let expected: { value: unknown } | undefined
        try {
          expected = { value: JSON.parse(text) }
        } catch {
          expected = undefined
        }
        if (result.ok) expect(expected).toBeDefined()
        else if (expected) expect(['depth', 'number-range', 'surrogate']).toContain(result.reason)
      }),
      { numRuns: 5000 },
    )
  })

  it.each([
    ['{"a":1,"a":2}', ['$.a']],
    ['{"a":{"b":1,"b":1},"c":[{"d":1,"d":2}]}', ['$.a.b', '$.c[0].d']],
    ['{"\\u0061":1,"a":2}', ['$.a']],
    ['{"__proto__":1,"__proto__":2}', ['$.__proto__']],
    ['{"a b":1,"a b":2}', ['$["a b"]']],
    ['{"a":1,"b":2}', []],
  ])('reports duplicate members of %s', (text, duplicates) => {
    expect(read(text)).toMatchObject({ ok: true, duplicates })
  })

  it.each([
    ['', 'syntax'],
    ['{"a":1}x', 'syntax'],
    ['{"a":1,}', 'syntax'],
    ["{'a':1}", 'syntax'],
    ['[01]', 'syntax'],
    ['[+1]', 'syntax'],
    ['[.5]', 'syntax'],
    ['[1.]', 'syntax'],
    ['NaN', 'syntax'],
    ['"\u0001"', 'syntax'],
    ['"\\x"', 'syntax'],
    ['"\\u12"', 'syntax'],
    ['"abc', 'syntax'],
    ['[1e400]', 'number-range'],
    ['[-1e400]', 'number-range'],
    ['"\\ud800"', 'surrogate'],
    ['"\\udc00\\ud800"', 'surrogate'],
    ['\ufeff{}', 'byte-order-mark'],
  ])('refuses %j as %s', (text, reason) => {
    expect(read(text)).toMatchObject({ ok: false, reason })
  })

  it('bounds depth exactly, and a deep text cannot exhaust the stack', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
    expect(read(nested(16), 16).ok).toBe(true)
    expect(read(nested(17), 16)).toMatchObject({ ok: false, reason: 'depth' })
    expect(read('['.repeat(1_000_000))).toMatchObject({ ok: false, reason: 'depth' })
  })

  it('gives objects no prototype', () => {
    const result = read('{"__proto__":{"admin":true},"constructor":1}')
    if (!result.ok) throw new Error('refused')
    expect(Object.getPrototypeOf(result.value)).toBeNull()
    expect(Object.keys(result.value as object)).toEqual(['__proto__', 'constructor'])
    expect((result.value as Record<string, unknown>)['admin']).toBeUndefined()
  })
})

describe('canonicalJson', () => {
  const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as JsonValue)

  it('is the same for every order of members and every spelling', () => {
    const shuffled = (value: JsonValue): JsonValue => {
      if (Array.isArray(value)) return value.map(shuffled)
      if (typeof value !== 'object' || value === null) return value
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, member]) => [name, shuffled(member)]),
      )
    }
    fc.assert(fc.property(json, (value) => canonicalJson(shuffled(value)) === canonicalJson(value)))
    const spelled = read('{"b":1.0e0,"a":"\\u0061"}')
    if (!spelled.ok) throw new Error('refused')
    expect(canonicalJson(spelled.value)).toBe('{"a":"a","b":1}')
  })

  it('differs for different values', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(canonicalJson(a) === canonicalJson(b)).toBe(
          JSON.stringify(sorted(a)) === JSON.stringify(sorted(b)),
        )
      }),
    )
  })
})

it('writes member paths that can be found again', () => {
  expect(memberPath('$', 'a')).toBe('$.a')
  expect(memberPath('$.a', 0)).toBe('$.a[0]')
  expect(memberPath('$', 'a.b')).toBe('$["a.b"]')
  expect(memberPath('$', '\u001b[31m')).not.toContain('\u001b')
})

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted((value as Record<string, JsonValue>)[name] ?? null)]),
  )
}
