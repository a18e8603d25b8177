import { tokenTypes, type CreateTokenWithIAMResponse } from '../../oauth/wire.js'
import { sealAccessToken } from './accessToken.js'
import { tokenExpiry, type TokenContents, type TokenKeys } from './contents.js'
import { sealContext } from './contextAssertion.js'
import { signIDToken } from './idToken.js'

/** What an exchange answers: CreateTokenWithIAM's response. */
export type IssuedTokens = CreateTokenWithIAMResponse

export interface TokenForm {
  /** The refresh token that goes with them: 256 random bits, of which only a digest is kept. */
  readonly refreshToken?: string | undefined
  /** Whether ID token and identity context come along; they do not after a refresh. */
  readonly identity: boolean
}

/** Makes all tokens of one answer. Nothing is stored, and nothing is answered yet. */
export async function issueTokens(
  contents: TokenContents,
  keys: TokenKeys,
  { refreshToken, identity }: TokenForm,
): Promise<IssuedTokens> {
  const response: IssuedTokens = {
    accessToken: await sealAccessToken(contents, keys.sealing),
    tokenType: 'Bearer',
    expiresIn: tokenExpiry(contents) - contents.now,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    issuedTokenType: refreshToken === undefined ? tokenTypes.accessToken : tokenTypes.refreshToken,
    scope: contents.scopes,
  }
  if (!identity) return response
  const identityContext = await sealContext('identity', contents, keys.sealing)
  const audit = await sealContext('audit', contents, keys.sealing)
  return {
    ...response,
    idToken: await signIDToken(contents, { identity: identityContext, audit }, keys.signer),
    awsAdditionalDetails: { identityContext },
  }
}
