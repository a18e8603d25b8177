import { memberPath } from '../../core/json.js'
import type { Fault } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { LIMITS } from '../../core/sts/index.js'
import { isScopeToken } from '../scope.js'

/** What is wrong with a list of scopes of which only `known` ones can be had; paths are those of a member `scopes`. */
export function scopeFaults(scopes: readonly string[], known: readonly string[]): readonly Fault[] {
  const path = '$.scopes'
  if (scopes.length > LIMITS.scopesPerRequest)
    return [
      {
        reason: 'too-many',
        path,
        expected: `at most ${LIMITS.scopesPerRequest}`,
        actual: `${scopes.length}`,
        message: 'There are too many scopes.',
      },
    ]
  return scopes.flatMap((scope, index): readonly Fault[] => {
    const at = memberPath(path, index)
    const actual = shown(scope, 60)
    if (!isScopeToken(scope)) {
      const fix =
        scope === 'codewhisperer:task assist'
          ? 'The guide prints this scope with a space by mistake: send "codewhisperer:taskassist".'
          : 'Send each scope as a text of its own: printable ASCII without space, quote and backslash.'
      return [{ reason: 'not-a-scope', path: at, actual, message: 'This cannot be a scope.', fix }]
    }
    if (scopes.indexOf(scope) !== index)
      return [{ reason: 'duplicate', path: at, actual, message: 'The scope occurs twice.' }]
    if (known.includes(scope)) return []
    return [{ reason: 'unknown', path: at, actual, message: 'The scope is not to be had here.' }]
  })
}
