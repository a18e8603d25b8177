import { isObject, memberPath } from '../core/json.js'
import { nearest } from '../core/nearest.js'
import type { Fault } from '../core/rule.js'
import { kindOf, shown } from '../core/shown.js'
import { ATTRIBUTES, ENTERPRISE_TEXTS, LISTS, NAME_PARTS, TEXTS, UNSUPPORTED } from './scimSchema.js'
import { CORE, ENTERPRISE, items, member, type ScimUserEntry } from './scimUserEntry.js'
import { optionalTextFaults, textFaults, type TextLimits } from './textFaults.js'
import type { Located } from './userEntry.js'

/** C33: the guide's pattern has lost its space on the way; names have some. */
const text: TextLimits = {
  max: 1024,
  pattern: /^[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r \u3000]+$/u,
  form: 'letters, marks, symbols, digits, punctuation and spaces',
}
/** Findings of one kind: enough to see what is wrong. */
const MANY = 20

export function schemasFaults({ value }: ScimUserEntry): readonly Fault[] {
  const { path, value: schemas } = member(value, '$', 'schemas')
  if (schemas === undefined)
    return [{ reason: 'missing', path, expected: CORE, message: 'The user names no schema.' }]
  if (!Array.isArray(schemas))
    return [{ reason: 'type', path, expected: 'a list', actual: kindOf(schemas), message: 'The schemas are not a list.' }] // prettier-ignore
  const faults: Fault[] = []
  if (!schemas.includes(CORE))
    faults.push({ reason: 'missing', path, expected: CORE, message: 'The schema of users is not named.' })
  schemas.slice(0, MANY).forEach((schema: unknown, index) => {
    if (schema === CORE || schema === ENTERPRISE) {
      if (schemas.indexOf(schema) !== index)
        faults.push({ reason: 'duplicate', path: memberPath(path, index), actual: shown(schema), message: 'The schema is named twice.' }) // prettier-ignore
      return
    }
    const meant = typeof schema === 'string' ? nearest(schema, [CORE, ENTERPRISE]) : undefined
    faults.push({
      reason: 'unknown',
      path: memberPath(path, index),
      expected: meant ?? `${CORE} or ${ENTERPRISE}`,
      actual: shown(schema),
      message: 'Identity Center does not know this schema.',
    })
  })
  if (Object.hasOwn(value, ENTERPRISE) && !schemas.includes(ENTERPRISE))
    faults.push({
      reason: 'unlisted',
      path,
      expected: ENTERPRISE,
      message: 'The user has attributes of the enterprise schema, which is not named.',
    })
  return faults
}

export function nameFaults({ value }: ScimUserEntry): readonly Fault[] {
  const name = member(value, '$', 'name')
  if (name.value !== undefined && !isObject(name.value))
    return [{ reason: 'type', path: name.path, expected: 'an object', actual: kindOf(name.value), message: 'The name is not an object.' }] // prettier-ignore
  const parts = NAME_PARTS.map((part) => ({ part, at: member(name.value, name.path, part) }))
  return parts.flatMap(({ part, at }) => {
    if (part === 'givenName') return textFaults(at, 'The first name', text)
    if (part === 'familyName') return textFaults(at, 'The last name', text)
    return optionalTextFaults(at, 'This part of the name', text)
  })
}

export function displayNameFaults({ value }: ScimUserEntry): readonly Fault[] {
  return textFaults(member(value, '$', 'displayName'), 'The display name', text)
}

export function plainTextFaults({ value }: ScimUserEntry): readonly Fault[] {
  return TEXTS.flatMap((name) => optionalTextFaults(member(value, '$', name), 'This attribute', text))
}

/** Each list is a list, and has one item at the most (R147). */
export function singleValueFaults({ value }: ScimUserEntry): readonly Fault[] {
  return Object.keys(LISTS).flatMap((name): readonly Fault[] => {
    const { path, value: list } = member(value, '$', name)
    if (list === undefined) return []
    const expected = 'a list of one item at the most'
    if (!Array.isArray(list))
      return [{ reason: 'type', path, expected, actual: kindOf(list), message: 'This is not a list.' }]
    return list.length > 1
      ? [{ reason: 'several', path, expected, actual: kindOf(list), message: 'The list has several items.' }]
      : []
  })
}

/** What the items of the lists hold. */
export function listItemFaults({ value }: ScimUserEntry): readonly Fault[] {
  return Object.entries(LISTS).flatMap(([list, names]) =>
    items(member(value, '$', list))
      .slice(0, MANY)
      .flatMap((item): readonly Fault[] => {
        if (!isObject(item.value))
          return [{ reason: 'type', path: item.path, expected: 'an object', actual: kindOf(item.value), message: 'The item is not an object.' }] // prettier-ignore
        return names.flatMap((name) => {
          const at = member(item.value, item.path, name)
          if (name === 'primary') return booleanFaults(at)
          return name === 'value'
            ? textFaults(at, 'The value', text)
            : optionalTextFaults(at, 'This part', text)
        })
      }),
  )
}

function booleanFaults({ path, value }: Located): readonly Fault[] {
  if (value === undefined || typeof value === 'boolean') return []
  return [{ reason: 'type', path, expected: 'true or false', actual: shown(value), message: 'This is not a boolean.' }] // prettier-ignore
}

export function enterpriseFaults({ value }: ScimUserEntry): readonly Fault[] | 'notApplicable' {
  const extension = member(value, '$', ENTERPRISE)
  if (extension.value === undefined) return 'notApplicable'
  if (!isObject(extension.value))
    return [{ reason: 'type', path: extension.path, expected: 'an object', actual: kindOf(extension.value), message: 'The extension is not an object.' }] // prettier-ignore
  const { value: members, path } = extension
  return [
    ...ENTERPRISE_TEXTS.flatMap((name) =>
      optionalTextFaults(member(members, path, name), 'This attribute', text),
    ),
    ...managerFaults(member(members, path, 'manager')),
  ]
}

/** R153: a manager is given by the value of the id, which is not empty. */
function managerFaults(manager: Located): readonly Fault[] {
  if (manager.value === undefined) return []
  if (!isObject(manager.value))
    return [{ reason: 'type', path: manager.path, expected: '{ "value": the id of the manager }', actual: kindOf(manager.value), message: 'The manager is not an object.' }] // prettier-ignore
  return [
    ...textFaults(member(manager.value, manager.path, 'value'), "The manager's id", text),
    ...optionalTextFaults(member(manager.value, manager.path, '$ref'), "The manager's URI", text),
    ...optionalTextFaults(member(manager.value, manager.path, 'displayName'), "The manager's name", text),
  ]
}

/** R149: of the standard, and not kept. */
export function unsupportedFaults({ value }: ScimUserEntry): readonly Fault[] {
  const message = 'Identity Center does not support this attribute.'
  const of = ({ path, value: given }: Located): readonly Fault[] =>
    given === undefined ? [] : [{ reason: 'unsupported', path, message }]
  return [
    ...UNSUPPORTED.flatMap((name) => of(member(value, '$', name))),
    ...Object.keys(LISTS).flatMap((list) =>
      items(member(value, '$', list))
        .slice(0, MANY)
        .flatMap((item) => of(member(item.value, item.path, 'display'))),
    ),
    ...of(member(member(value, '$', 'meta').value, '$.meta', 'version')),
  ]
}

/** Names are told regardless of case (RFC 7643 2.1), so two that differ in it alone are one that stands twice. */
export function unknownFaults({ value }: ScimUserEntry): readonly Fault[] {
  const extension = member(value, '$', ENTERPRISE)
  const name = member(value, '$', 'name')
  return [
    ...unknownMembers(value, '$', [...ATTRIBUTES, ENTERPRISE]),
    ...unknownMembers(name.value, name.path, NAME_PARTS),
    ...unknownMembers(extension.value, extension.path, [...ENTERPRISE_TEXTS, 'manager']),
    ...Object.entries(LISTS).flatMap(([list, names]) =>
      items(member(value, '$', list))
        .slice(0, 1)
        .flatMap((item) => unknownMembers(item.value, item.path, [...names, 'display', '$ref'])),
    ),
  ].slice(0, MANY)
}

function unknownMembers(object: unknown, path: string, known: readonly string[]): readonly Fault[] {
  if (!isObject(object)) return []
  return Object.keys(object).flatMap((name): readonly Fault[] => {
    if (known.includes(name)) return []
    const sameLetters = known.find((one) => one.toLowerCase() === name.toLowerCase())
    const meant = sameLetters ?? nearest(name, known)
    return [
      {
        reason: sameLetters === undefined ? 'unknown' : 'case',
        path: memberPath(path, name),
        expected: meant,
        message:
          sameLetters === undefined
            ? 'The schema has no attribute of this name.'
            : 'The attribute is written in other letters than in the schema.',
        ...(meant === undefined ? {} : { fix: `Write ${meant}, if that is what is meant.` }),
      },
    ]
  })
}

/** R001, R004: the user name is what the NameID must be. */
export function signInFaults({ entry: { userName } }: ScimUserEntry): readonly Fault[] {
  const { path, value } = userName
  if (typeof value !== 'string' || value === '') return []
  if (value.toUpperCase().includes('#EXT#'))
    return [
      {
        reason: 'guest',
        path,
        actual: shown(value),
        message: 'This is how Entra names a guest: a NameID of this form is not taken.',
        fix: 'In Entra, map userName from the mail of guests, as the NameID is.',
      },
    ]
  return /^[^\s@]+@[^\s@]+$/.test(value)
    ? []
    : [{ reason: 'not-an-address', path, expected: 'name@domain.com', actual: shown(value), message: 'The user name is not formed like an e-mail address.' }] // prettier-ignore
}

export function emailAbsentFaults({ value }: ScimUserEntry): readonly Fault[] {
  const { path, value: emails } = member(value, '$', 'emails')
  const none = emails === undefined || (Array.isArray(emails) && emails.length === 0)
  return none ? [{ reason: 'absent', path, message: 'The user has no e-mail address.' }] : []
}

export function externalIdAbsentFaults({
  entry: { externalIds, userName },
  value,
}: ScimUserEntry): readonly Fault[] {
  const { path, value: id } = externalIds
  if (id === undefined) return [{ reason: 'absent', path, message: 'The user has no external id.' }]
  const [email] = items(member(value, '$', 'emails'))
  if (id !== userName.value && id !== member(email?.value, '', 'value').value) return []
  return [{ reason: 'mutable', path, message: 'The external id is the user name or the e-mail, which may change.' }] // prettier-ignore
}
