import { afterAll, describe, expect, it } from 'vitest'
import type { Decision } from '../../src/abac/index.js'
import { command, temporaryFiles } from '../support/command.js'

const files = temporaryFiles()
afterAll(files.remove)

const allow = (more: object = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', ...more }],
})
const own = { StringEquals: { 'ec2:ResourceTag/CostCenter': '${aws:PrincipalTag/CostCenter}' } }
const policy = files.file(
  'cost.json',
  allow({ Sid: 'Own', Action: ['ec2:StartInstances', 'ec2:StopInstances'], Condition: own }),
)
const tags = files.file('tags.json', { CostCenter: 'blue' })
const INSTANCE = 'arn:aws:ec2:us-east-1:111122223333:instance/i-1'
const asked = ['--tags', tags, '--action', 'ec2:StartInstances', '--resource', INSTANCE]

const but = (at: number, word: string) => asked.map((one, index) => (index === at ? word : one))

const decided = (...words: string[]) => command('abac', 'decide', ...words)
async function json(...words: string[]) {
  const { code, out } = await decided(...words, '--format', 'json')
  return {
    code,
    ...(JSON.parse(out) as Decision & {
      tags: object
      request: { principal: string }
      lint: { file: string; findings: { rule: string; reason: string }[] }[]
    }),
  }
}

describe('abac decide', () => {
  it('allows, and says by which statement', async () => {
    const { code, out, err } = await decided(
      '--policy',
      policy,
      ...asked,
      '--resource-tag',
      'CostCenter=blue',
    )
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^ALLOWED {2}ec2:StartInstances on arn:aws:ec2:/)
    expect(out).toContain('cost.json, statement 1 "Own"')
  })

  it('denies, with both sides of what nearly allowed', async () => {
    const { code, out } = await decided('--policy', policy, ...asked, '--resource-tag', 'CostCenter=red')
    expect(code).toBe(1)
    expect(out).toMatch(/^DENIED {2}ec2:StartInstances/)
    const row = out.split('\n').find((line) => line.includes('StringEquals'))
    expect(row).toMatch(
      /"Own" +StringEquals ec2:ResourceTag\/CostCenter +blue \(\$\{aws:PrincipalTag\/CostCenter\}\) +red$/,
    )
  })

  it('says so where the resource has no tag', async () => {
    const { code, out } = await decided('--policy', policy, ...asked)
    expect(code).toBe(1)
    expect(out).toMatch(/StringEquals ec2:ResourceTag\/CostCenter .* \(absent\)/)
  })

  it('answers programs in JSON, lint included', async () => {
    const answer = await json('--policy', policy, ...asked, '--resource-tag', 'CostCenter=red')
    expect(answer).toMatchObject({
      code: 1,
      effect: 'implicitDeny',
      tags: { CostCenter: 'blue' },
      nearMisses: [
        { layer: 'identity', policy: 0, statement: 0, sid: 'Own', filled: ['blue'], actual: ['red'] },
      ],
    })
    const spelled = files.file(
      'spelled.json',
      allow({ Condition: { StringEquals: { 'aws:PrincipalTag/costcenter': 'blue' } } }),
    )
    const { lint, code } = await json('--policy', spelled, ...asked)
    expect(code).toBe(1)
    expect(lint).toMatchObject([
      { file: spelled, findings: [{ rule: 'abac/tag-key-spelling', reason: 'case' }] },
    ])
  })

  it('takes every layer', async () => {
    const everything = files.file('all.json', allow())
    const nothing = files.file('s3.json', allow({ Action: 's3:*' }))
    const given = ['--policy', everything, ...asked]
    expect((await json(...given)).effect).toBe('allow')
    for (const option of ['--boundary', '--session-policy', '--scp']) {
      expect(await json(...given, option, nothing)).toMatchObject({ code: 1, effect: 'implicitDeny' })
      expect((await json(...given, option, everything)).effect).toBe('allow')
    }
    expect((await json(...given, '--scp', everything, '--scp', nothing)).effect).toBe('implicitDeny')
    expect((await json(...given, '--session-policy', nothing, '--session-policy', everything)).effect).toBe(
      'allow',
    )
    expect(await json(...given, '--identity-context')).toMatchObject({
      effect: 'explicitDeny',
      by: { layer: 'identityContext' },
    })
    const granted = files.file(
      'grant.json',
      allow({ Principal: { AWS: 'arn:aws:iam::111122223333:user/Ann' } }),
    )
    const ann = ['--principal', 'arn:aws:iam::111122223333:user/Ann', '--boundary', nothing]
    expect(await json('--policy', nothing, ...asked, '--resource-policy', granted, ...ann)).toMatchObject({
      effect: 'allow',
      by: { layer: 'resource' },
    })
  })

  it('takes context keys, several times where they have several values', async () => {
    const keys = files.file(
      'keys.json',
      allow({
        Condition: {
          'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] },
          Null: { 'aws:TagKeys': 'false' },
        },
      }),
    )
    const given = ['--policy', keys, ...asked]
    expect((await json(...given, '--context', 'aws:TagKeys=a', '--context', 'aws:TagKeys=b')).effect).toBe(
      'allow',
    )
    expect((await json(...given, '--context', 'aws:TagKeys=a', '--context', 'aws:TagKeys=c')).effect).toBe(
      'implicitDeny',
    )
  })

  it('reads tags as abac tags prints them', async () => {
    const printed = files.file('printed.json', {
      tags: [{ key: 'CostCenter', value: 'blue', source: 'directory' }],
      other: 1,
    })
    const { effect } = await json('--policy', policy, ...but(1, printed), '--resource-tag', 'CostCenter=blue')
    expect(effect).toBe('allow')
  })

  it('asks as a session in the account of the resource', async () => {
    const { request } = await json(
      '--policy',
      policy,
      ...but(5, INSTANCE.replace('111122223333', '444455556666')),
    )
    expect(request.principal).toMatch(/^arn:aws:sts::444455556666:assumed-role\/AWSReservedSSO_/)
  })

  it('denies by a policy that is not understood', async () => {
    const faulty = files.file('faulty.json', allow({ Condition: { StringIs: { 'a:b': 'c' } } }))
    const { code, findings } = await json(
      '--policy',
      policy,
      '--policy',
      faulty,
      ...asked,
      '--resource-tag',
      'CostCenter=blue',
    )
    expect(code).toBe(1)
    expect(findings.map(({ rule, reason }) => `${rule} ${reason}`)).toContain(
      'policy/condition unknown-operator',
    )
  })

  it.each<[string, string[], RegExp]>([
    ['no policy', [...asked], /--policy is missing/],
    ['no tags', ['--policy', policy, ...asked.slice(2)], /--tags is missing/],
    ['a file that is not there', ['--policy', '/nowhere', ...asked], /no such file/],
    ['a word too many', ['--policy', policy, ...asked, 'x'], /options only/],
    ['an unknown option', ['--policy', policy, ...asked, '--policies', 'x'], /Unknown option/],
    ['a second action', ['--policy', policy, ...asked, '--action', 'a:B'], /--action is given twice/],
    ['a format of checks alone', ['--policy', policy, ...asked, '--format', 'html'], /--format/],
    ['an empty policy', ['--policy', '', ...asked], /--policy is empty/],
    ['a tag without value', ['--policy', policy, ...asked, '--resource-tag', 'CostCenter'], /KEY=VALUE/],
    ['a tag without key', ['--policy', policy, ...asked, '--resource-tag', '=blue'], /KEY=VALUE/],
    [
      'a tag twice',
      ['--policy', policy, ...asked, '--resource-tag', 'a=b', '--resource-tag', 'a=c'],
      /twice/,
    ],
    ['an action with a wildcard', ['--policy', policy, ...but(3, 'ec2:*')], /action/],
    ['a resource that is no ARN', ['--policy', policy, ...but(5, 'i-1')], /resource/],
    ['two from standard input', ['--policy', '-', ...but(1, '-')], /standard input/],
  ])('is misused with %s', async (_, words, message) => {
    const { code, out, err } = await decided(...words)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(message)
  })

  it.each<[string, unknown, string]>([
    ['a list', [], ''],
    ['the report of a refusal', { verdict: 'refused', tags: [] }, ''],
    ['a number', { a: 1 }, 'type'],
    ['too long a key', { ['a'.repeat(129)]: 'b' }, 'too-long'],
    ['a reserved key', { 'aws:a': 'b' }, 'reserved'],
    [
      'two keys that differ in case',
      {
        tags: [
          { key: 'a', value: 'b' },
          { key: 'A', value: 'b' },
        ],
      },
      'duplicate',
    ],
    ['a tag without value', { tags: [{ key: 'a' }] }, 'missing'],
  ])('is misused with tags that are none: %s', async (_, content, reason) => {
    const { code, out } = await decided(
      '--policy',
      policy,
      ...but(1, files.file('bad.json', content)),
      '--format',
      'json',
    )
    expect(code).toBe(2)
    const { findings } = JSON.parse(out) as { findings: { rule: string; reason: string }[] }
    if (reason !== '') expect(findings).toMatchObject([{ rule: 'cli/tags', reason }])
  })

  it('writes nothing that a terminal obeys', async () => {
    const Sid = 'a\u001b[2Jb'
    const nasty = files.file(
      'nasty.json',
      allow({
        Sid,
        Action: 'ec2:StartInstances',
        Condition: { StringEquals: { 'aws:PrincipalTag/\u001b[31m': '\u202ex' } },
      }),
    )
    const { out } = await decided('--policy', nasty, ...asked)
    // eslint-disable-next-line no-control-regex
    expect(out).not.toMatch(/[\u001b\u202e]/)
  })

  it('is one of the commands of abac', async () => {
    expect((await command('abac')).code).toBe(2)
    expect((await command('abac', 'constructor')).code).toBe(2)
    expect((await command('abac', 'decide', '--help')).code).toBe(0)
  })
})
