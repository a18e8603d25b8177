import { accepted, type Verdict } from '../core/outcome.js'
import {
  buildAuthorizeURL,
  buildTokenRequest,
  endedSignIn,
  grantTypes,
  pkcePair,
  readCallback,
  readTokenResponse,
  stateFrom,
  type ClientRegistration,
} from '../oauth/index.js'
import * as members from '../oauth/client/members.js'
import { CALLBACK_PATH, listenForCallback } from './callbackListener.js'
import {
  ask,
  DEFAULT_SIGN_IN_SCOPES,
  misuse,
  own,
  readOptions,
  running,
  withClient,
  withWarnings,
  type Running,
  type SignInTokens,
  type SignInOptions,
  type SignInPorts,
} from './signIn.js'

export interface BrowserOptions extends SignInOptions {
  /** The issuer that the server names itself in `iss`, where it is known to (RFC 9207). */
  readonly issuer?: string | undefined
  /** How long the person may take; default 600. */
  readonly timeoutSeconds?: number | undefined
}

export interface BrowserPorts extends SignInPorts {
  /** Opens the URL in the person's browser, or shows it to them. It need not wait until the browser has. */
  readonly openBrowser: (url: string) => unknown
}

/**
 * Signs a person in through their browser: the code grant with PKCE (R205-R208; RFC 7636, RFC 8252). Listens on a free port of
 * 127.0.0.1 until the browser comes back once, the time is over, or `signal` says so; then nothing is left listening. The code is
 * redeemed only if `state` (and `iss`, where an issuer is expected) holds.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for arguments that do not have their form, and when `openBrowser` throws
 *
 * @example
 * ```ts
 * import { signInWithBrowser } from 'countersign/flows'
 *
 * const verdict = await signInWithBrowser(
 *   {
 *     endpoint: 'https://oidc.us-east-1.amazonaws.com',
 *     startUrl: 'https://d-1234567890.awsapps.com/start',
 *     clientName: 'My tool',
 *   },
 *   { openBrowser: (url) => console.log(`Open ${url}`) },
 * )
 * if (verdict.ok) console.log(verdict.value.tokens.expiresAt)
 * else console.log(verdict.findings.map(({ rule, reason }) => `${rule} ${reason}`)) // sign-in/authorized access-denied
 * ```
 */
export async function signInWithBrowser(
  options: BrowserOptions,
  ports: BrowserPorts,
): Promise<Verdict<SignInTokens>> {
  const read = readOptions(options, {
    issuer: members.optional(members.webURL),
    timeoutSeconds: members.optional(members.wait),
  })
  const complete = running(ports, read.requestTimeoutSeconds)
  const { openBrowser } = own(ports, ['openBrowser'])
  if (typeof openBrowser !== 'function') misuse('ports.openBrowser must be a function.')
  const registration = {
    grantTypes: [grantTypes.authorizationCode, grantTypes.refreshToken],
    // Without a port: any will do when the time comes (RFC 8252 7.3).
    redirectUris: [`http://127.0.0.1${CALLBACK_PATH}`],
    issuerUrl: read.startUrl,
  }
  return withClient(read, registration, complete, (client) =>
    browserSignIn(client, read, openBrowser, complete),
  )
}

async function browserSignIn(
  client: ClientRegistration,
  options: BrowserOptions,
  openBrowser: BrowserPorts['openBrowser'],
  ports: Running,
): Promise<Verdict<SignInTokens>> {
  const { endpoint, scopes = DEFAULT_SIGN_IN_SCOPES, issuer, timeoutSeconds = 600 } = options
  const { clientId, clientSecret } = client
  if (ports.signal?.aborted) return endedSignIn('aborted')
  const state = stateFrom(ports.randomBytes(32))
  const { codeVerifier, codeChallenge } = await pkcePair(ports.randomBytes(32))
  const read = (url: string, redirectUri: string) => readCallback(url, { redirectUri, state, issuer })

  const listener = await listenForCallback({
    timeoutSeconds,
    signal: ports.signal,
    judge: (url, redirectUri) => read(url, redirectUri).ok,
  })
  try {
    const { redirectUri } = listener
    const url = buildAuthorizeURL({ endpoint, clientId, redirectUri, state, codeChallenge, scopes })
    const came = await Promise.race([listener.callback, failureOf(() => openBrowser(url))])
    if (typeof came === 'string') return endedSignIn(came)
    // Nothing is listening any more when the code is redeemed: what comes twice comes to a closed door.
    await listener.close()
    const callback = read(came.url, redirectUri)
    if (!callback.ok) return callback
    const request = buildTokenRequest({
      endpoint,
      clientId,
      clientSecret,
      grantType: grantTypes.authorizationCode,
      code: callback.value.code,
      redirectUri,
      codeVerifier,
    })
    const verdict = await ask(request, readTokenResponse, ports)
    if (!verdict.ok) return withWarnings(verdict, callback.findings)
    return accepted({ tokens: verdict.value, client }, [...callback.findings, ...verdict.findings])
  } finally {
    await listener.close()
  }
}

/** Rejects when the call fails, and otherwise never settles. */
function failureOf(call: () => unknown): Promise<never> {
  return new Promise((_, reject) => {
    Promise.resolve()
      .then(call)
      .catch((cause: unknown) => {
        try {
          misuse('ports.openBrowser failed.', cause)
        } catch (error) {
          reject(error as Error)
        }
      })
  })
}
