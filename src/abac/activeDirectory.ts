import { isObject, memberPath } from '../core/json.js'
import type { Verdict } from '../core/outcome.js'
import { failingRules, verdictOf, type Fault, type Rule } from '../core/rule.js'
import { kindOf, shown } from '../core/shown.js'
import { reading } from './misuse.js'

/** A user attribute of Identity Center to the expression of Active Directory that it is filled from. */
export type DirectoryMappings = Readonly<Partial<Record<MappedAttribute, string>>>

export type MappedAttribute =
  | 'displayname'
  | 'emails[?primary].value'
  | 'externalid'
  | 'name.givenname'
  | 'name.familyname'
  | 'name.middlename'
  | 'username'

/** The mappings of Identity Center for Microsoft Active Directory, unless an administrator changes them. */
export const defaultDirectoryMappings: Readonly<Record<MappedAttribute, string>> = Object.freeze({
  displayname: '${displayname}',
  'emails[?primary].value': '${mail}',
  externalid: '${objectguid}',
  'name.givenname': '${givenname}',
  'name.familyname': '${sn}',
  'name.middlename': '${initials}',
  username: '${userprincipalname}',
})

/** The attributes of Active Directory that a mapping may name; those of lists have a form of their own and are not read. */
export const directoryAttributes: readonly string[] = Object.freeze([
  'samaccountname',
  'description',
  'objectguid',
  'givenname',
  'sn',
  'initials',
  'mail',
  'userprincipalname',
  'displayname',
  'distinguishedname',
  'useraccountcontrol',
  'associateddomain',
])

/** A user as SCIM has it, as far as Active Directory fills it: what `sessionTags` takes. */
export interface DirectoryUser {
  readonly userName: string
  readonly displayName?: string
  readonly externalId?: string
  readonly name?: { readonly givenName?: string; readonly familyName?: string; readonly middleName?: string }
  readonly emails?: readonly [{ readonly value: string; readonly primary: true }]
}

interface DirectorySubject {
  readonly faults: readonly Fault[]
  readonly mappingFaults: readonly Fault[]
  readonly userName: string | undefined
}

const MAX_EXPRESSION = 256
/** Read whatever the mappings: it stands in for a user name that would be empty. */
const USER_NAME = 'userprincipalname'

export const activeDirectoryRules: readonly Rule<DirectorySubject>[] = [
  {
    id: 'abac/directory-mapping',
    severity: 'error',
    source: 'Identity Center User Guide, Default mappings between IAM Identity Center and Microsoft AD; R119',
    title: 'A mapping fills a known user attribute from attributes of Active Directory that are supported',
    fix: 'Write expressions such as ${mail}, of the attributes that the guide lists (directoryAttributes).',
    check: ({ mappingFaults }) => mappingFaults,
  },
  {
    id: 'abac/directory-entry',
    severity: 'error',
    source:
      'Identity Center User Guide, Default mappings between IAM Identity Center and Microsoft AD; R123; R145',
    title: 'An entry of Active Directory has one text for each mapped attribute, and a user name',
    fix: 'Keep one value in the attribute that the path names; userPrincipalName must not be empty.',
    check: ({ faults, userName }) => [
      ...faults,
      ...(userName === undefined || userName === ''
        ? [{ reason: 'no-user-name', path: '$', message: 'No user name comes of the entry.' }]
        : []),
    ],
  },
]

/**
 * The user that Identity Center makes of an entry of Active Directory: LDAP attributes by name, in whatever case, each a
 * text or a list of one. Attributes that are absent leave the user without them; where the user name would be empty, the
 * userPrincipalName is taken. Only what mappings name is read (R129).
 */
export function userFromActiveDirectory(
  entry: unknown,
  mappings: DirectoryMappings = defaultDirectoryMappings,
): Verdict<DirectoryUser> {
  const { subject, values } = reading(() => read(entry, mappings))
  return verdictOf(failingRules(activeDirectoryRules, subject), () => userOf(values, subject.userName ?? ''))
}

type Values = ReadonlyMap<string, string>

function read(entry: unknown, mappings: unknown): { subject: DirectorySubject; values: Values } {
  const values = new Map<string, string>()
  const faults: Fault[] = []
  const mappingFaults: Fault[] = []
  const expressions: { readonly name: string; readonly parts: readonly Part[] }[] = []
  if (!isObject(mappings)) mappingFaults.push(notAnObject('mappings', mappings))
  for (const [name, expression] of Object.entries(isObject(mappings) ? mappings : {}).slice(0, 50)) {
    const path = `mappings[${shown(name, 60)}]`
    if (!Object.hasOwn(defaultDirectoryMappings, name)) {
      mappingFaults.push({
        reason: 'unknown-attribute',
        path,
        message: 'Identity Center maps no such attribute.',
      })
      continue
    }
    const parts = partsOf(expression)
    if (parts === undefined) {
      const message = 'The expression names no attributes of Active Directory that are supported.'
      mappingFaults.push({ reason: 'expression', path, actual: shown(expression), message })
      continue
    }
    expressions.push({ name, parts })
  }
  const named = expressions.flatMap(({ parts }) => parts.flatMap((part) => ('name' in part ? part.name : [])))
  const attributes = attributesOf(entry, new Set([...named, USER_NAME]), faults)
  for (const { name, parts } of expressions)
    values.set(
      name,
      parts.map((part) => ('text' in part ? part.text : (attributes.get(part.name) ?? ''))).join(''),
    )
  const userName = values.get('username') || attributes.get(USER_NAME)
  return { subject: { faults, mappingFaults, userName }, values }
}

type Part = { readonly text: string } | { readonly name: string }

/** `${givenname} ${sn}` in parts; undefined for an expression without any attribute, or with one that is not supported. */
function partsOf(expression: unknown): readonly Part[] | undefined {
  if (typeof expression !== 'string' || expression.length > MAX_EXPRESSION) return undefined
  const parts: Part[] = []
  for (const piece of expression.split(/(\$\{[^{}]*\})/)) {
    if (!piece.startsWith('${')) {
      if (/[${}]/.test(piece)) return undefined
      parts.push({ text: piece })
      continue
    }
    const name = piece.slice(2, -1).toLowerCase()
    if (!directoryAttributes.includes(name)) return undefined
    parts.push({ name })
  }
  return parts.some((part) => 'name' in part) ? parts : undefined
}

/** The wanted attributes of an entry by lower-case name: LDAP names have no case (RFC 4512 2.5). */
function attributesOf(entry: unknown, wanted: ReadonlySet<string>, faults: Fault[]): Values {
  const found = new Map<string, string>()
  if (!isObject(entry)) {
    faults.push(notAnObject('$', entry))
    return found
  }
  for (const [name, given] of Object.entries(entry)) {
    const folded = name.toLowerCase()
    if (!wanted.has(folded)) continue
    const path = memberPath('$', name)
    const list: readonly unknown[] = Array.isArray(given) ? given : given === null ? [] : [given]
    if (list.length > 1) {
      const message = 'The attribute has several values.'
      faults.push({ reason: 'multi-valued', path, actual: kindOf(given), message })
    } else if (found.has(folded)) {
      faults.push({ reason: 'duplicate', path, message: 'The attribute comes twice, in another case.' })
    } else if (list.length === 1) {
      if (typeof list[0] === 'string') found.set(folded, list[0])
      else
        faults.push({ reason: 'type', path, actual: kindOf(list[0]), message: 'The attribute is no text.' })
    }
  }
  return found
}

function userOf(values: Values, userName: string): DirectoryUser {
  const text = <const N extends string>(as: N, name: MappedAttribute): { readonly [K in N]?: string } => {
    const value = values.get(name)
    return (value === undefined || value === '' ? {} : { [as]: value }) as { readonly [K in N]?: string }
  }
  const name = {
    ...text('givenName', 'name.givenname'),
    ...text('familyName', 'name.familyname'),
    ...text('middleName', 'name.middlename'),
  }
  const email = values.get('emails[?primary].value')
  return {
    userName,
    ...text('displayName', 'displayname'),
    ...text('externalId', 'externalid'),
    ...(Object.keys(name).length === 0 ? {} : { name }),
    ...(email === undefined || email === '' ? {} : { emails: [{ value: email, primary: true }] as const }),
  }
}

function notAnObject(path: string, value: unknown): Fault {
  return {
    reason: 'type',
    path,
    expected: 'an object',
    actual: kindOf(value),
    message: `${path} is no object.`,
  }
}
