import { spawn } from 'node:child_process'

/** Runs a command over all questions: a line of JSON each in, a line of JSON each out, in the same order. */
export function askProcess<Answer>(
  command: string,
  args: readonly string[],
  questions: readonly object[],
): Promise<Answer[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { timeout: 55_000 })
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
            `${args.at(-1)} answered ${lines.length} of ${questions.length}, status ${status}: ${Buffer.concat(err).toString()}`,
          ),
        )
    })
    child.stdin.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(''))
  })
}
