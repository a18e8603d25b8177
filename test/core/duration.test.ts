import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { durationSeconds, formatDuration } from '../../src/core/duration.js'

describe('durations', () => {
  it.each([
    ['PT1H', 3600],
    ['PT12H', 43_200],
    ['PT1H30M15S', 5415],
    ['P1DT1H', 90_000],
    ['PT0.9S', 0],
    ['P', 'malformed'],
    ['PT', 'malformed'],
    ['1H', 'malformed'],
    ['-PT1H', 'malformed'],
    ['PT1H ', 'malformed'],
    [`PT${'1'.repeat(12)}H`, 'too-long'],
    [`PT${'1'.repeat(13)}H`, 'malformed'],
  ])('%s is %s', (text, seconds) => {
    expect(durationSeconds(text)).toBe(seconds)
  })

  it('are read back as they are written, and written in one form', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 * 365 * 86_400 }), (seconds) => {
        const text = formatDuration(seconds)
        expect(durationSeconds(text)).toBe(seconds)
        expect(text).toMatch(/^PT(?:0S|(?=.)(?:[1-9]\d*H)?(?:[1-5]?\dM)?(?:[1-5]?\dS)?)$/)
      }),
      { numRuns: 1_000 },
    )
  })

  it('are the same however hours, minutes and seconds are spread', () => {
    const part = fc.integer({ min: 0, max: 5_000 })
    fc.assert(
      fc.property(part, part, part, (hours, minutes, seconds) => {
        const total = hours * 3600 + minutes * 60 + seconds
        expect(durationSeconds(`PT${hours}H${minutes}M${seconds}S`)).toBe(total)
        expect(durationSeconds(formatDuration(total))).toBe(total)
      }),
    )
  })
})
