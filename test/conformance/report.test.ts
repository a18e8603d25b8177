import { describe, expect, it } from 'vitest'
import { buildReport, findingLines, htmlReport, textReport, whyOf } from '../../src/conformance/index.js'
import { FederationError } from '../../src/core/outcome.js'
import { runRules, type Rule } from '../../src/core/rule.js'
import { rulebook } from '../../src/cli/rulebook.js'

const row = (id: Rule<null>['id'], check: Rule<null>['check']): Rule<null> => ({
  id,
  severity: 'error',
  source: 'R001',
  title: `What ${id} asks`,
  fix: 'Change it.',
  check,
})

const rules = [
  row('saml/first', () => []),
  row('saml/crashes', () => {
    throw new Error('a defect of ours')
  }),
  row('saml/last', () => [{ reason: 'wrong', message: 'It is wrong.', path: '/a/@b' }]),
]

const report = buildReport({
  version: '1.0.0',
  subject: { kind: 'response', name: 'file.xml' },
  now: 0,
  verified: true,
  outcomes: runRules(rules, null),
  source: { kind: 'xml', text: '<a\n  b="c"/>' },
  hint: ({ rule }) => (rule === 'saml/last' ? 'Look there.' : undefined),
})

describe('a report', () => {
  it('holds a rule whose check crashes as one that could not be judged, and all the others', () => {
    expect(report.rules.map(({ rule, outcome }) => [rule, outcome])).toEqual([
      ['saml/first', 'pass'],
      ['saml/crashes', 'cantTell'],
      ['saml/last', 'fail'],
    ])
    expect(report.verdict).toBe('refused')
    expect(JSON.stringify(report)).not.toContain('a defect of ours')
  })

  it('says of each rule what it asks, why, and where it comes from', () => {
    for (const { title, why, source } of report.rules) {
      expect(title).toMatch(/^What/)
      expect(why).toMatch(/\.$/)
      expect(source).toBe('R001')
    }
  })

  it('says where a finding is, and what there is to add', () => {
    const [finding] = report.rules[2]?.findings ?? []
    expect(finding).toMatchObject({
      reason: 'wrong',
      place: { line: 2, column: 3, excerpt: '  b="c"/>', caret: 2 },
      hint: 'Look there.',
    })
  })

  it('counts what passed in a text, and lists it when asked', () => {
    expect(textReport(report)).not.toContain('saml/first')
    expect(textReport(report, undefined, { verbose: true })).toMatch(/pass +saml\/first/)
    const lines = textReport(report).split('\n')
    expect(lines[lines.findIndex((line) => line.includes('b="c"')) + 1]).toMatch(/^ {14}\^$/)
  })

  it('is refused by no hint, and accepted by none', () => {
    const passing = { ...report, rules: [] }
    const again = buildReport({
      version: '1.0.0',
      subject: passing.subject,
      now: 0,
      verified: true,
      outcomes: runRules(rules.slice(0, 1), null),
      hint: () => 'a hint',
    })
    expect([again.verdict, again.rules[0]?.findings]).toEqual(['accepted', []])
  })
})

describe('whatever stands in for an argument', () => {
  const odd: readonly unknown[] = [undefined, null, 0, NaN, '', [], {}, () => 1, Symbol('s'), 1n, new Date(0), new Map(), Object.create(null), true] // prettier-ignore
  const input = {
    version: '1',
    subject: { kind: 'token', name: 'x' },
    now: 0,
    verified: true,
    facts: { a: 'b' },
    source: { kind: 'json', text: '{}' },
    outcomes: runRules(rules, null),
  }
  const coded = (call: () => unknown): unknown => {
    try {
      call()
      return 'ERR_INVALID_OPTION'
    } catch (error) {
      return error instanceof FederationError ? error.code : error
    }
  }

  it('is told as misuse, and nothing else is thrown', () => {
    for (const one of odd) {
      expect(coded(() => buildReport(one as never))).toBe('ERR_INVALID_OPTION')
      expect(coded(() => textReport(one as never))).toBe('ERR_INVALID_OPTION')
      expect(coded(() => htmlReport(one as never))).toBe('ERR_INVALID_OPTION')
      expect(coded(() => whyOf(one as never))).toBe('ERR_INVALID_OPTION')
      expect(coded(() => findingLines(one as never))).toBe('ERR_INVALID_OPTION')
      for (const name of Object.keys(input)) {
        const call = () => buildReport({ ...input, [name]: one } as never)
        expect(coded(call), name).toBe('ERR_INVALID_OPTION')
      }
      for (const name of Object.keys(report))
        for (const reporter of [textReport, htmlReport])
          expect(
            coded(() => reporter({ ...report, [name]: one } as never)),
            name,
          ).toBe('ERR_INVALID_OPTION')
    }
    expect(() => buildReport({ ...input, now: -1 } as never)).toThrow(FederationError)
    expect(() => buildReport({ ...input, outcomes: [{}] } as never)).toThrow(FederationError)
    expect(() => buildReport(input as never)).not.toThrow()
  })
})

describe('why a rule is there', () => {
  it('is told in one sentence for every rule there is', () => {
    for (const { rules: rows } of rulebook)
      for (const rule of rows) expect(whyOf(rule), rule.id).toMatch(/^[A-Z].{20,}\.$/)
  })

  it('is not said of a warning about tags to be that it refuses', () => {
    const warnings = rulebook
      .flatMap(({ rules: rows }) => rows)
      .filter(({ id, severity }) => id.startsWith('abac/') && severity === 'warning')
    expect(warnings.length).toBeGreaterThan(15)
    // The general sentences are written for errors.
    for (const rule of warnings)
      expect(whyOf(rule), rule.id).not.toBe(whyOf({ id: 'other/rule', source: rule.source }))
  })

  it('is told for a rule of which only the source is known, and for one of which nothing is', () => {
    expect(whyOf({ id: 'other/rule', source: 'R001' })).toContain('Identity Center')
    expect(whyOf({ id: 'other/rule', source: 'attack S01' })).not.toBe(whyOf({ id: 'other/rule' }))
  })

  it('is that of the longest family', () => {
    expect(whyOf({ id: 'saml/xml-characters' })).toBe(whyOf({ id: 'saml/xml-namespaces' }))
    expect(whyOf({ id: 'saml/xml-doctype' })).not.toBe(whyOf({ id: 'saml/xml-namespaces' }))
  })
})
