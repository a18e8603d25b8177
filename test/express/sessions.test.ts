import { afterEach, describe, expect, it } from 'vitest'
import { refused, type SamlIdentity, type StateStore } from '../../src/core/index.js'
import {
  appSessions,
  requireIdentity,
  requireTag,
  type AppSessions,
  type AppSessionsOptions,
  type SealingKey,
} from '../../src/express/index.js'
import { openCookie, sealCookie } from '../../src/express/sessionCookie.js'
import { memoryStateStore } from '../../src/stores/index.js'
import { NOW } from '../support/saml.js'
import { Browser, expectPublic, MAJORS, Refusals, send, serve, type App } from './support.js'

const keyOf = (id: string, fill: number): SealingKey => ({ id, key: new Uint8Array(32).fill(fill) })
const [K1, K2] = [keyOf('k1', 1), keyOf('k2', 2)]
const ADA: SamlIdentity = {
  protocol: 'saml',
  nameID: 'ada@example.com',
  issuer: 'https://idp.example.com',
  accessControl: { Department: 'billing' },
  attributes: { ['__proto__']: ['x'], groups: ['a', 'b'] },
  authnInstant: NOW,
  assertionID: '_a',
  notOnOrAfter: NOW + 300,
  verifiedBy: '00',
}

let close: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(close.map((one) => one()))
  close = []
})

interface World {
  readonly url: string
  readonly clock: { now: number }
  readonly refusals: Refusals
  readonly state: StateStore
}

async function world(make: (world: World) => App): Promise<World> {
  const clock = { now: NOW }
  const refusals = new Refusals()
  const state = memoryStateStore({ now: () => clock.now })
  let made: World | undefined
  const server = await serve((url) => {
    made = { url, clock, refusals, state }
    return make(made)
  })
  close.push(server.close)
  return made ?? Promise.reject(new Error('nothing was made'))
}

describe.each(MAJORS)('sessions on %s', (_major, express) => {
  const routes = (app: App, sessions: AppSessions, identity: () => SamlIdentity = () => ADA): App => {
    app.get('/in', (request, response) => {
      void sessions
        .begin(request, response, { identity: identity(), idToken: 'jwt-of-ada' })
        .then((begun) => {
          if (begun) response.redirect(303, '/')
        })
    })
    app.use(sessions)
    app.all('/', (request, response) => {
      response.json({ identity: request.identity ?? null, tags: request.sessionTags?.tags ?? null })
    })
    return app
  }

  async function start(options: Partial<AppSessionsOptions> = {}, identity?: () => SamlIdentity) {
    let sessions: AppSessions | undefined
    const it = await world(({ url, clock, refusals, state }) => {
      sessions = appSessions({
        url,
        keys: [K1],
        state,
        now: () => clock.now,
        onRefused: refusals.onRefused,
        signOutPath: '/signout',
        ...options,
      })
      return routes(express(), sessions, identity)
    })
    const signedIn = async (): Promise<Browser> => {
      const browser = new Browser()
      expect((await browser.fetch(`${it.url}/in`)).status).toBe(303)
      return browser
    }
    return { ...it, signedIn, sessions: sessions as AppSessions }
  }

  const cookieOf = (browser: Browser): [name: string, value: string] => {
    const [cookie = ['', '']] = browser.cookies
    return cookie
  }
  const withCookie = (url: string, cookie: string): Promise<Response> => send(url, { headers: { cookie } })

  it('tells who is signed in, until they sign out', async () => {
    const { url, refusals, signedIn } = await start()
    expect(await (await new Browser().fetch(url)).json()).toEqual({ identity: null, tags: null })
    const browser = await signedIn()
    const shown = await browser.fetch(url)
    expect(shown.headers.get('cache-control')).toBe('no-store')
    const { identity, tags } = (await shown.json()) as { identity: SamlIdentity; tags: unknown }
    expect(identity).toEqual(JSON.parse(JSON.stringify(ADA)))
    expect(tags).toMatchObject([{ key: 'Department', value: 'billing' }])
    await expectPublic(await browser.fetch(`${url}/signout`), 405)
    expect(refusals.last).toEqual([405, 'express/sign-out method'])
    const [name, value] = cookieOf(browser)
    const out = await browser.post(`${url}/signout`)
    expect([out.status, out.headers.get('location')]).toEqual([303, '/'])
    expect(browser.cookies.size).toBe(0)
    // The cookie of before is worth nothing any more.
    await expectPublic(await withCookie(url, `${name}=${value}`), 401)
    expect(refusals.last).toEqual([401, 'express/session-entry gone'])
    expect((await browser.post(`${url}/signout`)).status).toBe(303)
  })

  it('keeps what it knows sealed: neither cookie nor store tell it', async () => {
    const stored: string[] = []
    const inner = memoryStateStore({ now: () => NOW })
    const state: StateStore = {
      ...inner,
      put: (key, value, options) => {
        stored.push(key, JSON.stringify(value))
        return inner.put(key, value, options)
      },
    }
    const { signedIn } = await start({ state })
    const [, value] = cookieOf(await signedIn())
    const [header = ''] = value.split('.')
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
      alg: 'dir',
      enc: 'A256GCM',
      kid: 'k1',
      typ: 'app-session',
    })
    for (const text of [value, ...stored])
      for (const part of text.split('.'))
        for (const secret of ['ada@example.com', 'jwt-of-ada', 'billing'])
          expect(Buffer.from(part, 'base64url').toString('latin1') + text).not.toContain(secret)
  })

  describe('ends the request, and forgets the cookie, of', () => {
    async function refusedCookie(
      app: { url: string; refusals: Refusals },
      cookie: string,
      reason: string,
      name = cookie.slice(0, cookie.indexOf('=')),
    ) {
      const response = await withCookie(app.url, cookie)
      await expectPublic(response, 401, [cookie, 'ada@example.com'])
      expect(app.refusals.last).toEqual([401, reason])
      expect(JSON.stringify(app.refusals.last)).not.toContain(cookie)
      expect(response.headers.getSetCookie()).toEqual([
        `${name}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax`,
      ])
    }

    it('a cookie that is altered, in any part', async () => {
      const app = await start()
      const [name, value] = cookieOf(await app.signedIn())
      const parts = value.split('.')
      for (const at of [2, 3, 4]) {
        const part = parts[at] ?? ''
        const flipped = (part.startsWith('A') ? 'B' : 'A') + part.slice(1)
        await refusedCookie(
          app,
          `${name}=${parts.map((other, index) => (index === at ? flipped : other)).join('.')}`,
          'express/session-cookie altered',
        )
      }
      for (const text of ['', 'x', 'a.b.c', `${value}.`, value.slice(1), 'null', '{}'])
        await refusedCookie(app, `${name}=${text}`, 'express/session-cookie form')
    })

    it('a cookie that is too long to be one', async () => {
      const app = await start()
      const [name, value] = cookieOf(await app.signedIn())
      await refusedCookie(app, `${name}=${value}${'A'.repeat(4096)}`, 'express/session-cookie size')
    })

    it('a session that has ended', async () => {
      const app = await start({ maxAgeSeconds: 60 })
      const [name, value] = cookieOf(await app.signedIn())
      app.clock.now += 59
      expect((await withCookie(app.url, `${name}=${value}`)).status).toBe(200)
      app.clock.now += 1
      await refusedCookie(app, `${name}=${value}`, 'express/session-lifetime expired')
      app.clock.now = NOW - 61
      await refusedCookie(app, `${name}=${value}`, 'express/session-lifetime not-begun')
    })

    it('any session, while the clock shows no time', async () => {
      const { url, clock, refusals, signedIn } = await start()
      const browser = await signedIn()
      clock.now = NaN
      await expectPublic(await browser.fetch(url), 401)
      expect(refusals.last).toEqual([401, 'express/session-lifetime expired'])
      await expectPublic(await browser.fetch(`${url}/in`), 403)
      expect(refusals.last).toEqual([403, 'express/session-end ended'])
    })

    it('a name that comes twice', async () => {
      const app = await start()
      const [name, value] = cookieOf(await app.signedIn())
      await refusedCookie(app, `${name}=${value}; ${name}=x`, 'express/session-cookie duplicate')
      await refusedCookie(app, `${name}=${value};${name}=${value}`, 'express/session-cookie duplicate')
    })

    it('another app, with other keys or with the same', async () => {
      const app = await start({ cookieName: '__Host-a' })
      const sameKeys = await start({ cookieName: '__Host-a', keys: [K1] })
      const sameId = await start({ cookieName: '__Host-a', keys: [keyOf('k1', 9)] })
      const others = await start({ cookieName: '__Host-a', keys: [K2] })
      const cookie = async (other: typeof app) => cookieOf(await other.signedIn()).join('=')
      await refusedCookie(app, await cookie(sameKeys), 'express/session-cookie other-app')
      await refusedCookie(app, await cookie(sameId), 'express/session-cookie altered')
      await refusedCookie(app, await cookie(others), 'express/session-cookie unknown-key')
    })

    it('an old key that was taken out; one that was kept still opens', async () => {
      let keys: readonly SealingKey[] = [K1]
      const app = await start({ keys: () => keys })
      const [name, value] = cookieOf(await app.signedIn())
      keys = [K2, K1]
      expect(await (await withCookie(app.url, `${name}=${value}`)).json()).toMatchObject({
        identity: { nameID: 'ada@example.com' },
      })
      keys = [K2]
      await refusedCookie(app, `${name}=${value}`, 'express/session-cookie unknown-key')
    })

    it('a cookie that says otherwise of the person than the store', async () => {
      const app = await start({ cookieName: '__Host-a' })
      const [name, value] = cookieOf(await app.signedIn())
      const opened = await openCookie(value, { name, keys: [K1] })
      if (typeof opened === 'string') throw new Error(opened)
      const who = {
        protocol: 'saml',
        issuer: ADA.issuer,
        name: ADA.nameID,
        tags: { Department: 'billing' },
      } as const
      const resealed = async (more: object) =>
        `${name}=${await sealCookie(opened, { ...who, ...more }, { name, keys: [K1] })}`
      expect((await withCookie(app.url, await resealed({}))).status).toBe(200)
      for (const more of [{ name: 'eve@example.com' }, { issuer: 'x' }, { tags: { Department: 'sales' } }])
        await refusedCookie(app, await resealed(more), 'express/session-entry differs')
    })

    it('an entry that is gone, another one, or unreadable', async () => {
      const entries = new Map<string, unknown>()
      const inner = memoryStateStore({ now: () => NOW })
      const state: StateStore = {
        ...inner,
        async get(key) {
          const entry = await inner.get(key)
          return entry && { ...entry, value: entries.has(key) ? entries.get(key) : entry.value }
        },
        put(key, value, options) {
          stored.push([key, value])
          return inner.put(key, value, options)
        },
      }
      const stored: [string, unknown][] = []
      const app = await start({ state })
      const cookie = cookieOf(await app.signedIn()).join('=')
      await app.signedIn()
      const [[key = ''] = [], [, other] = []] = stored
      for (const [value, reason] of [
        [other, 'differs'],
        ['x', 'form'],
        [null, 'size'],
        [cookie.slice(cookie.indexOf('=') + 1), 'form'],
        [String(stored[0]?.[1]).slice(0, -8) + 'AAAAAAAA', 'altered'],
      ] as const) {
        entries.set(key, value)
        await refusedCookie(app, cookie, `express/session-entry ${reason}`)
      }
      await state.delete(key)
      await refusedCookie(app, cookie, 'express/session-entry gone')
    })
  })

  it('gives every sign-in a fresh session, and ends the one of before', async () => {
    const app = await start()
    const browser = await app.signedIn()
    const [name, before] = cookieOf(browser)
    await browser.fetch(`${app.url}/in`)
    expect(cookieOf(browser)[1]).not.toBe(before)
    expect((await browser.fetch(app.url)).status).toBe(200)
    await expectPublic(await withCookie(app.url, `${name}=${before}`), 401)
    expect(app.refusals.last).toEqual([401, 'express/session-entry gone'])
  })

  it('begins anew in a browser whose cookie is worth nothing', async () => {
    const app = await start()
    const browser = await app.signedIn()
    const [name] = cookieOf(browser)
    browser.cookies.set(name, 'planted')
    expect((await browser.fetch(`${app.url}/in`)).status).toBe(303)
    expect((await browser.fetch(app.url)).status).toBe(200)
  })

  it('sets one cookie, whatever an answer set before, and tells of nobody once a session has ended', async () => {
    const gone: unknown[] = []
    const app = await world(({ url, state, clock }) => {
      const sessions = appSessions({ url, keys: [K1], state, now: () => clock.now })
      const made = express()
      made.use(sessions)
      made.post('/again', (request, response) => {
        response.cookie('own', '1')
        void sessions
          .end(request, response)
          .then(() => {
            gone.push(request.identity ?? sessions.read(request))
          })
          .then(() => sessions.begin(request, response, { identity: ADA }))
          .then(() => sessions.begin(request, response, { identity: ADA }))
          .then(() => response.end())
      })
      return made
    })
    const browser = new Browser()
    await browser.post(`${app.url}/again`)
    await browser.post(`${app.url}/again`)
    expect(browser.set.map((line) => line.slice(0, line.indexOf('=')).replace(/-\d+$/, ''))).toEqual([
      'own',
      '__Host-countersign',
      'own',
      '__Host-countersign',
    ])
    expect(gone).toEqual([undefined, undefined])
  })

  it('ends no later than the identity provider says', async () => {
    const app = await start({}, () => ({ ...ADA, sessionNotOnOrAfter: NOW + 100 }))
    const browser = await app.signedIn()
    expect(browser.set.at(-1)).toContain('; Max-Age=100;')
    app.clock.now += 100
    await expectPublic(await browser.fetch(app.url), 401)
    expect(app.refusals.last).toEqual([401, 'express/session-lifetime expired'])
  })

  describe('takes what changes something from its own pages alone:', () => {
    it.each([
      [{}, 'absent'],
      [{ origin: 'https://evil.example.com' }, 'other-origin'],
      [{ origin: 'null' }, 'other-origin'],
      [{ origin: '' }, 'other-origin'],
      [{ 'sec-fetch-site': 'cross-site' }, 'other-site'],
      [{ 'sec-fetch-site': 'same-site' }, 'other-site'],
      [{ 'sec-fetch-site': 'same-origin', origin: 'https://evil.example.com' }, 'other-origin'],
    ] as const)('%j is refused', async (headers, reason) => {
      const app = await start()
      const browser = await app.signedIn()
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        await expectPublic(await browser.fetch(app.url, { method, headers }), 403)
        expect(app.refusals.last).toEqual([403, `express/origin ${reason}`])
      }
      await expectPublic(await browser.fetch(`${app.url}/signout`, { method: 'POST', headers }), 403)
      // Still signed in: a refused request ends no session.
      expect((await browser.fetch(app.url, { headers })).status).toBe(200)
      // Without a session there is nothing to protect.
      expect((await send(app.url, { method: 'POST', headers })).status).toBe(200)
    })

    it('its own origin, or a browser that says so, is taken', async () => {
      const app = await start()
      const browser = await app.signedIn()
      for (const headers of [
        { origin: app.url },
        { 'sec-fetch-site': 'same-origin' },
        { 'sec-fetch-site': 'none' },
        { origin: app.url, 'sec-fetch-site': 'same-origin' },
      ] as Record<string, string>[])
        expect((await browser.fetch(app.url, { method: 'POST', headers })).status).toBe(200)
      const withPath = { origin: `${app.url}/` }
      expect((await browser.fetch(app.url, { method: 'POST', headers: withPath })).status).toBe(403)
    })
  })

  it('refuses a sign-in whose tags are refused, or cannot be made, or that is too large', async () => {
    const finding = { rule: 'abac/x', reason: 'y', severity: 'error', message: 'No.' } as const
    for (const [tags, told] of [
      [() => refused([finding]), [403, 'abac/x y']],
      [() => Promise.reject(new Error('secret of the app')), [500, 'express/session-tags threw']],
      [
        () => {
          throw new Error('secret of the app')
        },
        [500, 'express/session-tags threw'],
      ],
    ] as const) {
      const app = await start({ tags })
      const browser = new Browser()
      await expectPublic(await browser.fetch(`${app.url}/in`), told[0], ['secret of the app'])
      expect(app.refusals.last).toEqual(told)
      expect(browser.cookies.size).toBe(0)
    }
    const large = await start({}, () => ({ ...ADA, attributes: { a: ['x'.repeat(500_000)] } }))
    await expectPublic(await new Browser().fetch(`${large.url}/in`), 403)
    expect(large.refusals.last).toEqual([403, 'express/session-content too-large'])
    const half = await start({}, () => ({ ...ADA, nameID: '\ud800' }))
    await expectPublic(await new Browser().fetch(`${half.url}/in`), 403)
    expect(half.refusals.last).toEqual([403, 'express/session-content not-json'])
  })

  it('drops from the cookie what has no room there, and still knows it', async () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`Key${at}`, 'v'.repeat(200)]))
    for (const more of [{ accessControl: many }, { nameID: 'é'.repeat(5_000), accessControl: many }]) {
      const app = await start({}, () => ({ ...ADA, ...more }))
      const browser = await app.signedIn()
      const cookie = cookieOf(browser).join('=')
      expect(cookie.length).toBeLessThanOrEqual(4096)
      const { identity, tags } = (await (await browser.fetch(app.url)).json()) as Record<string, unknown>
      expect(identity).toMatchObject(more)
      expect(tags).toHaveLength(40)
    }
  })

  it('keeps two apps of one process apart, also one within the other', async () => {
    const states = [memoryStateStore({ now: () => NOW }), memoryStateStore({ now: () => NOW })]
    const app = await world(({ url, refusals }) => {
      const [outer, inner] = [1, 2].map((at) =>
        appSessions({
          url,
          cookieName: `__Host-app${at}`,
          keys: [keyOf('k', at)],
          state: states[at - 1] as StateStore,
          now: () => NOW,
          onRefused: refusals.onRefused,
        }),
      ) as [AppSessions, AppSessions]
      const within = routes(express(), inner, () => ({
        ...ADA,
        nameID: 'eve@example.com',
        issuer: 'https://other.example.com',
      }))
      // The sessions of one app know nothing of what those of another one opened last.
      within.all('/outer', (request, response) => {
        void outer
          .update(request, () => ({ kept: { spoilt: true } }))
          .then((update) =>
            outer
              .end(request, response)
              .then((ended) => ({ ended, update, kept: outer.read(request) ?? null })),
          )
          .then((told) => response.json(told))
      })
      within.get('/me', requireIdentity(), (request, response) => {
        response.json({ identity: request.identity })
      })
      const all = express()
      all.use('/free', routes(express(), outer))
      all.use(outer)
      all.use('/inner', within)
      all.get('/me', requireIdentity(), (request, response) => {
        response.json({ identity: request.identity })
      })
      return all
    })
    const browser = new Browser()
    const who = async (path: string): Promise<unknown> => {
      const response = await browser.fetch(`${app.url}${path}`)
      if (response.status !== 200) return response.status
      return ((await response.json()) as { identity: SamlIdentity | null }).identity?.nameID ?? null
    }
    await browser.fetch(`${app.url}/free/in`)
    expect([await who('/me'), await who('/inner/'), await who('/inner/me')]).toEqual([
      'ada@example.com',
      null,
      401,
    ])
    await browser.fetch(`${app.url}/inner/in`)
    expect([await who('/me'), await who('/inner/'), await who('/inner/me')]).toEqual([
      'ada@example.com',
      'eve@example.com',
      'eve@example.com',
    ])
    const outer = await browser.post(`${app.url}/inner/outer`)
    expect(await outer.json()).toEqual({ ended: true, update: { ok: false, reason: 'gone' }, kept: null })
    expect([await who('/me'), await who('/inner/me')]).toEqual([401, 'eve@example.com'])
    await browser.fetch(`${app.url}/free/in`)
    // One app's cookie under the other's name opens nothing.
    browser.cookies.set('__Host-app2', browser.cookies.get('__Host-app1') ?? '')
    expect(await who('/inner/me')).toBe(401)
    expect(app.refusals.last).toEqual([401, 'express/session-cookie altered'])
  })

  it('keeps what middlewares keep, each change by compare-and-set', async () => {
    const app = await world(({ url, state, clock }) => {
      const sessions = appSessions({ url, keys: [K1], state, now: () => clock.now, signOutPath: '/signout' })
      const made = routes(express(), sessions)
      made.post('/add', requireIdentity(), (request, response) => {
        const add = sessions.update(request, ({ idToken = '', kept }) => ({
          idToken,
          kept: { count: Number(kept?.count ?? 0) + 1 },
        }))
        void add.then((update) => {
          // Whoever asks behind an update is told the same person.
          requireIdentity()(request, response, () => {
            response.json({ ok: update.ok, ...sessions.read(request)?.kept })
          })
        })
      })
      made.get('/kept', (request, response) => {
        const content = sessions.read(request)
        response.json({ idToken: content?.idToken, kept: content?.kept })
      })
      made.post('/late', (request, response) => {
        void send(`${url}/signout`, {
          method: 'POST',
          headers: { cookie: String(request.headers.cookie), origin: url },
        })
          .then(() => sessions.update(request, () => ({})))
          .then((update) => response.json(update))
      })
      return made
    })
    const browser = new Browser()
    const nobody = await browser.post(`${app.url}/add`)
    expect(nobody.status).toBe(401)
    await browser.fetch(`${app.url}/in`)
    const answers = await Promise.all([1, 2, 3, 4].map(() => browser.post(`${app.url}/add`)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    const kept = await browser.fetch(`${app.url}/kept`)
    expect(await kept.json()).toEqual({ idToken: 'jwt-of-ada', kept: { count: 4 } })
    const late = await browser.post(`${app.url}/late`)
    expect(await late.json()).toEqual({ ok: false, reason: 'gone' })
  })

  describe('requireIdentity and requireTag', () => {
    const guarded = (signInPath?: string, spoof = false) =>
      world(({ url, state, clock, refusals }) => {
        const sessions = appSessions({
          url,
          keys: [K1],
          state,
          now: () => clock.now,
          onRefused: refusals.onRefused,
          ...(signInPath === undefined ? {} : { signInPath }),
        })
        const app = routes(express(), sessions)
        if (spoof)
          app.use((request, _response, next) => {
            request.identity = ADA
            next()
          })
        app.all('/me', requireIdentity(), (_request, response) => void response.send('in'))
        const tagged = (path: string, key: string, ...values: string[]) =>
          app.get(path, requireTag(key, ...values), (_request, response) => void response.send('in'))
        tagged('/any', 'Department')
        tagged('/one', 'Department', 'billing')
        tagged('/two', 'Department', 'sales', 'billing')
        tagged('/other', 'Department', 'sales', 'Billing', '')
        tagged('/missing', 'department', 'billing')
        tagged('/proto', '__proto__')
        return app
      })

    it('let in who is signed in, and has the tag to the letter', async () => {
      const app = await guarded()
      const browser = new Browser()
      await browser.fetch(`${app.url}/in`)
      for (const path of ['/me', '/any', '/one', '/two'])
        expect(await (await browser.fetch(app.url + path)).text()).toBe('in')
      for (const [path, reason] of [
        ['/other', 'mismatch'],
        ['/missing', 'missing'],
        ['/proto', 'missing'],
      ] as const) {
        await expectPublic(await browser.fetch(app.url + path), 403, ['billing'])
        expect(app.refusals.last).toEqual([403, `express/tag ${reason}`])
      }
    })

    it('send a person to sign in, and refuse programs', async () => {
      const app = await guarded('/signin')
      const go = async (path: string, headers: Record<string, string>, method = 'GET') => {
        const response = await send(app.url + path, { method, headers })
        return response.headers.get('location') ?? response.status
      }
      const page = { accept: 'text/html', 'sec-fetch-mode': 'navigate' }
      expect(await go('/me?a=1', page)).toBe('/signin?returnTo=%2Fme%3Fa%3D1')
      expect(await go('/one', { accept: 'text/html,*/*' })).toBe('/signin?returnTo=%2Fone')
      expect(await go('/me?x=%00', page)).toBe('/signin?returnTo=%2Fme%3Fx%3D%2500')
      expect(await go('/me', { accept: 'application/json' })).toBe(401)
      expect(await go('/me', { accept: 'text/html', 'sec-fetch-mode': 'cors' })).toBe(401)
      expect(await go('/me', page, 'POST')).toBe(401)
      expect(app.refusals.last).toEqual([401, 'express/identity absent'])
    })

    it('believe nobody but the sessions', async () => {
      const app = await guarded(undefined, true)
      await expectPublic(await send(`${app.url}/me`), 401)
      expect(app.refusals.last).toEqual([401, 'express/identity absent'])
      await expectPublic(await send(`${app.url}/any`), 401)
      const bare = await world(() => {
        const made = express()
        made.get('/me', requireIdentity(), (_request, response) => void response.send('in'))
        return made
      })
      await expectPublic(await send(`${bare.url}/me`), 500)
    })
  })
})

describe('appSessions', () => {
  const good = {
    url: 'https://app.example.com',
    keys: [K1],
    state: memoryStateStore({ now: () => NOW }),
  }

  it('tells misuse when the app starts', () => {
    for (const bad of [
      { url: 'http://app.example.com' },
      { url: 'https://app.example.com/path' },
      { url: 'https://user@app.example.com' },
      { url: 'app.example.com' },
      { keys: [] },
      { keys: [K1, K1] },
      { keys: [{ id: 'k', key: new Uint8Array(31) }] },
      { keys: [{ id: '', key: new Uint8Array(32) }] },
      { state: {} },
      { maxAgeSeconds: 59 },
      { maxAgeSeconds: 604_801 },
      { maxAgeSeconds: 60.5 },
      { cookieName: 'session' },
      { cookieName: '__Host-a b' },
      { signInPath: 'https://evil.example.com' },
      { signInPath: '//evil.example.com' },
      { signOutPath: '/a?b' },
      { signedOutPath: '/\\evil.example.com' },
      { onRefused: 'x' },
      { now: 5 },
      { tags: {} },
    ])
      expect(() => appSessions({ ...good, ...bad } as unknown as AppSessionsOptions)).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_OPTION' }),
      )
    expect(() => appSessions(good)).not.toThrow()
    for (const url of ['http://localhost:3000', 'http://127.0.0.1', 'https://app.example.com:8443/'])
      expect(appSessions({ ...good, url }).url).toBe(new URL(url).origin)
    expect(() => requireTag('')).toThrow(expect.objectContaining({ code: 'ERR_INVALID_OPTION' }))
  })
})
