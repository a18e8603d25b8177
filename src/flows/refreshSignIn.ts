import { accepted, type Verdict } from '../core/outcome.js'
import { readArguments, type Forms } from '../oauth/client/forms.js'
import * as members from '../oauth/client/members.js'
import { buildTokenRequest, endedSignIn, readTokenResponse } from '../oauth/index.js'
import {
  ask,
  clientForm,
  running,
  type SignInOptions,
  type SignInPorts,
  type SignInTokens,
} from './signIn.js'

const held: Forms = {
  client: clientForm,
  tokens: { is: 'object', members: { refreshToken: members.optional(members.token) } },
}

/**
 * Fresh tokens for those of a sign-in, while the session at the service lives (R217, R230; `refreshDue` says when). A new refresh
 * token replaces the old one, which is then used up: keep what comes back, and let only one refresh of a sign-in run at a time.
 * Refused with `invalid-grant`, `expired-token` or `sign-in/ended`: the person has to sign in again (R218, R228).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for arguments that do not have their form
 *
 * @example
 * ```ts
 * import { refreshSignIn, type SignInTokens } from 'countersign/flows'
 * import { refreshDue } from 'countersign/oauth'
 *
 * declare let signIn: SignInTokens
 * const endpoint = 'https://oidc.us-east-1.amazonaws.com'
 * if (refreshDue(signIn.tokens, Math.floor(Date.now() / 1000)) !== 'fresh') {
 *   const verdict = await refreshSignIn(signIn, { endpoint })
 *   if (verdict.ok) signIn = verdict.value
 * }
 * ```
 */
export async function refreshSignIn(
  signIn: SignInTokens,
  options: Pick<SignInOptions, 'endpoint' | 'requestTimeoutSeconds'>,
  ports: SignInPorts = {},
): Promise<Verdict<SignInTokens>> {
  const { endpoint, requestTimeoutSeconds } = readArguments(options, {
    endpoint: members.endpoint,
    requestTimeoutSeconds: members.optional(members.wait),
  })
  const complete = running(ports, requestTimeoutSeconds)
  const { tokens, client } = readArguments(signIn, held)
  const { refreshToken } = tokens
  const { clientId, clientSecret, clientSecretExpiresAt } = client
  if (refreshToken === undefined) return endedSignIn('no-refresh-token')
  if (clientSecretExpiresAt <= complete.now()) return endedSignIn('registration-expired')
  const request = buildTokenRequest({
    endpoint,
    clientId,
    clientSecret,
    grantType: 'refresh_token',
    refreshToken,
  })
  const verdict = await ask(request, readTokenResponse, complete)
  if (!verdict.ok) return verdict
  return accepted({ tokens: { refreshToken, ...verdict.value }, client }, verdict.findings)
}
