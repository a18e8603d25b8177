// Writes every vector of this folder anew: `npm run vectors`. Keys that are missing are made; the others are kept.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL, URL } from 'node:url'
import { build } from 'esbuild'

const folder = dirname(fileURLToPath(import.meta.url))
const rs256 = fileURLToPath(new URL('../../src/tti/rs256/node.ts', import.meta.url))

// The generator is TypeScript: it is bundled to a file of its own and imported from there.
const temporary = mkdtempSync(join(tmpdir(), 'vectors-'))
const outfile = join(temporary, 'generate.mjs')
await build({
  entryPoints: [join(folder, 'generate.ts')],
  bundle: true,
  outfile,
  platform: 'node',
  format: 'esm',
  alias: { '#rs256': rs256 },
})
const {
  certificateFiles,
  fileOf,
  generateDecisionVectors,
  generateOAuthVectors,
  generateSamlVectors,
  generateTagVectors,
  generateVectors,
  KEY_NAMES,
  makeKey,
} = await import(pathToFileURL(outfile).href)
rmSync(temporary, { recursive: true })

const keys = {}
for (const name of KEY_NAMES) {
  const path = join(folder, 'keys', `${name}.json`)
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `${JSON.stringify(makeKey(name), null, 2)}\n`)
  }
  keys[name] = JSON.parse(readFileSync(path, 'utf8'))
}

for (const { path, text } of certificateFiles(keys)) writeFileSync(join(folder, path), text)

const vectors = [
  ...generateVectors(keys),
  ...generateSamlVectors(keys),
  ...generateOAuthVectors(),
  ...generateDecisionVectors(),
  ...generateTagVectors(),
]
for (const area of ['tti', 'saml', 'oauth', 'abac/decide', 'abac/tags']) {
  rmSync(join(folder, area), { recursive: true, force: true })
  mkdirSync(join(folder, area), { recursive: true })
}
for (const vector of vectors) {
  const { path, text } = fileOf(vector)
  writeFileSync(join(folder, path), text)
}
process.stdout.write(`${vectors.length} vectors written.\n`)
