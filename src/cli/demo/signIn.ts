import * as client from 'openid-client'
import { FederationError } from '../../core/outcome.js'

export interface SignInOptions {
  /** The provider's issuer; `http:` on loopback only. */
  readonly issuerURL: string
  /** A public client that is registered there with `redirectURI`. */
  readonly clientId: string
  /** Where the provider sends the person back to. Nothing needs to listen there: the last redirect is not followed. */
  readonly redirectURI: string
  readonly login: string
  readonly password: string
  /** Default `openid email profile`. */
  readonly scope?: string
}

export interface SignedIn {
  readonly idToken: string
  readonly accessToken: string
  /** The ID token's claims, its signature verified. */
  readonly claims: Readonly<Record<string, unknown>>
  readonly subject: string
}

const MAX_HOPS = 12
const MAX_PAGE_CHARACTERS = 65_536
const TIMEOUT_MS = 10_000
const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost']

/**
 * Signs a person in as a browser and an app would: authorization code flow with PKCE (S256), state and nonce, through
 * the provider's own login and consent pages, without a browser.
 *
 * @throws FederationError `ERR_REFUSED` when the provider does not sign this person in; `ERR_FETCH_FAILED` when it cannot
 * be reached, answers with something that is no step of a sign-in, or takes more than 12 steps; `ERR_INVALID_OPTION`.
 * No message holds a password, a code or a token.
 */
export async function signIn(options: SignInOptions): Promise<SignedIn> {
  const issuer = parseURL(options.issuerURL, 'issuerURL')
  const redirect = parseURL(options.redirectURI, 'redirectURI')
  const insecure = issuer.protocol === 'http:'
  if (insecure && !LOOPBACK.includes(issuer.hostname)) {
    throw new FederationError('ERR_INVALID_OPTION', 'issuerURL: http: is for a provider on loopback only.')
  }
  if (options.login === '' || options.password === '') {
    throw new FederationError('ERR_INVALID_OPTION', 'login, password: neither may be empty.')
  }
  const config = await attempt('discovery', () =>
    client.discovery(issuer, options.clientId, undefined, client.None(), {
      // Loopback has no TLS to vouch for the token endpoint, so the ID token's signature must be checked.
      execute: [client.enableNonRepudiationChecks, ...(insecure ? [client.allowInsecureRequests] : [])],
    }),
  )
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const expectedState = client.randomState()
  const expectedNonce = client.randomNonce()
  const start = client.buildAuthorizationUrl(config, {
    redirect_uri: options.redirectURI,
    scope: options.scope ?? 'openid email profile',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
  })
  const callback = await walkPages(start, issuer.origin, redirect, options)
  const tokens = await attempt('the code exchange', () =>
    client.authorizationCodeGrant(config, callback, {
      pkceCodeVerifier,
      expectedState,
      expectedNonce,
      idTokenExpected: true,
    }),
  )
  const claims = tokens.claims()
  if (!tokens.id_token || !claims) throw unexpected('the provider sent no ID token')
  return { idToken: tokens.id_token, accessToken: tokens.access_token, claims, subject: claims.sub }
}

/** Follows redirects and fills in forms until the provider redirects to `redirect`, which is returned unvisited. */
async function walkPages(start: URL, origin: string, redirect: URL, person: SignInOptions): Promise<URL> {
  const jar = new CookieJar()
  let at = start
  let body: URLSearchParams | undefined
  let loggedIn = false
  for (let hop = 0; hop < MAX_HOPS; hop++) {
    if (at.origin !== origin) throw unexpected(`it leads away from the provider, to ${at.origin}`)
    const response = await request(at, body, jar)
    if ([301, 302, 303].includes(response.status)) {
      await response.body?.cancel()
      const next = follow(response.headers.get('location'), at)
      if (next.origin === redirect.origin && next.pathname === redirect.pathname) return next
      at = next
      body = undefined
      continue
    }
    const page = await attempt(placeOf(at), () => response.text())
    if (response.status !== 200)
      throw unexpected(`status ${response.status} at ${placeOf(at)}${errorCodeOf(page)}`)
    const form = readForm(page, at)
    if (form.login) {
      if (loggedIn)
        throw new FederationError('ERR_REFUSED', 'The provider asks again: it does not know this login.')
      form.fields.set('login', person.login)
      form.fields.set('password', person.password)
      loggedIn = true
    } else if (form.fields.get('prompt') !== 'consent') {
      throw unexpected(`neither a login nor a consent form at ${placeOf(at)}`)
    }
    at = form.action
    body = form.fields
  }
  throw unexpected(`no end after ${MAX_HOPS} steps`)
}

async function request(url: URL, body: URLSearchParams | undefined, jar: CookieJar): Promise<Response> {
  const cookie = jar.header(url.pathname, Date.now())
  const response = await attempt(placeOf(url), () =>
    fetch(url, {
      method: body ? 'POST' : 'GET',
      headers: { accept: 'text/html', ...(cookie === '' ? {} : { cookie }) },
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body ? { body } : {}),
    }),
  )
  for (const line of response.headers.getSetCookie()) jar.store(line, url.pathname, Date.now())
  return response
}

interface Form {
  readonly action: URL
  /** Every named input with the value the page gave it. */
  readonly fields: URLSearchParams
  /** Whether it asks for a password. */
  readonly login: boolean
}

/** The one POST form of a page: enough HTML for a provider's plain pages, none for scripts. */
function readForm(page: string, url: URL): Form {
  if (page.length > MAX_PAGE_CHARACTERS)
    throw unexpected(`a page of more than ${MAX_PAGE_CHARACTERS} characters`)
  if (page.length > MAX_PAGE_CHARACTERS)
    throw unexpected(`a page of more than ${MAX_PAGE_CHARACTERS} characters`)
  const forms = tagsOf(page, 'form').filter(
    ({ attributes }) => attributes.get('method')?.toLowerCase() === 'post',
  )
  const [form] = forms
  if (!form || forms.length > 1)
    throw unexpected(`${forms.length} forms to post at ${placeOf(url)}, one expected`)
  const end = page.toLowerCase().indexOf('</form', form.end)
  const inputs = tagsOf(page.slice(form.end, end < 0 ? undefined : end), 'input').map((tag) => tag.attributes)
  const fields = new URLSearchParams()
  for (const input of inputs) {
    const name = input.get('name')
    if (name) fields.append(name, input.get('value') ?? '')
  }
  return {
    action: follow(form.attributes.get('action') ?? url.href, url),
    fields,
    login: inputs.some((input) => input.get('type')?.toLowerCase() === 'password'),
  }
}

// Unquoted parts exclude `<` and the alternatives exclude each other, so that no page makes the match run away.
function tagsOf(html: string, name: 'form' | 'input') {
  const tags = html.matchAll(new RegExp(`<${name}\\b((?:"[^"]*"|'[^']*'|[^<>"'])*)>`, 'gi'))
  return [...tags].map((tag) => ({ attributes: attributesOf(tag[1] ?? ''), end: tag.index + tag[0].length }))
}

function attributesOf(text: string): Map<string, string> {
  const found = text.matchAll(/([a-z][\w-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/gi)
  const entities: Readonly<Record<string, string>> = { amp: '&', quot: '"', '#39': "'", lt: '<', gt: '>' }
  const decode = (value: string) =>
    value.replace(/&(amp|quot|#39|lt|gt);/g, (_, name: string) => entities[name] ?? '')
  return new Map([...found].map(([, name = '', a, b, c]) => [name.toLowerCase(), decode(a ?? b ?? c ?? '')]))
}

/** Cookies of one origin, by name and path (RFC 6265 5.3, 5.4): the provider ties its own to single interactions. */
class CookieJar {
  readonly #cookies = new Map<string, { name: string; value: string; path: string; expiresAt: number }>()

  store(line: string, requestPath: string, nowMs: number): void {
    const [pair = '', ...rest] = line.split(';')
    const equals = pair.indexOf('=')
    if (equals < 1) return
    const name = pair.slice(0, equals).trim()
    const attributes = new Map(
      rest.map((part) => {
        const [key = '', ...value] = part.split('=')
        return [key.trim().toLowerCase(), value.join('=').trim()]
      }),
    )
    const given = attributes.get('path')
    const path = given?.startsWith('/') ? given : requestPath.slice(0, requestPath.lastIndexOf('/')) || '/'
    const maxAge = attributes.get('max-age')
    const expires = Date.parse(attributes.get('expires') ?? '')
    const age = maxAge === undefined || !/^-?\d{1,10}$/.test(maxAge) ? undefined : Number(maxAge)
    const expiresAt = age !== undefined ? nowMs + age * 1000 : Number.isNaN(expires) ? Infinity : expires
    const key = `${name};${path}`
    if (expiresAt <= nowMs) this.#cookies.delete(key)
    else this.#cookies.set(key, { name, value: pair.slice(equals + 1).trim(), path, expiresAt })
  }

  /** The `Cookie` header for a request to this path, the most specific cookies first. */
  header(requestPath: string, nowMs: number): string {
    return [...this.#cookies.values()]
      .filter(({ expiresAt }) => expiresAt > nowMs)
      .filter(
        ({ path }) => requestPath === path || requestPath.startsWith(path.endsWith('/') ? path : `${path}/`),
      )
      .sort((a, b) => b.path.length - a.path.length)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
  }
}

/** Runs one step; what fails in it is told by its code alone, since texts and causes may quote what was sent. */
async function attempt<T>(step: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError) {
      throw new FederationError(
        'ERR_REFUSED',
        `The provider refused at ${step}: ${error.error.slice(0, 64)}.`,
      )
    }
    if (error instanceof FederationError) throw error
    throw unexpected(`${step} failed (${codeOf(error) ?? codeOf((error as Error).cause) ?? 'no code'})`)
  }
}

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code.slice(0, 64) : undefined
}

/** The error that a page of plain text begins with, such as `: invalid_client`; nothing of any other page. */
function errorCodeOf(page: string): string {
  const code = /^[a-z_]{3,40}(?=:|$)/.exec(page)?.[0]
  return code === undefined ? '' : `: ${code}`
}

/** Where in the provider, without the parts of the path that name one interaction. */
function placeOf(url: URL): string {
  return `/${url.pathname.split('/')[1] ?? ''}`
}

function unexpected(what: string): FederationError {
  return new FederationError('ERR_FETCH_FAILED', `The sign-in at the outside provider went wrong: ${what}.`)
}

function follow(reference: string | null, base: URL): URL {
  if (reference === null || !URL.canParse(reference, base)) throw unexpected('a link that is no URL')
  return new URL(reference, base)
}

function parseURL(text: string, option: string): URL {
  if (!URL.canParse(text)) throw new FederationError('ERR_INVALID_OPTION', `${option} is no absolute URL.`)
  return new URL(text)
}
