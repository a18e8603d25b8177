import type { Fault, Rule } from '../../core/rule.js'
import { isSecret } from '../../core/secret.js'
import { shown } from '../../core/shown.js'

export interface CallbackSubject {
  readonly callback: string
  /** What stands before the query. */
  readonly address: string
  /** The first value of each name. */
  readonly parameters: ReadonlyMap<string, string>
  readonly repeated: ReadonlySet<string>
  /** How many pairs of the query could not be read. */
  readonly unreadable: number
  readonly redirectUri: string
  readonly state: string
  readonly issuer: string | undefined
}

export const MAX_CALLBACK_CHARACTERS = 16_384
const MAX_PARAMETERS = 64

/** Nothing is read of a callback that is not ours, or that can be read in two ways. */
export const callbackGateRules: readonly Rule<CallbackSubject>[] = [
  {
    id: 'sign-in/callback-address',
    severity: 'error',
    source: 'RFC 8252 8.10; RFC 9700 2.1; attack O07',
    title: 'The browser comes back to the redirect URI of this sign-in, and to no other address',
    fix: 'Hand over the URL as the browser requested it, scheme, host and port included.',
    check: ({ callback, address, redirectUri }) => {
      if (callback.length > MAX_CALLBACK_CHARACTERS)
        return [
          { reason: 'too-large', path: 'callback', message: 'The callback is larger than any code needs.' },
        ]
      if (callback.includes('#'))
        return [{ reason: 'fragment', path: 'callback', message: 'A fragment never reaches a server.' }]
      if (address === redirectUri) return []
      const message = 'The callback is of another address.'
      return [
        { reason: 'mismatch', path: 'callback', expected: redirectUri, actual: shown(address), message },
      ]
    },
  },
  {
    id: 'sign-in/callback-query',
    severity: 'error',
    source: 'RFC 6749 3.1, B; attack O17',
    title: 'The query of a callback is form-encoded, each name once',
    fix: 'Nothing to change here: what sent the browser back is not the server, or is broken. Sign in again.',
    check: ({ callback, parameters, repeated, unreadable }) => {
      if (callback.length > MAX_CALLBACK_CHARACTERS) return 'cantTell'
      const faults: Fault[] = [...repeated].map((name) => ({
        reason: 'repeated',
        path: 'callback',
        actual: shown(name, 40),
        message: 'A parameter comes twice.',
      }))
      if (unreadable > 0)
        faults.push({ reason: 'encoding', path: 'callback', message: 'The query is not properly encoded.' })
      if (parameters.size > MAX_PARAMETERS)
        faults.push({ reason: 'too-many', path: 'callback', message: 'The query has too many parameters.' })
      return faults.slice(0, 20)
    },
  },
]

const known = ['code', 'state', 'iss', 'error', 'error_description', 'error_uri']

/** The errors of RFC 6749 4.1.2.1; others are told as `other`. */
const errors = [
  'invalid_request',
  'unauthorized_client',
  'access_denied',
  'unsupported_response_type',
  'invalid_scope',
  'server_error',
  'temporarily_unavailable',
]

const stateHolds = ({ parameters, state }: CallbackSubject): boolean =>
  isSecret(parameters.get('state') ?? '', state)

export const callbackRules: readonly Rule<CallbackSubject>[] = [
  {
    id: 'sign-in/state',
    severity: 'error',
    source: 'RFC 6749 10.12; RFC 9700 2.1; attack O08',
    title:
      'The callback has the state of the request, so that it answers this sign-in and no one else began it',
    fix: 'Sign in again, in the browser that the sign-in opens. A callback is used once: do not open its address again.',
    check: (subject) => {
      const sent = subject.parameters.get('state')
      if (sent === undefined)
        return [{ reason: 'missing', path: 'state', message: 'The callback has no state.' }]
      if (stateHolds(subject)) return []
      return [{ reason: 'mismatch', path: 'state', message: 'The state is of another sign-in.' }]
    },
  },
  {
    id: 'sign-in/iss',
    severity: 'error',
    source: 'RFC 9207 2.4; attack O08',
    title: 'The callback comes from the server that was asked',
    fix: 'Sign in at the server that was meant, or correct the issuer that is expected.',
    check: ({ parameters, issuer }) => {
      if (issuer === undefined) return 'notApplicable'
      const sent = parameters.get('iss')
      if (sent === issuer) return []
      const reason = sent === undefined ? 'missing' : 'mismatch'
      const message = 'The callback names another issuer, or none.'
      return [{ reason, path: 'iss', expected: issuer, actual: shown(sent), message }]
    },
  },
  {
    id: 'sign-in/iss-unchecked',
    severity: 'warning',
    source: 'RFC 9207 2.4',
    title: 'An issuer that the callback names is held against the one that was asked',
    fix: 'Give the issuer of the server in the expectation.',
    check: ({ parameters, issuer }) => {
      const sent = parameters.get('iss')
      if (issuer !== undefined || sent === undefined) return 'notApplicable'
      const message = 'The callback names an issuer, and none is expected.'
      return [{ reason: 'unchecked', path: 'iss', actual: shown(sent), message }]
    },
  },
  {
    id: 'sign-in/callback-outcome',
    severity: 'error',
    source: 'RFC 6749 4.1.2',
    title: 'The callback has either a code or an error, each in its form',
    fix: 'Nothing to change here: what sent the browser back is not the server, or is broken. Sign in again.',
    check: ({ parameters }) => {
      const code = parameters.get('code')
      const error = parameters.get('error')
      if (code !== undefined && error !== undefined)
        return [{ reason: 'both', path: 'callback', message: 'The callback has a code and an error.' }]
      if (error !== undefined)
        return /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,128}$/.test(error)
          ? []
          : [{ reason: 'error-form', path: 'error', message: 'The error does not have the form of one.' }]
      if (code === undefined)
        return [{ reason: 'missing', path: 'code', message: 'The callback has no code.' }]
      return /^[\x21-\x7e]{1,4096}$/.test(code)
        ? []
        : [{ reason: 'code-form', path: 'code', message: 'The code does not have the form of one.' }]
    },
  },
  {
    id: 'sign-in/authorized',
    severity: 'error',
    source: 'R207; RFC 6749 4.1.2.1',
    title: 'The person signed in and consented, and the server accepted the request',
    fix: 'access-denied: the person cancelled, or may not use the application. Otherwise see what the server says.',
    check: (subject) => {
      const { parameters } = subject
      const error = parameters.get('error')
      // What is not proven to answer this sign-in is not repeated to a person.
      if (!stateHolds(subject)) return 'cantTell'
      if (error === undefined) return []
      const reason = errors.includes(error) ? error.replaceAll('_', '-') : 'other'
      const described = parameters.get('error_description')
      const actual = described === undefined ? shown(error) : `${shown(error)}: ${shown(described)}`
      return [{ reason, path: 'error', actual, message: 'The server gave no code.' }]
    },
  },
  {
    id: 'sign-in/callback-unknown',
    severity: 'warning',
    source: 'RFC 6749 4.1.2',
    title: 'The callback has only parameters that are known',
    fix: 'Nothing: they are not read.',
    check: ({ parameters }) =>
      [...parameters.keys()]
        .filter((name) => !known.includes(name))
        .slice(0, 20)
        .map((name) => ({
          reason: 'unknown',
          path: 'callback',
          actual: shown(name, 40),
          message: 'The parameter is not known here, and is not read.',
        })),
  },
]
