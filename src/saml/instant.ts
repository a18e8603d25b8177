import { parseDateTime } from '../core/codec.js'

/** An instant as a message writes it, and as epoch seconds where it is one. */
export interface Instant {
  readonly text: string
  /** A part of a second counts as the next whole one. */
  readonly at: number | undefined
  /** A part of a second is dropped. */
  readonly whole: number | undefined
}

/**
 * An xs:dateTime in UTC (SAML Core 1.3.3): with `Z`, nothing guessed (S87). Compared with whole seconds, `now < at` and
 * `now >= at` say what they say of the exact instant.
 */
export function readInstant(text: string): Instant {
  const whole = text.endsWith('Z') ? parseDateTime(text) : undefined
  if (whole === undefined || text.length === WHOLE.length) return { text, at: whole, whole }
  return { text, at: /[1-9]/.test(text.slice(WHOLE.length)) ? whole + 1 : whole, whole }
}

const WHOLE = '2026-11-25T09:30:00Z'
