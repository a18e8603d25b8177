import express5 from 'express'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FederationError, refused } from '../../src/core/index.js'
import {
  bearerCallers,
  sigV4Callers,
  type AuthenticateCaller,
  type TokenEndpointRequest,
} from '../../src/express/index.js'
import { APPLICATION } from '../support/deployment.js'
import {
  BEARER,
  digestOf,
  exchangeOf,
  outsideIssuer,
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

async function asked(
  authenticateCaller: AuthenticateCaller,
  members: Record<string, string | undefined> = {},
  headers: Record<string, string> = {},
): Promise<{ status: number; error: unknown; challenge: string | null; app: Running }> {
  const app = await running(express5, { ...worldOf(issuer), authenticateCaller })
  try {
    const response = await postForm(app, exchangeOf(await issuer.token(), members), headers)
    const { error } = (await response.json()) as { error?: unknown }
    return { status: response.status, error, challenge: response.headers.get('www-authenticate'), app }
  } finally {
    await app.stop()
  }
}

describe('whoever authenticateCaller does not prove is refused with 401', () => {
  const secret = 'password of the caller database'
  const finding = { rule: 'app/tenant', reason: 'closed', severity: 'error', message: 'Closed.' } as const
  it.each([
    ['false', () => false, ['express/token-caller refused']],
    ['nothing', () => undefined, ['express/token-caller refused']],
    ['a promise of false', () => Promise.resolve(false), ['express/token-caller refused']],
    ['a refused verdict', () => refused([finding]), ['express/token-caller refused', 'app/tenant closed']],
    ['an object that is no caller', () => ({}), ['express/token-caller malformed']],
    ['a caller without a name', () => ({ callerARN: '' }), ['express/token-caller malformed']],
    ['true', () => true, ['express/token-caller malformed']],
    ['null', () => null, ['express/token-caller malformed']],
    ['a text', () => ROLE, ['express/token-caller malformed']],
    ['an accepted verdict of nothing', () => ({ ok: true, findings: [] }), ['express/token-caller malformed']],
    ['a throw', () => { throw new Error(secret) }, ['express/token-caller threw']],
    ['a rejection', () => Promise.reject(new Error(secret)), ['express/token-caller threw']],
  ] as [string, () => unknown, string[]][])('%s', async (_what, authenticate, findings) => {
    const { status, error, challenge, app } = await asked(authenticate as AuthenticateCaller)
    expect([status, error, challenge]).toEqual([401, 'invalid_client', 'Bearer'])
    expect(app.last()).toEqual(findings)
    expect(JSON.stringify(app.refused.map(({ findings: all }) => all))).not.toContain(secret)
  }) // prettier-ignore

  it('is asked for the scheme that it used', async () => {
    const challenged = async (authorization: string) =>
      (await asked(() => false, {}, { authorization })).challenge
    expect(await challenged('Basic YTpi')).toBe('Basic realm="token"')
    expect(await challenged('bearer x')).toBe('bearer')
    expect(await challenged('Digest x')).toBe('Bearer')
  })
})

describe('the client', () => {
  const bound: AuthenticateCaller = () => ({ callerARN: ROLE, clientId: APPLICATION })
  it('is taken from the caller where the form does not name it', async () => {
    expect((await asked(bound, { client_id: undefined })).status).toBe(200)
    expect((await asked(bound)).status).toBe(200)
  })
  it('is refused where the caller is another', async () => {
    const { status, error, app } = await asked(bound, { client_id: `${APPLICATION}0` })
    expect([status, error]).toEqual([401, 'invalid_client'])
    expect(app.last()).toEqual(['express/token-client mismatch'])
  })
  it('must be one whose actor policy names the caller', async () => {
    const another = () => ({ callerARN: 'arn:aws:iam::111122223333:role/another' })
    const { status, error, app } = await asked(another)
    expect([status, error]).toEqual([400, 'unauthorized_client'])
    expect(app.last()).toEqual(['tti/caller not-allowed'])
  })
  it('can be proven by what the form holds', async () => {
    const post: AuthenticateCaller = ({ parameters }) =>
      parameters?.get('client_secret') === 'right' && { callerARN: ROLE, clientId: APPLICATION }
    expect((await asked(post, { client_secret: 'right' })).status).toBe(200)
    expect((await asked(post, { client_secret: 'wrong' })).status).toBe(401)
  })
  it('is proven over exactly what was sent', async () => {
    let seen: TokenEndpointRequest | undefined
    await asked((request) => ((seen = request), false), { scope: 'a b' }, { 'X-Twice': 'one' })
    expect(seen).toMatchObject({ method: 'POST', url: '/token' })
    expect(new TextDecoder().decode(seen?.body)).toContain('scope=a+b')
    expect(seen?.headers.filter(([name]) => /^x-twice$/i.test(name))).toHaveLength(1)
    expect(seen?.parameters?.get('scope')).toBe('a b')
  })
})

describe('bearerCallers', () => {
  const other = 'another-token-of-another-caller-1234567890'
  const prove = bearerCallers([
    { digest: digestOf(BEARER), callerARN: ROLE, clientId: APPLICATION },
    { digest: digestOf(other).toUpperCase(), callerARN: `${ROLE}-2` },
  ])
  const request = (...values: string[]): TokenEndpointRequest => ({
    method: 'POST',
    url: '/token',
    headers: values.map((value) => ['Authorization', value]),
    body: undefined,
    request: undefined as never,
  })
  const reasons = (...values: string[]) =>
    prove(request(...values)).findings.map(({ rule, reason }) => `${rule} ${reason}`)

  it('knows callers by the SHA-256 of their token', () => {
    expect(prove(request(`Bearer ${BEARER}`))).toMatchObject({
      ok: true,
      value: { callerARN: ROLE, clientId: APPLICATION },
    })
    expect(prove(request(`bearer ${other}`))).toMatchObject({ value: { callerARN: `${ROLE}-2` } })
  })
  it('refuses none, two, other schemes and unknown ones', () => {
    expect(reasons()).toEqual(['express/bearer missing'])
    expect(reasons(`Bearer ${BEARER}`, `Bearer ${BEARER}`)).toEqual(['express/bearer duplicate'])
    for (const value of [
      '',
      'Bearer',
      `Basic ${BEARER}`,
      `Bearer  ${BEARER}`,
      `Bearer ${BEARER}, x`,
      `Bearer ${BEARER}x`,
    ])
      expect(reasons(value), value).toEqual(['express/bearer unknown'])
  })
  it('lets in no text but the tokens', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        fc.pre(text !== BEARER && text !== other)
        expect(prove(request(`Bearer ${text}`)).ok).toBe(false)
      }),
    )
  })
  it.each([
    ['an empty list', []],
    ['no list', undefined],
    ['a token in place of its digest', [{ digest: BEARER, callerARN: ROLE }]],
    ['a token twice', [{ digest: digestOf('a'), callerARN: ROLE }, { digest: digestOf('a').toUpperCase(), callerARN: ROLE }]],
    ['an ARN that is none', [{ digest: digestOf('a'), callerARN: 'my-app' }]],
    ['a wildcard', [{ digest: digestOf('a'), callerARN: 'arn:aws:iam::111122223333:role/*' }]],
  ])('does not take %s', (_what, callers) => {
    expect(() => bearerCallers(callers as never)).toThrow(FederationError)
  }) // prettier-ignore
})

describe('sigV4Callers', () => {
  const key = { accessKeyId: 'AKIAOWNEXCHANGEAPP01', secretAccessKey: 'secret-of-the-app-here' }
  it.each([
    ['an empty list', []],
    ['a key without a secret', [{ ...key, secretAccessKey: '', callerARN: ROLE }]],
    [
      'a key twice',
      [
        { ...key, callerARN: ROLE },
        { ...key, callerARN: ROLE },
      ],
    ],
    ['an ARN that is none', [{ ...key, callerARN: 'my-app' }]],
  ])('does not take %s', (_what, keys) => {
    expect(() => sigV4Callers(keys as never)).toThrow(FederationError)
  })
})
