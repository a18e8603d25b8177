import { generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import { once } from 'node:events'
import http, { type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { FederationError, type Verdict } from '../../src/core/outcome.js'
import type { Fetch } from '../../src/core/ports.js'
import { discoverIssuerKeys, staticIssuerKeys, type IssuerKeysOptions } from '../../src/flows/issuerKeys.js'
import { safeFetch } from '../../src/flows/safeFetch.js'
import type { TrustedKeySet, TrustedTokenIssuer } from '../../src/tti/types.js'

const newKey = (): JsonWebKey =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' })
const [keyA, keyB] = [newKey(), newKey()]
const jwks = (...keys: readonly (readonly [string, JsonWebKey])[]) => ({
  keys: keys.map(([kid, key]) => ({ ...key, kid, use: 'sig', alg: 'RS256' })),
})
const issuerOf = (issuerURL: string): TrustedTokenIssuer => ({
  name: 'test',
  issuerURL,
  claimAttributePath: 'email',
  identityStoreAttributePath: 'emails.value',
})

const servers: http.Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

async function serve(handler: RequestListener): Promise<string> {
  const server = http.createServer(handler)
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A real issuer on loopback. `discovery` and `keys` may replace an answer; `asked` counts what was asked. */
async function startIssuer(start: object = jwks(['a', keyA])) {
  const state: {
    url: string
    jwks: object
    asked: { discovery: number; keys: number }
    discovery?: (response: ServerResponse) => void
    keys?: (response: ServerResponse) => void
  } = { url: '', jwks: start, asked: { discovery: 0, keys: 0 } }
  state.url = await serve((request, response) => {
    if (request.url === '/.well-known/openid-configuration') {
      state.asked.discovery++
      if (state.discovery) state.discovery(response)
      else response.end(JSON.stringify({ issuer: state.url, jwks_uri: `${state.url}/jwks` }))
    } else if (request.url === '/jwks') {
      state.asked.keys++
      if (state.keys) state.keys(response)
      else response.end(JSON.stringify(state.jwks))
    } else response.writeHead(404).end()
  })
  return state
}

const local = safeFetch({ allowLoopback: true })
const discover = (options: IssuerKeysOptions = {}) =>
  discoverIssuerKeys({ allowLoopbackIssuer: true, ...options })
const told = (verdict: Verdict<unknown>) => verdict.findings.map(({ rule, reason }) => `${rule} ${reason}`)
const kids = (verdict: Verdict<TrustedKeySet>) => verdict.value?.keys.map((key) => key.kid)
const at = (now: number, kid?: string, fetch: Fetch = local) => ({
  now,
  fetch,
  ...(kid === undefined ? {} : { kid }),
})
const failing = (response: ServerResponse): void => void response.writeHead(503).end()

describe('discoverIssuerKeys: what it fetches', () => {
  it('finds the keys', async () => {
    const { url, asked } = await startIssuer()
    const verdict = await discover().find(issuerOf(url), at(1000, 'a'))
    expect(kids(verdict)).toEqual(['a'])
    expect(asked).toEqual({ discovery: 1, keys: 1 })
  })

  it('passes warnings on, from the cache too', async () => {
    const issuer = await startIssuer()
    issuer.discovery = (response) =>
      response.end(
        JSON.stringify({
          issuer: issuer.url,
          jwks_uri: `${issuer.url}/jwks`,
          id_token_signing_alg_values_supported: ['PS256'],
        }),
      )
    const keys = discover()
    const first = await keys.find(issuerOf(issuer.url), at(1000))
    const second = await keys.find(issuerOf(issuer.url), at(1001))
    expect([first.ok, second.ok]).toEqual([true, true])
    expect([told(first), told(second)]).toEqual([
      ['tti/discovery-rs256 missing'],
      ['tti/discovery-rs256 missing'],
    ])
  })

  const big = (response: ServerResponse): void => void response.end('x'.repeat(300_000))
  const endless = (response: ServerResponse): void => {
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    }
    response.on('drain', more)
    more()
  }
  const slow = (response: ServerResponse): void => {
    const timer = setInterval(() => response.write(' '), 10)
    response.on('close', () => clearInterval(timer))
  }
  const silent = (): void => undefined
  const moved = (response: ServerResponse): void => void response.writeHead(302, { location: '/jwks' }).end()
  const declared = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-length': 10_000_000_000 }).flushHeaders()
  }
  const dropped = (response: ServerResponse): void => void response.destroy()

  it.each([
    ['a redirect', moved, 'redirect', '302'],
    ['an error', failing, 'status', '503'],
    [
      'an empty success',
      (response: ServerResponse): void => void response.writeHead(204).end(),
      'status',
      '204',
    ],
    ['a big body', big, 'too-large', undefined],
    ['an endless body', endless, 'too-large', undefined],
    ['a huge declared length', declared, 'too-large', undefined],
    ['a slow body', slow, 'timeout', undefined],
    ['silence', silent, 'timeout', undefined],
    ['a dropped connection', dropped, 'network', 'ECONNRESET'],
  ])('refuses %s, of either document', async (_, answer, reason, actual) => {
    const options = { timeoutSeconds: reason === 'timeout' ? 1 : 60 }
    const judge = async (document: 'discovery' | 'keys', path: string): Promise<void> => {
      const issuer = await startIssuer()
      issuer[document] = answer
      const verdict = await discover(options).find(issuerOf(issuer.url), at(1000))
      expect(verdict.findings).toMatchObject([{ rule: 'tti/issuer-unreachable', reason, path }])
      expect(verdict.findings[0]?.actual).toBe(actual)
    }
    await Promise.all([judge('discovery', 'issuerURL'), judge('keys', '$.jwks_uri')])
  })

  it('keeps its time limit against a fetch that heeds no signal', async () => {
    const fetch: Fetch = () => new Promise<Response>(() => undefined)
    const verdict = await discover({ timeoutSeconds: 0.05 }).find(
      issuerOf('https://idp.example'),
      at(0, 'a', fetch),
    )
    expect(told(verdict)).toEqual(['tti/issuer-unreachable timeout'])
  })

  it('refuses the answer of a fetch that followed a redirect', async () => {
    const { url } = await startIssuer()
    const target = await serve((_, response) => response.writeHead(302, { location: `${url}/jwks` }).end())
    const following: Fetch = (address, init) => fetch(address, { ...init, redirect: 'follow' })
    const verdict = await discover().find(issuerOf(target), at(1000, 'a', following))
    expect(told(verdict)).toEqual(['tti/issuer-unreachable redirect'])
  })

  it("works with the platform's fetch", async () => {
    const { url } = await startIssuer()
    expect(kids(await discover().find(issuerOf(url), at(1000, 'a', fetch)))).toEqual(['a'])
    const gone = await serve(() => undefined)
    await new Promise((resolve) => servers.pop()?.close(resolve))
    const verdict = await discover().find(issuerOf(gone), at(1000, 'a', fetch))
    expect(verdict.findings).toMatchObject([{ reason: 'network', actual: 'ECONNREFUSED' }])
  })

  it('refuses another issuer, an ambiguous document and a JWKS that is none', async () => {
    const issuer = await startIssuer()
    issuer.discovery = (response) =>
      response.end(JSON.stringify({ issuer: `${issuer.url}/`, jwks_uri: `${issuer.url}/jwks` }))
    expect(told(await discover().find(issuerOf(issuer.url), at(1000)))).toEqual([
      'tti/discovery-issuer mismatch',
    ])
    issuer.discovery = (response) => response.end('{"issuer":"a","issuer":"b"}')
    expect(told(await discover().find(issuerOf(issuer.url), at(1000)))).toEqual([
      'tti/discovery-document duplicate-member',
    ])
    delete issuer.discovery
    issuer.jwks = []
    const verdict = await discover().find(issuerOf(issuer.url), at(1000))
    expect(verdict.findings[0]?.rule).toBe('tti/jwks')
  })

  it('asks for no keys before the discovery document is judged', async () => {
    const issuer = await startIssuer()
    issuer.discovery = (response) =>
      response.end(JSON.stringify({ issuer: 'https://evil', jwks_uri: `${issuer.url}/jwks` }))
    await discover().find(issuerOf(issuer.url), at(1000))
    expect(issuer.asked).toEqual({ discovery: 1, keys: 0 })
  })

  it.each([
    ['http://idp.example', ['http']],
    ['https://idp.example:8443', ['port']],
    ['http://127.0.0.1:8080', ['address', 'port', 'http']],
    ['https://u:p@idp.example', ['url']],
    ['not a url', ['url']],
  ])('asks nothing of %s', async (url, reasons) => {
    const asked: string[] = []
    const fetch: Fetch = async (address) => {
      asked.push(address)
      return new Response()
    }
    const verdict = await discoverIssuerKeys().find(issuerOf(url), at(1000, 'a', fetch))
    expect(told(verdict)).toEqual(reasons.map((reason) => `tti/issuer-unreachable ${reason}`))
    expect(asked).toEqual([])
  })

  it('fetches from an http issuer when that is allowed', async () => {
    const { url } = await startIssuer()
    // Port 80 of the name is the loopback server.
    const routed: Fetch = async (address, init) => {
      const response = await local(address.replace('http://idp.example', url), init)
      return new Response((await response.text()).replaceAll(url, 'http://idp.example'))
    }
    const keys = discoverIssuerKeys({ allowHTTPIssuer: true })
    expect(kids(await keys.find(issuerOf('http://idp.example'), at(1000, 'a', routed)))).toEqual(['a'])
  })

  const spellings = ['127.0.0.1', 'localhost', '0x7f.1', '2130706433']
  it.each(spellings)('has loopback spelled %s refused by a fetch that does not allow it', async (host) => {
    const issuer = await startIssuer()
    const url = issuer.url.replace('127.0.0.1', host)
    const verdict = await discover().find(issuerOf(url), at(1000, 'a', safeFetch()))
    expect(told(verdict)).toEqual(['tti/issuer-unreachable address'])
    expect(issuer.asked.discovery).toBe(0)
  })

  it('names a refused address of the keys', async () => {
    const issuer = await startIssuer()
    issuer.discovery = (response) =>
      response.end(JSON.stringify({ issuer: issuer.url, jwks_uri: 'https://169.254.169.254/latest' }))
    const verdict = await discover().find(issuerOf(issuer.url), at(1000))
    expect(verdict.findings).toMatchObject([{ reason: 'address', path: '$.jwks_uri' }])
  })
})

describe('discoverIssuerKeys: what it remembers', () => {
  it('makes one flight for many callers', async () => {
    const { url, asked } = await startIssuer()
    const keys = discover()
    const verdicts = await Promise.all(
      Array.from({ length: 50 }, () => keys.find(issuerOf(url), at(1000, 'a'))),
    )
    expect(verdicts.every((verdict) => verdict.ok)).toBe(true)
    expect(asked).toEqual({ discovery: 1, keys: 1 })
  })

  it('makes one flight for many callers of an issuer that fails, and one more later', async () => {
    const issuer = await startIssuer()
    issuer.discovery = failing
    const keys = discover()
    const find = (now: number) => keys.find(issuerOf(issuer.url), at(now, 'a'))
    await Promise.all(Array.from({ length: 50 }, () => find(1000)))
    expect(told(await find(1004))).toEqual(['tti/issuer-unreachable status'])
    expect(issuer.asked.discovery).toBe(1)
    delete issuer.discovery
    expect((await find(1005)).ok).toBe(true)
    expect(issuer.asked.discovery).toBe(2)
  })

  it('answers from the cache until it expires', async () => {
    const { url, asked } = await startIssuer()
    const keys = discover()
    for (const now of [1000, 1001, 1599]) await keys.find(issuerOf(url), at(now, 'a'))
    expect(asked.keys).toBe(1)
    await keys.find(issuerOf(url), at(1600, 'a'))
    expect(asked.keys).toBe(2)
  })

  it('bounds a storm of unknown kids to one fetch per interval', async () => {
    const { url, asked } = await startIssuer()
    const keys = discover()
    await keys.find(issuerOf(url), at(1000, 'a'))
    for (let now = 1000; now <= 1119; now++) {
      const verdicts = await Promise.all(
        Array.from({ length: 5 }, (_, n) => keys.find(issuerOf(url), at(now, `unknown-${now}-${n}`))),
      )
      expect(verdicts.every((verdict) => kids(verdict)?.join() === 'a')).toBe(true)
    }
    expect(asked).toEqual({ discovery: 4, keys: 4 }) // 1000, 1030, 1060, 1090
  })

  it('fetches no second time for a token without kid, or with the kid of a key that is unfit', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })
    const { url, asked } = await startIssuer(jwks(['a', keyA], ['weak', weak]))
    const keys = discover()
    for (const kid of [undefined, 'weak', 'a']) await keys.find(issuerOf(url), at(1100, kid))
    for (const kid of [undefined, 'weak', 'a']) await keys.find(issuerOf(url), at(1500, kid))
    expect(asked.keys).toBe(1)
  })

  it('follows a rotation, and forgets a key that was withdrawn', async () => {
    const issuer = await startIssuer()
    const keys = discover()
    const find = async (now: number, kid: string) => kids(await keys.find(issuerOf(issuer.url), at(now, kid)))
    expect(await find(1000, 'a')).toEqual(['a'])
    issuer.jwks = jwks(['a', keyA], ['b', keyB])
    expect(await find(1029, 'b')).toEqual(['a'])
    expect(await find(1030, 'b')).toEqual(['a', 'b'])
    issuer.jwks = jwks(['b', keyB])
    expect(await find(1629, 'a')).toEqual(['a', 'b'])
    expect(await find(1630, 'a')).toEqual(['b'])
  })

  it('keeps its keys through a failed look for an unknown kid, and tries that once per interval', async () => {
    const issuer = await startIssuer()
    const keys = discover()
    await keys.find(issuerOf(issuer.url), at(1000, 'a'))
    issuer.keys = failing
    for (const now of [1030, 1031, 1040, 1059]) {
      expect(kids(await keys.find(issuerOf(issuer.url), at(now, 'unknown')))).toEqual(['a'])
    }
    expect(issuer.asked.keys).toBe(2)
    expect(kids(await keys.find(issuerOf(issuer.url), at(1599, 'a')))).toEqual(['a'])
  })

  it('refuses when the keys have expired and cannot be had, and recovers', async () => {
    const issuer = await startIssuer()
    const keys = discover()
    const find = (now: number) => keys.find(issuerOf(issuer.url), at(now, 'a'))
    await find(1000)
    issuer.keys = failing
    expect((await find(1599)).ok).toBe(true)
    for (const now of [1600, 1601, 1606]) {
      expect(told(await find(now))).toEqual(['tti/issuer-unreachable status'])
    }
    // The expired keys do not come back with a clock that does.
    expect((await find(1200)).ok).toBe(false)
    delete issuer.keys
    expect((await find(1700)).ok).toBe(true)
  })

  it('joins a refetch that fails without taking over the keys of the caller that began it', async () => {
    const issuer = await startIssuer()
    const keys = discover()
    await keys.find(issuerOf(issuer.url), at(1000, 'a'))
    issuer.keys = failing
    const [within, after] = await Promise.all([
      keys.find(issuerOf(issuer.url), at(1599, 'unknown')),
      keys.find(issuerOf(issuer.url), at(1600, 'a')),
    ])
    expect([within.ok, after.ok]).toEqual([true, false])
  })

  it('answers with known keys while it looks for an unknown kid', async () => {
    const issuer = await startIssuer()
    const keys = discover({ timeoutSeconds: 60 })
    await keys.find(issuerOf(issuer.url), at(1000, 'a'))
    const held: ServerResponse[] = []
    issuer.keys = (response) => held.push(response)
    const looking = keys.find(issuerOf(issuer.url), at(1100, 'b'))
    expect(kids(await keys.find(issuerOf(issuer.url), at(1100, 'a')))).toEqual(['a'])
    while (held.length === 0) await new Promise((resolve) => setImmediate(resolve))
    held[0]?.end(JSON.stringify(jwks(['b', keyB])))
    expect(kids(await looking)).toEqual(['b'])
  })

  it('shares no key between issuers, not even between spellings of one URL', async () => {
    const one = await startIssuer(jwks(['same', keyA]))
    const two = await startIssuer(jwks(['same', keyB]))
    const keys = discover()
    const modulus = async (url: string) =>
      (await keys.find(issuerOf(url), at(1000, 'same'))).value?.keys.map(({ jwk }) => jwk.n)
    expect(await modulus(one.url)).toEqual([keyA.n])
    expect(await modulus(two.url)).toEqual([keyB.n])
    expect(await modulus(one.url)).toEqual([keyA.n])
    expect(told(await keys.find(issuerOf(`${one.url}/`), at(1000, 'same')))).toEqual([
      'tti/discovery-issuer mismatch',
    ])
  })

  it('remembers a bounded number of issuers, those used last', async () => {
    const [one, two, three] = [await startIssuer(), await startIssuer(), await startIssuer()]
    const keys = discover({ maxIssuers: 2 })
    for (const issuer of [one, two, one, three, one, two])
      await keys.find(issuerOf(issuer.url), at(1000, 'a'))
    expect([one, two, three].map(({ asked }) => asked.keys)).toEqual([1, 2, 1])
  })

  it('is neither frozen nor stormed by a clock that steps back', async () => {
    const { url, asked } = await startIssuer()
    const keys = discover()
    const find = (now: number, kid: string) => keys.find(issuerOf(url), at(now, kid))
    await find(1_000_000, 'a')
    for (let now = 1000; now < 1030; now++) await find(now, 'unknown')
    expect(asked.keys).toBe(1)
    await find(1030, 'unknown')
    expect(asked.keys).toBe(2)
    await find(1629, 'a')
    expect(asked.keys).toBe(2)
    await find(1630, 'a')
    expect(asked.keys).toBe(3)
  })

  it('forgets a failure of the future', async () => {
    const issuer = await startIssuer()
    issuer.keys = failing
    const keys = discover()
    await keys.find(issuerOf(issuer.url), at(1_000_000, 'a'))
    delete issuer.keys
    expect((await keys.find(issuerOf(issuer.url), at(1000, 'a'))).ok).toBe(false)
    expect((await keys.find(issuerOf(issuer.url), at(1005, 'a'))).ok).toBe(true)
  })

  it('holds its promises over any course of events', async () => {
    const step = fc.record({
      wait: fc.integer({ min: 0, max: 400 }),
      up: fc.boolean(),
      rotate: fc.boolean(),
      kid: fc.constantFrom('current', 'unknown', undefined),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const url = 'https://idp.example'
        const keys = discoverIssuerKeys()
        let [now, generation, up] = [10_000, 0, true]
        const fetches: number[] = []
        const published: { now: number; kid: string }[] = []
        const fetch: Fetch = async (address) => {
          if (address.endsWith('openid-configuration')) {
            fetches.push(now)
            return Response.json({ issuer: url, jwks_uri: `${url}/jwks` }, { status: up ? 200 : 500 })
          }
          published.push({ now, kid: `k${generation}` })
          return Response.json(jwks([`k${generation}`, keyA]))
        }
        for (const { wait, up: nowUp, rotate, kid } of steps) {
          now += wait
          up = nowUp
          if (rotate) generation++
          const asked = kid === 'current' ? `k${generation}` : kid
          const before = fetches.at(-1) ?? -Infinity
          const verdict = await keys.find(issuerOf(url), at(now, asked, fetch))
          const [answer] = kids(verdict) ?? []
          const latest = published.at(-1)
          // What is answered is what was published last, and not longer ago than the cache lasts.
          if (verdict.ok) expect(latest && [latest.kid, now - latest.now < 600]).toEqual([answer, true])
          else expect(latest === undefined || now - latest.now >= 600).toBe(true)
          if (up && asked === `k${generation}` && now - before >= 30) expect(answer).toBe(asked)
        }
        fetches
          .slice(1)
          .forEach((instant, index) => expect(instant - fetches[index]!).toBeGreaterThanOrEqual(5))
      }),
      { numRuns: 200 },
    )
  })
})

describe('discoverIssuerKeys: misuse', () => {
  it.each([
    { cacheSeconds: -1 },
    { refetchIntervalSeconds: Number.NaN },
    { failureRetrySeconds: Infinity },
    { timeoutSeconds: 0 },
    { timeoutSeconds: 601 },
    { maxBytes: 262_145 },
    { maxIssuers: 0 },
  ])('refuses %j', (options) => {
    expect(() => discover(options)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_OPTION' }))
  })

  it('refuses an instant that is none', async () => {
    const finding = discover().find(issuerOf('https://idp.example'), at(Number.NaN))
    await expect(finding).rejects.toBeInstanceOf(FederationError)
  })
})

describe('staticIssuerKeys', () => {
  const url = 'https://idp.example'
  const none: Fetch = () => Promise.reject(new Error('nothing is to be fetched'))

  it.each([
    ['parsed', jwks(['a', keyA])],
    ['as text', JSON.stringify(jwks(['a', keyA]))],
    ['as bytes', new TextEncoder().encode(JSON.stringify(jwks(['a', keyA])))],
  ])('answers keys given %s', async (_, document) => {
    const keys = staticIssuerKeys({ [url]: document })
    expect(kids(await keys.find(issuerOf(url), at(0, 'other', none)))).toEqual(['a'])
    expect(kids(await keys.find(issuerOf(url), at(0, 'a', none)))).toEqual(['a'])
  })

  it.each([`${url}/`, 'https://IDP.example', 'toString', '__proto__', ''])(
    'refuses %j, which is not configured',
    async (other) => {
      const keys = staticIssuerKeys({ [url]: jwks(['a', keyA]) })
      const verdict = await keys.find(issuerOf(other), at(0, 'a', none))
      expect(told(verdict)).toEqual(['tti/issuer-unreachable not-configured'])
    },
  )

  it('tells of a document that is no JWKS', async () => {
    const verdict = await staticIssuerKeys({ [url]: '{}' }).find(issuerOf(url), at(0, 'a', none))
    expect(verdict.findings[0]?.rule).toBe('tti/jwks')
  })
})
