import type { Fault } from '../../core/rule.js'
import { GRANT_LIMITS } from './limits.js'

/** Name and value pairs, in their order, decoded. */
export type Parameters = readonly (readonly [string, string])[]

/** `VSCHAR`s (RFC 6749 A.5). */
const STATE = /^[\x20-\x7e]+$/

/** As the AWS CLI sends them, separated by spaces, or as the language servers do, by commas. */
export function requestedScopes(parameters: Parameters): readonly string[] | undefined {
  const text = valueOf(parameters, 'scopes') ?? valueOf(parameters, 'scope')
  if (text === undefined || text.length > GRANT_LIMITS.textCharacters * 4)
    return text === undefined ? undefined : [text]
  return text.split(/[ ,]/).filter((scope) => scope !== '')
}

export function all(parameters: Parameters, name: string): readonly string[] {
  return parameters.flatMap(([key, value]) => (key === name ? [value] : []))
}

/** The one value of a parameter; undefined for none, for an empty one (RFC 6749 3.1), and for several. */
export function valueOf(parameters: Parameters, name: string): string | undefined {
  const [value, ...more] = all(parameters, name)
  return more.length === 0 && value !== '' ? value : undefined
}

export function onceFaults(parameters: Parameters, name: string): readonly Fault[] {
  const [value, ...more] = all(parameters, name)
  if (more.length > 0) return [{ reason: 'repeated', path: name, message: `${name} occurs twice.` }]
  if (value === undefined || value === '')
    return [{ reason: 'missing', path: name, message: `${name} is missing.` }]
  return []
}

export function stateFaults(parameters: Parameters): readonly Fault[] {
  const state = valueOf(parameters, 'state')
  if (state === undefined) return []
  if (state.length > GRANT_LIMITS.textCharacters)
    return [{ reason: 'too-long', path: 'state', message: 'The state is too long.' }]
  return STATE.test(state)
    ? []
    : [{ reason: 'form', path: 'state', message: 'The state is no printable ASCII.' }]
}
