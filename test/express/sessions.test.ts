import { afterEach, describe, expect, it } from 'vitest'
import type { SamlIdentity } from '../../src/core/index.js'
import { appSessions, type AppSessionsOptions } from '../../src/express/index.js'
import { memoryStateStore } from '../../src/stores/index.js'
import { Browser, MAJORS, Refusals, serve, type Running } from './support.js'

const NOW = 1_795_608_000
const KEY = { id: 'k1', key: new Uint8Array(32).fill(1) }
const ADA: SamlIdentity = {
  protocol: 'saml',
  nameID: 'ada@example.com',
  issuer: 'https://idp.example.com',
  accessControl: { Department: 'billing' },
  attributes: {},
  authnInstant: NOW,
  assertionID: '_a',
  notOnOrAfter: NOW + 300,
  verifiedBy: '00',
}

let running: Running[] = []
afterEach(async () => {
  await Promise.all(running.map((one) => one.close()))
  running = []
})

describe.each(MAJORS)('sessions on %s', (_major, express) => {
  async function app(options: Partial<AppSessionsOptions> = {}) {
    const clock = { now: NOW }
    const now = () => clock.now
    const refusals = new Refusals()
    const state = memoryStateStore({ now })
    const server = await serve((url) => {
      const sessions = appSessions({
        url,
        keys: [KEY],
        state,
        now,
        onRefused: refusals.onRefused,
        signOutPath: '/signout',
        ...options,
      })
      const app = express()
      app.get('/in', (request, response) => {
        void sessions.begin(request, response, { identity: ADA }).then((begun) => {
          if (begun) response.redirect(303, '/')
        })
      })
      app.use(sessions)
      app.all('/', (request, response) => {
        response.json({ identity: request.identity ?? null, tags: request.sessionTags ?? null })
      })
      return app
    })
    running.push(server)
    return { ...server, refusals, clock, state }
  }

  it('tells who is signed in, until they sign out', async () => {
    const { url, refusals } = await app()
    const browser = new Browser()
    expect(await (await browser.fetch(url)).json()).toEqual({ identity: null, tags: null })
    expect((await browser.fetch(`${url}/in`)).status).toBe(303)
    const shown = await browser.fetch(url)
    expect(await shown.json()).toMatchObject({
      identity: ADA,
      tags: { tags: [{ key: 'Department', value: 'billing' }] },
    })
    expect((await browser.fetch(`${url}/signout`)).status).toBe(405)
    expect(refusals.last).toEqual([405, 'express/sign-out method'])
    const held = new Map(browser.cookies)
    expect((await browser.post(`${url}/signout`)).status).toBe(303)
    expect(browser.cookies.size).toBe(0)
    for (const [name, value] of held) browser.cookies.set(name, value)
    expect((await browser.fetch(url)).status).toBe(401)
    expect(refusals.last).toEqual([401, 'express/session-entry gone'])
  })
})
