import { afterEach, describe, expect, it } from 'vitest'
import type { StateStore } from '../../src/core/index.js'
import { memoryStateStore } from '../../src/stores/index.js'
import { NOW } from '../support/saml.js'
import { samlApp } from './samlApp.js'
import { Browser, expectPublic, MAJORS } from './support.js'

let close: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(close.map((one) => one()))
  close = []
})

/** A store that does what it should until it is told what to do instead. */
function store() {
  const inner = memoryStateStore({ now: () => NOW })
  const instead: { [Name in keyof StateStore]?: () => Promise<unknown> } = {}
  const state = Object.fromEntries(
    (['get', 'put', 'delete'] as const).map((name) => [
      name,
      (...given: readonly never[]) =>
        instead[name]?.() ?? (inner[name] as (...all: readonly never[]) => Promise<unknown>)(...given),
    ]),
  ) as unknown as StateStore
  return { state, instead }
}

const never = () => new Promise<never>(() => undefined)

describe.each(MAJORS)('a store on %s', (_major, express) => {
  async function start() {
    const { state, instead } = store()
    const app = await samlApp(express, { sessions: { state, storeTimeoutSeconds: 1 } })
    close.push(app.close)
    return { ...app, instead }
  }

  it('that answers what no store answers is out: nobody is signed in, nor signed out', async () => {
    const app = await start()
    const browser = new Browser()
    expect((await app.signIn(browser)).status).toBe(303)
    for (const answer of [null, 'x', 1, {}, { value: 'x' }, { value: 'x', version: 1 }, { version: 'x' }]) {
      app.instead.get = () => Promise.resolve(answer)
      await expectPublic(await browser.fetch(`${app.url}/me`), 503)
      expect(app.refusals.last).toEqual([503, 'express/store unavailable'])
      await expectPublic(await app.post(browser, { SAMLResponse: app.respond({ inResponseTo: '_1' }) }), 503)
    }
    delete app.instead.get
    expect((await browser.fetch(`${app.url}/me`)).status).toBe(200)
  })

  it('that does not say whether it has kept something has not', async () => {
    const app = await start()
    for (const answer of [undefined, null, true, {}, { ok: 'yes', version: '1' }, { ok: true }, { ok: 1 }]) {
      const browser = new Browser()
      app.instead.put = () => Promise.resolve(answer)
      await expectPublic(await browser.fetch(`${app.url}/signin`), 503)
      expect(app.refusals.last).toEqual([503, 'express/store unavailable'])
      delete app.instead.put
      const inResponseTo = await app.begin(browser)
      app.instead.put = () => Promise.resolve(answer)
      await expectPublic(await app.post(browser, { SAMLResponse: app.respond({ inResponseTo }) }), 503)
      expect(await app.who(browser)).toBe(null)
      delete app.instead.put
    }
  })

  it('that never answers is out', async () => {
    const app = await start()
    const browser = new Browser()
    await app.signIn(browser)
    app.instead.get = never
    app.instead.put = never
    const answers = await Promise.all([
      browser.fetch(`${app.url}/me`),
      browser.post(`${app.url}/signout`),
      browser.fetch(`${app.url}/signin`),
    ])
    for (const answer of answers) await expectPublic(answer, 503)
    delete app.instead.get
    app.instead.delete = never
    await expectPublic(await browser.post(`${app.url}/signout`), 503)
    expect((await browser.fetch(`${app.url}/me`)).status).toBe(200)
  })

  it('that a flood of sign-ins has filled refuses sign-ins, and ends no session', async () => {
    const full = memoryStateStore({ now: () => NOW, maxEntries: 40 })
    const app = await samlApp(express, { sessions: { state: full } })
    close.push(app.close)
    const browser = new Browser()
    await app.signIn(browser)
    const flood = await Promise.all(
      Array.from({ length: 100 }, () => new Browser().fetch(`${app.url}/signin`)),
    )
    expect(flood.filter(({ status }) => status === 303).length).toBeLessThan(40)
    await expectPublic(await new Browser().fetch(`${app.url}/signin`), 503)
    expect((await browser.fetch(`${app.url}/me`)).status).toBe(200)
    expect((await browser.post(`${app.url}/signout`)).status).toBe(303)
    await expectPublic(await browser.fetch(`${app.url}/me`), 401)

    const apart = await samlApp(express, {
      saml: { state: memoryStateStore({ now: () => NOW, maxEntries: 1 }) },
    })
    close.push(apart.close)
    const begun = new Browser()
    const inResponseTo = await apart.begin(begun)
    await expectPublic(await new Browser().fetch(`${apart.url}/signin`), 503)
    expect((await apart.post(begun, { SAMLResponse: apart.respond({ inResponseTo }) })).status).toBe(303)
    expect(await apart.who(begun)).toBe('ada@example.com')
  })

  it('of assertions that never answers is out', async () => {
    const app = await samlApp(express, {
      sessions: { storeTimeoutSeconds: 1 },
      saml: { replay: { claim: never } },
    })
    close.push(app.close)
    const browser = new Browser()
    await expectPublic(await app.signIn(browser), 503)
    expect(await app.who(browser)).toBe(null)
  })
})
