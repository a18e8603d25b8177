import { decodeUtf8 } from './codec.js'
import type { Fault } from './rule.js'
import { shown } from './shown.js'

/** Sizes past which a form is not read. The fullest AssumeRole has some 180 parameters. */
export const FORM_LIMITS = { bytes: 65_536, parameters: 256 } as const

/** A form taken apart. With faults, `parameters` is not to be used. */
export interface FormReading {
  readonly parameters: ReadonlyMap<string, string>
  readonly faults: readonly Fault[]
}

const MAX_FAULTS = 10
/** Visible ASCII: everything else must be percent-encoded. */
const ENCODED = /^[\u0021-\u007e]*$/
const BROKEN_PERCENT = /%(?![0-9A-Fa-f]{2})/

/**
 * Reads application/x-www-form-urlencoded strictly: every parameter has a name and an equals sign, escapes are whole
 * and give well-formed UTF-8, and no name comes twice. Says names, never values.
 */
export function readForm(body: Uint8Array, limits: { readonly bytes: number } = FORM_LIMITS): FormReading {
  const parameters = new Map<string, string>()
  const refuse = (...faults: Fault[]): FormReading => ({ parameters, faults })
  if (body.length > limits.bytes) {
    const expected = `at most ${limits.bytes} bytes`
    return refuse({ reason: 'too-large', expected, message: 'The body is too large to be read.' })
  }
  if (body.length === 0) return refuse({ reason: 'empty', message: 'The body is empty.' })
  const text = decodeUtf8(body)
  if (text === undefined || !ENCODED.test(text)) {
    const message = 'The body holds bytes that a form percent-encodes.'
    return refuse({ reason: 'characters', message })
  }
  const parts = text.split('&', FORM_LIMITS.parameters + 1)
  if (parts.length > FORM_LIMITS.parameters) {
    const expected = `at most ${FORM_LIMITS.parameters}`
    return refuse({ reason: 'too-many', expected, message: 'The body holds too many parameters.' })
  }
  const faults: Fault[] = []
  parts.forEach((part, index) => {
    const path = `parameter ${index + 1}`
    const equals = part.indexOf('=')
    if (equals < 1) {
      const message = equals === 0 || part === '' ? 'A parameter has no name.' : 'A parameter has no value.'
      faults.push({ reason: equals === 0 || part === '' ? 'no-name' : 'no-value', path, message })
      return
    }
    const name = decoded(part.slice(0, equals))
    const value = decoded(part.slice(equals + 1))
    if (name === undefined || value === undefined) {
      faults.push({ reason: 'escape', path, message: 'An escape is broken, or is not UTF-8.' })
    } else if (parameters.has(name)) {
      const message = 'A parameter comes twice.'
      faults.push({ reason: 'duplicate', path, actual: shown(name, 60), message })
    } else parameters.set(name, value)
  })
  return { parameters, faults: faults.slice(0, MAX_FAULTS) }
}

function decoded(text: string): string | undefined {
  if (BROKEN_PERCENT.test(text)) return undefined
  const bytes = text
    .replaceAll('+', ' ')
    .replace(/%(..)/g, (_escape, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return decodeUtf8(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)))
}
