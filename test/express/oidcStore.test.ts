import { afterEach, describe, expect, it } from 'vitest'
import { FederationError, type StateStore } from '../../src/core/index.js'
import { memoryStateStore } from '../../src/stores/index.js'
import { begin, oidcApp, scriptedIssuer, type OidcApp, type ScriptedIssuer } from './oidcSupport.js'
import { Browser } from './support.js'

/** A store of which a test can have the n-th use of one operation fail, once. */
function breakable() {
  const store = memoryStateStore({ now: () => Math.floor(Date.now() / 1000) })
  const broken = { get: false, put: false, delete: false }
  const used: string[] = []
  const through = <T>(operation: keyof typeof broken, work: () => Promise<T>): Promise<T> => {
    used.push(operation)
    if (!broken[operation]) return work()
    return Promise.reject(new FederationError('ERR_STORE_UNAVAILABLE', 'down: evil'))
  }
  const state: StateStore = {
    get: (key) => through('get', () => store.get(key)),
    put: (key, value, options) => through('put', () => store.put(key, value, options)),
    delete: (key) => through('delete', () => store.delete(key)),
  }
  return { state, broken, used }
}

let running: (OidcApp | ScriptedIssuer)[] = []
afterEach(async () => {
  await Promise.all(running.map((one) => one.close()))
  running = []
})

describe('a sign-in while the store is out', () => {
  async function start() {
    const { state, broken } = breakable()
    const issuer = await scriptedIssuer()
    const app = await oidcApp({ issuerURL: issuer.url, state })
    running.push(issuer, app)
    return { app, issuer, broken, browser: new Browser() }
  }
  const OUT = [503, 'express/store unavailable']

  it('does not begin', async () => {
    const { app, broken, browser } = await start()
    broken.put = true
    expect((await begin(browser, app)).href).toBe('status:503')
    expect(app.refusals.last).toEqual(OUT)
    expect(browser.cookies.size).toBe(0)
  })

  it.each(['get', 'put'] as const)('does not end when %s fails, and can afterwards', async (operation) => {
    const { app, issuer, broken, browser } = await start()
    const back = issuer.accept(await begin(browser, app))
    broken[operation] = true
    const response = await browser.fetch(back)
    expect(response.status).toBe(503)
    expect(await response.text()).not.toContain('evil')
    expect(app.refusals.last).toEqual(OUT)
    expect(issuer.asked).not.toContain('POST /token')
    broken[operation] = false
    expect(await (await browser.fetch(app.url)).json()).toMatchObject({ identity: null })
    expect((await browser.fetch(back)).status).toBe(303)
  })

  it('signs nobody in when the session cannot be kept', async () => {
    const { app, issuer, broken, browser } = await start()
    const back = issuer.accept(await begin(browser, app))
    const { token } = issuer.script
    issuer.script.token = (...asked) => {
      broken.put = true
      token(...asked)
    }
    expect((await browser.fetch(back)).status).toBe(503)
    broken.put = false
    expect(await (await browser.fetch(app.url)).json()).toMatchObject({ identity: null })
    // The sign-in is used up: another is begun.
    expect((await browser.fetch(back)).status).toBe(403)
  })

  it('ends once for callbacks that all find it open, at whatever host', async () => {
    const store = memoryStateStore({ now: () => Math.floor(Date.now() / 1000) })
    const gate: { waiting?: (() => void)[] } = {}
    const state: StateStore = {
      ...store,
      put: (key, value, options) => store.put(key, value, options),
      delete: (key) => store.delete(key),
      // Until four have looked, nobody is told what they saw.
      get: async (key) => {
        const found = await store.get(key)
        const held = gate.waiting
        if (held && key.includes('/login/')) {
          const all = new Promise<void>((resolve) => held.push(resolve))
          if (held.length === 4) for (const go of held) go()
          await all
        }
        return found
      },
    }
    const issuer = await scriptedIssuer()
    const app = await oidcApp({ issuerURL: issuer.url, state })
    running.push(issuer, app)
    const browser = new Browser()
    const back = issuer.accept(await begin(browser, app))
    gate.waiting = []
    const answers = await Promise.all([1, 2, 3, 4].map(() => browser.fetch(back)))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 403, 403, 403])
    expect(app.refusals.last).toEqual([403, 'express/login used'])
    expect(issuer.asked.filter((one) => one === 'POST /token')).toHaveLength(1)
  })

  it('signs nobody out by half', async () => {
    const { app, issuer, broken, browser } = await start()
    await browser.fetch(issuer.accept(await begin(browser, app)))
    broken.delete = true
    expect((await browser.post(`${app.url}/signout`)).status).toBe(503)
    broken.delete = false
    expect((await browser.post(`${app.url}/signout`)).status).toBe(303)
    expect(await (await browser.fetch(app.url)).json()).toMatchObject({ identity: null })
  })
})
