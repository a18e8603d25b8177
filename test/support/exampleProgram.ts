import { spawn } from 'node:child_process'

export interface ExampleProgram {
  /** The value that the program printed behind each of these words. */
  readonly printed: Readonly<Record<string, string>>
  /** All that it wrote so far. */
  output(): string
  stop(): Promise<void>
}

/** Runs an example as its README says, and waits until it has printed a line for each of these words. */
export async function runExample(
  file: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ExampleProgram> {
  const program = spawn(process.execPath, [file], { env: { ...process.env, ...env } })
  const ended = new Promise<void>((resolve) => program.once('exit', () => resolve()))
  let written = ''
  const printed: Record<string, string> = {}
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      written += chunk.toString()
      for (const word of words) {
        const value = new RegExp(`^${word} +(\\S+)\\n`, 'm').exec(written)?.[1]
        if (value !== undefined) printed[word] = value
      }
      if (words.every((word) => word in printed)) resolve()
    }
    program.stdout.on('data', read)
    program.stderr.on('data', read)
    void ended.then(() => reject(new Error(`${file} ended: ${written}`)))
  })
  return {
    printed,
    output: () => written,
    stop: async () => {
      program.kill()
      await ended
    },
  }
}
