import { encodeUtf8 } from '../core/codec.js'
import { readForm } from '../core/form.js'
import { isObject, type JsonObject } from '../core/json.js'
import { readJsonObject } from '../core/jsonObject.js'
import type { Fault } from '../core/rule.js'
import { shownIf } from '../core/shown.js'
import type { AppRequest } from './http.js'
import type { TokenWire } from './trustedTokenRules.js'

/** How much is read past of a body that is too large, so that a client that is still sending gets to its answer. */
const MAX_PASSED_BYTES = 1_048_576
const MAX_PARAMETERS = 256

/** The body of a request, and what it says. With faults there is nothing to use. */
export interface TokenBody {
  /** As it was sent; undefined where a body parser took it. */
  readonly raw: Uint8Array | undefined
  /** Of a form. */
  readonly parameters?: ReadonlyMap<string, string>
  /** Of JSON. */
  readonly object?: JsonObject
  readonly faults: readonly Fault[]
}

/**
 * Reads the body of a request strictly: from the wire, or from what a body parser left. A parser that came before hides
 * which member of JSON was named twice; of forms it makes arrays, which are refused.
 *
 * @returns `too-large` past the limit
 */
export async function readTokenBody(
  request: AppRequest,
  wire: TokenWire,
  maxBytes: number,
): Promise<TokenBody | 'too-large'> {
  // Only what has been read from the stream counts: Express 4 leaves an empty `body` where no parser took the type.
  if (request.readableDidRead) {
    const { body } = request
    if (body instanceof Uint8Array) return readBytes(body, wire, maxBytes, body)
    if (typeof body === 'string') return readBytes(encodeUtf8(body), wire, maxBytes)
    return parsedBefore(body, wire, maxBytes)
  }
  const sent = await received(request, maxBytes)
  if (sent !== undefined) return sent === 'too-large' ? sent : readBytes(sent, wire, maxBytes, sent)
  const message = 'The body broke off.'
  return { raw: undefined, faults: [{ reason: 'incomplete', path: 'body', message }] }
}

function readBytes(
  bytes: Uint8Array,
  wire: TokenWire,
  maxBytes: number,
  raw?: Uint8Array,
): TokenBody | 'too-large' {
  if (bytes.length > maxBytes) return 'too-large'
  if (wire === 'form') return { raw, ...readForm(bytes, { bytes: maxBytes }) }
  const reading = readJsonObject(bytes)
  return 'fault' in reading ? { raw, faults: [reading.fault] } : { raw, object: reading.object, faults: [] }
}

function parsedBefore(body: unknown, wire: TokenWire, maxBytes: number): TokenBody | 'too-large' {
  if (!isObject(body)) {
    const message = 'Something has read the body and left nothing of it.'
    return { raw: undefined, faults: [{ reason: 'consumed', path: 'body', message }] }
  }
  // What a parser made of the body, written again: one size and one reader for all.
  const text = encodeUtf8(JSON.stringify(body))
  if (wire === 'json') return readBytes(text, 'json', maxBytes)
  if (text.length > maxBytes) return 'too-large'
  const entries = Object.entries(body)
  const faults = entries.flatMap(([name, value]): Fault[] => {
    if (typeof value === 'string') return []
    const reason = Array.isArray(value) ? 'duplicate' : 'not-text'
    const actual = shownIf(name, /^\w{1,60}$/)
    return [{ reason, path: 'body', actual, message: 'A parameter is not one text.' }]
  })
  if (entries.length > MAX_PARAMETERS)
    faults.push({ reason: 'too-many', path: 'body', message: 'The body holds too many parameters.' })
  return {
    raw: undefined,
    parameters: new Map(entries.map(([name, value]) => [name, String(value)])),
    faults: faults.slice(0, 10),
  }
}

/** Every byte of the body; undefined where it broke off. */
function received(request: AppRequest, maxBytes: number): Promise<Uint8Array | 'too-large' | undefined> {
  return new Promise((resolve) => {
    if (request.destroyed) return resolve(undefined)
    const chunks: Uint8Array[] = []
    let size = 0
    request.on('data', (chunk: Uint8Array | string) => {
      const bytes = typeof chunk === 'string' ? encodeUtf8(chunk) : chunk
      size += bytes.length
      if (size <= maxBytes) chunks.push(bytes)
      else chunks.length = 0
      if (size > maxBytes + MAX_PASSED_BYTES) {
        request.pause()
        resolve('too-large')
      }
    })
    request.once('end', () => resolve(size > maxBytes ? 'too-large' : Buffer.concat(chunks)))
    request.once('error', () => resolve(undefined))
    request.once('close', () => resolve(undefined))
  })
}

/** Reads past a body that is not wanted, as far as {@link MAX_PASSED_BYTES}. */
export async function passOver(request: AppRequest): Promise<void> {
  if (!request.readableDidRead) await received(request, 0)
}
