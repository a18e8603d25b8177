import {
  encodePost,
  encodeRedirect,
  encodeRedirectAsync,
  buildAuthnRequest,
  issueAuthnRequestAsync,
} from '../../saml/index.js'
import type { AppRequest, AppResponse } from '../http.js'
import { StoreOutage } from '../outage.js'
import { seeOther } from '../refusal.js'
import { queryOf } from '../target.js'
import type { SamlSettings } from './options.js'
import type { KnownProvider } from './provider.js'

/** Begins a sign-in: remembers its request, binds it to the browser, and sends the browser to the identity provider. */
export async function beginLogin(
  request: AppRequest,
  response: AppResponse,
  idp: KnownProvider,
  settings: SamlSettings,
): Promise<void> {
  const { house, logins, returnPaths, defaultReturnPath } = settings
  const asked = new URLSearchParams(queryOf(request)).getAll('returnTo')
  const returnTo = asked.length === 0 ? undefined : returnPaths(asked)
  if (returnTo?.ok === false) {
    house.refuse(request, response, { status: 400, findings: returnTo.findings })
    return
  }
  const id = `_${Buffer.from(house.randomBytes(20)).toString('hex')}`
  const send = await requestTo(idp, id, settings)
  const begun = await logins.begin(request, response, id, { returnTo: returnTo?.value ?? defaultReturnPath })
  if (begun instanceof StoreOutage) house.refuseOutage(request, response, begun)
  else send(response)
}

/** Makes the request, and what sends it. */
async function requestTo(
  { ssoURL: destination, ssoBinding }: KnownProvider,
  id: string,
  { options, house, profile }: SamlSettings,
): Promise<(response: AppResponse) => void> {
  const { sp, signer, certificate, forceAuthn } = options
  const { nameIDFormat = profile === 'service-provider' ? null : undefined } = options
  const asked = {
    id,
    now: house.now(),
    issuer: sp.entityID,
    destination,
    acsURL: sp.acsURL,
    nameIDFormat,
    forceAuthn,
  }
  if (ssoBinding === 'redirect') {
    const message = buildAuthnRequest(asked)
    const url = signer
      ? await encodeRedirectAsync({ message, destination, signer })
      : encodeRedirect({ message, destination })
    return (response) => {
      seeOther(response, url)
    }
  }
  const message = signer
    ? await issueAuthnRequestAsync({ ...asked, certificate }, signer)
    : buildAuthnRequest(asked)
  // Where the identity provider sends a person on its way is its own affair.
  const page = encodePost({ message, destination, redirectOrigins: ['https:'] })
  return (response) => {
    response.statusCode = 200
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.setHeader('content-security-policy', page.contentSecurityPolicy)
    response.setHeader('cache-control', 'no-store')
    response.setHeader('x-content-type-options', 'nosniff')
    response.setHeader('referrer-policy', 'no-referrer')
    response.end(page.html)
  }
}
