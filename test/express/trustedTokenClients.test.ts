import { request as httpRequest } from 'node:http'
import express5 from 'express'
import fc from 'fast-check'
import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  genericGrantRequest,
  type ClientAuth,
} from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { trustedTokenEndpoint, type AuthenticateCaller } from '../../src/express/index.js'
import { issuerOf } from '../../src/tti/index.js'
import { APPLICATION } from '../support/deployment.js'
import {
  BEARER,
  exchangeOf,
  FORM,
  JSON_TYPE,
  JWT_BEARER,
  majors,
  outsideIssuer,
  post,
  postForm,
  ROLE,
  running,
  worldOf,
  type Issuer,
  type Running,
} from './trustedTokenWorld.js'

let issuer: Issuer
beforeAll(async () => {
  issuer = await outsideIssuer()
})
afterAll(() => issuer.stop())

describe('openid-client as the client', () => {
  const SECRET = 'a secret with: colon & more'
  let app: Running
  const world = () => worldOf(issuer)
  beforeAll(async () => {
    const authenticateCaller: AuthenticateCaller = ({ headers, parameters }) => {
      const [, basic = ''] = /^Basic (.+)$/.exec(new Map(headers).get('authorization') ?? '') ?? []
      const [id, secret] = basic
        ? Buffer.from(basic, 'base64')
            .toString()
            .split(':')
            .map((part) => decodeURIComponent(part.replaceAll('+', ' ')))
        : [parameters?.get('client_id'), parameters?.get('client_secret')]
      return id === APPLICATION && secret === SECRET && { callerARN: ROLE, clientId: id }
    }
    app = await running(express5, { ...world(), authenticateCaller })
  })
  afterAll(() => app.stop())

  const client = (method: ClientAuth): Configuration => {
    const server = { issuer: issuerOf(world().deployment), token_endpoint: `${app.url}/token` }
    const configuration = new Configuration(server, APPLICATION, undefined, method)
    allowInsecureRequests(configuration)
    return configuration
  }

  it.each([
    ['client_secret_post', ClientSecretPost],
    ['client_secret_basic', ClientSecretBasic],
  ])('gets tokens with %s, once for each JWT, and no wrong secret gets any', async (_name, method) => {
    const assertion = await issuer.token()
    const tokens = await genericGrantRequest(client(method(SECRET)), JWT_BEARER, { assertion })
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 3600 })
    expect(tokens.claims()).toMatchObject({ aud: APPLICATION, auth_time: expect.any(Number) })
    const again = genericGrantRequest(client(method(SECRET)), JWT_BEARER, { assertion })
    await expect(again).rejects.toMatchObject({ error: 'invalid_grant', status: 400 })
    const wrong = genericGrantRequest(client(method('guess')), JWT_BEARER, { assertion })
    await expect(wrong).rejects.toMatchObject({ status: 401 })
    expect(app.last()).toEqual(['express/token-caller refused'])
  })
})

/** A request whose headers may come twice, which fetch never sends. */
function postLines(
  { url }: Running,
  headers: Record<string, string | string[]>,
  body: string,
): Promise<number> {
  const { port } = new URL(url)
  return new Promise((resolve, reject) => {
    const sending = httpRequest({ port, method: 'POST', path: '/token', headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    sending.once('error', reject).end(body)
  })
}

describe.each(majors)('on %s', (_major, express) => {
  let app: Running
  beforeAll(async () => {
    app = await running(express, worldOf(issuer))
  })
  afterAll(() => app.stop())

  it('sees headers that come twice, of which Node would keep the first', async () => {
    const body = new URLSearchParams(Object.entries(exchangeOf(await issuer.token()))).toString()
    const authorization = `Bearer ${BEARER}`
    const { 'content-type': form } = FORM
    const twice = { authorization, 'content-type': [form, 'application/json'] }
    expect(await postLines(app, twice, body)).toBe(415)
    expect(app.last()).toEqual(['express/token-media-type duplicate'])
    const callers = { authorization: [authorization, authorization], 'content-type': form }
    expect(await postLines(app, callers, body)).toBe(401)
    expect(app.last()).toContain('express/bearer duplicate')
    expect(await postLines(app, { authorization, 'content-type': form }, body)).toBe(200)
  })

  it('answers whatever is sent with an error that it is the fault of', async () => {
    const statuses = [400, 401, 413, 415]
    const types = fc.constantFrom(FORM, JSON_TYPE, { 'content-type': 'text/plain' })
    const form = fc
      .dictionary(
        fc.constantFrom('grant_type', 'assertion', 'client_id', 'scope', '__proto__', 'a[b]'),
        fc.string(),
      )
      .map((members) => new URLSearchParams(members).toString())
    const body = fc.oneof(fc.string(), fc.json(), form)
    const path = fc.constantFrom('/token', '/token?aws_iam=t')
    await fc.assert(
      fc.asyncProperty(body, types, path, async (text, type, target) => {
        const response = await post(app, text, type, target)
        expect(statuses).toContain(response.status)
        const answer = (await response.json()) as object
        expect(Object.keys(answer)).toEqual(['error', 'error_description'])
      }),
      { numRuns: 150 },
    )
  })

  it('answers where it is mounted: by its URL under a router, or whatever is routed to it', async () => {
    const { deployment, ports } = worldOf(issuer)
    const authenticateCaller: AuthenticateCaller = () => ({ callerARN: ROLE })
    const own = { deployment, ports, authenticateCaller }
    const mounted = await running(express, worldOf(issuer), (before) => {
      const router = express.Router()
      router.use(trustedTokenEndpoint({ ...own, url: 'https://exchange.example.com/api/exchange' }))
      before.use('/api', router)
      before.all('/routed', trustedTokenEndpoint(own))
    })
    try {
      for (const path of ['/api/exchange', '/routed']) {
        const body = new URLSearchParams(Object.entries(exchangeOf(await issuer.token()))).toString()
        expect((await post(mounted, body, FORM, path)).status, path).toBe(200)
      }
      expect((await post(mounted, '', FORM, '/api/other')).status).toBe(404)
      expect((await fetch(`${mounted.url}/routed`)).status).toBe(405)
    } finally {
      await mounted.stop()
    }
  })

  it('keeps two exchanges in one process apart', async () => {
    const other = await outsideIssuer()
    const second = await running(express, worldOf(other))
    try {
      const jwt = await other.token()
      expect((await postForm(app, exchangeOf(jwt))).status).toBe(400)
      expect((await postForm(second, exchangeOf(await issuer.token()))).status).toBe(400)
      // What one has refused the other may take, once.
      expect((await postForm(second, exchangeOf(jwt))).status).toBe(200)
      expect((await postForm(second, exchangeOf(jwt))).status).toBe(400)
    } finally {
      await Promise.all([second.stop(), other.stop()])
    }
  })
})
