import { isWellFormed } from '../core/codec.js'
import { misuse } from './storeArguments.js'

const MAX_DEPTH = 64
const MAX_LENGTH = 1_048_576

/**
 * The JSON text of a value that survives the round trip unchanged. `JSON.stringify` drops, coerces or calls into what
 * JSON has no form for; here that is refused: `undefined`, functions, symbols, bigints, NaN and infinities, dates and
 * other class instances, sparse arrays, half surrogate pairs. At most 64 levels deep (which also stops a cycle) and
 * 1,048,576 characters long. Throws `ERR_INVALID_OPTION`.
 */
export function jsonText(value: unknown): string {
  const writer = { room: MAX_LENGTH }
  return write(value, writer, MAX_DEPTH)
}

interface Writer {
  room: number
}

function write(value: unknown, writer: Writer, depth: number): string {
  if (typeof value !== 'object' || value === null) return spend(scalar(value), writer)
  if (depth === 0) throw misuse(`A stored value may be at most ${MAX_DEPTH} levels deep, without cycles.`)
  spend('[]', writer)
  if (Array.isArray(value)) {
    const items = Array.from(value as unknown[], (item) => write(item, writer, depth - 1))
    return `[${items.join(',')}]`
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw misuse('A stored value must be plain JSON.')
  if (Object.getOwnPropertySymbols(value).length > 0)
    throw misuse('A stored value may not have symbol members.')
  const members = Object.entries(value).map(
    ([name, member]) => `${spend(scalar(name), writer)}:${write(member, writer, depth - 1)}`,
  )
  return `{${members.join(',')}}`
}

function scalar(value: unknown): string {
  switch (typeof value) {
    case 'string':
      if (isWellFormed(value)) return JSON.stringify(value)
      break
    case 'number':
      if (Number.isFinite(value)) return JSON.stringify(value)
      break
    case 'boolean':
      return String(value)
    case 'object':
      return 'null'
  }
  throw misuse(
    'A stored value must be JSON: no undefined, NaN, bigint, function, symbol or half surrogate pair.',
  )
}

/** Counts what is written, with one character for the `,` or `:` that follows it, so that no value grows unseen. */
function spend(text: string, writer: Writer): string {
  writer.room -= text.length + 1
  if (writer.room < 0) throw misuse(`A stored value may have at most ${MAX_LENGTH} characters of JSON.`)
  return text
}
