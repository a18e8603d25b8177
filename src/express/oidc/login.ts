import { accessControlClaims } from '../../abac/index.js'
import type { OidcIdentity } from '../../core/identity.js'
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
    readonly more: Readonly<Record<string, string>>
  },
): URL {
  return provider.library.buildAuthorizationUrl(provider.configuration(asked.now), {
    ...asked.more,
    response_type: 'code',
    redirect_uri: asked.redirectURL,
    scope: asked.scope,
    state: asked.state,
    nonce: asked.nonce,
    code_challenge: asked.codeChallenge,
    code_challenge_method: 'S256',
  })
}

/** A callback as the browser brought it: at the configured redirect URL, with the query that was sent. */
export interface Callback {
  readonly url: string
  readonly state: string
}

/** Judges the parameters of a callback, before its login is used up and its code is sent anywhere. */
export function judgeCallback(
  provider: Provider,
  { url, state }: Callback,
  { issuerURL, redirectURL }: LoginSettings,
): Answered<undefined> {
  // An issuer that is named must be ours even where the provider does not announce that it names itself.
  const says =
    provider.metadata.authorization_response_iss_parameter_supported === true ||
    new URL(url).searchParams.has('iss')
  const read = readCallback(url, { redirectUri: redirectURL, state, ...(says ? { issuer: issuerURL } : {}) })
  if (read.ok) return { ok: true, value: undefined }
  const { findings } = read
  const away = findings.some(({ rule, reason }) => rule === 'sign-in/authorized' && AWAY.includes(reason))
  const told = findings.some(({ rule }) => rule === 'sign-in/authorized')
  return { ok: false, status: away ? 503 : told ? 403 : 400, findings }
}

/** What a provider says when it cannot sign anybody in now (RFC 6749 4.1.2.1). */
const AWAY: readonly string[] = ['temporarily-unavailable', 'server-error']

/**
 * The person behind a callback: openid-client exchanges the code and checks the ID token's claims, and then our own rules judge
 * the token as an exchange would, its signature included.
 */
export async function finishLogin(
  provider: Provider,
  { url, state }: Callback,
  secrets: LoginSecrets,
  settings: LoginSettings & { readonly now: () => number },
): Promise<Answered<SignedInPerson>> {
  const { library } = provider
  let idToken: string | undefined
  try {
    const tokens = await library.authorizationCodeGrant(
      provider.configuration(settings.now()),
      knownPart(url),
      {
        expectedState: state,
        expectedNonce: secrets.nonce,
        pkceCodeVerifier: secrets.codeVerifier,
        idTokenExpected: true,
      },
    )
    idToken = tokens.id_token
  } catch (error) {
    return refusalOf(error, library)
  }
  if (idToken === undefined) throw new Error('The library took an answer without an ID token.')
  return personOf(idToken, settings, settings.now())
}

/** A callback without the parameters that were not judged: RFC 6749 has them ignored, and the library reads some. */
function knownPart(url: string): URL {
  const known = new URL(url)
  for (const name of new Set(known.searchParams.keys()))
    if (name !== 'code' && name !== 'state' && name !== 'iss') known.searchParams.delete(name)
  return known
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
  if (!judged.ok) {
    const { findings } = judged
    return {
      ok: false,
      status: findings.some(({ rule }) => rule === 'tti/issuer-unreachable') ? 503 : 403,
      findings,
    }
  }
  const tags = accessControlClaims(judged.value.claims)
  if (!tags.ok) return { ok: false, status: 403, findings: tags.findings }
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
