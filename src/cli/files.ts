import { open } from 'node:fs/promises'
import { decodeUtf8 } from '../core/codec.js'
import { printable } from '../core/shown.js'
import { parseJson, type JsonValue } from '../core/json.js'
import type { Finding } from '../core/outcome.js'
import { Misuse } from './misuse.js'

const MAX_FILE_BYTES = 16 * 1024 * 1024
const MAX_DEPTH = 64

/** A file's bytes (`-`: standard input), at most 16 MiB. Every failure is told in one line that names the file. */
export async function readBytes(name: string): Promise<Uint8Array> {
  try {
    return name === '-' ? await readStream(process.stdin, name) : await readFile(name)
  } catch (error) {
    if (error instanceof Misuse) throw error
    throw new Misuse(`${printable(name)}: ${reasonOf(error)}`)
  }
}

async function readFile(name: string): Promise<Uint8Array> {
  const file = await open(name, 'r')
  try {
    const status = await file.stat()
    if (status.isDirectory()) throw new Misuse(`${printable(name)}: is a folder, not a file.`)
    return await readStream(file.createReadStream({ autoClose: false }), name)
  } finally {
    await file.close()
  }
}

async function readStream(stream: AsyncIterable<unknown>, name: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array)
    size += bytes.length
    if (size > MAX_FILE_BYTES) throw new Misuse(`${printable(name)}: is larger than 16 MiB.`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

export async function readText(name: string): Promise<string> {
  const text = decodeUtf8(await readBytes(name))
  if (text === undefined) throw new Misuse(`${printable(name)}: is not UTF-8 text.`)
  // Editors on Windows put a byte order mark before text; it says nothing.
  return text.replace(/^\ufeff/, '')
}

/** A JSON file, read strictly: a member that occurs twice is a fault, each with its path. */
export async function readJson(name: string): Promise<JsonValue> {
  return (await readJsonText(name)).value
}

/** As {@link readJson}, with the text that the paths of findings have their places in. */
export async function readJsonText(
  name: string,
): Promise<{ readonly value: JsonValue; readonly text: string }> {
  const text = await readText(name)
  const json = parseJson(text, { maxDepth: MAX_DEPTH })
  if (!json.ok) {
    const lines = text.slice(0, json.offset).split('\n')
    throw new Misuse(`${printable(name)}: is not JSON.`, [
      {
        rule: 'cli/json',
        reason: json.reason,
        severity: 'error',
        path: `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`,
        message: 'The file cannot be read as JSON from here on.',
        fix: 'Correct the file at this place.',
      },
    ])
  }
  if (json.duplicates.length === 0) return { value: json.value, text }
  throw new Misuse(
    `${printable(name)}: names members twice.`,
    json.duplicates.map((path): Finding => ({
      rule: 'cli/json',
      reason: 'duplicate-member',
      severity: 'error',
      path,
      message: 'The member occurs twice.',
      fix: 'Remove one of the two.',
    })),
  )
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'there is no such file.'
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read.'
  if (code === 'EISDIR') return 'is a folder, not a file.'
  return `cannot be read (${typeof code === 'string' ? code : 'unknown reason'}).`
}
