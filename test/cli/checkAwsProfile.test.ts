import { afterAll, describe, expect, it } from 'vitest'
import type { Report } from '../../src/conformance/index.js'
import { buildSSOProfile } from '../../src/oauth/index.js'
import { command, temporaryFiles } from '../support/command.js'

const { file, remove } = temporaryFiles()
afterAll(remove)

const session = {
  name: 'my-org',
  startURL: 'https://my-org.awsapps.com/start',
  region: 'eu-west-1',
  registrationScopes: ['sso:account:access'],
}
const config = buildSSOProfile({ name: 'dev', accountId: '111111111111', roleName: 'Developer', session })
const check = (text: string, ...words: string[]) =>
  command('check', 'aws-profile', file('config', text), ...words)
const report = async (text: string, ...words: string[]): Promise<Report> =>
  JSON.parse((await check(text, ...words, '--format', 'json')).out) as Report

describe('check aws-profile', () => {
  it('accepts a profile, and says where it signs in', async () => {
    expect((await check(config, '--profile', 'dev')).code).toBe(0)
    expect(await report(config, '--profile', 'dev')).toMatchObject({
      subject: { kind: 'aws-profile' },
      verdict: 'accepted',
      identity: { profile: 'dev', accountId: '111111111111', roleName: 'Developer' },
    })
    const { out } = await check(config, '--profile', 'dev')
    expect(out).toContain('https://oidc.eu-west-1.amazonaws.com')
  })

  it('tells what is wrong, by the line', async () => {
    const broken = config.replace('= Developer', '= Developer # mine')
    const { code, out } = await check(broken, '--profile', 'dev')
    expect(code).toBe(1)
    expect(out).toContain('sign-in/config-file (comment)')
    expect(out).toContain('line 9')
    const { verdict, rules } = await report(config)
    expect(verdict).toBe('refused')
    expect(rules.filter(({ outcome }) => outcome === 'fail').map(({ rule }) => rule)).toEqual([
      'sign-in/config-profile',
    ])
  })

  it('is misused by what makes no sense', async () => {
    for (const words of [[], ['a', 'b'], [file('x', config), '--profil', 'x'], ['/none/there']])
      expect((await command('check', 'aws-profile', ...words)).code).toBe(2)
    expect((await check(Buffer.from([0xff, 0xfe, 0x00]).toString('latin1'), '--profile', 'dev')).code).toBe(1)
  })
})
