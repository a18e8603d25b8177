import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

it('countersign/express loads openid-client only where somebody signs in by OpenID Connect, and Express never', async () => {
  const { metafile } = await build({
    entryPoints: [`${root}dist/express.js`],
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    write: false,
    metafile: true,
    outdir: 'out',
    logLevel: 'silent',
  })
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports)
  const kinds = imports.filter(({ path }) => path === 'openid-client').map(({ kind }) => kind)
  expect([...new Set(kinds)]).toEqual(['dynamic-import'])
  const loaded = imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => path)
  expect(loaded.filter((path) => path === 'express' || path.startsWith('@aws-sdk/'))).toEqual([])
})
