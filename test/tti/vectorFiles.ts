import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { KEY_NAMES, type Keys, type Vector } from '../vectors/generate.js'

const folder = new URL('../vectors/', import.meta.url)

export function vectorText(path: string): string {
  return readFileSync(new URL(path, folder), 'utf8')
}

/** Every file of test/vectors/tti, relative to test/vectors. */
export const vectorPaths: readonly string[] = readdirSync(fileURLToPath(new URL('tti/', folder)))
  .sort()
  .map((name) => `tti/${name}`)

export const vectors: readonly Vector[] = vectorPaths.map((path) => JSON.parse(vectorText(path)) as Vector)

export const keys = Object.fromEntries(
  KEY_NAMES.map((name) => [name, JSON.parse(vectorText(`keys/${name}.json`)) as unknown]),
) as Keys
