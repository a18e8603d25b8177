import { parseJson } from '../../core/json.js'
import { placeAt, type Place } from './excerpt.js'
import { hiddenIn } from './hidden.js'
import { documentOf, offsetOf } from './xmlPlace.js'

/** What was checked, as the text in which its findings have places. */
export interface SourceText {
  readonly kind: 'xml' | 'json'
  readonly text: string
}

/** Finds the place that a finding's path names; undefined for a path that names none in this text. */
export type Places = (path: string | undefined) => Place | undefined

const LINE_AND_COLUMN = /^line (\d{1,9}), column (\d{1,9})$/
const MAX_DEPTH = 64
/** In a longer text there is nothing to find: it is refused for its size. */
const MAX_CHARACTERS = 1_048_576

/** A text is read once, however many findings there are. A report is made of it, and no verdict. */
export function placesIn({ kind, text }: SourceText): Places {
  if (text.length > MAX_CHARACTERS) return () => undefined
  const offsets = kind === 'xml' ? xmlOffsets(text) : jsonOffsets(text)
  const hidden = hiddenIn(text)
  return (path) => {
    if (path === undefined) return undefined
    const offset = lineOffset(text, path) ?? offsets(path)
    return offset === undefined ? undefined : placeAt(text, Math.min(offset, text.length), hidden)
  }
}

/** Faults of reading say themselves where they are. */
function lineOffset(text: string, path: string): number | undefined {
  const place = LINE_AND_COLUMN.exec(path)
  if (!place) return undefined
  let start = 0
  for (let line = 1; line < Number(place[1]); line++) {
    const end = text.indexOf('\n', start)
    if (end < 0) return undefined
    start = end + 1
  }
  return start + Number(place[2]) - 1
}

function xmlOffsets(text: string): (path: string) => number | undefined {
  const root = documentOf(text)
  return (path) => (root && path.startsWith('/') ? offsetOf(root, path) : undefined)
}

/** Of a member that is not there, the place of the object in which it would be. */
function jsonOffsets(text: string): (path: string) => number | undefined {
  const offsets = new Map<string, number>()
  parseJson(text, { maxDepth: MAX_DEPTH, onValue: (path, offset) => void offsets.set(path, offset) })
  return (path) => {
    if (!path.startsWith('$')) return undefined
    for (let at = path; ;) {
      const offset = offsets.get(at)
      if (offset !== undefined) return offset
      const parent = at.replace(/(?:\.\w+|\[[^[]*\])$/, '')
      if (parent === at) return undefined
      at = parent
    }
  }
}
