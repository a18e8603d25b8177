import { describe, expect, it } from 'vitest'
import { FederationError } from '../../src/core/index.js'
import * as grants from '../../src/flows/grants/index.js'
import * as oauth from '../../src/oauth/server/index.js'
import { ada, World } from '../support/grants.js'

/** What a caller without types may hand in, by mistake or because somebody sent it. */
const cyclic: Record<string, unknown> = {}
cyclic['self'] = cyclic
const hostile = new Proxy({}, { get: () => { throw new Error('no member') } }) // prettier-ignore
const ODD: readonly unknown[] = [undefined, null, 0, NaN, '', 'x', [], {}, [[]], () => 1, Symbol('s'), 1n, new Uint8Array(3), { toString: () => { throw new Error('no text') } }, Object.create(null), '__proto__', true, '\ud800', cyclic, hostile] // prettier-ignore

/** Everything but a verdict, an answer or misuse that is told as such. */
async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call()
    return undefined
  } catch (error) {
    return error instanceof FederationError ? undefined : error
  }
}

type Call = (...values: unknown[]) => unknown
const functions = [
  ...Object.entries(oauth as Record<string, unknown>),
  ...Object.entries(grants as Record<string, unknown>),
].filter((entry): entry is [string, Call] => typeof entry[1] === 'function')

describe('whatever stands in for an argument', () => {
  it.each(functions)('%s throws for misuse alone', async (_, call) => {
    for (const one of ODD) {
      expect(await thrownBy(() => call(one))).toBeUndefined()
      for (const other of ODD) {
        expect(await thrownBy(() => call(one, other))).toBeUndefined()
        expect(await thrownBy(() => call(one, other, other, other, other))).toBeUndefined()
      }
    }
  })

  it('is refused as a request, and never throws', async () => {
    const world = new World()
    const signedIn = await world.signIn()
    const { service, ports } = world
    for (const odd of ODD) {
      const calls: (() => Promise<{ readonly ok: boolean }>)[] = [
        () => grants.registerClient(odd, service, ports),
        () => grants.startDeviceAuthorization(odd, service, ports),
        () => grants.createToken(odd, service, ports),
        () => grants.findSignIn(odd, ports),
        () => grants.resolveAccessToken(odd, ports),
        () => grants.verifyUserCode(odd, signedIn, service, ports),
        () => grants.decideUserCode(odd, 'approve', signedIn, service, ports),
      ]
      for (const call of calls) expect((await call()).ok).toBe(false)
    }
    expect(ada.status).toBe('ENABLED')
  })
})
