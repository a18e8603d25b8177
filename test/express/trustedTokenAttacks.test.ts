import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { bearerCallers, sigV4Callers, trustedTokenEndpoint } from '../../src/express/index.js'
import { APPLICATION } from '../support/deployment.js'
import { rawClient, statuses } from '../support/rawClient.js'
import { signedRequest, type SignedRequest } from '../support/signedRequest.js'
import {
  BEARER,
  digestOf,
  exchangeOf,
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

const key = { accessKeyId: 'AKIAOWNEXCHANGEAPP01', secretAccessKey: 'secret-of-the-app-here' }
const HOST = 'exchange.example.com'

/** The status of the answer to what is sent, and its `error` where there is one. */
async function sent(app: Running, text: string): Promise<[status: number, error: string | undefined]> {
  const answer = await (await rawClient(app.url, text)).closed
  return [statuses(answer)[0] ?? 0, /"error":"(\w+)"/.exec(answer)?.[1]]
}

type Lines = [name: string, value: string][]
const written = (target: string, lines: Lines, body: string): string =>
  [
    `POST ${target} HTTP/1.1`,
    ...[...lines, ['Connection', 'close']].map(([name, value]) => `${name}: ${value}`),
    '',
    body,
  ].join('\r\n')

async function bodyOf(more: Record<string, unknown> = {}): Promise<string> {
  const assertion = await issuer.token()
  return JSON.stringify({ clientId: APPLICATION, grantType: JWT_BEARER, assertion, ...more })
}

describe.each(majors)('signed requests, on %s', (_major, express) => {
  const authenticateCaller = sigV4Callers([{ ...key, callerARN: ROLE }], { host: HOST, region: 'us-east-1' })
  const signed = async (
    more: Partial<Parameters<typeof signedRequest>[1]> = {},
    origin = `https://${HOST}`,
  ) =>
    signedRequest(origin, {
      path: '/token?aws_iam=t',
      service: 'sso-oauth',
      contentType: 'application/json',
      body: await bodyOf(),
      key,
      ...more,
    })
  const linesOf = ({ headers }: SignedRequest): Lines => Object.entries(headers)
  const twice = (lines: Lines, wanted: string): Lines =>
    lines.flatMap((line): Lines => (line[0] === wanted ? [line, line] : [line]))

  it('are served, whatever a proxy adds', async () => {
    const app = await start(express, { ...worldOf(issuer), authenticateCaller })
    const request = await signed()
    const lines: Lines = [
      ...linesOf(request),
      ['X-Forwarded-Host', 'evil.example'],
      ['X-HTTP-Method-Override', 'GET'],
    ]
    expect(await sent(app, written(request.path, lines, request.body))).toEqual([200, undefined])
    // The signature holds again, the token does not.
    expect(await sent(app, written(request.path, lines, request.body))).toEqual([400, 'invalid_grant'])
  })

  it.each<[string, (request: SignedRequest) => [lines: Lines, body?: string], string]>([
    ['another body', (one) => [linesOf(one), one.body.replace('clientId', 'clientIe')], 'sigv4/signature mismatch'],
    ['Authorization twice', (one) => [twice(linesOf(one), 'authorization')], 'sigv4/authorization duplicate'],
    ['the date twice', (one) => [twice(linesOf(one), 'x-amz-date')], 'sigv4/date duplicate'],
    ['Host twice', (one) => [twice(linesOf(one), 'host')], 'sigv4/signed-headers duplicate'],
    ['a header of AWS that is not signed', (one) => [[...linesOf(one), ['X-Amz-Target', 'x']]], 'sigv4/signed-headers unsigned'],
    ['a session token', (one) => [[...linesOf(one), ['X-Amz-Security-Token', 'x']]], 'sigv4/security-token unexpected'],
  ])('are refused with %s', async (_what, change, finding) => {
    const app = await start(express, { ...worldOf(issuer), authenticateCaller })
    const request = await signed()
    const [lines, body = request.body] = change(request)
    expect(await sent(app, written(request.path, lines, body))).toEqual([401, 'access_denied'])
    expect(app.last()).toContain(finding)
  }) // prettier-ignore

  it.each<[string, Parameters<typeof signed>, string]>([
    ['for another host, and relayed', [{}, 'https://rogue.example.com'], 'sigv4/host other'],
    ['for another service', [{ service: 'sts' }], 'sigv4/scope service'],
    ['with another secret', [{ key: { ...key, secretAccessKey: 'x'.repeat(20) } }], 'sigv4/signature mismatch'],
    ['more than five minutes ago', [{ now: Date.now() / 1000 - 310 }], 'sigv4/date too-old'],
    ['for later', [{ now: Date.now() / 1000 + 310 }], 'sigv4/date in-future'],
  ])('are refused when signed %s', async (_what, args, finding) => {
    const app = await start(express, { ...worldOf(issuer), authenticateCaller })
    const request = await signed(...args)
    expect((await sent(app, written(request.path, linesOf(request), request.body)))[0]).toBe(401)
    expect(app.last()).toContain(finding)
  }) // prettier-ignore

  it('reach nothing by other spellings of the path', async () => {
    const app = await start(express, { ...worldOf(issuer), authenticateCaller })
    for (const target of ['//token', '/token/', '/%74oken', `https://${HOST}/token`, '/a/../token']) {
      const request = await signed()
      const text = written(`${target}?aws_iam=t`, linesOf(request), request.body)
      expect((await sent(app, text))[0], target).toBe(404)
    }
    const query = '/token?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=x&X-Amz-Signature=x'
    const { headers, body } = await signed()
    const unsigned = Object.entries(headers).filter(([name]) => name !== 'authorization')
    expect((await sent(app, written(query, unsigned, body)))[0]).toBe(400)
    expect(app.last()).toEqual(['express/token-query unknown'])
  })
})

describe.each(majors)('what readers may read differently, on %s', (_major, express) => {
  const lines = async (body: string, ...more: Lines): Promise<Lines> => [
    ['Host', HOST],
    ['Authorization', `Bearer ${BEARER}`],
    ...more,
    ['Content-Length', String(Buffer.byteLength(body))],
  ]
  it.each([
    ['application/json; charset="utf-8', 'unknown'],
    ['application/json; charset=utf-8; charset=utf-8', 'unknown'],
    ['application/json; boundary=x', 'unknown'],
    ['application/json;', 'unknown'],
    ['application/json\u00a0', 'unknown'],
    // Past where a careless reader stops.
    [`application/json${' '.repeat(300)}; charset=utf-16`, 'unknown'],
  ])('refuses Content-Type %j', async (type, reason) => {
    const app = await start(express, worldOf(issuer))
    const body = await bodyOf()
    const text = written('/token?aws_iam=t', await lines(body, ['Content-Type', type]), body)
    expect(await sent(app, text)).toEqual([415, 'invalid_request'])
    expect(app.last()).toEqual([`express/token-media-type ${reason}`])
  })

  it('takes Content-Type in capitals, and with the charset that holds anyway', async () => {
    const app = await start(express, worldOf(issuer))
    for (const type of ['APPLICATION/JSON', 'application/json; charset=UTF-8', 'application/json;charset="utf-8"']) {
      const body = await bodyOf()
      const text = written('/token?aws_iam=t', await lines(body, ['Content-Type', type]), body)
      expect(await sent(app, text), type).toEqual([200, undefined])
    }
  }) // prettier-ignore

  it('reads chunks, and no other transfer coding', async () => {
    const app = await start(express, worldOf(issuer))
    const chunked = async (coding: string, trailer = ''): Promise<string> => {
      const body = await bodyOf()
      const [host, authorization] = await lines(body)
      const head: Lines = [host!, authorization!, ['Content-Type', 'application/json'], ['Transfer-Encoding', coding]]
      const chunks = `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n${trailer}\r\n`
      return written('/token?aws_iam=t', head, chunks)
    } // prettier-ignore
    expect(await sent(app, await chunked('chunked'))).toEqual([200, undefined])
    expect(await sent(app, await chunked('chunked', 'Authorization: Bearer x\r\n'))).toEqual([200, undefined])
    expect(await sent(app, await chunked('gzip, chunked'))).toEqual([415, 'invalid_request'])
    expect(app.last()).toEqual(['express/token-media-type encoding'])
  })

  it.each([
    ['{"__proto__":{"callerARN":"x"},', 'tti/request unknown-member'],
    ['{"constructor":{"prototype":{}},', 'tti/request unknown-member'],
    ['{"callerContext":{},', 'express/token-parameter unserved'],
    ['{"client\\u0049d":"x",', 'express/token-body duplicate-member'],
  ])('refuses JSON with %s', async (begin, finding) => {
    const app = await start(express, worldOf(issuer))
    const body = (await bodyOf()).replace('{', begin)
    expect((await post(app, body, JSON_TYPE, '/token?aws_iam=t')).status).toBe(400)
    expect(app.last()).toEqual([finding])
    expect(({} as Record<string, unknown>)['callerARN']).toBeUndefined()
  })

  it('exchanges a token once, of a hundred requests on both wires', async () => {
    const app = await start(express, worldOf(issuer))
    const assertion = await issuer.token()
    const body = await bodyOf({ assertion })
    const all = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        index % 2 === 0
          ? postForm(app, exchangeOf(assertion))
          : post(app, body, JSON_TYPE, '/token?aws_iam=t'),
      ),
    )
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(all.filter(({ status }) => status === 400)).toHaveLength(99)
  })
})

describe('what is told', () => {
  const secret = 'a-code.or_a-token'
  it.each([
    'client_id', 'grant_type', 'assertion', 'code', 'redirect_uri', 'code_verifier', 'refresh_token', 'subject_token',
    'subject_token_type', 'requested_token_type', 'scope', 'client_secret', 'client_assertion', 'resource',
  ])('shows no secret that was put in the place of %s', async (name) => {
    const [, express] = majors[0]
    const app = await start(express, { ...worldOf(issuer), user: async () => undefined })
    const member = name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
    for (const grant_type of [
      JWT_BEARER,
      'refresh_token',
      'authorization_code',
      'urn:ietf:params:oauth:grant-type:token-exchange',
    ]) {
      await postForm(app, { ...exchangeOf('a.b.c'), grant_type, [name]: secret })
      const body = JSON.stringify({ clientId: APPLICATION, grantType: grant_type, [member]: secret })
      await post(app, body, JSON_TYPE, '/token?aws_iam=t')
    }
    expect(app.refused.length).toBeGreaterThan(7)
    expect(JSON.stringify(app.refused)).not.toContain(name === 'scope' ? BEARER : secret)
  }) // prettier-ignore

  it('is the same of every caller that is nobody', async () => {
    const [, express] = majors[0]
    const app = await start(express, worldOf(issuer))
    const answers = await Promise.all(
      [{}, { authorization: 'Bearer x' }, { authorization: `Bearer ${'x'.repeat(43)}` }].map(async (headers) => {
        const response = await postForm(app, exchangeOf(await issuer.token()), headers)
        return [response.status, response.headers.get('www-authenticate'), await response.text()]
      }),
    )
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  }) // prettier-ignore
})

describe('who authenticateCaller does not answer for in time', () => {
  it.each([
    ['nothing', () => new Promise<never>(() => undefined)],
    ['a thenable that never calls back', () => ({ then: () => undefined }) as never],
  ])('is nobody: %s', async (_what, authenticateCaller) => {
    const [, express] = majors[0]
    const app = await start(express, { ...worldOf(issuer), authenticateCaller, callerTimeoutSeconds: 0.02 })
    const response = await postForm(app, exchangeOf(await issuer.token()))
    expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([401, 'invalid_client'])
    expect(app.last()).toEqual(['express/token-caller late'])
  }) // prettier-ignore
})

describe('options that no request could meet', () => {
  const caller = { ...key, callerARN: ROLE }
  it.each([
    ['an empty host', [caller], { host: '' }],
    ['a URL for a host', [caller], { host: 'https://exchange.example.com' }],
    ['an empty Region', [caller], { region: '' }],
    ['a clock that is none', [caller], { now: 5 }],
    ['an id that no header can name', [{ ...caller, accessKeyId: 'AKIA-OWN-EXCHANGE-APP' }], {}],
  ])('%s', (_what, keys, options) => {
    const make = () => sigV4Callers(keys, options as Parameters<typeof sigV4Callers>[1])
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_INVALID_OPTION' }))
  })
  it.each([0, -1, 301, Infinity, NaN, '5'])('callerTimeoutSeconds %s', (callerTimeoutSeconds) => {
    const authenticateCaller = bearerCallers([{ digest: digestOf(BEARER), callerARN: ROLE }])
    const options = { ...worldOf(issuer), authenticateCaller, callerTimeoutSeconds: callerTimeoutSeconds as number }
    expect(() => trustedTokenEndpoint(options)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_OPTION' }))
  }) // prettier-ignore
})
