import { isObject } from '../core/json.js'
import type { Fault } from '../core/rule.js'
import { kindOf, shown } from '../core/shown.js'
import { optionalTextFaults, textFaults, type TextLimits } from './textFaults.js'
import {
  emailsOf,
  externalIdsOf,
  groupIdsOf,
  type EmailEntry,
  type ExternalIdEntry,
  type Located,
  type UserEntry,
} from './userEntry.js'

const visible = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u
const visibleForm = 'letters, marks, symbols, digits and punctuation, without spaces'
const name: TextLimits = { max: 128, pattern: visible, form: visibleForm, show: true }
const externalId: TextLimits = { max: 256, pattern: visible, form: visibleForm }
const anyText: TextLimits = { max: 1024, pattern: /^\P{Cs}+$/u, form: 'well-formed Unicode' }
const storeId: TextLimits = {
  max: 47,
  pattern: /^(?:[0-9a-f]{10}-)?[A-Fa-f0-9]{8}(?:-[A-Fa-f0-9]{4}){3}-[A-Fa-f0-9]{12}$/,
  form: 'a UUID, or 10 hexadecimal digits, a hyphen and a UUID',
  show: true,
}
const RESERVED = ['Administrator', 'AWSAdministrators']
/** By R162; the API takes more. */
const CONSOLE_NAME_LENGTH = 100
const MAX_EMAILS = 1
const MAX_EXTERNAL_IDS = 10
const MAX_GROUPS = 1000

export function userNameFaults({ userName }: UserEntry): readonly Fault[] {
  const { path, value } = userName
  const reserved = RESERVED.find((reservedName) => reservedName === value)
  const message = 'Identity Store reserves this user name.'
  return [
    ...textFaults(userName, 'The user name', name),
    ...(reserved === undefined ? [] : [{ reason: 'reserved', path, actual: shown(reserved), message }]),
  ]
}

/** Longer than the console takes, yet not too long for the API, of which {@link userNameFaults} speaks. */
export function longUserNameFaults({ userName: { path, value } }: UserEntry): readonly Fault[] {
  const length = typeof value === 'string' && value.length <= 2 * name.max ? [...value].length : 0
  if (length <= CONSOLE_NAME_LENGTH || length > name.max) return []
  const message = 'The user name is longer than the console takes.'
  const counts = { expected: `at most ${CONSOLE_NAME_LENGTH} characters`, actual: `${length} characters` }
  return [{ reason: 'too-long', path, ...counts, message }]
}

export function userIdFaults({ userId }: UserEntry): readonly Fault[] {
  return textFaults(userId, 'The user id', storeId)
}

export function emailsFaults(entry: UserEntry): readonly Fault[] {
  return [...listFaults(entry.emails, 'emails', 0, MAX_EMAILS), ...emailsOf(entry).flatMap(emailFaults)]
}

export function externalIdsFaults(entry: UserEntry): readonly Fault[] {
  if (entry.shape === 'scim') return optionalTextFaults(entry.externalIds, 'The external id', externalId)
  const identityStore = entry.shape === 'identity-store'
  return [
    ...listFaults(entry.externalIds, 'external ids', identityStore ? 1 : 0, MAX_EXTERNAL_IDS),
    ...externalIdsOf(entry).flatMap((item) => externalIdFaults(item, identityStore)),
  ]
}

/** A display name is the one other member that is read, so its type is a matter of shape. */
export function displayNameFaults({ displayName }: UserEntry): readonly Fault[] {
  return displayName.value === '' ? [] : optionalTextFaults(displayName, 'The display name', anyText)
}

function listFaults({ path, value }: Located, what: string, min: number, max: number): readonly Fault[] {
  if (value === undefined) return []
  const expected = `a list of ${min} to ${max}`
  const fault = (reason: string, message: string): Fault[] => [
    { reason, path, expected, actual: kindOf(value), message },
  ]
  if (!Array.isArray(value)) return fault('type', `The ${what} are not a list.`)
  if (value.length < min) return fault('empty', `The list of ${what} is empty.`)
  return value.length > max ? fault('too-many', `The user has too many ${what}.`) : []
}

function objectFaults({ path, value }: Located): readonly Fault[] | undefined {
  if (isObject(value)) return undefined
  return [
    { reason: 'type', path, expected: 'an object', actual: kindOf(value), message: 'This is not an object.' },
  ]
}

function emailFaults(email: EmailEntry): readonly Fault[] {
  return objectFaults(email) ?? [...textFaults(email.address, 'The email', anyText), ...primaryFaults(email)]
}

function primaryFaults({ primary: { path, value } }: EmailEntry): readonly Fault[] {
  if (value === undefined || typeof value === 'boolean') return []
  const message = 'Whether the email is the primary one is not a boolean.'
  return [{ reason: 'type', path, expected: 'a boolean', actual: kindOf(value), message }]
}

function externalIdFaults(item: ExternalIdEntry, issuerRequired: boolean): readonly Fault[] {
  const issuerFaults = issuerRequired ? textFaults : optionalTextFaults
  return (
    objectFaults(item) ?? [
      ...textFaults(item.id, 'The external id', externalId),
      ...issuerFaults(item.issuer, "The external id's issuer", externalId),
    ]
  )
}

export function statusFaults({ shape, status: { path, value } }: UserEntry): readonly Fault[] {
  if (value === undefined && shape !== 'user') return []
  const allowed: readonly unknown[] = shape === 'scim' ? [true, false] : ['ENABLED', 'DISABLED']
  if (allowed.includes(value)) return []
  const reason = value === undefined ? 'missing' : typeof value === typeof allowed[0] ? 'unknown' : 'type'
  const message = 'The status of the user cannot be told.'
  return [{ reason, path, expected: allowed.join(' or '), actual: shown(value), message }]
}

export function groupFaults(entry: UserEntry): readonly Fault[] {
  const faults: Fault[] = []
  if (entry.groups.length > 1) {
    const actual = entry.groups.map((list) => list.path).join(' and ')
    const message = 'The groups of the user stand in two lists.'
    faults.push({ reason: 'ambiguous', path: entry.path, expected: 'one list of groups', actual, message })
  }
  for (const list of entry.groups) faults.push(...listFaults(list, 'groups', 0, MAX_GROUPS))
  const seen = new Set<string>()
  for (const id of groupIdsOf(entry)) {
    faults.push(...textFaults(id, 'The group id', storeId))
    if (typeof id.value !== 'string' || entry.groups.length > 1) continue
    if (seen.has(id.value)) {
      const message = 'The group is listed twice.'
      faults.push({ reason: 'duplicate', path: id.path, expected: 'different groups', message })
    }
    seen.add(id.value)
  }
  return faults
}
