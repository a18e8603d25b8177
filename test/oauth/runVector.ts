import type { Verdict } from '../../src/core/index.js'
import { failingRules, verdictOf } from '../../src/core/rule.js'
import * as oauth from '../../src/oauth/index.js'
import type { Vector } from '../vectors/generate.js'

/** A vector's input: what was sent, what is kept, and the world; JSON whose shape its subject tells. */
interface Input {
  readonly request?: unknown
  readonly state?: unknown
  readonly context?: Readonly<Record<string, unknown>>
}

export interface Run {
  readonly verdict: Verdict<unknown>
  /** What a vector's `value` is compared with: of a step the state and the grant to revoke, also where it refuses. */
  readonly facts: unknown
}

/** Runs one vector through the public functions. */
export async function runVector({ subject, input, now }: Vector): Promise<Run> {
  const runner = runners[subject]
  if (!runner) throw new Error(`No runner for ${subject}.`)
  return runner(as<never>(input), now)
}

type Runner = (input: never, now: number) => Run | Promise<Run>

const told = (verdict: Verdict<unknown>): Run => ({ verdict, facts: verdict.ok ? verdict.value : undefined })
const stepped = ({ outcome, state, revoke }: oauth.Step<unknown, unknown>): Run => ({
  verdict: outcome,
  facts: { state, ...(revoke === undefined ? {} : { revoke }) },
})
const as = <T>(value: unknown): T => value as T

const runners: Readonly<Record<string, Runner>> = {
  registration: ({ request, context }: Input, now) =>
    told(oauth.registerClient(request, as({ ...context, now }))),
  clientProof: ({ request, state }: Input, now) => {
    const { grantType, ...sent } = request as { clientId: string; secretDigest: string; grantType: string }
    const outcomes = failingRules(oauth.clientRules, { ...sent, client: as<never>(state), now })
    const granted = state === undefined ? [] : failingRules([oauth.clientGrantRule], { client: as<never>(state), grantType: as<never>(grantType) }) // prettier-ignore
    return told(verdictOf([...outcomes, ...granted], () => ({})))
  },
  authorize: ({ parameters, client }: { parameters: never; client?: never }) => {
    const { verdict, redirect } = oauth.validateAuthorizationRequest(parameters, client)
    if (verdict.ok) return { verdict, facts: { request: verdict.value, redirect } }
    // Without a redirect the answer is a page, whatever the finding.
    const error = redirect ? oauth.authorizationError(verdict.findings) : 'page'
    return { verdict, facts: { error, redirect } }
  },
  consent: ({ decision }: { decision: 'approve' | 'deny' }) =>
    told(verdictOf(failingRules(oauth.consentRules, { decision }), () => ({}))),
  callback: ({ callback, expectation }: { callback: string; expectation: never }) =>
    told(oauth.readCallback(callback, expectation)),
  profile: ({ config, name }: { config: string; name: string }) => told(oauth.readSSOProfile(config, name)),
  deviceRequest: ({ request, context }: Input) => {
    const subject = { request, instanceURLs: as<string[]>(context?.['instanceURLs']) }
    const outcomes = [
      ...failingRules(oauth.deviceRequestRules, subject),
      ...failingRules(oauth.startURLRules, subject),
    ]
    return told(verdictOf(outcomes, () => ({})))
  },
  userCode: ({ state, decision, context }: Input & { decision?: 'approve' | 'deny' }, now) =>
    stepped(
      decision === undefined
        ? oauth.findDevice(as(state), now)
        : oauth.decideDevice(decision, as(state), as({ ...context, now })),
    ),
  devicePoll: ({ request, state, context }: Input, now) => {
    const { clientId } = request as { clientId: string }
    return stepped(oauth.pollDevice(clientId, as(state), as({ ...context, now })))
  },
  attempt: ({ state, context }: Input, now) => stepped(oauth.countAttempt(as(state), as(context), now)),
  tokenRequest: ({ request }: Input) => told(oauth.readTokenRequest(request)),
  codeRedemption: async ({ request, state, context }: Input, now) => {
    const { codeVerifier } = request as oauth.CodeRedemption
    const challenge = await oauth.challengeOf(codeVerifier ?? '')
    return stepped(oauth.redeemCode(as(request), as(state), as({ ...context, now, challenge })))
  },
  refresh: ({ request, state, context }: Input, now) =>
    stepped(oauth.refreshGrant(as(request), as(state), as({ ...context, now }))),
  resource: ({ state, context }: Input, now) =>
    told(oauth.checkAccessToken(as({ ...(state as object), ...context, now }))),
}
