import { Misuse } from '../misuse.js'
import type { Terminal } from '../terminal.js'
import { abacTags } from './abacTags.js'

/** What `countersign abac` does, by its second word. */
const commands: Readonly<Record<string, (words: readonly string[], terminal: Terminal) => Promise<0 | 1>>> = {
  tags: abacTags,
}

export async function abac(words: readonly string[], terminal: Terminal): Promise<0 | 1> {
  const [name = '', ...rest] = words
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) throw new Misuse(`abac takes ${Object.keys(commands).join(' or ')}. See countersign --help.`)
  return command(rest, terminal)
}
