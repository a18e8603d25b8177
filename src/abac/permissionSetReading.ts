import { isObject, memberPath, type JsonObject } from '../core/json.js'
import type { Fault } from '../core/rule.js'
import { kindOf } from '../core/shown.js'

/** A permission set before anything is judged. */
export interface PermissionSetReading {
  readonly path: string
  /** What is wrong with its shape. */
  readonly faults: readonly Fault[]
  readonly name: unknown
  readonly description: unknown
  readonly sessionDuration: unknown
  readonly relayState: unknown
  /** As text; where it was given as an object, its plain JSON. */
  readonly inlinePolicy: unknown
  /** ARNs of AWS's managed policies and names of one's own, as far as they could be read, with their places. */
  readonly managedPolicies: readonly ManagedPolicy[]
  /** The policies that are named as the permissions boundary; of a set without one undefined. */
  readonly boundary: readonly ManagedPolicy[] | undefined
}

export interface ManagedPolicy {
  readonly path: string
  /** The ARN of an AWS managed policy, or path and name of a customer managed one. */
  readonly id: unknown
  readonly kind: 'aws' | 'customer'
}

const MEMBERS = [
  'Name',
  'Description',
  'SessionDuration',
  'RelayState',
  'InlinePolicy',
  'ManagedPolicies',
  'AttachedManagedPolicies',
  'CustomerManagedPolicyReferences',
  'PermissionsBoundary',
  // Of what sso-admin answers; nothing depends on them.
  'PermissionSetArn',
  'CreatedDate',
  'InstanceArn',
  'Tags',
]
/** Far beyond every quota. */
const MAX_POLICIES = 200

/** Reads a permission set of any shape whatever. */
export function readPermissionSet(given: unknown, path: string): PermissionSetReading {
  const wrapped = isObject(given) && Object.hasOwn(given, 'PermissionSet')
  const value: unknown = wrapped ? given['PermissionSet'] : given
  const here = wrapped ? memberPath(path, 'PermissionSet') : path
  const faults: Fault[] = []
  // DescribePermissionSet answers the set in a member; what it does not describe may stand beside.
  const beside: JsonObject = wrapped ? given : {}
  if (!isObject(value)) faults.push(notA('an object', here, value))
  const set: JsonObject = isObject(value) ? value : {}
  unknownMembers(set, MEMBERS, here, faults)
  if (wrapped) unknownMembers(beside, [...MEMBERS, 'PermissionSet'], path, faults)
  const member = (name: string): unknown =>
    own(set, name) ?? (wrapped && name !== 'Name' ? own(beside, name) : undefined)
  return {
    path: here,
    faults,
    name: own(set, 'Name'),
    description: member('Description'),
    sessionDuration: member('SessionDuration'),
    relayState: member('RelayState'),
    inlinePolicy: policyText(member('InlinePolicy')),
    managedPolicies: [
      ...policies(member('ManagedPolicies'), `${here}.ManagedPolicies`, 'aws', faults),
      ...policies(member('AttachedManagedPolicies'), `${here}.AttachedManagedPolicies`, 'aws', faults),
      ...policies(
        member('CustomerManagedPolicyReferences'),
        `${here}.CustomerManagedPolicyReferences`,
        'customer',
        faults,
      ),
    ],
    boundary: boundaryOf(member('PermissionsBoundary'), `${here}.PermissionsBoundary`, faults),
  }
}

function boundaryOf(given: unknown, path: string, faults: Fault[]): readonly ManagedPolicy[] | undefined {
  if (given === undefined) return undefined
  if (!isObject(given)) {
    faults.push(notA('an object', path, given))
    return undefined
  }
  const [arn, reference] = ['ManagedPolicyArn', 'CustomerManagedPolicyReference']
  unknownMembers(given, [arn, reference], path, faults)
  const policy = (
    name: string,
    kind: ManagedPolicy['kind'],
    idOf: (item: unknown) => unknown,
  ): ManagedPolicy[] =>
    own(given, name) === undefined ? [] : [{ path: `${path}.${name}`, kind, id: idOf(own(given, name)) }]
  return [...policy(arn, 'aws', (item) => item), ...policy(reference, 'customer', nameOf)]
}

/** PutInlinePolicy takes a text; a policy given as JSON is written without white space, as short as can be. */
function policyText(policy: unknown): unknown {
  if (!isObject(policy)) return policy
  try {
    return JSON.stringify(policy)
  } catch {
    // A cycle, or a number that JSON has no form for: no policy at all.
    return null
  }
}

function policies(
  list: unknown,
  path: string,
  kind: ManagedPolicy['kind'],
  faults: Fault[],
): readonly ManagedPolicy[] {
  if (list === undefined) return []
  if (!Array.isArray(list)) {
    faults.push(notA('a list', path, list))
    return []
  }
  const length = Math.min(list.length, MAX_POLICIES)
  return Array.from({ length }, (_, index) => {
    const item = (list as readonly unknown[])[index]
    return { path: `${path}[${index}]`, kind, id: kind === 'aws' ? arnOf(item) : nameOf(item) }
  })
}

function arnOf(item: unknown): unknown {
  return isObject(item) ? own(item, 'Arn') : item
}

/** Path and name together tell one customer managed policy from another. */
function nameOf(item: unknown): unknown {
  const name = isObject(item) ? own(item, 'Name') : undefined
  const path = isObject(item) ? (own(item, 'Path') ?? '/') : undefined
  return typeof name === 'string' && typeof path === 'string' ? `${path}${name}` : undefined
}

function own(object: object, name: string): unknown {
  const value = Object.hasOwn(object, name) ? (object as Readonly<Record<string, unknown>>)[name] : undefined
  return value ?? undefined
}

function unknownMembers(object: object, known: readonly string[], path: string, faults: Fault[]): void {
  for (const name of Object.keys(object)
    .filter((one) => !known.includes(one))
    .slice(0, 10)) {
    const message = 'A permission set has no such member.'
    faults.push({
      reason: 'unknown-member',
      path: memberPath(path, name),
      expected: known.join(', '),
      message,
    })
  }
}

function notA(expected: string, path: string, value: unknown): Fault {
  const reason = value === undefined ? 'missing' : 'type'
  return { reason, path, expected, actual: kindOf(value), message: `${path} is not ${expected}.` }
}
