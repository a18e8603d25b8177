import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  startOutsideProvider,
  type OutsideProvider,
  type OutsideProviderOptions,
} from '../../src/cli/demo/outsideProvider.js'
import { signIn } from '../../src/cli/demo/signIn.js'

const redirectURI = 'http://127.0.0.1:9/callback' // the discard port: nothing listens there
const people = {
  accounts: [
    {
      login: 'anna',
      claims: { email: 'anna@example.com', email_verified: true, name: 'Anna', department: 'R&D "North"' },
    },
    { login: 'bert@corp', claims: { email: 'bert@example.com', email_verified: false, name: 'Bert' } },
  ],
  // Another port than that of `redirectURI`: a native client may bind any (RFC 8252 7.3).
  clients: [{ clientId: 'app', redirectURIs: ['http://127.0.0.1/callback'] }],
} satisfies OutsideProviderOptions

const password = 'correct horse battery staple'
const asAnna = (issuerURL: string) => ({ issuerURL, clientId: 'app', redirectURI, login: 'anna', password })

const printed = [vi.spyOn(console, 'info'), vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')]
const notices: string[] = []
let provider: OutsideProvider
beforeAll(async () => {
  provider = await startOutsideProvider({ ...people, onNotice: (notice) => notices.push(notice) })
})
afterAll(() => provider.close())

describe('a sign-in at the outside provider', () => {
  it('gives each person an RS256 ID token of their own, which its JWKS verifies', async () => {
    const keys = createRemoteJWKSet(new URL(`${provider.issuerURL}/jwks`))
    for (const { login, claims } of people.accounts) {
      const signedIn = await signIn({ ...asAnna(provider.issuerURL), login })
      const header = decodeProtectedHeader(signedIn.idToken)
      expect(Object.keys(header).sort()).toEqual(['alg', 'kid'])
      expect(header.alg).toBe('RS256')
      const verified = await jwtVerify(signedIn.idToken, keys, {
        issuer: provider.issuerURL,
        audience: 'app',
      })
      expect(verified.payload).toEqual(signedIn.claims)
      expect(signedIn.claims).toMatchObject({ ...claims, iss: provider.issuerURL, aud: 'app', sub: login })
      expect(signedIn.subject).toBe(login)
      expect(signedIn.accessToken).not.toBe('')
    }
  })

  it('publishes one RSA key of 2048 bits, fresh with each start', async () => {
    const other = await startOutsideProvider(people)
    onTestFinished(() => other.close())
    const sets = await Promise.all(
      [provider, other].map(
        async ({ issuerURL }) => (await (await fetch(`${issuerURL}/jwks`)).json()) as JwkSet,
      ),
    )
    const keys = sets.flatMap((set) => set.keys)
    expect(keys).toHaveLength(2)
    expect(new Set(keys.map((key) => key.kid)).size).toBe(2)
    for (const key of keys) {
      expect(key).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig' })
      expect(Buffer.from(key.n, 'base64url')).toHaveLength(256)
      expect(key).not.toHaveProperty('d')
    }
  })

  it('puts a fresh jti into each token, or none when told so', async () => {
    const first = await signIn(asAnna(provider.issuerURL))
    const second = await signIn(asAnna(provider.issuerURL))
    expect(first.claims['jti']).toMatch(/^[0-9a-f-]{36}$/)
    expect(second.claims['jti']).toMatch(/^[0-9a-f-]{36}$/)
    expect(first.claims['jti']).not.toBe(second.claims['jti'])

    const without = await startOutsideProvider({ ...people, jti: false, idTokenLifetimeSeconds: 90 })
    onTestFinished(() => without.close())
    const { claims } = await signIn(asAnna(without.issuerURL))
    expect(claims).not.toHaveProperty('jti')
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(90)
  })

  it('releases the email for scope email only', async () => {
    const { claims } = await signIn({ ...asAnna(provider.issuerURL), scope: 'openid' })
    expect(claims['sub']).toBe('anna')
    expect(claims).not.toHaveProperty('email')
    expect(claims).not.toHaveProperty('name')
  })

  it('refuses an unknown login and still signs in a known one', async () => {
    await expect(signIn({ ...asAnna(provider.issuerURL), login: 'mallory' })).rejects.toMatchObject({
      code: 'ERR_REFUSED',
    })
    await expect(signIn(asAnna(provider.issuerURL))).resolves.toMatchObject({ subject: 'anna' })
  })

  it.each([
    ['an unknown client', { clientId: 'nobody' }, 'invalid_client'],
    [
      'a redirect URI that is not registered',
      { redirectURI: 'http://127.0.0.1/elsewhere' },
      'invalid_redirect_uri',
    ],
  ])("stops at %s and passes the provider's error code on", async (_, wrong, code) => {
    const error = await failure(signIn({ ...asAnna(provider.issuerURL), ...wrong }))
    expect(error).toMatchObject({ code: 'ERR_FETCH_FAILED' })
    expect(error.message).toContain(code)
    expect(error.message).not.toContain(password)
  })

  it('is refused when the provider sends an error back to the app', async () => {
    const error = await failure(signIn({ ...asAnna(provider.issuerURL), scope: 'email' })) // no `openid`
    expect(error).toMatchObject({ code: 'ERR_REFUSED' })
  })

  it.each([
    ['no challenge', {}],
    ['method plain', { code_challenge: 'a'.repeat(43), code_challenge_method: 'plain' }],
  ])('demands PKCE with S256: %s', async (_, challenge) => {
    const query = {
      client_id: 'app',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: redirectURI,
      state: 's',
    }
    const url = `${provider.issuerURL}/auth?${new URLSearchParams({ ...query, ...challenge })}`
    const answer = new URL((await fetch(url, { redirect: 'manual' })).headers.get('location') ?? '')
    expect(answer.origin + answer.pathname).toBe(redirectURI)
    expect(answer.searchParams.get('error')).toBe('invalid_request')
  })

  it.each([
    ['http beyond loopback', { issuerURL: 'http://idp.example.com' }],
    ['an issuer that is no URL', { issuerURL: 'idp' }],
    ['a redirect URI that is no URL', { redirectURI: '/callback' }],
    ['an empty login', { login: '' }],
    ['an empty password', { password: '' }],
  ])('takes %s as misuse', async (_, wrong) => {
    await expect(signIn({ ...asAnna(provider.issuerURL), ...wrong })).rejects.toMatchObject({
      code: 'ERR_INVALID_OPTION',
    })
  })
})

describe('the outside provider', () => {
  it('hands its notices over, prints none and leaves the console as it was', async () => {
    expect(notices.some((notice) => notice.includes('devInteractions'))).toBe(true)
    expect(notices.every((notice) => notice.startsWith('oidc-provider '))).toBe(true)
    await fetch(`${provider.issuerURL}/auth`) // its error page
    await signIn(asAnna(provider.issuerURL))
    expect(printed.flatMap((spy) => spy.mock.calls)).toEqual([])
    expect([console.info, console.warn, console.error]).toEqual(printed)
  })

  it('closes with connections open, more than once, and frees the port', async () => {
    const closing = await startOutsideProvider(people)
    await signIn(asAnna(closing.issuerURL))
    await Promise.all([closing.close(), closing.close()])
    await closing.close()
    await expect(fetch(closing.issuerURL)).rejects.toThrow()
    const error = await failure(signIn(asAnna(closing.issuerURL)))
    expect(error).toMatchObject({ code: 'ERR_FETCH_FAILED' })
    expect(error.message).toContain('ECONNREFUSED')
  })

  it.each<[string, Partial<OutsideProviderOptions>]>([
    ['two accounts with one login', { accounts: [...people.accounts, { login: 'anna', claims: {} }] }],
    [
      'a redirect URI beyond loopback',
      { clients: [{ clientId: 'app', redirectURIs: ['http://app.example/cb'] }] },
    ],
    ['an ID token without lifetime', { idTokenLifetimeSeconds: 0 }],
  ])('takes %s as misuse', async (_, wrong) => {
    await expect(startOutsideProvider({ ...people, ...wrong })).rejects.toMatchObject({
      code: 'ERR_INVALID_OPTION',
    })
  })

  it('names the package when it is missing', async () => {
    vi.resetModules()
    vi.doMock('oidc-provider', () => {
      throw new Error('not installed')
    })
    onTestFinished(() => {
      vi.doUnmock('oidc-provider')
      vi.resetModules()
    })
    const fresh = await import('../../src/cli/demo/outsideProvider.js')
    const error = await failure(fresh.startOutsideProvider(people))
    expect(error).toMatchObject({ code: 'ERR_MISSING_PEER' })
    expect(error.message).toContain('oidc-provider')
  })
})

describe('at a provider that behaves otherwise', () => {
  const loginForm =
    '<form method="post" action="/login"><input name=login><input type=password name=password></form>'

  it.each<[string, Page]>([
    ['a page without a form', () => '<h1>Welcome</h1>'],
    [
      'a form that is no login and no consent',
      () => '<form method=post action=/go><input name=prompt value=x></form>',
    ],
    ['a form to be fetched by GET', () => '<form action=/login><input type=password name=password></form>'],
    ['two forms to post', () => loginForm + loginForm],
    ['a page beyond all size', () => loginForm + ' '.repeat(70_000)],
    ['tags that never end', () => '<form '.repeat(9_000) + '<input "'.repeat(1_000)],
    ['an internal error', (_, response) => ((response.statusCode = 500), loginForm)],
    ['a redirect without a target', (_, response) => ((response.statusCode = 302), '')],
    ['a redirect that keeps the method', (_, response) => redirect(response, '/auth', 307)],
    ['a redirect to another site', (_, response) => redirect(response, 'http://127.0.0.2:9/')],
    ['a dropped connection', (request) => (request.socket.destroy(), '')],
    [
      'an answer for another sign-in',
      (_, response) => redirect(response, `${redirectURI}?code=c&state=other`),
    ],
  ])('stops at %s, without sending the password', async (_, page) => {
    const { issuerURL, received } = await serve(page)
    const error = await failure(signIn(asAnna(issuerURL)))
    expect(error).toMatchObject({ name: 'FederationError', code: 'ERR_FETCH_FAILED' })
    expect(received.some(({ body }) => body !== '')).toBe(false)
  })

  it('does not post the login form to another site', async () => {
    const other = await serve(() => '')
    const { issuerURL } = await serve(() => loginForm.replace('/login', `${other.issuerURL}/steal`))
    await expect(signIn(asAnna(issuerURL))).rejects.toMatchObject({ code: 'ERR_FETCH_FAILED' })
    expect(other.received).toEqual([])
  })

  it('gives up after twelve steps', async () => {
    const { issuerURL, received } = await serve((_, response) => redirect(response, '/auth'))
    await expect(signIn(asAnna(issuerURL))).rejects.toMatchObject({ code: 'ERR_FETCH_FAILED' })
    expect(received).toHaveLength(12)
  })

  it('fills in the form as it was written: quotes, entities, prefilled and hidden fields', async () => {
    const form = `<FORM METHOD='POST' ACTION="/login?a=1&amp;b=2">
      <input type=hidden name="csrf" value="&lt;&quot;&#39;&amp;amp;&gt;"/><input name='login' value="old">
      <input TYPE="password" name="password" required></FORM><input name="outside">`
    const { issuerURL, received } = await serve((request) =>
      request.url?.startsWith('/auth') ? form : 'done',
    )
    await expect(signIn(asAnna(issuerURL))).rejects.toMatchObject({ code: 'ERR_FETCH_FAILED' })
    expect(received[1]).toMatchObject({ method: 'POST', url: '/login?a=1&b=2' })
    expect(Object.fromEntries(new URLSearchParams(received[1]?.body))).toEqual({
      csrf: '<"\'&amp;>',
      login: 'anna',
      password,
    })
  })

  it('sends each cookie to its path only, the most specific first, and forgets the expired', async () => {
    const steps = ['/a/one', '/a/two/x', '/ab', '/end']
    const { issuerURL, received } = await serve((request, response) => {
      if (request.url?.startsWith('/auth')) {
        response.setHeader('set-cookie', [
          'all=1; path=/; httponly',
          'narrow=2==; Path=/a; expires=Fri, 01 Jan 2100 00:00:00 GMT',
          'narrow=root; path=/',
          'brief=3; path=/; max-age=100; expires=Thu, 01 Jan 1970 00:00:00 GMT',
          'gone=4; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT',
          'nameless',
        ])
      }
      if (request.url === '/a/two/x') response.setHeader('set-cookie', ['here=5', 'all=; path=/; max-age=0'])
      const next = steps[steps.indexOf(request.url ?? '') + 1]
      return next === undefined ? '' : redirect(response, next)
    })
    await expect(signIn(asAnna(issuerURL))).rejects.toMatchObject({ code: 'ERR_FETCH_FAILED' })
    expect(received.map(({ cookie }) => cookie)).toEqual([
      '',
      'narrow=2==; all=1; narrow=root; brief=3',
      'narrow=2==; all=1; narrow=root; brief=3',
      'narrow=root; brief=3',
      'narrow=root; brief=3',
    ])
  })
})

interface JwkSet {
  readonly keys: readonly { readonly kid: string; readonly n: string }[]
}

type Page = (request: IncomingMessage, response: ServerResponse) => string

function redirect(response: ServerResponse, location: string, status = 303): string {
  response.writeHead(status, { location })
  return ''
}

/** A provider whose discovery document is in order and whose every other answer is `page`; closed with the test. */
async function serve(page: Page) {
  const received: { method: string; url: string; cookie: string; body: string }[] = []
  const server = createServer(async (request, response) => {
    if (request.url === '/.well-known/openid-configuration') {
      response.setHeader('content-type', 'application/json')
      const endpoints = { authorization_endpoint: `${issuerURL}/auth`, token_endpoint: `${issuerURL}/token` }
      response.end(JSON.stringify({ issuer: issuerURL, jwks_uri: `${issuerURL}/jwks`, ...endpoints }))
      return
    }
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const { method = '', url = '', headers } = request
    received.push({ method, url, cookie: headers.cookie ?? '', body })
    response.end(page(request, response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuerURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { issuerURL, received }
}

async function failure(work: Promise<unknown>): Promise<Error> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof Error)) throw new Error('It was expected to fail.')
  return error
}
