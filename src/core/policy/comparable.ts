import { parseDateTime } from '../codec.js'

/** More digits than a double holds would make different numbers equal. */
const MAX_DIGITS = 15

/** An integer or decimal, as the Numeric operators compare them; undefined for anything else. */
export function readNumber(text: string): number | undefined {
  if (text.length > 40 || !/^[+-]?\d+(\.\d+)?$/.test(text)) return undefined
  const digits = text.replace(/^[+-]?0*/, '').replace('.', '').length
  return digits <= MAX_DIGITS ? Number(text) : undefined
}

const DATE = /^(\d{4}-\d{2})(-\d{2})?(?:T(\d{2}:\d{2})(:\d{2})?(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2}))?$/

/**
 * A date as the Date operators compare them, in epoch seconds: W3C's forms of ISO 8601 from the month on, or epoch
 * seconds. A year alone could be either, and is neither here.
 */
export function readDate(text: string): number | undefined {
  if (/^\d{5,15}$/.test(text)) return Number(text)
  const [, month, day = '-01', minutes = '00:00', seconds = ':00', fraction = '0', zone = 'Z'] =
    DATE.exec(text) ?? []
  if (month === undefined || (text.includes('T') && !DATE.exec(text)?.[2])) return undefined
  const whole = parseDateTime(`${month}${day}T${minutes}${seconds}${zone}`)
  return whole === undefined ? undefined : whole + Number(`0.${fraction}`)
}

/** An address of 4 or 16 bytes, and how many of its leading bits count. */
export interface AddressRange {
  readonly bytes: readonly number[]
  readonly bits: number
}

/** An IPv4 or IPv6 address, or a range of them in CIDR notation; without a prefix length it is the one address. */
export function readRange(text: string): AddressRange | undefined {
  const [address = '', length, ...more] = text.length <= 64 ? text.split('/') : []
  const bytes = readAddress(address)
  if (!bytes || more.length > 0) return undefined
  const all = bytes.length * 8
  if (length === undefined) return { bytes, bits: all }
  // Of an IPv4 address that was written as IPv6 the first 96 bits are not kept.
  const bits = /^\d{1,3}$/.test(length) ? Number(length) - (address.includes(':') && all === 32 ? 96 : 0) : -1
  return bits >= 0 && bits <= all ? { bytes, bits } : undefined
}

/** Whether the range holds the address; undefined when that is no address. */
export function holdsAddress(range: AddressRange, text: string): boolean | undefined {
  const bytes = readAddress(text)
  if (!bytes) return undefined
  if (bytes.length !== range.bytes.length) return false
  return bytes.every((byte, index) => {
    const kept = Math.min(8, Math.max(0, range.bits - index * 8))
    return byte >> (8 - kept) === (range.bytes[index] ?? 0) >> (8 - kept)
  })
}

/** IPv4 in IPv6 (`::ffff:192.0.2.1`) is the IPv4 address. */
function readAddress(text: string): readonly number[] | undefined {
  if (!text.includes(':')) return readIPv4(text)
  const bytes = readIPv6(text)
  const mapped = bytes?.slice(0, 12).every((byte, index) => byte === (index < 10 ? 0 : 0xff))
  return mapped ? bytes?.slice(12) : bytes
}

function readIPv4(text: string): readonly number[] | undefined {
  const parts = text.split('.')
  const bytes = parts.map((part) => (/^(0|[1-9]\d{0,2})$/.test(part) ? Number(part) : 256))
  return bytes.length === 4 && bytes.every((byte) => byte < 256) ? bytes : undefined
}

function readIPv6(text: string): readonly number[] | undefined {
  const [head = '', tail, ...more] = text.split('::')
  if (more.length > 0) return undefined
  const left = readGroups(head, tail === undefined)
  const right = tail === undefined ? [] : readGroups(tail, true)
  if (!left || !right) return undefined
  const missing = 16 - left.length - right.length
  // A "::" stands for one group at least.
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined
  return [...left, ...Array.from({ length: missing }, () => 0), ...right]
}

/** Groups of hexadecimal digits; the last may be an IPv4 address. */
function readGroups(text: string, last: boolean): readonly number[] | undefined {
  if (text === '') return []
  const bytes: number[] = []
  const groups = text.split(':')
  for (const [index, group] of groups.entries()) {
    const embedded = last && index === groups.length - 1 && group.includes('.') ? readIPv4(group) : undefined
    if (embedded) bytes.push(...embedded)
    else if (/^[0-9A-Fa-f]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16)
      bytes.push(value >> 8, value & 0xff)
    } else return undefined
  }
  return bytes
}
