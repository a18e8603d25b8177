import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startOutsideProvider, type OutsideProvider } from '../../src/cli/demo/outsideProvider.js'
import {
  begin,
  CALLBACK,
  CLIENT,
  oidcApp,
  signInAtProvider,
  type AppOptions,
  type OidcApp,
} from './oidcSupport.js'
import { Browser, MAJORS } from './support.js'

const TAGS = { 'https://aws.amazon.com/tags': { principal_tags: { Department: ['billing'] } } }

let provider: OutsideProvider
beforeAll(async () => {
  provider = await startOutsideProvider({
    accounts: [{ login: 'ada', claims: { email: 'ada@example.com', email_verified: true, ...TAGS } }],
    clients: [{ clientId: CLIENT, redirectURIs: [`http://127.0.0.1${CALLBACK}`] }],
  })
})
afterAll(() => provider.close())

let running: OidcApp[] = []
afterEach(async () => {
  await Promise.all(running.map((one) => one.close()))
  running = []
})

async function start(options: Partial<AppOptions> = {}): Promise<OidcApp> {
  const app = await oidcApp({ issuerURL: provider.issuerURL, ...options })
  running.push(app)
  return app
}

describe.each(MAJORS)('a sign-in at oidc-provider on %s', (_major, express) => {
  it('asks with PKCE, state and nonce, and ends in a session where the person wanted to go', async () => {
    const app = await start({ express })
    const browser = new Browser()
    const asked = await begin(browser, app, '/reports?year=2026')
    expect(asked.origin).toBe(provider.issuerURL)
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: CLIENT,
      scope: 'openid email profile',
      code_challenge_method: 'S256',
      redirect_uri: `${app.url}${CALLBACK}`,
    })
    for (const name of ['state', 'nonce', 'code_challenge'])
      expect(asked.searchParams.get(name)).toHaveLength(43)

    const back = await signInAtProvider(asked.href, 'ada')
    expect(new URL(back).searchParams.get('iss')).toBe(provider.issuerURL)
    const landed = await browser.fetch(back)
    expect([landed.status, landed.headers.get('location')]).toEqual([303, '/reports?year=2026'])
    const page = (await (await browser.fetch(app.url)).json()) as Record<string, Record<string, unknown>>
    expect(page['identity']).toMatchObject({
      protocol: 'oidc',
      issuer: provider.issuerURL,
      subject: 'ada',
      audience: CLIENT,
      accessControl: { Department: 'billing' },
      claims: { email: 'ada@example.com' },
    })
    expect(page['tags']).toMatchObject({ tags: [{ key: 'Department', value: 'billing' }] })
    expect(app.refusals.all).toEqual([])
  })

  it('keeps the JWT with the session and out of the browser', async () => {
    const seen: (string | undefined)[] = []
    const app = await start({
      express,
      routes: (routes, sessions) => {
        routes.get('/seen', (request, response) => {
          seen.push(sessions.read(request)?.idToken)
          response.end()
        })
      },
    })
    const browser = new Browser()
    await browser.fetch(await signInAtProvider((await begin(browser, app)).href, 'ada'))
    await browser.fetch(`${app.url}/seen`)
    const [jwt = ''] = seen
    expect(jwt.split('.')).toHaveLength(3)
    expect(browser.set.join('\n')).not.toContain(jwt.split('.')[1])
  })

  it('lets two tabs sign in side by side, and each callback once', async () => {
    const app = await start({ express })
    const browser = new Browser()
    const [one, two] = [await begin(browser, app, '/one'), await begin(browser, app, '/two')]
    const [first, second] = [await signInAtProvider(one.href, 'ada'), await signInAtProvider(two.href, 'ada')]
    expect((await browser.fetch(second)).headers.get('location')).toBe('/two')
    expect((await browser.fetch(first)).headers.get('location')).toBe('/one')
    expect((await browser.fetch(first)).status).toBe(403)
    expect(app.refusals.last).toEqual([403, 'express/login used'])
  })

  it('takes a callback that is sent twice at once only once', async () => {
    const app = await start({ express })
    const browser = new Browser()
    const back = await signInAtProvider((await begin(browser, app)).href, 'ada')
    const statuses = (await Promise.all([1, 2, 3, 4].map(() => browser.fetch(back)))).map(
      ({ status }) => status,
    )
    expect(statuses.sort()).toEqual([303, 403, 403, 403])
    expect(new Set(app.refusals.all.map(({ findings }) => findings[0]?.rule))).toEqual(
      new Set(['express/login']),
    )
  })

  it('signs nobody in with a callback of another browser', async () => {
    const app = await start({ express })
    const [mallory, ada] = [new Browser(), new Browser()]
    const back = await signInAtProvider((await begin(mallory, app)).href, 'ada')
    expect((await ada.fetch(back)).status).toBe(403)
    expect(app.refusals.last).toEqual([403, 'express/login-browser no-cookie'])
    await begin(ada, app)
    expect((await ada.fetch(back)).status).toBe(403)
    expect(app.refusals.last).toEqual([403, 'express/login-browser other-browser'])
    expect(await (await ada.fetch(app.url)).json()).toMatchObject({ identity: null })
    // What another browser tried has not used it up.
    expect((await mallory.fetch(back)).status).toBe(303)
  })

  it('signs out by POST of a page of this app alone', async () => {
    const app = await start({ express })
    const browser = new Browser()
    await browser.fetch(await signInAtProvider((await begin(browser, app)).href, 'ada'))
    expect((await browser.fetch(`${app.url}/signout`)).status).toBe(405)
    expect((await browser.post(`${app.url}/signout`, '', { origin: 'https://evil.example' })).status).toBe(
      403,
    )
    expect(app.refusals.last).toEqual([403, 'express/origin other-origin'])
    const held = new Map(browser.cookies)
    const out = await browser.post(`${app.url}/signout`)
    expect([out.status, out.headers.get('location')]).toEqual([303, '/'])
    expect(await (await browser.fetch(app.url)).json()).toMatchObject({ identity: null })
    for (const [name, value] of held) browser.cookies.set(name, value)
    expect((await browser.fetch(app.url)).status).toBe(401)
  })
})
