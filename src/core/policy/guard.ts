import type { Condition } from './conditions.js'
import { contextKey } from './context.js'
import { OPERATORS } from './operators.js'
import type { Statement } from './statement.js'

/** Whether a statement asks for a key to be there: by `Null` with `false`, or by what does not hold of an absent key. */
export function isGuarded({ conditions }: Pick<Statement, 'conditions'>, key: string): boolean {
  return conditions.some((condition) => contextKey(condition.key) === contextKey(key) && wantsKey(condition))
}

function wantsKey({ operator, quantifier, ifExists, values }: Condition): boolean {
  if (operator === 'Null') return values.length === 1 && values[0] === 'false'
  if (ifExists || quantifier === 'ForAllValues') return false
  return quantifier === 'ForAnyValue' || !OPERATORS[operator].negated
}

/** The conditions of an Allow that hold of a request without the key, because `ForAllValues` does and nothing guards it. */
export function unguardedConditions(statement: Statement): readonly Condition[] {
  if (statement.effect !== 'Allow') return []
  return statement.conditions.filter(
    ({ quantifier, key }) => quantifier === 'ForAllValues' && !isGuarded(statement, key),
  )
}
