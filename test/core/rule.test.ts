import { describe, expect, it } from 'vitest'
import {
  accepted,
  assertAccepted,
  decided,
  FederationError,
  refused,
  type Finding,
} from '../../src/core/index.js'
import { runRules, verdictOf, type CheckResult, type Rule } from '../../src/core/rule.js'
import { shown } from '../../src/core/shown.js'

const row = { source: 'RFC 0', title: 'what must hold', fix: 'change it' }
const rule = (
  id: 'a/one' | 'a/two',
  check: () => CheckResult,
  severity: 'error' | 'warning' = 'error',
): Rule<null> => ({
  ...row,
  id,
  severity,
  check,
})
const fault = { reason: 'wrong', message: 'It is wrong.' }

describe('rules', () => {
  it('all run, and every fault of every rule is told', () => {
    const verdict = verdictOf(
      runRules(
        [rule('a/one', () => [fault, fault]), rule('a/two', () => [{ ...fault, fix: 'better' }])],
        null,
      ),
      () => 1,
    )
    expect(verdict.ok).toBe(false)
    expect(verdict.findings.map(({ rule: id, fix }) => [id, fix])).toEqual([
      ['a/one', 'change it'],
      ['a/one', 'change it'],
      ['a/two', 'better'],
    ])
  })

  it('refuse when a check throws, and still run the others', () => {
    const broken = rule('a/one', () => {
      throw new Error('a defect')
    })
    const outcomes = runRules([broken, rule('a/two', () => [])], null)
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['cantTell', 'pass'])
    expect(verdictOf(outcomes, () => 1)).toMatchObject({
      ok: false,
      findings: [{ rule: 'a/one', reason: 'check-failed' }],
    })
  })

  it('refuse what could not be judged, and say so only where no other error does', () => {
    const cantTell = rule('a/one', () => 'cantTell')
    expect(verdictOf(runRules([cantTell], null), () => 1)).toMatchObject({
      ok: false,
      findings: [{ rule: 'a/one', reason: 'cant-tell' }],
    })
    const verdict = verdictOf(runRules([cantTell, rule('a/two', () => [fault])], null), () => 1)
    expect(verdict.findings.map(({ rule: id }) => id)).toEqual(['a/two'])
  })

  it('accept with warnings and with rules that do not apply', () => {
    const outcomes = runRules(
      [rule('a/one', () => [fault], 'warning'), rule('a/two', () => 'notApplicable')],
      null,
    )
    expect(verdictOf(outcomes, () => 1)).toMatchObject({
      ok: true,
      value: 1,
      findings: [{ severity: 'warning' }],
    })
  })
})

describe('verdicts', () => {
  const finding: Finding = { rule: 'a/one', reason: 'wrong', severity: 'error', message: 'It is wrong.' }

  it('never make a value that is refused', () => {
    expect(decided([finding], () => expect.fail('made'))).toEqual({ ok: false, findings: [finding] })
  })

  it('can be asserted', () => {
    expect(assertAccepted(accepted(1))).toBe(1)
    try {
      assertAccepted(refused([finding]))
      expect.fail('not thrown')
    } catch (error) {
      expect(error).toBeInstanceOf(FederationError)
      expect(error).toMatchObject({ code: 'ERR_REFUSED', findings: [finding] })
    }
  })
})

describe('shown', () => {
  it.each([
    ['\u001b[31mred', /^"\\u001b\[31mred"$/],
    ['\u009b31m', /^"\\u009b31m"$/],
    ['a\u202eb', /^"a\\u202eb"$/],
    ['a\nb', /^"a\\nb"$/],
    ['x'.repeat(500), /^"x{120}\.\.\."$/],
    [undefined, /^absent$/],
    [null, /^null$/],
    [{ secret: 'x' }, /^an object$/],
    [['secret'], /^an array of 1$/],
  ])('makes %j safe to print', (value, expected) => {
    expect(shown(value)).toMatch(expected)
  })
})
