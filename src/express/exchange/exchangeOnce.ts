import { encodeBase64url } from '../../core/codec.js'
import { isObject } from '../../core/json.js'
import type { Finding } from '../../core/outcome.js'
import { failingRules, findingsOf } from '../../core/rule.js'
import type { House } from '../house.js'
import type { AppRequest } from '../http.js'
import type { SessionContent } from '../sessionEntry.js'
import type { AppSessions } from '../sessions.js'
import type { SessionUpdate } from '../updateSession.js'
import { keptExchange, withExchange, type KeptExchange } from './keptExchange.js'
import { exchangeAnswerRules, type AnswerSubject } from './rules.js'
import type { ExchangeOutcome, IdentityExchange } from './types.js'

export interface ExchangeSettings {
  readonly sessions: AppSessions
  readonly exchange: IdentityExchange
  readonly waitSeconds: number
  readonly house: House
}

/** How the exchange of a session ended, for every request that waited for it. */
export type Exchanged =
  | Extract<KeptExchange, { status: 'exchanged' | 'refused' }>
  | { readonly status: 'outage'; readonly findings: readonly Finding[]; readonly cause?: unknown }
  | { readonly status: 'store'; readonly cause?: unknown }
  | { readonly status: 'pending' | 'gone' | 'conflict' | 'not-kept' | 'no-token' | 'token-expired' }

const FIRST_PAUSE_MS = 25
const LONGEST_PAUSE_MS = 400
/** How much longer a claim holds than an exchange may take: for the store, and for clocks that differ. */
const GRACE_SECONDS = 15

/**
 * Exchanges the JWT of a session unless somebody has, or waits for whoever does. The right to exchange is claimed by
 * compare-and-set in the session's entry, so that of all hosts one has it. Whoever dies with it loses it after a while; the JWT
 * may be spent by then, which the exchange says.
 */
export async function exchangeOnce(request: AppRequest, settings: ExchangeSettings): Promise<Exchanged> {
  const { waitSeconds } = settings
  let waitedMs = 0
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    const turn = await claim(request, settings)
    if (turn !== 'wait')
      return typeof turn === 'string'
        ? { status: turn }
        : 'jwt' in turn
          ? exchangeClaimed(request, turn, settings)
          : turn
    if (waitedMs >= waitSeconds * 1000) return { status: 'pending' }
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    waitedMs += pauseMs
  }
}

interface Claim {
  readonly by: string
  readonly jwt: string
}

/** Claims the exchange, finds how it ended, or that it is under way. */
async function claim(
  request: AppRequest,
  settings: ExchangeSettings,
): Promise<Claim | Exchanged | 'wait' | 'no-token' | 'token-expired'> {
  const { sessions, exchange, house, waitSeconds } = settings
  const by = encodeBase64url(house.randomBytes(16))
  const now = house.now()
  const isFree = (content: SessionContent): boolean => {
    const kept = keptExchange(content, exchange.clientId)
    return (
      content.idToken !== undefined &&
      isAlive(content, now) &&
      (kept.status === 'none' || (kept.status === 'pending' && kept.until <= now))
    )
  }
  const updated = await sessions.update(request, (content) =>
    isFree(content)
      ? withExchange(content, exchange.clientId, {
          status: 'pending',
          by,
          until: now + waitSeconds + GRACE_SECONDS,
        })
      : undefined,
  )
  if (!updated.ok) return notUpdated(updated)
  const kept = keptExchange(updated.content, exchange.clientId)
  const { idToken } = updated.content
  if (kept.status === 'exchanged' || kept.status === 'refused') return kept
  if (idToken === undefined) return 'no-token'
  // What is free and was not claimed is so because its JWT has expired.
  if (kept.status === 'none' || (kept.by !== by && kept.until <= now)) return 'token-expired'
  return kept.by === by ? { by, jwt: idToken } : 'wait'
}

/** Whether the JWT of the session lives; asking with one that does not would only be refused. */
function isAlive({ identity }: SessionContent, now: number): boolean {
  return identity.protocol !== 'oidc' || now < identity.expiresAt
}

/** Exchanges, and keeps how it ended; after an outage the claim is given back. */
async function exchangeClaimed(
  request: AppRequest,
  { by, jwt }: Claim,
  settings: ExchangeSettings,
): Promise<Exchanged> {
  const { sessions, exchange, house } = settings
  const { outcome, cause } = await attempt(jwt, settings)
  const ended: KeptExchange = outcome.ok
    ? { status: 'exchanged', answer: { ...outcome.value, expiresAt: house.now() + outcome.value.expiresIn } }
    : outcome.outage
      ? { status: 'none' }
      : { status: 'refused', findings: mainFindings(outcome.findings) }
  const updated = await keptAtLast(() =>
    sessions.update(request, (content) => {
      const kept = keptExchange(content, exchange.clientId)
      const mine = kept.status === 'pending' && kept.by === by
      // An answer that comes late, after another has tried in vain, is still that of this person.
      const late = outcome.ok && kept.status !== 'exchanged'
      return mine || late ? withExchange(content, exchange.clientId, ended) : undefined
    }),
  )
  if (!outcome.ok && outcome.outage) return { status: 'outage', findings: outcome.findings, cause }
  if (!updated.ok) return notUpdated(updated)
  const kept = keptExchange(updated.content, exchange.clientId)
  // Only what is kept is given out, so that every request of the session is given the same.
  if (kept.status === 'exchanged') return kept
  return outcome.ok ? { status: 'conflict' } : { status: 'refused', findings: outcome.findings }
}

/** The JWT is spent: its answer is worth more than one try. */
async function keptAtLast(update: () => Promise<SessionUpdate>): Promise<SessionUpdate> {
  let updated = await update()
  for (let more = 2; more > 0 && !updated.ok && updated.reason === 'unavailable'; more--) {
    await new Promise((resolve) => setTimeout(resolve, LONGEST_PAUSE_MS))
    updated = await update()
  }
  return updated
}

/** One call of the exchange, in bounded time whatever it does. */
async function attempt(
  jwt: string,
  { exchange, waitSeconds }: ExchangeSettings,
): Promise<{ readonly outcome: ExchangeOutcome; readonly cause?: unknown }> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<ExchangeOutcome>((resolve) => {
    timer = setTimeout(() => resolve(failed({ reason: 'timeout' })), waitSeconds * 1000)
  })
  try {
    const outcome: unknown = await Promise.race([exchange.exchange(jwt), late])
    return { outcome: isOutcome(outcome) ? outcome : failed({ reason: 'malformed' }) }
  } catch (cause) {
    return { outcome: failed({ reason: 'threw' }), cause }
  } finally {
    clearTimeout(timer)
  }
}

/** Whether an exchange of the app's own answers as exchanges do: what says neither yes nor no is an outage. */
function isOutcome(outcome: unknown): outcome is ExchangeOutcome {
  if (!isObject(outcome)) return false
  const { ok, value, outage, findings } = outcome
  if (ok === false) return typeof outage === 'boolean' && Array.isArray(findings) && findings.length > 0
  if (ok !== true || !isObject(value)) return false
  const { accessToken, expiresIn, scope } = value
  return typeof accessToken === 'string' && accessToken !== '' && isSeconds(expiresIn) && Array.isArray(scope)
}

function isSeconds(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
}

function failed(failure: NonNullable<AnswerSubject['failure']>): ExchangeOutcome {
  const [first, ...rest] = findingsOf(failingRules(exchangeAnswerRules, { failure }))
  if (!first) throw new Error('A failure of the exchange broke no rule.')
  return { ok: false, outage: true, findings: [first, ...rest] }
}

/** What is kept of a refusal: what is sure, not the list of what might be the cause. */
function mainFindings(findings: readonly [Finding, ...Finding[]]): readonly [Finding, ...Finding[]] {
  const [first, ...rest] = findings.filter(({ severity }) => severity === 'error').slice(0, 20)
  return [first ?? findings[0], ...rest]
}

function notUpdated(updated: Extract<SessionUpdate, { ok: false }>): Exchanged {
  switch (updated.reason) {
    case 'unavailable':
      return { status: 'store', cause: updated.cause }
    case 'gone':
      return { status: 'gone' }
    case 'conflict':
      return { status: 'conflict' }
    default:
      return { status: 'not-kept' }
  }
}
