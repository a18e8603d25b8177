import { accessControlClaims } from '../../abac/index.js'
import type { OidcIdentity } from '../../core/identity.js'
import { type Finding } from '../../core/outcome.js'
import type { Fetch } from '../../core/ports.js'
import { readCallback } from '../../oauth/index.js'
import {
  validateToken,
  type IssuerKeys,
  type TrustedClaims,
  type TrustedTokenIssuer,
} from '../../tti/index.js'
import { refusalOf, type Answered, type Provider } from './provider.js'

/** What a sign-in remembers between its two visits, and only for the browser that began it. */
export interface LoginSecrets {
  readonly nonce: string
  readonly codeVerifier: string
}

export interface LoginSettings {
  readonly issuerURL: string
  readonly clientId: string
  readonly redirectURL: string
  readonly clockSkewSeconds: number
  readonly keys: IssuerKeys
  readonly fetch: Fetch
}

export interface SignedInPerson {
  readonly identity: OidcIdentity
  /** The JWT: for the exchange, and for nobody to see. */
  readonly idToken: string
}

/** Where the browser goes to sign in. */
export function authorizationURL(
  provider: Provider,
  asked: {
    readonly now: number
    readonly redirectURL: string
    readonly scope: string
    readonly state: string
    readonly nonce: string
    readonly codeChallenge: string
  },
): URL {
  return provider.library.buildAuthorizationUrl(provider.configuration(asked.now), {
    response_type: 'code',
    redirect_uri: asked.redirectURL,
    scope: asked.scope,
    state: asked.state,
    nonce: asked.nonce,
    code_challenge: asked.codeChallenge,
    code_challenge_method: 'S256',
  })
}

/**
 * The person behind a callback: its parameters are judged before the code is sent anywhere, then openid-client exchanges the code
 * and checks the ID token's claims, and then our own rules judge the token as an exchange would, its signature included.
 *
 * @param callback the URL that the browser requested, at the configured redirect URL
 */
export async function finishLogin(
  provider: Provider,
  login: {
    readonly callback: string
    readonly state: string
    readonly secrets: LoginSecrets
    readonly now: () => number
  },
  settings: LoginSettings,
): Promise<Answered<SignedInPerson>> {
  const { callback, state, secrets } = login
  const { library, metadata } = provider
  const { issuerURL, redirectURL } = settings
  const names = new URL(callback).searchParams
  // An issuer that is named must be ours even where the provider does not announce that it names itself.
  const says = metadata.authorization_response_iss_parameter_supported === true || names.has('iss')
  const read = readCallback(callback, {
    redirectUri: redirectURL,
    state,
    ...(says ? { issuer: issuerURL } : {}),
  })
  if (!read.ok) return { ok: false, findings: read.findings, outage: isAway(read.findings) }

  let idToken: string | undefined
  try {
    const configuration = provider.configuration(login.now())
    const tokens = await library.authorizationCodeGrant(configuration, new URL(callback), {
      expectedState: state,
      expectedNonce: secrets.nonce,
      pkceCodeVerifier: secrets.codeVerifier,
      idTokenExpected: true,
    })
    idToken = tokens.id_token
  } catch (error) {
    return refusalOf(error, library)
  }
  if (idToken === undefined) throw new Error('The library took an answer without an ID token.')
  return personOf(idToken, settings, login.now())
}

async function personOf(
  idToken: string,
  settings: LoginSettings,
  now: number,
): Promise<Answered<SignedInPerson>> {
  const { issuerURL, clientId, clockSkewSeconds, keys, fetch } = settings
  const issuer: TrustedTokenIssuer = {
    name: 'sign-in',
    issuerURL,
    claimAttributePath: 'sub',
    identityStoreAttributePath: 'userName',
  }
  const judged = await validateToken(idToken, {
    issuer,
    audiences: [clientId],
    now,
    clockSkewSeconds,
    keys: (kid) => keys.find(issuer, { ...(kid === undefined ? {} : { kid }), now, fetch }),
  })
  if (!judged.ok) return { ok: false, findings: judged.findings, outage: isAway(judged.findings) }
  const tags = accessControlClaims(judged.value.claims)
  if (!tags.ok) return { ok: false, findings: tags.findings, outage: false }
  return {
    ok: true,
    value: { identity: identityOf(judged.value, clientId, tags.value.accessControl), idToken },
  }
}

function identityOf(
  { issuer, subject, expiresAt, claims }: TrustedClaims,
  audience: string,
  accessControl: OidcIdentity['accessControl'],
): OidcIdentity {
  const authTime = claims['auth_time']
  return {
    protocol: 'oidc',
    issuer,
    subject,
    audience,
    accessControl,
    claims,
    ...(typeof authTime === 'number' && Number.isSafeInteger(authTime) ? { authnInstant: authTime } : {}),
    expiresAt,
  }
}

/** Refusals that say nothing of the person or the message: keys that cannot be had, a provider that says to come again. */
function isAway(findings: readonly Finding[]): boolean {
  return findings.some(
    ({ rule, reason }) =>
      rule === 'tti/issuer-unreachable' ||
      (rule === 'sign-in/authorized' && (reason === 'temporarily-unavailable' || reason === 'server-error')),
  )
}
