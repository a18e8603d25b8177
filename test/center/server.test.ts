import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  MAX_BODY_BYTES,
  startCenter,
  type Center,
  type CenterServer,
  type ServerOptions,
} from '../../src/center/index.js'
import { memoryReplayStore } from '../../src/stores/index.js'
import { exampleToken, runCenter } from '../support/center.js'
import { rawClient, statuses, wireText, type RawClient } from '../support/rawClient.js'
import { signedExchange, signedRequest } from '../support/signedRequest.js'

const HOUR = 3600
let center: Center
/** Never cuts anyone off within a test: what closes here was closed for what it sent. */
let patient: CenterServer
/** Cuts slow clients off after a second. */
let brisk: CenterServer

beforeAll(async () => {
  const running = await runCenter()
  await running.server.stop()
  center = running.center
  patient = await startCenter(center, { requestTimeoutSeconds: HOUR })
  brisk = await startCenter(center, { requestTimeoutSeconds: 1 })
})
afterAll(() => Promise.all([patient.stop(), brisk.stop()]))

const goodExchange = (url: string) => wireText(signedExchange(url, exampleToken()))

/** Sends, ends the connection's keep-alive by what is sent or by the server, and returns all that came. */
async function sendAll(url: string, sent: string | Uint8Array): Promise<string> {
  const client = await rawClient(url, sent)
  return checked(await client.closed)
}

/** What no answer may carry, whatever was sent. */
function checked(text: string): string {
  expect(text).not.toMatch(/\n\s+at |node:|node_modules|\.[jt]s:\d|[A-Za-z]*Error:|ERR_|HPE_|undici/)
  expect(text).not.toContain(process.cwd())
  return text
}

async function expectGood(url: string): Promise<void> {
  const client = await rawClient(url, goodExchange(url))
  expect(statuses(await client.until(/"accessToken":"[^}]*}/s))).toEqual([200])
  client.socket.destroy()
}

// Whatever a client did, the next one is served.
afterEach(async () => {
  await expectGood(patient.url)
  await expectGood(brisk.url)
})

const close = 'Connection: close\r\n'
const hostOf = (url: string) => `Host: ${new URL(url).host}\r\n`
const form = 'Content-Type: application/x-www-form-urlencoded\r\n'
/** One chunk of the chunked coding. */
const chunk = (size: number) => `${size.toString(16)}\r\n${'a'.repeat(size)}\r\n`

describe('bodies', () => {
  const head = (more: string, path = '/') =>
    `POST ${path} HTTP/1.1\r\n${hostOf(patient.url)}${form}${more}\r\n`

  it.each([
    ['announced', () => `Content-Length: ${MAX_BODY_BYTES + 1}\r\n`, () => 'a'.repeat(MAX_BODY_BYTES + 1)],
    ['announced, much larger', () => 'Content-Length: 500000\r\n', () => 'a'.repeat(500_000)],
    ['in chunks', () => 'Transfer-Encoding: chunked\r\n', () => `${chunk(40_000)}${chunk(40_000)}0\r\n\r\n`],
    ['in one chunk', () => 'Transfer-Encoding: chunked\r\n', () => `${chunk(500_000)}0\r\n\r\n`],
    ['announced and not sent', () => 'Content-Length: 99999999999\r\n', () => ''],
    ['without an end', () => 'Transfer-Encoding: chunked\r\n', () => chunk(70_000)],
  ])('over 64 KiB are refused: %s', async (_, headers, body) => {
    for (const [path, status] of [
      ['/', 413],
      ['/token?aws_iam=t', 413],
      ['/elsewhere', 404],
    ] as const) {
      const client = await rawClient(patient.url, head(headers(), path) + body())
      const text = checked(await client.until(/too large|Not found/))
      expect(statuses(text)).toEqual([status])
      expect(text).toMatch(/\r\nconnection: close\r\n/i)
      expect(center.events().at(-1)).toMatchObject({
        errorCode: status === 413 ? 'RequestEntityTooLarge' : 'UnknownOperation',
      })
      client.socket.end()
      expect(statuses(await client.closed)).toEqual([status])
    }
  })

  it('that never stop coming are cut off', async () => {
    for (const [headers, part] of [
      ['Content-Length: 99999999999\r\n', 'a'.repeat(65_536)],
      ['Transfer-Encoding: chunked\r\n', chunk(65_536)],
      ['Transfer-Encoding: chunked\r\n', `10;x=y\r\n${'a'.repeat(16)}\r\n`.repeat(3_000)],
    ] as const) {
      const client = await rawClient(patient.url, head(headers))
      client.socket.on('error', () => undefined)
      const pour = (): void =>
        void (client.socket.writable && client.socket.write(part, () => setImmediate(pour)))
      pour()
      expect(statuses(checked(await client.closed))).not.toContain(200)
    }
  })

  it('of 64 KiB are read', async () => {
    const body = `Action=GetCallerIdentity&Version=2011-06-15&X=${'a'.repeat(MAX_BODY_BYTES)}`
    const answers = await sendAll(
      patient.url,
      head(`${close}Content-Length: ${MAX_BODY_BYTES}\r\n`) + body.slice(0, MAX_BODY_BYTES),
    )
    expect(statuses(answers)).toEqual([403])
  })

  it('shorter than announced are waited for, and then cut off', async () => {
    const { headers, ...rest } = signedExchange(brisk.url, exampleToken())
    const longer = { ...headers, 'content-length': String(Number(headers['content-length']) + 1) }
    expect(statuses(await sendAll(brisk.url, wireText({ ...rest, headers: longer })))).toEqual([408])
  })

  it('longer than announced are another request, which is none', async () => {
    const answers = await sendAll(patient.url, `${goodExchange(patient.url)}{"more":1}\r\n\r\n`)
    expect(statuses(answers)).not.toContain(500)
    expect(statuses(answers).at(-1)).toBe(400)
  })
})

describe.concurrent('slow clients are cut off', () => {
  const parts = {
    'that send nothing': '',
    'that never finish the request line': 'POST /token',
    'that never finish the headers': `POST / HTTP/1.1\r\nHost: x\r\nA: `,
    'that never finish the body': `POST / HTTP/1.1\r\nHost: x\r\n${form}Content-Length: 1000\r\n\r\na`,
    'that never finish a chunk': `POST / HTTP/1.1\r\nHost: x\r\n${form}Transfer-Encoding: chunked\r\n\r\n400\r\na`,
  }

  it.each(Object.entries(parts))('%s', async (_, sent) => {
    expect(statuses(await sendAll(brisk.url, sent))).toEqual([408])
  })

  it.each(Object.entries(parts).slice(1))('%s, however steadily they dribble', async (_, sent) => {
    const client = await rawClient(brisk.url, sent)
    client.socket.on('error', () => undefined)
    const dribble = setInterval(() => client.socket.writable && client.socket.write('a'), 20)
    const text = await client.closed
    clearInterval(dribble)
    expect(statuses(text)).toEqual([408])
  })

  it('that send a second request slowly', async () => {
    const answers = await sendAll(brisk.url, `${goodExchange(brisk.url)}POST / HTTP/1.1\r\nHost: `)
    expect(statuses(answers)).toEqual([200, 408])
  })

  it('that do not read', async () => {
    let asked!: () => void
    const wasAsked = new Promise<void>((resolve) => (asked = resolve))
    const handle = (): Promise<Response> => {
      asked()
      return Promise.resolve(new Response('x'.repeat(50_000_000)))
    }
    const large: Center = { ...center, handle }
    const server = await startCenter(large, { requestTimeoutSeconds: 1 })
    const client = await rawClient(server.url)
    client.socket.pause()
    client.socket.on('error', () => undefined)
    client.socket.write(`GET / HTTP/1.1\r\n${hostOf(server.url)}\r\n`)
    await wasAsked
    // Only a closed connection lets the server stop.
    await server.stop()
    client.socket.destroy()
  })
})

describe('half-open clients', () => {
  it('are answered or closed, never left', async () => {
    for (const end of [true, false]) {
      const client = await rawClient(patient.url)
      const sent = goodExchange(patient.url)
      client.socket.end(end ? sent : sent.slice(0, -10))
      const text = checked(await client.closed)
      expect(['', '200', '400']).toContain(statuses(text).join())
      if (!end) expect(text).not.toContain('accessToken')
    }
  })

  it('that say nothing are closed', async () => {
    const client = await rawClient(patient.url)
    client.socket.end()
    expect(await client.closed).toBe('')
  })

  it('that reset are forgotten', async () => {
    const client = await rawClient(patient.url, goodExchange(patient.url))
    client.socket.resetAndDestroy()
    await client.closed
  })
})

describe('the form of a request', () => {
  const get = (target: string, more = close) => `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\n${more}\r\n`
  const posted = (more: string, body = '', target = '/') =>
    `POST ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\n${form}${more}\r\n${body}`
  const ask = (method: string, target = '/token?aws_iam=t') =>
    `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\n${close}\r\n`

  it.each<[string, string, number | 'closed']>([
    ['absolute form', get('http://127.0.0.1/events'), 400],
    [
      'absolute form of another host',
      posted(`${close}Content-Length: 0\r\n`, '', 'http://evil.example/'),
      400,
    ],
    ['authority form', posted(`${close}Content-Length: 0\r\n`, '', '127.0.0.1:80'), 400],
    ['asterisk form', ask('OPTIONS', '*'), 400],
    ['two slashes', get('//x'), 404],
    ['two slashes and a known path', get('//127.0.0.1/events'), 404],
    ['a backslash', get('/\\evil.example/events'), 400],
    ['dot segments', get('/x/../events'), 400],
    ['encoded dot segments', get('/x/%2e%2e/events'), 400],
    ['a fragment', get('/events#x'), 400],
    ['half an escape', get('/%zz'), 404],
    ['a zero byte', get('/\0'), 400],
    ['a byte above ASCII', get('/\xff'), 400],
    ['a space in the target', get('/jwks /x'), 400],
    ['no target', 'GET  HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n', 400],
    ['no Host', `GET /jwks HTTP/1.1\r\n${close}\r\n`, 400],
    ['an empty Host', `GET /jwks HTTP/1.1\r\nHost:\r\n${close}\r\n`, 400],
    ['two Hosts', get('/jwks', `Host: 127.0.0.1\r\n${close}`), 400],
    ['two Hosts, the second another', get('/events', `Host: evil.example\r\n${close}`), 400],
    ['a Host with a path', `GET / HTTP/1.1\r\nHost: 127.0.0.1/events?\r\n${close}\r\n`, 400],
    ['a Host with a fragment', `GET /nothing HTTP/1.1\r\nHost: 127.0.0.1/events#\r\n${close}\r\n`, 400],
    ['a Host with a user', `GET /events HTTP/1.1\r\nHost: evil@127.0.0.1\r\n${close}\r\n`, 400],
    ['a Host with a space', `GET /events HTTP/1.1\r\nHost: 127.0.0.1 x\r\n${close}\r\n`, 400],
    ['two lengths', posted('Content-Length: 1\r\nContent-Length: 2\r\n', 'ab'), 400],
    ['one length twice', posted('Content-Length: 1\r\nContent-Length: 1\r\n', 'a'), 400],
    ['a list of lengths', posted('Content-Length: 1, 1\r\n', 'a'), 400],
    ['a negative length', posted('Content-Length: -1\r\n'), 400],
    ['a signed length', posted('Content-Length: +1\r\n', 'a'), 400],
    ['a hexadecimal length', posted('Content-Length: 0x1\r\n', 'a'), 400],
    ['a length beyond 64 bits', posted('Content-Length: 99999999999999999999\r\n', 'a'), 400],
    ['length and chunks', posted('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 400],
    ['chunks and length', posted('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', '0\r\n\r\n'), 400],
    ['an unknown coding', posted('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n'), 400],
    ['chunked not last', posted('Transfer-Encoding: chunked, identity\r\n', '0\r\n\r\n'), 400],
    ['a space before the colon', posted('Transfer-Encoding : chunked\r\n', '0\r\n\r\n'), 400],
    ['a folded header', posted('Transfer-Encoding:\r\n chunked\r\n', '0\r\n\r\n'), 400],
    ['a bare line feed', 'GET /jwks HTTP/1.1\nHost: 127.0.0.1\n\n', 400],
    ['a bare carriage return', get('/jwks', 'A: b\rC: d\r\n'), 400],
    [
      'a chunk that is longer than it says',
      posted('Transfer-Encoding: chunked\r\n', '1\r\nabc\r\n0\r\n\r\n'),
      400,
    ],
    ['a chunk size that is no number', posted('Transfer-Encoding: chunked\r\n', 'zz\r\n'), 400],
    [
      'endless chunk extensions',
      posted('Transfer-Encoding: chunked\r\n', `1;${'x'.repeat(20_000)}\r\n`),
      413,
    ],
    ['a huge header', get('/jwks', `A: ${'a'.repeat(70_000)}\r\n`), 431],
    ['huge headers together', get('/jwks', 'A: a\r\n'.repeat(60_000)), 431],
    ['a huge target', get(`/${'a'.repeat(70_000)}`), 431],
    ['an expectation that is unknown', posted(`${close}Expect: miracles\r\nContent-Length: 0\r\n`), 417],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['HTTP/3.7', 'GET /jwks HTTP/3.7\r\nHost: 127.0.0.1\r\n\r\n', 400],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['an unknown method', ask('EXCHANGE'), 400],
    ['a method in lower case', ask('post'), 400],
    ['TRACE', ask('TRACE'), 400],
    ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n', 'closed'],
    ['GET /token', ask('GET'), 404],
    ['HEAD /token', ask('HEAD'), 405],
    ['PUT /token', ask('PUT'), 405],
    ['PATCH /token', ask('PATCH'), 405],
    ['DELETE /', ask('DELETE', '/'), 405],
    ['OPTIONS /token', ask('OPTIONS'), 405],
    ['GET an unknown path', get('/admin'), 404],
    ['POST an unknown path', ask('POST', '/admin'), 404],
    ['POST /token with a slash', ask('POST', '/token/?aws_iam=t'), 404],
    ['POST /TOKEN', ask('POST', '/TOKEN?aws_iam=t'), 404],
    ['POST /token, unsigned', ask('POST'), 403],
    ['POST /token without aws_iam', ask('POST', '/token'), 400],
    ['POST /, unsigned', ask('POST', '/'), 403],
    ['GET /jwks', get('/jwks'), 200],
    ['GET /jwks in HTTP/1.0', 'GET /jwks HTTP/1.0\r\n\r\n', 200],
    ['GET /jwks with a body', get('/jwks', `${close}Content-Length: 2\r\n`).concat('ab'), 200],
    ['an upgrade', get('/jwks', 'Connection: upgrade, close\r\nUpgrade: h2c\r\n'), 200],
  ])('%s', async (_, sent, expected) => {
    const text = await sendAll(patient.url, Buffer.from(sent, 'latin1'))
    expect(statuses(text)).toEqual(expected === 'closed' ? [] : [expected])
  })

  it('of another host does not read the events', async () => {
    const { host } = new URL(patient.url)
    for (const name of [
      'evil.example',
      `127.0.0.1.evil.example:${new URL(patient.url).port}`,
      'localhost.evil.example',
      '128.0.0.1',
      '10.0.0.1',
      '[::2]',
    ])
      expect(
        statuses(await sendAll(patient.url, `GET /events HTTP/1.1\r\nHost: ${name}\r\n${close}\r\n`)),
      ).toEqual([404])
    for (const name of [host, '127.0.0.1', '127.0.0.2', 'localhost:1', 'LOCALHOST', '[::1]:80'])
      expect(
        statuses(await sendAll(patient.url, `GET /events HTTP/1.1\r\nHost: ${name}\r\n${close}\r\n`)),
      ).toEqual([200])
  })

  it('in HTTP/1.0 is answered, and ends the connection', async () => {
    const text = await sendAll(patient.url, wireText(signedExchange(patient.url, exampleToken()), '1.0'))
    expect(statuses(text)).toEqual([200])
    expect(text).toContain('"accessToken"')
  })

  it('with Expect: 100-continue is answered', async () => {
    const { headers, ...rest } = signedExchange(patient.url, exampleToken())
    const more = { ...headers, expect: '100-continue', connection: 'close' }
    expect(statuses(await sendAll(patient.url, wireText({ ...rest, headers: more })))).toEqual([100, 200])
  })

  it('in chunks is answered as one with a length', async () => {
    const { headers, body, ...rest } = signedExchange(patient.url, exampleToken())
    const others = Object.entries(headers).filter(([name]) => name !== 'content-length')
    const chunked = Array.from(body, (letter) => `1\r\n${letter}\r\n`).join('')
    const sent = wireText({
      ...rest,
      headers: { ...Object.fromEntries(others), 'transfer-encoding': 'chunked', connection: 'close' },
      body: `${chunked}0\r\n\r\n`,
    })
    expect(statuses(await sendAll(patient.url, sent))).toEqual([200])
  })
})

describe('pipelined requests', () => {
  it('are each answered, in order', async () => {
    const token = exampleToken()
    const twice = wireText(signedExchange(patient.url, token))
    const client = await rawClient(
      patient.url,
      `${goodExchange(patient.url)}GET /jwks HTTP/1.1\r\n${hostOf(patient.url)}\r\n${twice}${goodExchange(patient.url)}GET /x HTTP/1.1\r\n${hostOf(patient.url)}${close}\r\n`,
    )
    expect(statuses(checked(await client.closed))).toEqual([200, 200, 200, 200, 404])
  })

  it('end with the first that is malformed', async () => {
    const text = await sendAll(
      patient.url,
      `${goodExchange(patient.url)}nonsense\r\n\r\n${goodExchange(patient.url)}`,
    )
    expect(statuses(text).at(-1)).toBe(400)
    expect(statuses(text).filter((status) => status === 200).length).toBeLessThanOrEqual(1)
  })

  it('do not hide in a refused body', async () => {
    const hidden = goodExchange(patient.url)
    const padding = 'a'.repeat(MAX_BODY_BYTES + 1 - hidden.length)
    const client = await rawClient(
      patient.url,
      `POST / HTTP/1.1\r\n${hostOf(patient.url)}${form}Content-Length: ${MAX_BODY_BYTES + 1}\r\n\r\n${padding}${hidden}${hidden}`,
    )
    client.socket.on('error', () => undefined)
    expect(statuses(checked(await client.closed))).toEqual([413])
  })
})

describe('content types, under a valid signature', () => {
  const query = 'Action=GetCallerIdentity&Version=2011-06-15'

  it.each<[string, string | undefined, number, string]>([
    ['JSON', 'application/json', 200, '"accessToken"'],
    ['JSON with a charset', 'Application/JSON; charset=utf-8', 200, '"accessToken"'],
    ['a form', 'application/x-www-form-urlencoded', 400, 'InvalidRequestException'],
    ['text', 'text/plain', 400, 'InvalidRequestException'],
    ['AWS JSON', 'application/x-amz-json-1.1', 400, 'InvalidRequestException'],
    ['two', 'application/json, text/plain', 400, 'InvalidRequestException'],
    ['none', undefined, 400, 'InvalidRequestException'],
  ])('/token: %s', async (_, contentType, status, said) => {
    const sent = signedExchange(patient.url, exampleToken(), { contentType })
    const text = await sendAll(patient.url, closing(sent))
    expect(statuses(text)).toEqual([status])
    expect(text).toContain(said)
  })

  it.each<[string, string | undefined, string, number, string]>([
    ['a form', 'application/x-www-form-urlencoded', query, 200, '<Arn>'],
    ['a form with a charset', 'application/x-www-form-urlencoded; charset=utf-8', query, 200, '<Arn>'],
    ['JSON', 'application/json', query, 404, '<Code>MalformedQueryString<'],
    [
      'AWS JSON',
      'application/x-amz-json-1.0',
      '{"Action":"GetCallerIdentity"}',
      404,
      '<Code>MalformedQueryString<',
    ],
    ['text', 'text/plain', query, 404, '<Code>MalformedQueryString<'],
    ['none', undefined, query, 404, '<Code>MalformedQueryString<'],
    ['a form that is JSON', 'application/x-www-form-urlencoded', '{}', 404, '<Code>MalformedQueryString<'],
  ])('STS: %s', async (_, contentType, body, status, said) => {
    const sent = signedRequest(patient.url, { path: '/', service: 'sts', contentType, body })
    const text = await sendAll(patient.url, closing(sent))
    expect(statuses(text)).toEqual([status])
    expect(text).toContain(said)
  })

  const closing = (request: ReturnType<typeof signedRequest>) =>
    wireText({ ...request, headers: { ...request.headers, connection: 'close' } })
})

describe('a defect', () => {
  it('is answered without a word about it', async () => {
    const broken: Center = {
      ...center,
      handle: () => Promise.reject(new TypeError(`Error: secret at ${process.cwd()}/src/x.ts:1`)),
    }
    const server = await startCenter(broken)
    const text = await sendAll(server.url, `GET /jwks HTTP/1.1\r\n${hostOf(server.url)}${close}\r\n`)
    expect(statuses(text)).toEqual([500])
    await server.stop()
  })
})

describe('many connections', () => {
  it('beyond 1,000 at once are not taken, and those that are taken still work', async () => {
    const server = await startCenter(center, { requestTimeoutSeconds: HOUR })
    const clients: RawClient[] = []
    let closed = 0
    let enough: () => void
    const refused = new Promise<void>((resolve) => (enough = resolve))
    for (let opened = 0; opened < 1200; opened += 100) {
      const more = await Promise.all(Array.from({ length: 100 }, () => rawClient(server.url)))
      for (const client of more) void client.closed.then(() => ++closed === 200 && enough())
      clients.push(...more)
    }
    await refused
    const open = clients.filter(({ socket }) => !socket.closed)
    expect(open).toHaveLength(1000)
    const [first] = open
    first!.socket.write(goodExchange(server.url))
    expect(statuses(await first!.until(/"accessToken"/))).toEqual([200])
    const all = Promise.all(open.map((client) => client.closed))
    for (const { socket } of open.slice(500)) socket.destroy()
    await Promise.all(open.slice(500).map((client) => client.closed))
    await served(server.url)
    await server.stop()
    await all
  })

  /** The server learns of closed connections a little later than the client. */
  async function served(url: string): Promise<void> {
    for (;;) {
      const client = await rawClient(url, goodExchange(url)).catch(() => undefined)
      const text = await client?.until(/"accessToken"/).catch(() => undefined)
      client?.socket.destroy()
      if (text !== undefined) return expect(statuses(text)).toEqual([200])
    }
  }
})

describe('stop', () => {
  /** A center whose exchanges wait, each at its claim, until they are let go. */
  async function held(options: ServerOptions = { requestTimeoutSeconds: HOUR }) {
    const store = memoryReplayStore()
    let letGo!: () => void
    let entered!: () => void
    let claims = 0
    const gate = new Promise<void>((resolve) => (letGo = resolve))
    const inFlight = new Promise<void>((resolve) => (entered = resolve))
    const running = await runCenter({
      replay: {
        claim: async (...claim) => {
          claims++
          entered()
          await gate
          return store.claim(...claim)
        },
      },
    })
    await running.server.stop()
    const server = await startCenter(running.center, options)
    return { server, letGo, inFlight, claims: () => claims }
  }
  const settled = async (promise: Promise<unknown>): Promise<boolean> =>
    (await Promise.race([
      promise.then(() => true),
      new Promise<false>((no) => setImmediate(() => no(false))),
    ])) && true

  it('finishes what is in flight and takes nothing more', async () => {
    const { server, letGo, inFlight, claims } = await held()
    const client = await rawClient(server.url, goodExchange(server.url))
    await inFlight
    const stopped = server.stop()
    await expect(rawClient(server.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    const again = server.stop()
    expect(await settled(stopped)).toBe(false)
    expect(await settled(again)).toBe(false)
    // A request that comes after the stop, on a connection that is still open, is not begun.
    client.socket.write(goodExchange(server.url))
    await new Promise((resolve) => setTimeout(resolve, 50))
    letGo()
    await Promise.all([stopped, again])
    const text = checked(await client.closed)
    expect(statuses(text)[0]).toBe(200)
    expect(statuses(text).slice(1)).not.toContain(200)
    expect(text.match(/"accessToken"/g)).toHaveLength(1)
    expect(claims()).toBe(1)
    await server.stop()
  })

  it('tells the client that the connection ends', async () => {
    const { server, letGo, inFlight } = await held()
    const client = await rawClient(server.url, goodExchange(server.url))
    await inFlight
    const stopped = server.stop()
    letGo()
    await stopped
    expect(await client.closed).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\nconnection: close\r\n/i)
  })

  it('finishes each of many', async () => {
    const { server, letGo, inFlight, claims } = await held()
    const clients = await Promise.all(
      Array.from({ length: 20 }, () => rawClient(server.url, goodExchange(server.url))),
    )
    await inFlight
    while (claims() < clients.length) await new Promise((resolve) => setImmediate(resolve))
    const stopped = server.stop()
    letGo()
    const texts = await Promise.all(clients.map((client) => client.closed))
    expect(texts.map((text) => statuses(text).join())).toEqual(clients.map(() => '200'))
    await stopped
  })

  it('finishes all of a pipeline', async () => {
    const { server, letGo, inFlight, claims } = await held()
    const client = await rawClient(server.url, goodExchange(server.url).concat(goodExchange(server.url)))
    await inFlight
    while (claims() < 2) await new Promise((resolve) => setImmediate(resolve))
    const stopped = server.stop()
    letGo()
    await stopped
    expect(statuses(await client.closed)).toEqual([200, 200])
  })

  it('takes the rest of a body that is on its way', async () => {
    const { server, letGo } = await held()
    letGo()
    const sent = goodExchange(server.url)
    const client = await rawClient(server.url, sent.slice(0, -10))
    await underWay(server, client.socket)
    const stopped = server.stop()
    client.socket.write(sent.slice(-10))
    await stopped
    expect(statuses(await client.closed)).toEqual([200])
  })

  it('does not wait for a client who goes away meanwhile', async () => {
    const { server, letGo, inFlight } = await held()
    const client = await rawClient(server.url, goodExchange(server.url))
    await inFlight
    const stopped = server.stop()
    client.socket.resetAndDestroy()
    letGo()
    await stopped
  })

  it('closes connections on which nothing is under way', async () => {
    const server = await startCenter(center, { requestTimeoutSeconds: HOUR })
    const silent = await rawClient(server.url)
    const begun = await rawClient(server.url, 'POST /token?aws_iam=t HTTP/1.1\r\nHo')
    const kept = await rawClient(server.url, goodExchange(server.url))
    await kept.until(/"accessToken"[^}]*}/)
    await expectGood(server.url)
    await server.stop()
    expect(await silent.closed).toBe('')
    expect(await begun.closed).toBe('')
    expect(statuses(await kept.closed)).toEqual([200])
    await expect(rawClient(server.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('does not wait for slow clients longer than ever', async () => {
    const server = await startCenter(center, { requestTimeoutSeconds: 1 })
    const client = await rawClient(
      server.url,
      `POST / HTTP/1.1\r\n${hostOf(server.url)}${form}Content-Length: 60000\r\n\r\na`,
    )
    client.socket.on('error', () => undefined)
    const dribble = setInterval(() => client.socket.writable && client.socket.write('a'), 20)
    await underWay(server, client.socket)
    await server.stop()
    clearInterval(dribble)
    expect(statuses(await client.closed)).not.toContain(200)
  })

  it('frees the port', async () => {
    const first = await startCenter(center)
    const port = Number(new URL(first.url).port)
    await expect(startCenter(center, { port })).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION' })
    await first.stop()
    const second = await startCenter(center, { port })
    await expectGood(second.url)
    await second.stop()
  })

  /** Once a later connection is answered, what an earlier one had sent has been read. */
  async function underWay(server: CenterServer, earlier: Socket): Promise<void> {
    if (earlier.writableLength > 0) await once(earlier, 'drain')
    const client = await rawClient(server.url, `GET /jwks HTTP/1.1\r\n${hostOf(server.url)}${close}\r\n`)
    await client.closed
  }
})
