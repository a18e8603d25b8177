/** Why a text is not an https URL that every reader takes for the same. */
export type StrictURLFault =
  'length' | 'characters' | 'backslash' | 'scheme' | 'userinfo' | 'port' | 'host' | 'path'

export interface StrictURL {
  /** Lower case, at least two labels, no address. */
  readonly host: string
  /** Begins with a slash, or is empty. */
  readonly path: string
  /** Without the question mark; undefined where there is none. */
  readonly query?: string
  /** Without the number sign; undefined where there is none. */
  readonly fragment?: string
}

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * Reads an https URL without repairing anything, as URL parsers would: printable ASCII, lower-case host by name, no user
 * info, no port, no backslash, no dot segments whether plain or escaped. What it takes, all browsers read alike.
 *
 * @param max the longest text, in characters
 */
export function readStrictURL(text: string, max = 2048): StrictURL | StrictURLFault {
  if (text.length === 0 || text.length > max) return 'length'
  if (text.includes('\\')) return 'backslash'
  if (!/^[\u0021-\u007e]+$/.test(text)) return 'characters'
  if (!text.startsWith('https://')) return 'scheme'
  const rest = text.slice('https://'.length)
  const end = rest.search(/[/?#]/)
  const authority = end < 0 ? rest : rest.slice(0, end)
  if (authority.includes('@')) return 'userinfo'
  if (authority.includes(':')) return 'port'
  const labels = authority.split('.')
  const last = labels.at(-1) ?? ''
  if (authority.length > 253 || labels.length < 2 || !labels.every((label) => LABEL.test(label)))
    return 'host'
  // A last label of digits would make it an address (WHATWG URL, "ends in a number").
  if (/^(?:\d+|0x[0-9a-f]*)$/.test(last)) return 'host'
  const tail = end < 0 ? '' : rest.slice(end)
  const mark = tail.indexOf('#')
  const fragment = mark < 0 ? undefined : tail.slice(mark + 1)
  const before = mark < 0 ? tail : tail.slice(0, mark)
  const question = before.indexOf('?')
  const query = question < 0 ? undefined : before.slice(question + 1)
  const path = question < 0 ? before : before.slice(0, question)
  if (path.split('/').some(isDotSegment)) return 'path'
  return {
    host: authority,
    path,
    ...(query === undefined ? {} : { query }),
    ...(fragment === undefined ? {} : { fragment }),
  }
}

function isDotSegment(segment: string): boolean {
  const plain = segment.replaceAll(/%2e/gi, '.')
  return plain === '.' || plain === '..'
}

/** What each fault means, for people. */
export const strictURLMessages: Readonly<Record<StrictURLFault, string>> = {
  length: 'The URL is empty or too long.',
  characters: 'The URL holds white space, controls or characters beyond ASCII.',
  backslash: 'The URL holds a backslash, which browsers read as a slash.',
  scheme: 'The URL does not begin with https://.',
  userinfo: 'The URL names a user before its host: what stands before the @ is not the host.',
  port: 'The URL names a port.',
  host: 'The host is not a lower-case name of two labels or more.',
  path: 'The path holds a dot segment.',
}
