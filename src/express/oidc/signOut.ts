import type { AppRequest, AppResponse } from '../http.js'
import { seeOther } from '../refusal.js'
import type { OidcSignInSettings } from './options.js'
import { isEndpoint } from './rules.js'
import type { Answered, Provider } from './provider.js'

/**
 * Ends the session here, by a POST of a page of this app, and then leads on: to the provider where the app wants that and the
 * provider offers it (OpenID Connect RP-Initiated Logout). A provider that cannot be asked keeps nobody signed in here.
 */
export async function signOut(
  request: AppRequest,
  response: AppResponse,
  settings: OidcSignInSettings,
  provider: (now: number) => Promise<Answered<Provider>>,
): Promise<void> {
  const { sessions, house, providerLogout, signedOutPath } = settings
  if (!(await sessions.end(request, response))) return
  const found = providerLogout ? await provider(house.now()) : undefined
  seeOther(
    response,
    (found?.ok === true ? providerLogoutURL(found.value, settings) : undefined) ?? signedOutPath,
  )
}

function providerLogoutURL(
  { library, metadata, allowLoopback, configuration }: Provider,
  settings: OidcSignInSettings,
): string | undefined {
  const { house, signedOutPath } = settings
  const { end_session_endpoint: endpoint } = metadata
  if (!isEndpoint(endpoint, allowLoopback)) return undefined
  const back = new URL(signedOutPath, house.url).href
  return library.buildEndSessionUrl(configuration(house.now()), { post_logout_redirect_uri: back }).href
}
