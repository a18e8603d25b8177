import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../../src/core/index.js'
import {
  endedSignIn,
  exceptions,
  firstPoll,
  nextPoll,
  readTokenResponse,
  unreachableServer,
  type ExceptionName,
  type PollStep,
  type Tokens,
} from '../../../src/oauth/index.js'

const NOW = 1_800_000_000
const refusal = (name: ExceptionName): Verdict<Tokens> => {
  const { status, error } = exceptions[name]
  const body = JSON.stringify({ error })
  return readTokenResponse({ status, headers: { 'content-type': 'application/json' }, body }, NOW)
}
const said = (step: PollStep): unknown =>
  step.wait
    ? [step.poll.intervalSeconds, step.poll.nextAt - NOW]
    : step.verdict.findings.map(({ rule, reason }) => `${rule} ${reason}`)
const poll = { intervalSeconds: 5, expiresAt: NOW + 600, nextAt: NOW }

describe('nextPoll', () => {
  it.each<[string, Verdict<Tokens>, unknown]>([
    ['waits while the person decides', refusal('AuthorizationPendingException'), [5, 5]],
    ['slows down for good', refusal('SlowDownException'), [10, 10]],
    ['asks less often a server that fails', refusal('InternalServerException'), [10, 10]],
    ['asks less often a network that fails', unreachableServer('network', 'ECONNRESET'), [10, 10]],
    ['asks less often when no answer comes', unreachableServer('timeout'), [10, 10]],
    ['follows no redirect', unreachableServer('redirect'), ['sign-in/unreachable redirect']],
    ['ends when called off', endedSignIn('aborted'), ['sign-in/ended aborted']],
    ['ends when refused', refusal('AccessDeniedException'), ['sign-in/exception access-denied']],
  ])('%s', (_, outcome, expected) => {
    expect(said(nextPoll(poll, outcome, NOW))).toEqual(expected)
  })

  it('ends with every other exception, and with tokens', () => {
    const going = ['AuthorizationPendingException', 'SlowDownException', 'InternalServerException']
    for (const name of Object.keys(exceptions) as ExceptionName[])
      expect(nextPoll(poll, refusal(name), NOW).wait).toBe(going.includes(name))
    const tokens: Verdict<Tokens> = {
      ok: true,
      findings: [],
      value: { accessToken: 'a', tokenType: 'Bearer', expiresAt: NOW + 1 },
    }
    expect(nextPoll(poll, tokens, NOW)).toEqual({ wait: false, verdict: tokens })
  })

  it('ends with the codes, at the second', () => {
    const pending = refusal('AuthorizationPendingException')
    expect(said(nextPoll(poll, pending, NOW + 594))).toEqual([5, 599])
    expect(said(nextPoll(poll, pending, NOW + 595))).toEqual(['sign-in/device-expiry expired'])
    expect(said(firstPoll({ expiresAt: NOW + 5, intervalSeconds: 5 }, NOW))).toEqual([
      'sign-in/device-expiry expired',
    ])
    expect(said(firstPoll({ expiresAt: NOW + 6, intervalSeconds: 5 }, NOW))).toEqual([5, 5])
  })

  it('never polls sooner than it may, nor after the end, and always comes to an end', () => {
    const outcome = fc.constantFrom(
      refusal('AuthorizationPendingException'),
      refusal('SlowDownException'),
      refusal('InternalServerException'),
      unreachableServer('timeout'),
    )
    fc.assert(
      fc.property(
        fc.array(outcome, { minLength: 1 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 0, max: 7 }),
        (outcomes, interval, late) => {
          let step = firstPoll({ expiresAt: NOW + 600, intervalSeconds: interval }, NOW)
          let [least, now, polls] = [interval, NOW, 0]
          for (; step.wait; polls++) {
            expect(step.poll.intervalSeconds).toBeGreaterThanOrEqual(least)
            expect(step.poll.nextAt - now).toBe(step.poll.intervalSeconds)
            expect(step.poll.nextAt).toBeLessThan(NOW + 600)
            least = step.poll.intervalSeconds
            now = step.poll.nextAt + late
            step = nextPoll(step.poll, outcomes[polls % outcomes.length]!, now)
          }
          expect(polls).toBeLessThanOrEqual(600)
        },
      ),
    )
  })
})
