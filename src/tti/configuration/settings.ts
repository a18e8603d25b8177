import { isObject, memberPath, type JsonObject } from '../../core/json.js'
import type { Fault } from '../../core/rule.js'
import { kindOf } from '../../core/shown.js'
import { member } from './fields.js'

/** The objects of an array member, with its path. What is not an array, or not an object in it, is `settingsOf`'s matter. */
export function listOf(
  object: JsonObject,
  name: string,
  path: string,
): { items: readonly JsonObject[]; path: string } {
  const value = member(object, name)
  return { items: Array.isArray(value) && value.every(isObject) ? value : [], path: memberPath(path, name) }
}

/** The setting of one grant type: `Grants[?GrantType=type].Grant.<name>`. */
export function grantOf(
  application: JsonObject,
  path: string,
  type: string,
  name: string,
): [JsonObject | undefined, string] {
  const { items, path: at } = listOf(application, 'Grants', path)
  const index = items.findIndex((item) => member(item, 'GrantType') === type)
  const outer = index < 0 ? undefined : items[index] && member(items[index], 'Grant')
  const setting = isObject(outer) ? member(outer, name) : undefined
  return [isObject(setting) ? setting : undefined, index < 0 ? at : `${memberPath(at, index)}.Grant.${name}`]
}

const lists: Readonly<Record<string, readonly string[]>> = {
  Grants: ['GrantType', 'Grant', 'ApplicationArn'],
  AccessScopes: [],
  AuthenticationMethods: ['AuthenticationMethodType', 'AuthenticationMethod', 'ApplicationArn'],
  Assignments: [],
}

/** Faults in the containers of an application's settings: wrong types, and pasted bodies of another application. */
export function settingsOf(application: JsonObject, path: string): { faults: readonly Fault[] } {
  const faults: Fault[] = []
  for (const name of Object.keys(lists)) {
    const value = member(application, name)
    const at = memberPath(path, name)
    if (value === undefined) continue
    if (!Array.isArray(value)) {
      faults.push({
        reason: 'not-array',
        path: at,
        actual: kindOf(value),
        message: `${name} is not an array.`,
      })
      continue
    }
    value.forEach((item: unknown, index) => {
      const here = memberPath(at, index)
      if (!isObject(item)) {
        faults.push({
          reason: 'not-object',
          path: here,
          actual: kindOf(item),
          message: 'The setting is not an object.',
        })
        return
      }
      const known = lists[name] ?? []
      if (known.length > 0) {
        for (const other of Object.keys(item).filter((key) => !known.includes(key))) {
          faults.push({
            reason: 'unknown-member',
            path: memberPath(here, other),
            message: 'The setting has a member that is not known here.',
          })
        }
      }
      const arn = member(item, 'ApplicationArn')
      if (arn !== undefined && arn !== member(application, 'ApplicationArn')) {
        faults.push({
          reason: 'other-application',
          path: memberPath(here, 'ApplicationArn'),
          message: 'The setting is that of another application.',
        })
      }
    })
  }
  const configuration = member(application, 'AssignmentConfiguration')
  if (configuration !== undefined && !isObject(configuration)) {
    faults.push({
      reason: 'not-object',
      path: memberPath(path, 'AssignmentConfiguration'),
      actual: kindOf(configuration),
      message: 'AssignmentConfiguration is not an object.',
    })
  }
  return { faults }
}
