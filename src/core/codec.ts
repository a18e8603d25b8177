const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Why a text is not the one canonical base64url form of some bytes (RFC 4648 5, no padding: RFC 7515 2). */
export type Base64urlFault = 'alphabet' | 'padding' | 'length' | 'spare-bits'

export function encodeBase64url(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const a = bytes[at] ?? 0
    const b = bytes[at + 1]
    const c = bytes[at + 2]
    text += ALPHABET.charAt(a >> 2) + ALPHABET.charAt(((a & 3) << 4) | ((b ?? 0) >> 4))
    if (b !== undefined) text += ALPHABET.charAt(((b & 15) << 2) | ((c ?? 0) >> 6))
    if (c !== undefined) text += ALPHABET.charAt(c & 63)
  }
  return text
}

/**
 * Decodes canonical base64url only: no padding, no white space, no bits left over. Two different texts never decode to
 * the same bytes. The platform decoders are lax, hence this one.
 */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | Base64urlFault {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let written = 0
  let buffer = 0
  let bits = 0
  for (let at = 0; at < text.length; at++) {
    const value = sextet(text.charCodeAt(at))
    if (value < 0) return text[at] === '=' ? 'padding' : 'alphabet'
    buffer = ((buffer << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[written++] = (buffer >> bits) & 0xff
    }
  }
  if (text.length % 4 === 1) return 'length'
  if ((buffer & ((1 << bits) - 1)) !== 0) return 'spare-bits'
  return bytes
}

function sextet(code: number): number {
  if (code >= 65 && code <= 90) return code - 65
  if (code >= 97 && code <= 122) return code - 71
  if (code >= 48 && code <= 57) return code + 4
  if (code === 45) return 62
  if (code === 95) return 63
  return -1
}

/** UTF-8 to text; undefined for anything that is not well-formed UTF-8. A byte order mark is kept as a character. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

/**
 * A text as every other that differs from it in case alone has it. Lower case by itself tells some apart: a Greek sigma is
 * written otherwise at the end of a word, and a few letters have more than two cases.
 */
export function foldCase(text: string): string {
  return text.toLowerCase().toUpperCase().toLowerCase()
}

/** False for a text with half a surrogate pair, which has no UTF-8 form. */
export function isWellFormed(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0xd800 || code > 0xdfff) continue
    const next = text.charCodeAt(at + 1)
    if (code > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return false
    at++
  }
  return true
}

export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

/**
 * Joins texts so that no two different lists give the same bytes: each is preceded by its length in bytes as an
 * unsigned 32-bit number.
 */
export function lengthPrefixed(texts: readonly string[]): Uint8Array<ArrayBuffer> {
  const parts = texts.map(encodeUtf8)
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + 4 + part.length, 0))
  const view = new DataView(joined.buffer)
  let at = 0
  for (const part of parts) {
    view.setUint32(at, part.length)
    joined.set(part, at + 4)
    at += 4 + part.length
  }
  return joined
}

const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/**
 * An RFC 3339 date-time with its zone, as epoch seconds (fractions dropped, of at most nine digits); undefined for
 * anything else, such as 30 February or a missing zone, which `Date.parse` would guess at. Years from 1000 to 9999.
 */
export function parseDateTime(text: string): number | undefined {
  if (text.length < 20 || text.length > 40) return undefined
  const year = digitsAt(text, 0, 4)
  const month = digitsAt(text, 5, 2)
  const day = digitsAt(text, 8, 2)
  const hour = digitsAt(text, 11, 2)
  const minute = digitsAt(text, 14, 2)
  const second = digitsAt(text, 17, 2)
  const parted =
    text[4] === '-' && text[7] === '-' && text[10] === 'T' && text[13] === ':' && text[16] === ':'
  const february = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0
  const days = (DAYS_IN_MONTH[month - 1] ?? 0) + february
  // What is not a number is no less and no greater than another.
  if (!parted || !(year >= 1000) || !(day >= 1 && day <= days)) return undefined
  if (!(hour <= 23) || !(minute <= 59) || !(second <= 59)) return undefined
  const offset = offsetSeconds(text.slice(fractionEnd(text)))
  return offset === undefined
    ? undefined
    : Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - offset
}

/** A number of exactly so many digits; NaN for anything else. */
function digitsAt(text: string, at: number, count: number): number {
  let value = 0
  for (let place = at; place < at + count; place++) {
    const digit = text.charCodeAt(place) - 48
    if (!(digit >= 0 && digit <= 9)) return NaN
    value = 10 * value + digit
  }
  return value
}

/** Where the zone begins: after the seconds, or a point and one to nine digits. */
function fractionEnd(text: string): number {
  if (text[19] !== '.') return 19
  let at = 20
  while (at < 29 && digitsAt(text, at, 1) >= 0) at++
  // A point alone is no fraction, and so what begins with it is no zone.
  return at === 20 ? 19 : at
}

function offsetSeconds(zone: string): number | undefined {
  if (zone === 'Z') return 0
  if (!/^[+-]\d\d:\d\d$/.test(zone)) return undefined
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(4, 6))
  if (hours > 23 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60)
}

/** Epoch seconds as `2026-11-22T14:00:00Z`. */
export function formatDateTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}

/** A version 4 UUID (RFC 9562 5.4) from 16 random bytes. */
export function uuidFrom(random: Uint8Array): string {
  const hex = Array.from(random.subarray(0, 16), (byte, index) => {
    const value = index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte
    return value.toString(16).padStart(2, '0')
  }).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  )
}
