import { FederationError } from '../../core/outcome.js'

/** Whether a value is what a type says: of what cannot be read it is not. */
export type Form = (value: unknown) => boolean

export const text: Form = (value) => typeof value === 'string'
export const texts: Form = (value) => Array.isArray(value) && Array.from<unknown>(value).every(text)
export const truth: Form = (value) => typeof value === 'boolean'
/** A number that counts, or whole epoch seconds: nothing else compares as one means it, and NaN never does. */
export const whole: Form = (value) => Number.isSafeInteger(value) && Number(value) >= 0

export function optional(form: Form): Form {
  return (value) => value === undefined || form(value)
}

export function oneOf(...all: readonly string[]): Form {
  return (value) => typeof value === 'string' && all.includes(value)
}

export function listOf(form: Form): Form {
  return (value) => Array.isArray(value) && Array.from<unknown>(value).every(form)
}

/** An object that has at least these members. */
export function members(forms: Readonly<Record<string, Form>>): Form {
  return (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.entries(forms).every(([name, form]) => form((value as Readonly<Record<string, unknown>>)[name]))
}

/** Whether a value has a form; false where reading it throws. */
export function has(value: unknown, form: Form): boolean {
  try {
    return form(value)
  } catch {
    return false
  }
}

/**
 * Judges the argument of a caller before a step works with it.
 *
 * @throws FederationError `ERR_INVALID_OPTION` naming the argument, never its value
 */
export function requireForm(value: unknown, form: Form, name: string): void {
  if (!has(value, form)) throw new FederationError('ERR_INVALID_OPTION', `${name} is not what its type says.`)
}
