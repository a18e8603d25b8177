import { describe, expect, it } from 'vitest'
import { evaluatePolicy, parsePolicy } from '../../../src/core/policy/index.js'

type Values = string | readonly string[]
const ABSENT = undefined

/** Whether an Allow, or a Deny, with this one condition applies when the request holds `actual` under `x:key`. */
function applies(operator: string, expected: unknown, actual: Values | undefined, Effect = 'Allow'): boolean {
  const { policy, faults } = parsePolicy({
    Version: '2012-10-17',
    Statement: {
      Effect,
      Principal: '*',
      Action: '*',
      Resource: '*',
      Condition: { [operator]: { 'x:Key': expected } },
    },
  })
  expect(faults).toEqual([])
  const { effect, nearMisses } = evaluatePolicy(policy!, {
    principal: 'arn:aws:iam::111122223333:role/a',
    action: 'x:Y',
    resource: '*',
    context: actual === undefined ? {} : { 'X:keY': actual },
  })
  expect(nearMisses).toHaveLength(effect === 'none' ? 1 : 0)
  return effect !== 'none'
}

const ARN = 'arn:aws:sso::111122223333:application/ssoins-1/apl-1'

describe('operators on one value', () => {
  it.each<[string, unknown, Values | undefined, boolean]>([
    ['StringEquals', 'a', 'a', true],
    ['StringEquals', 'a', 'A', false],
    ['StringEquals', 'a*', 'ab', false],
    ['StringEquals', ['a', 'b'], 'b', true],
    ['StringEquals', ['a', 'b'], 'c', false],
    ['StringEquals', '', '', true],
    ['StringEquals', 'a', ['a'], true],
    ['StringEquals', 'a', ABSENT, false],
    ['StringEquals', 'a', [], false],
    ['StringNotEquals', 'a', 'b', true],
    ['StringNotEquals', 'a', 'a', false],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringNotEquals', ['a', 'b'], 'c', true],
    ['StringNotEquals', 'a', ABSENT, true],
    ['StringNotEquals', 'a', [], true],
    ['StringEqualsIgnoreCase', 'Straße', 'sTRAßE', true],
    ['StringEqualsIgnoreCase', 'a', ABSENT, false],
    ['StringNotEqualsIgnoreCase', 'a', 'A', false],
    ['StringNotEqualsIgnoreCase', 'a', 'b', true],
    ['StringNotEqualsIgnoreCase', 'a', ABSENT, true],
    ['StringLike', 'a*', 'ab', true],
    ['StringLike', 'a?', 'a', false],
    ['StringLike', 'A*', 'ab', false],
    ['StringLike', '*', ABSENT, false],
    ['StringNotLike', 'a*', 'ab', false],
    ['StringNotLike', ['a*', 'b*'], 'c', true],
    ['StringNotLike', '*', ABSENT, true],
    ['ArnEquals', 'arn:aws:sso::*:application/*', ARN, true],
    ['ArnLike', 'arn:aws:sso::*:application/*', ARN, true],
    ['ArnLike', 'arn:aws:*:111122223333:*:*', ARN, false],
    ['ArnLike', ARN, ABSENT, false],
    ['ArnNotEquals', ARN, ARN, false],
    ['ArnNotLike', 'arn:aws:s3:::*', ARN, true],
    ['ArnNotLike', ARN, ABSENT, true],
    ['Bool', 'true', 'true', true],
    ['Bool', true, 'True', true],
    ['Bool', 'true', 'false', false],
    ['Bool', 'false', ABSENT, false],
    ['Null', 'true', ABSENT, true],
    ['Null', true, [], true],
    ['Null', 'true', 'a', false],
    ['Null', 'false', 'a', true],
    ['Null', 'False', ABSENT, false],
    ['Null', ['true', 'false'], 'a', true],
  ])('%s %j of %j is %s', (operator, expected, actual, outcome) => {
    expect(applies(operator, expected, actual)).toBe(outcome)
    expect(applies(operator, expected, actual, 'Deny')).toBe(outcome)
  })

  it.each([
    'StringEquals',
    'StringNotEquals',
    'StringLike',
    'ForAllValues:StringLike',
    'ForAnyValue:StringEquals',
    'ForAnyValue:StringNotEquals',
  ])('%sIfExists holds for an absent key, and else is the operator', (operator) => {
    expect(applies(`${operator}IfExists`, 'a', ABSENT)).toBe(true)
    for (const actual of ['a', 'b']) {
      expect(applies(`${operator}IfExists`, 'a', actual)).toBe(applies(operator, 'a', actual))
    }
  })

  it('BoolIfExists and ArnLikeIfExists hold for an absent key', () => {
    expect(applies('BoolIfExists', 'true', ABSENT)).toBe(true)
    expect(applies('BoolIfExists', 'true', 'false')).toBe(false)
    expect(applies('ArnLikeIfExists', ARN, ABSENT)).toBe(true)
    expect(applies('ArnLikeIfExists', ARN, 'a')).toBe(false)
  })
})

describe('what IAM leaves open', () => {
  it.each<[string, unknown, Values]>([
    ['Null', 'true', ''],
    ['Null', 'false', ''],
    ['Null', 'false', ['', '']],
    ['Bool', 'false', 'no'],
    ['Bool', 'true', ''],
    ['StringEqualsIgnoreCase', 'k', '\u212a'],
    ['StringNotEqualsIgnoreCase', 'k', '\u212a'],
    ['StringNotEqualsIgnoreCase', 's', '\u017f'],
    ['ArnLike', ARN, 'a'],
    ['ArnNotEquals', ARN, 'a'],
  ])('no Allow applies by %s %j of %j, and every Deny does', (operator, expected, actual) => {
    expect(applies(operator, expected, actual)).toBe(false)
    expect(applies(operator, expected, actual, 'Deny')).toBe(true)
  })

  it('Null with both answers holds for the empty text as for any other', () => {
    expect(applies('Null', ['true', 'false'], '')).toBe(true)
  })
})

describe('operators on several values', () => {
  it.each<[string, unknown, Values | undefined, boolean]>([
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], true],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a'], true],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
    ['ForAllValues:StringEquals', 'a', ABSENT, true],
    ['ForAllValues:StringEquals', 'a', [], true],
    ['ForAllValues:StringEquals', 'a', '', true],
    ['ForAllValues:StringEquals', 'a', ['', 'a'], false],
    ['ForAllValues:StringNotEquals', ['a', 'b'], ['c', 'd'], true],
    ['ForAllValues:StringNotEquals', ['a', 'b'], ['c', 'a'], false],
    ['ForAllValues:StringNotEquals', 'a', ABSENT, true],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['c', 'b'], true],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['c', 'd'], false],
    ['ForAnyValue:StringEquals', 'a', ABSENT, false],
    ['ForAnyValue:StringEquals', 'a', [], false],
    ['ForAnyValue:StringLike', '*', '', false],
    ['ForAnyValue:StringNotEquals', ['a', 'b'], ['a', 'c'], true],
    ['ForAnyValue:StringNotEquals', ['a', 'b'], ['a', 'b'], false],
    ['ForAnyValue:StringNotEquals', 'a', ABSENT, false],
    [
      'ForAllValues:ArnEquals',
      'arn:aws:iam::aws:contextProvider/*',
      ['arn:aws:iam::aws:contextProvider/IdentityCenter'],
      true,
    ],
    ['ForAllValues:Bool', 'true', ['true', 'false'], false],
  ])('%s %j of %j is %s', (operator, expected, actual, outcome) => {
    expect(applies(operator, expected, actual)).toBe(outcome)
    expect(applies(operator, expected, actual, 'Deny')).toBe(outcome)
  })

  it.each<[string, unknown, readonly string[], boolean, boolean]>([
    ['StringEquals', 'a', ['a', 'a'], true, true],
    ['StringEquals', 'a', ['a', 'b'], false, true],
    ['StringEquals', 'a', ['b', 'c'], false, false],
    ['StringNotEquals', 'a', ['a', 'b'], false, true],
    ['StringNotEquals', 'a', ['b', 'c'], true, true],
    ['StringNotEquals', 'a', ['a', 'a'], false, false],
  ])('%s %j of %j, with no quantifier: an Allow %s, a Deny %s', (operator, expected, actual, allow, deny) => {
    expect(applies(operator, expected, actual, 'Allow')).toBe(allow)
    expect(applies(operator, expected, actual, 'Deny')).toBe(deny)
  })
})
