// Runs a TypeScript file of this repository: node scripts/ts.mjs FILE. Bundled by esbuild, which tsup brings along.
import { mkdtemp, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const [file] = process.argv.slice(2)
// Beside node_modules, so that packages are found.
const folder = await mkdtemp(join(root, 'node_modules', '.ts-'))
try {
  const outfile = join(folder, 'bundle.mjs')
  await build({
    entryPoints: [resolve(file)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    alias: { '#rs256': join(root, 'src/tti/rs256/node.ts') },
    logLevel: 'error',
  })
  await import(pathToFileURL(outfile).href)
} finally {
  await rm(folder, { recursive: true })
}
