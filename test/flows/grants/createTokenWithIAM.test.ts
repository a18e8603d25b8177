import { describe, expect, it } from 'vitest'
import { assertAccepted } from '../../../src/core/index.js'
import {
  createTokenWithIAM,
  endSession,
  registerClient,
  type ExchangeDeployment,
  type IAMGrantPorts,
} from '../../../src/flows/index.js'
import { publicAnswer, readContextAssertion, type IssuedTokens } from '../../../src/tti/index.js'
import {
  APPLICATION,
  CALLER,
  CONFIGURATION,
  makeDeployment,
  makePorts,
  makeToken,
  RECEIVER,
} from '../../support/deployment.js'
import { ada, rulesOf, World, yielding } from '../../support/grants.js'
import { validateDeployment } from '../../../src/tti/index.js'

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'

/** The application, and a receiver that may exchange what it is sent. */
function configuration(): typeof CONFIGURATION {
  const [app] = structuredClone(CONFIGURATION.Applications)
  const receiver = {
    ...app!,
    ApplicationArn: RECEIVER,
    Grants: [...app!.Grants, { GrantType: EXCHANGE, Grant: { TokenExchange: {} } }] as never,
  }
  return { ...CONFIGURATION, Applications: [app!, receiver] }
}

class Exchange {
  readonly world: World
  readonly deployment: ExchangeDeployment
  readonly ports: IAMGrantPorts
  constructor(wrap?: ConstructorParameters<typeof World>[0]) {
    this.world = new World(wrap, configuration())
    this.deployment = makeDeployment(assertAccepted(validateDeployment(configuration())))
    this.ports = { ...makePorts(), ...this.world.ports }
  }

  call(request: object, deployment: object = this.deployment) {
    const whole = { clientId: APPLICATION, callerARN: CALLER, ...request } as never
    return createTokenWithIAM(whole, deployment as never, this.world.service, this.ports)
  }

  async tokens(request: object): Promise<IssuedTokens> {
    return assertAccepted(await this.call(request)).response
  }

  jwt(): Promise<IssuedTokens> {
    const { time } = this.world
    const assertion = makeToken({ jti: `j${Math.random()}`, iat: time, exp: time + 300 })
    return this.tokens({ grantType: JWT_BEARER, assertion })
  }

  refresh(refreshToken: string | undefined) {
    return this.call({ grantType: 'refresh_token', refreshToken })
  }
}

describe('a refresh (R225)', () => {
  it('goes on hour by hour until the session that the exchange began ends', async () => {
    const exchange = new Exchange()
    let { refreshToken } = await exchange.jwt()
    const start = exchange.world.time
    for (let hour = 1; hour < 8; hour++) {
      exchange.world.time = start + hour * 3600
      ;({ refreshToken } = assertAccepted(await exchange.refresh(refreshToken)).response)
    }
    exchange.world.time = start + 28_799
    const last = assertAccepted(await exchange.refresh(refreshToken)).response
    expect(last.expiresIn).toBe(1)
    exchange.world.time = start + 28_800
    expect(publicAnswer((await exchange.refresh(last.refreshToken)).findings).name).toBe(
      'InvalidGrantException',
    )
  })

  it('ends with the session, the user and the assignment', async () => {
    const exchange = new Exchange()
    const { world } = exchange
    const first = await exchange.jwt()
    const [, claims = ''] = first.idToken!.split('.')
    const { 'aws:credential_id': sessionID } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, string> // prettier-ignore
    world.people.set(ada.userId, { ...ada, status: 'DISABLED' })
    expect(rulesOf(await exchange.refresh(first.refreshToken))).toEqual(['portal/user-enabled disabled'])
    world.people.set(ada.userId, { ...ada, groupIds: [] })
    const unassigned = await exchange.refresh(first.refreshToken)
    expect(rulesOf(unassigned)).toEqual(['tti/user-not-assigned not-assigned'])
    expect(publicAnswer(unassigned.findings).name).toBe('AccessDeniedException')
    world.people.set(ada.userId, ada)
    const second = assertAccepted(await exchange.refresh(first.refreshToken)).response
    assertAccepted(await endSession(sessionID!, 'administrator', world.ports))
    expect(rulesOf(await exchange.refresh(second.refreshToken))).toEqual([
      'portal/sign-in-session administrator',
    ])
  })

  it('is one of a hundred at once, with a store that yields', async () => {
    const exchange = new Exchange(yielding)
    const { refreshToken } = await exchange.jwt()
    const verdicts = await Promise.all(Array.from({ length: 100 }, () => exchange.refresh(refreshToken)))
    expect(verdicts.filter(({ ok }) => ok)).toHaveLength(1)
    const reasons = new Set(verdicts.flatMap(rulesOf))
    for (const reason of reasons) expect(reason).toMatch(/^oauth\/refresh-token (reused|revoked)$/)
  })

  it('gives ID token and identity context only where that is set', async () => {
    const exchange = new Exchange()
    const { refreshToken } = await exchange.jwt()
    const plain = assertAccepted(await exchange.refresh(refreshToken)).response
    expect([plain.idToken, plain.awsAdditionalDetails]).toEqual([undefined, undefined])
    const request = { grantType: 'refresh_token', refreshToken: plain.refreshToken }
    const full = await exchange.call(request, { ...exchange.deployment, identityContextOnRefresh: true })
    const { response, person } = assertAccepted(full)
    const { deployment, world } = exchange
    const options = {
      keys: deployment.tokenKeys.sealing,
      instanceARN: deployment.instanceARN,
      now: world.time,
    }
    expect(
      await readContextAssertion(response.awsAdditionalDetails?.identityContext ?? '', options),
    ).toMatchObject({ value: { userId: ada.userId, credentialId: person?.credentialId } })
  })
})

describe('a token exchange', () => {
  it('ends with the sign-in behind it, and none begins after that has ended (R220)', async () => {
    const exchange = new Exchange()
    const { world } = exchange
    const { accessToken: subjectToken, idToken } = await exchange.jwt()
    const request = { clientId: RECEIVER, grantType: EXCHANGE, subjectToken, subjectTokenType: ACCESS_TOKEN }
    world.time += 3599
    expect((await exchange.tokens(request)).expiresIn).toBe(3600)
    world.time += 1
    expect(publicAnswer((await exchange.call(request)).findings).name).toBe('ExpiredTokenException')

    const second = await exchange.jwt()
    expect(idToken).toBeDefined()
    const [, claims = ''] = second.idToken!.split('.')
    const { 'aws:credential_id': sessionID } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, string> // prettier-ignore
    assertAccepted(await endSession(sessionID!, 'sign-out', world.ports))
    expect(rulesOf(await exchange.call({ ...request, subjectToken: second.accessToken }))).toEqual([
      'portal/sign-in-session sign-out',
    ])
  })

  it('outlives no session by being exchanged on and on', async () => {
    const exchange = new Exchange()
    const short = { ...exchange.deployment, sessionSeconds: 4000 }
    const { time } = exchange.world
    const assertion = makeToken({ jti: 'short', iat: time, exp: time + 300 })
    const first = assertAccepted(await exchange.call({ grantType: JWT_BEARER, assertion }, short)).response
    exchange.world.time += 3000
    const request = { clientId: RECEIVER, grantType: EXCHANGE, subjectToken: first.accessToken, subjectTokenType: ACCESS_TOKEN } // prettier-ignore
    expect((await exchange.tokens(request)).expiresIn).toBe(1000)
  })
})

describe('registrations', () => {
  it('are a thousand in ten minutes at most', async () => {
    const world = new World()
    const register = () =>
      registerClient({ clientName: 'x', clientType: 'public' }, world.service, world.ports)
    for (let count = 0; count < 1000; count++) assertAccepted(await register())
    expect(rulesOf(await register())).toEqual(['oauth/attempts too-many'])
    world.time += 600
    assertAccepted(await register())
  })
})
