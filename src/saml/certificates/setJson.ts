import { decodeUtf8 } from '../../core/codec.js'
import { parseJson, type JsonValue } from '../../core/json.js'
import type { Fault } from '../../core/rule.js'

/** More than ten of the longest certificates and everything that may be distrusted take. */
const MAX_CHARACTERS = 524_288
const MAX_DEPTH = 8

/** A copy of whatever it is as plain JSON: what follows reads no accessor and no proxy. */
export function plainJson(input: unknown): { readonly value?: JsonValue; readonly faults: readonly Fault[] } {
  const text = textOf(input)
  if (typeof text !== 'string') return { faults: [text] }
  if (text.length > MAX_CHARACTERS)
    return {
      faults: [fault('too-large', '$', 'The set is larger than any set.', `at most ${MAX_CHARACTERS} characters`)], // prettier-ignore
    }
  const reading = parseJson(text, { maxDepth: MAX_DEPTH })
  if (!reading.ok) return { faults: [fault('json', '$', 'The set cannot be read as JSON.')] }
  const faults = reading.duplicates.map((path) => fault('duplicate-member', path, 'The member stands twice.'))
  return { value: reading.value, faults }
}

function textOf(input: unknown): string | Fault {
  try {
    if (input instanceof Uint8Array)
      return decodeUtf8(input) ?? fault('json', '$', 'The set is not UTF-8 text.')
    const text: unknown = typeof input === 'string' ? input : JSON.stringify(input)
    if (typeof text === 'string') return text
  } catch {
    // Cyclic, or an accessor of it failed: told below.
  }
  return fault('json', '$', 'This has no form in JSON, and is no set.')
}

/** What is wrong with a set, and where. */
export function fault(
  reason: string,
  path: string,
  message: string,
  expected?: string,
  actual?: string,
): Fault {
  return { reason, path, message, expected, actual }
}
