import { afterAll, describe, expect, it } from 'vitest'
import type { Report } from '../../src/conformance/index.js'
import { formatDateTime } from '../../src/core/codec.js'
import { command, temporaryFiles } from '../support/command.js'
import { samples, withStatement } from '../support/guideSamples.js'
import { IDP, idpPEM, NOW, SP, told } from '../support/saml.js'

const { file, remove } = temporaryFiles()
afterAll(remove)

async function check(message: string, ...more: string[]) {
  const { code, out } = await command(
    'check',
    'response',
    file('response.xml', message),
    ...['--idp-entity-id', IDP, '--idp-certificate', file('idp.pem', idpPEM)],
    ...['--audience', SP.entityID, '--acs', SP.acsURL, '--in-response-to', '_request'],
    ...['--at', formatDateTime(NOW), '--format', 'json', ...more],
  )
  const report = JSON.parse(out) as Report
  return { code, report, findings: report.rules.flatMap(({ findings }) => findings) }
}

describe("check response and the guide's own samples", () => {
  it('accepts the one for a cost center, and warns of what its print brought along', async () => {
    const { code, report, findings } = await check(withStatement(samples.costCenter))
    expect(code).toBe(0)
    expect(report.identity?.['sessionTags']).toEqual({ CostCenter: 'blue' })
    expect(told(findings)).toEqual([
      'saml/attribute-name-format-absent absent',
      'saml/attribute-white-space surrounding',
    ])
    for (const { place } of findings) expect(place?.excerpt.slice(place.caret)).toMatch(/^<saml:Attribute /)
  })

  it('refuses the one whose name runs over two lines: the fix is the name as it must be, the place where it is', async () => {
    const { code, report, findings } = await check(withStatement(samples.wrapped))
    expect([code, report.identity]).toEqual([1, null])
    const finding = findings.find(({ severity }) => severity === 'error')
    expect(finding).toMatchObject({
      rule: 'saml/attribute-name',
      reason: 'white-space',
      expected: '"https://aws.amazon.com/SAML/Attributes/AccessControl:Department"',
    })
    expect(finding?.fix).toMatch(/\w/)
    expect(finding?.place?.excerpt).toContain('https://aws.amazon.com/SAML/Attributes/')
  })

  it('refuses the one whose colon became a bracket', async () => {
    const { code, findings } = await check(withStatement(samples.garbled))
    expect(code).toBe(1)
    expect(told(findings.filter(({ severity }) => severity === 'error'))).toEqual([
      'saml/attribute-name nearly',
    ])
  })

  it.each(Object.values(samples))(
    'says of a statement alone that it is not a whole message',
    async (sample) => {
      const { code, findings } = await check(sample)
      expect([code, told(findings)]).toEqual([1, ['saml/xml-namespaces undeclared-prefix']])
      expect(findings[0]?.place).toMatchObject({ line: 1, column: 1 })
    },
  )
})
