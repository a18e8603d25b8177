import { shownIf } from '../core/shown.js'
import type { TokenEndpointRule } from './trustedTokenRules.js'

/** What came of asking who calls. */
export interface CallerSubject {
  readonly outcome: 'proven' | 'refused' | 'threw' | 'late' | 'malformed'
  readonly cause?: string | undefined
}

export const tokenCallerRule: TokenEndpointRule<CallerSubject> = {
  id: 'express/token-caller',
  severity: 'error',
  source: 'R266; RFC 6749 3.2.1',
  title: 'The caller has proven who it is',
  fix: 'Call with the credentials that authenticateCaller asks for. A body that is signed must not have been parsed before.',
  answer: 'AccessDeniedException',
  status: 401,
  formError: 'invalid_client',
  check: ({ outcome, cause }) =>
    outcome === 'proven' ? [] : [{ reason: outcome, actual: cause, message: callerMessages[outcome] }],
}

const callerMessages: Readonly<Record<Exclude<CallerSubject['outcome'], 'proven'>, string>> = {
  refused: 'The caller did not prove who it is.',
  threw: 'Asking who calls failed.',
  late: 'Who calls was not answered in time.',
  malformed: 'What was answered to who calls is no caller.',
}

export const tokenClientRule: TokenEndpointRule<{
  readonly sent: unknown
  readonly caller: string | undefined
}> = {
  id: 'express/token-client',
  severity: 'error',
  source: 'RFC 6749 3.2.1; RFC 7521 4.2',
  title: 'The client is the one that the caller was proven to be, where the proof says so',
  fix: "Leave client_id out, or send the ARN of the caller's own application.",
  answer: 'InvalidClientException',
  check: ({ sent, caller }) => {
    if (caller === undefined) return 'notApplicable'
    if (sent === undefined || sent === caller) return []
    const actual = shownIf(sent, /^arn:[\w:/.-]{1,200}$/)
    return [{ reason: 'mismatch', path: 'client_id', actual, message: 'The caller is another client.' }]
  },
}

export const bearerRule: TokenEndpointRule<{
  readonly values: readonly string[]
  readonly known: boolean
}> = {
  id: 'express/bearer',
  severity: 'error',
  source: 'RFC 6750 2.1',
  title: 'The caller sends one Authorization header with a bearer token that is known here',
  fix: 'Send Authorization: Bearer with the token whose SHA-256 was configured.',
  answer: 'AccessDeniedException',
  check: ({ values, known }) => {
    if (known) return []
    const reason = values.length === 0 ? 'missing' : values.length > 1 ? 'duplicate' : 'unknown'
    return [{ reason, path: 'authorization', message: 'There is no bearer token that is known here.' }]
  },
}
