import type { Fault } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { isNormalPath, isQuery } from './canonical.js'

/** An HTTP request as it came in, before any framework has rewritten it. */
export interface SignedRequest {
  readonly method: string
  /** Path and raw query, as in the request line: `/token?aws_iam=t`. */
  readonly url: string
  /** Names and values in the order received, one entry per field line: a Map, or `rawHeaders` in pairs. */
  readonly headers: Iterable<readonly [name: string, value: string]>
  readonly body: Uint8Array
}

/** The request taken apart, once. Past a fault of form the members are not to be used. */
export interface RequestReading {
  readonly method: string
  readonly path: string
  /** Without the question mark; undefined when there is none. */
  readonly query: string | undefined
  /** By lower-case name, the values in the order received. */
  readonly headers: ReadonlyMap<string, readonly string[]>
  readonly body: Uint8Array
  readonly faults: readonly Fault[]
}

/** Sizes past which a request is not looked at. */
export const SIGV4_LIMITS = {
  methodCharacters: 20,
  urlCharacters: 8192,
  headers: 100,
  headerCharacters: 65_536,
  authorizationCharacters: 4096,
  bodyBytes: 1_048_576,
} as const

const METHOD = /^[A-Z]+$/
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** What RFC 9110 5.5 lets stand in a field value; a line break would end one line of the canonical request. */
const HEADER_VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/

export function readRequest({ method, url, headers, body }: SignedRequest): RequestReading {
  const split = url.indexOf('?')
  const path = split < 0 ? url : url.slice(0, split)
  const query = split < 0 ? undefined : url.slice(split + 1)
  const map = new Map<string, string[]>()
  const faults = [
    ...methodFaults(method),
    ...urlFaults(url, path, query),
    ...headerFaults(headers, map),
    ...(body.length > SIGV4_LIMITS.bodyBytes
      ? [tooLarge('body', `at most ${SIGV4_LIMITS.bodyBytes} bytes`)]
      : []),
  ]
  return { method, path, query, headers: map, body, faults }
}

function tooLarge(path: string, expected: string): Fault {
  return { reason: 'too-large', path, expected, message: `The ${path} is too large to be read.` }
}

function methodFaults(method: string): readonly Fault[] {
  if (method.length <= SIGV4_LIMITS.methodCharacters && METHOD.test(method)) return []
  return [{ reason: 'method', path: 'method', message: 'The method is not a word of capital letters.' }]
}

function urlFaults(url: string, path: string, query: string | undefined): readonly Fault[] {
  if (url.length > SIGV4_LIMITS.urlCharacters) {
    return [tooLarge('url', `at most ${SIGV4_LIMITS.urlCharacters} characters`)]
  }
  const faults: Fault[] = []
  if (!isNormalPath(path)) {
    const message = 'The path is not an absolute path in normal form, so that readers may disagree on it.'
    faults.push({ reason: 'path', path: 'url.path', message })
  }
  if (query !== undefined && !isQuery(query)) {
    const message = 'The query is not a list of name=value in percent-encoding (a space is %20, a plus %2B).'
    faults.push({ reason: 'query', path: 'url.query', message })
  }
  return faults
}

function headerFaults(headers: SignedRequest['headers'], map: Map<string, string[]>): readonly Fault[] {
  const faults: Fault[] = []
  let count = 0
  let characters = 0
  for (const [name, value] of headers) {
    count++
    characters += name.length + value.length
    if (count > SIGV4_LIMITS.headers || characters > SIGV4_LIMITS.headerCharacters) {
      const { headers: most, headerCharacters } = SIGV4_LIMITS
      return [tooLarge('headers', `at most ${most} headers of ${headerCharacters} characters together`)]
    }
    if (!HEADER_NAME.test(name)) {
      faults.push({ reason: 'header-name', path: 'headers', message: 'A header has no valid name.' })
      continue
    }
    const key = name.toLowerCase()
    if (!HEADER_VALUE.test(value)) {
      const message = 'The value of a header holds a control character.'
      faults.push({ reason: 'header-value', path: 'headers', actual: shown(key, 60), message })
    }
    const values = map.get(key)
    if (values) values.push(value)
    else map.set(key, [value])
  }
  return faults
}
