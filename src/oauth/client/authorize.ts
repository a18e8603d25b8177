import { readArguments } from './forms.js'
import * as members from './members.js'

export interface AuthorizeOptions {
  /** Where the service is, such as `https://oidc.us-east-1.amazonaws.com`. */
  readonly endpoint: string
  readonly clientId: string
  /** One that was registered; of a loopback one the port may differ (RFC 8252 7.3). */
  readonly redirectUri: string
  /** From `stateFrom`; at least 22 characters. */
  readonly state: string
  /** From `pkcePair`. */
  readonly codeChallenge: string
  readonly scopes: readonly string[]
  /** What joins the scopes; default a space, as the AWS CLI has it. AWS's language servers use a comma; both are read. */
  readonly scopesDelimiter?: ' ' | ',' | undefined
}

/**
 * The URL to open in a browser: the authorization request of the code grant with PKCE (R205, R208; RFC 7636 4.3). The
 * service's parameter is `scopes`, not OAuth's `scope`.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for an argument that does not have its form
 *
 * @example
 * ```ts
 * import { buildAuthorizeURL, pkcePair, stateFrom } from 'countersign/oauth'
 *
 * declare const clientId: string // from the registration
 * const random = (): Uint8Array => crypto.getRandomValues(new Uint8Array(32))
 * const { codeChallenge } = await pkcePair(random())
 * const url = buildAuthorizeURL({
 *   endpoint: 'https://oidc.us-east-1.amazonaws.com',
 *   clientId,
 *   redirectUri: 'http://127.0.0.1:49152/oauth/callback',
 *   state: stateFrom(random()),
 *   codeChallenge,
 *   scopes: ['sso:account:access'],
 * })
 * console.log(url)
 * ```
 */
export function buildAuthorizeURL(options: AuthorizeOptions): string {
  const { endpoint, clientId, redirectUri, state, codeChallenge, scopes, scopesDelimiter } = readArguments(
    options,
    {
      endpoint: members.endpoint,
      clientId: members.clientId,
      redirectUri: members.redirectURI,
      state: members.state,
      codeChallenge: members.codeChallenge,
      scopes: members.scopes,
      scopesDelimiter: members.optional(members.delimiter),
    },
  )
  const parameters: readonly (readonly [string, string])[] = [
    ['response_type', 'code'],
    ['client_id', clientId],
    ['redirect_uri', redirectUri],
    ['state', state],
    ['code_challenge_method', 'S256'],
    ['code_challenge', codeChallenge],
    ['scopes', scopes.join(scopesDelimiter ?? ' ')],
  ]
  const query = parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
  return `${operationURL(endpoint, '/authorize')}?${query}`
}

/** The URL of an operation: the endpoint may end in a slash or not. */
export function operationURL(endpoint: string, path: string): string {
  return `${endpoint.replace(/\/+$/, '')}${path}`
}
