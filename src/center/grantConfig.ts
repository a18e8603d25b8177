import { isObject, memberPath, type JsonObject } from '../core/json.js'
import type { CheckResult, Fault, Rule } from '../core/rule.js'
import { kindOf, printable, shown } from '../core/shown.js'
import { isScopeToken, publicScopes, type PublicScope } from '../oauth/index.js'
import { defaultScopes } from '../oauth/scope.js'
import { member, unknownMembers } from '../tti/configuration/fields.js'

/** What a configuration may say of grants: scopes of public clients beside the known ones, and names of the instance. */
export const grantMembers = ['PublicScopes', 'StartUrls'] as const

const MAX_DESCRIPTION = 200

export const grantConfigRules: readonly Rule<{ readonly value: unknown }>[] = [
  {
    id: 'center/public-scopes',
    severity: 'error',
    source: 'R190; R193',
    title: 'Scopes of public clients have a name of their own, and a description that people can read',
    fix: 'Write "PublicScopes": [{ "Scope": "notes:read", "Description": "Read your notes" }].',
    check: ({ value }) =>
      eachOf(value, 'PublicScopes', (entry, path, before) => {
        if (!isObject(entry)) return [notObject(entry, path)]
        const scope = member(entry, 'Scope')
        const description = member(entry, 'Description')
        const faults: Fault[] = [...unknownMembers(entry, ['Scope', 'Description'], path)]
        const at = memberPath(path, 'Scope')
        if (typeof scope !== 'string' || !isScopeToken(scope) || scope.includes(','))
          faults.push({ reason: 'not-a-scope', path: at, actual: shown(scope), message: 'It is no scope.' })
        else if (
          known.has(scope) ||
          before.some((other) => isObject(other) && member(other, 'Scope') === scope)
        )
          faults.push({
            reason: 'duplicate',
            path: at,
            actual: shown(scope),
            message: 'There is such a scope already.',
          })
        if (!isReadable(description))
          faults.push({
            reason: 'unreadable',
            path: memberPath(path, 'Description'),
            expected: `1 to ${MAX_DESCRIPTION} characters`,
            actual: shown(description),
            message: 'The description cannot be shown to people.',
          })
        return faults
      }),
  },
  {
    id: 'center/start-urls',
    severity: 'error',
    source: 'R197',
    title: 'Start URLs are http or https URLs',
    fix: 'Write "StartUrls": ["https://my-company.awsapps.com/start"].',
    check: ({ value }) =>
      eachOf(value, 'StartUrls', (entry, path) => {
        const fits =
          typeof entry === 'string' && entry.length <= 512 && /^https?:\/\/[\x21-\x7e]+$/.test(entry)
        return fits && URL.canParse(entry)
          ? []
          : [{ reason: 'not-url', path, actual: shown(entry), message: 'It is no URL.' }]
      }),
  },
]

const known: ReadonlySet<string> = new Set([...defaultScopes, ...publicScopes.map(({ scope }) => scope)])

/** The grants' part of a configuration that the rules have passed. */
export function grantConfigOf(config: JsonObject): {
  readonly publicScopes: readonly PublicScope[]
  readonly startURLs: readonly string[]
} {
  const list = (name: string): readonly unknown[] => {
    const value = member(config, name)
    return Array.isArray(value) ? value : []
  }
  return {
    publicScopes: list('PublicScopes').map((entry) => {
      const object = isObject(entry) ? entry : {}
      return { scope: String(member(object, 'Scope')), description: String(member(object, 'Description')) }
    }),
    startURLs: list('StartUrls').map(String),
  }
}

function eachOf(
  config: unknown,
  name: string,
  look: (entry: unknown, path: string, before: readonly unknown[]) => readonly Fault[],
): CheckResult {
  if (!isObject(config)) return 'cantTell'
  const list = member(config, name)
  const at = memberPath('$', name)
  if (list === undefined) return 'notApplicable'
  if (!Array.isArray(list))
    return [{ reason: 'not-array', path: at, actual: kindOf(list), message: `${name} is not an array.` }]
  return list.flatMap((entry: unknown, index) => look(entry, memberPath(at, index), list.slice(0, index)))
}

function isReadable(text: unknown): boolean {
  if (typeof text !== 'string' || text.trim() === '') return false
  return text.length <= MAX_DESCRIPTION && printable(text) === text
}

function notObject(entry: unknown, path: string): Fault {
  return { reason: 'not-object', path, actual: kindOf(entry), message: 'The element is not an object.' }
}
