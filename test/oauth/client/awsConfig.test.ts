import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { loadSharedConfigFiles, loadSsoSessionData } from '@smithy/core/config'
import { afterAll, describe, expect, it } from 'vitest'
import { FederationError } from '../../../src/core/index.js'
import { buildSSOProfile, readSSOProfile, type SSOProfile } from '../../../src/oauth/index.js'

/** As the guide's article prints it (3:301). */
const ARTICLE = `[sso-session my-org]
sso_start_url = https://my-org.awsapps.com/start
sso_region = ap-northeast-1
sso_registration_scopes = sso:account:access

[profile dev-power]
sso_session = my-org
sso_account_id = 111111111111
sso_role_name = PowerUserAccess
region = ap-northeast-1
`
const power: SSOProfile = {
  name: 'dev-power',
  accountId: '111111111111',
  roleName: 'PowerUserAccess',
  region: 'ap-northeast-1',
  session: {
    name: 'my-org',
    startURL: 'https://my-org.awsapps.com/start',
    region: 'ap-northeast-1',
    registrationScopes: ['sso:account:access'],
  },
}
const told = (text: string, name = 'dev-power'): string[] =>
  readSSOProfile(text, name).findings.map(({ rule, reason }) => `${rule} ${reason}`)
const changed = (from: string | RegExp, to: string): string => {
  expect(ARTICLE).toMatch(from)
  return ARTICLE.replace(from, to)
}

describe('a profile of ~/.aws/config', () => {
  it('is read as the article prints it, and written so (R199)', () => {
    expect(readSSOProfile(ARTICLE, 'dev-power')).toEqual({ ok: true, value: power, findings: [] })
    expect(buildSSOProfile(power)).toBe(ARTICLE)
    const profile = ARTICLE.slice(ARTICLE.indexOf('[profile'))
    expect(buildSSOProfile(power, { withSession: false })).toBe(profile)
  })

  it.each<[string, string]>([
    ['comments and blank lines', `# mine\n\n; also mine\n${ARTICLE}\n  \n`],
    ['lines that end as those of Windows', ARTICLE.replaceAll('\n', '\r\n')],
    ['quotes and a comment in headers', changed('[profile dev-power]', '[profile "dev-power"] # power')],
    ['a comment that is not ASCII', `  # für mich\n${ARTICLE}`],
    ['names of other programs in capitals', `[plugins]\nMine = x\n${ARTICLE}`],
    ['no spaces', ARTICLE.replaceAll(' = ', '=')],
    ['other sections, whatever is in them', `[plugins]\ncli_legacy_plugin_path = x\n${ARTICLE}[profile other]\ns3 =\n  max_concurrent_requests = 20\n`], // prettier-ignore
  ])('is read with %s', (_, text) => {
    expect(readSSOProfile(text, 'dev-power').value).toEqual(power)
  })

  it('may be the default one, have members of its own, or no scopes', () => {
    const own = '[default]\nsso_start_url = https://my-org.awsapps.com/start\nsso_region = eu-west-1\nsso_account_id = 111111111111\nsso_role_name = R\n' // prettier-ignore
    expect(readSSOProfile(own, 'default').value).toEqual({
      name: 'default',
      accountId: '111111111111',
      roleName: 'R',
      session: {
        startURL: 'https://my-org.awsapps.com/start',
        region: 'eu-west-1',
        registrationScopes: ['sso:account:access'],
      },
    })
    expect(told(own.replace('[default]', '[profile default]'), 'default')).toEqual([])
    const several = changed('= sso:account:access', '= sso:account:access, codewhisperer:completions')
    expect(readSSOProfile(several, 'dev-power').value?.session.registrationScopes).toEqual([
      'sso:account:access',
      'codewhisperer:completions',
    ])
  })

  it.each<[string, string, string[]]>([
    ['a header that does not end', changed('[profile dev-power]', '[profile dev-power'), ['sign-in/config-file section-header']], // prettier-ignore
    ['a header of nothing', changed('[profile dev-power]', '[]'), ['sign-in/config-file section-header']],
    ['a section twice', ARTICLE + ARTICLE, Array(2).fill('sign-in/config-file section-twice') as string[]],
    ['a member twice', changed('sso_region = ap-northeast-1\n', 'sso_region = ap-northeast-1\nsso_region = eu-west-1\n'), ['sign-in/config-file member-twice']], // prettier-ignore
    ['a line that is nothing', `${ARTICLE}hello\n`, ['sign-in/config-file no-member']],
    ['a member before any section', `region = x\n${ARTICLE}`, ['sign-in/config-file no-section']],
    ['a comment behind a value', changed('= PowerUserAccess', '= PowerUserAccess # mine'), ['sign-in/config-file comment']], // prettier-ignore
    ['nobody’s profile', changed('dev-power', 'other'), ['sign-in/config-profile missing']],
    ['a header without the word', changed('[profile dev-power]', '[dev-power]'), ['sign-in/config-profile word-missing']], // prettier-ignore
    ['a session that is not there', changed('[sso-session my-org]', '[sso-session other]'), ['sign-in/config-session missing']], // prettier-ignore
    ['no sign-in at all', '[profile dev-power]\nregion = eu-west-1\n', ['sign-in/config-session no-sign-in', ...Array<string>(4).fill('sign-in/config-member missing')]], // prettier-ignore
    ['another Region in the profile', `${ARTICLE}sso_region = eu-west-1\n`, ['sign-in/config-session inconsistent']], // prettier-ignore
    ['another start URL in the profile', `${ARTICLE}sso_start_url = https://evil.awsapps.com/start\n`, ['sign-in/config-session inconsistent']], // prettier-ignore
    ['no account', changed(/sso_account_id.*\n/, ''), ['sign-in/config-member missing']],
    ['an account of 11 digits', changed('= 111111111111', '= 11111111111'), ['sign-in/config-member form']],
    ['an ARN for a role', changed('PowerUserAccess', 'arn:aws:iam::111111111111:role/x'), ['sign-in/config-member form']], // prettier-ignore
    ['a start URL of http', changed('https://my-org', 'http://my-org'), ['sign-in/config-member form']],
    ['a Region that is none', changed('sso_region = ap-northeast-1', 'sso_region = Tokyo'), ['sign-in/config-member form']], // prettier-ignore
    // What follows each is read otherwise by the AWS CLI than by the SDK for JavaScript.
    ['a value that goes on below', changed('= PowerUserAccess', '= PowerUserAccess\n  Nope'), ['sign-in/config-file indented']], // prettier-ignore
    ['an indented member below a value', `${ARTICLE}output = json\n  sso_role_name = Admin\n`, ['sign-in/config-file indented']], // prettier-ignore
    ['an indented header', `${ARTICLE}s3 =\n  [profile dev-power]\n`, ['sign-in/config-file indented']],
    ['a line below an empty value that is no member', `${ARTICLE}s3 =\n  x\n`, ['sign-in/config-file indented']], // prettier-ignore
    ['a byte order mark', `\ufeff${ARTICLE}`, ['sign-in/config-file byte-order-mark']],
    ['a header with padding', changed('[profile dev-power]', '[ profile dev-power ]'), ['sign-in/config-file section-header']], // prettier-ignore
    ['a header with two spaces', changed('[profile dev-power]', '[profile  dev-power]'), ['sign-in/config-file section-header']], // prettier-ignore
    ['a comment that touches its header', changed('[profile dev-power]', '[profile dev-power];x'), ['sign-in/config-file section-header']], // prettier-ignore
    ['a bracket in the comment of a header', changed('[profile dev-power]', '[profile dev-power] # x]'), ['sign-in/config-file section-header']], // prettier-ignore
    ['a name that begins as a comment', `${ARTICLE}[profile #x]\nsso_role_name = Admin\n`, ['sign-in/config-file section-header']], // prettier-ignore
    ['a backslash in a name', `${ARTICLE}[profile dev\\-power]\n`, ['sign-in/config-file section-header']],
    [
      'a type that begins as another',
      `${ARTICLE}[profiles dev-power]\n`,
      ['sign-in/config-file section-header'],
    ],
    ['a name with a dot in place of its space', `${ARTICLE}[profile.dev-power]\n`, ['sign-in/config-file section-header']], // prettier-ignore
    ['a section that speaks for all to some', `[DEFAULT]\nregion = eu-west-1\n${ARTICLE}`, ['sign-in/config-file section-header']], // prettier-ignore
    [
      'quotes around a name that stands alone',
      `["default"]\n${ARTICLE}`,
      ['sign-in/config-file section-header'],
    ],
    [
      'a name that some take for code',
      `[profile __proto__]\n${ARTICLE}`,
      ['sign-in/config-file section-header'],
    ],
    ['capitals in a name', `${ARTICLE}SSO_Region = eu-west-1\n`, ['sign-in/config-file member-case']],
    [
      'a member twice but for capitals',
      `${ARTICLE}Region = eu-west-1\n`,
      ['sign-in/config-file member-twice'],
    ],
    ['a colon that ends a name', `${ARTICLE}sso_role_name:x = Admin\n`, ['sign-in/config-file no-member']],
    ['a value that begins as a comment', changed('= sso:account:access', '= #,sso:account:access'), ['sign-in/config-file comment']], // prettier-ignore
    [
      'half a line end in a comment',
      `${ARTICLE}# a\rregion = eu-west-1\n`,
      ['sign-in/config-file characters'],
    ],
    ['a value that is not ASCII', `${ARTICLE}note = für mich\n`, ['sign-in/config-file characters']],
    ['no scope of the portal', changed('= sso:account:access', '= codewhisperer:completions'), ['sign-in/config-scopes no-portal']], // prettier-ignore
    ['the misprinted scope', changed('= sso:account:access', '= sso:account:access,codewhisperer:task assist'), ['sign-in/config-scopes not-a-scope']], // prettier-ignore
    ['a scope twice', changed('= sso:account:access', '= sso:account:access,sso:account:access'), ['sign-in/config-scopes duplicate']], // prettier-ignore
    ['AWS Builder ID, which has no accounts (R200)', changed('my-org.awsapps', 'view.awsapps'), ['sign-in/config-scopes other-issuer']], // prettier-ignore
    ['a portal of another Region (R196)', changed('https://my-org.awsapps.com/start', 'https://ssoins-1234567890abcdef.portal.us-east-1.app.aws'), ['sign-in/config-region other-region']], // prettier-ignore
  ])('is refused with %s', (_, text, expected) => {
    expect(told(text)).toEqual(expected)
  })

  it('takes the portal of its own Region', () => {
    const url = 'https://ssoins-1234567890abcdef.portal.ap-northeast-1.app.aws'
    expect(told(changed('https://my-org.awsapps.com/start', url))).toEqual([])
  })

  it('has a name that the SDKs find', () => {
    const text = changed('[profile dev-power]', '[profile "dev power"]')
    expect(told(text, 'dev power')).toEqual(['sign-in/config-profile name'])
  })

  it('comes back as it was written', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9.-]{0,20}$/)
    const scope = fc.stringMatching(/^[a-z]{1,9}:[a-z_]{1,9}$/)
    const profile = fc.record(
      {
        name,
        accountId: fc.stringMatching(/^\d{12}$/),
        roleName: fc.stringMatching(/^[\w+=,.@-]{1,32}$/),
        region: fc.constantFrom('us-east-1', 'eu-central-2', 'us-gov-west-1'),
        session: fc.record(
          {
            name,
            startURL: name.map((one) => `https://${one.replaceAll('.', '')}.awsapps.com/start`),
            region: fc.constantFrom('us-east-1', 'ap-southeast-4'),
            registrationScopes: fc
              .uniqueArray(scope, { maxLength: 5 })
              .map((more) => [...new Set(['sso:account:access', ...more])]),
          },
          { requiredKeys: ['startURL', 'region', 'registrationScopes'] },
        ),
      },
      { requiredKeys: ['name', 'accountId', 'roleName', 'session'] },
    )
    fc.assert(
      fc.property(profile, (one) => {
        fc.pre(!one.session.startURL.includes('view.'))
        expect(readSSOProfile(buildSSOProfile(one), one.name)).toEqual({ ok: true, value: one, findings: [] })
      }),
    )
  })

  it('is not written where it would be read otherwise', () => {
    for (const [member, value] of [
      ['name', 'a]\n[profile b'],
      ['name', 'a b'],
      ['name', '#a'],
      ['accountId', '111111111111\nregion'],
      ['roleName', 'a b'],
      ['region', 'us-east-1;x'],
    ] as const)
      expect(() => buildSSOProfile({ ...power, [member]: value })).toThrow(FederationError)
    for (const more of [
      { name: 'x]' },
      { startURL: 'http://a.example' },
      { region: 'x' },
      { registrationScopes: [] },
      { registrationScopes: ['a b'] },
    ])
      // prettier-ignore
      expect(() => buildSSOProfile({ ...power, session: { ...power.session, ...more } })).toThrow(FederationError)
    expect(() => buildSSOProfile(power, { withSession: 'no' as never })).toThrow(FederationError)
  })

  it('never throws for a text, nor takes long', () => {
    const lines = fc.constantFrom('[profile a]', '[sso-session b]', 'sso_session = b', 'sso_region=us-east-1', '  x = y', '[', ']', '=', '# c', 'a = b ; c', '\u0000', '[profile "', "['a']") // prettier-ignore
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(lines).map((all) => all.join('\n')),
        ),
        (text) => {
          const verdict = readSSOProfile(text, 'a')
          expect(verdict.findings.every(({ rule }) => rule.startsWith('sign-in/config-'))).toBe(true)
        },
      ),
    )
    expect(told('['.repeat(262_145))).toEqual(['sign-in/config-file too-large'])
    for (const odd of [
      `[${' '.repeat(200_000)}`,
      `a = ${' #'.repeat(100_000)}`,
      '['.repeat(200_000),
      '\n'.repeat(200_000),
    ])
      expect(told(odd).length).toBeGreaterThan(0)
  })
})

describe('the SDK for JavaScript', () => {
  it('reads every file that is accepted as it is read here', async () => {
    const line = fc.constantFrom(
      '[profile dev-power]', '[profile  dev-power]', '[ profile dev-power]', '[profile.dev-power]', '[profile #x]', '[default]', '[sso-session my-org]', '[sso-session other]',
      'sso_role_name = Admin', ' sso_role_name = Admin', 'SSO_ROLE_NAME = Admin', 'sso_role_name = # x', 'sso_role_name: x = y', 'region =', 'region = eu-west-1', '  region = eu-west-1', 's3 =', '# a', '\r', '',
    ) // prettier-ignore
    const files = fc.array(fc.tuple(fc.nat(12), line), { maxLength: 4 }).map((added) => {
      const lines = ARTICLE.split('\n')
      for (const [at, one] of added) lines.splice(at, 0, one)
      return lines.join('\n')
    })
    const file = join(folder, 'shared')
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(files, async (text) => {
        const { ok, value } = readSSOProfile(text, 'dev-power')
        if (!ok) return
        accepted++
        writeFileSync(file, text)
        const options = { configFilepath: file, filepath: join(folder, 'none'), ignoreCache: true }
        const { configFile } = await loadSharedConfigFiles(options)
        const { [value.session.name ?? '']: session } = await loadSsoSessionData(options)
        expect(configFile['dev-power']).toMatchObject({
          sso_account_id: value.accountId,
          sso_role_name: value.roleName,
        })
        expect(configFile['dev-power']?.['region']).toBe(value.region)
        expect(session).toMatchObject({
          sso_start_url: value.session.startURL,
          sso_region: value.session.region,
        })
      }),
      { numRuns: 500 },
    )
    expect(accepted).toBeGreaterThan(10)
  })
})

const folder = mkdtempSync(join(tmpdir(), 'countersign-config-'))
afterAll(() => rmSync(folder, { recursive: true }))
const hasCLI = spawnSync('aws', ['--version']).status === 0

describe.skipIf(!hasCLI && !process.env['CI'])('the AWS CLI', () => {
  it('reads what is written here as it is read here', () => {
    const file = join(folder, 'config')
    const other = { ...power, name: 'default', roleName: 'ReadOnly' }
    writeFileSync(file, `${buildSSOProfile(power)}\n${buildSSOProfile(other, { withSession: false })}`)
    expect(existsSync(file)).toBe(true)
    const env = { ...process.env, AWS_CONFIG_FILE: file, AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none') }
    const get = (name: string, profile: string): string =>
      spawnSync('aws', ['configure', 'get', name, '--profile', profile], {
        env,
        encoding: 'utf8',
      }).stdout.trim()
    for (const { name, accountId, roleName } of [power, other]) {
      expect(get('sso_account_id', name)).toBe(accountId)
      expect(get('sso_role_name', name)).toBe(roleName)
      expect(get('sso_session', name)).toBe('my-org')
    }
  }, 60_000)
})
