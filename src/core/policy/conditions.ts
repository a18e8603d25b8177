import { readingOf, readingsOf, type Context, type Reading } from './context.js'
import { OPERATORS, type Operator, type OperatorName } from './operators.js'
import { fillTemplate, variablesIn, type PolicyVersion } from './variables.js'

/** One operator applied to one key, as parsed. */
export interface Condition {
  readonly operator: OperatorName
  readonly quantifier?: 'ForAllValues' | 'ForAnyValue'
  readonly ifExists: boolean
  /** As the policy spells it. */
  readonly key: string
  /** As the policy spells them, variables included. */
  readonly values: readonly string[]
  /** The JSON path of the key, whose parent is the operator as the policy spells it. */
  readonly path: string
}

/** What a condition is held against, and for which effect. */
export interface Test {
  readonly version: PolicyVersion
  readonly context: Context
  readonly effect: 'Allow' | 'Deny'
}

/** The operator as a policy spells it, such as `ForAllValues:StringLikeIfExists`. */
export function operatorOf({ operator, quantifier, ifExists }: Condition): string {
  return `${quantifier === undefined ? '' : `${quantifier}:`}${operator}${ifExists ? 'IfExists' : ''}`
}

/**
 * Whether the condition holds, with IAM's semantics. Values are ORed (none may match for a negated operator); an absent
 * key satisfies negated operators, `IfExists` and `ForAllValues`, and nothing else.
 *
 * What IAM leaves open is decided so that it never opens anything: an Allow must hold however it is read, and a Deny
 * holds when it does in one way. Open are tag keys that differ in case and variables with the empty text
 * ({@link Reading}), several values without `ForAllValues` or `ForAnyValue`, the empty text where presence is asked for,
 * values that cannot be compared, and variables that cannot be filled, which "might cause the entire statement to be
 * invalid": no Allow applies with one, and for a Deny it is a value that matches nothing.
 */
export function holds(condition: Condition, test: Test): boolean {
  const one = (reading: Reading): boolean => holdsAs(condition, test, reading)
  const variables = condition.values.flatMap((value) => variablesIn(value, test.version))
  const readings = readingsOf(
    test.context,
    [condition.key],
    variables.map(({ key }) => key),
  )
  return test.effect === 'Deny' ? readings.some(one) : readings.every(one)
}

function holdsAs(condition: Condition, { version, context, effect }: Test, reading: Reading): boolean {
  const operator: Operator = OPERATORS[condition.operator]
  const actual = readingOf(context, condition.key, reading)
  // "A null data set, such as an empty string": the quantifiers take it for nothing.
  const nothing = actual.every((value) => value === '')
  if (operator.wants === 'presence') {
    // A key with the empty text is there, and has no value: IAM does not say what Null makes of it.
    const answers = [...new Set([actual.length === 0, nothing])].map(String)
    const asked = (answer: string) => condition.values.includes(answer)
    return effect === 'Deny' ? answers.some(asked) : answers.every(asked)
  }
  if (actual.length === 0 && condition.ifExists) return true
  const filled = condition.values.map((value) => fillTemplate(value, version, context, reading))
  const expected = filled.filter((pattern) => pattern !== undefined)
  if (effect === 'Allow' && expected.length < filled.length) return false
  const one = (value: string): boolean => {
    let unclear = false
    for (const pattern of expected) {
      const matched = operator.matches(pattern, value)
      if (matched === true) return !operator.negated
      if (matched === undefined) unclear = true
    }
    return unclear ? effect === 'Deny' : operator.negated
  }
  if (condition.quantifier === 'ForAllValues') return nothing || actual.every(one)
  if (condition.quantifier === 'ForAnyValue') return !nothing && actual.some(one)
  if (actual.length === 0) return operator.negated
  return effect === 'Deny' ? actual.some(one) : actual.every(one)
}
