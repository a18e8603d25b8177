import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchAction, matchArn, matchWildcard, splitArn } from '../../../src/core/policy/index.js'

/** The definition, letter by letter over code points, with no cleverness. */
function slowMatch(pattern: readonly string[], text: readonly string[]): boolean {
  const [first, ...rest] = pattern
  if (first === undefined) return text.length === 0
  if (first === '*') return slowMatch(rest, text) || (text.length > 0 && slowMatch(pattern, text.slice(1)))
  return text.length > 0 && (first === '?' || first === text[0]) && slowMatch(rest, text.slice(1))
}

describe('matchWildcard', () => {
  it.each([
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', 'anything:at/all', true],
    ['?', '', false],
    ['?', 'a', true],
    ['?', 'ab', false],
    ['a*', 'a', true],
    ['a*c', 'abbc', true],
    ['a*c', 'abbcd', false],
    ['*a*b', 'xaxb', true],
    ['*ab*ab', 'abxab', true],
    ['*ab*ab', 'ab', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['ABC', 'abc', false],
    ['a.c', 'abc', false],
    ['[a]', 'a', false],
    ['${a}', '${a}', true],
    ['?', '😀', true],
    ['??', '😀', false],
    ['*?', '😀', true],
    ['*???', '😀x', false],
    ['a**b', 'ab', true],
  ])('%j on %j is %s', (pattern, text, expected) => {
    expect(matchWildcard(pattern, text)).toBe(expected)
  })

  it('agrees with the definition', () => {
    const letters = (...units: string[]) =>
      fc.array(fc.constantFrom(...units), { maxLength: 9 }).map((list) => list.join(''))
    fc.assert(
      fc.property(letters('a', 'b', '*', '?', '😀'), letters('a', 'b', '😀'), (pattern, text) => {
        expect(matchWildcard(pattern, text)).toBe(slowMatch([...pattern], [...text]))
      }),
      { numRuns: 3000 },
    )
  })

  it('does not blow up on patterns that make a backtracking matcher exponential', () => {
    const pattern = `${'*a'.repeat(60)}*b`
    expect(matchWildcard(pattern, 'a'.repeat(2000))).toBe(false)
    expect(matchWildcard(pattern, `${'a'.repeat(2000)}b`)).toBe(true)
  })

  it('does not multiply a long pattern by a long text', () => {
    const text = 'a'.repeat(200_000)
    for (const piece of [`${'a'.repeat(50_000)}b`, `b${'a'.repeat(50_000)}`, '?a'.repeat(1000).concat('b')]) {
      expect(matchWildcard(`*${piece}*`, text)).toBe(false)
      expect(matchWildcard(`*${piece}*`, `${text}${piece.replaceAll('?', 'x')}${text}`)).toBe(true)
    }
  })

  it('takes marks for what the characters stand for', () => {
    expect(matchWildcard('a*', 'ab', '=*')).toBe(true)
    expect(matchWildcard('a*', 'ab', '==')).toBe(false)
    expect(matchWildcard('a*', 'a*', '==')).toBe(true)
    expect(matchWildcard('x*?', 'x*y', '==?')).toBe(true)
    expect(matchArn('arn:aws:s3:::a:*', 'arn:aws:s3:::a:*', 'arn:aws:s3:::===')).toBe(true)
  })
})

describe('matchArn', () => {
  it.each([
    ['arn:aws:iam::111122223333:role/*', 'arn:aws:iam::111122223333:role/a/b', true],
    ['arn:aws:iam::*:role/a', 'arn:aws:iam::111122223333:role/a', true],
    ['arn:*:iam::111122223333:role/a', 'arn:aws-cn:iam::111122223333:role/a', true],
    ['arn:aws:sqs:us-east-?:1:q', 'arn:aws:sqs:us-east-1:1:q', true],
    // A wildcard stays in its part ...
    ['arn:aws:*:q', 'arn:aws:sqs:us-east-1:1:q', false],
    ['arn:aws:iam:*:role/a', 'arn:aws:iam::111122223333:role/a', false],
    // ... but the last part holds its colons.
    ['arn:aws:logs:us-east-1:1:log-group:*', 'arn:aws:logs:us-east-1:1:log-group:a:b', true],
    ['arn:aws:iam::111122223333:role/A', 'arn:aws:iam::111122223333:role/a', false],
    ['*', 'arn:aws:iam::111122223333:role/a', false],
    ['arn:aws:iam::111122223333:role/a', 'role/a', false],
  ])('%j on %j is %s', (pattern, text, expected) => {
    expect(matchArn(pattern, text)).toBe(expected)
  })

  it('splits into six parts, and refuses fewer', () => {
    expect(splitArn('arn:aws:a:b:c:d:e')).toEqual(['arn', 'aws', 'a', 'b', 'c', 'd:e'])
    expect(splitArn('arn:aws:sso::instance/ssoins-1')).toBeUndefined()
    expect(splitArn('urn:aws:a:b:c:d')).toBeUndefined()
  })
})

describe('matchAction', () => {
  it.each([
    ['sso-oauth:CreateTokenWithIAM', 'SSO-OAuth:createtokenwithiam', true],
    ['S3:get*', 's3:GetObject', true],
    ['s3:get?bject', 's3:GetObject', true],
    ['*', 's3:GetObject', true],
    ['s3:Get*', 's3:PutObject', false],
    ['s3:*', 's3express:GetObject', false],
  ])('%j on %j is %s', (pattern, action, expected) => {
    expect(matchAction(pattern, action)).toBe(expected)
  })
})
