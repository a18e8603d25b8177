import { isObject, memberPath, type JsonObject } from '../../core/json.js'
import type { Fault } from '../../core/rule.js'
import { kindOf, shown } from '../../core/shown.js'
import { GRANT_LIMITS } from './limits.js'

export interface BodyForm {
  readonly required: readonly string[]
  readonly texts: readonly string[]
  readonly lists?: readonly string[]
}

const MAX_FAULTS = 20

/**
 * What is wrong with the form of a JSON body: members that nobody knows, required ones that are missing, texts that are
 * none, are empty or too long, lists of anything but texts. Values are never shown: any may be a secret.
 */
export function bodyFaults(body: unknown, { required, texts, lists = [] }: BodyForm): readonly Fault[] {
  if (!isObject(body))
    return [{ reason: 'not-object', path: '$', actual: kindOf(body), message: 'The body is no JSON object.' }]
  const known = [...texts, ...lists]
  const unknown = Object.keys(body).filter((name) => !known.includes(name))
  return [
    ...unknown.slice(0, MAX_FAULTS).map((name) => ({
      reason: 'unknown-member',
      path: memberPath('$', name),
      actual: shown(name, 60),
      message: 'The operation has no such member.',
    })),
    ...required
      .filter((name) => own(body, name) === undefined)
      .map((name) => ({ reason: 'missing', path: memberPath('$', name), message: `${name} is missing.` })),
    ...texts.flatMap((name) => textFaults(own(body, name), memberPath('$', name))),
    ...lists.flatMap((name) => listFaults(own(body, name), memberPath('$', name))),
  ]
}

/** An own member of a body; undefined for what it inherits. */
export function own(body: unknown, name: string): unknown {
  return isObject(body) && Object.hasOwn(body, name) ? (body as JsonObject)[name] : undefined
}

/** An own member that is a text. */
export function textOf(body: unknown, name: string): string | undefined {
  const value = own(body, name)
  return typeof value === 'string' ? value : undefined
}

/** An own member that is a list of texts. */
export function textsOf(body: unknown, name: string): readonly string[] | undefined {
  const value = own(body, name)
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined
}

function textFaults(value: unknown, path: string): readonly Fault[] {
  if (value === undefined) return []
  if (typeof value !== 'string')
    return [{ reason: 'not-string', path, actual: kindOf(value), message: 'The member is no text.' }]
  if (value === '') return [{ reason: 'empty', path, message: 'The text is empty.' }]
  if (value.length <= GRANT_LIMITS.textCharacters) return []
  const expected = `at most ${GRANT_LIMITS.textCharacters} characters`
  return [{ reason: 'too-long', path, expected, actual: `${value.length}`, message: 'The text is too long.' }]
}

function listFaults(value: unknown, path: string): readonly Fault[] {
  if (value === undefined) return []
  if (Array.isArray(value) && Array.from(value).every((item) => typeof item === 'string')) return []
  return [{ reason: 'not-strings', path, actual: kindOf(value), message: 'The member is no list of texts.' }]
}
