import fc from 'fast-check'
import { decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import type { ReplayStore } from '../../src/core/index.js'
import { exchangeToken, staticIssuerKeys } from '../../src/flows/index.js'
import { memoryReplayStore, memoryStateStore } from '../../src/stores/index.js'
import { digestOf } from '../../src/oauth/index.js'
import { publicAnswer, readAccessToken, readContextAssertion } from '../../src/tti/index.js'
import * as world from '../support/deployment.js'

const { makeDeployment, makePorts, makeRequest, makeToken, NOW } = world

async function refusal(promise: ReturnType<typeof exchangeToken>): Promise<string[]> {
  const verdict = await promise
  expect(verdict.ok).toBe(false)
  return verdict.findings.map(({ rule, reason }) => `${rule} ${reason}`)
}

describe('an accepted exchange', () => {
  it('answers as CreateTokenWithIAM does, and only the exchange can read its access token', async () => {
    const deployment = makeDeployment()
    const ports = makePorts()
    const verdict = await exchangeToken(makeRequest(makeToken({ jti: 'j1' })), deployment, ports)
    expect(verdict.findings).toEqual([])
    if (!verdict.ok) throw new Error('refused')
    const { value } = verdict
    expect(value).toMatchObject({
      tokenType: 'Bearer',
      expiresIn: 3600,
      issuedTokenType: 'urn:ietf:params:oauth:token-type:refresh_token',
      scope: ['openid', 'aws', 'sts:identity_context', 's3:access_grants:read_write'],
    })
    const read = { keys: deployment.tokenKeys.sealing, now: NOW, audience: world.RECEIVER }
    expect(await readAccessToken(value.accessToken, read)).toMatchObject({
      ok: true,
      value: {
        userId: world.USERS[0]?.userId,
        audience: [world.RECEIVER],
        clientId: world.APPLICATION,
        expiresAt: NOW + 3600,
      },
    })
    const others = makeDeployment().tokenKeys.sealing
    expect(await readAccessToken(value.accessToken, { ...read, keys: others })).toMatchObject({ ok: false })
    expect(await readAccessToken(value.accessToken, { ...read, audience: world.APPLICATION })).toMatchObject({
      findings: [{ rule: 'tti/access-token-audience' }],
    })
    expect(await readAccessToken(value.accessToken, { ...read, now: NOW + 3600 })).toMatchObject({
      findings: [{ rule: 'tti/access-token-expiry' }],
    })
    const digest = await digestOf('refresh-token', value.refreshToken ?? '')
    const pointer = await ports.state.get(`oauth:refresh-token:${digest}`)
    const { grantID } = pointer?.value as { grantID: string }
    expect(await ports.state.get(`oauth:grant:${grantID}`)).toMatchObject({
      value: { clientId: world.APPLICATION, session: { userId: world.USERS[0]?.userId } },
    })
  })

  it("has an ID token with Identity Center's claims, whose context is the one beside it", async () => {
    const deployment = makeDeployment()
    const verdict = await exchangeToken(
      makeRequest(makeToken({ auth_time: NOW - 60 })),
      deployment,
      makePorts(),
    )
    if (!verdict.ok) throw new Error('refused')
    const { idToken = '', awsAdditionalDetails } = verdict.value
    const { payload } = await jwtVerify(idToken, world.signerPublicKey, { currentDate: new Date(NOW * 1000) })
    expect(decodeProtectedHeader(idToken)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'own' })
    expect(payload).toMatchObject({
      iss: 'https://identitycenter.amazonaws.com/ssoins-1234567890abcdef',
      sub: world.USERS[0]?.userId,
      aud: world.APPLICATION,
      'aws:identity_store_id': 'd-1234567890',
      'aws:identity_store_arn': 'arn:aws:identitystore::111122223333:identitystore/d-1234567890',
      'aws:instance_account': '111122223333',
      'aws:instance_arn': deployment.instanceARN,
      'sts:identity_context': awsAdditionalDetails?.identityContext,
      act: { sub: world.ISSUER_ARN },
      auth_time: '2027-01-15T07:59:00Z',
      iat: NOW,
      exp: NOW + 3600,
    })
    const identityContext = awsAdditionalDetails?.identityContext ?? ''
    expect(identityContext.length).toBeLessThanOrEqual(2048)
    const options = { keys: deployment.tokenKeys.sealing, instanceARN: deployment.instanceARN, now: NOW }
    expect(await readContextAssertion(identityContext, options)).toMatchObject({
      value: { kind: 'identity', userId: world.USERS[0]?.userId, credentialId: payload['aws:credential_id'] },
    })
    expect(await readContextAssertion(String(payload['sts:audit_context']), options)).toMatchObject({
      value: { kind: 'audit' },
    })
    expect(await readContextAssertion(verdict.value.accessToken, options)).toMatchObject({
      findings: [{ rule: 'tti/context-seal' }],
    })
  })
})

describe('exactly once', () => {
  it('lets one of 200 parallel exchanges win, with a store that yields and signatures that finish in random order', async () => {
    const memory = memoryReplayStore()
    const yielding: ReplayStore = {
      claim: async (...args) => {
        await pause()
        const outcome = await memory.claim(...args)
        await pause()
        return outcome
      },
    }
    const keys = {
      find: async (...args: Parameters<ReturnType<typeof makePorts>['keys']['find']>) => {
        const found = await makePorts().keys.find(...args)
        if (!found.ok) return found
        const slow = found.value.keys.map((key) => ({
          ...key,
          verify: async (...pair: Parameters<typeof key.verify>) => {
            await pause()
            return key.verify(...pair)
          },
        }))
        return { ...found, value: { ...found.value, keys: slow } }
      },
    }
    const deployment = makeDeployment()
    const ports = makePorts({ replay: yielding, keys })
    for (const claims of [{ jti: 'one' }, {}]) {
      const jwt = makeToken(claims)
      const verdicts = await Promise.all(
        Array.from({ length: 200 }, () => exchangeToken(makeRequest(jwt), deployment, ports)),
      )
      expect(verdicts.filter(({ ok }) => ok)).toHaveLength(1)
      const reasons = new Set(
        verdicts.flatMap(({ findings }) => findings.map(({ rule, reason }) => `${rule} ${reason}`)),
      )
      expect([...reasons]).toEqual(['tti/replay already'])
    }
  })

  it('knows a token again whatever its bytes, by jti or by its claims', async () => {
    const deployment = makeDeployment()
    const ports = makePorts()
    expect(await exchangeToken(makeRequest(makeToken({ jti: 'a' })), deployment, ports)).toMatchObject({
      ok: true,
    })
    const other = makeToken({ jti: 'a', exp: NOW + 200 }, { header: { typ: 'JWT' } })
    expect(await refusal(exchangeToken(makeRequest(other), deployment, ports))).toEqual([
      'tti/replay already',
    ])
    expect(await exchangeToken(makeRequest(makeToken({ nonce: 1 })), deployment, ports)).toMatchObject({
      ok: true,
    })
    const again = makeToken({ nonce: 1 }, { header: { typ: 'JWT' } })
    expect(await refusal(exchangeToken(makeRequest(again), deployment, ports))).toEqual([
      'tti/replay already',
    ])
  })

  it('burns no id before every other check has passed', async () => {
    const deployment = makeDeployment()
    const ports = makePorts()
    const jwt = makeToken({ jti: 'b' })
    await refusal(
      exchangeToken(
        makeRequest(jwt, { callerARN: 'arn:aws:iam::111122223333:user/mallory' }),
        deployment,
        ports,
      ),
    )
    await refusal(exchangeToken(makeRequest(jwt, { scope: ['admin'] }), deployment, ports))
    await refusal(
      exchangeToken(makeRequest(makeToken({ jti: 'b', email: 'bob@example.com' })), deployment, ports),
    )
    await refusal(exchangeToken(makeRequest(`${jwt.slice(0, -8)}AAAAAAAA`), deployment, ports))
    expect(await exchangeToken(makeRequest(jwt), deployment, ports)).toMatchObject({ ok: true })
  })
})

describe('an exchange that is refused', () => {
  it.each([
    [
      'unknown application',
      makeRequest(makeToken(), { clientId: world.RECEIVER }),
      'tti/application unknown',
      'InvalidClientException',
    ],
    [
      'other caller',
      makeRequest(makeToken(), { callerARN: 'arn:aws:sts::111122223333:assumed-role/other/s' }),
      'tti/caller not-allowed',
      'AccessDeniedException',
    ],
    [
      'other grant',
      makeRequest(makeToken(), { grantType: 'refresh_token' }),
      'tti/grant-type other-grant',
      'UnsupportedGrantTypeException',
    ],
    ['wrong audience', makeRequest(makeToken({ aud: 'other' })), 'tti/aud mismatch', 'InvalidGrantException'],
    [
      'unknown issuer',
      makeRequest(makeToken({ iss: 'https://evil.example' })),
      'tti/trusted-issuer unknown',
      'InvalidGrantException',
    ],
    ['no issuer', makeRequest(makeToken({ iss: undefined })), 'tti/iss missing', 'InvalidGrantException'],
    ['expired', makeRequest(makeToken({ exp: NOW - 60 })), 'tti/exp expired', 'InvalidGrantException'],
    [
      'nobody',
      makeRequest(makeToken({ email: 'ghost@example.com' })),
      'tti/user-not-found none',
      'AccessDeniedException',
    ],
    [
      'other case',
      makeRequest(makeToken({ email: 'Ada@example.com' })),
      'tti/user-not-found none',
      'AccessDeniedException',
    ],
    [
      'disabled',
      makeRequest(makeToken({ email: 'eve@example.com' })),
      'tti/user-disabled disabled',
      'AccessDeniedException',
    ],
    [
      'unassigned',
      makeRequest(makeToken({ email: 'bob@example.com' })),
      'tti/user-not-assigned not-assigned',
      'AccessDeniedException',
    ],
    [
      'scope',
      makeRequest(makeToken(), { scope: ['sso:account:access'] }),
      'tti/scope not-granted',
      'InvalidScopeException',
    ],
    ['garbage', makeRequest('garbage'), 'tti/token-form segments', 'InvalidGrantException'],
  ])('%s', async (_, request, expected, exception) => {
    const verdict = await exchangeToken(request, makeDeployment(), makePorts())
    expect(verdict.findings.map(({ rule, reason }) => `${rule} ${reason}`)).toEqual([expected])
    expect(publicAnswer(verdict.findings).name).toBe(exception)
  })

  it.each([
    ['full store', { replay: memoryReplayStore({ maxEntries: 1 }) }, 'tti/replay-store full'],
    [
      'store that throws',
      { replay: { claim: () => Promise.reject(new Error('down')) } },
      'tti/replay-store unavailable',
    ],
    [
      'store that answers nonsense',
      { replay: { claim: async () => true as never } },
      'tti/replay-store unavailable',
    ],
    ['directory', { directory: { find: () => Promise.reject(new Error('down')) } }, 'tti/port directory'],
    ['keys', { keys: { find: () => Promise.reject(new Error('down')) } }, 'tti/port keys'],
    [
      'state',
      { state: { ...memoryStateStore({ now: () => NOW }), put: () => Promise.reject(new Error('down')) } },
      'tti/port state',
    ],
  ])('by an outage: %s', async (_, more, expected) => {
    const ports = makePorts(more)
    if ('replay' in more) await ports.replay.claim('other', NOW + 100, NOW).catch(() => undefined)
    const verdict = await exchangeToken(makeRequest(makeToken({ jti: 'x' })), makeDeployment(), ports)
    expect(verdict.findings.map(({ rule, reason }) => `${rule} ${reason}`)).toEqual([expected])
    expect(publicAnswer(verdict.findings)).toMatchObject({ name: 'InternalServerException', status: 500 })
  })
})

describe('an exchange whose surroundings misbehave', () => {
  const request = makeRequest(makeToken({ jti: 'm' }))

  it.each([
    [{ directory: { find: async () => undefined as never } }, 'tti/port directory'],
    [{ directory: { find: async () => [null] as never } }, 'tti/port directory'],
    [{ directory: { find: async () => [{ userId: 'x' }] as never } }, 'tti/port directory'],
    [{ keys: { find: async () => undefined as never } }, 'tti/port keys'],
    [{ keys: { find: async () => ({ ok: true }) as never } }, 'tti/port keys'],
    [
      {
        directory: {
          find: async () =>
            [{ userId: 'x', userName: 'x', emails: [null], externalIds: [], groupIds: [] }] as never,
        },
      },
      'tti/port directory',
    ],
    [{ keys: { find: async () => ({ ok: true, value: {}, findings: [] }) as never } }, 'tti/port keys'],
    [
      { keys: { find: async () => ({ ok: true, value: { keys: [], unusable: [] } }) as never } },
      'tti/port keys',
    ],
    [{ state: { ...makePorts().state, put: async () => undefined as never } }, 'tti/port state'],
    [{ randomBytes: () => new Uint8Array(0) }, 'tti/port tokens'],
  ])('is refused %#', async (more, expected) => {
    expect(await refusal(exchangeToken(request, makeDeployment(), makePorts(more)))).toEqual([expected])
  })

  it('never uses up a token that expired while a port was slow', async () => {
    let time = NOW
    const claimed: number[] = []
    const replay: ReplayStore = {
      claim: async (_, expiresAt) => {
        claimed.push(expiresAt)
        return 'claimed'
      },
    }
    const slow = makePorts({ now: () => time, replay })
    const directory = {
      find: async (...args: Parameters<typeof slow.directory.find>) => {
        time = NOW + 10 + 60
        return makePorts().directory.find(...args)
      },
    }
    const jwt = makeToken({ jti: 'slow', exp: NOW + 10 })
    expect(await refusal(exchangeToken(makeRequest(jwt), makeDeployment(), { ...slow, directory }))).toEqual([
      'tti/expired-meanwhile expired',
    ])
    expect(claimed).toEqual([])
  })

  it('tells errors by their kind only', async () => {
    const failing = Object.assign(new Error('password=1'), { code: 'near "ada@example.com"' })
    const ports = makePorts({ directory: { find: () => Promise.reject(failing) } })
    const verdict = await exchangeToken(request, makeDeployment(), ports)
    expect(JSON.stringify(verdict)).not.toMatch(/password|near/)
  })

  it.each([
    { missingJti: 'reject' as never },
    { sessionSeconds: Number.NaN },
    { sessionSeconds: -1 },
    { clockSkewSeconds: 0.5 },
    { maxTokenAgeSeconds: -1 },
  ])('throws for the setting %j, and uses nothing up', async (more) => {
    const ports = makePorts()
    const jwt = makeToken()
    await expect(exchangeToken(makeRequest(jwt), makeDeployment(more), ports)).rejects.toMatchObject({
      code: 'ERR_INVALID_OPTION',
    })
    expect(await exchangeToken(makeRequest(jwt), makeDeployment(), ports)).toMatchObject({ ok: true })
  })

  it.each([
    [{ callerContext: 'x' as never }, ['tti/request not-context']],
    [{ callerContext: { a: 5 } as never }, ['tti/request not-context']],
    [{ callerARN: undefined as never }, ['tti/request missing']],
    [{ scope: new Array<string>(2) }, ['tti/request not-string']],
    [{ code: 'x' } as never, ['tti/request other-grant']],
  ])('refuses the malformed request %j by name', async (more, expected) => {
    const jwt = makeToken({ jti: 'malformed' })
    const ports = makePorts()
    expect(await refusal(exchangeToken(makeRequest(jwt, more), makeDeployment(), ports))).toEqual(expected)
    expect(await exchangeToken(makeRequest(jwt), makeDeployment(), ports)).toMatchObject({ ok: true })
  })

  it('judges any request by findings, and any deployment and ports as misuse', async () => {
    const jwt = makeToken({ jti: 'garbage' })
    const ports = makePorts()
    const hostile = new Proxy({}, { get: () => { throw new Error('get') }, ownKeys: () => { throw new Error('keys') }, getOwnPropertyDescriptor: () => { throw new Error('own') } }) // prettier-ignore
    const revoked = Proxy.revocable({}, {})
    revoked.revoke()
    const throwing = { ...makeRequest(jwt), get clientId(): string { throw new Error('no client') } } // prettier-ignore
    const noItems: unknown[] = []
    const noKeys: readonly unknown[] = [{}, Object.create(null), new Map()]
    const odd: readonly unknown[] = [undefined, null, 0, NaN, 'x', Symbol('s'), 1n, noItems, [[]], ...noKeys, () => 1, new Uint8Array(3), hostile, revoked.proxy, throwing, { clientId: hostile }, { clientId: Symbol('s') }] // prettier-ignore
    const judge = async (request: unknown): Promise<void> => {
      const verdict = await exchangeToken(request as never, makeDeployment(), ports)
      expect([verdict.ok, verdict.findings.every(({ rule }) => rule.startsWith('tti/'))]).toEqual([
        false,
        true,
      ])
    }
    // No condition keys, and no scopes: that is fine.
    const fine: Readonly<Record<string, readonly unknown[]>> = { callerContext: noKeys, scope: [noItems] }
    const empty = (name: string, value: unknown): boolean => fine[name]?.includes(value) === true
    for (const one of odd) {
      await judge(one)
      for (const name of [
        'clientId',
        'grantType',
        'assertion',
        'callerARN',
        'callerContext',
        'scope',
      ] as const)
        if (one !== undefined && !empty(name, one)) await judge({ ...makeRequest(jwt), [name]: one })
    }
    await fc.assert(fc.asyncProperty(fc.anything(), judge), { numRuns: 300 })
    for (const one of odd) {
      const misuse = { code: 'ERR_INVALID_OPTION' }
      await expect(exchangeToken(makeRequest(jwt), one as never, ports)).rejects.toMatchObject(misuse)
      await expect(exchangeToken(makeRequest(jwt), makeDeployment(), one as never)).rejects.toMatchObject(
        misuse,
      )
    }
    expect(await exchangeToken(makeRequest(jwt), makeDeployment(), ports)).toMatchObject({ ok: true })
  })

  it('reads a request once, and uses what it judged', async () => {
    const first = makeRequest(makeToken({ jti: 'first' }))
    const reads: string[] = []
    const request = new Proxy(first, {
      get: (target, name, receiver) => {
        reads.push(String(name))
        const again = reads.filter((one) => one === name).length > 1
        return again
          ? 'arn:aws:sso::999999999999:application/other'
          : (Reflect.get(target, name, receiver) as unknown)
      },
    })
    expect(await exchangeToken(request, makeDeployment(), makePorts())).toMatchObject({ ok: true })
    expect(reads.sort()).toEqual(Object.keys(first).sort())
  })

  it('shows no token that was sent in the wrong member', async () => {
    const jwt = makeToken()
    for (const more of [{ grantType: jwt }, { clientId: jwt }, { scope: [jwt] }, { callerARN: jwt }]) {
      const verdict = await exchangeToken(makeRequest(jwt, more), makeDeployment(), makePorts())
      expect(verdict.ok).toBe(false)
      expect(JSON.stringify(verdict)).not.toContain(jwt.slice(0, 20))
    }
  })
})

describe('token ids', () => {
  it.each(['__proto__', ' ', '\u0000', '😀', 'a:b', '../x', 'x'.repeat(8192)])(
    '%j is exchanged once',
    async (jti) => {
      const ports = makePorts()
      const deployment = makeDeployment()
      const jwt = makeToken({ jti })
      expect(await exchangeToken(makeRequest(jwt), deployment, ports)).toMatchObject({ ok: true })
      expect(await refusal(exchangeToken(makeRequest(jwt), deployment, ports))).toEqual([
        'tti/replay already',
      ])
    },
  )

  it('of two issuers may be equal', async () => {
    const other = 'https://other.example.com'
    const base = makeDeployment()
    const [application] = base.applications
    const [grant] = application!.authorizedTokenIssuers
    const second = { ...grant!.issuer, issuerURL: other, arn: `${grant!.issuer.arn!.slice(0, -1)}6` }
    const deployment = {
      ...base,
      issuers: [...base.issuers, second],
      applications: [
        {
          ...application!,
          authorizedTokenIssuers: [grant!, { issuer: second, audiences: [world.AUDIENCE] }],
        },
      ],
    }
    const jwks = world.jwksOf(world.issuerKey.publicKey)
    const ports = makePorts({ keys: staticIssuerKeys({ [world.ISSUER]: jwks, [other]: jwks }) })
    for (const iss of [world.ISSUER, other]) {
      const jwt = makeToken({ jti: 'same', iss })
      expect(await exchangeToken(makeRequest(jwt), deployment, ports)).toMatchObject({ ok: true })
      expect(await refusal(exchangeToken(makeRequest(jwt), deployment, ports))).toEqual([
        'tti/replay already',
      ])
    }
  })

  it('stay used when the clock steps back', async () => {
    let time = NOW
    const ports = makePorts({ now: () => time })
    const deployment = makeDeployment()
    const jwt = makeToken({ jti: 'clock', exp: NOW + 10 })
    expect(await exchangeToken(makeRequest(jwt), deployment, ports)).toMatchObject({ ok: true })
    time = NOW + 100
    expect(await refusal(exchangeToken(makeRequest(jwt), deployment, ports))).toEqual(['tti/exp expired'])
    expect(await exchangeToken(makeRequest(makeToken({ jti: 'later' })), deployment, ports)).toMatchObject({
      ok: true,
    })
    time = NOW
    expect(await refusal(exchangeToken(makeRequest(jwt), deployment, ports))).toEqual(['tti/replay already'])
  })

  it('are required, or not, as the deployment says', async () => {
    const ports = makePorts()
    const jwt = makeToken()
    const once = makeRequest(jwt)
    expect(await refusal(exchangeToken(once, makeDeployment({ missingJti: 'refuse' }), ports))).toEqual([
      'tti/jti-required missing',
    ])
    for (let times = 0; times < 2; times++) {
      expect(await exchangeToken(once, makeDeployment({ missingJti: 'accept' }), ports)).toMatchObject({
        ok: true,
      })
    }
    expect(await exchangeToken(once, makeDeployment(), ports)).toMatchObject({ ok: true })
    expect(await refusal(exchangeToken(once, makeDeployment(), ports))).toEqual(['tti/replay already'])
  })
})

describe('large applications', () => {
  it('get tokens that can be read, with 25 scopes of 10 targets each', async () => {
    const base = makeDeployment()
    const accessScopes = Array.from({ length: 25 }, (_, scope) => ({
      scope: `s${scope}:read`,
      authorizedTargets: Array.from(
        { length: 10 },
        (_, index) => `${world.RECEIVER.slice(0, -4)}${String(scope * 10 + index).padStart(4, '0')}`,
      ),
    }))
    const deployment = { ...base, applications: [{ ...base.applications[0]!, accessScopes }] }
    const verdict = await exchangeToken(makeRequest(makeToken()), deployment, makePorts())
    if (!verdict.ok) throw new Error('refused')
    const audience = `${world.RECEIVER.slice(0, -4)}0249`
    const options = { keys: deployment.tokenKeys.sealing, audience, now: NOW }
    expect(await readAccessToken(verdict.value.accessToken, options)).toMatchObject({ ok: true })
  })
})

async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 4))
}
