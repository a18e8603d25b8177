import { shown } from '../../../core/shown.js'
import type { Fault } from '../../../core/rule.js'

/** Far more than anybody's profiles; counted before anything is read. */
export const MAX_CONFIG_CHARACTERS = 262_144
const MAX_FAULTS = 20

/** One `[...]` of a config file. */
export interface Section {
  /** `profile`, `sso-session`, `services`, or empty where the header is a name alone. */
  readonly type: string
  readonly name: string
  readonly line: number
  readonly values: ReadonlyMap<string, Value>
}

export interface Value {
  readonly text: string
  readonly line: number
  /** Lines that are indented below it belong to it, and make of it something else than one text. */
  readonly continued: boolean
}

export interface ConfigFile {
  readonly sections: readonly Section[]
  readonly faults: readonly Fault[]
}

const HEADER = /^\[\s*(?:([A-Za-z][\w-]*)\s+)?("[^"]*"|'[^']*'|[^\s"'\]]+)\s*\]\s*(?:[#;].*)?$/
const PROPERTY = /^([A-Za-z][\w./@%:+-]*)\s*=\s*(.*)$/

/**
 * Reads a shared config file of the AWS CLI and SDKs. What these read differently, such as a member that stands twice or a
 * comment behind a value, is a fault: nobody could tell what holds.
 */
export function readConfigFile(text: string): ConfigFile {
  if (text.length > MAX_CONFIG_CHARACTERS)
    return { sections: [], faults: [fault('too-large', 0, 'The file is larger than any config file.')] }
  const sections: { type: string; name: string; line: number; values: Map<string, Value> }[] = []
  const faults: Fault[] = []
  let last: string | undefined
  for (const [index, whole] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = index + 1
    const content = whole.trim()
    if (content === '' || /^[#;]/.test(content)) continue
    const section = sections.at(-1)
    if (/^\s/.test(whole) && last !== undefined) {
      const above = section?.values.get(last)
      if (above) section?.values.set(last, { ...above, continued: true })
      continue
    }
    if (content.startsWith('[')) {
      last = undefined
      const [, type = '', quoted] = HEADER.exec(content) ?? []
      if (quoted === undefined) {
        faults.push(fault('section-header', line, 'The header is not [type name] or [name].'))
        sections.push({ type: '', name: '', line, values: new Map() })
        continue
      }
      const name = quoted.replace(/^["']|["']$/g, '')
      if (sections.some((one) => one.type === type && one.name === name))
        faults.push(
          fault('section-twice', line, 'Another section has this header.', shown(`${type} ${name}`)),
        )
      sections.push({ type, name, line, values: new Map() })
      continue
    }
    const [, key, value = ''] = PROPERTY.exec(content) ?? []
    if (key === undefined) faults.push(fault('no-member', line, 'The line is no header, member or comment.'))
    else if (!section) faults.push(fault('no-section', line, 'The line stands before the first section.'))
    else if (section.values.has(key))
      faults.push(fault('member-twice', line, 'The member stands twice.', key))
    else if (/\s[#;]/.test(value))
      faults.push(
        fault('comment', line, 'Some programs take what follows for a comment, others for the value.'),
      )
    else section.values.set(key, { text: value, line, continued: false })
    last = key
  }
  return { sections, faults: faults.slice(0, MAX_FAULTS) }
}

function fault(reason: string, line: number, message: string, actual?: string): Fault {
  return { reason, path: `line ${line}`, message, ...(actual === undefined ? {} : { actual }) }
}
