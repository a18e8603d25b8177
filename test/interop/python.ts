import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { run, type Ran } from '../support/peers.js'

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
  return new Promise((resolve, reject) => {
    // -I: a script named onelogin.py must not be what `import onelogin` finds. -B: the checkout stays as it is.
    const child = spawn(PYTHON, ['-I', '-B', file], { timeout: 55_000 })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (part: Buffer) => out.push(part))
    child.stderr.on('data', (part: Buffer) => err.push(part))
    child.once('error', reject)
    // A script that ended early says why on stderr, which is better to know than EPIPE.
    child.stdin.on('error', () => undefined)
    child.once('close', (status) => {
      const lines = Buffer.concat(out).toString().split('\n').filter(Boolean)
      if (status === 0 && lines.length === questions.length)
        resolve(lines.map((line) => JSON.parse(line) as Answer))
      else
        reject(
          new Error(
            `${script} answered ${lines.length} of ${questions.length}, status ${status}: ${Buffer.concat(err).toString()}`,
          ),
        )
    })
    child.stdin.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(''))
  })
}
