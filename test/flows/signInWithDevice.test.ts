import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Verdict } from '../../src/core/index.js'
import {
  refreshSignIn,
  signInWithDevice,
  type DevicePorts,
  type SignInTokens,
  type SignInOptions,
} from '../../src/flows/index.js'
import { json, oidcServer, refuse, type OidcServer, type Override } from '../support/oidcServer.js'

let server: OidcServer
let clock: number
let slept: number[]
beforeEach(async () => {
  server = await oidcServer()
  clock = 1_800_000_000
  slept = []
})
afterEach(() => server.stop())

const told = ({ findings }: Verdict<unknown>): string[] =>
  findings.map(({ rule, reason }) => `${rule} ${reason}`)
const polls = (): number => server.requests.filter(({ path }) => path === '/token').length

/** A sign-in whose clock moves only by waiting. */
function signIn(
  ports: Partial<DevicePorts> = {},
  more: Partial<SignInOptions> = {},
): Promise<Verdict<SignInTokens>> {
  const options = {
    endpoint: server.url,
    startUrl: 'https://d-1234567890.awsapps.com/start',
    clientName: 'Test',
  }
  const sleep = (seconds: number): Promise<void> => {
    slept.push(seconds)
    clock += seconds
    return Promise.resolve()
  }
  return signInWithDevice(
    { ...options, ...more },
    { now: () => clock, sleep, onCode: () => undefined, ...ports },
  )
}

describe('signInWithDevice', () => {
  it('shows the code, polls no faster than it may, and ends with tokens', async () => {
    server.polls.push('AuthorizationPendingException', 'SlowDownException', 'AuthorizationPendingException')
    const shown: unknown[] = []
    const progress: number[] = []
    const verdict = await signIn({
      onCode: (code) => void shown.push(code),
      onProgress: ({ polls: made, nextAt }) => void progress.push(made, nextAt - 1_800_000_000),
    })
    expect(verdict).toMatchObject({ ok: true, findings: [] })
    expect(shown).toEqual([
      {
        userCode: 'BCDF-GHJK',
        verificationUri: 'https://portal.example.com/device',
        verificationUriComplete: 'https://portal.example.com/device?user_code=BCDF-GHJK',
        expiresAt: 1_800_000_600,
      },
    ])
    // A slow_down adds five seconds for good.
    expect(slept).toEqual([1, 1, 6, 6])
    expect(progress).toEqual([0, 1, 1, 2, 2, 8, 3, 14])
    expect(server.requests.map(({ path }) => path)).toEqual(['/client/register', '/device_authorization', '/token', '/token', '/token', '/token']) // prettier-ignore
    expect(server.requests.at(-1)?.body).toMatchObject({
      grantType: 'urn:ietf:params:oauth:grant-type:device_code',
    })
  })

  it('waits five seconds where the server names no interval', async () => {
    server.overrides.set('/device_authorization', (_, outgoing) =>
      json(outgoing, 200, {
        deviceCode: 'd',
        userCode: 'BCDF',
        verificationUri: 'https://a.example',
        expiresIn: 600,
      }),
    )
    server.polls.push('SlowDownException')
    expect((await signIn()).ok).toBe(true)
    expect(slept).toEqual([5, 10])
  })

  it.each([
    ['AccessDeniedException', 'access-denied'],
    ['ExpiredTokenException', 'expired-token'],
    ['InvalidGrantException', 'invalid-grant'],
    ['InvalidClientException', 'invalid-client'],
  ] as const)('ends with %s', async (exception, reason) => {
    server.polls.push('AuthorizationPendingException', exception)
    const verdict = await signIn()
    expect([verdict.ok, told(verdict)]).toEqual([false, [`sign-in/exception ${reason}`]])
    expect(polls()).toBe(2)
  })

  it('ends with the codes, at the second', async () => {
    server.overrides.set('/token', (_, outgoing) => refuse(outgoing, 'AuthorizationPendingException'))
    expect(told(await signIn())).toEqual(['sign-in/device-expiry expired'])
    expect([clock - 1_800_000_000, polls()]).toEqual([599, 599])
  })

  it('asks ever more rarely a server that cannot be reached or cannot answer, and goes on when it can', async () => {
    const bad: Override[] = [
      (_, outgoing) => json(outgoing, 503, 'overloaded'),
      (_, outgoing) => Boolean(outgoing.destroy()),
      (_, outgoing) => refuse(outgoing, 'InternalServerException'),
      (_, outgoing) => json(outgoing, 429, {}),
    ]
    server.overrides.set(
      '/token',
      (body, outgoing, count) => bad[count - 1]?.(body, outgoing, count) ?? false,
    )
    expect((await signIn()).ok).toBe(true)
    expect(slept).toEqual([1, 2, 4, 8, 16])
  })

  it.each<[string, Override, string]>([
    [
      'a page',
      (_, outgoing) => Boolean(outgoing.writeHead(200, { 'content-type': 'text/html' }).end('<html>')),
      'sign-in/answer-type mismatch,sign-in/answer-json markup',
    ],
    [
      'nothing',
      (_, outgoing) => Boolean(outgoing.writeHead(200, { 'content-type': 'application/json' }).end()),
      'sign-in/answer-json empty',
    ],
    [
      'a redirect',
      (_, outgoing) => Boolean(outgoing.writeHead(307, { location: 'https://attacker.example/token' }).end()),
      'sign-in/unreachable redirect',
    ],
    [
      'a flood',
      (_, outgoing) => {
        outgoing.writeHead(200, { 'content-type': 'application/json' })
        for (let at = 0; at < 20; at++) outgoing.write(' '.repeat(8192))
        return Boolean(outgoing.end())
      },
      'sign-in/unreachable too-large',
    ],
    [
      'an announced flood',
      (_, outgoing) =>
        Boolean(
          outgoing
            .writeHead(200, { 'content-type': 'application/json', 'content-length': '99999999' })
            .write(' '),
        ),
      'sign-in/unreachable too-large',
    ],
    [
      'a refusal that is none',
      (_, outgoing) => json(outgoing, 403, { error: 'authorization_pending' }),
      'sign-in/exception-form status',
    ],
  ])('ends when the server answers with %s', async (_, override, expected) => {
    // prettier-ignore
    server.overrides.set('/token', override)
    expect(told(await signIn()).join()).toBe(expected)
    expect(polls()).toBe(1)
  })

  it('does not wait for ever for a body that does not end', async () => {
    server.overrides.set('/client/register', (_, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'application/json' })
      return outgoing.write('{"clientId":') || true
    })
    expect(told(await signIn({}, { requestTimeoutSeconds: 1 }))).toEqual(['sign-in/unreachable timeout'])
  })

  it('ends when called off: before it begins, while it waits, and while a request is under way', async () => {
    const off = new AbortController()
    off.abort()
    expect(told(await signIn({ signal: off.signal }))).toEqual(['sign-in/ended aborted'])
    expect(server.requests).toEqual([])

    const waiting = new AbortController()
    const forever = (): Promise<void> => {
      waiting.abort()
      return new Promise(() => undefined)
    }
    expect(told(await signIn({ signal: waiting.signal, sleep: forever }))).toEqual(['sign-in/ended aborted'])
    expect(polls()).toBe(0)

    const asking = new AbortController()
    server.overrides.set('/token', () => {
      asking.abort()
      return true
    })
    expect(told(await signIn({ signal: asking.signal }))).toEqual(['sign-in/ended aborted'])
  })

  it('tells the caller when their own callback fails', async () => {
    const fail = (): never => {
      throw new Error('terminal gone')
    }
    await expect(signIn({ onCode: fail })).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION' })
    await expect(signIn({ onProgress: fail })).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION' })
  })

  it('lets a program end at once when interrupted', async () => {
    server.overrides.set('/token', (_, outgoing) => refuse(outgoing, 'AuthorizationPendingException'))
    const file = fileURLToPath(new URL('../support/deviceProgram.ts', import.meta.url))
    const runner = fileURLToPath(new URL('../../scripts/ts.mjs', import.meta.url))
    const child = spawn(process.execPath, [runner, file, server.url], { stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
    child.stderr.on('data', (chunk) => (err += String(chunk)))
    child.stdout.on('data', (chunk) => {
      out += String(chunk)
      if (out.endsWith('BCDF-GHJK\nwaiting\n')) child.kill('SIGINT')
    })
    const ended = await new Promise((resolve) =>
      child.once('close', (code, signal) => resolve([code, signal])),
    )
    expect([ended, err]).toEqual([[1, null], ''])
    expect(out.split('\n').at(-2)).toBe('sign-in/ended aborted')
  })
})

describe('refreshSignIn', () => {
  const options = () => ({ endpoint: server.url })

  it('replaces the tokens, and a refresh token that was used is used up', async () => {
    const first = await signIn()
    if (!first.ok) throw new Error('refused')
    const second = await refreshSignIn(first.value, options(), { now: () => clock })
    if (!second.ok) throw new Error('refused')
    expect(second.value.client).toEqual(first.value.client)
    expect(second.value.tokens.accessToken).not.toBe(first.value.tokens.accessToken)
    expect(second.value.tokens.refreshToken).not.toBe(first.value.tokens.refreshToken)
    expect(second.value.tokens.expiresAt).toBe(clock + 3600)
    expect(told(await refreshSignIn(first.value, options()))).toEqual(['sign-in/exception invalid-grant'])
    expect((await refreshSignIn(second.value, options())).ok).toBe(true)
  })

  it('keeps the refresh token where the answer has no other', async () => {
    const first = await signIn()
    if (!first.ok) throw new Error('refused')
    server.overrides.set('/token', (_, outgoing) =>
      json(outgoing, 200, { accessToken: 'new', tokenType: 'Bearer', expiresIn: 3600 }),
    )
    const { refreshToken } = first.value.tokens
    expect(await refreshSignIn(first.value, options())).toMatchObject({
      ok: true,
      value: { tokens: { accessToken: 'new', refreshToken } },
    })
  })

  it('asks nobody without a refresh token, or once the registration has ended, at the second', async () => {
    const first = await signIn()
    if (!first.ok) throw new Error('refused')
    const { client, tokens } = first.value
    const without = {
      accessToken: tokens.accessToken,
      tokenType: tokens.tokenType,
      expiresAt: tokens.expiresAt,
    }
    expect(told(await refreshSignIn({ client, tokens: without }, options()))).toEqual([
      'sign-in/ended no-refresh-token',
    ])
    const at = (now: number) => refreshSignIn(first.value, options(), { now: () => now })
    const before = server.requests.length
    expect(told(await at(client.clientSecretExpiresAt))).toEqual(['sign-in/ended registration-expired'])
    expect(server.requests.length).toBe(before)
    expect((await at(client.clientSecretExpiresAt - 1)).ok).toBe(true)
  })
})
