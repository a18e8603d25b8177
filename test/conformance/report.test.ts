import { describe, expect, it } from 'vitest'
import { buildReport, textReport, whyOf } from '../../src/conformance/index.js'
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

describe('why a rule is there', () => {
  it('is told in one sentence for every rule there is', () => {
    for (const { rules: rows } of rulebook)
      for (const rule of rows) expect(whyOf(rule), rule.id).toMatch(/^[A-Z].{20,}\.$/)
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
