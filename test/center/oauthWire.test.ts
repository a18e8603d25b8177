import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formTargetOf } from '../../src/center/pages/page.js'
import { memoryStateStore } from '../../src/stores/index.js'
import { exampleConfig, runCenter, type RunningCenter } from '../support/center.js'
import { FormBrowser } from '../support/formBrowser.js'
import { authorizeQuery, DEVICE_CODE, REDIRECT, yielding } from '../support/grants.js'

let running: RunningCenter
beforeAll(async () => {
  const state = yielding(memoryStateStore({ now: () => Math.floor(Date.now() / 1000) }))
  running = await runCenter({ state })
})
afterAll(() => running.server.stop())

const START_URL = 'https://d-1234567890.awsapps.com/start'
const BIG = 'x'.repeat(2049)

interface Answer {
  readonly status: number
  readonly name: string | null
  readonly body: Record<string, string>
}

async function send(
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
  center = running,
): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: text }
  const response = await fetch(center.server.url + path, init)
  return {
    status: response.status,
    name: response.headers.get('x-amzn-errortype'),
    body: (await response.json()) as Record<string, string>,
  }
}

async function register(more: object = {}, center = running): Promise<Record<string, string>> {
  const request = {
    clientName: 'x',
    clientType: 'public',
    scopes: ['sso:account:access'],
    redirectUris: [REDIRECT],
    ...more,
  }
  const { body } = await send('/client/register', request, {}, center)
  return { clientId: body['clientId']!, clientSecret: body['clientSecret']! }
}

async function signedIn(userName = 'ada@example.com', center = running): Promise<FormBrowser> {
  const browser = new FormBrowser(center.server.url)
  await browser.signIn('/signin', userName)
  return browser
}

async function approved(client: Record<string, string>, browser: FormBrowser): Promise<string> {
  const { body } = await send('/device_authorization', { ...client, startUrl: START_URL })
  const consent = await browser.submit(await browser.get(`/device?user_code=${body['userCode']}`), 'Continue')
  await browser.submit(consent, 'Allow access')
  return body['deviceCode']!
}

async function code(client: Record<string, string>, browser: FormBrowser): Promise<Record<string, string>> {
  const codeVerifier = randomBytes(32).toString('base64url')
  const redirectUri = 'http://127.0.0.1:51234/oauth/callback'
  const query = new URLSearchParams(authorizeQuery(client['clientId']!, redirectUri, codeVerifier))
  const { url } = await browser.submit(await browser.get(`/authorize?${query.toString()}`), 'Allow access')
  return {
    ...client,
    grantType: 'authorization_code',
    code: url.searchParams.get('code')!,
    redirectUri,
    codeVerifier,
  }
}

const lastRules = () =>
  (running.center.events().at(-1)?.additionalEventData?.findings ?? []).map(
    ({ rule, reason }) => `${rule} ${reason}`,
  )

describe('too many at once', () => {
  it.each(['/client/register', '/device_authorization'])(
    '%s is told to slow down, as the service does',
    async (path) => {
      const state = memoryStateStore({ now: () => Math.floor(Date.now() / 1000) })
      const center = await runCenter({ state })
      try {
        const client = await register({}, center)
        const body = path === '/client/register' ? { clientName: 'x', clientType: 'public' } : { ...client, startUrl: START_URL } // prettier-ignore
        const counter = path === '/client/register' ? 'registration' : 'device-authorization'
        expect((await send(path, body, {}, center)).status).toBe(200)
        const key = `oauth:attempts:${counter}`
        const entry = await state.get(key)
        const { since } = entry!.value as { since: number }
        await state.put(key, { since, count: 1_000 }, { expiresAt: since + 600 })
        expect(await send(path, body, {}, center)).toEqual({
          status: 400,
          name: 'SlowDownException',
          body: { error: 'slow_down', error_description: 'Slow down' },
        })
      } finally {
        await center.server.stop()
      }
    },
  )
})

describe('every member of a request', () => {
  const operations: readonly [string, string, () => Promise<Record<string, unknown>>, readonly string[]][] = [
    ['/client/register', 'RegisterClient', async () => ({ clientName: 'x', clientType: 'public' }), ['clientName', 'clientType']],
    ['/device_authorization', 'StartDeviceAuthorization', async () => ({ ...(await register()), startUrl: START_URL }), ['clientId', 'clientSecret', 'startUrl']],
    ['/token', 'CreateToken', async () => ({ ...(await register()), grantType: DEVICE_CODE, deviceCode: 'x' }), ['clientId', 'clientSecret', 'grantType', 'deviceCode']],
    ['/token', 'CreateToken', async () => ({ ...(await register()), grantType: 'refresh_token', refreshToken: 'x' }), ['refreshToken']],
    ['/token', 'CreateToken', async () => ({ ...(await register()), grantType: 'authorization_code', code: 'x', redirectUri: 'x', codeVerifier: 'x' }), ['code', 'redirectUri']],
  ] // prettier-ignore
  const cases = operations.flatMap(([path, eventName, good, names]) =>
    names.map((name) => [path, name, eventName, good] as const),
  )

  it.each(cases)(
    'of %s, %s, is there once, a text and of a bounded length',
    async (path, name, eventName, good) => {
      const request = await good()
      const { [name]: value, ...without } = request
      const text = JSON.stringify(request)
      for (const body of [
        without,
        { ...request, [name]: '' },
        { ...request, [name]: 7 },
        { ...request, [name]: null },
        { ...request, [name]: [value] },
        { ...request, [name]: { toString: 'x' } },
        { ...request, [name]: BIG },
        text.replace('{', `{"${name}":"again",`),
      ]) {
        expect(await send(path, body)).toMatchObject({
          status: 400,
          name: 'InvalidRequestException',
          body: { error: 'invalid_request', error_description: 'Invalid request' },
        })
        expect(running.center.events().at(-1)).toMatchObject({
          eventName,
          errorCode: 'InvalidRequestException',
        })
      }
    },
  )

  it.each(['/client/register', '/device_authorization', '/token'])(
    'of %s: nothing but one JSON object',
    async (path) => {
      for (const body of [
        '',
        'x',
        '[]',
        'null',
        '7',
        '{"a":',
        '{}{}',
        `${'['.repeat(200)}${']'.repeat(200)}`,
        '{"x":1}',
        '{"__proto__":{"clientId":"x"}}',
      ])
        // prettier-ignore
        expect(await send(path, body), body).toMatchObject({ status: 400, name: 'InvalidRequestException' })
      expect(await send(path, 'grant_type=refresh_token', { 'content-type': 'application/x-www-form-urlencoded' })).toMatchObject({ name: 'InvalidRequestException' }) // prettier-ignore
      expect(await send(path, 'x'.repeat(70_000))).toMatchObject({ status: 413 })
      expect((await fetch(running.server.url + path)).status).toBe(404)
    },
  )

  it('and the query of /token is aws_iam=t or nothing', async () => {
    for (const query of ['?aws_iam=f', '?', '?aws_iam=t&x=y', '?x'])
      expect((await send(`/token${query}`, {})).status).toBeGreaterThanOrEqual(400)
  })

  it('of another grant is refused', async () => {
    const client = await register()
    for (const [grantType, members] of [
      [DEVICE_CODE, { deviceCode: 'x', refreshToken: 'x' }],
      ['refresh_token', { refreshToken: 'x', code: 'x' }],
      ['authorization_code', { code: 'x', redirectUri: 'x', codeVerifier: 'x', deviceCode: 'x' }],
    ] as const) {
      expect(await send('/token', { ...client, grantType, ...members })).toMatchObject({
        name: 'InvalidRequestException',
      })
      expect(lastRules()).toEqual(['oauth/grant-parameters other-grant'])
    }
  })
})

describe('secrets of one kind as another', () => {
  it('are nothing', async () => {
    const client = await register()
    const browser = await signedIn()
    const deviceCode = await approved(client, browser)
    const { code: authorizationCode, redirectUri, codeVerifier } = await code(client, browser)
    const { body } = await send('/token', {
      ...client,
      grantType: DEVICE_CODE,
      deviceCode: await approved(client, browser),
    })
    const { accessToken, refreshToken } = body
    for (const secret of [authorizationCode, accessToken, refreshToken, client['clientSecret']])
      expect(await send('/token', { ...client, grantType: DEVICE_CODE, deviceCode: secret })).toMatchObject({ name: 'InvalidGrantException' }) // prettier-ignore
    for (const secret of [authorizationCode, accessToken, deviceCode])
      expect(await send('/token', { ...client, grantType: 'refresh_token', refreshToken: secret })).toMatchObject({ name: 'InvalidGrantException' }) // prettier-ignore
    for (const secret of [deviceCode, accessToken, refreshToken])
      expect(await send('/token', { ...client, grantType: 'authorization_code', code: secret, redirectUri, codeVerifier })).toMatchObject({ name: 'InvalidGrantException' }) // prettier-ignore
    // None of that has used any of them up.
    const last = {
      ...client,
      grantType: 'authorization_code',
      code: authorizationCode,
      redirectUri,
      codeVerifier,
    }
    expect((await send('/token', last)).status).toBe(200)
    expect((await send('/token', { ...client, grantType: DEVICE_CODE, deviceCode })).status).toBe(200)
    expect((await send('/token', { ...client, grantType: 'refresh_token', refreshToken })).status).toBe(200)
  })
})

describe('the log', () => {
  it('keeps no secret of a grant, whether granted or refused', async () => {
    const client = await register()
    const device = (await send('/device_authorization', { ...client, startUrl: START_URL })).body
    const poll = { ...client, grantType: DEVICE_CODE, deviceCode: device['deviceCode'] }
    expect((await send('/token', poll)).name).toBe('AuthorizationPendingException')
    // As a program does that sends OAuth's members and the names of its own.
    const { clientId, clientSecret } = client
    await send('/token', { clientId, client_secret: clientSecret, secret: clientSecret, token: clientSecret })
    await send('/token', { ...client, user_code: device['userCode'] })
    const log = JSON.stringify(running.center.events())
    for (const secret of [clientSecret, device['userCode']]) expect(log.includes(secret!)).toBe(false)
    expect(log).toContain(client['clientId'])
  })
})

describe('a hundred at once over HTTP, with a store that yields', () => {
  it('redeem a code, a device code and a refresh token once', async () => {
    const client = await register()
    const browser = await signedIn()
    const first = await send('/token', {
      ...client,
      grantType: DEVICE_CODE,
      deviceCode: await approved(client, browser),
    })
    for (const request of [
      await code(client, browser),
      { ...client, grantType: DEVICE_CODE, deviceCode: await approved(client, browser) },
      { ...client, grantType: 'refresh_token', refreshToken: first.body['refreshToken'] },
    ]) {
      const answers = await Promise.all(Array.from({ length: 100 }, () => send('/token', request)))
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
      expect(new Set(answers.map(({ name }) => name))).toEqual(new Set([null, 'InvalidGrantException']))
    }
  })
})

describe('the clock, one second before and at each end', () => {
  const at = async (seconds: number, begin: (center: RunningCenter) => Promise<() => Promise<Answer>>) => {
    const center = await runCenter({ now: () => 1_800_000_000 })
    const request = await begin(center)
    center.center.moveClock(seconds)
    const { status, name } = await request()
    await center.server.stop()
    return name ?? status
  }

  it.each([
    [7_775_999, 200],
    [7_776_000, 'InvalidClientException'],
  ])("%d seconds after a client's registration", async (seconds, expected) => {
    const begin = async (center: RunningCenter) => {
      const client = await register({}, center)
      return () => send('/device_authorization', { ...client, startUrl: START_URL }, {}, center)
    }
    expect(await at(seconds, begin)).toBe(expected)
  })

  it.each([
    [599, 'AuthorizationPendingException'],
    [600, 'ExpiredTokenException'],
  ])('%d seconds after a device authorization', async (seconds, expected) => {
    const begin = async (center: RunningCenter) => {
      const client = await register({}, center)
      const { body } = await send('/device_authorization', { ...client, startUrl: START_URL }, {}, center)
      return () =>
        send('/token', { ...client, grantType: DEVICE_CODE, deviceCode: body['deviceCode'] }, {}, center)
    }
    expect(await at(seconds, begin)).toBe(expected)
  })

  it.each([
    [59, 200],
    [60, 'InvalidGrantException'],
  ])('%d seconds after a code', async (seconds, expected) => {
    const begin = async (center: RunningCenter) => {
      const request = await code(await register({}, center), await signedIn('ada@example.com', center))
      return () => send('/token', request, {}, center)
    }
    expect(await at(seconds, begin)).toBe(expected)
  })

  it.each([
    [28_799, 200],
    [28_800, 'InvalidGrantException'],
  ])('%d seconds after a sign-in, for a refresh', async (seconds, expected) => {
    const begin = async (center: RunningCenter) => {
      const client = await register({}, center)
      const { body } = await send(
        '/token',
        await code(client, await signedIn('ada@example.com', center)),
        {},
        center,
      )
      return () =>
        send(
          '/token',
          { ...client, grantType: 'refresh_token', refreshToken: body['refreshToken'] },
          {},
          center,
        )
    }
    expect(await at(seconds, begin)).toBe(expected)
  })
})

describe('the pages, looked at closely', () => {
  const query = async (more: Record<string, string> = {}) => {
    const { clientId } = await register()
    const all = {
      ...authorizeQuery(clientId!, 'http://127.0.0.1:51234/oauth/callback', 'v'.repeat(43)),
      ...more,
    }
    return `/authorize?${new URLSearchParams(all).toString()}`
  }

  it('carry a strict policy, and cookies that scripts and other sites do not get', async () => {
    const browser = await signedIn()
    const page = await browser.get(await query())
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-type': 'text/html; charset=utf-8',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; img-src data:; form-action 'self' http:\/\/127\.0\.0\.1:51234; frame-ancestors 'none'; base-uri 'none'$/,
    )
    expect(page.text).not.toMatch(/<script|\son\w+=|javascript:/i)
    const plain = await fetch(`${running.server.url}/signin`)
    const [cookie] = plain.headers.getSetCookie()
    expect(cookie).toMatch(/^countersign_browser=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/)
  })

  it('take no form without its proof, from another page, or of another browser', async () => {
    const path = await query()
    const browser = await signedIn()
    const page = await browser.get(path)
    const other = await (await signedIn()).get(path)
    const csrfOf = (text: string) => /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? ''
    const attempts: [Record<string, string | undefined>, Record<string, string>, string][] = [
      [{ csrf: undefined }, {}, 'proof'],
      [{ csrf: '' }, {}, 'proof'],
      [{ csrf: csrfOf(other.text) }, {}, 'proof'],
      [{}, { origin: 'https://evil.example' }, 'other-origin'],
      [{}, { origin: 'null' }, 'other-origin'],
      [{}, { 'sec-fetch-site': 'cross-site' }, 'other-origin'],
      [{}, { 'sec-fetch-site': 'same-site' }, 'other-origin'],
    ]
    for (const [fields, headers, reason] of attempts) {
      const answer = await browser.post(page, 'Allow access', fields, headers)
      expect([answer.status, lastRules()]).toEqual([403, [`center/form ${reason}`]])
    }
    const ok = await browser.post(page, 'Allow access', {}, { 'sec-fetch-site': 'same-origin' })
    expect(ok.url.searchParams.get('code')).toMatch(/^aoac[\w-]{43}$/)
  })

  it('take a form with a field twice for none', async () => {
    const browser = await signedIn()
    const page = await browser.get('/device')
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const body = `csrf=${csrf}&user_code=BBBB-BBBB&decision=deny&decision=approve`
    const headers = {
      cookie,
      origin: running.server.url,
      'content-type': 'application/x-www-form-urlencoded',
    }
    const answer = await fetch(`${running.server.url}/device`, { method: 'POST', body, headers })
    expect([answer.status, lastRules()]).toEqual([403, ['center/form malformed']])
  })

  it('send nobody elsewhere who signs in', async () => {
    for (const odd of ['https://evil.example/', '//evil.example/', '/\\evil.example', '/device\\@evil.example', '/events', '/device/../events', '/authorizex', 'javascript:alert(1)', '', '/device?x=\n']) {
      const browser = new FormBrowser(running.server.url)
      const landed = await browser.signIn(`/signin?${new URLSearchParams({ return: odd }).toString()}`, 'ada@example.com')
      expect([odd, landed.url.origin, landed.url.pathname]).toEqual([odd, running.server.url, '/start'])
    }
  }) // prettier-ignore

  it('let nobody sign in by another name of this machine, or from elsewhere', async () => {
    const at = (host: string, peerAddress: string) =>
      running.center.handle(new Request(`http://${host}/signin`), { peerAddress })
    expect((await at('127.0.0.1:9410', '127.0.0.1')).status).toBe(200)
    expect((await at('localhost:9410', '::1')).status).toBe(200)
    for (const [host, peer] of [
      ['evil.example:9410', '127.0.0.1'],
      ['127.0.0.1.evil.example', '127.0.0.1'],
      ['127.0.0.1:9410', '192.168.1.7'],
      ['127.0.0.1:9410', 'unknown'],
    ] as const) {
      expect((await at(host, peer)).status).toBe(403)
      expect(lastRules()).toEqual(['center/sign-in-local elsewhere'])
    }
  })

  it('end on a page where nobody is proven to be there, and go back with an error otherwise', async () => {
    const browser = await signedIn()
    for (const more of [{ client_id: 'x' }, { redirect_uri: 'https://evil.example/' }]) {
      const page = await browser.get(await query(more))
      expect([page.status, page.url.origin]).toEqual([400, running.server.url])
      expect(running.center.events().at(-1)).toMatchObject({ eventName: 'Authorize' })
    }
    // The error needs no sign-in: nothing is granted.
    const back = await new FormBrowser(running.server.url).get(
      await query({ code_challenge_method: 'plain' }),
    )
    expect(back.url.origin).toBe('http://127.0.0.1:51234')
    expect(back.url.searchParams.get('error')).toBe('invalid_request')
    expect(back.status).toBe(303)
  })

  it('hold a session by one cookie only', async () => {
    const browser = await signedIn()
    const ticket = browser.cookies.get('countersign_sign_in')!
    const start = async (cookie: string) =>
      (await fetch(`${running.server.url}/start`, { headers: { cookie }, redirect: 'manual' })).status
    expect(await start(`countersign_sign_in=${ticket}`)).toBe(200)
    expect(await start(`countersign_sign_in=${ticket}; countersign_sign_in=${ticket}`)).toBe(303)
    expect(await start(`countersign_sign_in=${ticket}x`)).toBe(303)
    expect(await start(`other=1; countersign_sign_in=; x`)).toBe(303)
  })

  it('do not let who is not assigned use an application', async () => {
    const config = exampleConfig() as unknown as {
      Applications: { Grants: object[]; ApplicationArn: string }[]
    }
    const [app] = config.Applications
    const uri = 'https://app.example.com/callback'
    app!.Grants.push({
      GrantType: 'authorization_code',
      Grant: { AuthorizationCode: { RedirectUris: [uri] } },
    })
    const center = await runCenter({}, config)
    const all = { ...authorizeQuery(app!.ApplicationArn, uri, 'v'.repeat(43)), scopes: 'openid' }
    const path = `/authorize?${new URLSearchParams(all).toString()}`
    for (const [userName, error] of [
      ['bob@example.com', 'access_denied'],
      ['ada@example.com', null],
    ] as const) {
      const browser = await signedIn(userName, center)
      const { url } = await browser.submit(await browser.get(path), 'Allow access')
      expect([userName, url.searchParams.get('error'), url.searchParams.has('code')]).toEqual([userName, error, error === null]) // prettier-ignore
    }
    await center.server.stop()
  })

  it('say that the center cannot answer while the store is out, and blame nobody', async () => {
    const state = memoryStateStore({ now: () => Math.floor(Date.now() / 1000) })
    let out = false
    const asked = <T>(call: () => Promise<T>): Promise<T> =>
      out ? Promise.reject(new Error('the store is out')) : call()
    const center = await runCenter({
      state: {
        get: (key) => asked(() => state.get(key)),
        put: (key, value, options) => asked(() => state.put(key, value, options)),
        delete: (key) => asked(() => state.delete(key)),
      },
    })
    const outage = async (page: Promise<{ status: number; url: URL; text: string }>) => {
      const { status, url, text } = await page
      const [finding] = center.center.events().at(-1)?.additionalEventData?.findings ?? []
      expect([status, finding?.rule, finding?.reason]).toEqual([500, 'oauth/store', 'unavailable'])
      expect(text).not.toContain('disabled or gone')
      return url.pathname
    }
    const stranger = new FormBrowser(center.server.url)
    const signIn = await stranger.get('/signin')
    const person = await signedIn('ada@example.com', center)
    const device = await person.get('/device')
    out = true
    expect(await outage(stranger.submit(signIn, 'ada@example.com'))).toBe('/signin')
    // Who is signed in is not sent to sign in again.
    expect(await outage(person.get('/device'))).toBe('/device')
    expect(await outage(person.submit(device, 'Continue', { user_code: 'BCDF-GHJK' }))).toBe('/device')
    out = false
    expect((await person.get('/device')).status).toBe(200)
    await center.server.stop()
  })

  it('name in their policy where the client is, and nothing that ends a directive', () => {
    expect(
      [
        'https://app.example.com:8443/cb',
        'http://127.0.0.1:5/cb',
        'com.example.app:/cb',
        'https://[2001:db8::1]/cb',
        'https://x;sandbox/cb',
        'https://x,y/cb',
      ].map(formTargetOf),
    ).toEqual([
      'https://app.example.com:8443',
      'http://127.0.0.1:5',
      'com.example.app:',
      'https:',
      'https:',
      'https:',
    ])
  })

  it('set all their cookies at once', async () => {
    const center = await runCenter({
      establish: async () => ({
        person: { userId: '90676d1f-5d04-4f1a-8a3e-2f1d7a3c0010', returnTo: '/start' },
      }),
    })
    const { headers } = await fetch(`${center.server.url}/signin/saml`, { redirect: 'manual' })
    const names = headers.getSetCookie().map((line) => line.split('=', 1)[0])
    expect(names).toEqual(['countersign_browser', 'countersign_sign_in'])
    await center.server.stop()
  })

  it('answer a person who is established in another way', async () => {
    const center = await runCenter({
      establish: async () => ({
        person: {
          userId: '90676d1f-5d04-4f1a-8a3e-2f1d7a3c0010',
          sessionNotOnOrAfter: Math.floor(Date.now() / 1000) + 1000,
          returnTo: '/device',
        },
      }),
    })
    const browser = new FormBrowser(center.server.url)
    const page = await browser.get('/signin/saml')
    expect(page.url.pathname).toBe('/device')
    expect(page.text).toContain('Signed in as ada@example.com')
    center.center.moveClock(1001)
    expect((await fetch(`${center.server.url}/start`, { headers: { cookie: `countersign_sign_in=${browser.cookies.get('countersign_sign_in')}` }, redirect: 'manual' })).status).toBe(303) // prettier-ignore
    await center.server.stop()
  })
})
