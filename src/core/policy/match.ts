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
 * IAM's wildcards: `*` stands for any run of characters, none included, and `?` for exactly one. Case-sensitive.
 *
 * Two pointers and one place to return to, so the work is at most the product of both lengths, whatever the pattern.
 * A character outside the Basic Multilingual Plane counts as one.
 */
export function matchWildcard(pattern: string, text: string, marks = pattern): boolean {
  let at = 0
  let read = 0
  let star = -1
  let resume = 0
  while (read < text.length) {
    const mark = marks[at]
    if (mark === '*') {
      star = at++
      resume = read
    } else if (mark === '?') {
      at++
      read += width(text, read)
    } else if (mark !== undefined && pattern[at] === text[read]) {
      at++
      read++
    } else if (star >= 0) {
      // The last star takes one character more; an earlier one never needs to.
      resume += width(text, resume)
      read = resume
      at = star + 1
    } else return false
  }
  while (marks[at] === '*') at++
  return at === marks.length
}

function width(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
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
