import { encodeBase64url, uuidFrom } from '../core/codec.js'
import type { User } from '../core/identity.js'
import { assertAccepted, FederationError } from '../core/outcome.js'
import type { RandomBytes } from '../core/ports.js'
import { startSignInSession } from '../directory/portal/index.js'
import { digestOf, secretFrom, startGrant } from '../oauth/index.js'
import {
  issueTokens,
  signInInstant,
  type Application,
  type Deployment,
  type IDTokenSettings,
  type IssuedTokens,
  type TokenKeys,
  type TrustedClaims,
  type TrustedTokenIssuer,
} from '../tti/index.js'
import { keyOf } from './grants/kept.js'

/** What is to be kept so that the tokens can be refreshed, in this order. */
export type PreparedRefresh = readonly {
  readonly key: string
  readonly value: object
  readonly expiresAt: number
}[]

/** All that an exchange has found out. */
export interface Exchanged {
  readonly deployment: Deployment & IDTokenSettings & { readonly tokenKeys: TokenKeys }
  readonly application: Application
  readonly issuer: TrustedTokenIssuer
  readonly user: User
  readonly claims: TrustedClaims
  readonly scopes: readonly string[]
  readonly now: number
}

/**
 * Makes the tokens of an exchange and the sign-in session behind them, whose id is the credential id (R319). Nothing is
 * kept yet: an exchange that fails later leaves no trace but the claimed token id.
 */
export async function preparedTokens(
  { deployment, application, issuer, user, claims, scopes, now }: Exchanged,
  durationSeconds: number,
  randomBytes: RandomBytes,
): Promise<{ readonly response: IssuedTokens; readonly refresh?: PreparedRefresh }> {
  const bytes = (count: number): Uint8Array => {
    const made = randomBytes(count)
    if (made.length === count) return Uint8Array.from(made)
    throw new FederationError('ERR_INVALID_OPTION', 'randomBytes must give as many bytes as it is asked for.')
  }
  const settings = { durationSeconds, extendedSessions: false }
  const session = assertAccepted(startSignInSession({ sessionID: uuidFrom(bytes(16)), user }, settings, now))
  const refreshToken = application.refreshTokenGrant ? secretFrom('aorv', bytes(32)) : undefined
  const contents = {
    deployment,
    application,
    user,
    scopes,
    now,
    credentialId: session.sessionID,
    authTime: signInInstant(claims.claims, now),
    sessionExpiresAt: session.expiresAt,
    actor: issuer.arn ?? issuer.issuerURL,
  }
  const response = await issueTokens(contents, deployment.tokenKeys, { refreshToken, identity: true })
  if (refreshToken === undefined) return { response }

  const refreshDigest = await digestOf('refresh-token', refreshToken)
  const wanted = { grantID: encodeBase64url(bytes(16)), clientId: application.arn, scopes, refreshDigest }
  const grant = assertAccepted(startGrant(wanted, { signIn: session, user }, now))
  const { expiresAt } = session
  const refresh = [
    { key: keyOf.signIn(session.sessionID), value: { session }, expiresAt },
    { key: keyOf.grant(grant.grantID), value: grant, expiresAt },
    { key: keyOf.refreshToken(refreshDigest), value: { grantID: grant.grantID }, expiresAt },
  ]
  return { response, refresh }
}
