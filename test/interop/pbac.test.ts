import fc from 'fast-check'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { decide, type PolicyRequest } from '../../src/abac/index.js'

/** An evaluator of IAM's language by others (MIT), of one layer of policies. */
interface PBAC {
  evaluate(request: { action: string; resource: string; context: object }): boolean
}
const Pbac = createRequire(import.meta.url)('pbac') as new (policies: object, options: object) => PBAC

/** Our answer and theirs. What the peer denies, we must deny as well. */
function answers(statements: readonly object[], request: PolicyRequest): { ours: boolean; theirs: boolean } {
  const policy = { Version: '2012-10-17', Statement: statements }
  const context: Record<string, Record<string, unknown>> = {}
  for (const [key, value] of Object.entries(request.context)) {
    const [service = '', name = ''] = key.split(':')
    // It compares numbers as numbers only.
    const own = /^\d+$/.test(String(value)) ? Number(value) : value
    context[service] = { ...context[service], [name]: own }
  }
  const { action, resource } = request
  return {
    ours: decide({ identity: [policy] }, request).effect === 'allow',
    theirs: new Pbac(policy, {}).evaluate({ action, resource, context }),
  }
}

const PRINCIPAL = 'arn:aws:iam::111122223333:user/Ann'
const listOf = (...values: string[]) => fc.subarray(values, { minLength: 1 })
const choice = (name: string, values: fc.Arbitrary<string[]>) =>
  fc.tuple(fc.constantFrom(name, name, `Not${name}`), values).map(([key, list]): object => ({ [key]: list }))

// What the two read alike by design: keys that are there, one key for each operator, one value where it is negated, dates
// in full, and variables in resources.
const one = <T>(values: fc.Arbitrary<T>) => values.map((value) => [value])
const words = listOf('a', 'ab', 'A', 'b', '')
const patterns = listOf('a*', '?', '*b', 'A?', 'x')
const days = listOf('2026-01-01T00:00:00Z', '2026-06-01T12:00:00Z', '2027-01-01T00:00:00Z')
const ranges = listOf('10.0.0.0/8', '10.1.0.0/16', '192.0.2.7/32')
const test = (operator: string, key: string, values: fc.Arbitrary<unknown>) =>
  values.map((list): Record<string, object> => ({ [operator]: { [key]: list } }))
const numbers = (operator: string) =>
  test(
    operator,
    'x:number',
    fc.constantFrom(1, 5, 10).map((value) => [value]),
  )
const negatedWord = one(fc.constantFrom('a', 'ab', 'b'))
const condition = fc.oneof(
  test('StringEquals', 'x:word', words),
  test('StringNotEquals', 'x:word', negatedWord),
  test('StringEqualsIgnoreCase', 'x:word', words),
  test('StringNotEqualsIgnoreCase', 'x:word', negatedWord),
  test('StringLike', 'x:word', patterns),
  test('StringNotLike', 'x:word', one(fc.constantFrom('a*', '?', '*b'))),
  test('ForAllValues:StringEquals', 'x:list', words),
  test('ForAnyValue:StringEquals', 'x:list', words),
  test('ForAllValues:StringLike', 'x:list', patterns),
  test('ForAnyValue:StringLike', 'x:list', patterns),
  ...['NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericLessThanEquals', 'NumericGreaterThan', 'NumericGreaterThanEquals'].map(numbers), // prettier-ignore
  ...['DateEquals', 'DateLessThan', 'DateLessThanEquals', 'DateGreaterThan', 'DateGreaterThanEquals'].map((operator) => test(operator, 'x:date', days)), // prettier-ignore
  test('IpAddress', 'x:ip', ranges),
  test('ArnLike', 'x:arn', listOf('arn:aws:s3:::a*', 'arn:aws:*:::b', 'arn:aws:iam::1:role/?')),
)
const statement = fc
  .tuple(
    fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
    choice('Action', listOf('s3:Get*', 's3:PutObject', '*', 'ec2:*', 's3:?etObject')),
    choice(
      'Resource',
      listOf('*', 'arn:aws:s3:::home/*', 'arn:aws:s3:::home/${x:word}/*', 'arn:aws:s3:::other/?'),
    ),
    fc.oneof(
      fc.constant({}),
      condition,
      fc.tuple(condition, condition).map(([left, right]) => ({ ...left, ...right })),
    ),
  )
  .map(([Effect, action, resource, Condition]) => ({ Effect, ...action, ...resource, Condition }))
const request: fc.Arbitrary<PolicyRequest> = fc
  .record({
    action: fc.constantFrom('s3:GetObject', 's3:PutObject', 'ec2:StopInstances'),
    resource: fc.constantFrom('arn:aws:s3:::home/a/x', 'arn:aws:s3:::home/b/x', 'arn:aws:s3:::other/1'),
    word: fc.constantFrom('a', 'ab', 'A', 'b'),
    list: fc.subarray(['a', 'ab', 'A', 'b'], { minLength: 1 }),
    number: fc.constantFrom('1', '4', '5', '10', '11'),
    date: fc.constantFrom('2026-01-01T00:00:00Z', '2026-06-01T14:00:00+02:00', '2026-12-31T23:59:59Z'),
    ip: fc.constantFrom('10.1.2.3', '10.2.0.1', '192.0.2.7', '203.0.113.1'),
    arn: fc.constantFrom('arn:aws:s3:::ab', 'arn:aws:sqs:::b', 'arn:aws:iam::1:role/x'),
  })
  .map(({ action, resource, word, list, number, date, ip, arn }) => ({
    principal: PRINCIPAL,
    action,
    resource,
    context: {
      'x:word': word,
      'x:list': list,
      'x:number': number,
      'x:date': date,
      'x:ip': ip,
      'x:arn': arn,
      'aws:ResourceAccount': '111122223333',
    },
  }))

describe('decisions of one layer, and pbac', () => {
  it('agree on what both read alike', () => {
    const seen = { true: 0, false: 0 }
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 3 }), request, (statements, asked) => {
        const { ours, theirs } = answers(statements, asked)
        seen[`${ours}`]++
        expect(ours).toBe(theirs)
      }),
      { numRuns: 3000 },
    )
    expect(Math.min(seen.true, seen.false)).toBeGreaterThan(300)
  })

  const asked = (context: PolicyRequest['context'], resource = 'arn:aws:s3:::a:b'): PolicyRequest => ({
    principal: PRINCIPAL,
    action: 's3:GetObject',
    resource,
    context: { 'aws:ResourceAccount': '111122223333', ...context },
  })
  const open = { Effect: 'Allow', Action: ['*'], Resource: ['*'] }

  // Where we deny and the peer does not. The contrary is no difference that could be explained.
  it.each<[string, readonly object[], PolicyRequest]>([
    [
      'an action in another case: IAM compares actions without case, and the peer overlooks the Deny',
      [open, { ...open, Effect: 'Deny', Action: ['S3:getobject'] }],
      asked({}),
    ],
    [
      'the second key of an operator: the peer reads the first only',
      [{ ...open, Condition: { StringEquals: { 'x:a': '1a', 'x:b': '2b' } } }],
      asked({ 'x:a': '1a', 'x:b': 'other' }),
    ],
    [
      'a negated operator with several values: none of them may match, and the peer is content with one that does not',
      [{ ...open, Condition: { StringNotEquals: { 'x:a': ['a', 'b'] } } }],
      asked({ 'x:a': 'a' }),
    ],
    [
      'a variable that is not filled: the peer takes its name for the value',
      [{ ...open, NotResource: ['arn:aws:s3:::${x:no}'], Resource: undefined }],
      asked({}),
    ],
    [
      'a key in another case: condition keys have none (C29), and the peer finds it absent',
      [open, { ...open, Effect: 'Deny', Condition: { StringEquals: { 'X:KEY': 'a' } } }],
      asked({ 'x:key': 'a' }),
    ],
    [
      'a wildcard over the parts of a resource: an Allow of ours stays in its part',
      [{ ...open, Resource: ['arn:aws:s3:us-*:*:b'] }],
      asked({}, 'arn:aws:s3:us-1:1:x:b'),
    ],
    [
      'a value in a request that is a wildcard: the peer lets it match anything',
      [{ ...open, Resource: ['arn:aws:s3:::${x:own}'] }],
      asked({ 'x:own': '*' }),
    ],
  ])('differ in %s', (_, statements, given) => {
    const cleaned = JSON.parse(JSON.stringify(statements)) as object[]
    expect(answers(cleaned, given)).toEqual({ ours: false, theirs: true })
  })
})
