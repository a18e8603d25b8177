import { createServer } from 'node:http'
import { expect, it } from 'vitest'
import { assertAccepted, type StateStore, type Verdict } from '../../src/core/index.js'
import { appSessions, type AppRequest, type AppResponse } from '../../src/express/index.js'
import { HOUSE } from '../../src/express/house.js'
import { StoreOutage } from '../../src/express/outage.js'
import { pendingLogins, type FoundLogin } from '../../src/express/pendingLogins.js'
import { memoryStateStore } from '../../src/stores/index.js'
import { NOW } from '../support/saml.js'
import { Browser } from './support.js'

const stored: string[] = []
const clock = { now: NOW }
const inner = memoryStateStore({ now: () => clock.now })
const state: StateStore = {
  ...inner,
  put: (key, value, options) => {
    stored.push(key, JSON.stringify(value))
    return inner.put(key, value, options)
  },
}

function loginsOf(realm: string, fill = 1, url = 'https://app.example.com') {
  const key = { id: 'k', key: new Uint8Array(32).fill(fill) }
  const sessions = appSessions({ url, keys: [key], state, now: () => clock.now })
  return pendingLogins({ house: sessions[HOUSE], state, realm: [realm] })
}

/** Does something with a request of a browser. */
async function visit<T>(
  browser: Browser,
  work: (request: AppRequest, response: AppResponse) => Promise<T>,
): Promise<T> {
  let done: Promise<T> | undefined
  const server = createServer((request, response) => {
    done = work(request, response)
    void done.finally(() => response.end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await browser.fetch(`http://127.0.0.1:${port}/`)
  server.close()
  return done ?? Promise.reject(new Error('no visit'))
}

function answered<T>(outcome: Verdict<T> | StoreOutage): Verdict<T> {
  if (outcome instanceof StoreOutage) throw outcome.cause
  return outcome
}
const reasons = ({ findings }: Verdict<unknown>): string[] =>
  findings.map(({ rule, reason }) => `${rule} ${reason}`)

it('a login is taken once, whoever else asks at the same moment', async () => {
  const [logins, sameElsewhere] = [loginsOf('a'), loginsOf('a')]
  const browser = new Browser()
  const login = { returnTo: '/reports', data: { codeVerifier: 'secret-verifier', nonce: 'secret-nonce' } }
  expect(await visit(browser, (request, response) => logins.begin(request, response, 'h1', login))).toBe(
    'begun',
  )
  const found: FoundLogin = assertAccepted(
    answered(await visit(browser, (request) => logins.find(request, 'h1'))),
  )
  expect(found).toMatchObject(login)
  const uses = await Promise.all(
    Array.from({ length: 8 }, async (_, at) => answered(await (at % 2 ? logins : sameElsewhere).use(found))),
  )
  expect(uses.filter(({ ok }) => ok).map(({ value }) => value)).toEqual([login])
  expect(new Set(uses.filter(({ ok }) => !ok).flatMap(reasons))).toEqual(new Set(['express/login used']))
  expect(reasons(answered(await visit(browser, (request) => logins.find(request, 'h1'))))).toEqual([
    'express/login used',
  ])
  for (const text of stored) for (const secret of ['secret', 'reports']) expect(text).not.toContain(secret)
})

it('a login belongs to one middleware of one app', async () => {
  const browser = new Browser()
  const login = { returnTo: '/' }
  await visit(browser, (request, response) => loginsOf('a').begin(request, response, 'h2', login))
  for (const [logins, told] of [
    [loginsOf('b'), ['express/login unknown']],
    [loginsOf('a', 1, 'https://other.example.com'), ['express/login unknown']],
    [loginsOf('a', 2), ['express/login unreadable']],
    [loginsOf('a'), []],
  ] as const)
    expect(reasons(answered(await visit(browser, (request) => logins.find(request, 'h2'))))).toEqual(told)
  for (const handle of ['', 'h', 'h'.repeat(10_000)])
    expect(reasons(answered(await visit(browser, (request) => loginsOf('a').find(request, handle))))).toEqual(
      ['express/login unknown'],
    )
})

it('a login that stands under the name of another one is not taken for it', async () => {
  const browser = new Browser()
  const keys: string[] = []
  const swapped: StateStore = {
    ...inner,
    put: (key, value, options) => {
      keys.push(key)
      return inner.put(key, value, options)
    },
    get: (key) => inner.get(key === keys[0] ? (keys[1] ?? '') : key),
  }
  const sessions = appSessions({
    url: 'https://app.example.com',
    keys: [{ id: 'k', key: new Uint8Array(32) }],
    state: swapped,
    now: () => clock.now,
  })
  const logins = pendingLogins({ house: sessions[HOUSE], state: swapped, realm: ['a'] })
  for (const handle of ['s1', 's2'])
    await visit(browser, (request, response) => logins.begin(request, response, handle, { returnTo: '/' }))
  const find = (handle: string) => visit(browser, (request) => logins.find(request, handle))
  expect(reasons(answered(await find('s1')))).toEqual(['express/login unreadable'])
  expect(reasons(answered(await find('s2')))).toEqual([])
})

it('a handle that is not fresh begins nothing', async () => {
  const begin = () =>
    visit(new Browser(), (request, response) =>
      loginsOf('a').begin(request, response, 'h3', { returnTo: '/' }),
    )
  expect(await begin()).toBe('begun')
  expect(await begin()).toBeInstanceOf(StoreOutage)
})

it('a login is over after ten minutes', async () => {
  const browser = new Browser()
  await visit(browser, (request, response) => loginsOf('a').begin(request, response, 'h4', { returnTo: '/' }))
  const found = assertAccepted(answered(await visit(browser, (request) => loginsOf('a').find(request, 'h4'))))
  clock.now += 600
  expect(reasons(answered(await loginsOf('a').use(found)))).toEqual(['express/login used'])
  expect(reasons(answered(await visit(browser, (request) => loginsOf('a').find(request, 'h4'))))).toEqual([
    'express/login unknown',
  ])
})
