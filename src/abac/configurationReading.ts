import { isObject, memberPath } from '../core/json.js'
import type { Fault } from '../core/rule.js'
import { kindOf, shown } from '../core/shown.js'
import { reading } from './misuse.js'

/** A configuration before anything is judged: the subject of `configurationRules`. */
export interface ConfigurationReading {
  /** What is wrong with its shape. */
  readonly faults: readonly Fault[]
  readonly attributes: readonly AttributeReading[]
  /** How many attributes it lists; past a bound they are not read. */
  readonly count: number
  /** Where the list is. */
  readonly path: string
}

export interface AttributeReading {
  readonly path: string
  readonly key: unknown
  /** The list of sources as it stands. */
  readonly sources: unknown
  readonly sourcePath: string
  /** The one source, where there is exactly one and it is a text. */
  readonly source: string | undefined
}

/** The most attributes that Identity Center takes. */
export const MAX_ATTRIBUTES = 50

const WRAPPER = 'InstanceAccessControlAttributeConfiguration'
// Of requests, answers, and what the AWS SDKs put beside an answer.
const WRAPPER_MEMBERS = [WRAPPER, 'InstanceArn', 'Status', 'StatusReason', '$metadata', 'ResponseMetadata']

/** Reads a configuration of any shape whatever; only past the quota nothing more is looked at. */
export function readConfiguration(configuration: unknown): ConfigurationReading {
  return reading(() => readWrapped(configuration))
}

function readWrapped(configuration: unknown): ConfigurationReading {
  if (!isObject(configuration) || !Object.hasOwn(configuration, WRAPPER))
    return readBare(configuration, '$', [])
  const faults = unknownMembers(configuration, WRAPPER_MEMBERS, '$')
  // What is being enabled is not enabled yet, and what failed to be never will be (R118).
  const status = Object.hasOwn(configuration, 'Status') ? configuration['Status'] : undefined
  if (status !== undefined && status !== 'ENABLED') {
    const message = 'Attributes for access control are not enabled.'
    faults.push({
      reason: 'not-enabled',
      path: '$.Status',
      expected: 'ENABLED',
      actual: shown(status, 40),
      message,
      fix: 'Enable them, with iam:UpdateAssumeRolePolicy allowed where permission sets exist, and wait for ENABLED.',
    })
  }
  return readBare(configuration[WRAPPER], `$.${WRAPPER}`, faults)
}

function readBare(configuration: unknown, path: string, faults: Fault[]): ConfigurationReading {
  const name = 'AccessControlAttributes'
  const here = memberPath(path, name)
  const broken = (fault: Fault): ConfigurationReading => ({
    faults: [...faults, fault],
    attributes: [],
    count: 0,
    path: here,
  })
  if (!isObject(configuration)) return broken(notA('an object', path, configuration))
  faults.push(...unknownMembers(configuration, [name], path))
  const list = Object.hasOwn(configuration, name) ? configuration[name] : undefined
  if (!Array.isArray(list)) return broken(notA('a list', here, list))
  const length = Math.min(list.length, MAX_ATTRIBUTES)
  const attributes = Array.from({ length }, (_, index) =>
    readAttribute((list as readonly unknown[])[index], memberPath(here, index), faults),
  )
  return { faults, attributes, count: list.length, path: here }
}

function readAttribute(attribute: unknown, path: string, faults: Fault[]): AttributeReading {
  if (!isObject(attribute)) faults.push(notA('an object', path, attribute))
  else faults.push(...unknownMembers(attribute, ['Key', 'Value'], path))
  const value = memberOf(attribute, 'Value')
  if (isObject(attribute) && !isObject(value)) faults.push(notA('an object', `${path}.Value`, value))
  else if (isObject(value)) faults.push(...unknownMembers(value, ['Source'], `${path}.Value`))
  const given = memberOf(value, 'Source')
  // Read once: what is judged is what is used.
  const sources = Array.isArray(given)
    ? Array.from({ length: Math.min(given.length, 2) }, (_, index) => (given as readonly unknown[])[index])
    : given
  const one = Array.isArray(sources) && sources.length === 1 ? (sources[0] as unknown) : undefined
  return {
    path,
    key: memberOf(attribute, 'Key'),
    sources,
    sourcePath: `${path}.Value.Source`,
    source: typeof one === 'string' ? one : undefined,
  }
}

function memberOf(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

function unknownMembers(object: object, known: readonly string[], path: string): Fault[] {
  return Object.keys(object)
    .filter((name) => !known.includes(name))
    .slice(0, 10)
    .map((name) => {
      const message = 'The configuration has no such member here.'
      return { reason: 'unknown-member', path: memberPath(path, name), expected: known.join(', '), message }
    })
}

function notA(expected: string, path: string, value: unknown): Fault {
  const reason = value === undefined ? 'missing' : 'type'
  return { reason, path, expected, actual: kindOf(value), message: `${path} is not ${expected}.` }
}
