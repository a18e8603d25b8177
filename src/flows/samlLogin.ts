import type { SamlIdentity } from '../core/identity.js'
import { accepted, FederationError, refused, type Verdict } from '../core/outcome.js'
import type { ReplayStore } from '../core/ports.js'
import { findingsOf, runRules } from '../core/rule.js'
import {
  DEFAULT_CLOCK_SKEW_SECONDS,
  samlReplayKeys,
  samlReplayRules,
  validateResponse,
  type ResponseExpectation,
} from '../saml/index.js'
import { claimed } from './claimed.js'

/** How long after its end an assertion is remembered at the least. */
const LEAST_KEPT_SECONDS = 300

/**
 * A sign-in by SAML: judges a Response as `validateResponse` does, and then uses it up. The assertion, and then the request
 * that it answers, are claimed last, each atomically, until the assertion has ended for every clock that is taken here; of any
 * number of presentations at once, in any wrapping, one is accepted. A store that is full or down refuses; an assertion that was
 * claimed before that stays used.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse; never for what the message is, nor for an outage
 *
 * @example
 * ```ts
 * import { samlLogin } from 'countersign/flows'
 * import type { ResponseExpectation } from 'countersign/saml'
 * import { memoryReplayStore } from 'countersign/stores'
 *
 * declare const SAMLResponse: string, expectation: ResponseExpectation
 * const replay = memoryReplayStore() // one for the whole process; of several processes, one that they share
 * const verdict = await samlLogin(SAMLResponse, expectation, { replay })
 * if (verdict.ok) console.log(verdict.value.nameID)
 * ```
 */
export async function samlLogin(
  message: Uint8Array | string,
  expectation: ResponseExpectation,
  ports: { readonly replay: ReplayStore },
): Promise<Verdict<SamlIdentity>> {
  if (typeof ports?.replay?.claim !== 'function')
    throw new FederationError('ERR_INVALID_OPTION', 'ports.replay must be a ReplayStore.')
  const verdict = validateResponse(message, expectation)
  if (!verdict.ok) return verdict
  const { now, clockSkewSeconds = DEFAULT_CLOCK_SKEW_SECONDS } = expectation
  // Processes that share the store may be set to other skews, as during a change of the setting.
  const expiresAt = verdict.value.notOnOrAfter + Math.max(clockSkewSeconds, LEAST_KEPT_SECONDS)
  for (const { of, key } of samlReplayKeys(verdict.value)) {
    const claim = await claimed(ports.replay, key, expiresAt, now)
    const [first, ...rest] = findingsOf(runRules(samlReplayRules, { claim, of }))
    if (first) return refused([first, ...rest, ...verdict.findings])
  }
  return accepted(verdict.value, verdict.findings)
}
