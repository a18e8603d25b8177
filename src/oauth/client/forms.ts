import { FederationError } from '../../core/outcome.js'
import { isObject, memberPath, type JsonObject, type JsonValue } from '../../core/json.js'
import type { Fault } from '../../core/rule.js'
import { kindOf, shown } from '../../core/shown.js'

/** What a member of an answer, or of the arguments of a function here, may be. */
export type Form = TextForm | TextsForm | WholeForm | ObjectForm | IgnoredForm

export interface TextForm {
  readonly is: 'text'
  readonly max: number
  readonly fits: (text: string) => boolean
  /** The form in words. */
  readonly expected: string
  /** Its value is shown nowhere. */
  readonly secret?: true
  readonly optional?: true
}

export interface TextsForm {
  readonly is: 'texts'
  readonly of: TextForm
  readonly maxItems: number
  readonly optional?: true
}

export interface WholeForm {
  readonly is: 'whole'
  readonly least: number
  readonly most: number
  readonly optional?: true
}

export interface ObjectForm {
  readonly is: 'object'
  readonly members: Forms
  readonly optional?: true
}

/** Known to be sent, and of no use: whatever it holds. */
export interface IgnoredForm {
  readonly is: 'ignored'
}

export type Forms = Readonly<Record<string, Form>>

/** An own member; of an answer that says `null`, none (the service says so of what it does not give). */
export function memberOf(object: JsonObject, name: string): unknown {
  const value = Object.hasOwn(object, name) ? object[name] : undefined
  return value === null ? undefined : value
}

/** Every way in which an object's members are not those of the forms; what else it has is for {@link unknownFaults}. */
export function memberFaults(object: JsonObject, forms: Forms, path = '$'): readonly Fault[] {
  return Object.entries(forms).flatMap(([name, form]) =>
    faultsOf(memberOf(object, name), form, memberPath(path, name)),
  )
}

// A hostile object could name thousands.
const MAX_UNKNOWN = 20

export function unknownFaults(object: JsonObject, forms: Forms, path = '$'): readonly Fault[] {
  return Object.keys(object)
    .filter((name) => !Object.hasOwn(forms, name) && memberOf(object, name) !== undefined)
    .slice(0, MAX_UNKNOWN)
    .map((name) => ({
      reason: 'unknown-member',
      path: memberPath(path, name),
      message: 'The member is not known here, and is not read.',
    }))
}

function faultsOf(value: unknown, form: Form, path: string): readonly Fault[] {
  if (form.is === 'ignored') return []
  if (value === undefined) {
    return form.optional ? [] : [{ reason: 'missing', path, message: 'The member is missing.' }]
  }
  switch (form.is) {
    case 'text':
      return textFaults(value, form, path)
    case 'texts':
      return textsFaults(value, form, path)
    case 'whole':
      return wholeFaults(value, form, path)
    case 'object':
      return isObject(value) ? memberFaults(value, form.members, path) : [mistyped('an object', value, path)]
  }
}

function textFaults(value: unknown, form: TextForm, path: string): readonly Fault[] {
  const { max, fits, expected, secret } = form
  if (typeof value !== 'string') return [mistyped('a text', value, path)]
  // Measured first: no pattern runs on a text of unbounded length.
  if (value.length > max) {
    const actual = `${value.length}`
    const message = 'The text is too long.'
    return [{ reason: 'too-long', path, expected: `at most ${max} characters`, actual, message }]
  }
  if (value !== '' && fits(value)) return []
  const actual = secret ? `a text of ${value.length} characters` : shown(value)
  const message = 'The text does not have the form of this member.'
  return [{ reason: value === '' ? 'empty' : 'form', path, expected, actual, message }]
}

function textsFaults(value: unknown, { of, maxItems }: TextsForm, path: string): readonly Fault[] {
  if (!Array.isArray(value)) return [mistyped('an array', value, path)]
  if (value.length > maxItems) {
    const actual = `${value.length}`
    const message = 'The array has too many members.'
    return [{ reason: 'too-many', path, expected: `at most ${maxItems}`, actual, message }]
  }
  return Array.from(value, (item: unknown, index) => textFaults(item, of, memberPath(path, index))).flat()
}

function wholeFaults(value: unknown, { least, most }: WholeForm, path: string): readonly Fault[] {
  if (typeof value !== 'number') return [mistyped('a number', value, path)]
  if (Number.isSafeInteger(value) && value >= least && value <= most) return []
  const message = 'The number is not whole, or out of range.'
  return [{ reason: 'range', path, expected: `${least} to ${most}`, actual: shown(value), message }]
}

function mistyped(expected: string, value: unknown, path: string): Fault {
  return { reason: 'type', path, expected, actual: kindOf(value), message: `The member is not ${expected}.` }
}

/**
 * The arguments of a function, read once, member by member, so that what was judged is what is used.
 *
 * @throws FederationError `ERR_INVALID_OPTION` naming the first member that does not have its form, never its value
 */
export function readArguments<T>(given: T, forms: Forms): T {
  let read: JsonObject | undefined
  try {
    if (isObject(given)) read = ownMembers(given, forms)
  } catch {
    // A getter or a proxy of the caller's: as good as not there.
  }
  if (!read)
    throw new FederationError('ERR_INVALID_OPTION', 'The arguments are not an object that can be read.')
  const [fault] = memberFaults(read, forms)
  if (!fault) return read as T
  const { path = '$', reason, expected } = fault
  const name = path.replace(/^\$\.?/, '')
  throw new FederationError(
    'ERR_INVALID_OPTION',
    `${name}: ${reason}${expected === undefined ? '' : ` (expected ${expected})`}.`,
  )
}

function ownMembers(given: JsonObject, forms: Forms): JsonObject {
  const own: Record<string, JsonValue> = {}
  for (const [name, form] of Object.entries(forms)) {
    const value = memberOf(given, name)
    if (value === undefined) continue
    if (form.is === 'texts' && Array.isArray(value)) own[name] = Array.from<JsonValue>(value)
    else if (form.is === 'object' && isObject(value)) own[name] = ownMembers(value, form.members)
    else own[name] = value as JsonValue
  }
  return own
}

/**
 * An instant that a caller gives, as it is.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what is not whole epoch seconds
 */
export function readNow(now: number): number {
  if (Number.isSafeInteger(now) && now >= 0) return now
  throw new FederationError('ERR_INVALID_OPTION', 'now must be whole epoch seconds.')
}
