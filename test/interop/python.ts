import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { run, type Ran } from '../support/peers.js'
import { askProcess } from './askProcess.js'

/** Debian's packages are installed for Debian's Python, which need not be the first on the PATH. */
const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3'

/** Whether a module can be imported. */
export const imports = (module: string): Promise<Ran> => run(PYTHON, ['-I', '-c', `import ${module}`])

/**
 * Runs one of the scripts in `peers/` over all questions at once, since Python takes its time to start: a line of JSON
 * each in, a line of JSON each out, in the same order.
 */
export function ask<Answer>(script: string, questions: readonly object[]): Promise<Answer[]> {
  const file = fileURLToPath(new URL(`./peers/${script}`, import.meta.url))
  // -I: a script named onelogin.py must not be what `import onelogin` finds. -B: the checkout stays as it is.
  return askProcess(PYTHON, ['-I', '-B', file], questions)
}
