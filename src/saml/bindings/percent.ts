import { decodeUtf8 } from '../../core/codec.js'

/**
 * Percent-encodes a text as UTF-8, all of it but RFC 3986's unreserved characters. What `encodeURIComponent` leaves alone
 * is encoded, too: browsers encode an apostrophe of a query on its way, and the octets that were signed would change.
 */
export function percentEncoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

const BROKEN = /%(?![0-9A-Fa-f]{2})/

/** Whether a percent sign stands anywhere that no two hexadecimal digits follow. */
export function hasBrokenEscape(raw: string): boolean {
  return BROKEN.test(raw)
}

/**
 * What a name or value of a query or form stands for: `%XX` is an octet and `+` a space, in both alike, as every form
 * encoder writes it. The octets must be UTF-8; undefined if they are not.
 */
export function percentDecoded(raw: string): string | undefined {
  if (!/[%+]/.test(raw)) return raw
  const octets = raw
    .replaceAll('+', ' ')
    .replace(/%(..)/g, (_escape, digits: string) => String.fromCharCode(parseInt(digits, 16)))
  return decodeUtf8(Buffer.from(octets, 'latin1'))
}
