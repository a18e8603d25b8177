import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import express5 from 'express'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { FederationError } from '../../src/core/index.js'
import { trustedTokenEndpoint, type TrustedTokenEndpointOptions } from '../../src/express/index.js'
import type { ReplayStore } from '../../src/core/index.js'
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

const started: Running[] = []
const start = async (...args: Parameters<typeof running>): Promise<Running> => {
  const app = await running(...args)
  started.push(app)
  return app
}
afterEach(async () => {
  await Promise.all(started.splice(0).map((app) => app.stop()))
})

const told = async (response: Response): Promise<[number, unknown]> => [
  response.status,
  ((await response.json()) as { error: string }).error,
]

describe.each(majors)('what is no request for a token, on %s', (_major, express) => {
  it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])(
    'answers %s with 405 and what is allowed',
    async (method) => {
      const app = await start(express, worldOf(issuer))
      const response = await fetch(`${app.url}/token?assertion=secret`, { method })
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(app.last()).toEqual(['express/token-method method'])
      expect(app.refused[0]?.path).toBe('/token')
    },
  )

  it.each([
    [{}, 'unknown'],
    [{ 'content-type': 'text/plain' }, 'unknown'],
    [{ 'content-type': 'multipart/form-data; boundary=x' }, 'unknown'],
    [{ 'content-type': 'application/json; charset=utf-16' }, 'unknown'],
    [{ 'content-type': 'application/jsonp' }, 'unknown'],
    [{ 'content-type': 'application/json, application/x-www-form-urlencoded' }, 'unknown'],
    [{ ...FORM, 'content-encoding': 'gzip' }, 'encoding'],
  ])('answers %o with 415', async (headers, reason) => {
    const app = await start(express, worldOf(issuer))
    const response = await post(app, 'x=1', headers as Record<string, string>)
    expect(await told(response)).toEqual([415, 'invalid_request'])
    expect(app.last()).toContain(`express/token-media-type ${reason}`)
  })

  it('leaves other paths to the next handler', async () => {
    const app = await start(express, worldOf(issuer))
    for (const path of ['/', '/token/', '/token/more', '/TOKEN']) {
      expect((await post(app, '', FORM, path)).status, path).toBe(404)
    }
    expect(app.refused).toEqual([])
  })

  it.each([
    ['grant_type=a&grant_type=a', 'duplicate'],
    ['grant_type', 'no-value'],
    ['=a', 'no-name'],
    ['grant_type=%ff', 'escape'],
    ['grant_type=%', 'escape'],
    ['grant_type=a b', 'characters'],
    ['', 'empty'],
    [Array.from({ length: 300 }, (_, index) => `p${index}=1`).join('&'), 'too-many'],
  ])('refuses the form %j', async (body, reason) => {
    const app = await start(express, worldOf(issuer))
    const response = await post(app, body, FORM)
    expect(await told(response)).toEqual([400, 'invalid_request'])
    expect(app.last()).toEqual([`express/token-body ${reason}`])
  })

  it('refuses parameters in the URL', async () => {
    const app = await start(express, worldOf(issuer))
    expect(await told(await post(app, 'a=b', FORM, '/token?client_secret=x'))).toEqual([
      400,
      'invalid_request',
    ])
    expect(app.last()).toContain('express/token-query unknown')
    expect(JSON.stringify(app.refused)).not.toContain('client_secret')
  })

  it('refuses a body over the limit, whether its length is told or not, and goes on serving', async () => {
    const app = await start(express, { ...worldOf(issuer), maxBodyBytes: 4096 })
    const large = `assertion=${'a'.repeat(5000)}`
    expect(await told(await post(app, large, FORM))).toEqual([413, 'invalid_request'])
    expect(app.last()).toEqual(['express/token-size too-large'])
    const stream = new Blob([large]).stream()
    const init = { method: 'POST', headers: FORM, body: stream, duplex: 'half' } as RequestInit
    expect(await told(await fetch(`${app.url}/token`, init))).toEqual([413, 'invalid_request'])
    expect((await postForm(app, exchangeOf(await issuer.token()))).status).toBe(200)
  })

  it('closes the connection on a client that does not stop sending', async () => {
    const app = await start(express, worldOf(issuer))
    const { port } = new URL(app.url)
    // With much still on its way the answer may be lost; that the connection ends is not.
    const ended = await new Promise<unknown>((resolve) => {
      const sending = httpRequest({ port, method: 'POST', path: '/token', headers: FORM }, (response) => {
        response.resume()
        resolve([response.statusCode, response.headers.connection])
      })
      sending.on('error', () => resolve('reset'))
      sending.on('close', () => clearInterval(timer))
      const timer = setInterval(() => sending.write('a'.repeat(262_144)), 1)
    })
    expect(['reset', [413, 'close']]).toContainEqual(ended)
    expect(app.last()).toEqual(['express/token-size too-large'])
  })

  it('survives a body that breaks off', async () => {
    const app = await start(express, worldOf(issuer))
    const { port } = new URL(app.url)
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(
          'POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"a":',
          () => setTimeout(() => socket.destroy(), 20),
        )
      })
      socket.on('close', () => resolve())
    })
    expect((await postForm(app, exchangeOf(await issuer.token()))).status).toBe(200)
    expect(app.refused.flatMap(({ findings }) => findings.map(({ rule }) => rule))).not.toContain(
      'express/token-unanswered',
    )
  })
})

describe.each(majors)('bodies that were parsed before, on %s', (_major, express) => {
  const parsers = (app: express5.Express): void => {
    app.use(express.json(), express.urlencoded({ extended: true }))
  }

  it('serves both wires', async () => {
    const app = await start(express, worldOf(issuer), parsers)
    expect((await postForm(app, exchangeOf(await issuer.token()))).status).toBe(200)
    const body = JSON.stringify({
      clientId: APPLICATION,
      grantType: JWT_BEARER,
      assertion: await issuer.token(),
    })
    expect((await post(app, body, JSON_TYPE, '/token?aws_iam=t')).status).toBe(200)
  })

  it.each([
    ['grant_type=a&grant_type=b', 'duplicate'],
    ['grant_type[a]=b', 'not-text'],
    [Array.from({ length: 300 }, (_, index) => `p${index}=1`).join('&'), 'too-many'],
  ])('refuses %j', async (body, reason) => {
    const app = await start(express, worldOf(issuer), parsers)
    expect(await told(await post(app, body, FORM))).toEqual([400, 'invalid_request'])
    expect(app.last()).toEqual([`express/token-body ${reason}`])
  })

  it('keeps its own limit', async () => {
    const app = await start(express, { ...worldOf(issuer), maxBodyBytes: 1000 }, parsers)
    const response = await post(app, `assertion=${'%61'.repeat(1200)}`, FORM)
    expect(response.status).toBe(413)
  })

  it('reads what a raw or a text parser kept as strictly as the wire', async () => {
    for (const kept of [express.raw({ type: '*/*' }), express.text({ type: '*/*' })]) {
      const app = await start(express, worldOf(issuer), (before) => void before.use(kept))
      expect((await postForm(app, exchangeOf(await issuer.token()))).status).toBe(200)
      await post(app, '{"clientId":"a","clientId":"b"}', JSON_TYPE, '/token?aws_iam=t')
      expect(app.last()).toEqual(['express/token-body duplicate-member'])
    }
  })

  it('refuses a body that something has read and not kept', async () => {
    const app = await start(express, worldOf(issuer), (before) => {
      before.use((request: express5.Request, _response: express5.Response, next: () => void) => {
        request.resume().once('end', () => next())
      })
    })
    expect(await told(await postForm(app, exchangeOf('x')))).toEqual([400, 'invalid_request'])
    expect(app.last()).toEqual(['express/token-body consumed'])
  })

  it('cannot check a signature over them, and says so', async () => {
    const { sigV4Callers } = await import('../../src/express/index.js')
    const authenticateCaller = sigV4Callers([
      { accessKeyId: 'AKIAOWNEXCHANGEAPP01', secretAccessKey: 'secret-of-the-app', callerARN: ROLE },
    ])
    const app = await start(express, { ...worldOf(issuer), authenticateCaller }, parsers)
    expect((await postForm(app, exchangeOf('x'))).status).toBe(401)
    expect(app.last()).toEqual(['express/token-caller refused', 'express/token-caller body-parsed'])
  })
})

describe('outages refuse, are told as outages, and show nothing of themselves', () => {
  const json = async () =>
    JSON.stringify({ clientId: APPLICATION, grantType: JWT_BEARER, assertion: await issuer.token() })
  const secret = 'redis://user:password@host'
  const broken = (): never => {
    throw new Error(secret)
  }
  const state = { get: broken, put: broken, delete: broken }
  const stores: [string, Partial<TrustedTokenEndpointOptions['ports']>, string][] = [
    ['a replay store that throws', { replay: { claim: broken } }, 'tti/replay-store unavailable'],
    ['a full one', { replay: { claim: async () => 'full' } as ReplayStore }, 'tti/replay-store full'],
    ['a directory that throws', { directory: { find: broken } }, 'tti/port directory'],
    ['a state store that throws', { state }, 'tti/port state'],
  ]

  it.each(stores)('%s', async (_what, more, finding) => {
    const app = await start(express5, worldOf(issuer, more))
    const form = await postForm(app, exchangeOf(await issuer.token()))
    expect([form.status, await form.json()]).toEqual([
      503,
      { error: 'temporarily_unavailable', error_description: 'Temporarily unavailable' },
    ])
    expect(app.last()).toContain(finding)
    const response = await post(app, await json(), JSON_TYPE, '/token?aws_iam=t')
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([
      500,
      'InternalServerException',
    ])
    expect(JSON.stringify(app.refused)).not.toContain(secret)
  })

  it('an issuer that is down: the token may be good, so that it is not called bad', async () => {
    const down = await outsideIssuer()
    const jwt = await down.token()
    await down.stop()
    const app = await start(express5, worldOf(down))
    expect(await told(await postForm(app, exchangeOf(jwt)))).toEqual([503, 'temporarily_unavailable'])
    expect(app.last().join()).toContain('tti/issuer-unreachable')
  })

  it('a clock that fails, and a log that throws', async () => {
    const world = worldOf(issuer)
    const app = await start(express5, {
      ...world,
      ports: { ...world.ports, now: broken },
      onRefused: ({ cause, findings }) => {
        seen.push([cause, findings])
        throw new Error('the log is full')
      },
    })
    const seen: unknown[] = []
    const response = await postForm(app, exchangeOf(await issuer.token()))
    expect(response.status).toBe(503)
    expect(await response.text()).not.toContain('Error')
    expect(seen).toMatchObject([
      [{ cause: { message: secret } }, [{ rule: 'express/token-unanswered', reason: 'failed' }]],
    ])
  })

  it('randomness that fails, once', async () => {
    const world = worldOf(issuer)
    let asked = 0
    const randomBytes = (n: number): Uint8Array => (asked++ === 0 ? broken() : world.ports.randomBytes(n))
    const app = await start(express5, { ...world, ports: { ...world.ports, randomBytes } })
    expect(await told(await postForm(app, exchangeOf('x')))).toEqual([503, 'temporarily_unavailable'])
    expect(app.last()).toEqual(['express/token-unanswered failed'])
    expect((await postForm(app, exchangeOf(await issuer.token()))).status).toBe(200)
  })
})

describe('options that cannot work', () => {
  it.each([
    ['no options', undefined],
    ['no authenticateCaller', { authenticateCaller: undefined }],
    ['no deployment', { deployment: undefined }],
    ['a deployment without keys', { deployment: { applications: [] } }],
    ['no ports', { ports: {} }],
    ['a URL that is none', { url: '/token' }],
    ['a URL without TLS', { url: 'http://exchange.example.com/token' }],
    ['a user that is no function', { user: 'ada' }],
    ['a limit of nothing', { maxBodyBytes: 0 }],
    ['a limit past reason', { maxBodyBytes: 1e9 }],
  ])('%s', (_what, more) => {
    const options = more && { ...worldOf(issuer), authenticateCaller: () => false, ...more }
    const make = () => trustedTokenEndpoint(options as TrustedTokenEndpointOptions)
    expect(make).toThrow(FederationError)
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_INVALID_OPTION' }))
  })

  it('compressed bodies stay unread', async () => {
    const app = await start(express5, worldOf(issuer))
    const body = gzipSync('grant_type=x')
    const headers = { ...FORM, 'content-encoding': 'gzip', authorization: `Bearer ${BEARER}` }
    expect((await fetch(`${app.url}/token`, { method: 'POST', headers, body })).status).toBe(415)
  })
})
