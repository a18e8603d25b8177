import { FederationError, refused, type Verdict } from '../../core/outcome.js'
import { findingOf, type RuleRow } from '../../core/rule.js'
import { shown } from '../../core/shown.js'

/** Why no answer of a server came. */
export type UnreachableReason = 'network' | 'timeout' | 'redirect' | 'too-large'

/** Why a sign-in ended on our side of the wire. */
export type EndReason = 'aborted' | 'timeout' | 'registration-expired' | 'no-refresh-token'

/** What the network and the person, not the server, can refuse. */
export const endedRows = {
  unreachable: {
    id: 'sign-in/unreachable',
    severity: 'error',
    source: 'RFC 8628 3.5; RFC 9700 4.12',
    title: 'The server can be reached, and answers in time, in bounds and without a redirect',
    fix: 'Check the endpoint, the network and its proxy, and try again.',
  },
  ended: {
    id: 'sign-in/ended',
    severity: 'error',
    source: 'RFC 8252 8.10; R228',
    title: 'The person finishes the sign-in, and what it rests on is alive',
    fix: 'Sign in again.',
  },
} as const satisfies Record<string, RuleRow>

const unreachableMessages: Readonly<Record<UnreachableReason, string>> = {
  network: 'The server cannot be reached.',
  timeout: 'The server did not answer in time.',
  redirect: 'The server redirects, which is not followed: what is sent holds secrets.',
  'too-large': 'The answer is larger than any of this protocol.',
}

const endMessages: Readonly<Record<EndReason, string>> = {
  aborted: 'The sign-in was called off.',
  timeout: 'Nobody finished the sign-in in time.',
  'registration-expired': 'The registration of the client has ended.',
  'no-refresh-token': 'There is no refresh token to go on with.',
}

/**
 * The verdict in place of an answer that never came.
 *
 * @param detail - such as `ECONNREFUSED`
 * @throws FederationError `ERR_INVALID_OPTION` for a reason that is none
 */
export function unreachableServer(reason: UnreachableReason, detail?: string): Verdict<never> {
  const message = messageOf(unreachableMessages, reason)
  const actual = typeof detail === 'string' ? shown(detail, 60) : undefined
  return refused([findingOf(endedRows.unreachable, { reason, path: 'network', actual, message })])
}

/**
 * The verdict of a sign-in that is over before the server decided.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for a reason that is none
 */
export function endedSignIn(reason: EndReason): Verdict<never> {
  return refused([findingOf(endedRows.ended, { reason, message: messageOf(endMessages, reason) })])
}

function messageOf(messages: Readonly<Record<string, string>>, reason: unknown): string {
  const message = typeof reason === 'string' && Object.hasOwn(messages, reason) ? messages[reason] : undefined
  if (message !== undefined) return message
  throw new FederationError('ERR_INVALID_OPTION', `reason: one of ${Object.keys(messages).join(', ')}.`)
}
