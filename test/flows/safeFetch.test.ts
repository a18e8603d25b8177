import { createSign, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import http, { type RequestListener } from 'node:http'
import https from 'node:https'
import net, { type AddressInfo, type LookupFunction } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { FederationError } from '../../src/core/outcome.js'
import { checkedLookup, openedClasses } from '../../src/flows/checkedLookup.js'
import { safeFetch } from '../../src/flows/safeFetch.js'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

async function listen(server: net.Server): Promise<{ port: number; connections: () => number }> {
  let connections = 0
  const sockets = new Set<net.Socket>()
  server.on('connection', (socket: net.Socket) => {
    connections++
    sockets.add(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { port: (server.address() as AddressInfo).port, connections: () => connections }
}

const serve = (handler: RequestListener) => listen(http.createServer(handler))
const serveRaw = (answer: string) =>
  listen(
    net.createServer((socket) => socket.on('error', () => undefined).once('data', () => socket.end(answer))),
  )

const init = (signal: AbortSignal = new AbortController().signal) => ({
  method: 'GET' as const,
  redirect: 'manual' as const,
  headers: { accept: 'application/json' },
  signal,
})

async function failing(
  promise: Promise<unknown>,
): Promise<{ error: FederationError; cause: { code?: unknown } }> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(FederationError)
  return { error: error as FederationError, cause: (error as FederationError).cause as { code?: unknown } }
}

describe('safeFetch', () => {
  const local = safeFetch({ allowLoopback: true })

  it('sends a form by POST, under the same rules', async () => {
    const got: string[] = []
    const { port } = await serve((request, response) => {
      let text = ''
      request.on('data', (chunk: Buffer) => (text += chunk.toString()))
      request.on('end', () => {
        got.push(request.method ?? '', request.headers['content-length'] ?? '', text)
        response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end()
      })
    })
    const post = { ...init(), method: 'POST' as const, body: 'code=a&é' }
    expect((await local(`http://127.0.0.1:${port}/token`, post)).status).toBe(307)
    expect(got).toEqual(['POST', '9', 'code=a&é'])
    const { cause } = await failing(safeFetch()(`http://127.0.0.1:${port}/token`, post))
    expect(cause.code).toBe('ERR_ADDRESS_REFUSED')
    expect(got).toHaveLength(3)
  })

  it('answers status, headers and body, and asks for no content coding', async () => {
    const { port } = await serve((request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'x-two': ['a', 'b'] })
      response.end(JSON.stringify(request.headers))
    })
    const response = await local(`http://127.0.0.1:${port}/a?b=c`, init())
    expect(response.status).toBe(200)
    expect(response.headers.get('x-two')).toBe('a, b')
    expect(await response.json()).toMatchObject({
      accept: 'application/json',
      'accept-encoding': 'identity',
      connection: 'close',
      host: `127.0.0.1:${port}`,
    })
  })

  it('reaches a name that resolves to loopback when that is allowed', async () => {
    const { port } = await serve((_, response) => response.end('here'))
    expect(await (await local(`http://localhost:${port}/`, init())).text()).toBe('here')
  })

  it('answers a redirect as it is', async () => {
    const paths: (string | undefined)[] = []
    const { port } = await serve((request, response) => {
      paths.push(request.url)
      response.writeHead(302, { location: '/elsewhere' }).end('moved')
    })
    const response = await local(`http://127.0.0.1:${port}/`, init())
    expect([response.status, await response.text(), paths]).toEqual([302, 'moved', ['/']])
  })

  const spellings = [
    ...['127.0.0.1', 'localhost', 'a.localhost', '0x7f.1', '2130706433', '0177.0.0.1', '127.1', '127.0.0.1.'],
    ...['0.0.0.0', '0', '[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '①②⑦.0.0.1', '127.0.0.2'],
  ]
  it.each(spellings)('refuses loopback spelled %s before anything connects', async (host) => {
    const { port, connections } = await serve((_, response) => response.end('secret'))
    for (const fetch of [
      safeFetch(),
      safeFetch({ allowPrivateAddresses: true, allowLinkLocalAddresses: true }),
    ]) {
      const { error, cause } = await failing(fetch(`http://${host}:${port}/`, init()))
      expect(error.code).toBe('ERR_FETCH_FAILED')
      // A resolver may know no *.localhost; then there is no address to refuse.
      if (host !== 'a.localhost') expect(cause.code).toBe('ERR_ADDRESS_REFUSED')
    }
    expect(connections()).toBe(0)
  })

  it.each(['10.0.0.1', '192.168.1.1', '169.254.169.254', '100.100.100.200', '[fd00:ec2::254]', '[fe80::1]'])(
    'refuses %s by default',
    async (host) => {
      const { cause } = await failing(safeFetch()(`https://${host}/`, init()))
      expect(cause.code).toBe('ERR_ADDRESS_REFUSED')
    },
  )

  it('keeps the metadata address closed when private addresses are open', async () => {
    const fetch = safeFetch({ allowPrivateAddresses: true, allowLoopback: true })
    const { cause } = await failing(fetch('http://169.254.169.254/latest/', init()))
    expect(cause.code).toBe('ERR_ADDRESS_REFUSED')
  })

  it('connects to the address it checked: a name that rebinds is asked once', async () => {
    const { port, connections } = await serve((_, response) => response.end('here'))
    let asked = 0
    const lookup: LookupFunction = (_hostname, _options, callback) => {
      asked++
      callback(null, [{ address: asked === 1 ? '127.0.0.1' : '127.0.0.9', family: 4 }])
    }
    const fetch = safeFetch({ allowLoopback: true, lookup })
    expect(await (await fetch(`http://idp.example:${port}/`, init())).text()).toBe('here')
    expect([asked, connections()]).toEqual([1, 1])
  })

  it.each([
    [['127.0.0.1']],
    [['93.184.215.14', '127.0.0.1']],
    [['127.0.0.1', '93.184.215.14']],
    [['2600::1', '::ffff:10.0.0.1']],
    [['not an address']],
  ])('refuses a name when any address is not public: %s', async (addresses) => {
    const { port, connections } = await serve((_, response) => response.end('secret'))
    const lookup: LookupFunction = (_hostname, _options, callback) => {
      callback(
        null,
        addresses.map((address) => ({ address, family: net.isIP(address) })),
      )
    }
    const { cause } = await failing(safeFetch({ lookup })(`http://idp.example:${port}/`, init()))
    expect(cause.code).toBe('ERR_ADDRESS_REFUSED')
    expect(connections()).toBe(0)
  })

  it('tells a name without address from one that is refused', async () => {
    const lookup: LookupFunction = (_hostname, _options, callback) => callback(null, [])
    const { error, cause } = await failing(safeFetch({ lookup })('http://idp.example/', init()))
    expect([error.code, cause.code]).toEqual(['ERR_FETCH_FAILED', 'ENOTFOUND'])
  })

  it.each(['ftp://idp.example/', 'file:///etc/passwd', 'https://user:pw@idp.example/', 'idp.example', ''])(
    'takes %s for misuse',
    async (url) => {
      const { error } = await failing(safeFetch()(url, init()))
      expect(error.code).toBe('ERR_INVALID_OPTION')
    },
  )

  it('tells the origin of a failure, never path or query', async () => {
    const { port } = await serve((_, response) => response.destroy())
    const { error } = await failing(local(`http://127.0.0.1:${port}/pa-th?token=s3cret`, init()))
    expect(error.code).toBe('ERR_FETCH_FAILED')
    expect(error.message).toContain(`http://127.0.0.1:${port}`)
    expect(error.message).not.toMatch(/pa-th|s3cret/)
  })

  it('heeds a signal before, while waiting and while the body comes', async () => {
    const aborted = { error: { code: 'ERR_FETCH_FAILED' }, cause: { name: 'AbortError' } }
    const { port } = await serve((request, response) => {
      if (request.url === '/body') response.write('a part')
    })
    const before = await failing(local(`http://127.0.0.1:${port}/`, init(AbortSignal.abort())))
    expect(before).toMatchObject(aborted)

    const waiting = new AbortController()
    const pending = failing(local(`http://127.0.0.1:${port}/`, init(waiting.signal)))
    waiting.abort()
    expect(await pending).toMatchObject(aborted)

    const reading = new AbortController()
    const response = await local(`http://127.0.0.1:${port}/body`, init(reading.signal))
    const body = failing(response.text())
    reading.abort()
    expect(await body).toMatchObject(aborted)
  })

  it('stops an endless body when it is cancelled', async () => {
    let closed: () => void = () => undefined
    const closing = new Promise<void>((resolve) => (closed = resolve))
    const { port } = await serve((_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      }
      response.on('drain', more).on('close', closed)
      more()
    })
    const response = await local(`http://127.0.0.1:${port}/`, init())
    const reader = response.body!.getReader()
    expect((await reader.read()).value!.length).toBeGreaterThan(0)
    await reader.cancel()
    await closing
  })

  it('fails a body that was cut short, even when nobody was reading as it happened', async () => {
    const { port } = await serveRaw('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort')
    const url = `http://127.0.0.1:${port}/`
    const cut = { error: { code: 'ERR_FETCH_FAILED' }, cause: { code: 'ECONNRESET' } }
    expect(await failing((await local(url, init())).text())).toMatchObject(cut)
    const unread = await local(url, init())
    // The second connection, made and ended after the first was cut.
    await failing((await local(url, init())).text())
    expect(await failing(unread.text())).toMatchObject(cut)

    const controller = new AbortController()
    const aborted = await local(url, init(controller.signal))
    controller.abort()
    await failing((await local(url, init())).text())
    await failing(aborted.text())
  })

  it.each([204, 304])('answers status %i without a body', async (status) => {
    const { port } = await serve((_, response) => response.writeHead(status).end())
    const response = await local(`http://127.0.0.1:${port}/`, init())
    expect([response.status, response.body]).toEqual([status, null])
  })

  it.each([
    'HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n',
    'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n',
    `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`,
    'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n',
    'not HTTP\r\n\r\n',
    '',
  ])('fails on an answer that is none (%#)', async (answer) => {
    const { port } = await serveRaw(answer)
    const { error } = await failing(local(`http://127.0.0.1:${port}/`, init()))
    expect(error.code).toBe('ERR_FETCH_FAILED')
  })
})

describe('checkedLookup', () => {
  it.each([true, false])('answers in the form that Node asks for (all: %s)', (all) => {
    const found = { address: '93.184.215.14', family: 4 }
    const lookup = checkedLookup((_h, _o, callback) => callback(null, [found]), openedClasses({}))
    const answers: unknown[] = []
    lookup('idp.example', { all }, (...answer) => answers.push(answer))
    expect(answers).toEqual([all ? [null, [found]] : [null, found.address, found.family]])
  })

  it('checks a resolver that answers one address only', () => {
    const lookup = checkedLookup((_h, _o, callback) => callback(null, '10.0.0.1', 4), openedClasses({}))
    const codes: unknown[] = []
    lookup('idp.example', { all: false }, (error) => codes.push(error?.code))
    expect(codes).toEqual(['ERR_ADDRESS_REFUSED'])
  })
})

describe('safeFetch over TLS', () => {
  const { key, cert } = selfSigned('127.0.0.1')
  const trusting = safeFetch({ allowLoopback: true, ca: cert })
  const serveTLS = (options: https.ServerOptions = {}) =>
    listen(https.createServer({ key, cert, ...options }, (_, response) => response.end('safe')))

  it('trusts what it is told to trust', async () => {
    const { port } = await serveTLS()
    expect(await (await trusting(`https://127.0.0.1:${port}/`, init())).text()).toBe('safe')
  })

  it('refuses an unknown certificate, whatever the environment says', async () => {
    const { port } = await serveTLS()
    const kept = process.env['NODE_TLS_REJECT_UNAUTHORIZED']
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
    try {
      const { cause } = await failing(
        safeFetch({ allowLoopback: true })(`https://127.0.0.1:${port}/`, init()),
      )
      expect(cause.code).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
    } finally {
      if (kept === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = kept
    }
  })

  it('refuses a certificate for another host', async () => {
    const { port } = await serveTLS()
    const { cause } = await failing(trusting(`https://localhost:${port}/`, init()))
    expect(cause.code).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
  })

  it.each([
    { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
    { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' },
  ] as const)('refuses old versions and ciphers without forward secrecy: %j', async (options) => {
    const { port } = await serveTLS(options)
    const { error } = await failing(trusting(`https://127.0.0.1:${port}/`, init()))
    expect(error.code).toBe('ERR_FETCH_FAILED')
  })

  it('speaks TLS 1.2 with forward secrecy', async () => {
    const { port } = await serveTLS({ maxVersion: 'TLSv1.2' })
    expect(await (await trusting(`https://127.0.0.1:${port}/`, init())).text()).toBe('safe')
  })
})

/** A certificate for an IPv4 address, signed by its own key. */
function selfSigned(ip: string): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
    const content = Buffer.concat(parts)
    const size = content.length
    const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255]
    return Buffer.concat([Buffer.from([tag, ...length]), content])
  }
  const hex = (text: string): Buffer => Buffer.from(text, 'hex')
  const algorithm = der(0x30, hex('06092a864886f70d01010b'), hex('0500')) // sha256WithRSAEncryption
  const name = der(0x30, der(0x31, der(0x30, hex('0603550403'), der(0x0c, Buffer.from('test')))))
  const instant = (text: string): Buffer => der(0x18, Buffer.from(text))
  const subjectAltName = der(0x30, der(0x87, Buffer.from(ip.split('.').map(Number))))
  const certificate = der(
    0x30,
    der(0xa0, hex('020102')), // version 3
    hex('020101'),
    algorithm,
    name,
    der(0x30, instant('20200101000000Z'), instant('99991231235959Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, der(0x30, hex('0603551d11'), der(0x04, subjectAltName)))),
  )
  const signature = createSign('sha256').update(certificate).sign(privateKey)
  const signed = der(0x30, certificate, algorithm, der(0x03, hex('00'), signature))
  const lines = signed.toString('base64').replace(/.{64}/g, '$&\n')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  }
}
