import type { User } from '../core/identity.js'
import { runRules, type Fault, type Rule, type RuleOutcome } from '../core/rule.js'
import { shown } from '../core/shown.js'

export interface NamedUser {
  /** Undefined where no NameID could be read. */
  readonly nameID: string | undefined
  readonly users: readonly User[]
}

const path = '/Response/Assertion/Subject/NameID'

/** Who the NameID is in the directory (R004, R005): found by userName alone, to the letter; nobody is created. */
export const samlUserRules: readonly Rule<NamedUser>[] = [
  {
    id: 'saml/user',
    severity: 'error',
    source: 'R004; R005; R029; C38',
    title: 'The NameID is the userName of exactly one user, to the letter',
    fix: 'Map the NameID to the attribute that SCIM sends as userName, and provision the user before the first sign-in: none is created by signing in.',
    check: ({ nameID, users }) => {
      if (nameID === undefined) return 'cantTell'
      const found = users.filter(({ userName }) => userName === nameID)
      const actual = shown(nameID, 300)
      if (found.length === 1) return []
      if (found.length > 1)
        return [{ reason: 'several', path, actual, message: 'Several users have this userName.' }]
      return [{ ...almost(nameID, users), path, actual }]
    },
  },
  {
    id: 'saml/user-disabled',
    severity: 'error',
    source: 'R004; C09',
    title: 'The user is enabled',
    fix: 'Enable the user, at the source from which users are provisioned.',
    check: ({ nameID, users }) => {
      const [user] = users.filter(({ userName }) => userName === nameID)
      if (!user) return 'notApplicable'
      if (user.status === 'ENABLED') return []
      return [{ reason: 'disabled', path, actual: user.status, message: 'The user is disabled.' }]
    },
  },
]

/** What each rule says of the person whom a Response names, given the users that the directory has. */
export function inspectSamlUser(
  nameID: string | undefined,
  users: readonly User[],
): { readonly user: User | undefined; readonly rules: readonly RuleOutcome[] } {
  const rules = runRules(samlUserRules, { nameID, users })
  const passed = rules.every(({ outcome }) => outcome === 'pass')
  return { user: passed ? users.find(({ userName }) => userName === nameID) : undefined, rules }
}

function almost(nameID: string, users: readonly User[]): Omit<Fault, 'path' | 'actual'> {
  const inCase = users.find(({ userName }) => userName.toLowerCase() === nameID.toLowerCase())
  if (inCase) {
    return {
      reason: 'case',
      expected: shown(inCase.userName, 300),
      message: 'A user has this userName in other upper and lower case.',
      fix: 'Send the userName exactly as it was provisioned, or provision it as the identity provider sends it.',
    }
  }
  const byEmail = users.find(({ emails }) => emails.some(({ value }) => value === nameID))
  if (byEmail) {
    return {
      reason: 'email',
      expected: shown(byEmail.userName, 300),
      message: 'This is the e-mail address of a user whose userName is another.',
      fix: 'Identity Center matches the userName, never the e-mail address: send the userName as NameID, or provision the address as userName.',
    }
  }
  return { reason: 'unknown', message: 'No user has this userName.' }
}
