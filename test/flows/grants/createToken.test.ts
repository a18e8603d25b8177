import { describe, expect, it } from 'vitest'
import { assertAccepted } from '../../../src/core/index.js'
import {
  beginSignIn,
  createTokenWithIAM,
  decideAuthorization,
  endSession,
  endSignIn,
  findSignIn,
  registerClient,
  resolveAccessToken,
  startDeviceAuthorization,
  validateAuthorization,
} from '../../../src/flows/index.js'
import type { CreateTokenResponse } from '../../../src/oauth/index.js'
import {
  ada,
  answered,
  authorizeQuery,
  bob,
  DEVICE_CODE,
  REDIRECT,
  rulesOf,
  START_URL,
  World,
  yielding,
  type Refused,
} from '../../support/grants.js'

const isTokens = (answer: CreateTokenResponse | Refused): answer is CreateTokenResponse =>
  'accessToken' in answer
const resolve = async (world: World, token: string, scope?: string) =>
  answered(
    await resolveAccessToken(token, world.ports, scope === undefined ? {} : { scope }),
    (value) => value,
  )

describe('what people hand to commands', () => {
  it('never begins as an option would, whatever the randomness', async () => {
    const world = new World()
    const ports = { ...world.ports, randomBytes: (count: number) => new Uint8Array(count).fill(0xff) }
    const request = { clientName: 'the tool', clientType: 'public', redirectUris: [REDIRECT] }
    const { clientId, clientSecret } = assertAccepted(await registerClient(request, world.service, ports))
    const client = { clientId, clientSecret }
    const started = assertAccepted(
      await startDeviceAuthorization({ ...client, startUrl: START_URL }, world.service, ports),
    )
    const query = authorizeQuery(client.clientId, 'http://127.0.0.1:51234/oauth/callback', 'v'.repeat(43))
    const signedIn = await world.signIn()
    const { location } = await decideAuthorization(
      Object.entries(query),
      'approve',
      signedIn,
      world.service,
      ports,
    )
    const code = new URL(location ?? '').searchParams.get('code') ?? ''
    const handed = [client.clientId, client.clientSecret, started.deviceCode, code]
    expect(handed.map((text) => text.slice(0, 4))).toEqual(['aoci', 'aocs', 'aodc', 'aoac'])
  })
})

describe('the device grant', () => {
  it('gives what the person approved, once', async () => {
    const world = new World()
    const client = await world.register()
    const signedIn = await world.signIn()
    const started = await world.startDevice(client)
    expect(started).toMatchObject({ expiresIn: 600, interval: 1 })
    expect(started.userCode).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
    expect(started.verificationUriComplete).toBe(`${started.verificationUri}?user_code=${started.userCode}`)
    const poll = { ...client, grantType: DEVICE_CODE, deviceCode: started.deviceCode }
    expect(await world.token(poll)).toMatchObject({ refused: 'AuthorizationPendingException' })
    const typed = started.userCode.toLowerCase().replace('-', ' ')
    expect(await world.decide(typed, 'approve', signedIn)).toMatchObject({
      ok: true,
      value: { applicationName: 'the tool', userCode: started.userCode },
    })
    world.time += 1
    const tokens = await world.tokens(poll)
    expect(tokens).toEqual({
      accessToken: expect.stringMatching(/^aoal[\w-]{43}$/) as string,
      tokenType: 'Bearer',
      expiresIn: 3600,
      refreshToken: expect.stringMatching(/^aorv[\w-]{43}$/) as string,
    })
    expect(await resolve(world, tokens.accessToken)).toMatchObject({
      userId: ada.userId,
      user: ada,
      signIn: { sessionID: signedIn.session.sessionID },
      scopes: ['sso:account:access', 'codewhisperer:completions'],
      clientId: client.clientId,
    })
    // A second poll gets nothing, and takes what the first one got (attack O14).
    world.time += 1
    expect(await world.token(poll)).toEqual({
      refused: 'InvalidGrantException',
      rules: ['oauth/device-code reused'],
    })
    expect(await resolve(world, tokens.accessToken)).toMatchObject({ rules: ['oauth/access-token revoked'] })
    expect(
      await world.token({ ...client, grantType: 'refresh_token', refreshToken: tokens.refreshToken }),
    ).toMatchObject({ rules: ['oauth/refresh-token revoked'] })
  })

  it('slows down by five seconds that stick', async () => {
    const world = new World()
    const client = await world.register()
    const { deviceCode } = await world.startDevice(client)
    const poll = async (after: number): Promise<string> => {
      world.time += after
      const answer = await world.token({ ...client, grantType: DEVICE_CODE, deviceCode })
      return 'refused' in answer ? answer.refused : 'tokens'
    }
    const pending = 'AuthorizationPendingException'
    expect(await poll(0)).toBe(pending)
    expect(await poll(1)).toBe(pending)
    expect(await poll(0)).toBe('SlowDownException')
    expect(await poll(5)).toBe('SlowDownException')
    expect(await poll(10)).toBe('SlowDownException')
    expect(await poll(16)).toBe(pending)
    expect(await poll(15)).toBe('SlowDownException')
    expect(await poll(21)).toBe(pending)
  })

  it.each([
    [599, 'AuthorizationPendingException'],
    [600, 'ExpiredTokenException'],
    [1199, 'ExpiredTokenException'],
    [1200, 'InvalidGrantException'],
  ])('after %d seconds answers %s', async (after, name) => {
    const world = new World()
    const client = await world.register()
    const { deviceCode } = await world.startDevice(client)
    world.time += after
    expect(await world.token({ ...client, grantType: DEVICE_CODE, deviceCode })).toMatchObject({
      refused: name,
    })
  })

  it('is denied for good, and an expired or answered code is not to be answered', async () => {
    const world = new World()
    const client = await world.register()
    const signedIn = await world.signIn()
    const { deviceCode, userCode } = await world.startDevice(client)
    assertAccepted(await world.decide(userCode, 'deny', signedIn))
    expect(rulesOf(await world.decide(userCode, 'approve', signedIn))).toEqual(['oauth/user-code answered'])
    expect(await world.token({ ...client, grantType: DEVICE_CODE, deviceCode })).toMatchObject({
      refused: 'AccessDeniedException',
    })
    const late = await world.startDevice(client)
    world.time += 599
    const later = await world.startDevice(client)
    assertAccepted(await world.decide(later.userCode, 'approve', signedIn))
    world.time += 1
    expect(rulesOf(await world.decide(late.userCode, 'approve', signedIn))).toEqual([
      'oauth/user-code unknown',
    ])
  })

  it('is bound to its client', async () => {
    const world = new World()
    const [client, other] = [await world.register(), await world.register()]
    const signedIn = await world.signIn()
    const { deviceCode, userCode } = await world.startDevice(client)
    assertAccepted(await world.decide(userCode, 'approve', signedIn))
    expect(await world.token({ ...other, grantType: DEVICE_CODE, deviceCode })).toEqual({
      refused: 'InvalidGrantException',
      rules: ['oauth/device-code other-client'],
    })
    expect(isTokens(await world.token({ ...client, grantType: DEVICE_CODE, deviceCode }))).toBe(true)
  })

  it('lets a person guess five codes in ten minutes, and all people a hundred', async () => {
    const world = new World()
    const client = await world.register()
    const { userCode } = await world.startDevice(client)
    const wrong = userCode === 'BBBB-BBBB' ? 'CCCC-CCCC' : 'BBBB-BBBB'
    const signedIn = await world.signIn()
    for (let guess = 0; guess < 5; guess++)
      expect(rulesOf(await world.decide(wrong, 'approve', signedIn))).toEqual(['oauth/user-code unknown'])
    // What can be no code is none, and is not counted.
    expect(rulesOf(await world.decide('AEIO-UAEI', 'approve', signedIn))).toEqual(['oauth/user-code unknown'])
    // Signing in again is the same person.
    expect(rulesOf(await world.decide(userCode, 'approve', await world.signIn()))).toEqual([
      'oauth/attempts too-many',
    ])
    world.time += 599
    expect(rulesOf(await world.decide(userCode, 'approve', signedIn))).toEqual(['oauth/attempts too-many'])
    const fresh = await world.startDevice(client)
    assertAccepted(await world.decide(fresh.userCode, 'deny', await world.signIn(bob)))
    world.time += 1
    assertAccepted(
      await world.decide(
        fresh.userCode === userCode ? '' : (await world.startDevice(client)).userCode,
        'approve',
        signedIn,
      ),
    )

    const people = Array.from({ length: 20 }, (_, at) => ({
      ...ada,
      userId: `${ada.userId.slice(0, -2)}${10 + at}`,
    }))
    const crowd = new World()
    for (const person of people) crowd.people.set(person.userId, person)
    const asked = await crowd.startDevice(await crowd.register())
    const guesses = people.flatMap((person) => Array.from({ length: 5 }, () => person))
    for (const person of guesses) await crowd.decide(wrong, 'approve', await crowd.signIn(person))
    expect(rulesOf(await crowd.decide(asked.userCode, 'approve', await crowd.signIn()))).toEqual([
      'oauth/attempts too-many',
    ])
  })

  it('counts guesses that are made at once', async () => {
    const world = new World(yielding)
    const signedIn = await world.signIn()
    const verdicts = await Promise.all(
      Array.from({ length: 50 }, () => world.decide('BCDF-GHJK', 'approve', signedIn)),
    )
    const told = verdicts.flatMap(rulesOf)
    expect(told.filter((rule) => rule === 'oauth/user-code unknown')).toHaveLength(5)
    expect(told.filter((rule) => rule === 'oauth/attempts too-many')).toHaveLength(45)
  })
})

describe('odd arguments', () => {
  const trap = () => {
    throw new Error('trap')
  }
  const proxy = new Proxy({}, { get: trap, has: trap, ownKeys: trap, getOwnPropertyDescriptor: trap })
  const odd: readonly unknown[] = [null, undefined, 7, 'x', {}, [null], [1], [['client_id', 7]], Symbol('x'), new Map(), proxy] // prettier-ignore

  it('of the caller are misuse by name, and nothing else is thrown', async () => {
    const world = new World()
    const { service, ports } = world
    const signedIn = await world.signIn()
    const calls: readonly ((value: never) => Promise<unknown>)[] = [
      (query) => validateAuthorization(query, service, ports),
      (query) => decideAuthorization(query, 'approve', signedIn, service, ports),
      (options) => resolveAccessToken('x', ports, options),
      (options) => beginSignIn(ada, service, ports, options),
      (sessionID) => endSession(sessionID, 'sign-out', ports),
      (request) => createTokenWithIAM(request, service.deployment as never, service, ports as never),
    ]
    for (const [at, call] of calls.entries())
      for (const value of odd) {
        const outcome = await call(value as never).catch((error: unknown) => error)
        if (outcome instanceof Error)
          expect([at, outcome]).toEqual([at, expect.objectContaining({ code: 'ERR_INVALID_OPTION' })])
      }
  })
})

describe('a client', () => {
  it('whose registration has ended meanwhile is not approved any more', async () => {
    const world = new World()
    const client = await world.register()
    world.time += 90 * 86_400 - 1
    const { userCode } = await world.startDevice(client)
    const signedIn = await world.signIn()
    world.time += 1
    expect(rulesOf(await world.decide(userCode, 'approve', signedIn))).toEqual(['oauth/client unknown'])
  })

  it('registers, and begins device authorizations, a thousand times in ten minutes', async () => {
    const world = new World()
    const client = await world.register()
    const registered = () =>
      registerClient({ clientName: 'x', clientType: 'public' }, world.service, world.ports)
    const begun = () =>
      startDeviceAuthorization({ ...client, startUrl: START_URL }, world.service, world.ports)
    for (let count = 1; count < 1000; count++) assertAccepted(await registered())
    for (let count = 0; count < 1000; count++) assertAccepted(await begun())
    for (const one of [registered, begun]) {
      expect(answered<unknown, string>(await one(), () => 'accepted')).toEqual({
        refused: 'SlowDownException',
        rules: ['oauth/attempts too-many'],
      })
    }
    world.time += 599
    for (const one of [registered, begun]) expect((await one()).ok).toBe(false)
    world.time += 1
    for (const one of [registered, begun]) expect((await one()).ok).toBe(true)
  })
})

describe('the authorization code grant', () => {
  it('gives what the person consented to', async () => {
    const world = new World()
    const client = await world.register()
    const tokens = await world.tokens(await world.code(client, await world.signIn()))
    expect(tokens).toMatchObject({ expiresIn: 3600 })
    expect(await resolve(world, tokens.accessToken)).toMatchObject({ scopes: ['sso:account:access'] })
    expect(await resolve(world, tokens.accessToken, 'codewhisperer:completions')).toMatchObject({
      rules: ['oauth/access-token-scope missing'],
    })
  })

  it.each<[string, (request: Record<string, unknown>) => object, string[]]>([
    ['another redirect URI', (request) => ({ ...request, redirectUri: 'http://127.0.0.1:51235/oauth/callback' }), ['oauth/code-redirect-uri mismatch']],
    ['another verifier', (request) => ({ ...request, codeVerifier: 'x'.repeat(43) }), ['oauth/code-verifier mismatch']],
    ['no verifier', (request) => ({ ...request, codeVerifier: undefined }), ['oauth/code-verifier missing']],
    ['a verifier of 42', (request) => ({ ...request, codeVerifier: 'x'.repeat(42) }), ['oauth/code-verifier length']],
    ['a verifier of 129', (request) => ({ ...request, codeVerifier: 'x'.repeat(129) }), ['oauth/code-verifier length']],
    ['a verifier with other characters', (request) => ({ ...request, codeVerifier: `${'x'.repeat(43)}+` }), ['oauth/code-verifier alphabet']],
  ])('kills a code on %s', async (_, change, rules) => {
    const world = new World()
    const request = await world.code(await world.register(), await world.signIn())
    const changed = Object.fromEntries(Object.entries(change({ ...request })).filter(([, value]) => value !== undefined))
    expect(await world.token(changed)).toEqual({ refused: 'InvalidGrantException', rules })
    expect(await world.token(request)).toEqual({ refused: 'InvalidGrantException', rules: ['oauth/code dead'] })
  }) // prettier-ignore

  it('kills a code that another client tries', async () => {
    const world = new World()
    const request = await world.code(await world.register(), await world.signIn())
    const other = await world.register()
    expect(await world.token({ ...request, ...other })).toMatchObject({
      rules: ['oauth/code-client other-client'],
    })
    expect(await world.token(request)).toMatchObject({ rules: ['oauth/code dead'] })
  })

  it.each([
    [59, 'tokens'],
    [60, 'oauth/code-expiry expired'],
  ])('after %d seconds answers %s', async (after, expected) => {
    const world = new World()
    const request = await world.code(await world.register(), await world.signIn())
    world.time += after
    const answer = await world.token(request)
    expect('refused' in answer ? answer.rules.join() : 'tokens').toBe(expected)
  })

  it('revokes what a code gave when it comes again, however late', async () => {
    const world = new World()
    const request = await world.code(await world.register(), await world.signIn())
    const { accessToken, refreshToken } = await world.tokens(request)
    world.time += 3000
    expect(await world.token(request)).toMatchObject({ refused: 'InvalidGrantException' })
    expect(await resolve(world, accessToken)).toMatchObject({ rules: ['oauth/access-token revoked'] })
    const refresh = { clientId: request.clientId, clientSecret: request.clientSecret, grantType: 'refresh_token', refreshToken } // prettier-ignore
    expect(await world.token(refresh)).toMatchObject({ rules: ['oauth/refresh-token revoked'] })
  })
})

describe('one of a hundred at once', () => {
  const hundred = <T>(work: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: 100 }, work))

  it.each([
    ['a store that yields', yielding],
    ['a plain store', undefined],
  ])('redeems a code, a device code and a refresh token, with %s', async (_, wrap) => {
    const world = new World(wrap)
    const client = await world.register()
    const signedIn = await world.signIn()
    const code = await world.code(client, signedIn)
    const { deviceCode, userCode } = await world.startDevice(client)
    assertAccepted(await world.decide(userCode, 'approve', signedIn))
    const { refreshToken } = await world.deviceTokens(client, signedIn)
    for (const request of [
      code,
      { ...client, grantType: DEVICE_CODE, deviceCode },
      { ...client, grantType: 'refresh_token', refreshToken },
    ]) {
      const answers = await hundred(() => world.token(request))
      const won = answers.filter(isTokens)
      expect(won).toHaveLength(1)
      expect(new Set(answers.flatMap((answer) => ('refused' in answer ? [answer.refused] : [])))).toEqual(
        new Set(['InvalidGrantException']),
      )
      // Somebody else had the secret, too: what it gave is revoked.
      expect(await resolve(world, won[0]!.accessToken)).toMatchObject({
        rules: ['oauth/access-token revoked'],
      })
    }
  })
})

describe('refreshing', () => {
  const refresh = (client: object, refreshToken: string | undefined) => ({
    ...client,
    grantType: 'refresh_token',
    refreshToken,
  })

  it('goes on hour by hour, never past the end of the sign-in session', async () => {
    const world = new World()
    const client = await world.register()
    const signedIn = await world.signIn()
    let tokens = await world.deviceTokens(client, signedIn)
    for (let hour = 1; hour < 8; hour++) {
      world.time += 3540
      tokens = await world.tokens(refresh(client, tokens.refreshToken))
      expect(tokens.expiresIn).toBe(3600)
    }
    world.time = signedIn.session.expiresAt - 1
    tokens = await world.tokens(refresh(client, tokens.refreshToken))
    expect(tokens.expiresIn).toBe(1)
    world.time += 1
    expect(await world.token(refresh(client, tokens.refreshToken))).toMatchObject({
      refused: 'InvalidGrantException',
    })
  })

  it('rotates, and a token that is used twice ends the whole grant', async () => {
    const world = new World()
    const client = await world.register()
    const first = await world.deviceTokens(client, await world.signIn())
    const second = await world.tokens(refresh(client, first.refreshToken))
    expect(second.refreshToken).not.toBe(first.refreshToken)
    const third = await world.tokens(refresh(client, second.refreshToken))
    expect(await world.token(refresh(client, first.refreshToken))).toEqual({
      refused: 'InvalidGrantException',
      rules: ['oauth/refresh-token reused'],
    })
    expect(await world.token(refresh(client, third.refreshToken))).toMatchObject({
      rules: ['oauth/refresh-token revoked'],
    })
    expect(await resolve(world, third.accessToken)).toMatchObject({ rules: ['oauth/access-token revoked'] })
  })

  it('is for the client that got the token', async () => {
    const world = new World()
    const client = await world.register()
    const tokens = await world.deviceTokens(client, await world.signIn())
    expect(await world.token(refresh(await world.register(), tokens.refreshToken))).toMatchObject({
      rules: ['oauth/refresh-client other-client'],
    })
    await world.tokens(refresh(client, tokens.refreshToken))
  })

  it('ends with sign-out; the portal at once, an application within its hour (R218, R220)', async () => {
    const world = new World()
    const client = await world.register()
    const signedIn = await world.signIn()
    const tokens = await world.deviceTokens(client, signedIn)
    assertAccepted(await endSignIn(signedIn.ticket, world.ports))
    expect(await resolve(world, tokens.accessToken)).toMatchObject({
      rules: ['oauth/access-token-person sign-out'],
    })
    expect(await resolve(world, tokens.accessToken, 'codewhisperer:completions')).toMatchObject({
      userId: ada.userId,
    })
    expect(await world.token(refresh(client, tokens.refreshToken))).toEqual({
      refused: 'InvalidGrantException',
      rules: ['portal/sign-in-session sign-out'],
    })
    world.time += 3600
    expect(await resolve(world, tokens.accessToken, 'codewhisperer:completions')).toMatchObject({
      rules: ['oauth/access-token unknown'],
    })
  })

  it('ends when an administrator ends the session or disables the user, and a failed refresh uses nothing up', async () => {
    const world = new World()
    const client = await world.register()
    const tokens = await world.deviceTokens(client, await world.signIn())
    world.people.set(ada.userId, { ...ada, status: 'DISABLED' })
    expect(await world.token(refresh(client, tokens.refreshToken))).toEqual({
      refused: 'InvalidGrantException',
      rules: ['portal/user-enabled disabled'],
    })
    expect(await resolve(world, tokens.accessToken)).toMatchObject({
      rules: ['oauth/access-token-person disabled'],
    })
    world.people.delete(ada.userId)
    expect(await world.token(refresh(client, tokens.refreshToken))).toMatchObject({
      rules: ['portal/user-enabled deleted'],
    })
    world.people.set(ada.userId, ada)
    const next = await world.tokens(refresh(client, tokens.refreshToken))

    const signedIn = await world.signIn()
    const others = await world.deviceTokens(client, signedIn)
    assertAccepted(await endSession(signedIn.session.sessionID, 'administrator', world.ports))
    expect(await world.token(refresh(client, others.refreshToken))).toMatchObject({
      rules: ['portal/sign-in-session administrator'],
    })
    await world.tokens(refresh(client, next.refreshToken))
  })

  it('is not for a client without the grant, nor for one without scopes, whose one token lasts as long as the sign-in', async () => {
    const world = new World()
    const signedIn = await world.signIn()
    world.time += 100
    const none = await world.register({ grantTypes: [DEVICE_CODE] })
    expect(await world.deviceTokens(none, signedIn)).toEqual({
      accessToken: expect.any(String) as string,
      tokenType: 'Bearer',
      expiresIn: 3600,
    })
    const old = await world.register({ scopes: undefined, redirectUris: undefined })
    const { accessToken, ...rest } = await world.deviceTokens(old, signedIn)
    expect(rest).toEqual({ tokenType: 'Bearer', expiresIn: 28_800 - 100 })
    world.time = signedIn.session.expiresAt - 1
    expect(await resolve(world, accessToken)).toMatchObject({ scopes: ['sso:account:access'] })
  })
})

describe('a sign-in', () => {
  it('is found by its ticket alone, until it ends', async () => {
    const world = new World()
    const { ticket, session } = await world.signIn()
    expect(await findSignIn(ticket, world.ports)).toMatchObject({ ok: true, value: { user: ada, session } })
    const [, secret = ''] = ticket.split('.')
    const flipped = `${session.sessionID}.${secret.startsWith('A') ? 'B' : 'A'}${secret.slice(1)}`
    for (const odd of [session.sessionID, flipped, `${ticket} `, '', undefined, null, 7, {}, 'x'.repeat(1e6)])
      expect(rulesOf(await findSignIn(odd, world.ports))).toEqual(['portal/sign-in-session missing'])
    world.time = session.expiresAt - 1
    expect((await findSignIn(ticket, world.ports)).ok).toBe(true)
    world.time += 1
    expect((await findSignIn(ticket, world.ports)).ok).toBe(false)
  })

  it('is not for who is disabled', async () => {
    const world = new World()
    const { ticket } = await world.signIn()
    world.people.set(ada.userId, { ...ada, status: 'DISABLED' })
    expect(rulesOf(await findSignIn(ticket, world.ports))).toEqual(['portal/user-enabled disabled'])
  })
})

describe('what is kept', () => {
  it('holds no secret', async () => {
    const written: string[] = []
    const world = new World((state) => ({
      ...state,
      put: (key, value, options) => {
        written.push(`${key} ${JSON.stringify(value)}`)
        return state.put(key, value, options)
      },
    }))
    const client = await world.register()
    const signedIn = await world.signIn()
    const code = await world.code(client, signedIn)
    const { deviceCode, userCode } = await world.startDevice(client)
    assertAccepted(await world.decide(userCode, 'approve', signedIn))
    const secrets = [
      client.clientSecret, code.code, code.codeVerifier, deviceCode, userCode, signedIn.ticket.split('.')[1],
      ...Object.values(await world.tokens(code)), ...Object.values(await world.tokens({ ...client, grantType: DEVICE_CODE, deviceCode })),
    ].filter((secret): secret is string => typeof secret === 'string' && secret !== 'Bearer') // prettier-ignore
    expect(secrets).toHaveLength(10)
    for (const secret of secrets) expect(written.join('\n')).not.toContain(secret)
  })

  it('refuses everything while the store is out, and grants nothing that it could not keep', async () => {
    let out = false
    const world = new World((state) => {
      const guard = () => (out ? Promise.reject(new Error('password=1')) : Promise.resolve())
      return {
        get: (key) => guard().then(() => state.get(key)),
        put: (...args) => guard().then(() => state.put(...args)),
        delete: (key) => guard().then(() => state.delete(key)),
      }
    })
    const client = await world.register()
    const code = await world.code(client, await world.signIn())
    out = true
    const answer = await world.token(code)
    expect(answer).toEqual({ refused: 'InternalServerException', rules: ['oauth/store unavailable'] })
    out = false
    expect(isTokens(await world.token(code))).toBe(true)
  })
})
