import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluatePolicy, parsePolicy, variablesIn } from '../../../src/core/policy/index.js'

const SESSION = 'arn:aws:sts::111122223333:assumed-role/App/run-1'

type Context = Record<string, string | readonly string[]>

/** What one identity statement makes of a request for `resource`. */
function outcome(
  statement: object,
  context: Context = {},
  resource = 'arn:aws:s3:::home/blue/a',
  Version = '2012-10-17',
) {
  const Statement = {
    Effect: 'Allow',
    Action: '*',
    ...('NotResource' in statement ? {} : { Resource: '*' }),
    ...statement,
  }
  const { policy, faults } = parsePolicy({ Version, Statement }, '$', 'identity')
  expect(faults).toEqual([])
  return evaluatePolicy(policy!, { principal: SESSION, action: 's3:GetObject', resource, context })
}
const effect = (...given: Parameters<typeof outcome>) => outcome(...given).effect
const test = (operator: string, value: unknown, Effect = 'Allow') => ({
  Effect,
  Condition: { [operator]: { 'x:Key': value } },
})

describe('variables in conditions', () => {
  const blue = { 'aws:PrincipalTag/Team': 'blue' }

  it.each<[string, unknown, Context, boolean]>([
    ['StringEquals', '${aws:PrincipalTag/Team}', { ...blue, 'x:Key': 'blue' }, true],
    ['StringEquals', '${AWS:principaltag/Team}', { ...blue, 'x:Key': 'blue' }, true],
    ['StringEquals', '${aws:PrincipalTag/Team}', { ...blue, 'x:Key': 'red' }, false],
    ['StringEquals', 'team-${aws:PrincipalTag/Team}-x', { ...blue, 'x:Key': 'team-blue-x' }, true],
    [
      'StringEquals',
      '${aws:PrincipalTag/Team}${aws:PrincipalTag/Team}',
      { ...blue, 'x:Key': 'blueblue' },
      true,
    ],
    ['StringEquals', "${aws:PrincipalTag/Team, 'none'}", { ...blue, 'x:Key': 'blue' }, true],
    ['StringEquals', "${aws:PrincipalTag/Team, 'none'}", { 'x:Key': 'none' }, true],
    ['StringEquals', "${aws:PrincipalTag/Team, 'none'}", { ...blue, 'x:Key': 'none' }, false],
    ['StringEquals', "${aws:PrincipalTag/Team, ''}", { 'x:Key': '' }, true],
    ['StringEquals', "${aws:PrincipalTag/Cost Center, 'a b'}", { 'x:Key': 'a b' }, true],
    ['StringEquals', '${aws:PrincipalTag/Team}', { 'x:Key': '${aws:PrincipalTag/Team}' }, false],
    ['StringEquals', '${*}', { 'x:Key': '*' }, true],
    ['StringEquals', '${$}{a:b}', { 'x:Key': '${a:b}' }, true],
    ['StringLike', '${aws:PrincipalTag/Team}*', { ...blue, 'x:Key': 'blue-1' }, true],
    ['StringLike', 'a${*}', { 'x:Key': 'a*' }, true],
    ['StringLike', 'a${*}', { 'x:Key': 'ab' }, false],
    ['StringLike', 'a${?}', { 'x:Key': 'ab' }, false],
    // What a request brings is never a wildcard.
    ['StringLike', '${x:Own}', { 'x:Own': '*', 'x:Key': 'anything' }, false],
    ['StringLike', '${x:Own}', { 'x:Own': '*', 'x:Key': '*' }, true],
    ['StringLike', "${x:Own, '*'}", { 'x:Key': 'anything' }, false],
    ['ArnLike', 'arn:aws:s3:::${x:Own}', { 'x:Own': 'a:b', 'x:Key': 'arn:aws:s3:::a:b' }, true],
    ['ArnLike', 'arn:aws:iam::${x:Own}:role/a', { 'x:Own': '1', 'x:Key': 'arn:aws:iam::1:role/a' }, true],
    // Nor does it move the borders of an ARN.
    [
      'ArnLike',
      'arn:aws:iam::${x:Own}:role/a',
      { 'x:Own': '1:role/b', 'x:Key': 'arn:aws:iam::1:role/b:role/a' },
      false,
    ],
    ['ArnEquals', '${x:Own}', { 'x:Own': 'arn:aws:s3:::a', 'x:Key': 'arn:aws:s3:::a' }, true],
    ['ArnEquals', '${x:Own}', { 'x:Own': 'arn:aws:s3:::*', 'x:Key': 'arn:aws:s3:::a' }, false],
    // Multivalued keys fill no variable.
    ['StringEquals', '${x:Own}', { 'x:Own': ['a', 'a'], 'x:Key': 'a' }, false],
    ['StringEquals', "${x:Own, 'a'}", { 'x:Own': ['b', 'c'], 'x:Key': 'a' }, false],
  ])('%s %j of %j is %s', (operator, value, context, expected) => {
    expect(effect(test(operator, value), context)).toBe(expected ? 'allow' : 'none')
    expect(effect(test(operator, value, 'Deny'), context)).toBe(expected ? 'explicitDeny' : 'none')
  })

  it('never make an Allow of a value that is no ARN, and a Deny at once', () => {
    const context = { 'x:Own': 'no arn', 'x:Key': 'no arn' }
    expect(effect(test('ArnEquals', '${x:Own}'), context)).toBe('none')
    expect(effect(test('ArnEquals', '${x:Own}', 'Deny'), context)).toBe('explicitDeny')
  })

  it('are text in a policy of 2008', () => {
    const statement = test('StringEquals', '${aws:PrincipalTag/Team}')
    for (const [value, expected] of [
      ['blue', 'none'],
      ['${aws:PrincipalTag/Team}', 'allow'],
    ] as const) {
      expect(effect(statement, { ...blue, 'x:Key': value }, undefined, '2008-10-17')).toBe(expected)
    }
    expect(effect(test('StringLike', '${*}', 'Deny'), { 'x:Key': '${ab}' }, undefined, '2008-10-17')).toBe(
      'explicitDeny',
    )
  })
})

describe('a variable that cannot be filled', () => {
  it.each<[string, unknown, Context, string, string]>([
    ['StringEquals', '${x:No}', { 'x:Key': 'a' }, 'none', 'none'],
    ['StringNotEquals', '${x:No}', { 'x:Key': 'a' }, 'none', 'explicitDeny'],
    ['StringNotEquals', '${x:No}', {}, 'none', 'explicitDeny'],
    ['ForAllValues:StringEquals', '${x:No}', {}, 'none', 'explicitDeny'],
    ['StringEqualsIfExists', '${x:No}', {}, 'allow', 'explicitDeny'],
    // One is enough to void an Allow, and another value to make a Deny apply.
    ['StringEquals', ['a', '${x:No}'], { 'x:Key': 'a' }, 'none', 'explicitDeny'],
    ['StringNotEquals', ['b', '${x:No}'], { 'x:Key': 'b' }, 'none', 'none'],
  ])('%s %j of %j: an Allow %s, a Deny %s', (operator, value, context, allow, deny) => {
    expect(effect(test(operator, value), context)).toBe(allow)
    expect(effect(test(operator, value, 'Deny'), context)).toBe(deny)
  })

  it('is named in the near miss, and marks the Deny that it left unclear', () => {
    const { nearMisses } = outcome(test('StringEquals', ['a', "${x:No}-${x:Yes, 'b'}"]), { 'x:Key': 'b' })
    expect(nearMisses).toEqual([
      {
        statement: 0,
        effect: 'Allow',
        operator: 'StringEquals',
        key: 'x:Key',
        expected: ['a', "${x:No}-${x:Yes, 'b'}"],
        filled: ['a', null],
        unfilled: ['x:No'],
        actual: ['b'],
        path: '$.Statement.Condition.StringEquals["x:Key"]',
      },
    ])
    expect(outcome(test('StringNotEquals', '${x:No}', 'Deny'), { 'x:Key': 'a' }).unclear).toBe(true)
    expect(outcome(test('StringNotEquals', 'b', 'Deny'), { 'x:Key': 'a' }).unclear).toBeUndefined()
  })
})

describe('a variable whose key has the empty text, which may be no value', () => {
  it.each<[string, unknown, Context, string, string]>([
    ['StringEquals', '${x:Own}', { 'x:Key': '' }, 'none', 'explicitDeny'],
    ['StringLike', '${x:Own}*', { 'x:Key': 'a' }, 'none', 'explicitDeny'],
    ['StringNotEquals', '${x:Own}', { 'x:Key': '' }, 'none', 'explicitDeny'],
    ['StringEquals', '${x:Own}', { 'x:Key': 'a' }, 'none', 'none'],
    ['StringEquals', ['a', '${x:Own}'], { 'x:Key': 'a' }, 'none', 'explicitDeny'],
    // Of a default both are asked: the empty text, and the default.
    ['StringEquals', "${x:Own, 'a'}", { 'x:Key': '' }, 'none', 'explicitDeny'],
    ['StringEquals', "${x:Own, 'a'}", { 'x:Key': 'a' }, 'none', 'explicitDeny'],
    ['StringEquals', "${x:Own, 'a'}", { 'x:Key': 'b' }, 'none', 'none'],
    ['StringLike', "${x:Own, 'a'}*", { 'x:Key': 'ab' }, 'allow', 'explicitDeny'],
    ['StringNotEquals', "${x:Own, 'a'}", { 'x:Key': 'b' }, 'allow', 'explicitDeny'],
    ['StringNotEquals', "${x:Own, 'a'}", { 'x:Key': '' }, 'none', 'explicitDeny'],
  ])('%s %j of %j: an Allow %s, a Deny %s', (operator, value, context, allow, deny) => {
    const empty = { ...context, 'x:Own': '' }
    expect(effect(test(operator, value), empty)).toBe(allow)
    expect(effect(test(operator, value, 'Deny'), empty)).toBe(deny)
  })

  it('opens no resource, and a Deny names it in either reading', () => {
    const empty = { 'aws:PrincipalTag/Team': '' }
    const statement = (Effect: string) => ({
      Effect,
      Resource: 'arn:aws:s3:::home/${aws:PrincipalTag/Team}*',
    })
    expect(outcome(statement('Allow'), empty)).toMatchObject({
      effect: 'none',
      nearMisses: [{ filled: [null], unfilled: ['aws:PrincipalTag/Team'] }],
    })
    expect(outcome(statement('Deny'), empty)).toMatchObject({ effect: 'explicitDeny', unclear: true })
    const but = (Effect: string) => ({ Effect, NotResource: 'arn:aws:s3:::home/${aws:PrincipalTag/Team}*' })
    expect(effect(but('Allow'), empty)).toBe('none')
    expect(effect(but('Deny'), empty)).toBe('explicitDeny')
  })
})

it('takes a value that variables make endless for one that is not filled', () => {
  const context = { 'x:Long': 'a'.repeat(8000), 'x:Key': 'a' }
  expect(outcome(test('StringLike', '${x:Long}'.repeat(1000)), context).effect).toBe('none')
  expect(outcome(test('StringNotLike', '${x:Long}'.repeat(1000), 'Deny'), context).unclear).toBe(true)
})

describe('variables in resources', () => {
  const home = { Resource: 'arn:aws:s3:::home/${aws:PrincipalTag/Team}/*' }

  it('are filled, and are never wildcards', () => {
    expect(effect(home, { 'aws:PrincipalTag/Team': 'blue' })).toBe('allow')
    expect(effect(home, { 'aws:PrincipalTag/Team': 'red' })).toBe('none')
    expect(effect(home, { 'aws:PrincipalTag/Team': '*' })).toBe('none')
    expect(effect({ Resource: 'arn:aws:s3:::home/${*}' }, {}, 'arn:aws:s3:::home/*')).toBe('allow')
  })

  it('that cannot be filled void an Allow, and name nothing for a Deny', () => {
    const Resource = ['arn:aws:s3:::home/blue/*', 'arn:aws:s3:::home/${x:No}/*']
    const shared = 'arn:aws:s3:::home/blue/a'
    expect(effect({ Resource }, {}, shared)).toBe('none')
    expect(effect({ Effect: 'Deny', Resource }, {}, shared)).toBe('explicitDeny')
    const NotResource = 'arn:aws:s3:::home/${x:No}/*'
    for (const [Effect, expected] of [
      ['Allow', 'none'],
      ['Deny', 'explicitDeny'],
    ] as const) {
      expect(effect({ Effect, NotResource }, {}, shared, '2012-10-17')).toBe(expected)
    }
  })

  it('make a near miss of a resource that is another once they are filled', () => {
    const { nearMisses } = outcome(home, { 'aws:PrincipalTag/Team': 'red' })
    expect(nearMisses).toEqual([
      {
        statement: 0,
        effect: 'Allow',
        operator: 'Resource',
        key: 'Resource',
        expected: [home.Resource],
        filled: ['arn:aws:s3:::home/red/*'],
        actual: ['arn:aws:s3:::home/blue/a'],
        path: '$.Statement.Resource',
      },
    ])
    expect(outcome({ Resource: 'arn:aws:s3:::other/*' }).nearMisses).toEqual([])
  })
})

describe('a tag key in another case than the policy spells it (R121)', () => {
  const context = { 'aws:PrincipalTag/Team': 'blue', 'x:Key': 'blue' }
  const keyed = (operator: string, value: string, Effect = 'Allow') => ({
    Effect,
    Condition: { [operator]: { 'aws:PrincipalTag/team': value } },
  })

  it.each([
    ['StringEquals', 'blue', 'none', 'explicitDeny'],
    ['StringEquals', 'red', 'none', 'none'],
    ['StringNotEquals', 'blue', 'none', 'explicitDeny'],
    ['StringNotEquals', 'red', 'allow', 'explicitDeny'],
    ['StringEqualsIfExists', 'red', 'none', 'explicitDeny'],
    ['Null', 'true', 'none', 'explicitDeny'],
    ['Null', 'false', 'none', 'explicitDeny'],
  ])('%s %j: an Allow %s, a Deny %s', (operator, value, allow, deny) => {
    expect(effect(keyed(operator, value), context)).toBe(allow)
    expect(effect(keyed(operator, value, 'Deny'), context)).toBe(deny)
  })

  it('holds for variables too, and is told', () => {
    const statement = (Effect: string) => test('StringEquals', '${aws:PrincipalTag/team}', Effect)
    expect(outcome(statement('Allow'), context)).toMatchObject({
      effect: 'none',
      nearMisses: [{ unfilled: ['aws:PrincipalTag/team'], spelled: 'aws:PrincipalTag/Team' }],
    })
    expect(outcome(statement('Deny'), context)).toMatchObject({ effect: 'explicitDeny', unclear: true })
  })

  it.each([
    ['\u039f\u0394\u039f\u03a3', '\u03bf\u03b4\u03bf\u03c3'],
    ['co\u017ftcenter', 'CostCenter'],
  ])('is one key in scripts with more than two cases, too: %s and %s', (policy, sent) => {
    const statement = (Effect: string) => ({
      Effect,
      Condition: { StringEquals: { [`aws:PrincipalTag/${policy}`]: 'blue' } },
    })
    const sentTag = { [`aws:PrincipalTag/${sent}`]: 'blue' }
    expect(effect(statement('Allow'), sentTag)).toBe('none')
    expect(effect(statement('Deny'), sentTag)).toBe('explicitDeny')
  })

  it('is no matter of the name of a service', () => {
    const statement = {
      Effect: 'Allow',
      Condition: { StringEquals: { 'aw\u017f:PrincipalTag/Team': 'blue' } },
    }
    expect(effect(statement, context)).toBe('none')
  })

  it('is no matter of keys without a tag key', () => {
    expect(effect(test('StringEquals', 'blue'), { 'X:key': 'blue' })).toBe('allow')
  })
})

describe('a wildcard in a resource (IAM: Resource)', () => {
  const Resource = 'arn:aws:sqs:us-*:jobs'
  const resource = 'arn:aws:sqs:us-east-1:111122223333:extra:jobs'

  it('stays in its part for an Allow, and reaches over colons for a Deny', () => {
    const wide = { Resource: 'arn:aws:sqs:us-*:*:jobs' }
    expect(effect(wide, {}, resource)).toBe('none')
    expect(effect({ ...wide, Effect: 'Deny' }, {}, resource)).toBe('explicitDeny')
    expect(effect(wide, {}, 'arn:aws:sqs:us-east-1:111122223333:jobs')).toBe('allow')
    expect(
      parsePolicy(
        { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource } },
        '$',
        'identity',
      ).faults,
    ).toHaveLength(1)
  })
})

describe('reading variables', () => {
  const piece = fc.constantFrom('${', '}', "'", ', ', 'aws:a', 'x', '*', '?', '$', ' ', ':', '/', '{', 'é')

  it('never throws, and finds none that the text does not hold', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('')
        for (const { key, fallback } of variablesIn(text, '2012-10-17')) {
          expect(text).toContain(fallback === undefined ? `\${${key}}` : `\${${key}, '${fallback}'}`)
        }
        expect(variablesIn(text, '2008-10-17')).toEqual([])
      }),
      { numRuns: 3000 },
    )
  })

  it('takes a value without its wildcards for itself', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 20 }), fc.string({ maxLength: 20 }), (own, actual) => {
        const context = { 'x:Own': own, 'x:Key': actual }
        expect(
          effect(test('StringLike', '<${x:Own}>'), { ...context, 'x:Key': `<${actual}>` }) === 'allow',
        ).toBe(own === actual)
      }),
      { numRuns: 500 },
    )
  })
})
