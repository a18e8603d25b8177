/**
 * IAM's wildcards: `*` stands for any run of characters, none included, and `?` for exactly one. Case-sensitive.
 *
 * Two pointers and one place to return to, so the work is at most the product of both lengths, whatever the pattern.
 * A character outside the Basic Multilingual Plane counts as one.
 */
export function matchWildcard(pattern: string, text: string): boolean {
  let at = 0
  let read = 0
  let star = -1
  let resume = 0
  while (read < text.length) {
    const wanted = pattern[at]
    if (wanted === '*') {
      star = at++
      resume = read
    } else if (wanted === '?') {
      at++
      read += width(text, read)
    } else if (wanted !== undefined && wanted === text[read]) {
      at++
      read++
    } else if (star >= 0) {
      // The last star takes one character more; an earlier one never needs to.
      resume += width(text, resume)
      read = resume
      at = star + 1
    } else return false
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}

function width(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
}

/** The six parts of an ARN, the last with any colons of its own; undefined for a text that is no ARN. */
export function splitArn(text: string): readonly string[] | undefined {
  const parts = text.split(':')
  if (parts.length < 6 || parts[0] !== 'arn') return undefined
  return [...parts.slice(0, 5), parts.slice(5).join(':')]
}

/**
 * ArnLike: each of the six parts is matched by itself, so that a wildcard never reaches over a colon, except in the
 * sixth, which holds its colons.
 */
export function matchArn(pattern: string, text: string): boolean {
  const wanted = splitArn(pattern)
  const parts = splitArn(text)
  if (!wanted || !parts) return false
  return wanted.every((part, index) => matchWildcard(part, parts[index] ?? ''))
}

/** Actions are compared without regard to case. */
export function matchAction(pattern: string, action: string): boolean {
  return matchWildcard(pattern.toLowerCase(), action.toLowerCase())
}
