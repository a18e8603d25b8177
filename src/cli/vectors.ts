import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RuleId } from '../core/outcome.js'

/** What `explain` reads of a vector; see test/vectors/README.md for the whole of it. */
export interface Vector {
  readonly id: string
  /** Its file, from the folder of the package. */
  readonly file: string
  readonly title: string
  readonly subject: string
  readonly expect: 'accepted' | 'warned' | 'refused'
  readonly reason?: string
  /** Epoch seconds. */
  readonly now: number
  readonly input: unknown
}

/**
 * The vectors that try a rule, as the package ships them; undefined where it was installed without them. Of a rule that
 * has none, an empty list.
 */
export function vectorsOf(rule: RuleId): readonly Vector[] | undefined {
  const root = vectorsFolder()
  if (root === undefined) return undefined
  const [area = '', term = ''] = rule.split('/')
  const folder = folderOf(area)
  return filesIn(join(root, folder))
    .filter((name) => name.startsWith(`${term}.`) && name.endsWith('.json'))
    .sort()
    .map((name) => {
      const vector = JSON.parse(readFileSync(join(root, folder, name), 'utf8')) as Vector
      return { ...vector, file: `test/vectors/${folder}/${name}` }
    })
}

/** The callbacks of a client stand with the grants that they end. */
function folderOf(area: string): string {
  return area === 'sign-in' ? 'oauth' : area
}

/** Beside the build in the package (dist/), or two folders up from the sources. */
function vectorsFolder(): string | undefined {
  return ['../test/vectors', '../../test/vectors']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => filesIn(path).includes('schema.json'))
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** In which ways the vectors show a rule to be broken. */
export function reasonsIn(vectors: readonly Vector[]): readonly string[] {
  return [...new Set(vectors.flatMap(({ reason }) => reason ?? []))].sort()
}

/** One that passes, and one that the rule itself refuses, or at least warns of. */
export function examplesIn(vectors: readonly Vector[]): { passing?: Vector; failing?: Vector } {
  // The plainest of them: what is there and wrong shows more than what is missing, and a short one is read sooner.
  const plainest = (...expectations: readonly Vector['expect'][]): Vector | undefined =>
    expectations
      .map((expectation) =>
        vectors
          .filter(({ expect }) => expect === expectation)
          .sort((a, b) => weightOf(a) - weightOf(b) || a.id.localeCompare(b.id))
          .at(0),
      )
      .find((vector) => vector !== undefined)
  const passing = plainest('accepted')
  const failing = plainest('refused', 'warned')
  return { ...(passing ? { passing } : {}), ...(failing ? { failing } : {}) }
}

function weightOf({ input, reason }: Vector): number {
  const text = JSON.stringify(input)
  const special = /"profile":"service-provider"|"abac":"off"/.test(text)
  return text.length + (special ? 2_000_000 : 0) + (reason === 'missing' ? 1_000_000 : 0)
}
