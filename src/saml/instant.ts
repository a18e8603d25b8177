import { parseDateTime } from '../core/codec.js'

/** An instant as a message writes it, and as epoch seconds where it is one. */
export interface Instant {
  readonly text: string
  readonly at: number | undefined
}

/**
 * An xs:dateTime in UTC (SAML Core 1.3.3): with `Z`, nothing guessed (S87). A part of a second counts as the next whole
 * one: compared with whole seconds, `now < instant` and `now >= instant` then say what they say of the exact instant.
 */
export function readInstant(text: string): Instant {
  const whole = text.endsWith('Z') ? parseDateTime(text) : undefined
  const later = /\.\d*[1-9]\d*Z$/.test(text.slice(-12)) ? 1 : 0
  return { text, at: whole === undefined ? undefined : whole + later }
}
