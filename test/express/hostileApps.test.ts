import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { OidcIdentity } from '../../src/core/index.js'
import { appSessions, requireIdentity, requireTag } from '../../src/express/index.js'
import { memoryStateStore } from '../../src/stores/index.js'
import { NOW } from '../support/saml.js'
import { ADA } from './exchangeSupport.js'
import { Browser, expectPublic, MAJORS, Refusals, send, serve } from './support.js'

let close: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(close.map((one) => one()))
  close = []
})

const now = () => NOW
const key = (fill: number) => ({ id: 'k', key: new Uint8Array(32).fill(fill) })

it('a request ends when what stands behind the sessions throws, and the process goes on', async () => {
  const refusals = new Refusals()
  const state = memoryStateStore({ now })
  const sessions = appSessions({
    url: 'http://127.0.0.1:9',
    keys: [key(1)],
    state,
    now,
    onRefused: refusals.onRefused,
  })
  const server = createServer((request, response) =>
    sessions(request, response, () => {
      if (request.url === '/half') response.write('half')
      throw new Error('of the app')
    }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  close.push(() => new Promise((resolve) => server.close(() => resolve())))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await expectPublic(await send(url), 500, ['of the app'])
  expect(refusals.last).toEqual([500, 'express/failure threw'])
  expect(refusals.all.at(-1)?.cause).toBeInstanceOf(Error)
  await expect(send(`${url}/half`)).rejects.toThrow()
})

describe.each(MAJORS)('an app on %s', (_major, express) => {
  it('cannot change by accident who is signed in, now or for later', async () => {
    const server = await serve((url) => {
      const sessions = appSessions({ url, keys: [key(1)], state: memoryStateStore({ now }), now })
      const app = express()
      app.get('/in', (request, response) => {
        void sessions.begin(request, response, { identity: ADA }).then(() => response.end())
      })
      app.use(sessions)
      app.get('/merge', (request, response) => {
        const faults: unknown[] = []
        for (const change of [
          () => Object.assign(request.identity ?? {}, { isAdmin: true }),
          () => Object.assign((request.identity as OidcIdentity).claims, { groups: ['admin'] }),
          () => Object.assign(request.sessionTags?.tags[0] ?? {}, { value: 'root' }),
        ])
          try {
            change()
          } catch (error) {
            faults.push(error)
          }
        const update = sessions.update(request, (content) => {
          try {
            Object.assign(content.identity, { isAdmin: true })
          } catch (error) {
            faults.push(error)
          }
          return { kept: { seen: true } }
        })
        void update.then(({ ok }) => response.json({ ok, faults: faults.length }))
      })
      app.get('/me', (request, response) => {
        response.json({ identity: request.identity, kept: sessions.read(request)?.kept })
      })
      app.get('/root', requireTag('Department', 'root'), (_request, response) => void response.send('in'))
      return app
    })
    close.push(server.close)
    const browser = new Browser()
    await browser.fetch(`${server.url}/in`)
    expect(await (await browser.fetch(`${server.url}/merge`)).json()).toEqual({ ok: true, faults: 4 })
    expect(await (await browser.fetch(`${server.url}/me`)).json()).toEqual({
      identity: ADA,
      kept: { seen: true },
    })
    await expectPublic(await browser.fetch(`${server.url}/root`), 403)
  })

  it('lets in who is signed in with it in apps and routers within it, however they are mounted', async () => {
    const server = await serve((url) => {
      const sessions = appSessions({ url, keys: [key(1)], state: memoryStateStore({ now }), now })
      const app = express()
      app.get('/in', (request, response) => {
        void sessions.begin(request, response, { identity: ADA }).then(() => response.end())
      })
      app.use('/late', sessions)
      app.get('/late', requireIdentity(), (_request, response) => void response.send('in'))
      app.use(sessions)
      const leaf = () => {
        const made = express()
        made.get('/me', requireTag('Department', 'billing'), (_request, response) => void response.send('in'))
        return made
      }
      const [router, middle] = [express.Router(), express()]
      router.use('/leaf', leaf())
      middle.use('/leaf', leaf())
      app.use('/app', leaf())
      app.use('/router', router)
      app.use('/middle', middle)
      return app
    })
    close.push(server.close)
    const browser = new Browser()
    for (const path of ['/late', '/app/me', '/router/leaf/me', '/middle/leaf/me'])
      await expectPublic(await browser.fetch(server.url + path), 401)
    await browser.fetch(`${server.url}/in`)
    for (const path of ['/late', '/app/me', '/router/leaf/me', '/middle/leaf/me'])
      expect([path, await (await browser.fetch(server.url + path)).text()]).toEqual([path, 'in'])
  })

  it('lets nobody in by the session of an app within it that let the request through', async () => {
    const refusals = new Refusals()
    const server = await serve((url) => {
      const [outer, inner] = [1, 2].map((at) =>
        appSessions({
          url,
          cookieName: `__Host-app${at}`,
          keys: [key(at)],
          state: memoryStateStore({ now }),
          now,
          onRefused: refusals.onRefused,
        }),
      ) as [ReturnType<typeof appSessions>, ReturnType<typeof appSessions>]
      const within = express()
      within.get('/in', (request, response) => {
        const identity = { ...ADA, accessControl: { Role: 'admin' } }
        void inner.begin(request, response, { identity }).then(() => response.end())
      })
      within.use(inner)
      within.get('/inner', requireTag('Role', 'admin'), (_request, response) => void response.send('in'))
      const app = express()
      app.use(outer)
      app.use(within)
      app.get('/me', requireIdentity(), (_request, response) => void response.send('in'))
      app.get('/admin', requireTag('Role', 'admin'), (_request, response) => void response.send('in'))
      app.use('/again', outer)
      app.get('/again', requireIdentity(), (_request, response) => void response.send('in'))
      return app
    })
    close.push(server.close)
    const browser = new Browser()
    await browser.fetch(`${server.url}/in`)
    expect(await (await browser.fetch(`${server.url}/inner`)).text()).toBe('in')
    for (const path of ['/me', '/admin']) {
      await expectPublic(await browser.fetch(server.url + path), 500)
      expect(refusals.last).toEqual([500, 'express/identity other-app'])
    }
    await expectPublic(await browser.fetch(`${server.url}/again`), 401)
  })
})
