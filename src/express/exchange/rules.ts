import type { Rule, RuleRow } from '../../core/rule.js'
import { findingOf } from '../../core/rule.js'
import type { Finding } from '../../core/outcome.js'

export interface ExchangedSubject {
  /** Where the exchange of this session stands. */
  readonly state:
    'exchanged' | 'expired' | 'token-expired' | 'no-token' | 'pending' | 'gone' | 'conflict' | 'not-kept'
}

/** What a request of somebody who is signed in needs of the exchange. */
export const exchangedRules: readonly Rule<ExchangedSubject>[] = [
  {
    id: 'express/exchange-token',
    severity: 'error',
    source: 'R265; DESIGN: exactly once',
    title:
      'Whoever signed in came with a JWT that can be exchanged, and it has not been spent on another application',
    fix: 'Sign people in with oidcSignIn where their identity is to be exchanged, and mount one exchangeIdentity for each app.',
    check: ({ state }) =>
      state === 'no-token'
        ? [{ reason: 'missing', message: 'The session has no JWT that could be exchanged.' }]
        : [],
  },
  {
    id: 'express/exchange-alive',
    severity: 'error',
    source: 'R216; R225',
    title: 'Neither the JWT nor what the exchange answered for it has expired',
    fix: 'Sign in again: a JWT is exchanged once, while it lives, so that a new answer needs a new sign-in.',
    check: ({ state }) => {
      if (state === 'expired')
        return [{ reason: 'expired', message: 'What the exchange answered has expired.' }]
      return state === 'token-expired'
        ? [{ reason: 'token-expired', message: 'The JWT had expired before anything needed it.' }]
        : []
    },
  },
  {
    id: 'express/exchange-kept',
    severity: 'error',
    source: 'DESIGN: exactly once',
    title: 'The exchange of a session ends in bounded time, and its answer is kept with the session',
    fix: 'pending: see why the exchange is slow. gone: sign in again. Otherwise see the store of sessions.',
    check: ({ state }) =>
      state === 'pending' || state === 'gone' || state === 'conflict' || state === 'not-kept'
        ? [{ reason: state, message: 'The answer of the exchange could not be waited for, or not kept.' }]
        : [],
  },
]

export interface AnswerSubject {
  /** The name of an exception of CreateTokenWithIAM. */
  readonly exception?: string | undefined
  /** Why there is no answer that can be read. */
  readonly failure?:
    | {
        readonly reason: 'timeout' | 'network' | 'service' | 'malformed' | 'threw'
        readonly actual?: string | undefined
      }
    | undefined
}

/** What came back of an exchange elsewhere. */
export const exchangeAnswerRules: readonly Rule<AnswerSubject>[] = [
  {
    id: 'express/exchange-refused',
    severity: 'error',
    source: 'R212; R266',
    title: 'The exchange takes the JWT of whoever signed in',
    fix: 'See the possible causes that come with this finding; AWS does not say which it is. After a change, sign in again.',
    check: ({ exception }) =>
      exception === undefined
        ? []
        : [{ reason: kebab(exception), actual: exception, message: 'Identity Center refused the exchange.' }],
  },
  {
    id: 'express/exchange-unavailable',
    severity: 'error',
    source: 'R212; DESIGN: an outage refuses',
    title: 'The exchange answers',
    fix: 'See the reason: the network to Identity Center, its Region and endpoint, or the AWS credentials of this app.',
    check: ({ failure }) =>
      failure === undefined
        ? []
        : [
            {
              reason: failure.reason,
              actual: failure.actual,
              message: 'The exchange gave no answer that can be used.',
            },
          ],
  },
]

const possibleCause = {
  reason: 'possible-cause',
  message: 'This may be why: AWS answers all of them alike.',
} as const

/** A rule that may be what a bare refusal is about. */
export function possible(rule: RuleRow): Finding {
  return findingOf(
    { ...rule, severity: 'warning' },
    { ...possibleCause, message: `${possibleCause.message} ${rule.title}.` },
  )
}

function kebab(exception: string): string {
  return exception
    .replace(/Exception$/, '')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-')
    .toLowerCase()
}

export const exchangeIdentityRules: readonly RuleRow[] = [...exchangedRules, ...exchangeAnswerRules]
