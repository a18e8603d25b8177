import { decodeUtf8 } from './codec.js'
import { isObject, parseJson, type JsonObject } from './json.js'
import type { Fault } from './rule.js'

/**
 * The one JSON object of a body in UTF-8, with each member once, or why there is none.
 *
 * @param maxDepth how deep objects and arrays may stand in each other
 */
export function readJsonObject(
  bytes: Uint8Array,
  maxDepth = 8,
): { readonly object: JsonObject } | { readonly fault: Fault } {
  const refuse = (reason: string, message: string): { fault: Fault } => ({
    fault: { reason, path: 'body', message },
  })
  const text = decodeUtf8(bytes)
  const json = text === undefined ? undefined : parseJson(text, { maxDepth })
  if (!json?.ok) return refuse('not-json', 'The body is not JSON.')
  if (json.duplicates.length > 0) return refuse('duplicate-member', 'The body names a member twice.')
  if (!isObject(json.value)) return refuse('not-object', 'The body is not a JSON object.')
  return { object: json.value }
}
