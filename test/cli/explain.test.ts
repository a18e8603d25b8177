import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { rulebook } from '../../src/cli/rulebook.js'
import { vectorsOf } from '../../src/cli/vectors.js'
import { command } from '../support/command.js'
import { run } from '../support/peers.js'

const json = async (...words: string[]) => {
  const { code, out } = await command('explain', ...words, '--format', 'json')
  return { code, answer: JSON.parse(out) as Record<string, unknown> }
}

describe('explain', () => {
  it('lists the areas, with every rule once', async () => {
    const { code, out } = await command('explain')
    expect(code).toBe(0)
    for (const { name } of rulebook) expect(out).toMatch(new RegExp(`^ {2}${name} `, 'm'))
    const { answer } = await json()
    const ids = (answer['areas'] as { rules: string[] }[]).flatMap(({ rules }) => rules)
    expect(ids.length).toBeGreaterThan(300)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('lists the rules of an area', async () => {
    const { code, out } = await command('explain', 'scim')
    expect(code).toBe(0)
    expect(out).toMatch(/^ {2}scim\/name /m)
  })

  it('tells of a rule what it asks, why, its source, what to change, and shows what passes and what fails', async () => {
    const { code, answer } = await json('saml/nameid-format')
    expect(code).toBe(0)
    expect(answer).toMatchObject({
      rule: 'saml/nameid-format',
      area: 'saml',
      severity: 'error',
      source: 'R001; R002; R027; C06',
      vectors: 'shipped',
      examples: { passing: { file: expect.stringMatching(/^test\/vectors\/saml\/nameid-format\./) } },
    })
    expect(answer['reasons']).toContain('documentation-typo')
    const { failing } = answer['examples'] as { failing: { reason: string; place: { excerpt: string } } }
    expect(failing.place.excerpt).toContain('NameID')
    const { out } = await command('explain', 'saml/nameid-format')
    expect(out).toMatch(/^ {2}passes .*\n.*NameID.*\n +\^\n +test\/vectors\/saml\/nameid-format/m)
    expect(out.split('\n').length).toBeLessThan(24)
  })

  it('shows what a token says, and nothing of its signature', async () => {
    const { out } = await command('explain', 'tti/aud')
    expect(out).toContain('"aud":"my-client"')
    expect(out).not.toMatch(/eyJ/)
  })

  it('finds a rule by what stands after the slash, where that names one alone', async () => {
    expect((await json('nameid-format')).answer['rule']).toBe('saml/nameid-format')
    // tti/session-policy and center/session-policy.
    const { code, err } = await command('explain', 'session-policy')
    expect(code).toBe(2)
    expect(err).toContain('tti/session-policy or center/session-policy')
  })

  it.each([
    ['saml/nameid-frmat', 'saml/nameid-format'],
    ['tti/audi', 'tti/aud'],
    ['nameid-formt', 'saml/nameid-format'],
    ['SCIM/NAME', 'scim/name'],
    ['role-session', 'role-sessions'],
  ])('names the nearest to %s', async (name, meant) => {
    const { code, err, out } = await command('explain', name)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(`Did you mean ${meant}?`)
  })

  it.each([
    [['saml/nothing-like-any-rule-at-all']],
    [['\u001b[31m']],
    [['__proto__']],
    [['../../etc/passwd']],
    [['saml/audience', 'saml/issuer']],
    [['--format', 'html']],
    [['saml/audience', '--nothing']],
    [['x'.repeat(100_000)]],
  ])('is misused with %s', async (words) => {
    const { code, out, err } = await command('explain', ...words)
    expect([code, out]).toEqual([2, ''])
    expect(err).not.toContain('\u001b')
    expect(err.length).toBeLessThan(400)
  })

  it('says so where the vectors are not where the package has them', async () => {
    const root = fileURLToPath(new URL('../..', import.meta.url))
    // Inside the repository, so that packages are found, and too deep for the vectors.
    const folder = mkdtempSync(join(root, 'node_modules', '.explain-'))
    try {
      const outfile = join(folder, 'dist', 'cli.mjs')
      await build({
        entryPoints: [join(root, 'src/cli/main.ts')],
        outfile,
        bundle: true,
        platform: 'node',
        format: 'esm',
        packages: 'external',
        alias: { '#rs256': join(root, 'src/tti/rs256/node.ts') },
        logLevel: 'error',
      })
      const { status, stdout } = await run(process.execPath, [outfile, 'explain', 'saml/audience'])
      expect(status).toBe(0)
      expect(stdout).toMatch(/test vectors are not where the package has them/)
      expect(stdout).toMatch(/^ {2}fix /m)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('explains every rule there is', async () => {
    for (const { rules } of rulebook)
      for (const { id } of rules) {
        const { code, answer } = await json(id)
        expect([code, answer['rule']], id).toEqual([0, id])
        expect(answer['vectors']).toBe((vectorsOf(id)?.length ?? 0) > 0 ? 'shipped' : 'none')
      }
  })
})
