import { FederationError, refused, type Finding, type Verdict } from '../../core/outcome.js'
import { findingsOf, runRules, type Rule } from '../../core/rule.js'
import type { DeviceCodes } from './deviceAuthorization.js'
import { readArguments, readNow } from './forms.js'
import * as members from './members.js'
import type { Tokens } from './token.js'

/** How a device sign-in is waited for: plain data. */
export interface DevicePoll {
  /** The least time between two polls from now on. */
  readonly intervalSeconds: number
  /** Epoch seconds: the first instant at which no poll is of use. */
  readonly expiresAt: number
  /** Epoch seconds: when to poll next, not before. */
  readonly nextAt: number
}

export type PollStep =
  | { readonly wait: true; readonly poll: DevicePoll; readonly verdict?: never }
  | { readonly wait: false; readonly poll?: never; readonly verdict: Verdict<Tokens> }

/** What a `slow_down` adds to the interval, for this poll and all that follow (RFC 8628 3.5). */
const SLOW_DOWN_SECONDS = 5

/** The first poll comes one interval after the codes were given. */
export function firstPoll(
  authorization: Pick<DeviceCodes, 'expiresAt' | 'intervalSeconds'>,
  now: number,
): PollStep {
  const { expiresAt, intervalSeconds } = readArguments(authorization, {
    expiresAt: members.instant,
    intervalSeconds: members.seconds,
  })
  return step(expiresAt, intervalSeconds, readNow(now))
}

/**
 * What follows one poll, given what the server answered and when (RFC 8628 3.5; attack O13). While the person has not decided,
 * one waits the interval; `slow_down` adds 5 seconds to it for good; when the server cannot be reached or cannot answer, it
 * doubles; whatever else the server says ends the sign-in, and so does the end of the codes.
 *
 * @param outcome - what `readTokenResponse` made of the answer, or `unreachableServer` made of the lack of one
 * @param now - when it came, in epoch seconds
 * @throws FederationError `ERR_INVALID_OPTION` for arguments that do not have their form
 *
 * @example
 * ```ts
 * import { firstPoll, nextPoll, type DeviceCodes, type Tokens } from 'countersign/oauth'
 * import type { Verdict } from 'countersign'
 *
 * declare const authorization: DeviceCodes
 * declare const now: () => number, pollAt: (instant: number) => Promise<Verdict<Tokens>>
 * let step = firstPoll(authorization, now())
 * while (step.wait) step = nextPoll(step.poll, await pollAt(step.poll.nextAt), now())
 * console.log(step.verdict.ok)
 * ```
 */
export function nextPoll(poll: DevicePoll, outcome: Verdict<Tokens>, now: number): PollStep {
  const { intervalSeconds, expiresAt } = readArguments(poll, {
    intervalSeconds: members.seconds,
    expiresAt: members.instant,
    nextAt: members.instant,
  })
  const came = readNow(now)
  switch (meaningOf(outcome)) {
    case 'pending':
      return step(expiresAt, intervalSeconds, came)
    case 'slow-down':
      return step(expiresAt, intervalSeconds + SLOW_DOWN_SECONDS, came)
    case 'unavailable':
      return step(expiresAt, intervalSeconds * 2, came)
    case 'final':
      return { wait: false, verdict: outcome }
  }
}

interface PollSubject {
  readonly nextAt: number
  readonly expiresAt: number
}

export const pollRules: readonly Rule<PollSubject>[] = [
  {
    id: 'sign-in/device-expiry',
    severity: 'error',
    source: 'RFC 8628 3.5; attack O13',
    title: 'The person decides before the codes end',
    fix: 'Begin anew, and enter the new code within its time.',
    check: ({ nextAt, expiresAt }) =>
      nextAt < expiresAt
        ? []
        : [{ reason: 'expired', path: 'expiresIn', message: 'The codes end before the next poll.' }],
  },
]

function step(expiresAt: number, intervalSeconds: number, now: number): PollStep {
  const nextAt = now + intervalSeconds
  const [first, ...rest] = findingsOf(runRules(pollRules, { nextAt, expiresAt }))
  return first
    ? { wait: false, verdict: refused([first, ...rest]) }
    : { wait: true, poll: { intervalSeconds, expiresAt, nextAt } }
}

type Meaning = 'pending' | 'slow-down' | 'unavailable' | 'final'

function meaningOf(outcome: Verdict<Tokens>): Meaning {
  try {
    if (outcome.ok === true) return 'final'
    const errors = outcome.findings.filter(({ severity }) => severity === 'error')
    const [first] = errors
    if (outcome.ok === false && first) return errors.length === 1 ? meaningOfOne(first) : 'final'
  } catch {
    // Not what this package makes.
  }
  throw new FederationError('ERR_INVALID_OPTION', 'The outcome of a poll is a verdict.')
}

function meaningOfOne({ rule, reason }: Finding): Meaning {
  if (rule === 'sign-in/unavailable') return 'unavailable'
  if (rule === 'sign-in/unreachable')
    return reason === 'network' || reason === 'timeout' ? 'unavailable' : 'final'
  if (rule !== 'sign-in/exception') return 'final'
  if (reason === 'authorization-pending') return 'pending'
  if (reason === 'slow-down') return 'slow-down'
  return reason === 'server-error' ? 'unavailable' : 'final'
}
