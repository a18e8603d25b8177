import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  decide,
  evaluatePolicy,
  OPERATORS,
  parsePolicy,
  type PolicyRequest,
} from '../../../src/core/policy/index.js'
import { MAX_NEAR_MISSES } from '../../../src/core/policy/nearMiss.js'
import { conditionCost, MAX_WORK, newWork, spend } from '../../../src/core/policy/work.js'

const SESSION = 'arn:aws:sts::111122223333:assumed-role/App/run-1'
const TEAM = 'aws:PrincipalTag/Team'
const asked = (context: PolicyRequest['context'], more: Partial<PolicyRequest> = {}): PolicyRequest => ({
  principal: SESSION,
  action: 'sqs:SendMessage',
  resource: 'arn:aws:sqs:us-east-1:111122223333:jobs',
  context,
  ...more,
})
const statement = (more: object, Effect = 'Allow') => ({ Effect, Action: 'sqs:*', Resource: '*', ...more })
const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement })
const numbers = (count: number, prefix = ''): string[] =>
  Array.from({ length: count }, (_, at) => prefix + at.toString(36))
const found = ({ findings }: { findings: readonly { rule: string; reason: string }[] }): string[] =>
  findings.map(({ rule, reason }) => `${rule} ${reason}`)

afterEach(() => void vi.restoreAllMocks())

/** A policy of nearly 32 KB, and a key of 2,700 values, of which none is wanted. */
const largest = policy(statement({ Condition: { StringLike: { [TEAM]: numbers(7_000) } } }))
const crowded = asked({ [TEAM]: numbers(2_700, '-').map((text) => text.slice(0, 2)) })

describe('the work of a decision', () => {
  it('is bounded, however many values meet however many', () => {
    const compared = vi.spyOn(OPERATORS.StringLike, 'matches')
    const decision = decide({ identity: Array(100).fill(largest), scps: Array(100).fill(largest) }, crowded)
    expect(decision.effect).toBe('implicitDeny')
    expect(found(decision)).toContain('policy/work too-much')
    // Not one of them is begun.
    expect(compared).not.toHaveBeenCalled()
  })

  it('is bounded over all policies together', () => {
    const compared = vi.spyOn(OPERATORS.StringLike, 'matches')
    const half = policy(statement({ Condition: { StringLike: { [TEAM]: numbers(1_000) } } }))
    const some = asked({ [TEAM]: numbers(250, '-') })
    expect(found(decide({ identity: [half] }, some))).not.toContain('policy/work too-much')
    const one = compared.mock.calls.length
    expect(one).toBeGreaterThan(200)
    compared.mockClear()
    const many = decide({ identity: Array(100).fill(half) }, some)
    expect(found(many)).toContain('policy/work too-much')
    expect(compared.mock.calls.length).toBeLessThan(MAX_WORK / 64)
    expect(many.effect).toBe('implicitDeny')
  })

  it('makes of too much a denial, even where another statement or policy allows', () => {
    const all = policy(statement({}))
    const denying = policy(statement({ Condition: { StringLike: { [TEAM]: numbers(7_000) } } }, 'Deny'))
    for (const identity of [
      [all, denying],
      [denying, all],
      [policy(...all.Statement, ...denying.Statement)],
    ]) {
      const decision = decide({ identity }, crowded)
      expect([decision.effect, decision.by]).toEqual(['implicitDeny', undefined])
      expect(found(decision)).toContain('policy/work too-much')
    }
    for (const one of [denying, largest]) {
      const parsed = parsePolicy(one, '$', 'identity').policy!
      expect(evaluatePolicy(parsed, crowded)).toEqual({
        effect: 'explicitDeny',
        tooMuch: true,
        nearMisses: [],
      })
    }
    // A Deny that was found still shows.
    const no = policy(statement({ Sid: 'no' }, 'Deny'))
    expect(decide({ identity: [no, largest] }, crowded)).toMatchObject({
      effect: 'explicitDeny',
      by: { policy: 0, sid: 'no' },
    })
  })

  it('counts what variables bring, and what resources and actions cost', () => {
    const wide = { [TEAM]: 'x'.repeat(8_000), 'x:One': numbers(200) }
    const filling = Array<string>(400).fill(`\${${TEAM}}`)
    const filled = policy(statement({ Condition: { StringEquals: { 'x:One': filling } } }))
    expect(found(decide({ identity: [filled] }, asked(wide)))).toContain('policy/work too-much')
    const resources = policy(statement({ Resource: filling.map((text) => `arn:aws:sqs:*:*:?*${text}`) }))
    const long = { resource: `arn:aws:sqs:us-east-1:111122223333:${'y'.repeat(2_000)}` }
    expect(found(decide({ identity: [resources] }, asked(wide, long)))).toContain('policy/work too-much')
    const actions = policy(statement({ Action: numbers(4_000, 's:') }))
    const verbose = { action: `s:${'z'.repeat(2_000)}` }
    expect(found(decide({ identity: Array(10).fill(actions) }, asked({}, verbose)))).toContain(
      'policy/work too-much',
    )
  })

  it('is what real policies cost many times over', () => {
    const tags = Object.fromEntries(
      Array.from({ length: 50 }, (_, at) => [`aws:PrincipalTag/Key${at}`, 'v'.repeat(256)]),
    )
    const Condition = { StringEquals: Object.fromEntries(Object.keys(tags).slice(0, 20).map((key) => [key, `\${${key}}`])) } // prettier-ignore
    // Twenty managed policies, an inline one, five SCPs at each of five levels: more than IAM has.
    const usual = policy(...Array.from({ length: 10 }, () => statement({ Condition })))
    const decision = decide({ identity: Array(21).fill(usual), scps: Array(25).fill(usual) }, asked(tags))
    expect([decision.effect, decision.findings]).toEqual(['allow', []])
  })

  it('never depends on order, and once spent stays spent', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(MAX_WORK / 2), { maxLength: 8 }), (costs) => {
        const passes = (list: readonly number[]): boolean => {
          const work = newWork()
          return list.map((cost) => spend(work, cost)).every(Boolean)
        }
        expect(passes([...costs].reverse())).toBe(passes(costs))
        expect(passes(costs)).toBe(costs.reduce((sum, cost) => sum + cost, 0) <= MAX_WORK)
      }),
    )
    const work = newWork()
    expect([spend(work, MAX_WORK + 1), spend(work, 1), spend(work, 0)]).toEqual([false, false, false])
  })

  it('is not less than the comparisons that are made', () => {
    const values = fc.array(fc.string({ maxLength: 8 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(values, values, (wanted, actual) => {
        const compared = vi.spyOn(OPERATORS.StringLike, 'matches')
        const request = asked({ [TEAM]: actual })
        const one = policy(statement({ Condition: { 'ForAnyValue:StringLike': { [TEAM]: wanted } } }))
        decide({ identity: [{ ...one, Version: '2008-10-17' }] }, request)
        const condition = {
          operator: 'StringLike',
          ifExists: false,
          key: TEAM,
          values: wanted,
          path: '$',
        } as const
        const context = new Map([['aws:principaltag/team', { key: TEAM, values: actual }]])
        const cost = conditionCost(condition, { context }, '2008-10-17')
        expect(compared.mock.calls.length * 64).toBeLessThanOrEqual(cost)
        compared.mockRestore()
      }),
    )
  })
})

describe('near misses', () => {
  it('are at most a hundred, of one policy and of all', () => {
    const missing = (count: number) =>
      policy(
        ...Array.from({ length: count }, () => statement({ Condition: { StringEquals: { 'x:One': 'a' } } })),
      )
    const parsed = parsePolicy(missing(256), '$', 'identity').policy!
    expect(evaluatePolicy(parsed, asked({})).nearMisses).toHaveLength(MAX_NEAR_MISSES)
    for (const [count, policies] of [
      [256, 1],
      [60, 100],
      [1, 100],
    ] as const) {
      const decision = decide({ identity: Array(policies).fill(missing(count)) }, asked({}))
      expect(decision.nearMisses).toHaveLength(Math.min(MAX_NEAR_MISSES, count * policies))
      expect(decision.findings.length).toBeLessThanOrEqual(MAX_NEAR_MISSES + 2)
    }
  })

  it('tell the first hundred values, and the first 1,024 characters of each', () => {
    const many = policy(
      statement({ Condition: { StringEquals: { 'x:One': [`\${${TEAM}}`, ...numbers(900)] } } }),
    )
    const context = { [TEAM]: 'x'.repeat(5_000), 'x:One': [...numbers(300, '-'), 'y'.repeat(3_000)] }
    const [miss] = decide({ identity: [many] }, asked(context)).nearMisses
    expect(miss).toMatchObject({ cut: true, expected: { length: 100 }, actual: { length: 100 } })
    expect(miss!.filled![0]).toBe('x'.repeat(1_024))
    const hundred = policy(statement({ Condition: { StringEquals: { 'x:One': numbers(100) } } }))
    const [whole] = decide({ identity: [hundred] }, asked({ 'x:One': 'y'.repeat(1_024) })).nearMisses
    expect(whole).toMatchObject({ expected: numbers(100), actual: ['y'.repeat(1_024)] })
    expect(whole).not.toHaveProperty('cut')
  })

  it('never make an answer large, whatever is asked', () => {
    const filling = Array<string>(60).fill(`\${${TEAM}}`)
    const one = policy(...Array.from({ length: 12 }, () => statement({ Condition: { StringEquals: { 'x:One': filling } } }))) // prettier-ignore
    const context = { [TEAM]: 'x'.repeat(3_000), 'x:One': 'y' }
    const decision = decide({ identity: Array(100).fill(one) }, asked(context))
    expect(JSON.stringify(decision).length).toBeLessThan(100 * 3 * 100 * 1_100)
  })
})
