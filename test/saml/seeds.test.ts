import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { validateResponse } from '../../src/saml/index.js'
import { samples, withStatement } from '../support/guideSamples.js'
import { ADA, expectation, issued, told } from '../support/saml.js'

describe("the guide's own samples", () => {
  it('give the tag that was meant, with a word on the line break', () => {
    const verdict = validateResponse(withStatement(samples.costCenter), expectation())
    expect(told(verdict.findings)).toEqual([
      'saml/attribute-name-format-absent absent',
      'saml/attribute-white-space surrounding',
    ])
    expect(verdict.value?.accessControl).toEqual({ CostCenter: 'blue' })
    // What was signed is kept as it is; only the tag is cut to what a policy compares.
    expect(Object.values(verdict.value?.attributes ?? {})).toEqual([['blue\n']])
  })

  it('are refused where the name runs over two lines, and the finding says how it must read', () => {
    const verdict = validateResponse(withStatement(samples.wrapped), expectation())
    expect(verdict.ok).toBe(false)
    const finding = verdict.findings.find(({ severity }) => severity === 'error')
    expect(finding).toMatchObject({
      rule: 'saml/attribute-name',
      reason: 'white-space',
      expected: '"https://aws.amazon.com/SAML/Attributes/AccessControl:Department"',
    })
    // Mending the name would invent a tag that Identity Center does not see: XML reads the line break as a space.
    expect(finding?.actual).toBe('"https://aws.amazon.com/SAML/Attributes/ AccessControl:Department"')
    expect(
      told(validateResponse(withStatement(samples.wrapped), expectation({ abac: 'off' })).findings),
    ).toEqual([])
  })

  it('are refused where the name is garbled', () => {
    const verdict = validateResponse(withStatement(samples.garbled), expectation())
    expect(told(verdict.findings)).toContain('saml/attribute-name nearly')
  })

  it('are really what was signed', () => {
    // A test of the helper: had it signed something else, the gates would have refused.
    const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
    expect(digest(withStatement(samples.costCenter))).not.toBe(digest(issued({ ...ADA, accessControl: {} })))
  })
})
