import type { Fetch, PostFetch, StateStore } from '../../core/ports.js'
import { discoverIssuerKeys, safeFetch } from '../../flows/index.js'
import { DEFAULT_CLOCK_SKEW_SECONDS } from '../../tti/index.js'
import { forbidden } from '../../tti/discovery.js'
import { HOUSE, type House } from '../house.js'
import { returnPathsOf, type ReturnPaths } from '../returnPath.js'
import type { AppSessions } from '../sessions.js'
import { appPath, appURL, misuse } from '../target.js'
import type { LoginSettings } from './login.js'
import type { ClientAuthentication, ProviderSettings } from './provider.js'

export interface OidcSignInOptions {
  readonly sessions: AppSessions
  /** To the letter as the provider writes `issuer`: https, on port 443. */
  readonly issuerURL: string
  readonly clientId: string
  /** Of a confidential client, sent in the form where the provider says that it takes that, and by HTTP Basic otherwise. Default: a public client. */
  readonly clientSecret?: string | undefined
  /** Another way to authenticate: `PrivateKeyJwt(...)` of `openid-client`, for one. In place of `clientSecret`. */
  readonly clientAuthentication?: ClientAuthentication | undefined
  /** Where the provider sends people back to, as it is registered there: a URL of this app, without query. */
  readonly redirectURL: string
  /** Where a GET begins a sign-in, with `?returnTo=` for where it shall lead. */
  readonly loginPath: string
  /** Where a POST signs out of this app. Default: nowhere. */
  readonly logoutPath?: string | undefined
  /** Where signing out leads. Default `/`. */
  readonly signedOutPath?: string | undefined
  /** Whether signing out also goes by the provider, if it offers that, and signs out there. Default false. */
  readonly providerLogout?: boolean | undefined
  /** Default `openid email profile`. */
  readonly scope?: string | undefined
  /** What else the provider is asked, such as `{ prompt: 'select_account' }`. Nothing that a sign-in sets itself. */
  readonly authorizationParameters?: Readonly<Record<string, string>> | undefined
  /** Where sign-ins under way are remembered, for ten minutes each. Default: where the sessions are kept. */
  readonly state?: StateStore | undefined
  /** Where a sign-in may lead: `/billing`, or `/reports/*` for all below it. Default: every path of this app. */
  readonly allowedReturnPaths?: readonly string[] | undefined
  /** Where a sign-in leads of which nothing else is said. Default `/`. */
  readonly defaultReturnPath?: string | undefined
  /** Takes an issuer on a loopback address, over http and on any port, for tests. Default false. */
  readonly allowLoopbackIssuer?: boolean | undefined
  /** Default: {@link safeFetch}, which connects to public addresses alone. For a provider inside one's network give it its options. */
  readonly fetch?: (Fetch & PostFetch) | undefined
  /** For each request to the provider: from 1 to 60. Default 10. */
  readonly timeoutSeconds?: number | undefined
  /** Default 60. */
  readonly clockSkewSeconds?: number | undefined
}

export interface OidcSignInSettings extends ProviderSettings, Omit<LoginSettings, 'fetch'> {
  readonly sessions: AppSessions
  readonly house: House
  readonly state: StateStore
  readonly scope: string
  readonly authorizationParameters: Readonly<Record<string, string>>
  readonly callbackPath: string
  readonly loginPath: string
  readonly logoutPath: string | undefined
  readonly signedOutPath: string
  readonly providerLogout: boolean
  readonly returnPaths: ReturnPaths
  readonly defaultReturnPath: string
}

/** @throws FederationError `ERR_INVALID_OPTION` */
export function oidcSettings(options: OidcSignInOptions): OidcSignInSettings {
  if (typeof options !== 'object' || options === null) misuse('Options are required.')
  const { sessions, issuerURL, clientId, scope = 'openid email profile' } = options
  const house: House | undefined = sessions?.[HOUSE]
  if (house === undefined) misuse('sessions must be made by appSessions.')
  if (typeof clientId !== 'string' || !/^[\x20-\x7e]{1,1024}$/.test(clientId))
    misuse('clientId must be a text.')
  const { state = house.state } = options
  if (typeof state?.get !== 'function' || typeof state.put !== 'function')
    misuse('state must be a StateStore.')
  if (
    typeof scope !== 'string' ||
    !/^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(scope) ||
    !scope.split(' ').includes('openid')
  )
    misuse('scope must be names parted by single spaces, openid among them.')
  const {
    allowLoopbackIssuer = false,
    timeoutSeconds = 10,
    clockSkewSeconds = DEFAULT_CLOCK_SKEW_SECONDS,
  } = options
  const access = { allowLoopbackIssuer }
  if (
    typeof issuerURL !== 'string' ||
    issuerURL.includes('/.well-known/') ||
    forbidden(issuerURL, access).length > 0
  )
    misuse(
      'issuerURL must be the https URL of an issuer on port 443, without query; on loopback with allowLoopbackIssuer.',
    )
  if (!(timeoutSeconds >= 1 && timeoutSeconds <= 60)) misuse('timeoutSeconds must be from 1 to 60.')
  if (!Number.isSafeInteger(clockSkewSeconds) || clockSkewSeconds < 0 || clockSkewSeconds > 300)
    misuse('clockSkewSeconds must be from 0 to 300.')
  const redirect = appURL(options.redirectURL, 'redirectURL')
  if (redirect.origin !== house.url.origin || redirect.href !== options.redirectURL || redirect.search !== '')
    misuse('redirectURL must be a URL of this app, as browsers write it, without query.')
  const { logoutPath, signedOutPath = '/' } = options
  const paths = {
    callbackPath: appPath(redirect.pathname, 'The path of redirectURL'),
    loginPath: appPath(options.loginPath, 'loginPath'),
    logoutPath: logoutPath === undefined ? undefined : appPath(logoutPath, 'logoutPath'),
  }
  if (new Set(Object.values(paths)).size < 3)
    misuse('redirectURL, loginPath and logoutPath must be three addresses.')
  return {
    sessions,
    house,
    state,
    issuerURL,
    clientId,
    redirectURL: redirect.href,
    scope,
    authorizationParameters: parametersOf(options.authorizationParameters),
    ...paths,
    signedOutPath: appPath(signedOutPath, 'signedOutPath'),
    providerLogout: options.providerLogout === true,
    returnPaths: returnPathsOf(options.allowedReturnPaths),
    defaultReturnPath: appPath(options.defaultReturnPath ?? '/', 'defaultReturnPath'),
    authentication: authenticationOf(options),
    fetch: options.fetch ?? safeFetch({ allowLoopback: allowLoopbackIssuer }),
    allowLoopback: allowLoopbackIssuer,
    keys: discoverIssuerKeys({ allowLoopbackIssuer, timeoutSeconds }),
    timeoutSeconds,
    clockSkewSeconds,
  }
}

/** The parameters of a sign-in that are its own, and those that would change what comes back or how. */
const OWN_PARAMETERS = [
  ...['response_type', 'client_id', 'redirect_uri', 'scope', 'state', 'nonce', 'code_challenge'],
  ...['code_challenge_method', 'response_mode', 'request', 'request_uri', 'registration', 'claims'],
]

function parametersOf(given: unknown = {}): Readonly<Record<string, string>> {
  if (typeof given !== 'object' || given === null)
    misuse('authorizationParameters must be an object of texts.')
  const parameters = Object.entries(given as Readonly<Record<string, unknown>>).map(([name, value]) => {
    if (OWN_PARAMETERS.includes(name)) misuse(`authorizationParameters may not set ${name}.`)
    if (typeof value !== 'string') misuse('authorizationParameters must be an object of texts.')
    return [name, value] as const
  })
  return Object.fromEntries(parameters)
}

function authenticationOf({
  clientSecret,
  clientAuthentication,
}: OidcSignInOptions): ProviderSettings['authentication'] {
  if (clientSecret !== undefined && clientAuthentication !== undefined)
    misuse('Give either clientSecret or clientAuthentication.')
  if (clientSecret !== undefined && (typeof clientSecret !== 'string' || clientSecret === ''))
    misuse('clientSecret must be a text.')
  return (library, { token_endpoint_auth_methods_supported: methods = ['client_secret_basic'] }) => {
    if (clientAuthentication !== undefined) return clientAuthentication
    if (clientSecret === undefined) return library.None()
    // As the library does by itself: Basic has each part form-encoded, which not every provider decodes.
    return methods.includes('client_secret_post')
      ? library.ClientSecretPost(clientSecret)
      : library.ClientSecretBasic(clientSecret)
  }
}
