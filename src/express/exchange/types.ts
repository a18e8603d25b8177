import type { Finding } from '../../core/outcome.js'
import type { IssuedTokens } from '../../tti/index.js'

/** What an exchange answered for the person who is signed in, and until when it is good. */
export interface ExchangedIdentity extends IssuedTokens {
  /** Epoch seconds. */
  readonly expiresAt: number
}

/** The end of one attempt. An outage says nothing of the person, and may be tried again; a refusal stands. */
export type ExchangeOutcome =
  | { readonly ok: true; readonly value: IssuedTokens }
  | { readonly ok: false; readonly outage: boolean; readonly findings: readonly [Finding, ...Finding[]] }

/** Where JWTs are exchanged: `localExchange`, `identityCenterExchange`, or one of your own. */
export interface IdentityExchange {
  /** The application that exchanges, as the exchange knows it: what it answers is kept under this name. */
  readonly clientId: string
  /** Exchanges one JWT, once, in bounded time. What it throws is an outage. */
  exchange(jwt: string): Promise<ExchangeOutcome>
}
