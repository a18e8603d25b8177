import type { Verdict } from '../core/outcome.js'
import { runRules, verdictOf, type Fault, type Rule } from '../core/rule.js'
import { shown } from '../core/shown.js'
import { misuse } from './expectation.js'

/** A user of an identity provider's directory, and the NameID that its settings make of the user. */
export interface NamedPerson {
  /** How the export names the user: an id or a login. */
  readonly id: string
  readonly nameID: string
}

interface NameIDsSubject {
  readonly people: readonly NamedPerson[]
}

/** More of one kind than a person wants to read. */
const MANY = 100

export const uniqueNameIDRules: readonly Rule<NameIDsSubject>[] = [
  {
    id: 'saml/nameid-unique',
    severity: 'error',
    source: 'R029; R004',
    title: 'The identity provider makes a NameID of its own for each user',
    fix: 'Map the NameID to an attribute that only one user has (Okta: "Application username format", Okta username).',
    check: ({ people }) =>
      sharers(people, (nameID) => nameID).flatMap((group) =>
        faultsOf(group, 'shared', 'Several users sign in as one user of Identity Center.'),
      ),
  },
  {
    id: 'saml/nameid-unique-case',
    severity: 'warning',
    source: 'R029; R004',
    title: 'NameIDs differ in more than case',
    fix: 'Map an attribute whose values differ in more than case: user names are compared to the letter, and people do not.',
    check: ({ people }) =>
      sharers(people, (nameID) => nameID.toLowerCase())
        .filter((group) => new Set(group.map(({ person }) => person.nameID)).size > 1)
        .flatMap((group) => faultsOf(group, 'case', 'Users of this name differ in case alone.')),
  },
]

/**
 * Whether two users of an identity provider would sign in as one, given an export of its directory and the NameID that
 * its settings make of each user (R029).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what has not the declared types
 */
export function checkUniqueNameIDs(people: readonly NamedPerson[]): Verdict<readonly NamedPerson[]> {
  if (!Array.isArray(people)) misuse('people must be a list.')
  for (const person of people as readonly (Partial<NamedPerson> | null)[])
    if (typeof person !== 'object' || typeof person?.id !== 'string' || typeof person.nameID !== 'string')
      misuse('people hold texts: id and nameID.')
  return verdictOf(runRules(uniqueNameIDRules, { people }), () => people)
}

interface Placed {
  readonly person: NamedPerson
  readonly index: number
}

/** The groups of two or more people who have one key, in the order of the list. */
function sharers(
  people: readonly NamedPerson[],
  keyOf: (nameID: string) => string,
): readonly (readonly Placed[])[] {
  const groups = new Map<string, Placed[]>()
  for (const [index, person] of people.entries()) {
    const key = keyOf(person.nameID)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [{ person, index }])
    else group.push({ person, index })
  }
  return [...groups.values()].filter((group) => group.length > 1).slice(0, MANY)
}

function faultsOf(group: readonly Placed[], reason: string, message: string): readonly Fault[] {
  const [first, ...rest] = group
  if (first === undefined) return []
  const others = rest
    .slice(0, 5)
    .map(({ person }) => shown(person.id))
    .join(', ')
  const more = rest.length > 5 ? ` and ${rest.length - 5} more` : ''
  return [
    {
      reason,
      path: `people[${first.index}].nameID`,
      expected: 'a NameID of one user only',
      actual: `${shown(first.person.nameID)} of ${shown(first.person.id)}, ${others}${more}`,
      message,
    },
  ]
}
