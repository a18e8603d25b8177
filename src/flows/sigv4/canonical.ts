import { createHash } from 'node:crypto'

// AWS Signature Version 4, "Create a canonical request", for services other than S3.

const UNRESERVED = /[A-Za-z0-9_.~-]/
/** RFC 3986 3.3: pchar and the slash. */
const PATH = /^\/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*$/
/** Less a raw plus and a raw equals sign, which forms and signers read differently. */
const QUERY_TEXT = /^(?:[A-Za-z0-9._~!$&'()*,;:@/?-]|%[0-9A-Fa-f]{2})*$/
const DOTS = /^(?:\.|%2e){1,2}$/i

/**
 * Whether a path is absolute, well formed and free of empty and dot segments. SigV4 removes those before it signs, so
 * that one signature would fit many paths; a request that has them is refused instead.
 */
export function isNormalPath(path: string): boolean {
  if (!PATH.test(path)) return false
  const segments = path.slice(1).split('/')
  return segments.every((segment, at) => (segment === '' ? at === segments.length - 1 : !DOTS.test(segment)))
}

/** Whether a raw query is `name[=value]` joined by `&`, each name at least one character long. */
export function isQuery(query: string): boolean {
  return query.split('&').every((part) => {
    const [name = '', value = '', ...more] = part.split('=')
    return name !== '' && more.length === 0 && QUERY_TEXT.test(name) && QUERY_TEXT.test(value)
  })
}

/** A path that `isNormalPath` accepts, encoded once more: the percent signs of the first encoding become `%25`. */
export function canonicalPath(path: string): string {
  return path.replace(/[^/]/g, (character) => (UNRESERVED.test(character) ? character : percent(character)))
}

/** A query that `isQuery` accepts: every name and value in the one encoding, sorted by name, then by value. */
export function canonicalQuery(query: string | undefined): string {
  return queryParameters(query)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

/** The names and values of a raw query in the one encoding, in the order received. */
export function queryParameters(query: string | undefined): [name: string, value: string][] {
  if (query === undefined) return []
  return query.split('&').map((part) => {
    const [name = '', value = ''] = part.split('=')
    return [reencoded(name), reencoded(value)]
  })
}

/** The values of one header: each trimmed, its runs of white space made one space, joined by a comma. */
export function canonicalHeaderValue(values: readonly string[]): string {
  return values.map((value) => value.replace(/[ \t]+/g, ' ').replace(/^ | $/g, '')).join(',')
}

export interface CanonicalParts {
  readonly method: string
  readonly path: string
  readonly query: string | undefined
  readonly headers: ReadonlyMap<string, readonly string[]>
  /** Lower-case, sorted, each among the headers. */
  readonly signedHeaders: readonly string[]
  /** SHA-256 of the body in lower-case hexadecimal. */
  readonly bodyHash: string
}

export function canonicalRequest(parts: CanonicalParts): string {
  const { method, path, query, headers, signedHeaders, bodyHash } = parts
  const lines = signedHeaders.map((name) => `${name}:${canonicalHeaderValue(headers.get(name) ?? [])}\n`)
  return [
    method,
    canonicalPath(path),
    canonicalQuery(query),
    lines.join(''),
    signedHeaders.join(';'),
    bodyHash,
  ].join('\n')
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

function reencoded(text: string): string {
  return text.replace(/%[0-9A-Fa-f]{2}|[^%]/g, (unit) => {
    const character = unit.length === 3 ? String.fromCharCode(Number.parseInt(unit.slice(1), 16)) : unit
    return UNRESERVED.test(character) ? character : percent(character)
  })
}

/** Callers pass single-byte characters only. */
function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
