import { matchArn, matchWildcard } from './match.js'

/**
 * One condition operator. A negated one matches when none of the policy's values does, so its row says what is negated.
 * `presence` asks whether the key is there and compares no value.
 */
export interface Operator {
  readonly wants: 'text' | 'arn' | 'boolean' | 'presence'
  readonly negated: boolean
  readonly matches: (expected: string, actual: string) => boolean
}

const equals = (expected: string, actual: string) => expected === actual
// Both foldings must agree: the Kelvin sign is "k" in lower case only, and is not taken for one.
const equalsIgnoreCase = (expected: string, actual: string) =>
  expected.toLowerCase() === actual.toLowerCase() && expected.toUpperCase() === actual.toUpperCase()
const sameBoolean = (expected: string, actual: string) => expected === actual.toLowerCase()

/** The operators that are evaluated. ArnEquals and ArnLike behave alike, as in IAM. */
export const OPERATORS = {
  StringEquals: { wants: 'text', negated: false, matches: equals },
  StringNotEquals: { wants: 'text', negated: true, matches: equals },
  StringEqualsIgnoreCase: { wants: 'text', negated: false, matches: equalsIgnoreCase },
  StringNotEqualsIgnoreCase: { wants: 'text', negated: true, matches: equalsIgnoreCase },
  StringLike: { wants: 'text', negated: false, matches: matchWildcard },
  StringNotLike: { wants: 'text', negated: true, matches: matchWildcard },
  ArnEquals: { wants: 'arn', negated: false, matches: matchArn },
  ArnLike: { wants: 'arn', negated: false, matches: matchArn },
  ArnNotEquals: { wants: 'arn', negated: true, matches: matchArn },
  ArnNotLike: { wants: 'arn', negated: true, matches: matchArn },
  Bool: { wants: 'boolean', negated: false, matches: sameBoolean },
  Null: { wants: 'presence', negated: false, matches: equals },
} as const satisfies Record<string, Operator>

export type OperatorName = keyof typeof OPERATORS

/** IAM's other operators, which are refused by name until they are evaluated. */
export const UNSUPPORTED_OPERATORS: readonly string[] = [
  ...['Numeric', 'Date'].flatMap((kind) =>
    ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].map(
      (comparison) => `${kind}${comparison}`,
    ),
  ),
  'BinaryEquals',
  'IpAddress',
  'NotIpAddress',
]

/** One operator applied to one key, as parsed. */
export interface Condition {
  readonly operator: OperatorName
  readonly quantifier?: 'ForAllValues' | 'ForAnyValue'
  readonly ifExists: boolean
  /** As the policy spells it. */
  readonly key: string
  readonly values: readonly string[]
  /** The JSON path of the key, whose parent is the operator as the policy spells it. */
  readonly path: string
}

/** The request's context by {@link contextKey}. */
export type Context = ReadonlyMap<string, readonly string[]>

/** Condition keys are compared without regard to case (C29). */
export function contextKey(key: string): string {
  return key.toLowerCase()
}

/**
 * Whether the condition holds, with IAM's semantics. Values are ORed (none may match for a negated operator); an absent
 * key satisfies negated operators, `IfExists` and `ForAllValues`, and nothing else.
 *
 * IAM leaves open what an operator without `ForAllValues` or `ForAnyValue` makes of several values in the request. Here
 * such an Allow needs all of them to agree and such a Deny any one, so the unclear case never opens anything.
 */
export function holds(condition: Condition, context: Context, effect: 'Allow' | 'Deny'): boolean {
  const operator: Operator = OPERATORS[condition.operator]
  const actual = context.get(contextKey(condition.key)) ?? []
  // "A null data set, such as an empty string": what presence and the two quantifiers take for nothing.
  const nothing = actual.every((value) => value === '')
  if (operator.wants === 'presence') return condition.values.includes(String(nothing))
  if (actual.length === 0 && condition.ifExists) return true
  const one = (value: string) =>
    condition.values.some((expected) => operator.matches(expected, value)) !== operator.negated
  if (condition.quantifier === 'ForAllValues') return nothing || actual.every(one)
  if (condition.quantifier === 'ForAnyValue') return !nothing && actual.some(one)
  if (actual.length === 0) return operator.negated
  return effect === 'Deny' ? actual.some(one) : actual.every(one)
}
