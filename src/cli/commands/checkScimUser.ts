import { buildReport, type Report } from '../../conformance/index.js'
import { decodeUtf8 } from '../../core/codec.js'
import { inspectScimUser } from '../../directory/index.js'
import { readBytes } from '../files.js'
import { Misuse } from '../misuse.js'
import { formatOf, instantOf, readOptions } from '../options.js'
import { version } from '../version.js'

export const checkScimUserOptions = { format: 'string', verbose: 'boolean', at: 'string' } as const

/** `check scim-user FILE`: the body of a POST to /Users, as the SCIM endpoint of Identity Center takes it. */
export async function checkScimUser(words: readonly string[]): Promise<Report> {
  const { values, positionals } = readOptions(words, checkScimUserOptions)
  const [file, ...others] = positionals
  if (file === undefined || others.length > 0) throw new Misuse('check scim-user takes one FILE.')
  formatOf(values)
  const now = instantOf(values)
  const bytes = await readBytes(file)
  // Editors on Windows put a byte order mark before text; it says nothing.
  const text = decodeUtf8(bytes)?.replace(/^\ufeff/, '')
  const { verdict, rules } = inspectScimUser(text ?? bytes)
  return buildReport({
    version,
    subject: { kind: 'scim-user', name: file },
    now,
    verified: true,
    identity: verdict.ok ? { ...verdict.value } : undefined,
    facts: verdict.ok
      ? { 'not judged': "whether userName, e-mail and externalId are nobody else's: the directory knows" }
      : {},
    outcomes: rules,
    source: text === undefined ? undefined : { kind: 'json', text },
  })
}
