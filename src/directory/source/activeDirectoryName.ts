import type { Verdict } from '../../core/outcome.js'
import { runRules, verdictOf, type Rule } from '../../core/rule.js'
import { misuse, requireObject } from '../portal/arguments.js'

/** A user name as somebody typed it where Active Directory is the identity source (R040). */
export type ActiveDirectoryName =
  | { readonly form: 'plain'; readonly userName: string }
  | { readonly form: 'down-level'; readonly domain: string; readonly userName: string }
  | { readonly form: 'upn'; readonly userName: string; readonly suffix: string }

export interface ActiveDirectorySignIn {
  /** As typed. */
  readonly name: string
  /** How Identity Center asks for a second factor; `disabled` where it does not. */
  readonly mfa: 'disabled' | 'context-aware' | 'always-on'
  /** In how many domains users are looked for. */
  readonly domains: number
}

export const activeDirectoryNameRules: readonly Rule<ActiveDirectorySignIn>[] = [
  {
    id: 'source/active-directory-name',
    severity: 'error',
    source: 'R040',
    title: 'A user name is plain, DOMAIN\\user, or user@suffix',
    fix: 'Type the user name in one of the three forms.',
    check: ({ name }) =>
      readName(name) === undefined
        ? [{ reason: 'form', path: 'name', message: 'This is no user name.' }]
        : [],
  },
  {
    id: 'source/active-directory-domain',
    severity: 'error',
    source: 'R040',
    title: 'With MFA, or with users in four or more domains, a user name is DOMAIN\\user',
    fix: 'Sign in as DOMAIN\\user.',
    check: ({ name, mfa, domains }) => {
      const read = readName(name)
      if (read === undefined) return 'cantTell'
      if (read.form === 'down-level') return []
      const expected = 'DOMAIN\\user'
      if (mfa !== 'disabled')
        return [
          { reason: 'mfa', path: 'name', expected, actual: read.form, message: 'MFA asks for the domain.' },
        ]
      return domains >= 4
        ? [
            {
              reason: 'domains',
              path: 'name',
              expected,
              actual: read.form,
              message: 'There are too many domains.',
            },
          ]
        : []
    },
  },
]

/** Reads a user name typed to sign in with Active Directory, and tells when its form is why it fails (R040). */
export function readActiveDirectoryName(signIn: ActiveDirectorySignIn): Verdict<ActiveDirectoryName> {
  requireObject(signIn, 'signIn')
  const { name, mfa, domains } = signIn
  if (typeof name !== 'string') misuse('name is a text.')
  if (!['disabled', 'context-aware', 'always-on'].includes(mfa))
    misuse('mfa is disabled, context-aware or always-on.')
  if (!Number.isSafeInteger(domains) || domains < 1) misuse('domains is a number.')
  return verdictOf(
    runRules(activeDirectoryNameRules, signIn),
    () => readName(name) ?? misuse('name was refused.'),
  )
}

// sAMAccountName and NetBIOS names take none of these.
const PART =
  /^[^\s"/\\[\]:;|=,+*?<>@\p{Cc}](?:[^"/\\[\]:;|=,+*?<>@\p{Cc}]{0,254}[^\s"/\\[\]:;|=,+*?<>@\p{Cc}])?$/u

function readName(name: string): ActiveDirectoryName | undefined {
  if (name.length > 512) return undefined
  const [first = '', second, third] = name.split('\\')
  if (third !== undefined) return undefined
  if (second !== undefined)
    return PART.test(first) && PART.test(second)
      ? { form: 'down-level', domain: first, userName: second }
      : undefined
  const [user = '', suffix, more] = name.split('@')
  if (more !== undefined || !PART.test(user)) return undefined
  if (suffix === undefined) return { form: 'plain', userName: user }
  return PART.test(suffix) ? { form: 'upn', userName: user, suffix } : undefined
}
