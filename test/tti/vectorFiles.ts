import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { KEY_NAMES, type Keys, type Vector } from '../vectors/generate.js'

const folder = new URL('../vectors/', import.meta.url)

export function vectorText(path: string): string {
  return readFileSync(new URL(path, folder), 'utf8')
}

/** Every file of a folder of test/vectors, relative to test/vectors. */
export function pathsIn(area: string): readonly string[] {
  return readdirSync(fileURLToPath(new URL(`${area}/`, folder)))
    .sort()
    .map((name) => `${area}/${name}`)
}

export const vectorPaths: readonly string[] = pathsIn('tti')

export const vectors: readonly Vector[] = vectorPaths.map((path) => JSON.parse(vectorText(path)) as Vector)

export const keys = Object.fromEntries(
  KEY_NAMES.map((name) => [name, JSON.parse(vectorText(`keys/${name}.json`)) as unknown]),
) as Keys
