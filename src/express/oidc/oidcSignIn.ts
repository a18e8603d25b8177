import { findingsOf, runRules } from '../../core/rule.js'
import { pkcePair, readCallback, stateFrom } from '../../oauth/index.js'
import { handler, type House } from '../house.js'
import type { AppRequest, AppResponse, Middleware } from '../http.js'
import { methodRules } from '../methodRules.js'
import { StoreOutage } from '../outage.js'
import { pendingLogins, type PendingLogin, type PendingLogins } from '../pendingLogins.js'
import { seeOther } from '../refusal.js'
import { pathOf, queryOf } from '../target.js'
import { authorizationURL, finishLogin, judgeCallback } from './login.js'
import { oidcSettings, type OidcSignInOptions, type OidcSignInSettings } from './options.js'
import { discoveredProvider, type Answered, type Provider } from './provider.js'
import { signOut } from './signOut.js'

/**
 * Signs people in at an OpenID provider, with the code flow of `openid-client`: PKCE, state, nonce, and the provider's name in
 * the callback (RFC 9207) where it says that it sends it. A callback is good once, in the browser that began the sign-in. The ID
 * token is RS256, verified, and kept with the session for the exchange.
 *
 * The provider is first asked when the first person signs in: one that is down refuses sign-ins (503), and stops nothing else.
 * Mount it before the sessions.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse
 *
 * @example
 * ```ts
 * import { oidcSignIn, requireIdentity, type AppSessions } from 'countersign/express'
 * import express from 'express'
 *
 * declare const sessions: AppSessions
 * const app = express()
 * app.use(
 *   oidcSignIn({
 *     sessions,
 *     issuerURL: 'https://example.okta.com/oauth2/default',
 *     clientId: '0oa1b2c3d4e5f6g7h8i9',
 *     clientSecret: process.env['CLIENT_SECRET'],
 *     redirectURL: 'https://app.example.com/signin/callback',
 *     loginPath: '/signin',
 *     logoutPath: '/signout',
 *   }),
 * )
 * app.use(sessions)
 * app.get('/', requireIdentity(), (request, response) => {
 *   response.json(request.identity)
 * })
 * ```
 */
export function oidcSignIn(options: OidcSignInOptions): Middleware {
  const settings = oidcSettings(options)
  const { house, state, issuerURL, clientId, redirectURL } = settings
  const visit: Visit = {
    settings,
    provider: discoveredProvider(settings),
    logins: pendingLogins({ house, state, realm: ['oidc', issuerURL, clientId, redirectURL] }),
  }
  return handler(house, async (request, response) => {
    switch (pathOf(request)) {
      case settings.loginPath:
        if (isGet(request, response, house)) await begin(request, response, visit)
        return 'answered'
      case settings.callbackPath:
        if (isGet(request, response, house)) await finish(request, response, visit)
        return 'answered'
      case settings.logoutPath:
        await signOut(request, response, settings, visit.provider)
        return 'answered'
      default:
        return 'next'
    }
  })
}

interface Visit {
  readonly settings: OidcSignInSettings
  readonly provider: (now: number) => Promise<Answered<Provider>>
  readonly logins: PendingLogins
}

/** Sends the browser to the provider. */
async function begin(
  request: AppRequest,
  response: AppResponse,
  { settings, provider, logins }: Visit,
): Promise<void> {
  const { house, redirectURL, scope, returnPaths, defaultReturnPath, authorizationParameters } = settings
  const asked = new URLSearchParams(queryOf(request)).getAll('returnTo')
  const returnTo = asked.length === 0 ? undefined : returnPaths(asked)
  if (returnTo?.ok === false)
    return house.refuse(request, response, { status: 400, findings: returnTo.findings })
  const now = house.now()
  const found = await provider(now)
  if (!found.ok) return house.refuse(request, response, found)
  const [state, nonce] = [stateFrom(house.randomBytes(32)), stateFrom(house.randomBytes(32))]
  const { codeVerifier, codeChallenge } = await pkcePair(house.randomBytes(32))
  const login = { returnTo: returnTo?.value ?? defaultReturnPath, data: { nonce, codeVerifier } }
  const begun = await logins.begin(request, response, state, login)
  if (begun instanceof StoreOutage) return house.refuseOutage(request, response, begun)
  const asking = { now, redirectURL, scope, state, nonce, codeChallenge, more: authorizationParameters }
  seeOther(response, authorizationURL(found.value, asking).href)
}

/** Takes the browser's callback, and begins the session. */
async function finish(
  request: AppRequest,
  response: AppResponse,
  { settings, provider, logins }: Visit,
): Promise<void> {
  const { house, sessions, redirectURL } = settings
  const query = queryOf(request)
  const url = query === '' ? redirectURL : `${redirectURL}?${query}`
  const states = new URLSearchParams(query).getAll('state')
  const [state = ''] = states
  if (states.length !== 1 || query.length > MAX_QUERY_CHARACTERS) {
    const read = readCallback(url, { redirectUri: redirectURL, state: NO_STATE })
    return house.refuse(request, response, { status: 400, findings: read.findings })
  }
  const login = await logins.find(request, state)
  if (login instanceof StoreOutage) return house.refuseOutage(request, response, login)
  if (!login.ok) return house.refuse(request, response, { status: 403, findings: login.findings })

  const found = await provider(house.now())
  if (!found.ok) return house.refuse(request, response, found)
  const callback = { url, state }
  const judged = judgeCallback(found.value, callback, settings)
  if (!judged.ok) return house.refuse(request, response, judged)
  // From here on nobody can come back with this state, however it ends.
  const used = await logins.use(login.value)
  if (used instanceof StoreOutage) return house.refuseOutage(request, response, used)
  if (!used.ok) return house.refuse(request, response, { status: 403, findings: used.findings })
  const person = await finishLogin(found.value, callback, secretsOf(used.value), {
    ...settings,
    now: house.now,
  })
  if (!person.ok) return house.refuse(request, response, person)
  const { returnTo, replaces } = used.value
  if (await sessions.begin(request, response, { ...person.value, replaces })) seeOther(response, returnTo)
}

/** Longer callbacks are refused by the rule of their size, before anything is looked up. */
const MAX_QUERY_CHARACTERS = 16_384
/** What no callback has: for one whose own state cannot be told. */
const NO_STATE = 'none'.repeat(8)

function secretsOf({ data }: PendingLogin): { readonly nonce: string; readonly codeVerifier: string } {
  const { nonce, codeVerifier } = data ?? {}
  if (typeof nonce === 'string' && typeof codeVerifier === 'string') return { nonce, codeVerifier }
  throw new Error('A login was kept without its nonce and code verifier.')
}

function isGet(request: AppRequest, response: AppResponse, house: House): boolean {
  const findings = findingsOf(runRules(methodRules, { method: request.method ?? '', expected: 'GET' }))
  if (findings.length === 0) return true
  house.refuse(request, response, { status: 405, findings, allow: 'GET' })
  return false
}
