import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { run } from '../../src/cli/run.js'
import { plain } from '../../src/conformance/index.js'

/** A folder for a test's files, gone when `remove` is called. */
export function temporaryFiles(): {
  readonly folder: string
  file: (name: string, content: unknown) => string
  remove: () => void
} {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-'))
  return {
    folder,
    file: (name, content) => {
      const path = join(folder, name)
      const raw = typeof content === 'string' || content instanceof Uint8Array
      writeFileSync(path, raw ? content : JSON.stringify(content))
      return path
    },
    remove: () => rmSync(folder, { recursive: true }),
  }
}

/** Runs the command as a terminal without colours would, and sees what it writes. */
export async function command(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const terminal = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
    style: plain,
    interactive: false,
  }
  const code = await run(words, terminal)
  // Whatever happens, nothing of a stack trace reaches a person.
  expect(out + err).not.toMatch(/\n\s+at .+:\d+:\d+/)
  return { code, out, err }
}
