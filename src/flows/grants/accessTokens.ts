import type { Verdict } from '../../core/outcome.js'
import {
  checkAccessToken,
  digestOf,
  PORTAL_SCOPE,
  type AccessTokenRecord,
  type Grant,
  type ResolvedAccessToken,
} from '../../oauth/index.js'
import { keyOf, read } from './kept.js'
import { misuse, optionOf, passed, verdictFrom } from './refusal.js'
import type { GrantPorts } from './service.js'
import { personOf } from './signIns.js'

/** `aoal` and 256 bits: nothing else is asked of the store. */
const TOKEN = /^aoal[A-Za-z0-9_-]{43}$/

/**
 * Who is behind a public client's access token: the user as the directory has it now, the sign-in session and the
 * scopes. Refused where the token is unknown, has expired or been revoked, lacks the scope, or where the person has
 * signed out (for `sso:account:access`) or is disabled.
 *
 * @param options.scope - what the resource asks for; default `sso:account:access`, the access portal
 */
export function resolveAccessToken(
  accessToken: unknown,
  ports: GrantPorts,
  options: { readonly scope?: string } = {},
): Promise<Verdict<ResolvedAccessToken>> {
  return verdictFrom(async () => {
    const scope = optionOf(options, 'scope') ?? PORTAL_SCOPE
    if (typeof scope !== 'string') misuse('options.scope must be a text.')
    const text = typeof accessToken === 'string' && TOKEN.test(accessToken) ? accessToken : undefined
    const token =
      text === undefined
        ? undefined
        : await read<AccessTokenRecord>(ports.state, keyOf.accessToken(await digestOf('access-token', text)))
    const grant = token && (await read<Grant>(ports.state, keyOf.grant(token.grantID)))
    const person = token ? await personOf(token, ports) : { signIn: undefined, user: undefined }
    return passed(checkAccessToken({ token, grant, ...person, scope, now: ports.now() }))
  })
}
