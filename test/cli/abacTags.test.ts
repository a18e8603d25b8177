import { afterAll, describe, expect, it } from 'vitest'
import type { TagsReport } from '../../src/cli/commands/abacTags.js'
import { formatDateTime } from '../../src/core/codec.js'
import { command, temporaryFiles } from '../support/command.js'
import { ADA, IDP, idpPEM, issued, NOW, SP, told } from '../support/saml.js'
import { configurationOf } from '../support/tags.js'

const { file, remove } = temporaryFiles()
afterAll(remove)

const certificate = file('idp.pem', idpPEM)
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const ada = { userName: 'ada@example.com', [ENTERPRISE]: { costCenter: 'green' } }
const user = file('user.json', ada)
const config = file('config.json', configurationOf({ CostCenter: 'enterprise.costCenter' }))
const response = file('response.xml', issued())
const trust = ['--idp-entity-id', IDP, '--idp-certificate', certificate, '--audience', SP.entityID, '--acs', SP.acsURL, '--in-response-to', '_request', '--at', formatDateTime(NOW)] // prettier-ignore
const given = ['--user', user, '--config', config]

async function report(...words: string[]): Promise<{ code: number; report: TagsReport }> {
  const { code, out, err } = await command('abac', 'tags', ...words, '--format', 'json')
  expect(err).toBe('')
  return { code, report: JSON.parse(out) as TagsReport }
}
const rules = ({ rules: list }: TagsReport): string[] => told(list.flatMap(({ findings }) => findings))

describe('countersign abac tags', () => {
  it('shows the tags of the directory', async () => {
    const { code, report: said } = await report(...given)
    expect(code).toBe(0)
    expect(said).toMatchObject({
      verdict: 'accepted',
      verified: true,
      identity: { userName: 'ada@example.com' },
      tags: [
        { key: 'CostCenter', value: 'green', source: 'directory', from: '${path:enterprise.costCenter}' },
      ],
      claimedTags: [],
      dropped: [],
    })
    const { out } = await command('abac', 'tags', ...given)
    expect(out).toMatch(/^ACCEPTED {2}session-tags/)
    expect(out).toMatch(/^KEY +VALUE +SOURCE +FROM$/m)
    expect(out).toMatch(/^CostCenter +green +directory +\$\{path:enterprise\.costCenter\}$/m)
  })

  it('says of a list without a sign-in that it takes one person of it', async () => {
    const list = file('list.json', { Users: [{ UserName: 'ada' }, { UserName: 'bob' }] })
    const { code, err } = await command('abac', 'tags', '--user', list, '--config', config)
    expect(code).toBe(2)
    expect(err).toContain('--response')
  })

  it('puts those of a Response beside, once it is proven', async () => {
    const { code, report: said } = await report(...given, '--response', response, ...trust)
    expect(code).toBe(0)
    expect(said.tags.map(({ key, value, source }) => [key, value, source])).toEqual([
      ['CostCenter', 'green', 'directory'],
      ['Department', 'billing', 'assertion'],
    ])
    expect(said.dropped).toMatchObject([{ key: 'CostCenter', source: 'assertion', reason: 'replaced' }])
    expect(rules(said)).toEqual(['abac/tag-replaced replaced'])
    const first = await report(...given, '--response', response, ...trust, '--precedence', 'assertion')
    expect(first.report.tags[0]).toMatchObject({ key: 'CostCenter', value: 'blue', source: 'assertion' })
  })

  it('shows what an unproven Response says, marks it, and refuses', async () => {
    const { code, report: said } = await report(...given, '--response', response)
    expect(code).toBe(1)
    expect(said).toMatchObject({
      verdict: 'refused',
      verified: false,
      identity: null,
      facts: { 'claimed NameID': ADA.nameID },
      tags: [],
      packedSizePercent: null,
    })
    expect(said.claimedTags.map(({ key, value }) => [key, value])).toEqual([
      ['CostCenter', 'green'],
      ['Department', 'billing'],
    ])
    expect(rules(said)).toContain('cli/response-unverified no-certificate')
    const { code: exit, out } = await command('abac', 'tags', ...given, '--response', response)
    expect(exit).toBe(1)
    expect(out).toMatch(/^REFUSED/)
    expect(out).toMatch(/^NOT PROVEN\./m)
    expect(out).toMatch(/^Department +billing +assertion/m)
  })

  it('gives no tags of a Response that is refused', async () => {
    const late = [...trust.slice(0, -1), formatDateTime(NOW + 3_600)]
    const { code, report: said } = await report(...given, '--response', response, ...late)
    expect(code).toBe(1)
    expect(said).toMatchObject({ verdict: 'refused', verified: true, tags: [], identity: null })
    expect(said.claimedTags.length).toBe(2)
    const forged = file('forged.xml', issued().replace('>blue<', '>red<'))
    const unproven = await report(...given, '--response', forged, ...trust)
    expect(unproven).toMatchObject({ code: 1, report: { verified: false, tags: [] } })
    expect(rules(unproven.report)).toContain('saml/digest mismatch')
  })

  it('gives no tags while attributes for access control are off', async () => {
    const { code, report: said } = await report(
      '--user',
      user,
      '--abac',
      'off',
      '--response',
      response,
      ...trust,
    )
    expect([code, said.verdict, said.tags, said.dropped]).toEqual([0, 'accepted', [], []])
    const { out } = await command('abac', 'tags', '--user', user, '--abac', 'off')
    expect(out).toMatch(/^No session tags\.$/m)
  })

  it('finds the person of the sign-in in a list, as --users files have it', async () => {
    const list = file('users.json', {
      Users: [
        { UserId: '1', UserName: 'bob@example.com' },
        {
          UserId: '2',
          UserName: ADA.nameID,
          Extensions: { 'aws:identitystore:enterprise': { costCenter: 'red' } },
        },
      ],
    })
    const { report: said } = await report(
      '--user',
      list,
      '--config',
      config,
      '--response',
      response,
      ...trust,
    )
    expect(said.tags[0]).toMatchObject({ key: 'CostCenter', value: 'red', source: 'directory' })
    expect((await command('abac', 'tags', '--user', list, '--config', config)).code).toBe(2)
  })

  it('refuses the attributes of another person', async () => {
    const other = file('bob.json', { ...ada, userName: 'bob@example.com' })
    const { code, report: said } = await report(
      '--user',
      other,
      '--config',
      config,
      '--response',
      response,
      ...trust,
    )
    expect([code, said.tags]).toEqual([1, []])
    expect(rules(said)).toContain('abac/user-other mismatch')
  })

  it('tells a wrong configuration, and keys to hand on', async () => {
    const custom = file('custom.json', configurationOf({ Team: 'custom.x' }))
    const { code, report: said } = await report('--user', user, '--config', custom)
    expect([code, rules(said)]).toEqual([1, ['abac/attribute-path unknown']])
    const handed = await report(...given, '--transitive', 'CostCenter')
    expect(handed.report.transitiveTagKeys).toEqual(['CostCenter'])
    expect((await report(...given, '--transitive', 'Other')).code).toBe(1)
  })

  it('lists what passed as well, as checks do', async () => {
    const { out } = await command('abac', 'tags', ...given, '--verbose')
    expect(out).toContain('abac/attribute-path')
    expect((await command('abac', 'tags', ...given)).out).not.toContain('abac/attribute-path')
  })

  it('names the options that want a Response', async () => {
    const { err } = await command('abac', 'tags', ...given, ...trust)
    for (const name of ['--idp-entity-id', '--audience', '--acs', '--response']) expect(err).toContain(name)
    expect((await command('abac', 'tags', ...given, '--at', formatDateTime(NOW))).code).toBe(0)
  })

  it('writes nothing that a terminal would obey', async () => {
    const evil = file('evil.json', { userName: 'ada', title: '\u001b[2Jx\u202e' })
    const { code, out } = await command('abac', 'tags', '--user', evil, '--config', file('t.json', configurationOf({ Title: 'title' }))) // prettier-ignore
    expect(code).toBe(1)
    expect(out).not.toMatch(/[^\n\P{Cc}]|\p{Cf}/u)
  })

  it.each([
    [['abac'], 'no second word'],
    [['abac', 'toString'], 'no such word'],
    [['abac', 'tags'], 'no files'],
    [['abac', 'tags', '--user', user], 'no configuration'],
    [['abac', 'tags', ...given, 'x'], 'a word too many'],
    [['abac', 'tags', ...given, '--precedence', 'saml'], 'no such precedence'],
    [['abac', 'tags', ...given, '--users', user], 'another option'],
    [['abac', 'tags', ...given, '--response', user], 'no Response'],
    [['abac', 'tags', ...given, '--response', response, '--idp-entity-id', IDP], 'half an identity provider'],
    [['abac', 'tags', ...given, '--format', 'html'], 'a format of checks alone'],
    [['abac', 'tags', ...given, '--idp', 'nowhere.xml'], 'an identity provider, and no Response'],
    [['abac', 'tags', ...given, ...trust.slice(0, -2)], 'all that judges a Response, and none'],
    [['abac', 'tags', ...given, '--allow-sha1'], 'a switch for a Response, and none'],
    [['abac', 'tags', '--user', '-', '--config', '-'], 'standard input twice'],
    [['abac', 'tags', '--user', 'nowhere.json', '--config', config], 'no such file'],
  ])('%j is misuse: %s', async (words) => {
    const { code, out, err } = await command(...words)
    expect([code, out]).toEqual([2, ''])
    expect(err).not.toBe('')
  })

  it('answers --help', async () => {
    const { code, out } = await command('abac', 'tags', '--help')
    expect([code, out.includes('countersign abac tags')]).toEqual([0, true])
  })
})
