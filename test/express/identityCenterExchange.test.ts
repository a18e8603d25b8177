import { SSOOIDC } from '@aws-sdk/client-sso-oidc'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { identityCenterExchange, type IdentityExchange } from '../../src/express/index.js'
import { memoryStateStore } from '../../src/stores/index.js'
import {
  APP_KEY,
  EXAMPLE_APPLICATION,
  exampleToken,
  OTHER_KEY,
  runCenter,
  type RunningCenter,
} from '../support/center.js'
import { exchangeApp, signedIn, type ExchangeApp } from './exchangeSupport.js'

let center: RunningCenter
beforeAll(async () => {
  center = await runCenter()
})
afterAll(() => center.server.stop())

let running: ExchangeApp[] = []
afterEach(async () => {
  await Promise.all(running.map((one) => one.close()))
  running = []
})

const now = () => Math.floor(Date.now() / 1000)
const clientOf = (endpoint = center.server.url, credentials = APP_KEY) =>
  new SSOOIDC({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })

async function start(exchange: IdentityExchange, jwt: () => string = exampleToken): Promise<ExchangeApp> {
  const app = await exchangeApp({ exchange, state: memoryStateStore({ now }), now, jwt })
  running.push(app)
  return app
}

describe('an exchange at Identity Center, by the client of AWS', () => {
  const clientId = EXAMPLE_APPLICATION

  it('gives what CreateTokenWithIAM answers', async () => {
    const app = await start(identityCenterExchange({ client: clientOf(), clientId }))
    const browser = await signedIn(app)
    const { exchanged } = (await (await browser.fetch(app.url)).json()) as Record<
      string,
      Record<string, unknown>
    >
    expect(exchanged).toMatchObject({
      tokenType: 'Bearer',
      awsAdditionalDetails: { identityContext: expect.any(String) as string },
    })
    expect(exchanged?.['expiresAt']).toBeGreaterThan(now())
    expect(await (await browser.fetch(app.url)).json()).toEqual({ exchanged })
  })

  it('refuses with the rules that may be why', async () => {
    const app = await start(identityCenterExchange({ client: clientOf(), clientId }), () =>
      exampleToken({ aud: 'other' }),
    )
    const browser = await signedIn(app)
    expect((await browser.fetch(app.url)).status).toBe(403)
    const [first] = app.refusals.all
    expect(first?.findings[0]).toMatchObject({
      rule: 'express/exchange-refused',
      reason: 'invalid-grant',
      severity: 'error',
    })
    const causes = first?.findings.slice(1) ?? []
    expect(causes.map(({ rule }) => rule)).toContain('tti/aud')
    expect(
      causes.every(({ severity, reason }) => severity === 'warning' && reason === 'possible-cause'),
    ).toBe(true)
    expect((await browser.fetch(app.url)).status).toBe(403)
    expect(app.refusals.last).toEqual([403, 'express/exchange-refused invalid-grant'])
  })

  it('refuses an app that the actor policy does not name', async () => {
    const app = await start(identityCenterExchange({ client: clientOf(undefined, OTHER_KEY), clientId }))
    expect((await (await signedIn(app)).fetch(app.url)).status).toBe(403)
    expect(app.refusals.last.slice(0, 2)).toEqual([403, 'express/exchange-refused access-denied'])
  })

  it('answers 503 with credentials that AWS does not take, and where nobody listens', async () => {
    const wrong = { ...APP_KEY, secretAccessKey: 'wrong' }
    const app = await start(identityCenterExchange({ client: clientOf(undefined, wrong), clientId }))
    expect((await (await signedIn(app)).fetch(app.url)).status).toBe(503)
    expect(app.refusals.last).toEqual([503, 'express/exchange-unavailable service'])
    const nobody = await start(identityCenterExchange({ client: clientOf('http://127.0.0.1:1'), clientId }))
    expect((await (await signedIn(nobody)).fetch(nobody.url)).status).toBe(503)
    expect(nobody.refusals.last).toEqual([503, 'express/exchange-unavailable network'])
  })

  it('takes what the service says of itself for an outage, and what it says of the token for a refusal', async () => {
    const outcomes = [
      'InternalServerException',
      'SlowDownException',
      'InvalidGrantException',
      'TimeoutError',
    ].map((name) => {
      const failed = Object.assign(new Error('no'), { name })
      return identityCenterExchange({
        client: { createTokenWithIAM: () => Promise.reject(failed) },
        clientId,
      }).exchange('jwt')
    })
    const outages = (await Promise.all(outcomes)).map((outcome) => !outcome.ok && outcome.outage)
    expect(outages).toEqual([true, true, false, true])
  })

  it('answers 503 after its time limit, and for an answer that is none', async () => {
    const hanging = { createTokenWithIAM: () => new Promise<never>(() => undefined) }
    const late = await identityCenterExchange({ client: hanging, clientId, timeoutSeconds: 1 }).exchange(
      'jwt',
    )
    expect(late).toMatchObject({
      ok: false,
      outage: true,
      findings: [{ rule: 'express/exchange-unavailable', reason: 'timeout' }],
    })
    for (const answer of [
      {},
      { accessToken: 'a' },
      { accessToken: 'a', tokenType: 'Bearer', expiresIn: -1 },
      null,
    ]) {
      const client = { createTokenWithIAM: () => Promise.resolve(answer as object) }
      const outcome = await identityCenterExchange({ client, clientId }).exchange('jwt')
      expect(outcome).toMatchObject({ ok: false, outage: true, findings: [{ reason: 'malformed' }] })
    }
  })

  it('names options that make no sense', () => {
    expect(() => identityCenterExchange({ client: {} as never, clientId })).toThrow('client')
    expect(() => identityCenterExchange({ client: clientOf(), clientId: '' })).toThrow('clientId')
    expect(() => identityCenterExchange({ client: clientOf(), clientId, timeoutSeconds: 0 })).toThrow(
      'timeoutSeconds',
    )
  })
})
