import type { User } from '../../core/identity.js'
import type { AsyncSigner, Signer } from '../../core/ports.js'
import type { Application, Deployment } from '../application.js'
import type { SealingKey } from './seal.js'

/** How long the tokens of one exchange live (as in the API's examples). */
export const TOKEN_LIFETIME_SECONDS = 3600

/** The exchange's own keys: one kind to seal what only it reads, one to sign ID tokens. */
export interface TokenKeys {
  readonly sealing: readonly [SealingKey, ...SealingKey[]]
  /** RSA with SHA-256; `keyID` becomes the ID token's `kid`. */
  readonly signer: Signer | AsyncSigner
}

/** What of its ID tokens an exchange may choose. */
export interface IDTokenSettings {
  /**
   * How the ID token says when the person signed in (`auth_time`). Default `date-time`, a text as in Identity Center's;
   * `seconds` is the number that OpenID Connect Core 2 demands, without which its clients refuse the token.
   */
  readonly idTokenAuthTime?: 'date-time' | 'seconds'
}

/** All that decides what the tokens of one exchange say. */
export interface TokenContents {
  readonly deployment: Deployment & IDTokenSettings
  readonly application: Application
  readonly user: User
  readonly scopes: readonly string[]
  readonly now: number
  /** A UUID, of the sign-in session: ties together what this sign-in did (R294, R319). */
  readonly credentialId: string
  /** When the person signed in, in epoch seconds. */
  readonly authTime: number
  /** When the sign-in session ends: no token outlives it. */
  readonly sessionExpiresAt: number
  /** Who vouches for the person, as the ID token's `act.sub`: a trusted token issuer. */
  readonly actor?: string
}

/** When the tokens end: within the hour, and with the sign-in session. */
export function tokenExpiry({ now, sessionExpiresAt }: TokenContents): number {
  return Math.min(now + TOKEN_LIFETIME_SECONDS, sessionExpiresAt)
}
