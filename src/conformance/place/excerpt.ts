import { printable } from '../../core/shown.js'
import type { Range } from './hidden.js'

/** A place in what was checked, as a person finds it. */
export interface Place {
  /** From 1; a column counts UTF-16 units, as editors do. */
  readonly line: number
  readonly column: number
  /** The line around the place, on one line and at most some 100 characters: what may be secret is left out. */
  readonly excerpt: string
  /** How many characters of the excerpt stand before the place. */
  readonly caret: number
}

const BEFORE = 20
const AFTER = 68

/** The place at an offset of a text, of which `hidden` is not shown. */
export function placeAt(text: string, offset: number, hidden: readonly Range[]): Place {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  const lineBreak = text.indexOf('\n', offset)
  const lineEnd = lineBreak < 0 ? text.length : lineBreak
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++
  // What is hidden takes no room, so that what stands around it is seen.
  const from = Math.max(lineStart, offset - BEFORE)
  const before = shownPart(text, from, offset, hidden, Infinity)
  const after = shownPart(text, offset, lineEnd, hidden, AFTER)
  const head = `${from > lineStart ? '...' : ''}${before.text}`
  return {
    line,
    column: offset - lineStart + 1,
    excerpt: `${head}${after.text}${after.cut ? '...' : ''}`,
    caret: head.length,
  }
}

/** A part of one line, printable; after `most` characters it is cut. */
function shownPart(
  text: string,
  start: number,
  end: number,
  hidden: readonly Range[],
  most: number,
): { readonly text: string; readonly cut: boolean } {
  let shown = ''
  let at = start
  const add = (until: number): void => {
    const part = text.slice(at, Math.min(until, at + Math.max(0, most - shown.length)))
    shown += printable(part.replaceAll('\t', ' ').replaceAll('\r', ''))
    at += part.length
  }
  for (const range of hidden) {
    if (range.end <= at) continue
    if (range.start >= end) break
    add(range.start)
    if (at < range.start) return { text: shown, cut: true }
    shown += `[${range.end - range.start} characters]`
    at = range.end
  }
  if (at < end) add(end)
  return { text: shown, cut: at < end }
}
