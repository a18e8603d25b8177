import { FederationError, hasError, type Verdict } from '../../core/outcome.js'
import { runRules, verdictOf } from '../../core/rule.js'
import { callbackGateRules, callbackRules, type CallbackSubject } from './callbackRules.js'
import { readArguments } from './forms.js'
import * as members from './members.js'

export interface CallbackExpectation {
  /** As it was sent in the authorization request, port included. */
  readonly redirectUri: string
  /** As it was sent in the authorization request. */
  readonly state: string
  /**
   * The issuer that the server is known to name itself in `iss` (RFC 9207): then the callback must have it, to the letter.
   * Absent: an `iss` that comes is only warned of.
   */
  readonly issuer?: string | undefined
}

/**
 * Reads the URL at which the browser came back: the authorization code, or every reason why there is none. `state` is
 * compared in constant time; whoever answers the listener must have checked its Host (see `signInWithBrowser`). A `state` is
 * good for one callback: forget it before anything is done with the code.
 *
 * @param callback - the whole URL, of at most 16,384 characters
 * @throws FederationError `ERR_INVALID_OPTION` for a callback that is no text, and for expectations without their form
 *
 * @example
 * ```ts
 * import { readCallback } from 'countersign/oauth'
 *
 * declare const url: string, state: string
 * const verdict = readCallback(url, { redirectUri: 'http://127.0.0.1:49152/oauth/callback', state })
 * if (verdict.ok) console.log(verdict.value.code.length)
 * else console.log(verdict.findings.map(({ rule, reason }) => `${rule} ${reason}`)) // sign-in/authorized access-denied
 * ```
 */
export function readCallback(
  callback: string,
  expectation: CallbackExpectation,
): Verdict<{ readonly code: string }> {
  if (typeof callback !== 'string')
    throw new FederationError('ERR_INVALID_OPTION', 'A callback is the text of a URL.')
  const { redirectUri, state, issuer } = readArguments(expectation, {
    redirectUri: members.redirectURI,
    state: members.state,
    issuer: members.optional(members.webURL),
  })
  const [address = '', query = ''] = split(callback)
  const reading = readQuery(query)
  const subject: CallbackSubject = { callback, address, ...reading, redirectUri, state, issuer }
  const gate = runRules(callbackGateRules, subject)
  if (hasError(gate.flatMap(({ findings }) => findings))) return verdictOf(gate, unreachable)
  const outcomes = [...gate, ...runRules(callbackRules, subject)]
  return verdictOf(outcomes, () => ({ code: reading.parameters.get('code') ?? unreachable() }))
}

function split(callback: string): readonly [string, string] {
  const at = callback.indexOf('?')
  return at < 0 ? [callback, ''] : [callback.slice(0, at), callback.slice(at + 1)]
}

type Reading = Pick<CallbackSubject, 'parameters' | 'repeated' | 'unreadable'>

/** A form-encoded query (RFC 6749 B), strictly: what a lenient reader would guess at is told instead. */
function readQuery(query: string): Reading {
  const parameters = new Map<string, string>()
  const repeated = new Set<string>()
  let unreadable = 0
  for (const pair of query === '' ? [] : query.slice(0, MAX_QUERY).split('&', MAX_PAIRS)) {
    const at = pair.indexOf('=')
    const name = decoded(at < 0 ? pair : pair.slice(0, at))
    const value = decoded(at < 0 ? '' : pair.slice(at + 1))
    if (name === undefined || value === undefined || name === '') unreadable++
    else if (parameters.has(name)) repeated.add(name)
    else parameters.set(name, value)
  }
  return { parameters, repeated, unreadable }
}

/** Beyond these the gate refuses, whatever is read. */
const MAX_QUERY = 16_384
const MAX_PAIRS = 65

function decoded(text: string): string | undefined {
  if (!/^[\x21-\x7e]*$/.test(text)) return undefined
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

function unreachable(): never {
  throw new Error('A code was asked of a refused callback.')
}
