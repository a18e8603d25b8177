import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeBase64url,
  decodeUtf8,
  encodeBase64url,
  encodeUtf8,
  formatDateTime,
  isWellFormed,
  lengthPrefixed,
  parseDateTime,
} from '../../src/core/codec.js'

describe('base64url', () => {
  it('round-trips, and writes what Node writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = encodeBase64url(bytes)
        expect(text).toBe(Buffer.from(bytes).toString('base64url'))
        expect(decodeBase64url(text)).toEqual(new Uint8Array(bytes))
      }),
    )
  })

  it('decodes only the one text that it would write', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...'AZaz09-_+/= \n.'), { maxLength: 12 }), (characters) => {
        const text = characters.join('')
        const bytes = decodeBase64url(text)
        if (typeof bytes !== 'string') expect(encodeBase64url(bytes)).toBe(text)
      }),
      { numRuns: 5000 },
    )
  })

  it.each([
    ['AA==', 'padding'],
    ['AB', 'spare-bits'],
    ['AAB', 'spare-bits'],
    ['A', 'length'],
    ['AAAAA', 'length'],
    ['A+', 'alphabet'],
    ['A/', 'alphabet'],
    ['A A', 'alphabet'],
    ['AA\n', 'alphabet'],
    ['ＡＡ', 'alphabet'],
  ])('refuses %j as %s', (text, fault) => {
    expect(decodeBase64url(text)).toBe(fault)
  })
})

describe('UTF-8', () => {
  it.each([[[0xc0, 0x80]], [[0xff]], [[0xed, 0xa0, 0x80]], [[0xf8, 0x88, 0x80, 0x80, 0x80]], [[0xe2, 0x82]]])(
    'refuses %j',
    (bytes) => {
      expect(decodeUtf8(Uint8Array.from(bytes))).toBeUndefined()
    },
  )

  it('round-trips well-formed text, byte order mark included', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(isWellFormed(text)).toBe(true)
        expect(decodeUtf8(encodeUtf8(text))).toBe(text)
      }),
    )
    expect(decodeUtf8(encodeUtf8('\ufeffa'))).toBe('\ufeffa')
    expect(isWellFormed('a\ud800')).toBe(false)
    expect(isWellFormed('\udc00\ud800')).toBe(false)
  })
})

it('joins different lists of texts to different bytes', () => {
  const list = fc.array(fc.string({ maxLength: 4 }), { maxLength: 4 })
  fc.assert(
    fc.property(list, list, (a, b) => {
      const same = a.length === b.length && a.every((text, index) => text === b[index])
      expect(Buffer.from(lengthPrefixed(a)).equals(Buffer.from(lengthPrefixed(b)))).toBe(same)
    }),
  )
})

describe('date-times', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0],
    ['2026-11-22T14:00:00Z', 1_795_356_000],
    ['2026-11-22T16:00:00+02:00', 1_795_356_000],
    ['2026-11-22T14:00:00.999Z', 1_795_356_000],
    ['2024-02-29T00:00:00Z', 1_709_164_800],
    ['2023-02-29T00:00:00Z', undefined],
    ['2026-02-30T00:00:00Z', undefined],
    ['2026-11-22T24:00:00Z', undefined],
    ['2026-11-22T14:00:60Z', undefined],
    ['2026-11-22T14:00:00', undefined],
    ['2026-11-22', undefined],
    ['2026-11-22 14:00:00Z', undefined],
    ['2026-11-22T14:00:00+24:00', undefined],
    ['tomorrow', undefined],
  ])('reads %s', (text, seconds) => {
    expect(parseDateTime(text)).toBe(seconds)
  })

  it('reads what it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: -30_000_000_000, max: 253_402_300_799 }), (seconds) => {
        expect(parseDateTime(formatDateTime(seconds))).toBe(seconds)
      }),
    )
  })

  it('takes of all texts that look like a date-time those that are one', () => {
    const two = fc.integer({ min: 0, max: 99 }).map((number) => String(number).padStart(2, '0'))
    const year = fc.integer({ min: 0, max: 9999 }).map((number) => String(number).padStart(4, '0'))
    const rest = fc.constantFrom(
      'Z',
      '.5Z',
      '.123456789Z',
      '.Z',
      '.1234567890Z',
      'z',
      '',
      '+00:00',
      '-23:59',
      '+24:00',
    )
    fc.assert(
      fc.property(year, two, two, two, two, two, rest, (y, month, day, hour, minute, second, end) => {
        const local = `${y}-${month}-${day}T${hour}:${minute}:${second}`
        // What the platform reads back as it was is a date; it knows no year before 1000 here, and no 24:00.
        const read = new Date(`${local}Z`)
        const isDate = !Number.isNaN(read.getTime()) && read.toISOString().startsWith(local) && y >= '1000'
        const zone = /^(?:\.\d{1,9})?(?:Z|([+-])(\d\d):(\d\d))$/.exec(end)
        const isZone = zone !== null && Number(zone[2] ?? 0) <= 23
        const offset =
          zone?.[1] === undefined
            ? 0
            : Number(`${zone[1]}1`) * (Number(zone[2]) * 3600 + Number(zone[3]) * 60)
        expect(parseDateTime(local + end)).toBe(isDate && isZone ? read.getTime() / 1000 - offset : undefined)
      }),
      { numRuns: 20_000 },
    )
  })
})
