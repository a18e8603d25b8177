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
  /** By names in lower case. */
  readonly values: ReadonlyMap<string, Value>
}

export interface Value {
  readonly text: string
  readonly line: number
}

export interface ConfigFile {
  readonly sections: readonly Section[]
  readonly faults: readonly Fault[]
}

/** No padding, and one space: with more, some programs find another name. A comment may hold no bracket. */
const HEADER = /^\[(?:([A-Za-z][\w-]*) )?("[^"\\\]#;]+"|'[^'\\\]#;]+'|[^\s"'\\\]#;]+)\](?:[ \t]+[#;][^\]]*)?$/
/** Up to the equals sign: a colon before it ends the name for some. */
const PROPERTY = /^([A-Za-z][\w./@%+-]*)[ \t]*=[ \t]*(.*)$/
const COMMENT = /^[ \t]*[#;]/
// eslint-disable-next-line no-control-regex
const CONTROL = /[\0-\x08\x0b-\x1f\x7f]/
const ASCII = /^[\t\x20-\x7e]*$/

const TYPES = ['profile', 'sso-session', 'services']

/**
 * Reads a shared config file of the AWS CLI and SDKs. What these read differently, such as a member that stands twice or a
 * comment behind a value, is a fault: nobody could tell what holds.
 */
export function readConfigFile(text: string): ConfigFile {
  if (text.length > MAX_CONFIG_CHARACTERS)
    return { sections: [], faults: [fault('too-large', 0, 'The file is larger than any config file.')] }
  const sections: { type: string; name: string; line: number; values: Map<string, Value> }[] = []
  const headers = new Set<string>()
  const faults: Fault[] = []
  if (text.startsWith('\ufeff'))
    faults.push(fault('byte-order-mark', 1, 'The AWS CLI does not read a file that begins with this mark.'))
  /** The member above has no value of its own, so that indented lines are members below it. */
  let nests = false
  for (const [index, whole] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = index + 1
    const comment = COMMENT.test(whole)
    if (CONTROL.test(whole) || !(comment || ASCII.test(whole))) {
      faults.push(fault('characters', line, 'The line holds a control character, or one that is not ASCII.'))
      continue
    }
    const content = whole.trim()
    if (content === '' || comment) continue
    if (/^[ \t]/.test(whole)) {
      if (!nests || !PROPERTY.test(content))
        faults.push(fault('indented', line, 'Some programs take the line for one of its own, others not.'))
      continue
    }
    nests = false
    if (content.startsWith('[')) {
      const section = { ...headerOf(content), line, values: new Map<string, Value>() }
      if (!section.name)
        faults.push(
          fault('section-header', line, 'The header is not [type name] or [name] for every program.'),
        )
      const header = `${section.type} ${section.name}`
      if (section.name && headers.has(header))
        faults.push(fault('section-twice', line, 'Another section has this header.', shown(header)))
      headers.add(header)
      sections.push(section)
      continue
    }
    const section = sections.at(-1)
    const [, key, value = ''] = PROPERTY.exec(content) ?? []
    if (key === undefined) faults.push(fault('no-member', line, 'The line is no header, member or comment.'))
    else if (!section) faults.push(fault('no-section', line, 'The line stands before the first section.'))
    else {
      nests = value === ''
      faults.push(...memberFaults(key, value, section, line))
      section.values.set(key.toLowerCase(), { text: value, line })
    }
  }
  return { sections, faults: faults.slice(0, MAX_FAULTS) }
}

/** The name is empty where programs disagree on the header. */
function headerOf(content: string): { readonly type: string; readonly name: string } {
  const nobody = { type: '', name: '' }
  const [, type = '', quoted = ''] = HEADER.exec(content) ?? []
  const name = quoted.replace(/^["']|["']$/g, '')
  // The AWS CLI goes by how a type begins, and gives what [DEFAULT] says to every section.
  const nearly = TYPES.some((known) => type !== known && type.startsWith(known))
  // Quotes stay in a name that stands alone; what has a dot there may be another section to the SDK for JavaScript.
  const alone =
    type === '' && (name !== quoted || /^(?:DEFAULT$|(?:profile|sso-session|services)\.)/.test(name))
  return nearly || alone || name === '__proto__' ? nobody : { type, name }
}

function memberFaults(key: string, value: string, section: Section, line: number): readonly Fault[] {
  const name = key.toLowerCase()
  if (section.values.has(name)) return [fault('member-twice', line, 'The member stands twice.', name)]
  if (key !== name && (TYPES.includes(section.type) || section.name === 'default'))
    return [fault('member-case', line, 'Some programs read the name in lower case, others as it is.', name)]
  return /(?:^|\s)[#;]/.test(value)
    ? [fault('comment', line, 'Some programs take what follows for a comment, others for the value.')]
    : []
}

function fault(reason: string, line: number, message: string, actual?: string): Fault {
  return { reason, path: `line ${line}`, message, ...(actual === undefined ? {} : { actual }) }
}
