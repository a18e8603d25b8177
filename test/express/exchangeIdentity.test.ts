import { afterEach, describe, expect, it } from 'vitest'
import { localExchange, type IdentityExchange } from '../../src/express/index.js'
import { staticIssuerKeys } from '../../src/flows/index.js'
import { readContextAssertion } from '../../src/tti/index.js'
import { assertAccepted, type StateStore } from '../../src/core/index.js'
import { memoryStateStore } from '../../src/stores/index.js'
import {
  APPLICATION,
  CALLER,
  makeDeployment,
  makePorts,
  makeToken,
  NOW,
  USERS,
} from '../support/deployment.js'
import {
  counted,
  exchangeApp,
  signedIn,
  type ExchangeApp,
  type ExchangeAppOptions,
} from './exchangeSupport.js'
import { Browser, MAJORS, Refusals } from './support.js'

let running: ExchangeApp[] = []
afterEach(async () => {
  await Promise.all(running.map((one) => one.close()))
  running = []
})

let tokens = 0
const freshToken = (claims: Record<string, unknown> = {}): string =>
  makeToken({ jti: `j${tokens++}`, ...claims })

describe.each(MAJORS)('an exchange in this process on %s', (_major, express) => {
  const deployment = makeDeployment()

  async function start(more: Partial<ExchangeAppOptions> & { ports?: ReturnType<typeof makePorts> } = {}) {
    const clock = { now: NOW }
    const state = more.state ?? memoryStateStore({ now: () => clock.now })
    const ports = more.ports ?? makePorts()
    const local = counted(localExchange({ deployment, ports, clientId: APPLICATION, callerARN: CALLER }))
    const options = {
      exchange: local.exchange,
      state,
      now: () => clock.now,
      jwt: freshToken,
      express,
      ...more,
    }
    const app = await exchangeApp(options)
    running.push(app)
    return { app, clock, state, options, ...local }
  }

  const get = async (browser: Browser, app: ExchangeApp, path = '/') => {
    const response = await browser.fetch(`${app.url}${path}`)
    const text = await response.text()
    const isJSON = response.headers.get('content-type')?.includes('json') === true
    return {
      status: response.status,
      text,
      exchanged: isJSON ? (JSON.parse(text) as Json)['exchanged'] : undefined,
    }
  }
  type Json = Record<string, Record<string, unknown> | null>

  it('gives the identity context and tokens of who is signed in, once exchanged and then as kept', async () => {
    const { app, calls } = await start()
    const browser = await signedIn(app)
    const first = await get(browser, app)
    expect(first.exchanged).toMatchObject({ tokenType: 'Bearer', expiresAt: NOW + 3600 })
    const { identityContext } = first.exchanged?.['awsAdditionalDetails'] as { identityContext: string }
    const { sealing: keys } = deployment.tokenKeys
    const { instanceARN } = deployment
    const context = assertAccepted(
      await readContextAssertion(identityContext, { keys, instanceARN, now: NOW }),
    )
    expect(context).toMatchObject({ userId: USERS[0]?.userId })
    expect((await get(browser, app)).exchanged).toEqual(first.exchanged)
    // The JWT is spent, and no longer kept.
    expect(JSON.parse((await get(browser, app, '/plain')).text)).toMatchObject({ keepsJWT: false })
    expect(calls).toHaveLength(1)
    expect(app.refusals.all).toEqual([])
  })

  it('passes those who are not signed in, with nothing', async () => {
    const { app, calls } = await start()
    expect(await get(new Browser(), app)).toMatchObject({ status: 200, exchanged: null })
    expect(calls).toEqual([])
  })

  it('exchanges at the first request that needs it, and not before', async () => {
    const { app, calls } = await start()
    const browser = await signedIn(app)
    expect(JSON.parse((await get(browser, app, '/plain')).text)).toEqual({
      who: 'oidc',
      exchanged: null,
      keepsJWT: true,
    })
    expect(calls).toEqual([])
  })

  it('exchanges once for 100 requests at once, at two hosts, and all are answered alike', async () => {
    const one = await start()
    const other = await start({ exchange: one.exchange, state: one.state })
    const browser = await signedIn(one.app)
    const release = one.hold()
    const asked = Array.from({ length: 100 }, (_, at) => get(browser, at % 2 === 0 ? one.app : other.app))
    await new Promise((resolve) => setTimeout(resolve, 200))
    release()
    const answers = await Promise.all(asked)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(one.calls).toHaveLength(1)
  })

  it('exchanges once for each sign-in', async () => {
    const { app, calls } = await start()
    const browser = await signedIn(app)
    await get(browser, app)
    await browser.fetch(`${app.url}/in`)
    expect((await get(browser, app)).status).toBe(200)
    expect(new Set(calls).size).toBe(2)
  })

  it('keeps a refusal for the session: 403 each time, asked once, the findings to the app', async () => {
    const { app, calls } = await start({ jwt: () => freshToken({ email: 'eve@example.com' }) })
    const browser = await signedIn(app)
    for (let times = 0; times < 2; times++) {
      const { status, text } = await get(browser, app)
      expect(status).toBe(403)
      expect(text).not.toContain('eve')
      expect(app.refusals.last.slice(0, 2)).toEqual([403, 'tti/user-disabled disabled'])
    }
    expect(calls).toHaveLength(1)
    expect((await get(browser, app, '/plain')).status).toBe(200)
  })

  it('refuses a JWT that was exchanged elsewhere', async () => {
    const jwt = freshToken()
    const { app, exchange } = await start({ jwt: () => jwt })
    await exchange.exchange(jwt)
    expect((await get(await signedIn(app), app)).status).toBe(403)
    expect(app.refusals.last).toEqual([403, 'tti/replay already'])
  })

  it('refuses a session without a JWT', async () => {
    const { app } = await start({ jwt: () => undefined })
    expect((await get(await signedIn(app), app)).status).toBe(403)
    expect(app.refusals.last).toEqual([403, 'express/exchange-token missing'])
  })

  it('answers 503 while a port is out, uses nothing up, and tries again', async () => {
    const good = makePorts()
    const ports = { ...good, directory: { find: () => Promise.reject(new Error('down')) } }
    const { app, calls } = await start({ ports })
    const browser = await signedIn(app)
    expect((await get(browser, app)).status).toBe(503)
    expect(app.refusals.last).toEqual([503, 'tti/port directory'])
    ports.directory = good.directory as never
    expect((await get(browser, app)).status).toBe(200)
    expect(calls).toHaveLength(2)
    expect(new Set(calls).size).toBe(1)
  })

  it('answers 503 while the keys of the issuer cannot be had', async () => {
    const { app } = await start({ ports: makePorts({ keys: staticIssuerKeys({}) }) })
    expect((await get(await signedIn(app), app)).status).toBe(503)
    expect(app.refusals.last).toEqual([503, 'tti/issuer-unreachable not-configured'])
  })

  it('answers 503 for an exchange that throws or hangs, with nothing of what it threw', async () => {
    const failing: IdentityExchange[] = [
      { clientId: 'x', exchange: () => Promise.reject(new Error('evil')) },
      { clientId: 'x', exchange: () => { throw new Error('evil') } },
      { clientId: 'x', exchange: () => new Promise(() => undefined) },
    ] // prettier-ignore
    const reasons: unknown[] = []
    for (const exchange of failing) {
      const { app } = await start({ exchange, options: { waitSeconds: 1 } })
      const { status, text } = await get(await signedIn(app), app)
      expect([status, text.includes('evil')]).toEqual([503, false])
      reasons.push(app.refusals.last[1])
    }
    expect(reasons).toEqual([
      'express/exchange-unavailable threw',
      'express/exchange-unavailable threw',
      'express/exchange-unavailable timeout',
    ])
  })

  it('brings no session back that was signed out while its exchange was under way', async () => {
    const written: string[] = []
    const inner = memoryStateStore({ now: () => NOW })
    const state: StateStore = {
      ...inner,
      put: (key, value, options) => {
        written.push(key)
        return inner.put(key, value, options)
      },
    }
    const { app, hold, calls } = await start({ state, sessions: { signOutPath: '/signout' } })
    const browser = await signedIn(app)
    const copy = new Browser()
    for (const [name, value] of browser.cookies) copy.cookies.set(name, value)
    const release = hold()
    const waiting = Array.from({ length: 20 }, () => get(copy, app))
    await expect.poll(() => calls.length).toBe(1)
    expect((await browser.post(`${app.url}/signout`, '', { origin: 'http://127.0.0.1:9' })).status).toBe(303)
    release()
    for (const { status, exchanged } of await Promise.all(waiting))
      expect([status, exchanged]).toEqual([401, undefined])
    for (const key of new Set(written)) expect(await inner.get(key)).toBe(undefined)
    expect(calls.length).toBe(1)
  })

  it('answers 503 for an exchange that says neither yes nor no, and tries again', async () => {
    const value = { accessToken: 'x', tokenType: 'Bearer', expiresIn: 60, scope: [] }
    for (const answer of [
      undefined,
      'yes',
      {},
      { ok: 'yes', value },
      { ok: true },
      { ok: true, value: { ...value, accessToken: '' } },
      { ok: true, value: { ...value, expiresIn: NaN } },
      { ok: true, value: { ...value, expiresIn: '60' } },
      { ok: true, value: { ...value, scope: 'all' } },
      { ok: false },
      { ok: false, outage: false, findings: [] },
    ]) {
      const answers: unknown[] = [answer, { ok: true, value }]
      const exchange = { clientId: APPLICATION, exchange: () => Promise.resolve(answers.shift()) }
      const { app } = await start({ exchange: exchange as unknown as IdentityExchange })
      const browser = await signedIn(app)
      expect((await get(browser, app)).status).toBe(503)
      expect(app.refusals.last).toEqual([503, 'express/exchange-unavailable malformed'])
      expect((await get(browser, app)).exchanged).toMatchObject({ accessToken: 'x' })
    }
  })

  it('does not wait for ever for another host, and takes over from one that died', async () => {
    const one = await start()
    const other = await start({ exchange: one.exchange, state: one.state, options: { waitSeconds: 1 } })
    const browser = await signedIn(one.app)
    one.hold()
    const dying = get(browser, one.app).catch(() => undefined)
    await expect.poll(() => one.calls.length).toBe(1)
    expect((await get(browser, other.app)).status).toBe(503)
    expect(other.app.refusals.last).toEqual([503, 'express/exchange-kept pending'])
    await one.app.close()
    await dying
    one.hold()()
    other.clock.now += 60
    // The JWT was not spent; had it been, the exchange would say so.
    expect((await get(browser, other.app)).status).toBe(200)
    expect(one.calls).toHaveLength(2)
  })

  it('keeps an answer that comes late, after another host has taken over in vain', async () => {
    const one = await start()
    const inVain: IdentityExchange = {
      clientId: one.exchange.clientId,
      exchange: (jwt) => one.exchange.exchange(jwt),
    }
    const other = await start({ exchange: inVain, state: one.state })
    const browser = await signedIn(one.app)
    const release = one.hold()
    const slow = get(browser, one.app)
    await expect.poll(() => one.calls.length).toBe(1)
    other.clock.now += 60
    const taken = get(browser, other.app)
    await expect.poll(() => one.calls.length).toBe(2)
    release()
    const statuses = [(await slow).status, (await taken).status].sort()
    // One of both was first at the exchange; the other found the JWT spent.
    expect(statuses).toContain(200)
    expect((await get(browser, one.app)).status).toBe(200)
    expect((await get(browser, other.app)).status).toBe(200)
  })

  it('ends with what the exchange answered: 401, and a new sign-in begins anew', async () => {
    const { app, clock } = await start()
    const browser = await signedIn(app)
    expect((await get(browser, app)).status).toBe(200)
    clock.now += 3599
    expect((await get(browser, app)).status).toBe(200)
    clock.now += 1
    expect((await get(browser, app)).status).toBe(401)
    expect(app.refusals.last).toEqual([401, 'express/exchange-alive expired'])
    await browser.fetch(`${app.url}/in`)
    expect((await get(browser, app)).exchanged).toMatchObject({ expiresAt: clock.now + 3600 })
  })

  it('does not ask with a JWT that has expired before anything needed it: 401', async () => {
    const { app, clock, calls } = await start({ identity: { expiresAt: NOW + 300 } })
    const browser = await signedIn(app)
    clock.now += 300
    expect((await get(browser, app)).status).toBe(401)
    expect(app.refusals.last).toEqual([401, 'express/exchange-alive token-expired'])
    expect(calls).toEqual([])
  })

  it('does not wait for a host that died, once the JWT has expired', async () => {
    const one = await start({ identity: { expiresAt: NOW + 50 } })
    const other = await start({ exchange: one.exchange, state: one.state })
    const browser = await signedIn(one.app)
    one.hold()
    const dying = get(browser, one.app).catch(() => undefined)
    await expect.poll(() => one.calls.length).toBe(1)
    await one.app.close()
    await dying
    other.clock.now += 60
    expect((await get(browser, other.app)).status).toBe(401)
    expect(one.calls).toHaveLength(1)
  })

  it('sends a person whose answer has expired to sign in again', async () => {
    const { app, clock } = await start({ sessions: { signInPath: '/in' } })
    const browser = await signedIn(app)
    await get(browser, app)
    clock.now += 3600
    const response = await browser.fetch(`${app.url}/report?year=2026`, { headers: { accept: 'text/html' } })
    expect([response.status, response.headers.get('location')]).toEqual([
      303,
      '/in?returnTo=%2Freport%3Fyear%3D2026',
    ])
  })

  it('keeps JWT, tokens and context out of cookies, pages, findings and the store’s clear text', async () => {
    const { app, calls, state, options } = await start()
    const written: unknown[] = []
    const watched: StateStore = {
      get: (key) => state.get(key),
      delete: (key) => state.delete(key),
      put: (key, value, put) => {
        written.push([key, value])
        return state.put(key, value, put)
      },
    }
    const second = await start({ ...options, state: watched })
    const browser = await signedIn(second.app)
    const { exchanged } = await get(browser, second.app)
    expect(written.length).toBeGreaterThan(2)
    const [jwt = ''] = calls.length > 0 ? calls : second.calls
    const secrets = [jwt.split('.')[1], exchanged?.['accessToken'], exchanged?.['idToken']]
    for (const secret of secrets) {
      expect(typeof secret).toBe('string')
      for (const place of [browser.set, written, app.refusals.all, second.app.refusals.all])
        expect(JSON.stringify(place)).not.toContain(secret)
    }
  })

  it('says so when it is not mounted behind its sessions', async () => {
    const { exchangeIdentity, appSessions } = await import('../../src/express/index.js')
    const { serve } = await import('./support.js')
    const refusals = new Refusals()
    const { state, exchange, now } = (await start()).options
    const server = await serve((url) => {
      const sessions = appSessions({
        url,
        keys: [{ id: 'a', key: new Uint8Array(32) }],
        state,
        now,
        onRefused: refusals.onRefused,
      })
      return express().use(exchangeIdentity({ sessions, exchange }))
    })
    running.push({ ...server, refusals })
    expect((await fetch(server.url)).status).toBe(500)
    expect((refusals.all[0]?.cause as { code?: string }).code).toBe('ERR_INVALID_OPTION')
  })

  it('names options that make no sense', () => {
    const exchange = { deployment, ports: makePorts(), clientId: APPLICATION, callerARN: CALLER }
    expect(() => localExchange({ ...exchange, clientId: 'other' })).toThrow('clientId')
    expect(() => localExchange({ ...exchange, ports: undefined as never })).toThrow('ports')
  })
})
