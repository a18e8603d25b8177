import { encodeBase64url, encodeUtf8, sha256, uuidFrom } from '../../core/codec.js'
import { FederationError } from '../../core/outcome.js'
import { tokenTypes, type CreateTokenWithIAMResponse } from '../../oauth/wire.js'
import { sealAccessToken } from './accessToken.js'
import { TOKEN_LIFETIME_SECONDS, type TokenContents, type TokenKeys } from './contents.js'
import { sealContext } from './contextAssertion.js'
import { signIDToken } from './idToken.js'

/** What an exchange answers: CreateTokenWithIAM's response. */
export type IssuedTokens = CreateTokenWithIAMResponse

/** What the exchange remembers of a refresh token: never the token, and its digest only as the key. */
export interface RefreshGrant {
  readonly userId: string
  readonly clientId: string
  readonly issuerURL: string
  readonly scopes: readonly string[]
  readonly credentialId: string
  readonly issuedAt: number
}

export interface PreparedTokens {
  readonly response: IssuedTokens
  readonly refresh?: { readonly key: string; readonly grant: RefreshGrant }
}

/** Random bytes that the tokens of one exchange need: 16 for the credential id, 32 for the refresh token. */
export interface TokenRandomness {
  readonly credential: Uint8Array
  readonly refresh: Uint8Array<ArrayBuffer>
}

/**
 * Makes all tokens of an exchange. Nothing is stored and nothing is answered yet: an exchange that fails later leaves
 * no trace but the claimed token id.
 */
export async function issueTokens(
  contents: Omit<TokenContents, 'credentialId'>,
  keys: TokenKeys,
  randomness: TokenRandomness,
): Promise<PreparedTokens> {
  if (randomness.credential.length !== 16 || randomness.refresh.length !== 32) {
    throw new FederationError('ERR_INVALID_OPTION', 'randomBytes must give as many bytes as it is asked for.')
  }
  const full: TokenContents = { ...contents, credentialId: uuidFrom(randomness.credential) }
  const identity = await sealContext('identity', full, keys.sealing)
  const audit = await sealContext('audit', full, keys.sealing)
  const refreshToken = contents.application.refreshTokenGrant
    ? `aorv${encodeBase64url(randomness.refresh)}`
    : undefined
  const response: IssuedTokens = {
    accessToken: await sealAccessToken(full, keys.sealing),
    tokenType: 'Bearer',
    expiresIn: TOKEN_LIFETIME_SECONDS,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    idToken: await signIDToken(full, { identity, audit }, keys.signer),
    issuedTokenType: refreshToken === undefined ? tokenTypes.accessToken : tokenTypes.refreshToken,
    scope: full.scopes,
    awsAdditionalDetails: { identityContext: identity },
  }
  if (refreshToken === undefined) return { response }
  const grant: RefreshGrant = {
    userId: full.user.userId,
    clientId: full.application.arn,
    issuerURL: full.issuer.issuerURL,
    scopes: full.scopes,
    credentialId: full.credentialId,
    issuedAt: full.now,
  }
  return { response, refresh: { key: await refreshKey(refreshToken), grant } }
}

/** Under what a refresh token is kept: a digest, so that a stolen store opens nothing (attack O19). */
export async function refreshKey(refreshToken: string): Promise<string> {
  return `refresh:${encodeBase64url(await sha256(encodeUtf8(refreshToken)))}`
}
