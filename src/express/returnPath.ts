import { type Verdict } from '../core/outcome.js'
import { runRules, verdictOf, type Fault, type Rule } from '../core/rule.js'
import { shown } from '../core/shown.js'
import { appPath, misuse } from './target.js'

/** Longer than any page's address needs to be. */
const MAX_RETURN_PATH_CHARACTERS = 2_048

/** Where a sign-in may lead: one path, or everything below one. */
type Allowed = { readonly path: string; readonly below: boolean }

export interface ReturnPathSubject {
  /** Every value that came; one is right. */
  readonly returnTo: readonly string[]
  readonly allowed: readonly Allowed[]
}

/** Where a browser may be sent after a sign-in. What stands in it came from a link that anybody may have made. */
export const returnPathRules: readonly Rule<ReturnPathSubject>[] = [
  {
    id: 'express/return-path',
    severity: 'error',
    source: 'SAML Bindings 3.4.3; RFC 9700 4.11; attack S97',
    title: 'A sign-in leads to an allowed path of this app, and to no other host',
    fix: 'Give an absolute path such as /reports?year=2026, and allow it with allowedReturnPaths.',
    check: ({ returnTo, allowed }) => {
      const [path = '', ...others] = returnTo
      const reason = others.length > 0 ? 'duplicate' : (faultOf(path) ?? leadsAstray(path, allowed))
      return reason === undefined ? [] : [faultFor(reason, path)]
    },
  },
]

type Reason = keyof typeof MESSAGES

const MESSAGES = {
  duplicate: 'The path comes twice.',
  'too-long': 'The path is longer than is read here.',
  'not-a-path': 'This is no absolute path: it does not begin with a slash.',
  'other-host': 'Browsers read what begins with two slashes as the name of another host.',
  backslash: 'Browsers read a backslash as a slash.',
  characters: 'The path holds controls, white space or characters that browsers write otherwise.',
  escape: 'The path holds a broken escape, or one of a slash, a backslash or a control character.',
  'dot-segment': 'The path holds a dot segment, which browsers resolve.',
  'not-allowed': 'The path is none to which a sign-in may lead.',
} as const

function faultFor(reason: Reason, returnTo: string): Fault {
  return { reason, path: 'returnTo', actual: shown(pathPart(returnTo), 60), message: MESSAGES[reason] }
}

function faultOf(returnTo: string): Reason | undefined {
  if (returnTo.length > MAX_RETURN_PATH_CHARACTERS) return 'too-long'
  if (!returnTo.startsWith('/')) return 'not-a-path'
  if (/^\/[/\\]/.test(returnTo)) return 'other-host'
  if (returnTo.includes('\\')) return 'backslash'
  if (!/^[\x21-\x7e]+$/.test(returnTo)) return 'characters'
  const path = pathPart(returnTo)
  if (/%(?![0-9a-f]{2})|%(?:[01][0-9a-f]|2f|5c|7f)/i.test(path)) return 'escape'
  if (path.split('/').some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))) return 'dot-segment'
  const parsed = new URL(returnTo, 'https://app.invalid')
  return parsed.origin === 'https://app.invalid' && parsed.pathname === path ? undefined : 'characters'
}

function leadsAstray(returnTo: string, allowed: readonly Allowed[]): Reason | undefined {
  const own = pathPart(returnTo)
  const led = allowed.some(({ path, below }) => (below ? own.startsWith(path) : own === path))
  return led ? undefined : 'not-allowed'
}

function pathPart(returnTo: string): string {
  return returnTo.split(/[?#]/, 1)[0] ?? ''
}

/** Decides where a sign-in leads, by the values that were given of it. The value is the path, to the letter. */
export type ReturnPaths = (returnTo: string | readonly string[]) => Verdict<string>

/**
 * The return paths of an app, from its option: `/billing` allows that path with any query, `/reports/*` everything below
 * `/reports/`.
 *
 * @throws FederationError `ERR_INVALID_OPTION`
 */
export function returnPathsOf(allowedReturnPaths: unknown = ['/*']): ReturnPaths {
  if (!Array.isArray(allowedReturnPaths) || allowedReturnPaths.length === 0)
    misuse('allowedReturnPaths must be a list of paths of this app.')
  const allowed = Array.from(allowedReturnPaths as readonly unknown[], (entry): Allowed => {
    const below = typeof entry === 'string' && entry.endsWith('/*')
    return { path: appPath(below ? entry.slice(0, -1) : entry, 'Each of allowedReturnPaths'), below }
  })
  return (given) => {
    const returnTo = typeof given === 'string' ? [given] : given
    return verdictOf(runRules(returnPathRules, { returnTo, allowed }), () => returnTo[0] ?? '')
  }
}
