import type { Verdict } from '../../core/outcome.js'
import { runRules, verdictOf } from '../../core/rule.js'
import { shownIf } from '../../core/shown.js'
import { LIMITS } from '../../core/sts/index.js'
import { defaultScopes } from '../../oauth/scope.js'
import type { Application } from '../application.js'
import type { ExchangeRule } from '../rule.js'

export interface ScopeSubject {
  readonly requested: readonly string[] | undefined
  readonly application: Application
}

export const scopeRules: readonly ExchangeRule<ScopeSubject>[] = [
  {
    id: 'tti/receiving-application',
    severity: 'error',
    source: 'R250; R269',
    title: 'The application has a scope for a receiving application',
    fix: 'Add an access scope of the receiving application (PutApplicationAccessScope), with its ARN in AuthorizedTargets.',
    answer: 'AccessDeniedException',
    check: ({ application }) =>
      application.accessScopes.length > 0
        ? []
        : [
            {
              reason: 'none',
              path: 'application.accessScopes',
              message: 'No receiving application trusts this one.',
            },
          ],
  },
  {
    id: 'tti/scope',
    severity: 'error',
    source: 'R192; R201; R269; attack O10',
    title: 'Requested scopes (at most 25, each once) are scopes of the application',
    fix: 'Request only scopes that the application has, or none to get all of them.',
    answer: 'InvalidScopeException',
    check: ({ requested, application }) => {
      if (requested === undefined) return []
      if (requested.length === 0)
        return [{ reason: 'empty', path: 'scope', message: 'The request asks for no scope at all.' }]
      if (requested.length > LIMITS.scopesPerRequest) {
        return [
          {
            reason: 'too-many',
            path: 'scope',
            expected: `at most ${LIMITS.scopesPerRequest}`,
            actual: `${requested.length}`,
            message: 'The request asks for too many scopes.',
          },
        ]
      }
      const granted = scopesOf(application)
      return requested.flatMap((scope, index) => {
        const path = `scope[${index}]`
        if (requested.indexOf(scope) !== index)
          return [
            {
              reason: 'duplicate',
              path,
              actual: shownIf(scope, /^[\w:]{1,153}$/),
              message: 'The scope is asked for twice.',
            },
          ]
        return granted.includes(scope)
          ? []
          : [
              {
                reason: 'not-granted',
                path,
                actual: shownIf(scope, /^[\w:]{1,153}$/),
                message: 'The application does not have the scope.',
              },
            ]
      })
    },
  },
]

export interface NarrowingSubject {
  readonly requested: readonly string[] | undefined
  readonly granted: readonly string[]
}

export const narrowingRules: readonly ExchangeRule<NarrowingSubject>[] = [
  {
    id: 'tti/scope-growth',
    severity: 'error',
    source: 'RFC 6749 6; attack O10',
    title: 'A code or a refresh token gives no scope that was not granted with it',
    fix: 'Leave scope out, or ask only for scopes that the first answer listed; for more, let the person consent anew.',
    answer: 'InvalidScopeException',
    check: ({ requested, granted }) => {
      if (requested === undefined) return []
      if (requested.length === 0)
        return [{ reason: 'empty', path: 'scope', message: 'The request asks for no scope at all.' }]
      return requested.slice(0, LIMITS.scopesPerRequest + 1).flatMap((scope, index) => {
        const path = `scope[${index}]`
        const actual = shownIf(scope, /^[\w:]{1,153}$/)
        if (requested.indexOf(scope) !== index)
          return [{ reason: 'duplicate', path, actual, message: 'The scope is asked for twice.' }]
        return granted.includes(scope)
          ? []
          : [{ reason: 'not-granted', path, actual, message: 'The scope was not granted.' }]
      })
    },
  },
]

/** The scopes of a code or of a refresh: those granted, or fewer. */
export function narrowScopes(
  requested: readonly string[] | undefined,
  granted: readonly string[],
): Verdict<readonly string[]> {
  return verdictOf(runRules(narrowingRules, { requested, granted }), () => requested ?? granted)
}

/** The scopes that the tokens get: those requested, or all of the application's. */
export function grantScopes(
  requested: readonly string[] | undefined,
  application: Application,
): Verdict<readonly string[]> {
  return verdictOf(runRules(scopeRules, { requested, application }), () => requested ?? scopesOf(application))
}

function scopesOf(application: Application): readonly string[] {
  return [...new Set([...defaultScopes, ...application.accessScopes.map(({ scope }) => scope)])]
}
