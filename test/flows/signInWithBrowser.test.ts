import { request } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Verdict } from '../../src/core/index.js'
import {
  signInWithBrowser,
  type BrowserOptions,
  type BrowserPorts,
  type SignInTokens,
} from '../../src/flows/index.js'
import { json, oidcServer, refuse, type OidcServer } from '../support/oidcServer.js'

let server: OidcServer
beforeEach(async () => {
  server = await oidcServer()
})
afterEach(() => server.stop())

const told = ({ findings }: Verdict<unknown>): string[] =>
  findings.map(({ rule, reason }) => `${rule} ${reason}`)

function signIn(
  openBrowser: BrowserPorts['openBrowser'],
  more: Partial<BrowserOptions> = {},
  ports: Partial<BrowserPorts> = {},
): Promise<Verdict<SignInTokens>> {
  const startUrl = 'https://d-1234567890.awsapps.com/start'
  return signInWithBrowser(
    { endpoint: server.url, startUrl, clientName: 'Test', ...more },
    { openBrowser, ...ports },
  )
}

interface Visit {
  readonly status: number
  readonly headers: Record<string, unknown>
  readonly body: string
}

/** A request as raw as a test wants it; status -1 where nobody listens. */
function visit(url: string, method = 'GET', headers: Record<string, string> = {}): Promise<Visit> {
  return new Promise((resolve) => {
    const sent = request(url, { method, headers, agent: false }, (message) => {
      let body = ''
      message.on('data', (chunk) => (body += String(chunk)))
      message.on('end', () => resolve({ status: message.statusCode ?? 0, headers: message.headers, body }))
    })
    sent.on('error', () => resolve({ status: -1, headers: {}, body: '' }))
    sent.end()
  })
}

const changed = (url: string, change: (query: URLSearchParams) => void): string => {
  const [address = '', query] = url.split('?')
  const parameters = new URLSearchParams(query)
  change(parameters)
  return `${address}?${parameters.toString()}`
}

describe('signInWithBrowser', () => {
  it('registers, sends the person to the server with PKCE, and redeems the code', async () => {
    let asked = ''
    const visits: Promise<Visit>[] = []
    const verdict = await signIn((url) => {
      asked = url
      visits.push(visit(server.consent(url)))
    })
    expect(verdict).toMatchObject({ ok: true, findings: [], value: { tokens: { tokenType: 'Bearer' } } })
    const query = new URL(asked).searchParams
    expect([...query.keys()]).toEqual(['response_type', 'client_id', 'redirect_uri', 'state', 'code_challenge_method', 'code_challenge', 'scopes']) // prettier-ignore
    expect(query.get('redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback$/)
    expect(query.get('scopes')).toBe('sso:account:access')
    expect(query.get('code_challenge_method')).toBe('S256')
    expect(server.requests.map(({ path }) => path)).toEqual(['/client/register', '/token'])
    expect(server.requests[0]?.body).toEqual({
      clientName: 'Test',
      clientType: 'public',
      scopes: ['sso:account:access'],
      redirectUris: ['http://127.0.0.1/oauth/callback'],
      grantTypes: ['authorization_code', 'refresh_token'],
      issuerUrl: 'https://d-1234567890.awsapps.com/start',
    })
    expect(server.requests[1]?.body['redirectUri']).toBe(query.get('redirect_uri'))
    const [page] = await Promise.all(visits)
    expect(page).toMatchObject({
      status: 200,
      headers: { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
    })
    expect(page?.headers['content-security-policy']).toContain("default-src 'none'")
    expect(page?.body).not.toContain(query.get('state'))
  })

  it('is closed once the browser came back: a callback that is replayed meets nobody', async () => {
    let back = ''
    await signIn((url) => {
      back = server.consent(url)
      void visit(back)
    })
    expect(await visit(back)).toMatchObject({ status: -1 })
    const [, token, ...more] = server.requests
    expect([token?.path, more]).toEqual(['/token', []])
  })

  it('refuses other hosts, paths, methods and what a page loads, and waits on', async () => {
    const statuses: number[] = []
    const verdict = await signIn(async (url) => {
      const back = server.consent(url)
      const { port, origin } = new URL(back)
      const see = async (...visited: Parameters<typeof visit>) =>
        statuses.push((await visit(...visited)).status)
      await see(back, 'GET', { host: `attacker.example:${port}` })
      await see(back, 'GET', { host: `localhost:${port}` })
      await see(back, 'GET', { host: '127.0.0.1' })
      await see(back.replace('/callback', '/callback/'))
      await see(back.replace('/oauth/callback', '/OAuth/callback'))
      await see(back.replace('/oauth/callback', '/oauth/%63allback'))
      await see(`${origin}/favicon.ico`)
      await see(back, 'POST')
      await see(back, 'OPTIONS', { 'access-control-request-private-network': 'true' })
      await see(back, 'HEAD')
      await see(back, 'GET', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' })
      await see(back, 'GET', { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' })
      await see(back, 'GET', { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' })
    })
    expect(statuses).toEqual([421, 421, 421, 404, 404, 404, 404, 405, 405, 405, 403, 403, 200])
    expect(verdict.ok).toBe(true)
  })

  it.each<[string, (query: URLSearchParams) => void, string[]]>([
    ['a wrong state', (query) => query.set('state', 'x'.repeat(43)), ['sign-in/state mismatch']],
    ['no state', (query) => query.delete('state'), ['sign-in/state missing']],
    ['a repeated code', (query) => query.append('code', 'other'), ['sign-in/callback-query repeated']],
    [
      'code and error',
      (query) => query.set('error', 'access_denied'),
      ['sign-in/callback-outcome both', 'sign-in/authorized access-denied'],
    ],
    [
      'a refusal',
      (query) => {
        query.delete('code')
        query.set('error', 'access_denied')
      },
      ['sign-in/authorized access-denied'],
    ],
    [
      'a refusal with a wrong state',
      (query) => {
        query.delete('code')
        query.set('error', 'x')
        query.set('state', 'y')
      },
      ['sign-in/state mismatch'],
    ],
  ])('refuses a callback with %s, and asks for no token', async (_, change, expected) => {
    // prettier-ignore
    const pages: Promise<Visit>[] = []
    const verdict = await signIn((url) => void pages.push(visit(changed(server.consent(url), change))))
    expect(verdict.ok).toBe(false)
    expect(told(verdict)).toEqual(expected)
    expect(await Promise.all(pages)).toMatchObject([{ status: 400 }])
    expect(server.requests.map(({ path }) => path)).toEqual(['/client/register'])
  })

  it('holds iss against the issuer that is expected', async () => {
    const issuer = 'https://identitycenter.amazonaws.com/ssoins-1234567890abcdef'
    const back = (iss?: string) => (url: string) =>
      void visit(changed(server.consent(url), (query) => iss !== undefined && query.set('iss', iss)))
    expect((await signIn(back(issuer), { issuer })).ok).toBe(true)
    expect(told(await signIn(back(`${issuer}/`), { issuer }))).toEqual(['sign-in/iss mismatch'])
    expect(told(await signIn(back(), { issuer }))).toEqual(['sign-in/iss missing'])
    const unchecked = await signIn(back(issuer))
    expect([unchecked.ok, told(unchecked)]).toEqual([true, ['sign-in/iss-unchecked unchecked']])
  })

  it('ends when nobody comes, and when it is called off, and listens no more', async () => {
    let back = ''
    const remember = (url: string): void => void (back = server.consent(url))
    expect(told(await signIn(remember, { timeoutSeconds: 1 }))).toEqual(['sign-in/ended timeout'])
    expect(await visit(back)).toMatchObject({ status: -1 })

    const controller = new AbortController()
    const { signal } = controller
    const opened = (url: string): void => {
      remember(url)
      controller.abort()
    }
    expect(told(await signIn(opened, {}, { signal }))).toEqual(['sign-in/ended aborted'])
    expect(await visit(back)).toMatchObject({ status: -1 })
    expect(told(await signIn(remember, {}, { signal }))).toEqual(['sign-in/ended aborted'])
  })

  it('tells the caller when their own callback fails, and listens no more', async () => {
    let back = ''
    const failing = (url: string): never => {
      back = server.consent(url)
      throw new Error('no browser')
    }
    await expect(signIn(failing)).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION' })
    expect(await visit(back)).toMatchObject({ status: -1 })
  })

  it('keeps a registration that is good, and makes a new one for one that is unknown or has ended', async () => {
    const come = (url: string): void => void visit(server.consent(url))
    const first = await signIn(come)
    if (!first.ok) throw new Error('refused')
    const { client } = first.value
    expect(await signIn(come, { client })).toMatchObject({ ok: true, value: { client } })
    const registrations = (): number =>
      server.requests.filter(({ path }) => path === '/client/register').length
    expect(registrations()).toBe(1)

    const now = (): number => client.clientSecretExpiresAt - 900
    expect(await signIn(come, { client }, { now: () => now() - 1 })).toMatchObject({
      ok: true,
      value: { client },
    })
    expect(registrations()).toBe(1)
    server.overrides.set('/client/register', (_, outgoing) =>
      json(outgoing, 200, { clientId: 'new', clientSecret: 'new', clientIdIssuedAt: now(), clientSecretExpiresAt: now() + 7_776_000 }),
    ) // prettier-ignore
    expect(await signIn(come, { client }, { now })).toMatchObject({
      ok: true,
      value: { client: { clientId: 'new' } },
    })

    server.overrides.set(
      '/token',
      ({ clientId }, outgoing) => clientId !== 'new' && refuse(outgoing, 'InvalidClientException'),
    )
    expect(await signIn(come, { client })).toMatchObject({ ok: true, value: { client: { clientId: 'new' } } })
  })
})
