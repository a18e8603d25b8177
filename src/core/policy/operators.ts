import { holdsAddress, readDate, readNumber, readRange } from './comparable.js'
import { matchArn, matchWildcard, splitArn, type Pattern } from './match.js'

/** What an operator compares, and so what the policy's values must be. */
export type Comparand = 'text' | 'arn' | 'boolean' | 'number' | 'date' | 'address' | 'presence'

/**
 * One condition operator. A negated one matches when none of the policy's values does, so its row says what is negated.
 * `presence` asks whether the key is there and compares no value. `matches` is undefined where what the request holds
 * cannot be compared, such as a word where a number, a boolean or an ARN is wanted.
 */
export interface Operator {
  readonly wants: Comparand
  readonly negated: boolean
  readonly matches: (expected: Pattern, actual: string) => boolean | undefined
}

type Matches = Operator['matches']

const equals: Matches = ({ text }, actual) => text === actual
/** Where the two foldings disagree no one can say: the Kelvin sign is "k" in lower case only. */
const equalsIgnoreCase: Matches = ({ text }, actual) => {
  const lower = text.toLowerCase() === actual.toLowerCase()
  return lower === (text.toUpperCase() === actual.toUpperCase()) ? lower : undefined
}
const sameBoolean: Matches = ({ text }, actual) =>
  /^(true|false)$/i.test(actual) ? text === actual.toLowerCase() : undefined
const like: Matches = ({ text, marks }, actual) => matchWildcard(text, actual, marks)
const arnLike: Matches = ({ text, marks }, actual) =>
  splitArn(actual) ? matchArn(text, actual, marks) : undefined
const inRange: Matches = ({ text }, actual) => {
  const range = readRange(text)
  return range && holdsAddress(range, actual)
}

/** Compares two values of an order; undefined when either is none. */
function ordered(
  read: (text: string) => number | undefined,
  holds: (actual: number, expected: number) => boolean,
): Matches {
  return ({ text }, actual) => {
    const [left, right] = [read(actual), read(text)]
    return left === undefined || right === undefined ? undefined : holds(left, right)
  }
}

function text(matches: Matches, negated = false): Operator {
  return { wants: 'text', negated, matches }
}

function arn(negated: boolean): Operator {
  return { wants: 'arn', negated, matches: arnLike }
}

function number(holds: (actual: number, expected: number) => boolean, negated = false): Operator {
  return { wants: 'number', negated, matches: ordered(readNumber, holds) }
}

function date(holds: (actual: number, expected: number) => boolean, negated = false): Operator {
  return { wants: 'date', negated, matches: ordered(readDate, holds) }
}

const same = (actual: number, expected: number): boolean => actual === expected
const less = (actual: number, expected: number): boolean => actual < expected
const atMost = (actual: number, expected: number): boolean => actual <= expected
const more = (actual: number, expected: number): boolean => actual > expected
const atLeast = (actual: number, expected: number): boolean => actual >= expected

/** The operators that are evaluated. ArnEquals and ArnLike behave alike, as in IAM. */
export const OPERATORS = {
  StringEquals: text(equals),
  StringNotEquals: text(equals, true),
  StringEqualsIgnoreCase: text(equalsIgnoreCase),
  StringNotEqualsIgnoreCase: text(equalsIgnoreCase, true),
  StringLike: text(like),
  StringNotLike: text(like, true),
  ArnEquals: arn(false),
  ArnLike: arn(false),
  ArnNotEquals: arn(true),
  ArnNotLike: arn(true),
  Bool: { wants: 'boolean', negated: false, matches: sameBoolean },
  NumericEquals: number(same),
  NumericNotEquals: number(same, true),
  NumericLessThan: number(less),
  NumericLessThanEquals: number(atMost),
  NumericGreaterThan: number(more),
  NumericGreaterThanEquals: number(atLeast),
  DateEquals: date(same),
  DateNotEquals: date(same, true),
  DateLessThan: date(less),
  DateLessThanEquals: date(atMost),
  DateGreaterThan: date(more),
  DateGreaterThanEquals: date(atLeast),
  IpAddress: { wants: 'address', negated: false, matches: inRange },
  NotIpAddress: { wants: 'address', negated: true, matches: inRange },
  Null: { wants: 'presence', negated: false, matches: equals },
} as const satisfies Record<string, Operator>

export type OperatorName = keyof typeof OPERATORS

/** IAM's other operators, which are refused by name: none of the keys that federation brings is binary. */
export const UNSUPPORTED_OPERATORS: readonly string[] = ['BinaryEquals']
