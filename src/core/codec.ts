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

const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

/**
 * An RFC 3339 date-time with its zone, as epoch seconds (fractions dropped); undefined for anything else, such as
 * 30 February or a missing zone, which `Date.parse` would guess at.
 */
export function parseDateTime(text: string): number | undefined {
  const match = text.length <= 40 ? DATE_TIME.exec(text) : null
  if (!match) return undefined
  const [, year, month, day, hour, minute, second] = match
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  )
  // Date.UTC carries what is too much: 30 February reads back as another day, and a year below 100 as one of the last century.
  const same = Number(year) >= 1000 && new Date(local).toISOString().slice(0, 19) === text.slice(0, 19)
  const offset = offsetSeconds(match[7] ?? '')
  return same && offset !== undefined ? local / 1000 - offset : undefined
}

function offsetSeconds(zone: string): number | undefined {
  if (zone === 'Z') return 0
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
