import type { Fault } from '../../core/rule.js'
import { shown } from '../../core/shown.js'

/** The form of one parameter; a list holds texts, or structures of the named text members. */
export type ParameterForm = 'text' | 'integer' | { readonly list: 'text' | readonly string[] }

/** The operations that are read, with the parameters of each (STS API, service model of 2011-06-15). */
export const STS_ACTIONS = {
  AssumeRole: {
    RoleArn: 'text',
    RoleSessionName: 'text',
    DurationSeconds: 'integer',
    ProvidedContexts: { list: ['ProviderArn', 'ContextAssertion'] },
    Tags: { list: ['Key', 'Value'] },
    TransitiveTagKeys: { list: 'text' },
    SourceIdentity: 'text',
    ExternalId: 'text',
    Policy: 'text',
    PolicyArns: { list: ['arn'] },
  },
  GetCallerIdentity: {},
} as const satisfies Readonly<Record<string, Readonly<Record<string, ParameterForm>>>>

export type StsAction = keyof typeof STS_ACTIONS

export function isStsAction(name: string): name is StsAction {
  return Object.hasOwn(STS_ACTIONS, name)
}

/** The parameters of one operation, with what is wrong with them sorted by the rule that says so. */
export interface ParameterReading {
  readonly params: Readonly<Record<string, unknown>>
  readonly unknown: readonly Fault[]
  readonly lists: readonly Fault[]
  readonly numbers: readonly Fault[]
}

const INDEX = /^[1-9]\d{0,2}$/
const INTEGER = /^(?:0|[1-9]\d{0,8})$/
const MAX_FAULTS = 10

type Item = string | Record<string, string>

/**
 * Turns the flat names of the query protocol (`Tags.member.1.Key`) into the operation's input. What a structure lacks
 * is left out, for the rules of the operation to say.
 */
export function readParameters(
  action: StsAction,
  parameters: Iterable<readonly [string, string]>,
): ParameterReading {
  const forms: Readonly<Record<string, ParameterForm>> = STS_ACTIONS[action]
  const params = Object.create(null) as Record<string, unknown>
  const items = new Map<string, Map<number, Item>>()
  const empty = new Set<string>()
  const unknown: Fault[] = []
  const lists: Fault[] = []
  const numbers: Fault[] = []
  for (const [name, value] of parameters) {
    const [head = '', ...rest] = name.split('.', 5)
    const form = Object.hasOwn(forms, head) ? forms[head] : undefined
    if (form === undefined || (typeof form === 'string' && rest.length > 0)) {
      unknown.push(unknownParameter(action, name))
    } else if (form === 'text') params[head] = value
    else if (form === 'integer') {
      if (INTEGER.test(value)) params[head] = Number(value)
      else {
        const message = `${head} is not a whole number in plain digits.`
        numbers.push({ reason: 'form', path: `$.${head}`, message })
      }
    } else if (rest.length === 0 && value === '') empty.add(head)
    else {
      const list = items.get(head) ?? new Map<number, Item>()
      items.set(head, list)
      const fault = addItem(list, form.list, rest, value)
      if (fault === 'member') unknown.push(unknownParameter(action, name))
      else if (fault) lists.push({ reason: fault, path: `$.${head}`, actual: shown(name, 60), message: FORM })
    }
  }
  for (const name of empty) {
    if (items.has(name))
      lists.push({ reason: 'conflict', path: `$.${name}`, message: 'An empty list has items.' })
    params[name] = []
  }
  for (const [name, list] of items) {
    const indexes = [...list.keys()].sort((a, b) => a - b)
    const gap = indexes.findIndex((index, at) => index !== at + 1)
    if (gap >= 0) {
      const expected = `${name}.member.${gap + 1}`
      lists.push({ reason: 'gap', path: `$.${name}`, expected, message: 'A list has a gap.' })
    }
    params[name] = indexes.map((index) => list.get(index))
  }
  return {
    params,
    unknown: unknown.slice(0, MAX_FAULTS),
    lists: lists.slice(0, MAX_FAULTS),
    numbers,
  }
}

const FORM = 'A list is numbered NAME.member.1, NAME.member.2 and so on.'

function addItem(
  list: Map<number, Item>,
  form: 'text' | readonly string[],
  [word, index = '', ...rest]: readonly string[],
  value: string,
): 'form' | 'index' | 'member' | undefined {
  if (word !== 'member') return 'form'
  if (!INDEX.test(index)) return 'index'
  const at = Number(index)
  if (form === 'text') {
    if (rest.length > 0) return 'member'
    list.set(at, value)
    return undefined
  }
  const [member, ...more] = rest
  if (member === undefined || more.length > 0 || !form.includes(member)) return 'member'
  const item = list.get(at)
  if (typeof item === 'object') item[member] = value
  else list.set(at, { [member]: value })
  return undefined
}

function unknownParameter(action: StsAction, name: string): Fault {
  const message = `${action} has no such parameter here.`
  return { reason: 'unknown', path: '$', actual: shown(name, 60), message }
}
