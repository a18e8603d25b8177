import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import type { Report } from '../../src/conformance/index.js'
import { formatDateTime } from '../../src/core/codec.js'
import { buildMetadata } from '../../src/saml/index.js'
import { command, temporaryFiles } from '../support/command.js'
import { ADA, IDP, idpCertificate, idpPEM, issued, NOW, otherSigner, SP, told } from '../support/saml.js'

const { file, remove } = temporaryFiles()
afterAll(remove)

const certificate = file('idp.pem', idpPEM)
const metadata = file(
  'idp.xml',
  buildMetadata({
    entityID: IDP,
    idp: {
      certificates: [idpCertificate],
      singleSignOnServices: [
        {
          binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
          location: 'https://idp.example.com/sso',
        },
      ],
      nameIDFormats: ['urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'],
      wantAuthnRequestsSigned: false,
    },
  }),
)
const users = file('users.json', {
  Users: [
    {
      UserId: '11111111-1111-1111-1111-111111111111',
      UserName: 'ada@example.com',
      Emails: [{ Value: 'a.l@example.com' }],
    },
    { UserId: '22222222-2222-2222-2222-222222222222', UserName: 'Bob@example.com', Emails: [] },
    {
      UserId: '33333333-3333-3333-3333-333333333333',
      UserName: 'eve',
      Emails: [{ Value: 'eve@example.com' }],
    },
    {
      UserId: '44444444-4444-4444-4444-444444444444',
      UserName: 'dan@example.com',
      UserStatus: 'DISABLED',
      Emails: [],
    },
  ],
})
const at = formatDateTime(NOW)
const provider = ['--idp-entity-id', IDP, '--idp-certificate', certificate]

async function check(
  message: string | Uint8Array,
  more: readonly string[] = [],
  idp: readonly string[] = provider,
): Promise<{ code: number; report: Report; out: string }> {
  const words = [
    '--audience',
    SP.entityID,
    '--acs',
    SP.acsURL,
    '--at',
    at,
    '--format',
    'json',
    ...idp,
    ...more,
  ]
  const { code, out } = await command('check', 'response', file('response.xml', message), ...words)
  return { code, out, report: JSON.parse(out) as Report }
}

const findings = (report: Report): string[] => told(report.rules.flatMap((rule) => rule.findings))

it('explains itself', async () => {
  const { code, out } = await command('check', 'response', '--help')
  expect([code, out.includes('check response FILE')]).toEqual([0, true])
  // A value that happens to ask for help accepts nothing.
  for (const words of [
    ['/nowhere', '--in-response-to', '-h'],
    ['-h', '--audience', 'x'],
    ['--', '-h'],
  ])
    expect((await command('check', 'response', ...words)).code).toBe(2)
})

describe('check response', () => {
  it('accepts what Identity Center would, from XML, bytes of XML and base64', async () => {
    for (const message of [
      issued(),
      `${issued()}\n`,
      Buffer.from(issued()),
      Buffer.from(issued()).toString('base64'),
    ]) {
      const { code, report } = await check(message, ['--in-response-to', '_request'])
      expect([code, report.verdict, report.verified, findings(report)]).toEqual([0, 'accepted', true, []])
      expect(report.identity).toMatchObject({
        nameID: 'ada@example.com',
        issuer: IDP,
        sessionTags: { CostCenter: 'blue', Department: 'billing' },
      })
    }
  })

  it('takes the identity provider from its metadata', async () => {
    const { code, report } = await check(issued(), [], ['--idp', metadata])
    expect([code, findings(report)]).toEqual([0, ['saml/in-response-to-unchecked unchecked']])
  })

  it('takes one of several providers from their metadata, and any NameID for an application', async () => {
    const single = readFileSync(metadata, 'utf8')
    const several = file(
      'several.xml',
      `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">${single}${single.replace(IDP, 'https://other.example')}</md:EntitiesDescriptor>`,
    )
    expect((await check(issued(), [], ['--idp', several, '--idp-entity-id', IDP])).code).toBe(0)
    const persistent = file(
      'persistent.xml',
      single.replace('1.1:nameid-format:emailAddress', '2.0:nameid-format:persistent'),
    )
    expect((await check(issued(), ['--profile', 'service-provider'], ['--idp', persistent])).code).toBe(0)
    const words = ['--audience', SP.entityID, '--acs', SP.acsURL, '--idp']
    expect((await command('check', 'response', file('response.xml', issued()), ...words, several)).code).toBe(
      2,
    )
    // Metadata that Identity Center would refuse is no reason to say nothing of the Response.
    const both = await check(issued(), [], ['--idp', persistent])
    expect([both.code, both.report.verified]).toEqual([1, true])
    expect(findings(both.report)).toContain('saml/metadata-nameid-format other')
  })

  it('tells every rule of a Response that is refused, and says that nothing is proven', async () => {
    const { code, report } = await check(
      issued({ ...ADA, nameID: 'ada@example.com' }).replace('ada@', 'eve@'),
      ['--in-response-to', '_other'],
    )
    expect([code, report.verdict, report.verified, report.identity]).toEqual([1, 'refused', false, null])
    expect(findings(report)).toEqual(['saml/digest mismatch', 'saml/in-response-to mismatch'])
    expect(report.facts).toMatchObject({ 'claimed NameID': 'eve@example.com' })
    expect(report.rules.find(({ rule }) => rule === 'saml/audience')?.outcome).toBe('pass')
  })

  it.each([
    ['ada@example.com', []],
    ['ADA@example.com', ['saml/user case']],
    ['bob@example.com', ['saml/user case']],
    ['a.l@example.com', ['saml/user email']],
    ['eve@example.com', ['saml/user email']],
    ['nobody@example.com', ['saml/user unknown']],
    ['dan@example.com', ['saml/user-disabled disabled']],
  ])('finds %s by userName alone (R004)', async (nameID, expected) => {
    const { code, report } = await check(issued({ ...ADA, nameID }), [
      '--in-response-to',
      '_request',
      '--users',
      users,
    ])
    expect(findings(report)).toEqual(expected)
    expect(code).toBe(expected.length === 0 ? 0 : 1)
    if (expected.length === 0) expect(report.identity).toHaveProperty('userId')
  })

  it('tells apart what answers a request and what answers none', async () => {
    const unsolicited = issued({ ...ADA, inResponseTo: undefined })
    expect(findings((await check(unsolicited, ['--in-response-to', 'none'])).report)).toEqual([])
    expect(findings((await check(issued(), ['--in-response-to', 'none'])).report)).toEqual([
      'saml/in-response-to solicited',
    ])
  })

  it('tells of a message of another kind that it is one, and no more', async () => {
    const request = '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="a"/>'
    expect(findings((await check(request)).report)).toEqual(['saml/response root'])
  })

  it('names the wrong connector once, and first', async () => {
    const sp = { entityID: 'urn:amazon:webservices', acsURL: 'https://signin.aws.amazon.com/saml' }
    const { report } = await check(issued({ to: 'application', sp, nameID: 'ada@example.com' }))
    const errors = report.rules
      .flatMap((rule) => rule.findings)
      .filter(({ severity }) => severity === 'error')
    expect(errors[0]?.rule).toBe('saml/connector')
    expect(errors.filter(({ rule }) => rule === 'saml/connector')).toHaveLength(1)
  })

  it('has its switches', async () => {
    const two = issued({
      to: 'application',
      sp: SP,
      nameID: 'ada@example.com',
      attributes: [{ name: 'a', values: ['1', '2'] }],
    })
    expect(findings((await check(two)).report)).toContain('saml/attribute-multi-valued several')
    expect(findings((await check(two, ['--abac', 'off'])).report)).not.toContain(
      'saml/attribute-multi-valued several',
    )
    expect((await check(two, ['--profile', 'service-provider'])).code).toBe(0)
    const ahead = issued(ADA, { now: NOW + 30 })
    expect((await check(ahead)).code).toBe(0)
    expect(findings((await check(ahead, ['--clock-skew', '5'])).report)).toContain(
      'saml/issue-instant future',
    )
  })

  it('tells what the user would see, for people and programs, and keeps the rule (R024-R026)', async () => {
    const foreign = issued(ADA, { signer: otherSigner })
    const { report } = await check(foreign, ['--in-response-to', '_request'])
    expect(report.userSees).toMatchObject({ text: "It's not you, it's us", rule: 'saml/signature' })
    const words = ['--audience', SP.entityID, '--acs', SP.acsURL, '--at', at, ...provider]
    const { out } = await command('check', 'response', file('response.xml', foreign), ...words)
    expect(out).toContain('What the user would see: "It\'s not you, it\'s us"\n')
    expect(out).toContain('saml/signature')
    const nobody = await check(issued({ ...ADA, nameID: 'nobody@example.com' }), ['--users', users])
    expect(nobody.report.userSees).toMatchObject({
      text: 'An unexpected error has occurred',
      orElse: ['Invalid MFA credentials'],
      rule: 'saml/user',
    })
    for (const more of [[], ['--profile', 'service-provider']])
      expect((await check(issued(), more)).report).not.toHaveProperty('userSees')
    const application = await check(foreign, ['--profile', 'service-provider'])
    expect([application.code, 'userSees' in application.report]).toEqual([1, false])
  })

  it('warns of addresses that are not those of Identity Center (R009)', async () => {
    const sp = { entityID: 'https://idc.example.com/saml', acsURL: 'https://idc.example.com/saml/acs' }
    const message = file('response.xml', issued({ ...ADA, sp }))
    const words = ['--audience', sp.entityID, '--acs', sp.acsURL, '--at', at, '--format', 'json', ...provider]
    const { code, out } = await command(
      'check',
      'response',
      message,
      ...words,
      '--in-response-to',
      '_request',
    )
    expect([code, findings(JSON.parse(out) as Report)]).toEqual([
      0,
      ['saml/identity-center-endpoints other-host'],
    ])
    const application = await command('check', 'response', message, ...words, '--profile', 'service-provider')
    expect(application.out).not.toContain('saml/identity-center-endpoints')
  })

  it('reads as a person would want it', async () => {
    const words = ['--audience', `${SP.entityID}/`, '--acs', SP.acsURL, '--at', at, ...provider]
    const { code, out } = await command(
      'check',
      'response',
      file('response.xml', issued()),
      ...words,
      '--in-response-to',
      '_request',
    )
    expect(code).toBe(1)
    expect(out).toContain(
      'saml/audience (trailing-slash) at /Response/Assertion/Conditions/AudienceRestriction/Audience',
    )
    expect(out.split('\n').length).toBeLessThan(24)
  })

  it.each([
    ['no provider', []],
    ['both ways', [...provider, '--idp', metadata]],
    ['half of one', ['--idp-entity-id', IDP]],
    ['a certificate that is none', ['--idp-entity-id', IDP, '--idp-certificate', metadata]],
    ['metadata that is none', ['--idp', certificate]],
    ['a word that is none', [...provider, '--abac', 'maybe']],
    ['a file that is not there', [...provider, '--users', '/nowhere']],
  ])('is misused with %s', async (_, idp) => {
    const words = ['--audience', SP.entityID, '--acs', SP.acsURL, ...idp]
    const { code, out } = await command('check', 'response', file('response.xml', issued()), ...words)
    expect([code, out]).toEqual([2, ''])
  })
})
