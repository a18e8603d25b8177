import type { ClaimOutcome } from '../../core/ports.js'
import type { ExchangeRule } from '../rule.js'

/** The token once more, at the instant at which it is used up: ports may have been slow. */
export const claimTimeRules: readonly ExchangeRule<{ readonly at: number; readonly expiresAt: number }>[] = [
  {
    id: 'tti/expired-meanwhile',
    severity: 'error',
    source: 'R258; attack R06',
    title: 'The token has not expired while it was judged',
    fix: 'Get a fresh token; and see which of directory, key source or signer was slow.',
    answer: 'InvalidGrantException',
    check: ({ at, expiresAt }) =>
      at < expiresAt
        ? []
        : [
            {
              reason: 'expired',
              path: 'claims.exp',
              message: 'The token expired while the exchange was under way.',
            },
          ],
  },
]

export const replayRules: readonly ExchangeRule<{ readonly claim: ClaimOutcome }>[] = [
  {
    id: 'tti/replay',
    severity: 'error',
    source: 'R262; R263; attacks R01, R02',
    title: 'A token is exchanged once',
    fix: 'Get a fresh token from the identity provider for each exchange, and keep what the exchange answered.',
    answer: 'InvalidGrantException',
    check: ({ claim }) =>
      claim === 'already' ? [{ reason: 'already', message: 'The token has been exchanged before.' }] : [],
  },
  {
    id: 'tti/replay-store',
    severity: 'error',
    source: 'R263; attacks R08, R09',
    title: 'The replay store remembers the token',
    fix: 'Bring the replay store back, or give it room: without it no token is exchanged.',
    answer: 'InternalServerException',
    check: ({ claim }) => {
      if (claim === 'claimed' || claim === 'already') return []
      return [
        {
          reason: claim === 'full' ? 'full' : 'unavailable',
          message: 'The replay store could not take the token.',
        },
      ]
    },
  },
]

/** What an exchange leans on and cannot answer without. */
export type PortName = 'directory' | 'keys' | 'tokens' | 'state'

export interface PortFailure {
  readonly port: PortName
  /** The failure's kind, such as an error code; never its text, which may hold secrets. */
  readonly cause: string
}

export const portRules: readonly ExchangeRule<PortFailure>[] = [
  {
    id: 'tti/port',
    severity: 'error',
    source: 'attack R09',
    title: 'Directory, key source, signer and state store answer',
    fix: 'See the log of the service that is named: the exchange refuses until it answers.',
    answer: 'InternalServerException',
    check: ({ port, cause }) => [
      { reason: port, actual: cause, message: `The exchange needs its ${portNames[port]}, which failed.` },
    ],
  },
]

const portNames: Readonly<Record<PortName, string>> = {
  directory: 'directory',
  keys: 'source of issuer keys',
  tokens: 'signing and sealing keys',
  state: 'state store',
}
