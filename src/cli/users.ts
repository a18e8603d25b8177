import type { User } from '../core/identity.js'
import { printable } from '../core/shown.js'
import { parseUsers } from '../directory/index.js'
import { readText } from './files.js'
import { Misuse } from './misuse.js'

/** The users of `--users`; undefined where none are given. */
export async function readUsers(file: string | undefined): Promise<readonly User[] | undefined> {
  if (file === undefined) return undefined
  const verdict = parseUsers(await readText(file))
  if (!verdict.ok) throw new Misuse(`${printable(file)}: is not a list of users.`, verdict.findings)
  return verdict.value
}
