const START = 1
const PART = 2
const SPACE = 4

/** What an ASCII character may be: the start of a name, part of one, white space. */
const classes = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code)
  if (/[A-Za-z_]/.test(character)) return START | PART
  if (/[0-9.-]/.test(character)) return PART
  return /[\t\n\r ]/.test(character) ? SPACE : 0
})

// Neither what lies beyond the table nor what stands past the end of a text (NaN) is looked up.
const has = (code: number, bit: number): boolean => code < 128 && ((classes[code] ?? 0) & bit) !== 0

/** NameStartChar of XML 1.0, without the colon and without all that is not ASCII. */
export const isNameStart = (code: number): boolean => has(code, START)
/** NameChar of XML 1.0, likewise. */
export const isNameCharacter = (code: number): boolean => has(code, PART)
export const isWhiteSpace = (code: number): boolean => has(code, SPACE)

/** XML's white space at both ends, and nothing else that JavaScript thinks of as white space. */
export function trimmed(text: string): string {
  let from = 0
  let to = text.length
  while (from < to && isWhiteSpace(text.charCodeAt(from))) from++
  while (to > from && isWhiteSpace(text.charCodeAt(to - 1))) to--
  return text.slice(from, to)
}

/** The Char production of XML 1.0. */
export function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff)
}

// Halves of surrogate pairs, which may be whole, and what XML cannot hold: looked at one by one.
// eslint-disable-next-line no-control-regex
const SUSPECT = /[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]/

/** The offset of the first character that XML cannot hold, half a surrogate pair included; -1 if there is none. */
export function illegalCharacterIn(text: string): number {
  if (!SUSPECT.test(text)) return -1
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code >= 0x20 && code < 0xd800) continue
    if (code >= 0xd800 && code <= 0xdbff) {
      const next = text.charCodeAt(at + 1)
      if (!(next >= 0xdc00 && next <= 0xdfff)) return at
      at++
    } else if (!isXmlCharacter(code)) {
      return at
    }
  }
  return -1
}

/**
 * Characters as AWS counts them, not UTF-16 units, from one offset of a text up to another. Where there are `unless`
 * units or fewer, nothing depends on the difference and the units are the answer.
 */
export function charactersIn(text: string, from: number, to: number, unless: number): number {
  let count = to - from
  if (count <= unless) return count
  for (let at = from; at < to; at++) if ((text.charCodeAt(at) & 0xfc00) === 0xdc00) count--
  return count
}
