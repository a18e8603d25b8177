import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PrivateKeyJwt } from 'openid-client'
import type { OidcSignInOptions } from '../../src/express/index.js'
import { safeFetch } from '../../src/flows/index.js'
import {
  begin,
  CLIENT,
  json,
  oidcApp,
  otherRSA,
  scriptedIssuer,
  type OidcApp,
  type ScriptedIssuer,
} from './oidcSupport.js'
import { Browser } from './support.js'

let issuer: ScriptedIssuer
let app: OidcApp
let browser: Browser
beforeEach(async () => {
  issuer = await scriptedIssuer()
  await start()
  browser = new Browser()
})
afterEach(async () => {
  await app.close()
  await issuer.close()
})

async function start(signIn: Partial<OidcSignInOptions> = {}): Promise<void> {
  app = await oidcApp({ issuerURL: issuer.url, signIn: { timeoutSeconds: 1, ...signIn } })
}

async function restart(signIn: Partial<OidcSignInOptions>): Promise<void> {
  await app.close()
  await start(signIn)
}

/** A sign-in from begin to end: `303`, or the refusal. */
async function signIn(): Promise<readonly (number | string)[]> {
  const asked = await begin(browser, app)
  if (asked.protocol === 'status:') return app.refusals.last
  const response = await browser.fetch(issuer.accept(asked))
  const page = await response.text()
  if (response.status === 303) return [303]
  expect(page).not.toMatch(/at-secret|eyJ|\n +at |evil/)
  expect(JSON.stringify(app.refusals.all)).not.toMatch(/at-secret|eyJ|evil/)
  expect(await (await browser.fetch(app.url)).json()).toMatchObject({ identity: null })
  return app.refusals.last
}

const seconds = () => Math.floor(Date.now() / 1000)

describe('an ID token', () => {
  it('that is good signs in, with its tags', async () => {
    issuer.script.claims = {
      'https://aws.amazon.com/tags/principal_tags/Department': 'billing',
      auth_time: 1_700_000_000,
    }
    expect(await signIn()).toEqual([303])
    expect(await (await browser.fetch(app.url)).json()).toMatchObject({
      identity: { accessControl: { Department: 'billing' }, authnInstant: 1_700_000_000 },
    })
  })

  const claims: readonly [string, Record<string, unknown>, string][] = [
    ['of another issuer', { iss: 'https://evil.example' }, 'express/oidc-id-token iss'],
    ['for another client', { aud: 'evil' }, 'express/oidc-id-token aud'],
    ['for others as well', { aud: [CLIENT, 'evil'] }, 'express/oidc-id-token aud'],
    ['issued to another client', { aud: [CLIENT, 'evil'], azp: 'evil' }, 'express/oidc-id-token azp'],
    ['of another sign-in', { nonce: 'evil' }, 'express/oidc-id-token nonce'],
    ['without a nonce', { nonce: undefined }, 'express/oidc-id-token claims'],
    ['without a subject', { sub: undefined }, 'express/oidc-id-token claims'],
    ['with a subject that is no text', { sub: 7 }, 'express/oidc-id-token claims'],
    ['that has expired', { exp: seconds() - 3600 }, 'express/oidc-id-token expired'],
    ['that is not valid yet', { nbf: seconds() + 3600 }, 'express/oidc-id-token not-yet'],
    ['of the future', { iat: seconds() + 3600 }, 'tti/iat future'],
    ['with tags that are none', { 'https://aws.amazon.com/tags': 'evil' }, 'abac/tag-claims type'],
  ]
  it.each(claims)('%s is refused', async (_name, more, reason) => {
    issuer.script.claims = more
    expect(await signIn()).toEqual([403, reason])
  })

  const headers: readonly [string, Record<string, unknown>, string][] = [
    ['none', { alg: 'none' }, 'express/oidc-id-token alg'],
    ['HS256', { alg: 'HS256' }, 'express/oidc-id-token alg'],
    ['RS512', { alg: 'RS512' }, 'express/oidc-id-token alg'],
    ['ES256', { alg: 'ES256' }, 'express/oidc-id-token alg'],
  ]
  it.each(headers)('with the algorithm %s is refused', async (_name, header, reason) => {
    issuer.script.header = header
    expect(await signIn()).toEqual([403, reason])
  })

  it('with another algorithm is refused where the provider offers that, too', async () => {
    issuer.script.metadata['id_token_signing_alg_values_supported'] = ['RS256', 'ES256']
    issuer.script.header = { alg: 'ES256' }
    expect(await signIn()).toEqual([403, 'express/oidc-id-token alg'])
  })

  it('with a key of its own, or an unknown one, is refused', async () => {
    issuer.script.key = otherRSA.privateKey
    expect(await signIn()).toEqual([403, 'tti/signature invalid'])
    issuer.script.header = { jwk: otherRSA.publicKey.export({ format: 'jwk' }) }
    expect((await signIn())[0]).toBe(403)
    issuer.script.header = { kid: 'k2' }
    expect((await signIn())[0]).toBe(403)
  })

  it('with no signature, or that is no JWT, is refused', async () => {
    issuer.script.idToken = (input) => `${input}.`
    expect((await signIn())[0]).toBe(403)
    issuer.script.idToken = () => 'evil'
    expect((await signIn())[0]).toBeGreaterThanOrEqual(400)
    issuer.script.idToken = () => 'a.b.c'
    expect((await signIn())[0]).toBeGreaterThanOrEqual(400)
  })
})

describe('a token endpoint', () => {
  const answers: readonly [string, ScriptedIssuer['script']['token'], readonly [number, string]][] = [
    [
      'that answers HTML',
      (_, out) => void out.setHeader('content-type', 'text/html').end('<b>evil</b>'),
      [502, 'express/oidc-token not-json'],
    ],
    [
      'that answers no JSON',
      (_, out) => void out.setHeader('content-type', 'application/json').end('evil'),
      [502, 'express/oidc-token malformed'],
    ],
    ['that fails', (_, out) => json(out, 500, { error: 'evil' }), [503, 'express/oidc-token status']],
    [
      'that redirects',
      (_, out) => void out.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
      [502, 'express/oidc-token redirect'],
    ],
    [
      'that answers without end',
      (_, out) => void out.setHeader('content-type', 'application/json').end('x'.repeat(300_000)),
      [502, 'express/oidc-token too-large'],
    ],
    ['that hangs', () => undefined, [503, 'express/oidc-token timeout']],
    [
      'that hangs in its answer',
      (_, out) => void out.writeHead(200, { 'content-type': 'application/json' }).write('{'),
      [503, 'express/oidc-token timeout'],
    ],
    ['that hangs up', (_, out) => void out.destroy(), [503, 'express/oidc-token network']],
    [
      'that refuses the code',
      (_, out) => json(out, 400, { error: 'invalid_grant', error_description: 'evil' }),
      [403, 'express/oidc-token invalid-grant'],
    ],
    [
      'that refuses the client',
      (_, out) => json(out, 401, { error: 'invalid_client' }),
      [502, 'express/oidc-token invalid-client'],
    ],
    [
      'that refuses otherwise',
      (_, out) => json(out, 400, { error: 'invalid_request' }),
      [502, 'express/oidc-token refused'],
    ],
    [
      'that gives no ID token',
      (_, out) => json(out, 200, { access_token: 'a', token_type: 'Bearer' }),
      [502, 'express/oidc-id-token missing'],
    ],
    ['that gives no token', (_, out) => json(out, 200, {}), [502, 'express/oidc-id-token missing']],
  ]
  it.each(answers)('%s signs nobody in', async (_name, token, refusal) => {
    issuer.script.token = token
    expect(await signIn()).toEqual(refusal)
  })

  it('is sent the secret of a confidential client, as the provider takes it', async () => {
    issuer.script.metadata['token_endpoint_auth_methods_supported'] = [
      'client_secret_basic',
      'client_secret_post',
    ]
    await restart({ clientSecret: 'client secret' })
    expect(await signIn()).toEqual([303])
    expect(issuer.last.body.get('client_secret')).toBe('client secret')
    expect(issuer.last.body.get('code_verifier')).toHaveLength(43)
    delete issuer.script.metadata['token_endpoint_auth_methods_supported']
    await restart({ clientSecret: 'client secret' })
    expect(await signIn()).toEqual([303])
    const [scheme, value = ''] = issuer.last.authorization?.split(' ') ?? []
    const decoded = Buffer.from(value, 'base64')
      .toString()
      .split(':')
      .map((part) => decodeURIComponent(part.replaceAll('+', ' ')))
    expect([scheme, decoded]).toEqual(['Basic', [CLIENT, 'client secret']])
  })

  it('is shown a signed assertion of a client with a key', async () => {
    const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'sign',
      'verify',
    ])
    await restart({ clientAuthentication: PrivateKeyJwt(privateKey) })
    expect(await signIn()).toEqual([303])
    expect(issuer.last.body.get('client_assertion_type')).toContain('jwt-bearer')
  })
})

describe('a provider', () => {
  it('is asked what else the app wants, but for what a sign-in is made of', async () => {
    await restart({ authorizationParameters: { prompt: 'select_account' } })
    expect((await begin(browser, app)).searchParams.get('prompt')).toBe('select_account')
    for (const name of ['state', 'redirect_uri', 'response_mode', 'request'])
      await expect(
        oidcApp({ issuerURL: issuer.url, signIn: { authorizationParameters: { [name]: 'x' } } }),
      ).rejects.toThrow(name)
  })

  it('that is down when the app starts is found when it is up', async () => {
    const { url } = issuer
    const clock = { now: seconds() }
    await issuer.close()
    await app.close()
    app = await oidcApp({ issuerURL: url, sessions: { now: () => clock.now }, signIn: { timeoutSeconds: 1 } })
    expect(await signIn()).toEqual([503, 'express/oidc-discovery network'])
    // The rest of the app is not stopped by it.
    expect((await browser.fetch(app.url)).status).toBe(200)
    const { createServer } = await import('node:http')
    const again = await scriptedIssuer()
    const proxy = createServer((_, out) => json(out, 200, { ...again.script.metadata, issuer: url }))
    await new Promise<void>((resolve) => proxy.listen(Number(new URL(url).port), '127.0.0.1', resolve))
    clock.now += 6
    const asked = await begin(browser, app)
    expect(asked.origin).toBe(again.url)
    await new Promise((resolve) => proxy.close(resolve))
    proxy.closeAllConnections()
    await again.close()
  })

  it('is asked for its document once, by however many', async () => {
    await Promise.all(Array.from({ length: 20 }, () => begin(new Browser(), app)))
    expect(issuer.asked.filter((one) => one === 'GET /.well-known/openid-configuration')).toHaveLength(1)
  })

  const documents: readonly [string, Record<string, unknown>, string][] = [
    ['names another issuer', { issuer: 'https://evil.example' }, 'express/oidc-discovery iss'],
    ['writes its issuer otherwise', { issuer: undefined }, 'express/oidc-discovery malformed'],
    ['has no token endpoint', { token_endpoint: undefined }, 'express/oidc-endpoints missing'],
    [
      'has an endpoint elsewhere without TLS',
      { token_endpoint: 'http://evil.example/' },
      'express/oidc-endpoints url',
    ],
    [
      'has a page that is no page',
      { authorization_endpoint: 'javascript:evil()' },
      'express/oidc-endpoints url',
    ],
    ['has no keys', { jwks_uri: undefined }, 'express/oidc-endpoints missing'],
    ['has no PKCE', { code_challenge_methods_supported: ['plain'] }, 'express/oidc-capabilities not-offered'],
    [
      'signs with other algorithms',
      { id_token_signing_alg_values_supported: ['ES256'] },
      'express/oidc-capabilities not-offered',
    ],
  ]
  it.each(documents)('whose document %s signs nobody in', async (_name, more, reason) => {
    Object.assign(issuer.script.metadata, more)
    expect(await signIn()).toEqual([502, reason])
  })

  it('that differs by a slash at the end is another', async () => {
    issuer.script.metadata['issuer'] = `${issuer.url}/`
    expect(await signIn()).toEqual([502, 'express/oidc-issuer mismatch'])
  })

  it('is not connected to at an address that is not public', async () => {
    Object.assign(issuer.script.metadata, { token_endpoint: 'https://10.1.2.3/token' })
    expect(await signIn()).toEqual([503, 'express/oidc-token address'])
    Object.assign(issuer.script.metadata, { token_endpoint: 'https://169.254.169.254/token' })
    await restart({})
    expect(await signIn()).toEqual([503, 'express/oidc-token address'])
  })

  it('whose keys cannot be had signs nobody in', async () => {
    issuer.script.metadata['jwks_uri'] = `${issuer.url}/gone`
    expect(await signIn()).toEqual([503, 'tti/issuer-unreachable status'])
  })

  it('that does not heed the time limit is not waited for', async () => {
    const fetch = safeFetch({ allowLoopback: true })
    const deaf: typeof fetch = (url: string, init) =>
      init.method === 'POST' ? new Promise(() => undefined) : fetch(url, { ...init, method: 'GET' })
    await restart({ fetch: deaf })
    expect(await signIn()).toEqual([503, 'express/oidc-token timeout'])
  })

  it('that is down keeps nobody signed in', async () => {
    const clock = { now: seconds() }
    await app.close()
    app = await oidcApp({
      issuerURL: issuer.url,
      sessions: { now: () => clock.now },
      signIn: { timeoutSeconds: 1, providerLogout: true },
    })
    expect(await signIn()).toEqual([303])
    await issuer.close()
    clock.now += 700
    const out = await browser.post(`${app.url}/signout`)
    expect([out.status, out.headers.get('location')]).toEqual([303, '/'])
    expect(await (await browser.fetch(app.url)).json()).toMatchObject({ identity: null })
  })

  it('is gone by on the way out, where the app wants that and it offers it', async () => {
    issuer.script.metadata['end_session_endpoint'] = `${issuer.url}/out`
    await restart({ providerLogout: true, signedOutPath: '/bye' })
    expect(await signIn()).toEqual([303])
    const out = new URL((await browser.post(`${app.url}/signout`)).headers.get('location')!)
    expect([out.origin, out.pathname]).toEqual([issuer.url, '/out'])
    expect(Object.fromEntries(out.searchParams)).toEqual({
      client_id: CLIENT,
      post_logout_redirect_uri: `${app.url}/bye`,
    })
    issuer.script.metadata['end_session_endpoint'] = 'http://evil.example/out'
    await restart({ providerLogout: true, signedOutPath: '/bye' })
    expect(await signIn()).toEqual([303])
    expect((await browser.post(`${app.url}/signout`)).headers.get('location')).toBe('/bye')
  })
})

describe('options', () => {
  const wrong: readonly [keyof OidcSignInOptions, unknown][] = [
    ['issuerURL', 'https://idp.example.com:8443'],
    ['issuerURL', 'https://idp.example.com/.well-known/openid-configuration'],
    ['issuerURL', 'http://idp.example.com'],
    ['clientId', ''],
    ['clientSecret', ''],
    ['redirectURL', 'https://other.example/callback'],
    ['redirectURL', '/callback'],
    ['loginPath', 'signin'],
    ['loginPath', '/signin/callback'],
    ['scope', 'email'],
    ['state', {}],
    ['sessions', {}],
    ['timeoutSeconds', 0],
    ['clockSkewSeconds', 3600],
    ['allowedReturnPaths', ['https://evil.example']],
  ]
  it.each(wrong)('%s that makes no sense is named when the app starts (%#)', async (name, value) => {
    const starting = oidcApp({ issuerURL: issuer.url, signIn: { [name]: value } })
    await expect(starting).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION' })
  })
})
