/**
 * A pattern as IAM compares it. `marks` is as long as `text` and says of each character what it stands for: `*` and `?`
 * are wildcards, `:` separates the parts of an ARN, and anything else is the character itself. So what a request puts
 * into a policy variable is never a wildcard and never a separator.
 */
export interface Pattern {
  readonly text: string
  readonly marks: string
}

/** A text in which `*`, `?` and `:` mean what they mean in a policy. */
export function patternOf(text: string): Pattern {
  return { text, marks: text }
}

/**
 * IAM's wildcards: `*` stands for any run of characters, none included, and `?` for exactly one. Case-sensitive. A
 * character outside the Basic Multilingual Plane counts as one.
 *
 * What stands before the first star, between stars and after the last is looked for from left to right, each time at the
 * first place: a later one never helps. Text is found as `indexOf` does, and text with `?` in it in one pass over words of
 * bits; so no pattern makes the work more than a small part of the product of both lengths.
 */
export function matchWildcard(pattern: string, text: string, marks = pattern): boolean {
  const [first = [], ...rest] = segmentsOf(pattern, marks)
  let at = matchAt(first, text, 0)
  const last = rest.pop()
  if (at < 0 || !last) return at === text.length
  for (const segment of rest) {
    at = find(segment, text, at)
    if (at < 0) return false
  }
  return matchBefore(last, text, text.length) >= at
}

/** A run of text, or one character of any kind. */
type Token = string | typeof ANY
const ANY = Symbol('?')

/** The pattern between its stars. */
function segmentsOf(pattern: string, marks: string): Token[][] {
  const segments: Token[][] = [[]]
  let from = 0
  for (let at = 0; at <= marks.length; at++) {
    const mark = marks[at]
    if (mark !== '*' && mark !== '?' && mark !== undefined) continue
    if (at > from) segments.at(-1)?.push(pattern.slice(from, at))
    from = at + 1
    if (mark === '?') segments.at(-1)?.push(ANY)
    else if (mark === '*') segments.push([])
  }
  return segments
}

/** Where a segment that begins here ends; -1 when it does not match. */
function matchAt(segment: readonly Token[], text: string, start: number): number {
  let at = start
  for (const token of segment) {
    if (token === ANY) {
      if (at >= text.length) return -1
      at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
    } else if (text.startsWith(token, at)) at += token.length
    else return -1
  }
  return at
}

/** Where a segment that ends here begins; -1 when it does not match. */
function matchBefore(segment: readonly Token[], text: string, end: number): number {
  let at = end
  for (let index = segment.length - 1; index >= 0; index--) {
    const token = segment[index] ?? ''
    if (token === ANY) {
      if (at <= 0) return -1
      at -= at > 1 && (text.codePointAt(at - 2) ?? 0) > 0xffff ? 2 : 1
    } else if (at >= token.length && text.startsWith(token, at - token.length)) at -= token.length
    else return -1
  }
  return at
}

/** Where the first match of a segment at or after `from` ends; -1 when there is none. */
function find(segment: readonly Token[], text: string, from: number): number {
  if (segment.includes(ANY)) return findAny(segment, text, from)
  const [token = ''] = segment as readonly string[]
  const start = text.indexOf(token, from)
  return start < 0 ? -1 : start + token.length
}

const BITS = 32

/**
 * The same for a segment with `?` in it: one bit for each of its characters, and the bits say which beginnings of the
 * segment end here. For each character of the text they move on by one, all words of 32 at once.
 */
function findAny(segment: readonly Token[], text: string, from: number): number {
  const wanted = segment.flatMap((token): readonly Token[] => (token === ANY ? [ANY] : Array.from(token)))
  const words = Math.ceil(wanted.length / BITS)
  const fits = new Map<string, Uint32Array>()
  const fitting = (character: string): Uint32Array => {
    const known = fits.get(character)
    if (known) return known
    const bits = new Uint32Array(words)
    for (const [index, one] of wanted.entries()) {
      if (one === ANY || one === character) setBit(bits, index)
    }
    fits.set(character, bits)
    return bits
  }
  const reached = new Uint32Array(words)
  const last = wanted.length - 1
  let at = from
  while (at < text.length) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
    const bits = fitting(character)
    let carried = 1
    for (let word = 0; word < words; word++) {
      const before = reached[word] ?? 0
      reached[word] = ((before << 1) | carried) & (bits[word] ?? 0)
      carried = before >>> (BITS - 1)
    }
    at += character.length
    if ((((reached[words - 1] ?? 0) >>> (last % BITS)) & 1) === 1) return at
  }
  return -1
}

function setBit(bits: Uint32Array, index: number): void {
  const word = Math.floor(index / BITS)
  bits[word] = (bits[word] ?? 0) | (1 << (index % BITS))
}

/** The six parts of an ARN, the last with any colons of its own; undefined for a text that is no ARN. */
export function splitArn(text: string): readonly string[] | undefined {
  const parts = splitPattern(patternOf(text))
  return parts?.map((part) => part.text)
}

function splitPattern({ text, marks }: Pattern): readonly Pattern[] | undefined {
  if (!text.startsWith('arn:')) return undefined
  const parts: Pattern[] = []
  let from = 0
  for (let part = 0; part < 5; part++) {
    const end = marks.indexOf(':', from)
    if (end < 0) return undefined
    parts.push({ text: text.slice(from, end), marks: marks.slice(from, end) })
    from = end + 1
  }
  return [...parts, { text: text.slice(from), marks: marks.slice(from) }]
}

/**
 * ArnLike: each of the six parts is matched by itself, so that a wildcard never reaches over a colon, except in the
 * sixth, which holds its colons.
 */
export function matchArn(pattern: string, text: string, marks = pattern): boolean {
  const wanted = splitPattern({ text: pattern, marks })
  const parts = splitArn(text)
  if (!wanted || !parts) return false
  return wanted.every((part, index) => matchWildcard(part.text, parts[index] ?? '', part.marks))
}

/** Actions are compared without regard to case. */
export function matchAction(pattern: string, action: string): boolean {
  return matchWildcard(pattern.toLowerCase(), action.toLowerCase())
}
