import { isObject, memberPath, parseJson } from '../../core/json.js'
import type { Fault } from '../../core/rule.js'
import { kindOf, shown } from '../../core/shown.js'
import { matchAction, parsePolicy } from '../../core/policy/index.js'

/** One statement of a trust policy, reduced to what the rules ask. */
export interface TrustReading {
  readonly path: string
  readonly effect: 'Allow' | 'Deny'
  /** Those who can call AssumeRole: `*`, a service, an account number, or an ARN. */
  readonly principals: readonly string[]
  readonly actions: readonly string[]
  /** The statement speaks of every action but these. */
  readonly inverted: boolean
  readonly conditions: readonly TrustCondition[]
}

export interface TrustCondition {
  readonly path: string
  /** Operator and key in lower case: IAM compares both without case (C29). */
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
}

export interface TrustDocument {
  readonly statements: readonly TrustReading[]
  readonly faults: readonly Fault[]
}

const MAX_TEXT = 100_000
const MAX_DEPTH = 20
const MAX_STATEMENTS = 100
const MAX_VALUES = 500
const VERSIONS: readonly unknown[] = [undefined, '2012-10-17', '2008-10-17']
const POLICY_MEMBERS = ['Version', 'Id', 'Statement']
const STATEMENT_MEMBERS = ['Sid', 'Effect', 'Principal', 'Action', 'NotAction', 'Condition']
/** Who signs in by SAML or OpenID Connect has actions of his own, and a canonical user assumes no role. */
const CALLERS = ['AWS', 'Service']
const PRINCIPAL_TYPES = ['AWS', 'Service', 'Federated', 'CanonicalUser']

/** Reads a trust policy, JSON text or parsed, of any shape whatever: what it is not becomes a fault, never a throw. */
export function readTrustPolicy(policy: unknown): TrustDocument {
  const faults: Fault[] = []
  const parsed = typeof policy === 'string' ? parseText(policy, faults) : policy
  if (!isObject(parsed)) {
    if (faults.length === 0) faults.push(wrongType('$', 'an object', parsed))
    return { statements: [], faults }
  }
  unknownMembers(parsed, POLICY_MEMBERS, '$', faults)
  if (!VERSIONS.includes(parsed['Version'])) {
    const actual = shown(parsed['Version'], 40)
    faults.push({
      reason: 'version',
      path: '$.Version',
      expected: '2012-10-17',
      actual,
      message: 'No such version.',
    })
  }
  const list = listOf(parsed['Statement'], MAX_STATEMENTS, '$.Statement', faults)
  const statements = list.flatMap((one, index) => {
    const path = Array.isArray(parsed['Statement']) ? `$.Statement[${index}]` : '$.Statement'
    const reading = readStatement(one, path, faults)
    return reading === undefined ? [] : [reading]
  })
  // Who is named, and by which operators a condition compares, is for the evaluator to know.
  if (faults.length === 0) {
    const { faults: unknown } = parsePolicy(parsed, '$', 'trust')
    faults.push(
      ...unknown.filter(({ rule, reason }) => rule === 'policy/principal' || reason === 'unknown-operator'),
    )
  }
  return { statements, faults }
}

/** Whether a statement speaks of this action. */
export function speaksOf(statement: TrustReading, action: string): boolean {
  return statement.actions.some((pattern) => matchAction(pattern, action)) !== statement.inverted
}

function parseText(text: string, faults: Fault[]): unknown {
  if (text.length > MAX_TEXT) {
    faults.push({ reason: 'oversize', path: '$', message: 'The policy is absurdly long.' })
    return undefined
  }
  const reading = parseJson(text, { maxDepth: MAX_DEPTH })
  if (!reading.ok) {
    faults.push({ reason: 'json', path: '$', actual: reading.reason, message: 'The policy is no JSON.' })
    return undefined
  }
  for (const path of reading.duplicates.slice(0, 10)) {
    faults.push({ reason: 'duplicate-member', path, message: 'The member stands twice.' })
  }
  return reading.value
}

function readStatement(statement: unknown, path: string, faults: Fault[]): TrustReading | undefined {
  if (!isObject(statement)) {
    faults.push(wrongType(path, 'an object', statement))
    return undefined
  }
  unknownMembers(statement, STATEMENT_MEMBERS, path, faults)
  const effect = statement['Effect']
  if (effect !== 'Allow' && effect !== 'Deny') {
    const expected = 'Allow or Deny'
    const actual = shown(effect, 40)
    faults.push({ reason: 'effect', path: `${path}.Effect`, expected, actual, message: 'No such effect.' })
    return undefined
  }
  const inverted = statement['NotAction'] !== undefined
  if (inverted && statement['Action'] !== undefined) {
    faults.push({ reason: 'action', path, message: 'A statement has Action or NotAction, not both.' })
  }
  const name = inverted ? 'NotAction' : 'Action'
  return {
    path,
    effect,
    principals: readPrincipal(statement['Principal'], `${path}.Principal`, faults),
    actions: textsOf(statement[name], `${path}.${name}`, faults),
    inverted,
    conditions: readConditions(statement['Condition'], `${path}.Condition`, faults),
  }
}

function readPrincipal(principal: unknown, path: string, faults: Fault[]): readonly string[] {
  if (principal === '*') return ['*']
  if (!isObject(principal)) {
    faults.push(wrongType(path, 'an object, or *', principal))
    return []
  }
  unknownMembers(principal, PRINCIPAL_TYPES, path, faults)
  return PRINCIPAL_TYPES.filter((type) => Object.hasOwn(principal, type)).flatMap((type) => {
    const named = textsOf(principal[type], `${path}.${type}`, faults)
    return CALLERS.includes(type) ? named : []
  })
}

function readConditions(condition: unknown, path: string, faults: Fault[]): readonly TrustCondition[] {
  if (condition === undefined) return []
  if (!isObject(condition)) {
    faults.push(wrongType(path, 'an object', condition))
    return []
  }
  return entriesOf(condition, path, faults).flatMap(([operator, keys]) => {
    const here = memberPath(path, operator)
    if (!isObject(keys)) {
      faults.push(wrongType(here, 'an object', keys))
      return []
    }
    return entriesOf(keys, here, faults).map(([key, value]) => ({
      path: memberPath(here, key),
      operator: operator.toLowerCase(),
      key: key.toLowerCase(),
      values: textsOf(plain(value), memberPath(here, key), faults),
    }))
  })
}

/** IAM takes `false` for `"false"` and a number for its text, alone or in a list. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => (Array.isArray(one) ? one : plain(one)))
  return typeof value === 'boolean' || typeof value === 'number' ? String(value) : value
}

function entriesOf(object: object, path: string, faults: Fault[]): readonly [string, unknown][] {
  const entries = Object.entries(object) as [string, unknown][]
  if (entries.length > MAX_VALUES) faults.push(tooMany(path, entries.length))
  return entries.slice(0, MAX_VALUES)
}

function textsOf(value: unknown, path: string, faults: Fault[]): readonly string[] {
  const list = listOf(value, MAX_VALUES, path, faults)
  return list.flatMap((one, index) => {
    if (typeof one === 'string' && one !== '') return [one]
    faults.push(wrongType(Array.isArray(value) ? `${path}[${index}]` : path, 'a text', one))
    return []
  })
}

/** IAM reads one item for a list of one. */
function listOf(value: unknown, max: number, path: string, faults: Fault[]): readonly unknown[] {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) {
    faults.push({ reason: 'missing', path, message: `${path} is missing or empty.` })
    return []
  }
  if (!Array.isArray(value)) return [value]
  if (value.length > max) faults.push(tooMany(path, value.length))
  return Array.from({ length: Math.min(value.length, max) }, (_, index) => (value as unknown[])[index])
}

function unknownMembers(object: object, known: readonly string[], path: string, faults: Fault[]): void {
  for (const name of Object.keys(object)
    .filter((one) => !known.includes(one))
    .slice(0, 10)) {
    const message = 'A trust policy has no such member here.'
    faults.push({
      reason: 'unknown-member',
      path: memberPath(path, name),
      expected: known.join(', '),
      message,
    })
  }
}

function wrongType(path: string, expected: string, value: unknown): Fault {
  return { reason: 'type', path, expected, actual: kindOf(value), message: `${path} is not ${expected}.` }
}

function tooMany(path: string, length: number): Fault {
  return { reason: 'too-many', path, actual: String(length), message: `${path} holds too many items.` }
}
