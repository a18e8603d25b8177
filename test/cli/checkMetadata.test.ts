import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checkMetadata } from '../../src/cli/commands/checkMetadata.js'
import { Misuse } from '../../src/cli/misuse.js'
import { textReport, type Report } from '../../src/conformance/index.js'
import { formatDateTime } from '../../src/core/codec.js'
import { issueMetadata } from '../../src/saml/metadata/build.js'
import { HTTP_POST } from '../../src/saml/names.js'
import { idpCertificate, idpPEM, idpSigner, otherCertificate } from '../support/saml.js'
import {
  CERTIFICATE,
  EXPIRED,
  group,
  IDP,
  idp,
  identityCenter,
  keycloak,
  keyOf,
  NOT_YET,
  NOW,
  okta,
} from '../saml/metadataDocuments.js'

const folder = mkdtempSync(join(tmpdir(), 'countersign-'))
afterAll(() => rmSync(folder, { recursive: true }))
let count = 0

function file(content: string | Uint8Array): string {
  const path = join(folder, `${++count}.xml`)
  writeFileSync(path, content)
  return path
}

const check = (content: string | Uint8Array, ...words: string[]): Promise<Report> =>
  checkMetadata([file(content), '--at', formatDateTime(NOW), ...words])

const failures = ({ rules }: Report): string[] =>
  rules.flatMap(({ findings }) => findings.map(({ rule, reason }) => `${rule} ${reason}`))

describe('check metadata', () => {
  it('accepts, and tells what is in it', async () => {
    const report = await check(okta)
    expect(report).toMatchObject({
      subject: { kind: 'metadata' },
      at: '2026-11-25T12:00:00Z',
      verified: true,
      verdict: 'accepted',
      identity: { entityID: 'http://www.okta.com/exk1fcia8zpMZ7y8q0h8' },
      facts: {
        'sign-in URLs': 'https://example.okta.com/app/amazon_aws_sso/exk1fcia8zpMZ7y8q0h8/sso/saml',
      },
    })
    expect(report.facts['certificates']).toMatch(/^1 \(SHA-256 [0-9a-f]{16}\.\.\. 34003 days left\)$/)
    expect(failures(report)).toEqual([])
    expect(textReport(report)).toMatch(/^ACCEPTED {2}metadata /)
  })

  it('tells the state of each certificate, and refuses with every finding', async () => {
    const keys = [CERTIFICATE, EXPIRED, NOT_YET].map((text) => keyOf(text)).join('')
    const report = await check(idp({ keys, formats: '', endpoints: '' }))
    expect(report).toMatchObject({ verdict: 'refused', identity: null, facts: { 'claimed entityID': IDP } })
    expect(report.facts['certificates']).toMatch(/^3 \(.* days left, .* expired, .* not valid yet\)$/)
    expect(failures(report)).toEqual([
      'saml/metadata-sign-in-url missing',
      'saml/metadata-nameid-format-missing missing',
      'saml/metadata-certificate-validity expired',
      'saml/metadata-certificate-validity not-yet',
    ])
  })

  it('tells of a service provider where it receives', async () => {
    const { facts } = await check(identityCenter)
    expect(facts).toEqual({
      'ACS URLs': 'https://us-east-1.signin.aws.amazon.com/platform/saml/acs/0a1b2c3d-4e5f',
    })
  })

  it('warns of a service provider that is not Identity Center (R009)', async () => {
    const other = identityCenter.replaceAll('us-east-1.signin.aws.amazon.com', 'idc.example.com')
    const report = await check(other)
    expect([report.verdict, failures(report)]).toEqual([
      'accepted',
      ['saml/identity-center-endpoints other-host', 'saml/identity-center-endpoints other-host'],
    ])
    expect(failures(await check(other, '--profile', 'service-provider'))).toEqual([])
    expect(failures(await check(identityCenter))).toEqual([])
  })

  it('takes one entity of a group', async () => {
    expect(failures(await check(keycloak))).toEqual(['saml/metadata-entity unchosen'])
    const report = await check(keycloak, '--entity-id', 'https://sso.example.com/realms/platform')
    expect(report.verdict).toBe('accepted')
    expect(failures(await check(group(idp()), '--entity-id', `${IDP}/`))).toEqual([
      'saml/metadata-entity trailing-slash',
    ])
  })

  it('asks for a signature where a certificate is given', async () => {
    const xml = issueMetadata(
      {
        entityID: IDP,
        idp: {
          certificates: [idpCertificate],
          singleSignOnServices: [{ binding: HTTP_POST, location: 'https://idp.example.com/' }],
        },
      },
      { signer: idpSigner, id: '_1' },
    )
    const signed = await check(xml, '--certificate', file(idpPEM))
    expect(signed).toMatchObject({
      verified: true,
      verdict: 'accepted',
      identity: { entityID: IDP, verifiedBy: idpCertificate.sha256 },
    })
    const foreign = await check(xml, '--certificate', file(otherCertificate.pem))
    expect(foreign).toMatchObject({ verified: false, verdict: 'refused', identity: null })
    expect(failures(foreign)).toEqual(['saml/signature mismatch'])
    expect(failures(await check(okta, '--certificate', file(idpPEM)))).toEqual([
      'saml/signature-missing missing',
    ])
  })

  it('does not overlook a byte order mark', async () => {
    expect(failures(await check(`\ufeff${okta}`))).toEqual(['saml/metadata-byte-order-mark present'])
  })

  it.each([
    [[]],
    [['a.xml', 'b.xml']],
    [['-', '--certificate', '-']],
    [[join(folder, 'none.xml')]],
    [[file(okta), '--certificate', file('x')]],
    [[file(okta), '--at', 'now']],
    [[file(okta), '--format', 'pdf']],
    [[file(okta), '--entity-id', '']],
    [[file(okta), '--audience', 'x']],
  ])('is misused with %j', async (words) => {
    await expect(checkMetadata(words)).rejects.toBeInstanceOf(Misuse)
  })
})
