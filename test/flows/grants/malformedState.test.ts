import { describe, expect, it } from 'vitest'
import type { StateStore } from '../../../src/core/index.js'
import { createToken, findSignIn, registerClient, resolveAccessToken } from '../../../src/flows/index.js'
import { DEVICE_CODE, rulesOf, World } from '../../support/grants.js'

/** A store whose entries of one kind come back otherwise than they were put. */
function damaging(kind: string, damage: (value: object) => unknown) {
  return (store: StateStore): StateStore => ({
    get: async (key) => {
      const entry = await store.get(key)
      return entry && key.startsWith(`oauth:${kind}:`)
        ? { ...entry, value: damage(entry.value as object) }
        : entry
    },
    put: (...values) => store.put(...values),
    delete: (key) => store.delete(key),
  })
}

const without =
  (name: string) =>
  (value: object): unknown =>
    Object.fromEntries(Object.entries(value).filter(([member]) => member !== name))

describe('what a store gives back in another form', () => {
  it.each<[string, string, (value: object) => unknown]>([
    ['access-token', 'without its end', without('expiresAt')],
    ['access-token', 'with an end that is no number', (value) => ({ ...value, expiresAt: 'never' })],
    ['access-token', 'as a list', (value) => [value]],
    ['grant', 'without its session', without('session')],
    ['sign-in', 'without its session', without('session')],
    ['sign-in', 'without an end', (value) => ({ ...value, session: without('expiresAt')((value as never)['session']) })], // prettier-ignore
  ])('%s %s, is an outage and no access', async (kind, _, damage) => {
    const world = new World()
    const client = await world.register()
    const { accessToken } = await world.deviceTokens(client, await world.signIn())
    const { ports } = world
    expect((await resolveAccessToken(accessToken, ports)).ok).toBe(true)
    const state = damaging(kind, damage)(ports.state)
    expect(rulesOf(await resolveAccessToken(accessToken, { ...ports, state }))).toEqual([
      'oauth/store malformed',
    ])
  })

  it.each<[string, string, object]>([
    ['client', 'secretExpiresAt', {}],
    ['device', 'intervalSeconds', {}],
    ['device', 'expiresAt', {}],
  ])('%s without %s, gives no token', async (kind, member) => {
    const world = new World()
    const client = await world.register()
    const { deviceCode, userCode } = await world.startDevice(client)
    await world.decide(userCode, 'approve', await world.signIn())
    const state = damaging(kind, without(member))(world.state)
    const request = { ...client, grantType: DEVICE_CODE, deviceCode }
    expect(rulesOf(await createToken(request, world.service, { ...world.ports, state }))).toEqual([
      'oauth/store malformed',
    ])
    expect(await world.tokens(request)).toHaveProperty('accessToken')
  })

  it('a code, a ticket and a counter likewise', async () => {
    const world = new World()
    const signedIn = await world.signIn()
    const request = await world.code(await world.register(), signedIn)
    const damaged = (kind: string, member: string) => ({ ...world.ports, state: damaging(kind, without(member))(world.state) }) // prettier-ignore
    const malformed = ['oauth/store malformed']
    expect(rulesOf(await createToken(request, world.service, damaged('code', 'expiresAt')))).toEqual(
      malformed,
    )
    expect(rulesOf(await findSignIn(signedIn.ticket, damaged('sign-in', 'session')))).toEqual(malformed)
    const registration = { clientName: 'x', clientType: 'public' }
    const again = registerClient(registration, world.service, damaged('attempts', 'count'))
    expect(rulesOf(await again)).toEqual(malformed)
  })
})
