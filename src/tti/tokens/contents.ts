import type { User } from '../../core/identity.js'
import type { AsyncSigner, Signer } from '../../core/ports.js'
import type { Application, Deployment } from '../application.js'
import type { TrustedClaims, TrustedTokenIssuer } from '../types.js'
import type { SealingKey } from './seal.js'

/** How long the tokens of one exchange live (as in the API's examples). */
export const TOKEN_LIFETIME_SECONDS = 3600

/** The exchange's own keys: one kind to seal what only it reads, one to sign ID tokens. */
export interface TokenKeys {
  readonly sealing: readonly [SealingKey, ...SealingKey[]]
  /** RSA with SHA-256; `keyID` becomes the ID token's `kid`. */
  readonly signer: Signer | AsyncSigner
}

/** All that decides what the tokens of one exchange say. */
export interface TokenContents {
  readonly deployment: Deployment
  readonly application: Application
  readonly issuer: TrustedTokenIssuer
  readonly user: User
  readonly claims: TrustedClaims
  readonly scopes: readonly string[]
  readonly now: number
  /** A UUID, new for each exchange: ties together what this sign-in did (R294, R319). */
  readonly credentialId: string
}
