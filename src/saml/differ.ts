import type { Fault } from '../core/rule.js'
import { shown } from '../core/shown.js'

/** In which way a text differs from the one it must equal to the letter: a person looks for the difference. */
export type Difference = 'missing' | 'white-space' | 'case' | 'trailing-slash' | 'mismatch'

const words: Readonly<Record<Difference, string>> = {
  missing: 'It is missing.',
  'white-space': 'The two differ in white space alone.',
  case: 'The two differ in upper and lower case alone.',
  'trailing-slash': 'The two differ in the slash at the end alone.',
  mismatch: 'The two are not the same.',
}

/** The difference, or undefined where there is none. Only what is equal to the letter is equal. */
export function difference(expected: string, actual: string | undefined): Difference | undefined {
  if (actual === expected) return undefined
  if (actual === undefined) return 'missing'
  if (actual.length > 2 * expected.length + 64) return 'mismatch'
  if (actual.replace(/\s/g, '') === expected) return 'white-space'
  if (actual.toLowerCase() === expected.toLowerCase()) return 'case'
  return `${actual}/` === expected || actual === `${expected}/` ? 'trailing-slash' : 'mismatch'
}

/** The fault of a text that must equal another, if it is one. */
export function differenceFaults(
  path: string,
  expected: string,
  actual: string | undefined,
): readonly Fault[] {
  const reason = difference(expected, actual)
  if (reason === undefined) return []
  return [
    { reason, path, expected: shown(expected, 512), actual: shown(actual, 512), message: words[reason] },
  ]
}
