import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  exports: Record<string, string | Record<string, string>>
  bin: Record<string, string>
}

describe('the package', () => {
  it('is well-formed for Node and bundlers', async () => {
    const { messages } = await publint({ pkgDir: root, strict: true })
    expect(messages.filter(({ type }) => type !== 'suggestion')).toEqual([])
  })

  it('has every file that its exports name, and each can be imported by its name', async () => {
    for (const [subpath, target] of Object.entries(manifest.exports)) {
      for (const file of typeof target === 'string' ? [target] : Object.values(target)) {
        expect(existsSync(`${root}${file}`), file).toBe(true)
      }
      if (subpath.endsWith('.json')) continue
      // A process of its own, without the aliases of the tests.
      const name = `countersign${subpath.slice(1)}`
      const script = `import(${JSON.stringify(name)}).then((module) => console.log(Object.keys(module).length))`
      const count = Number(execFileSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' }))
      expect(count).toBeGreaterThan(0)
    }
  })

  it('ships the build, the vectors and the notes, and no sources or tests', () => {
    const [packed] = JSON.parse(
      execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
        cwd: root,
        encoding: 'utf8',
      }),
    ) as [{ files: { path: string }[] }]
    const vectors = packed.files.map(({ path }) => path).filter((path) => path.startsWith('test/vectors/'))
    expect(vectors.length).toBeGreaterThan(100)
    expect(vectors.filter((path) => !/\.(?:json|pem|md)$/.test(path))).toEqual([])
    const tops = new Set(
      packed.files.map(({ path }) =>
        path
          .split('/')
          .slice(0, path.startsWith('test/') ? 2 : 1)
          .join('/'),
      ),
    )
    expect([...tops].sort()).toEqual(
      ['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'dist', 'package.json', 'test/vectors'].sort(),
    )
  })

  it('keeps module initialisation free of Node in the neutral entry points', () => {
    const seen = new Set<string>()
    const walk = (file: string): void => {
      if (seen.has(file)) return
      seen.add(file)
      const text = readFileSync(`${root}dist/${file}`, 'utf8')
      expect(text, file).not.toMatch(/from ["']node:/)
      for (const [, next = ''] of text.matchAll(/from ["']\.\/([^"']+)["']/g)) walk(next)
    }
    for (const entry of [
      'index.js',
      'directory.js',
      'tti.js',
      'oauth.js',
      'abac.js',
      'conformance.js',
      'rs256.web.js',
    ])
      walk(entry)
  })
})
