import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Fault } from '../../src/core/rule.js'
import {
  durationFaults,
  externalIDFaults,
  formatRoleArn,
  IDENTITY_CENTER_CONTEXT_PROVIDER,
  inheritedTagFaults,
  LIMITS,
  parseAssumedRoleArn,
  parseRoleArn,
  policyArnFaults,
  roleArnFaults,
  sessionTagFaults,
  sourceIdentityFaults,
  splitArn,
  STS_LIMITS,
  textFaults,
  transitiveTagFaults,
  type TextLimit,
} from '../../src/core/sts/index.js'

const reasons = (faults: readonly Fault[]) => faults.map((fault) => fault.reason)
const ROLE = 'arn:aws:iam::111122223333:role/Analyst'

const texts: readonly (readonly [string, TextLimit, number, number])[] = [
  ['roleArn', STS_LIMITS.roleArn, 20, 2048],
  ['roleSessionName', STS_LIMITS.roleSessionName, 2, 64],
  ['providerArn', STS_LIMITS.providerArn, 20, 2048],
  ['contextAssertion', STS_LIMITS.contextAssertion, 4, 2048],
  ['sessionTagKey', STS_LIMITS.sessionTagKey, 1, 128],
  ['sessionTagValue', STS_LIMITS.sessionTagValue, 0, 256],
  ['sourceIdentity', STS_LIMITS.sourceIdentity, 2, 64],
  ['externalID', STS_LIMITS.externalID, 2, 1224],
  ['policy', STS_LIMITS.policy, 1, 2048],
  ['policyArn', STS_LIMITS.policyArn, 20, 2048],
]

describe('text limits of STS', () => {
  it.each(texts)('%s: accepted at its bounds, refused one past', (_name, limit, min, max) => {
    expect(textFaults('a'.repeat(min), limit, 'p')).toEqual([])
    expect(textFaults('a'.repeat(max), limit, 'p')).toEqual([])
    expect(reasons(textFaults('a'.repeat(max + 1), limit, 'p'))).toEqual(['too-long'])
    if (min > 0) expect(reasons(textFaults('a'.repeat(min - 1), limit, 'p'))).toEqual(['too-short'])
  })

  it('refuses what is no text', () => {
    for (const value of [null, 1, {}, ['ab']]) {
      expect(reasons(textFaults(value, STS_LIMITS.roleSessionName, 'p'))).toEqual(['type'])
    }
    expect(reasons(textFaults(undefined, STS_LIMITS.roleSessionName, 'p'))).toEqual(['missing'])
  })

  it('counts characters, not halves of them', () => {
    const letter = '\u{20bb7}' // outside the basic plane, two UTF-16 units
    expect(textFaults(letter.repeat(128), STS_LIMITS.sessionTagKey, 'p')).toEqual([])
    expect(reasons(textFaults(letter.repeat(129), STS_LIMITS.sessionTagKey, 'p'))).toEqual(['too-long'])
    expect(reasons(textFaults('abcd\ud800', STS_LIMITS.contextAssertion, 'p'))).toEqual(['characters'])
  })

  it.each(['a b', 'a:b', 'a/b', 'ab\n', 'aé', 'a\u0000b'])('session name refuses %j', (name) => {
    expect(reasons(textFaults(name, STS_LIMITS.roleSessionName, 'p'))).toEqual(['characters'])
  })

  it('names the offending character and not the text', () => {
    const [fault] = textFaults('secret-value!', STS_LIMITS.roleSessionName, 'p')
    expect(fault?.actual).toBe('U+0021')
    expect(JSON.stringify(textFaults('x'.repeat(3000), STS_LIMITS.contextAssertion, 'p'))).not.toContain('xx')
  })

  it('session names and source identities allow exactly [\\w+=,.@-]', () => {
    for (let code = 0; code < 256; code++) {
      const name = `a${String.fromCharCode(code)}`
      const allowed = /^[\w+=,.@-]*$/.test(name)
      expect(textFaults(name, STS_LIMITS.roleSessionName, 'p').length === 0).toBe(allowed)
      expect(textFaults(name, STS_LIMITS.sourceIdentity, 'p').length === 0).toBe(allowed)
    }
  })

  it('external ids allow : and / as well', () => {
    expect(externalIDFaults('a:b/c', 'p')).toEqual([])
    expect(reasons(externalIDFaults('a b', 'p'))).toEqual(['characters'])
  })

  it('source identities refuse the reserved prefix in any case', () => {
    expect(sourceIdentityFaults('alice@example.com', 'p')).toEqual([])
    expect(reasons(sourceIdentityFaults('aws:x', 'p'))).toContain('reserved')
    expect(reasons(sourceIdentityFaults('AWS:x', 'p'))).toContain('reserved')
  })
})

describe('durations', () => {
  it.each([
    [899, false, 'too-short'],
    [900, false, undefined],
    [3601, false, undefined],
    [43_200, false, undefined],
    [43_201, false, 'too-long'],
    [899, true, 'too-short'],
    [900, true, undefined],
    [3600, true, undefined],
    [3601, true, 'chained'],
    [43_201, true, 'too-long'],
    [900.5, false, 'type'],
    [Number.NaN, false, 'type'],
    [Number.POSITIVE_INFINITY, false, 'type'],
    ['3600', false, 'type'],
  ])('%s seconds, chained %s: %s', (seconds, chained, reason) => {
    expect(reasons(durationFaults(seconds, { chained }, 'p'))).toEqual(reason === undefined ? [] : [reason])
  })
})

describe('session tags', () => {
  const tags = (n: number) => Array.from({ length: n }, (_, i) => ({ Key: `k${i}`, Value: 'v' }))

  it('takes 50 and refuses 51', () => {
    expect(sessionTagFaults(tags(50), 'T')).toEqual([])
    expect(reasons(sessionTagFaults(tags(51), 'T'))).toEqual(['too-many'])
  })

  it('takes letters, separators and digits of any script', () => {
    const tag = { Key: 'Ünit 部門\u3000٣', Value: 'Zürich_.:/=+-@ Ω' }
    expect(sessionTagFaults([tag, { Key: 'empty', Value: '' }], 'T')).toEqual([])
  })

  it.each(['a\tb', 'a\nb', 'a!', 'a*', 'a\u0301', '😀', 'a"b', 'a#'])('refuses %j', (text) => {
    expect(reasons(sessionTagFaults([{ Key: text, Value: text }], 'T'))).toEqual(['characters', 'characters'])
  })

  it('does not tell keys apart by case', () => {
    const faults = sessionTagFaults(
      [
        { Key: 'Department', Value: 'a' },
        { Key: 'department', Value: 'a' },
      ],
      'T',
    )
    expect(faults).toMatchObject([{ reason: 'duplicate', path: 'T[1].Key' }])
  })

  it('does not tell keys apart by case in any script', () => {
    const twice = (one: string, other: string): string[] =>
      reasons(sessionTagFaults([{ Key: one, Value: '' }, { Key: other, Value: '' }], 'T')) // prettier-ignore
    const missed: string[] = []
    for (let point = 0; point <= 0x1_ffff; point++) {
      const letter = String.fromCodePoint(point)
      if (!/^[\p{L}\p{N}]$/u.test(letter)) continue
      // What Unicode takes for the same letter in another case, by the platform's own table of simple foldings.
      const same = new RegExp(`^${letter}$`, 'iu')
      const others = [letter.toLowerCase(), letter.toUpperCase()]
      missed.push(...others.filter((one) => same.test(one) && twice(letter, one).length === 0))
    }
    expect(missed).toEqual([])
    // A sigma is written otherwise at the end of a word.
    expect(twice('\u039f\u0394\u039f\u03a3', '\u03bf\u03b4\u03bf\u03c3')).toEqual(['duplicate'])
    expect(twice('\u1e9e', '\u00df')).toEqual(['duplicate'])
    expect(twice('\u00e9', 'e')).toEqual([])
  })

  it('refuses reserved keys in any case', () => {
    for (const Key of ['aws:x', 'AWS:x', 'aWs:x', 'aw\u017f:x']) {
      expect(reasons(sessionTagFaults([{ Key, Value: '' }], 'T'))).toEqual(['reserved'])
    }
    expect(sessionTagFaults([{ Key: 'awsx', Value: 'aws' }], 'T')).toEqual([])
  })

  it('lists every fault, and never a value', () => {
    const faults = sessionTagFaults([{ Key: '', Value: 's3cret!' }, null, { Key: 'a' }], 'T')
    expect(faults.map(({ reason, path }) => [reason, path])).toEqual([
      ['too-short', 'T[0].Key'],
      ['characters', 'T[0].Value'],
      ['missing', 'T[1].Key'],
      ['missing', 'T[1].Value'],
      ['missing', 'T[2].Value'],
    ])
    expect(JSON.stringify(faults)).not.toContain('s3cret')
    expect(reasons(sessionTagFaults({}, 'T'))).toEqual(['type'])
  })

  it('transitive keys are among the tags, once, and not handed on already', () => {
    const given = [{ Key: 'Team', Value: 'x' }]
    expect(transitiveTagFaults(['team'], given, [], 'K')).toEqual([])
    expect(reasons(transitiveTagFaults(['Other'], given, [], 'K'))).toEqual(['not-a-tag'])
    expect(reasons(transitiveTagFaults(['Other'], undefined, [], 'K'))).toEqual(['not-a-tag'])
    expect(reasons(transitiveTagFaults(['Team', 'TEAM'], given, [], 'K'))).toEqual(['duplicate'])
    expect(reasons(transitiveTagFaults(['Team'], given, ['team'], 'K'))).toEqual(['inherited'])
    expect(inheritedTagFaults(given, ['TEAM'], 'T')).toMatchObject([
      { reason: 'inherited', path: 'T[0].Key' },
    ])
    expect(reasons(transitiveTagFaults([1], given, [], 'K'))).toEqual(['type'])
  })

  it('takes 50 transitive keys and refuses 51', () => {
    const fifty = tags(50)
    const keys = fifty.map(({ Key }) => Key)
    expect(transitiveTagFaults(keys, fifty, [], 'K')).toEqual([])
    expect(reasons(transitiveTagFaults([...keys, 'k0'], fifty, [], 'K'))).toEqual(['too-many'])
  })
})

describe('policy ARNs', () => {
  const arns = (n: number) => Array.from({ length: n }, (_, i) => ({ arn: `arn:aws:iam::aws:policy/P${i}` }))
  it('takes 10, refuses 11 and repetitions', () => {
    expect(policyArnFaults(arns(10), 'P')).toEqual([])
    expect(reasons(policyArnFaults(arns(11), 'P'))).toEqual(['too-many'])
    expect(reasons(policyArnFaults([...arns(1), ...arns(1)], 'P'))).toEqual(['duplicate'])
    expect(reasons(policyArnFaults(['arn:aws:iam::aws:policy/P'], 'P'))).toEqual(['missing'])
  })
})

describe('ARNs of roles', () => {
  it.each([
    [ROLE, { partition: 'aws', account: '111122223333', path: '/', name: 'Analyst' }],
    [
      'arn:aws-us-gov:iam::111122223333:role/a/b/Analyst',
      { partition: 'aws-us-gov', account: '111122223333', path: '/a/b/', name: 'Analyst' },
    ],
  ])('reads %s', (arn, expected) => {
    expect(parseRoleArn(arn)).toEqual(expected)
    expect(roleArnFaults(arn, 'p')).toEqual([])
  })

  it.each([
    ['arn:aws:iam:111122223333:role/Analyst', 'parts'],
    ['arn:aws:iam:::111122223333:role/Analyst', 'parts'],
    ['ARN:aws:iam::111122223333:role/Analyst', 'prefix'],
    ['arn:AWS:iam::111122223333:role/Analyst', 'partition'],
    ['arn::iam::111122223333:role/Analyst', 'partition'],
    ['arn:aws:IAM::111122223333:role/Analyst', 'service'],
    ['arn:aws:sts::111122223333:assumed-role/Analyst/me', 'service'],
    ['arn:aws:iam:us-east-1:111122223333:role/Analyst', 'region'],
    ['arn:aws:iam::11112222333:role/Analyst', 'account'],
    ['arn:aws:iam::1111222233334:role/Analyst', 'account'],
    ['arn:aws:iam::11112222333٣:role/Analyst', 'account'],
    ['arn:aws:iam::111122223333:Role/Analyst', 'resource'],
    ['arn:aws:iam::111122223333:user/Analyst', 'resource'],
    ['arn:aws:iam::111122223333:role/a b/Analyst', 'path'],
    ['arn:aws:iam::111122223333:role/', 'name'],
    ['arn:aws:iam::111122223333:role/Ana lyst', 'name'],
    [`arn:aws:iam::111122223333:role/${'n'.repeat(65)}`, 'name'],
    [`arn:aws:iam::111122223333:role/${'p'.repeat(511)}/n`, 'path'],
    ['arn:aws:iam::1:r', 'length'],
  ])('refuses %s: %s', (arn, fault) => {
    expect(parseRoleArn(arn)).toBe(fault)
    const [reason] = reasons(roleArnFaults(arn, 'p'))
    expect(reason).toBe(fault === 'length' ? 'too-short' : fault)
  })

  it('takes names of 64 characters and paths of 512', () => {
    expect(roleArnFaults(`arn:aws:iam::111122223333:role/${'n'.repeat(64)}`, 'p')).toEqual([])
    expect(roleArnFaults(`arn:aws:iam::111122223333:role/${'p'.repeat(510)}/n`, 'p')).toEqual([])
  })

  it('round trip: what is formatted is read back, case and all', () => {
    const name = fc.string({
      unit: fc.constantFrom(...'abYZ09_+=,.@-'),
      minLength: 1,
      maxLength: 64,
    })
    const path = fc
      .array(fc.string({ unit: fc.constantFrom(...'abYZ09_.-!~'), minLength: 1, maxLength: 20 }), {
        maxLength: 5,
      })
      .map((parts) => parts.map((part) => `/${part}`).join('') + '/')
    const account = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 12, maxLength: 12 })
    const partition = fc.constantFrom('aws', 'aws-cn', 'aws-us-gov', 'aws-iso-b')
    fc.assert(
      fc.property(fc.record({ partition, account, path, name }), (role) => {
        expect(parseRoleArn(formatRoleArn(role))).toEqual(role)
      }),
    )
  })

  it('reads an assumed role, and never throws on any text', () => {
    expect(parseAssumedRoleArn('arn:aws:sts::111122223333:assumed-role/Analyst/alice@example.com')).toEqual({
      partition: 'aws',
      account: '111122223333',
      roleName: 'Analyst',
      sessionName: 'alice@example.com',
    })
    expect(parseAssumedRoleArn('arn:aws:sts::111122223333:assumed-role/Analyst/a')).toBe('name')
    expect(parseAssumedRoleArn('arn:aws:sts::111122223333:assumed-role/Analyst/ab/c')).toBe('resource')
    expect(parseAssumedRoleArn('arn:aws:sts:us-east-1:111122223333:assumed-role/Analyst/ab')).toBe('region')
    expect(parseAssumedRoleArn('arn:aws:sts::11112222333:assumed-role/Analyst/abc')).toBe('account')
    expect(parseAssumedRoleArn(ROLE)).toBe('service')
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        const parts = splitArn(`arn:aws:${text}`)
        expect(typeof parts === 'string' || parts.partition === 'aws').toBe(true)
        expect(['string', 'object']).toContain(typeof parseAssumedRoleArn(text))
      }),
    )
  })
})

it('quotas and the context provider are those of the documents', () => {
  expect(LIMITS).toEqual({ trustedTokenIssuers: 10, accessScopesPerApplication: 25, scopesPerRequest: 25 })
  expect(IDENTITY_CENTER_CONTEXT_PROVIDER).toBe('arn:aws:iam::aws:contextProvider/IdentityCenter')
  expect(STS_LIMITS.providedContexts).toEqual({ min: 1, max: 5 })
})
