import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AppSessions, OidcSignInOptions } from '../../src/express/index.js'
import { appSessions, oidcSignIn, type AppSessionsOptions } from '../../src/express/index.js'
import type { StateStore } from '../../src/core/index.js'
import { memoryStateStore } from '../../src/stores/index.js'
import { FormBrowser } from '../support/formBrowser.js'
import type { Browser } from './support.js'
import { MAJORS, Refusals, serve, type App, type Running } from './support.js'

export const KEY = { id: 'k1', key: new Uint8Array(32).fill(1) }
export const CLIENT = 'expense-app'
export const CALLBACK = '/signin/callback'

export interface AppOptions {
  readonly issuerURL: string
  readonly signIn?: Partial<OidcSignInOptions>
  /** A second sign-in of the same app. */
  readonly also?: (url: string) => Partial<OidcSignInOptions>
  readonly sessions?: Partial<AppSessionsOptions>
  readonly express?: (typeof MAJORS)[number][1]
  readonly state?: StateStore
  /** Routes behind the sessions. */
  readonly routes?: (app: App, sessions: AppSessions) => void
}

export interface OidcApp extends Running {
  readonly refusals: Refusals
  readonly state: StateStore
}

/** An app with a sign-in at an OpenID provider. */
export async function oidcApp(options: AppOptions): Promise<OidcApp> {
  const refusals = new Refusals()
  const now = () => Math.floor(Date.now() / 1000)
  const state = options.state ?? memoryStateStore({ now })
  const [, express] = MAJORS[0]
  const server = await serve((url) => {
    const sessions = appSessions({
      url,
      keys: [KEY],
      state,
      onRefused: refusals.onRefused,
      ...options.sessions,
    })
    const app = (options.express ?? express)()
    const signIn = {
      sessions,
      issuerURL: options.issuerURL,
      clientId: CLIENT,
      redirectURL: `${url}${CALLBACK}`,
      loginPath: '/signin',
      logoutPath: '/signout',
      allowLoopbackIssuer: true,
      ...options.signIn,
    }
    app.use(oidcSignIn(signIn))
    if (options.also) app.use(oidcSignIn({ ...signIn, ...options.also(url) }))
    app.use(sessions)
    options.routes?.(app, sessions)
    app.use((request, response) => {
      response.json({ identity: request.identity ?? null, tags: request.sessionTags ?? null })
    })
    return app
  })
  return { ...server, refusals, state }
}

/** What a person does at oidc-provider's own pages, from the app's redirect to where the provider sends them back. */
export async function signInAtProvider(authorizeURL: string, login: string): Promise<string> {
  const url = new URL(authorizeURL)
  const browser = new FormBrowser(url.origin)
  const form = await browser.get(url.pathname + url.search)
  const consent = await browser.submit(form, 'Sign-in', { login, password: 'any' })
  const back = await browser.submit(consent, 'Continue')
  return back.url.href
}

/** Begins a sign-in at the app: where the browser is sent. */
export async function begin(browser: Browser, app: Running, returnTo?: string): Promise<URL> {
  const query = returnTo === undefined ? '' : `?${new URLSearchParams({ returnTo }).toString()}`
  const response = await browser.fetch(`${app.url}/signin${query}`)
  return new URL(response.headers.get('location') ?? `status:${response.status}`)
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
export const otherRSA = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** How the scripted issuer answers, each part to be overridden by a test. */
export interface Script {
  metadata: Record<string, unknown>
  jwks: unknown
  token(body: URLSearchParams, response: ServerResponse, request: IncomingMessage): void
  /** The claims of the next ID token, over the good ones. */
  claims: Record<string, unknown>
  header: Record<string, unknown>
  key: KeyObject | undefined
  /** Instead of a signed token. */
  idToken: ((input: string) => string) | undefined
}

export interface ScriptedIssuer extends Running {
  readonly script: Script
  readonly asked: string[]
  /** What came to the token endpoint last. */
  readonly last: { body: URLSearchParams; authorization: string | undefined }
  /** The callback of a sign-in that the provider has accepted. */
  accept(authorizeURL: URL, more?: Record<string, string>): string
}

/** An issuer that says whatever a test wants: for what a real one never does. Not to be confused with one. */
export async function scriptedIssuer(): Promise<ScriptedIssuer> {
  const asked: string[] = []
  const last: ScriptedIssuer['last'] = { body: new URLSearchParams(), authorization: undefined }
  const nonces = new Map<string, string>()
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const script: Script = {
    metadata: {
      issuer: url,
      authorization_endpoint: `${url}/authorize`,
      token_endpoint: `${url}/token`,
      jwks_uri: `${url}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    },
    jwks: { keys: [{ ...rsa.publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' }] },
    claims: {},
    header: {},
    key: undefined,
    idToken: undefined,
    token: (body, response) => {
      const now = Math.floor(Date.now() / 1000)
      const payload = {
        iss: url,
        sub: 'ada',
        aud: CLIENT,
        iat: now,
        exp: now + 300,
        nonce: nonces.get(body.get('code') ?? ''),
        ...script.claims,
      }
      const input = [{ alg: 'RS256', kid: 'k1', ...script.header }, payload]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.')
      const signature = () =>
        sign('RSA-SHA256', Buffer.from(input), script.key ?? rsa.privateKey).toString('base64url')
      const idToken = script.idToken?.(input) ?? `${input}.${signature()}`
      json(response, 200, {
        access_token: 'at-secret',
        token_type: 'Bearer',
        expires_in: 300,
        id_token: idToken,
      })
    },
  }
  server.on('request', (request, response) => {
    void (async () => {
      const path = (request.url ?? '').split('?')[0] ?? ''
      asked.push(`${request.method} ${path}`)
      let text = ''
      for await (const chunk of request) text += String(chunk)
      if (path === '/.well-known/openid-configuration') json(response, 200, script.metadata)
      else if (path === '/jwks') json(response, 200, script.jwks)
      else if (path === '/token') {
        Object.assign(last, { body: new URLSearchParams(text), authorization: request.headers.authorization })
        script.token(last.body, response, request)
      } else json(response, 404, {})
    })()
  })
  return {
    url,
    script,
    asked,
    last,
    accept: (authorizeURL, more = {}) => {
      const { searchParams } = authorizeURL
      const code = `code-${nonces.size}`
      nonces.set(code, searchParams.get('nonce') ?? '')
      const query = { code, state: searchParams.get('state') ?? '', iss: url, ...more }
      return `${searchParams.get('redirect_uri')}?${new URLSearchParams(query).toString()}`
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
