import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { ReplayStore, StateStore } from '../../src/core/index.js'
import { appSessions, samlServiceProvider, type SamlServiceProviderOptions } from '../../src/express/index.js'
import { buildMetadata, issueResponse, parseMetadata, validateAuthnRequest } from '../../src/saml/index.js'
import { memoryReplayStore, memoryStateStore } from '../../src/stores/index.js'
import { issueBySamlify } from '../interop/samlifyIssuer.js'
import { ORDER } from '../interop/issuer.js'
import { idpCertificate, idpSigner, NOW, otherCertificate, otherSigner } from '../support/saml.js'
import { IDP, samlApp, type SamlAppOptions } from './samlApp.js'
import { Browser, expectPublic, MAJORS, Refusals, send, serve, type App } from './support.js'

let close: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(close.map((one) => one()))
  close = []
})

const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'
const POST = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'

describe.each(MAJORS)('samlServiceProvider on %s', (_major, express) => {
  async function start(options: SamlAppOptions = {}) {
    const app = await samlApp(express, options)
    close.push(app.close)
    return app
  }

  it('signs a person in, and leads where they wanted to go', async () => {
    const app = await start()
    const browser = new Browser()
    const page = await browser.fetch(`${app.url}/billing?year=2026`, {
      headers: { accept: 'text/html', 'sec-fetch-mode': 'navigate' },
    })
    expect(page.status).toBe(303)
    const to = page.headers.get('location') ?? ''
    expect(to).toBe(`/signin?${new URLSearchParams({ returnTo: '/billing?year=2026' }).toString()}`)
    const back = await app.signIn(browser, {}, to.slice('/signin'.length))
    expect([back.status, back.headers.get('location')]).toEqual([303, '/billing?year=2026'])
    expect(await (await browser.fetch(`${app.url}/billing`)).text()).toBe('invoices')
    expect(await (await browser.fetch(`${app.url}/me`)).json()).toMatchObject({
      protocol: 'saml',
      nameID: 'ada@example.com',
      accessControl: { Department: 'billing' },
    })
    expect(app.refusals.all).toEqual([])
  })

  it('sets cookies that only this host gets, and no script', async () => {
    const app = await start()
    const browser = new Browser()
    await app.signIn(browser)
    const port = new URL(app.url).port
    expect(browser.set.map((line) => line.replace(/=[^;]*/, ''))).toEqual([
      `__Host-countersign-login-${port}; Path=/; Max-Age=600; Secure; HttpOnly; SameSite=None`,
      `__Host-countersign-${port}; Path=/; Max-Age=28800; Secure; HttpOnly; SameSite=Lax`,
    ])
  })

  it('ends the session of before, though browsers do not send its cookie with a POST of another site', async () => {
    const app = await start()
    const browser = new Browser()
    await app.signIn(browser)
    const all = new Map(browser.cookies)
    const inResponseTo = await app.begin(browser)
    const [login = ''] = [...browser.cookies].filter(([name]) => name.includes('-login'))
    const sent = new Browser()
    sent.cookies.set(login[0] ?? '', login[1] ?? '')
    const back = await app.post(sent, { SAMLResponse: app.respond({ inResponseTo }) })
    expect(back.status).toBe(303)
    expect(await app.who(sent)).toBe('ada@example.com')
    const before = new Browser()
    for (const [name, value] of all) before.cookies.set(name, value)
    await expectPublic(await before.fetch(`${app.url}/me`), 401)
    expect(app.refusals.last).toEqual([401, 'express/session-entry gone'])
  })

  it('answers its metadata', async () => {
    const app = await start()
    const response = await send(`${app.url}/saml/metadata`)
    expect(response.headers.get('content-type')).toBe('application/samlmetadata+xml')
    const entity = parseMetadata(await response.text(), { now: NOW, profile: 'service-provider' })
    expect(entity.value).toMatchObject({
      entityID: `${app.url}/saml`,
      sp: { assertionConsumerServices: [{ location: app.acs }], wantAssertionsSigned: true },
    })
  })

  it('signs its requests, by either binding', async () => {
    const parts = { entityID: IDP, certificates: [idpCertificate], ssoURL: 'https://idp.example.com/sso' }
    const sent = async (ssoBinding: 'redirect' | 'post') => {
      const app = await start({ saml: { signer: idpSigner, idp: { ...parts, ssoBinding } } })
      const response = await send(`${app.url}/signin`)
      const expectation = {
        sps: [{ entityID: `${app.url}/saml`, acsURLs: [app.acs], certificates: [idpCertificate] }],
        destination: 'https://idp.example.com/sso',
        now: NOW,
      }
      if (ssoBinding === 'redirect') {
        const query = new URL(response.headers.get('location') ?? '').search
        return validateAuthnRequest({ binding: 'redirect', query }, expectation)
      }
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
      const [, SAMLRequest = ''] = /name="SAMLRequest" value="([^"]+)"/.exec(await response.text()) ?? []
      return validateAuthnRequest({ binding: 'post', body: { SAMLRequest } }, expectation)
    }
    for (const binding of ['redirect', 'post'] as const)
      expect((await sent(binding)).value?.verifiedBy).toBe(idpCertificate.sha256)
  })

  it('trusts the certificates of the moment', async () => {
    let certificates = [otherCertificate]
    const app = await start({
      saml: {
        idp: { entityID: IDP, certificates: () => certificates, ssoURL: 'https://idp.example.com/sso' },
      },
    })
    const browser = new Browser()
    expect((await app.signIn(browser)).status).toBe(403)
    expect(app.refusals.last).toEqual([403, 'saml/signature mismatch'])
    certificates = [otherCertificate, idpCertificate]
    expect((await app.signIn(browser)).status).toBe(303)
  })

  it('reads the identity provider from its metadata, anew at every request', async () => {
    const metadata = (location: string, wantAuthnRequestsSigned = false) =>
      buildMetadata({
        entityID: IDP,
        idp: {
          certificates: [idpCertificate],
          singleSignOnServices: [
            { binding: POST, location: 'https://idp.example.com/post' },
            { binding: REDIRECT, location },
          ],
          wantAuthnRequestsSigned,
        },
      })
    let xml: string | undefined = metadata('https://idp.example.com/sso')
    const app = await start({ saml: { idp: { metadata: () => xml ?? Promise.reject(new Error('gone')) } } })
    expect((await app.signIn(new Browser())).status).toBe(303)
    for (const [next, ...told] of [
      [metadata('https://idp.example.com/sso', true), 500, 'express/identity-provider wants-signed'],
      ['<no metadata', 500, 'express/identity-provider metadata', 'saml/xml-well-formed syntax'],
      [undefined, 503, 'express/identity-provider unavailable'],
    ] as const) {
      xml = next
      const response = await send(`${app.url}/signin`)
      expect(response.status).toBe(told[0])
      await expectPublic(response)
      expect(app.refusals.last.slice(0, 2)).toEqual(told.slice(0, 2))
    }
  })

  it('takes what samlify issues', async () => {
    const now = () => Math.floor(Date.now() / 1000)
    const app = await start({
      sessions: { now, state: memoryStateStore({ now }) },
      saml: {
        idp: {
          entityID: ORDER.idp.entityID,
          certificates: [ORDER.idp.certificate],
          ssoURL: 'https://idp.example.com/sso',
        },
      },
    })
    app.clock.now = now()
    const browser = new Browser()
    const inResponseTo = await app.begin(browser)
    const sp = { entityID: `${app.url}/saml`, acsURL: app.acs, metadata: '' }
    const { response } = await issueBySamlify({ ...ORDER, inResponseTo, sp, own: undefined })
    expect((await app.post(browser, { SAMLResponse: response })).status).toBe(303)
    expect(app.refusals.all).toEqual([])
    expect(await app.who(browser)).toBe(ORDER.nameID)
  })

  describe('refuses', () => {
    it('a Response in a browser that did not begin the sign-in', async () => {
      const app = await start()
      const [ada, eve, other] = [new Browser(), new Browser(), new Browser()]
      const SAMLResponse = app.respond({ inResponseTo: await app.begin(ada) })
      await expectPublic(await app.post(eve, { SAMLResponse }), 403, [SAMLResponse])
      expect(app.refusals.last).toEqual([403, 'express/login-browser no-cookie'])
      await app.begin(other)
      await expectPublic(await app.post(other, { SAMLResponse }), 403, [SAMLResponse])
      expect(app.refusals.last).toEqual([403, 'express/login-browser other-browser'])
      for (const browser of [eve, other]) expect(await app.who(browser)).toBeNull()
      // The sign-in of the browser that began it is none the worse.
      expect((await app.post(ada, { SAMLResponse })).status).toBe(303)
    })

    it('a browser with two or strange binding cookies', async () => {
      const app = await start()
      const browser = new Browser()
      const SAMLResponse = app.respond({ inResponseTo: await app.begin(browser) })
      const [[name = '', value = ''] = []] = browser.cookies
      for (const [cookie, reason] of [
        [`${name}=${value}; ${name}=${value}`, 'duplicate-cookie'],
        [`${name}=x`, 'form'],
        [`${name}=`, 'form'],
        [`${name}=${'A'.repeat(43)}`, 'other-browser'],
      ] as const) {
        const body = new URLSearchParams({ SAMLResponse }).toString()
        const response = await send(app.acs, {
          method: 'POST',
          body,
          headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
        })
        await expectPublic(response, 403, [SAMLResponse])
        expect(app.refusals.last).toEqual([403, `express/login-browser ${reason}`])
      }
    })

    it('a Response posted twice, one after the other or at once', async () => {
      const app = await start()
      const browser = new Browser()
      const SAMLResponse = app.respond({ inResponseTo: await app.begin(browser) })
      const answers = await Promise.all([1, 2, 3].map(() => app.post(browser, { SAMLResponse })))
      expect(answers.map(({ status }) => status).sort()).toEqual([303, 403, 403])
      await expectPublic(await app.post(browser, { SAMLResponse }), 403, [SAMLResponse])
      expect(app.refusals.last).toEqual([403, 'express/login used'])
      expect(await app.who(browser)).toBe('ada@example.com')
    })

    it('a Response posted twice, even where the replay store remembers nothing', async () => {
      let letThrough = (): void => undefined
      const all = new Promise<void>((resolve) => (letThrough = resolve))
      let waiting = 0
      // Every one of them has found the sign-in under way before any of them ends it.
      const replay: ReplayStore = {
        async claim() {
          if (++waiting === 3) letThrough()
          await all
          return 'claimed'
        },
      }
      const app = await start({ saml: { replay } })
      const browser = new Browser()
      const SAMLResponse = app.respond({ inResponseTo: await app.begin(browser) })
      const answers = await Promise.all([1, 2, 3].map(() => app.post(browser, { SAMLResponse })))
      expect(answers.map(({ status }) => status).sort()).toEqual([303, 403, 403])
      expect(app.refusals.last).toEqual([403, 'express/login used'])
    })

    it('a second Response to one request', async () => {
      const app = await start()
      const browser = new Browser()
      const inResponseTo = await app.begin(browser)
      const answers = await Promise.all(
        ['ada@example.com', 'eve@example.com'].map((nameID) =>
          app.post(browser, { SAMLResponse: app.respond({ inResponseTo, nameID }) }),
        ),
      )
      expect(answers.map(({ status }) => status).sort()).toEqual([303, 403])
    })

    it('a Response to a request of nobody, of long ago, or of somebody else', async () => {
      const app = await start()
      const browser = new Browser()
      const mine = await app.begin(browser)
      await app.post(browser, { SAMLResponse: app.respond({ inResponseTo: '_made-up' }) })
      expect(app.refusals.last).toEqual([403, 'express/login unknown'])
      const theirs = await app.begin(new Browser())
      await app.post(browser, { SAMLResponse: app.respond({ inResponseTo: theirs }) })
      expect(app.refusals.last).toEqual([403, 'express/login-browser other-browser'])
      // The envelope is not signed: what it says instead of what is signed serves nobody.
      const forged = Buffer.from(app.respond({ inResponseTo: theirs }), 'base64')
        .toString()
        .replace(` InResponseTo="${theirs}"`, ` InResponseTo="${mine}"`)
      await app.post(browser, { SAMLResponse: Buffer.from(forged).toString('base64') })
      expect(app.refusals.last).toEqual([403, 'saml/in-response-to disagree'])
      app.clock.now += 600
      await app.post(browser, { SAMLResponse: app.respond({ inResponseTo: mine }) })
      expect(app.refusals.last).toEqual([403, 'express/login unknown'])
      expect(await app.who(browser)).toBeNull()
    })

    it('a sign-in that began at the identity provider, unless the app opted in', async () => {
      const closed = await start()
      const browser = new Browser()
      await expectPublic(await closed.post(browser, { SAMLResponse: closed.respond() }), 403)
      expect(closed.refusals.last).toEqual([403, 'express/unsolicited unsolicited'])
      const open = await start({ saml: { idpInitiated: true, allowedReturnPaths: ['/reports/*'] } })
      const SAMLResponse = open.respond()
      const response = await open.post(browser, { SAMLResponse, RelayState: '/reports/2026' })
      expect([response.status, response.headers.get('location')]).toEqual([303, '/reports/2026'])
      expect(await open.who(browser)).toBe('ada@example.com')
      await open.post(browser, { SAMLResponse })
      expect(open.refusals.last).toEqual([403, 'saml/replay assertion'])
      const plain = await open.post(browser, { SAMLResponse: open.respond(), RelayState: '' })
      expect([plain.status, plain.headers.get('location')]).toEqual([303, '/'])
      // What answers a request is none that began at the identity provider.
      await open.post(new Browser(), { SAMLResponse: open.respond({ inResponseTo: '_made-up' }) })
      expect(open.refusals.last).toEqual([403, 'express/login-browser no-cookie', 'express/login unknown'])
    })

    it.each([
      ['https://evil.example.com/', 'not-a-path'],
      ['//evil.example.com', 'other-host'],
      ['/\\evil.example.com', 'other-host'],
      ['javascript:alert(1)', 'not-a-path'],
      ['/\t/evil.example.com', 'characters'],
      ['/a/%2e%2e//evil.example.com', 'dot-segment'],
      ['/other', 'not-allowed'],
      [`/reports/${'x'.repeat(2048)}`, 'too-long'],
    ])('the return path %j', async (path, reason) => {
      const app = await start({ saml: { allowedReturnPaths: ['/reports/*'] } })
      const browser = new Browser()
      await expectPublic(
        await browser.fetch(`${app.url}/signin?${new URLSearchParams({ returnTo: path }).toString()}`),
        400,
      )
      expect(app.refusals.last).toEqual([400, `express/return-path ${reason}`])
      const SAMLResponse = app.respond({ inResponseTo: await app.begin(browser) })
      const response = await app.post(browser, { SAMLResponse, RelayState: path })
      await expectPublic(response, 403, ['evil.example.com'])
      expect(app.refusals.last).toEqual([403, `express/return-path ${reason}`])
      expect(await app.who(browser)).toBeNull()
    })

    it('two return paths', async () => {
      const app = await start()
      await expectPublic(await send(`${app.url}/signin?returnTo=/a&returnTo=/b`), 400)
      expect(app.refusals.last).toEqual([400, 'express/return-path duplicate'])
    })

    it('bodies that are no form of one Response', async () => {
      const app = await start()
      const form = 'application/x-www-form-urlencoded'
      const xml = 'A'.repeat(80)
      const cases: [string, Record<string, string>, number, ...string[]][] = [
        [`SAMLResponse=${'A'.repeat(524_288)}`, { 'content-type': form }, 413, 'express/body-size too-large'],
        [`SAMLResponse=${xml}`, { 'content-type': 'text/xml' }, 415, 'express/body-type media-type'],
        [
          `SAMLResponse=${xml}`,
          { 'content-type': `${form}; charset=utf-16` },
          415,
          'express/body-type media-type',
        ],
        [
          `SAMLResponse=${xml}`,
          { 'content-type': form, 'content-encoding': 'gzip' },
          415,
          'express/body-type encoded',
        ],
        ['', { 'content-type': form }, 400, 'express/body-size empty'],
        [
          `SAMLResponse=${xml}&SAMLResponse=${xml}`,
          { 'content-type': form },
          400,
          'saml/binding-parameter duplicate',
        ],
        [
          `SAMLRequest=${xml}`,
          { 'content-type': form },
          400,
          'saml/binding-parameter other-kind',
          'saml/base64 alphabet',
        ],
        ['SAMLResponse=%zz', { 'content-type': form }, 400, 'saml/binding-form escape'],
        ['SAMLResponse=e30', { 'content-type': form }, 400, 'saml/base64 padding'],
      ]
      for (const [body, headers, status, ...told] of cases) {
        const response = await send(app.acs, { method: 'POST', body, headers })
        await expectPublic(response, status)
        expect(app.refusals.last).toEqual([status, ...told])
      }
      for (const method of ['GET', 'PUT', 'DELETE']) {
        await expectPublic(await send(app.acs, { method }), 405)
        expect(app.refusals.last).toEqual([405, 'express/method other'])
      }
    })

    it('a body without a stated length past the limit, as it comes', async () => {
      const app = await start()
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const body = 'A'.repeat(786_432)
      await expectPublic(await send(app.acs, { method: 'POST', body, headers, chunked: true }), 413)
      expect(app.refusals.last).toEqual([413, 'express/body-size too-large'])
    })

    it('a person whom the identity provider’s own session has ended for', async () => {
      const app = await start({ saml: { clockSkewSeconds: 300 } })
      const browser = new Browser()
      const inResponseTo = await app.begin(browser)
      const SAMLResponse = app.respond({
        inResponseTo,
        authnInstant: NOW - 3600,
        sessionDurationSeconds: 3601,
      })
      app.clock.now += 5
      await app.post(browser, { SAMLResponse })
      expect(app.refusals.last).toEqual([403, 'express/session-end ended'])
      expect(await app.who(browser)).toBeNull()
    })
  })

  it.each([
    ['express.urlencoded', (app: App) => app.use(express.urlencoded({ extended: false, limit: '2mb' }))],
    ['its extended form', (app: App) => app.use(express.urlencoded({ extended: true, limit: '2mb' }))],
    ['express.text', (app: App) => app.use(express.text({ type: '*/*', limit: '2mb' }))],
    ['express.raw', (app: App) => app.use(express.raw({ type: '*/*', limit: '2mb' }))],
    ['express.json', (app: App) => app.use(express.json())],
  ])('works behind %s, and refuses what it refuses', async (_parser, before) => {
    const app = await start({ before })
    const browser = new Browser()
    expect((await app.signIn(browser)).status).toBe(303)
    const SAMLResponse = app.respond({ inResponseTo: await app.begin(browser) })
    const pair = new URLSearchParams({ SAMLResponse }).toString()
    await app.post(browser, `${pair}&${pair}`)
    expect(app.refusals.last).toEqual([400, 'saml/binding-parameter duplicate'])
    await app.post(browser, `SAMLResponse=${'A'.repeat(600_000)}`)
    expect(app.refusals.last).toEqual([413, 'express/body-size too-large'])
    await app.post(browser, '')
    expect(app.refusals.last).toEqual([400, 'express/body-size empty'])
  })

  it('lets two tabs sign in beside each other', async () => {
    const app = await start()
    const browser = new Browser()
    const first = await app.begin(browser, '?returnTo=/a')
    const second = await app.begin(browser, '?returnTo=/b')
    for (const [inResponseTo, path] of [
      [second, '/b'],
      [first, '/a'],
    ] as const) {
      const response = await app.post(browser, { SAMLResponse: app.respond({ inResponseTo }) })
      expect([response.status, response.headers.get('location')]).toEqual([303, path])
    }
    expect(await app.who(browser)).toBe('ada@example.com')
  })

  it('of two tabs that begin at once refuses by name the one whose cookie was replaced', async () => {
    const app = await start()
    const [one, two] = [new Browser(), new Browser()]
    const [first, second] = [await app.begin(one), await app.begin(two)]
    // One browser, in which the second answer's cookie took the place of the first one's.
    expect((await app.post(two, { SAMLResponse: app.respond({ inResponseTo: second }) })).status).toBe(303)
    await app.post(two, { SAMLResponse: app.respond({ inResponseTo: first }) })
    expect(app.refusals.last).toEqual([403, 'express/login-browser other-browser'])
    expect(await app.who(two)).toBe('ada@example.com')
  })

  describe('while a store is out', () => {
    const down = () => Promise.reject(new Error('secret of the store'))

    it.each(['get', 'put', 'delete'] as const)('lets nobody in when %s fails', async (method) => {
      let out = false
      const clock = { now: NOW }
      const inner = memoryStateStore({ now: () => clock.now })
      const state: StateStore = {
        get: (key) => (out && method === 'get' ? down() : inner.get(key)),
        put: (key, value, options) => (out && method === 'put' ? down() : inner.put(key, value, options)),
        delete: (key) => (out && method === 'delete' ? down() : inner.delete(key)),
      }
      const app = await start({ sessions: { state } })
      const browser = new Browser()
      await app.signIn(browser)
      const inResponseTo = await app.begin(browser)
      out = true
      // The session of before is replaced, so that it is deleted.
      const response = await app.post(browser, {
        SAMLResponse: app.respond({ inResponseTo, nameID: 'eve@example.com' }),
      })
      await expectPublic(response, 503, ['secret of the store'])
      expect(app.refusals.last).toEqual([503, 'express/store unavailable'])
      expect(app.refusals.all.at(-1)?.cause).toBeInstanceOf(Error)
      if (method === 'get') {
        await expectPublic(await browser.fetch(app.url), 503, ['secret of the store'])
        expect(app.refusals.last).toEqual([503, 'express/store unavailable'])
      }
      if (method === 'put') await expectPublic(await browser.fetch(`${app.url}/signin`), 503)
      if (method === 'delete') await expectPublic(await browser.post(`${app.url}/signout`), 503)
      out = false
      expect(await app.who(browser)).toBe('ada@example.com')
    })

    it.each(['unavailable', 'full', 'throws'] as const)(
      'lets nobody in when the replay store is %s',
      async (how) => {
        const replay: ReplayStore = { claim: () => (how === 'throws' ? down() : Promise.resolve(how)) }
        const app = await start({ saml: { replay } })
        const browser = new Browser()
        await expectPublic(await app.signIn(browser), 503, ['secret of the store'])
        const reason = how === 'full' ? 'full' : 'unavailable'
        expect(app.refusals.last).toEqual([503, `saml/replay-store ${reason}`])
        expect(await app.who(browser)).toBeNull()
      },
    )
  })

  it('refuses all the same when onRefused throws, or rejects', async () => {
    for (const onRefused of [
      () => {
        throw new Error('secret of the app')
      },
      () => Promise.reject(new Error('secret of the app')),
    ]) {
      const app = await start({ sessions: { onRefused } })
      const browser = new Browser()
      await expectPublic(await app.post(browser, { SAMLResponse: app.respond() }), 403, ['secret of the app'])
      expect(await app.who(browser)).toBeNull()
    }
  })

  it('keeps two apps with different identity providers apart, one within the other', async () => {
    const refusals = new Refusals()
    const state = memoryStateStore({ now: () => NOW })
    const replay = memoryReplayStore()
    const idps = [
      { entityID: 'https://one.example.com', certificates: [idpCertificate], signer: idpSigner },
      { entityID: 'https://two.example.com', certificates: [otherCertificate], signer: otherSigner },
    ] as const
    const server = await serve((url) => {
      const [outer, inner] = idps.map(({ entityID, certificates }, at) => {
        const base = ['', '/inner'][at] ?? ''
        const sessions = appSessions({
          url,
          cookieName: `__Host-app${at}`,
          keys: [{ id: 'k', key: new Uint8Array(32).fill(at) }],
          state,
          now: () => NOW,
          onRefused: refusals.onRefused,
        })
        const app = express()
        app.use(
          samlServiceProvider({
            sessions,
            idp: { entityID, certificates, ssoURL: 'https://idp.example.com/sso' },
            sp: { entityID: `${url}${base}/saml`, acsURL: `${url}${base}/acs` },
            replay,
            loginPath: `${base}/signin`,
          }),
        )
        app.use(sessions)
        app.get('/who', (request, response) => {
          response.send(request.identity?.issuer ?? 'nobody')
        })
        return app
      }) as [App, App]
      outer.use('/inner', inner)
      return outer
    })
    close.push(server.close)
    const browser = new Browser()
    const who = async (base: string) => (await browser.fetch(`${server.url}${base}/who`)).text()
    const begin = async (base: string) => {
      const { headers } = await browser.fetch(`${server.url}${base}/signin`)
      const query = new URL(headers.get('location') ?? '').search
      const [entityID, acsURL] = [`${server.url}${base}/saml`, `${server.url}${base}/acs`]
      const sps = [{ entityID, acsURLs: [acsURL] }]
      return validateAuthnRequest(
        { binding: 'redirect', query },
        { sps, destination: 'https://idp.example.com/sso', now: NOW },
      ).value?.id
    }
    let ids = 0
    const respond = (by: 0 | 1, base: string, inResponseTo: string | undefined) => {
      const sp = { entityID: `${server.url}${base}/saml`, acsURL: `${server.url}${base}/acs` }
      const { entityID, signer } = idps[by]
      const xml = issueResponse(
        { to: 'identity-center', sp, nameID: 'ada@example.com', inResponseTo },
        { entityID, signer, now: NOW, newID: () => `_two${++ids}` },
      )
      return { SAMLResponse: Buffer.from(xml.value ?? '').toString('base64') }
    }
    const post = async (base: string, form: Record<string, string>) =>
      (await browser.post(`${server.url}${base}/acs`, form)).status

    const [first, second] = [await begin(''), await begin('/inner')]
    // Each app's request, answered at the other one, or by the other one's identity provider.
    expect(await post('/inner', respond(1, '/inner', first))).toBe(403)
    expect(refusals.last).toEqual([403, 'express/login unknown'])
    expect(await post('/inner', respond(0, '/inner', second))).toBe(403)
    expect(refusals.last).toEqual([403, 'saml/signature mismatch'])
    expect(await post('', respond(0, '', first))).toBe(303)
    expect([await who(''), await who('/inner')]).toEqual(['https://one.example.com', 'nobody'])
    expect(await post('/inner', respond(1, '/inner', second))).toBe(303)
    expect([await who(''), await who('/inner')]).toEqual([
      'https://one.example.com',
      'https://two.example.com',
    ])
  })

  it('ends the request when the certificates of the moment are none', async () => {
    const idp = { entityID: IDP, certificates: () => [], ssoURL: 'https://idp.example.com/sso' }
    const app = await start({ saml: { idp } })
    const browser = new Browser()
    await expectPublic(await app.signIn(browser), 500)
    expect(app.refusals.all.at(-1)?.cause).toMatchObject({ code: 'ERR_INVALID_OPTION' })
    expect(await app.who(browser)).toBeNull()
  })

  it('answers that a body is too large without waiting for the rest of it', async () => {
    const app = await start()
    const { hostname, port } = new URL(app.url)
    const head = `POST /saml/acs HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/x-www-form-urlencoded\r\n`
    for (const sent of [
      `${head}Content-Length: 600000\r\n\r\nSAMLResponse=`,
      `${head}Transfer-Encoding: chunked\r\n\r\nA0000\r\n${'A'.repeat(0xa0000)}\r\n`,
    ]) {
      const client = connect(Number(port), hostname)
      client.write(sent)
      const answer = await new Promise<string>((resolve) =>
        client.once('data', (data) => resolve(data.toString())),
      )
      expect(answer.split('\r\n')[0]).toBe('HTTP/1.1 413 Payload Too Large')
      client.destroy()
    }
  })

  it('survives a client that goes away in the middle of its form', async () => {
    const app = await start()
    const { hostname, port } = new URL(app.url)
    const client = connect(Number(port), hostname)
    client.write(
      `POST /saml/acs HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nSAMLResponse=`,
      () => client.destroy(),
    )
    await expect.poll(() => app.refusals.last).toEqual([400, 'express/body-size broken-off'])
    expect((await app.signIn(new Browser())).status).toBe(303)
  })

  it('takes nothing of an issuer that is not the identity provider', async () => {
    const app = await start()
    const browser = new Browser()
    const SAMLResponse = app.respond(
      { inResponseTo: await app.begin(browser) },
      'https://other.example.com/saml',
    )
    await app.post(browser, { SAMLResponse })
    expect(app.refusals.last).toContain('saml/issuer mismatch')
  })
})

describe('samlServiceProvider', () => {
  it('tells misuse when the app starts', async () => {
    const app = async (saml: Partial<SamlServiceProviderOptions>) => samlApp(MAJORS[0][1], { saml })
    const sso = 'https://idp.example.com/sso'
    for (const saml of [
      { sp: { entityID: 'x', acsURL: 'https://other.example.com/acs' } },
      { sp: { entityID: '', acsURL: 'https://other.example.com/acs' } },
      { loginPath: '//evil' },
      { loginPath: '/a/../b' },
      { loginPath: '/saml/acs' },
      { allowedReturnPaths: ['https://x/'] },
      { allowedReturnPaths: [] },
      { replay: {} },
      { profile: 'other' },
      { idp: { entityID: 'x', certificates: [], ssoURL: sso } },
      { idp: { entityID: 'x', certificates: [idpCertificate], ssoURL: 'http://idp.example.com' } },
      { idp: { entityID: 'x', certificates: ['no PEM'], ssoURL: sso } },
      { idp: { metadata: '<x/>', metadataCertificates: [] } },
      { clockSkewSeconds: -1 },
      { abac: true },
      { allowSHA1: 'yes' },
      { maxAssertionLifetimeSeconds: 0.5 },
      { state: {} },
      { idp: {} },
      { sessions: {} },
    ] as unknown as Partial<SamlServiceProviderOptions>[])
      await expect(app(saml)).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION' })
  })
})
