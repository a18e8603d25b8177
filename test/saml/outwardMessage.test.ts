import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Finding } from '../../src/core/outcome.js'
import {
  inspectSamlUser,
  outwardMessage,
  samlRules,
  SIGN_IN_MESSAGES,
  validateResponse,
} from '../../src/saml/index.js'
import { setupRuleIDs } from '../../src/saml/outwardMessage.js'
import { ADA, expectation, issued, NOW, otherCertificate, otherSigner, SP } from '../support/saml.js'

const seen = (message: string, more: Parameters<typeof expectation>[0] = {}): string | undefined =>
  outwardMessage(validateResponse(message, expectation(more)).findings)?.text
const { unexpected, setup, mfa } = SIGN_IN_MESSAGES

describe('what the user would see', () => {
  it('has the words of the pages', () => {
    expect([unexpected.text, setup.text, mfa.text]).toEqual([
      'An unexpected error has occurred',
      "It's not you, it's us",
      'Invalid MFA credentials',
    ])
  })

  it('is nothing where nothing refuses, warnings or not', () => {
    expect(seen(issued())).toBeUndefined()
    expect(seen(issued(), { inResponseTo: undefined })).toBeUndefined()
    expect(outwardMessage([])).toBeUndefined()
  })

  it.each([
    ['another audience', { sp: { ...SP, entityID: `${SP.entityID}/` } }],
    ['another ACS URL', { sp: { ...SP, acsURL: `${SP.acsURL}/` } }],
    ['another request', { inResponseTo: '_other' }],
  ])('is unexpected for %s (R024)', (_, more) => {
    expect(seen(issued(), more)).toBe(unexpected.text)
  })

  it('is unexpected for a NameID of another format (R024)', () => {
    const nameIDFormat = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'
    const message = issued({ ...ADA, to: 'application', nameIDFormat })
    const { findings } = validateResponse(message, expectation())
    expect(outwardMessage(findings)).toMatchObject({ text: unexpected.text, rule: 'saml/nameid-format' })
  })

  it('is a matter of the setup for a certificate that does not sign, or a clock, and names four causes (R025)', () => {
    const foreign = issued(ADA, { signer: otherSigner })
    expect(seen(foreign)).toBe(setup.text)
    expect(
      outwardMessage(validateResponse(foreign, expectation()).findings)?.check.map(
        (text) => text.split(' ')[1],
      ),
    ).toEqual(['clock', 'certificate', 'NameID', 'AD'])
    expect(
      seen(issued(), { idp: { entityID: expectation().idp.entityID, certificates: [otherCertificate] } }),
    ).toBe(setup.text)
    expect(seen(issued(), { now: NOW + 3600 })).toBe(setup.text)
    expect(seen(issued(), { now: NOW - 3600 })).toBe(setup.text)
  })

  it('may be about MFA for a user whom SCIM has not brought yet (R026, C38)', () => {
    const findings = inspectSamlUser('nobody@example.com', []).rules.flatMap((rule) => rule.findings)
    expect(outwardMessage(findings)).toMatchObject({
      text: unexpected.text,
      orElse: [mfa.text],
      rule: 'saml/user',
    })
    const user = {
      userId: 'u',
      userName: 'Ada@example.com',
      emails: [],
      externalIds: [],
      status: 'ENABLED',
      groupIds: [],
    } as const
    const inCase = inspectSamlUser('ada@example.com', [user]).rules.flatMap((rule) => rule.findings)
    expect(outwardMessage(inCase)).toMatchObject({ text: unexpected.text, orElse: [] })
  })

  it('is one of the sentences for every rule that can refuse, and never says which', () => {
    const texts: readonly string[] = [unexpected.text, setup.text]
    for (const { id } of samlRules) {
      const finding: Finding = { rule: id, reason: 'x', severity: 'error', message: 'secret cause' }
      const message = outwardMessage([finding])
      expect(texts).toContain(message?.text)
      expect(JSON.stringify(message)).not.toContain('secret cause')
      expect(message?.rule).toBe(id)
    }
    const known = samlRules.map(({ id }) => id as string)
    for (const id of setupRuleIDs()) expect(known).toContain(id)
  })

  it('speaks of the first error', () => {
    const finding = (rule: Finding['rule'], severity: Finding['severity']): Finding => ({
      rule,
      severity,
      reason: 'x',
      message: 'x',
    })
    const warning = finding('saml/signature', 'warning')
    const one = finding('saml/audience', 'error')
    const other = finding('saml/signature', 'error')
    expect(outwardMessage([warning, one, other])?.rule).toBe('saml/audience')
    expect(outwardMessage([other, one])?.text).toBe(setup.text)
  })

  it('is told of anything that looks like findings', () => {
    const rule = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString'))
    fc.assert(
      fc.property(rule, (name) => {
        const finding = {
          rule: name as Finding['rule'],
          reason: 'x',
          severity: 'error',
          message: '',
        } as const
        expect(outwardMessage([finding])?.text).toBe(
          setupRuleIDs().includes(name) ? setup.text : unexpected.text,
        )
      }),
    )
  })
})
