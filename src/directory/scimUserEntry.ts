import { decodeUtf8 } from '../core/codec.js'
import { isObject, memberPath, parseJson, type JsonObject } from '../core/json.js'
import type { Fault } from '../core/rule.js'
import { kindOf } from '../core/shown.js'
import { userEntry, type Located, type UserEntry } from './userEntry.js'

export const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** Far more than a user has. */
const MAX_CHARACTERS = 262_144
const MAX_DEPTH = 16
/** Of the members that one object may have; the schema knows some thirty. */
const MAX_MEMBERS = 200

/** A SCIM user, read but not judged: the subject of `scimUserRules`. */
export interface ScimUserSubject {
  /** Why the file as a whole cannot be taken. */
  readonly fileFaults: readonly Fault[]
  /** Absent where the file could not be read so far. */
  readonly user?: ScimUserEntry
}

export interface ScimUserEntry {
  readonly value: JsonObject
  /** The members that the rules about users of an export read, too. */
  readonly entry: UserEntry
}

/** Reads bytes (UTF-8), JSON text or a value that is already parsed. Never throws. */
export function readScimUser(input: unknown): ScimUserSubject {
  if (typeof input !== 'string' && !(input instanceof Uint8Array)) return readValue(input, [])
  if (input.length > MAX_CHARACTERS)
    return unreadable({
      reason: 'too-large',
      expected: `at most ${MAX_CHARACTERS} characters`,
      message: 'This is larger than any user.',
    })
  const text = typeof input === 'string' ? input : decodeUtf8(input)
  if (text === undefined)
    return unreadable({ reason: 'utf-8', expected: 'UTF-8', message: 'The bytes are not UTF-8 text.' })
  const reading = parseJson(text, { maxDepth: MAX_DEPTH })
  if (!reading.ok) {
    const before = text.slice(0, reading.offset)
    const line = before.split('\n').length
    return unreadable({
      reason: reading.reason,
      path: `line ${line}, column ${reading.offset - before.lastIndexOf('\n')}`,
      expected: reading.reason === 'depth' ? `at most ${MAX_DEPTH} levels` : 'JSON (RFC 8259)',
      message: 'The user cannot be read as JSON from here on.',
    })
  }
  return readValue(
    reading.value,
    reading.duplicates.map((path) => ({
      reason: 'duplicate-member',
      path,
      expected: 'one member of this name',
      message: 'A member stands twice in one object, so its value is ambiguous.',
    })),
  )
}

function readValue(value: unknown, duplicates: readonly Fault[]): ScimUserSubject {
  const fault = (reason: string, message: string): ScimUserSubject =>
    unreadable(...duplicates, {
      reason,
      path: '$',
      expected: 'one SCIM user',
      actual: kindOf(value),
      message,
    })
  try {
    if (!isObject(value)) return fault('type', 'A SCIM user is a JSON object.')
    if (Object.keys(value).length > MAX_MEMBERS) return fault('too-many', 'The object has too many members.')
    const has = (name: string): boolean => Object.hasOwn(value, name)
    if (has('Resources')) return fault('list', 'This is a list of users as SCIM answers it.')
    if (has('Operations')) return fault('patch', 'This is a SCIM PATCH request, not a user.')
    if (has('UserName') || has('UserId') || has('Users'))
      return fault('identity-store', 'This is how the Identity Store API has users, not SCIM.')
    if (has('detail') && has('status') && !has('userName'))
      return fault('error', 'This is an error that a SCIM endpoint answered.')
    return { fileFaults: duplicates, user: { value, entry: userEntry(value, '$', 'scim') } }
  } catch {
    // A value of a program, not of a text, may throw when it is read.
    return unreadable(...duplicates, { reason: 'type', path: '$', message: 'The value cannot be read.' })
  }
}

function unreadable(...fileFaults: readonly Fault[]): ScimUserSubject {
  return { fileFaults }
}

/** A member and where it stands. `undefined`: absent, or null, which SCIM reads as unassigned (RFC 7643 2.5). */
export function member(object: unknown, path: string, name: string): Located {
  const value = isObject(object) && Object.hasOwn(object, name) ? object[name] : undefined
  return { path: memberPath(path, name), value: value ?? undefined }
}

/** The items of a list; a single object stands for a list of one, so that what is in it is judged as well. */
export function items({ path, value }: Located): readonly Located[] {
  if (Array.isArray(value))
    return Array.from(value.slice(0, MAX_MEMBERS) as unknown[], (item, index) => ({
      path: memberPath(path, index),
      value: item,
    }))
  return isObject(value) ? [{ path, value }] : []
}
