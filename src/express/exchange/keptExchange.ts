import { isObject, type JsonObject } from '../../core/json.js'
import type { Finding } from '../../core/outcome.js'
import type { SessionContent } from '../sessionEntry.js'
import type { SessionChange } from '../updateSession.js'
import type { ExchangedIdentity } from './types.js'

/** Where the exchange of one session stands, as it is kept with the session. */
export type KeptExchange =
  | { readonly status: 'none' }
  /** Somebody exchanges, and has until then (epoch seconds) to say how it ended. */
  | { readonly status: 'pending'; readonly by: string; readonly until: number }
  | { readonly status: 'exchanged'; readonly answer: ExchangedIdentity }
  | { readonly status: 'refused'; readonly findings: readonly [Finding, ...Finding[]] }

const nameOf = (clientId: string): string => `exchange ${clientId}`

/** What is kept for an application; what has another form counts as nothing. */
export function keptExchange({ kept }: SessionContent, clientId: string): KeptExchange {
  const found = kept?.[nameOf(clientId)]
  if (!isObject(found)) return { status: 'none' }
  const { status, by, until, answer, findings } = found
  if (status === 'pending' && typeof by === 'string' && typeof until === 'number')
    return { status, by, until }
  if (status === 'exchanged' && isAnswer(answer)) return { status, answer }
  if (status === 'refused' && areFindings(findings)) return { status, findings }
  return { status: 'none' }
}

/**
 * The session with another state of its exchange. Once the exchange has ended the JWT is spent, and is no longer kept: what is not
 * kept is not stolen.
 */
export function withExchange(
  { kept, idToken }: SessionContent,
  clientId: string,
  exchange: KeptExchange,
): SessionChange {
  const name = nameOf(clientId)
  const others = Object.fromEntries(Object.entries(kept ?? {}).filter(([other]) => other !== name))
  const ended = exchange.status === 'exchanged' || exchange.status === 'refused'
  return {
    ...(idToken === undefined || ended ? {} : { idToken }),
    kept: exchange.status === 'none' ? others : { ...others, [name]: exchange as unknown as JsonObject },
  }
}

function isAnswer(answer: unknown): answer is ExchangedIdentity {
  return (
    isObject(answer) &&
    typeof answer['accessToken'] === 'string' &&
    typeof answer['expiresAt'] === 'number' &&
    Array.isArray(answer['scope'])
  )
}

function areFindings(findings: unknown): findings is readonly [Finding, ...Finding[]] {
  return (
    Array.isArray(findings) &&
    findings.length > 0 &&
    findings.every((finding) => isObject(finding) && typeof finding['rule'] === 'string')
  )
}
