import { decodeBase64url, decodeUtf8, type Base64urlFault } from '../../core/codec.js'
import { isObject, parseJson, type JsonFault, type JsonObject } from '../../core/json.js'

/** 16 KiB: several times the largest token that identity providers issue. */
export const MAX_TOKEN_CHARACTERS = 16_384
const MAX_CLAIM_DEPTH = 16

export type TokenForm = 'compact' | 'not-text' | 'empty' | 'white-space' | 'json' | 'encrypted' | 'segments'

export interface Segment {
  readonly bytes?: Uint8Array<ArrayBuffer>
  readonly fault?: Base64urlFault | 'empty'
}

export interface JsonSegment extends Segment {
  readonly object?: JsonObject
  readonly jsonFault?: JsonFault | 'utf-8' | 'not-object'
  readonly duplicates: readonly string[]
}

/** A token taken apart, unverified and complete: what could not be read is named, nothing is thrown. */
export interface TokenReading {
  /** In characters; a compact token has only ASCII. */
  readonly size: number
  readonly form: TokenForm
  readonly segmentCount: number
  readonly header?: JsonSegment
  readonly payload?: JsonSegment
  readonly signature?: Segment
  /** The bytes that the signature covers: the first two segments as they came. */
  readonly signingInput?: Uint8Array<ArrayBuffer>
}

export function readToken(jwt: unknown): TokenReading {
  if (typeof jwt !== 'string') return { size: 0, form: 'not-text', segmentCount: 0 }
  const size = jwt.length
  if (size === 0) return { size, form: 'empty', segmentCount: 0 }
  // Nothing is split before the length is known to be small.
  if (size > MAX_TOKEN_CHARACTERS) return { size, form: 'segments', segmentCount: 0 }
  if (jwt.startsWith('{')) return { size, form: 'json', segmentCount: 0 }
  if (jwt.trim() !== jwt) return { size, form: 'white-space', segmentCount: 0 }
  const segments = jwt.split('.', 7)
  const segmentCount = segments.length
  const [header, payload, signature] = segments
  if (segmentCount === 5) return { size, form: 'encrypted', segmentCount }
  if (segmentCount !== 3 || header === undefined || payload === undefined || signature === undefined) {
    return { size, form: 'segments', segmentCount }
  }
  return {
    size,
    form: 'compact',
    segmentCount,
    header: jsonSegment(header),
    payload: jsonSegment(payload),
    signature: segment(signature),
    signingInput: ascii(`${header}.${payload}`),
  }
}

function segment(text: string): Segment {
  if (text === '') return { fault: 'empty' }
  const bytes = decodeBase64url(text)
  return typeof bytes === 'string' ? { fault: bytes } : { bytes }
}

function jsonSegment(text: string): JsonSegment {
  const read = segment(text)
  if (!read.bytes) return { ...read, duplicates: [] }
  const json = decodeUtf8(read.bytes)
  if (json === undefined) return { ...read, jsonFault: 'utf-8', duplicates: [] }
  const parsed = parseJson(json, { maxDepth: MAX_CLAIM_DEPTH })
  if (!parsed.ok) return { ...read, jsonFault: parsed.reason, duplicates: [] }
  if (!isObject(parsed.value)) return { ...read, jsonFault: 'not-object', duplicates: [] }
  return { ...read, object: parsed.value, duplicates: parsed.duplicates }
}

function ascii(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff)
}
