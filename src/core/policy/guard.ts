import type { Condition } from './conditions.js'
import { contextKey } from './context.js'
import type { Statement } from './statement.js'

/** Whether a statement asks for a key to be there: `Null` with `false`. */
export function isGuarded({ conditions }: Pick<Statement, 'conditions'>, key: string): boolean {
  return conditions.some(
    ({ operator, key: guarded, values }) =>
      operator === 'Null' &&
      contextKey(guarded) === contextKey(key) &&
      values.length === 1 &&
      values[0] === 'false',
  )
}

/** The conditions of an Allow that hold of a request without the key, because `ForAllValues` does and nothing guards it. */
export function unguardedConditions(statement: Statement): readonly Condition[] {
  if (statement.effect !== 'Allow') return []
  return statement.conditions.filter(
    ({ quantifier, key }) => quantifier === 'ForAllValues' && !isGuarded(statement, key),
  )
}
