import { isObject, memberPath, type JsonObject } from '../../core/json.js'
import type { Fault } from '../../core/rule.js'
import { kindOf } from '../../core/shown.js'
import { member, unknownMembers } from './fields.js'

export interface Entry {
  readonly value: JsonObject
  readonly path: string
}

/** The objects of an array member, each with its path, and the array's length. Other elements: `listFaults`. */
export function listOf(
  object: JsonObject,
  name: string,
  path: string,
): { readonly entries: readonly Entry[]; readonly length: number; readonly path: string } {
  const value = member(object, name)
  const at = memberPath(path, name)
  const items: readonly unknown[] = Array.isArray(value) ? value : []
  const entries = items.flatMap((item, index) =>
    isObject(item) ? [{ value: item, path: memberPath(at, index) }] : [],
  )
  return { entries, length: items.length, path: at }
}

/** What is wrong with an array member as such: no array, or elements that are no objects. */
export function listFaults(object: JsonObject, name: string, path: string): readonly Fault[] {
  const value = member(object, name)
  const at = memberPath(path, name)
  if (value === undefined) return []
  if (!Array.isArray(value)) {
    return [{ reason: 'not-array', path: at, actual: kindOf(value), message: `${name} is not an array.` }]
  }
  return value.flatMap((item: unknown, index) =>
    isObject(item)
      ? []
      : [
          {
            reason: 'not-object',
            path: memberPath(at, index),
            actual: kindOf(item),
            message: 'The element is not an object.',
          },
        ],
  )
}

/** The setting of one grant type: `Grants[?GrantType=type].Grant.<name>`. */
export function grantOf(
  application: JsonObject,
  path: string,
  type: string,
  name: string,
): [JsonObject | undefined, string] {
  const { entries, path: at } = listOf(application, 'Grants', path)
  const entry = entries.find(({ value }) => member(value, 'GrantType') === type)
  const outer = entry && member(entry.value, 'Grant')
  const setting = isObject(outer) ? member(outer, name) : undefined
  return [isObject(setting) ? setting : undefined, entry ? `${entry.path}.Grant.${name}` : at]
}

const lists: Readonly<Record<string, readonly string[]>> = {
  Grants: ['GrantType', 'Grant'],
  AccessScopes: ['Scope', 'AuthorizedTargets'],
  AuthenticationMethods: ['AuthenticationMethodType', 'AuthenticationMethod'],
  Assignments: ['PrincipalId', 'PrincipalType'],
}

/** Faults in the containers of an application's settings: wrong types, and pasted bodies of another application. */
export function settingsFaults(application: JsonObject, path: string): readonly Fault[] {
  const configuration = member(application, 'AssignmentConfiguration')
  const configurationPath = memberPath(path, 'AssignmentConfiguration')
  return [
    ...Object.entries(lists).flatMap(([name, known]) => [
      ...listFaults(application, name, path),
      ...listOf(application, name, path).entries.flatMap((entry) => bodyFaults(application, entry, known)),
    ]),
    ...(configuration === undefined
      ? []
      : isObject(configuration)
        ? bodyFaults(application, { value: configuration, path: configurationPath }, ['AssignmentRequired'])
        : [
            {
              reason: 'not-object',
              path: configurationPath,
              actual: kindOf(configuration),
              message: 'AssignmentConfiguration is not an object.',
            },
          ]),
  ]
}

/** A body as one of the Put... calls takes it, which may name its application: this one. */
function bodyFaults(
  application: JsonObject,
  { value, path }: Entry,
  known: readonly string[],
): readonly Fault[] {
  const arn = member(value, 'ApplicationArn')
  return [
    ...unknownMembers(value, [...known, 'ApplicationArn'], path),
    ...(arn === undefined || arn === member(application, 'ApplicationArn')
      ? []
      : [
          {
            reason: 'other-application',
            path: memberPath(path, 'ApplicationArn'),
            message: 'The setting is that of another application.',
          },
        ]),
  ]
}
