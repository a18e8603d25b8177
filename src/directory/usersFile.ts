import { decodeUtf8, encodeUtf8 } from '../core/codec.js'
import { isObject, memberPath, parseJson, type JsonFault, type JsonObject } from '../core/json.js'
import type { Fault } from '../core/rule.js'
import { kindOf } from '../core/shown.js'
import { shapeOf, userEntry, type UserEntry, type UserShape } from './userEntry.js'

const MAX_BYTES = 8 * 1024 * 1024
const MAX_DEPTH = 32
/** The quota of a directory (R345). */
const MAX_USERS = 100_000

/** A file of users, read but not judged: the subject of `usersRules`. */
export interface UsersSubject {
  /** Why the file as a whole cannot be taken. */
  readonly fileFaults: readonly Fault[]
  /** What says that the file is one page of several. */
  readonly partialFaults: readonly Fault[]
  /** Members of the list that are no user of a known shape. */
  readonly shapeFaults: readonly Fault[]
  /** The users; absent where the file could not be read so far. */
  readonly entries?: readonly UserEntry[]
}

/** Reads bytes (UTF-8), JSON text or a value that is already parsed. Never throws. */
export function readUsers(input: unknown): UsersSubject {
  if (typeof input !== 'string' && !(input instanceof Uint8Array)) return readList(input, [])
  const size =
    typeof input === 'string' && input.length <= MAX_BYTES ? encodeUtf8(input).length : input.length
  if (size > MAX_BYTES) {
    const expected = `at most ${MAX_BYTES} bytes`
    return unreadable({ reason: 'too-large', expected, message: 'The file of users is too large.' })
  }
  const text = typeof input === 'string' ? input : decodeUtf8(input)
  if (text === undefined) {
    return unreadable({ reason: 'utf-8', expected: 'UTF-8', message: 'The file of users is not UTF-8 text.' })
  }
  const reading = parseJson(text, { maxDepth: MAX_DEPTH })
  if (!reading.ok) return unreadable(syntaxFault(reading.reason, reading.offset))
  const duplicates = reading.duplicates.map((path) => ({
    reason: 'duplicate-member',
    path,
    expected: 'one member of this name',
    message: 'A member stands twice in one object, so its value is ambiguous.',
  }))
  return readList(reading.value, duplicates)
}

function syntaxFault(reason: JsonFault, offset: number): Fault {
  return {
    reason,
    path: '$',
    expected: reason === 'depth' ? `at most ${MAX_DEPTH} levels` : 'JSON (RFC 8259)',
    actual: `fault at character ${offset}`,
    message: 'The file of users cannot be read as JSON.',
  }
}

function readList(value: unknown, duplicates: readonly Fault[]): UsersSubject {
  const source = listOf(value)
  if ('reason' in source) return unreadable(...duplicates, source)
  const { list, path, shape, partialFaults } = source
  if (list.length > MAX_USERS) {
    const expected = `at most ${MAX_USERS} users`
    const message = 'The file lists more users than a directory holds.'
    return unreadable(...duplicates, {
      reason: 'too-many',
      path,
      expected,
      actual: `${list.length}`,
      message,
    })
  }
  const entries: UserEntry[] = []
  const shapeFaults: Fault[] = []
  Array.from(list, (item, index) => {
    const entry = readEntry(item, memberPath(path, index), shape)
    if ('shape' in entry) entries.push(entry)
    else shapeFaults.push(entry)
  })
  return { fileFaults: duplicates, partialFaults, shapeFaults, entries }
}

interface UserList {
  readonly list: readonly unknown[]
  readonly path: string
  /** What the wrapper says that its users are; a bare list says nothing. */
  readonly shape?: UserShape
  readonly partialFaults: readonly Fault[]
}

const LIST = 'a list of users, or an object with the list Users (ListUsers) or Resources (SCIM)'

function listOf(value: unknown): UserList | Fault {
  if (Array.isArray(value)) return { list: value, path: '$', partialFaults: [] }
  const wrapper: JsonObject = isObject(value) ? value : {}
  const names = ['Users', 'Resources'].filter((name) => Object.hasOwn(wrapper, name))
  const [name] = names
  if (name === undefined) {
    const message = 'The file holds no list of users.'
    return { reason: 'no-list', path: '$', expected: LIST, actual: kindOf(value), message }
  }
  if (names.length > 1) {
    const message = 'The file holds two lists of users.'
    return { reason: 'ambiguous', path: '$', expected: LIST, actual: names.join(' and '), message }
  }
  const path = memberPath('$', name)
  const list = wrapper[name]
  if (!Array.isArray(list)) {
    const message = 'The users are not a list.'
    return { reason: 'type', path, expected: 'a list', actual: kindOf(list), message }
  }
  return name === 'Users'
    ? { list, path, shape: 'identity-store', partialFaults: morePages(wrapper) }
    : { list, path, shape: 'scim', partialFaults: fewerThanTotal(wrapper, list.length) }
}

function morePages(wrapper: JsonObject): readonly Fault[] {
  if (!Object.hasOwn(wrapper, 'NextToken') || wrapper.NextToken === null) return []
  const message = 'ListUsers had more users to give: this is one page of them.'
  return [{ reason: 'next-token', path: '$.NextToken', expected: 'absent', message }]
}

function fewerThanTotal(wrapper: JsonObject, listed: number): readonly Fault[] {
  const total = Object.hasOwn(wrapper, 'totalResults') ? wrapper.totalResults : undefined
  if (typeof total !== 'number' || total <= listed) return []
  const message = 'The SCIM service had more users to give: this is one page of them.'
  const counts = { expected: `${total} users`, actual: `${listed} users` }
  return [{ reason: 'total-results', path: '$.totalResults', ...counts, message }]
}

function readEntry(item: unknown, path: string, declared: UserShape | undefined): UserEntry | Fault {
  if (!isObject(item)) {
    return {
      reason: 'type',
      path,
      expected: 'a user',
      actual: kindOf(item),
      message: 'A user is not an object.',
    }
  }
  const shape = declared ?? shapeOf(item)
  if (shape === 'ambiguous' || shape === 'unknown') {
    const expected = 'a user with UserId (Identity Store), id (SCIM) or userId'
    const message = 'The members do not tell which kind of user this is.'
    return { reason: shape, path, expected, message }
  }
  return userEntry(item, path, shape)
}

function unreadable(...fileFaults: readonly Fault[]): UsersSubject {
  return { fileFaults, partialFaults: [], shapeFaults: [] }
}
