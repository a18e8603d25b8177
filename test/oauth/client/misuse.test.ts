import { describe, expect, it } from 'vitest'
import { FederationError } from '../../../src/core/index.js'
import { refreshSignIn, signInWithBrowser, signInWithDevice } from '../../../src/flows/index.js'
import * as oauth from '../../../src/oauth/client/index.js'

const cyclic: Record<string, unknown> = {}
cyclic['self'] = cyclic
const hostile = new Proxy({}, { get: () => { throw new Error('get') }, has: () => { throw new Error('has') }, ownKeys: () => { throw new Error('keys') }, getOwnPropertyDescriptor: () => { throw new Error('own') } }) // prettier-ignore
/** What a caller without types may hand in, by mistake or because somebody sent it. */
const ODD: readonly unknown[] = [undefined, null, 0, NaN, -1, 2 ** 60, '', ' ', '{}', [], {}, [[]], () => 1, Symbol('s'), 1n, new Date(0), new Uint8Array(3), new Map(), cyclic, hostile, { toString: () => { throw new Error('no text') } }, Object.create(null), '__proto__', true, '\ud800', 'x'.repeat(100_000)] // prettier-ignore

async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call()
    return undefined
  } catch (error) {
    return error instanceof FederationError ? undefined : error
  }
}

type Call = (...values: unknown[]) => unknown
const pure = Object.entries(oauth as Record<string, unknown>).filter(
  (entry): entry is [string, Call] => typeof entry[1] === 'function',
)
const flows = Object.entries({ signInWithBrowser, signInWithDevice, refreshSignIn } as Record<
  string,
  unknown
>) as [string, Call][]
const endpoint = 'http://127.0.0.1:1'
const good: Record<string, unknown> = {
  endpoint,
  clientId: 'id',
  clientSecret: 'secret',
  clientName: 'n',
  startUrl: endpoint,
  scopes: ['a'],
  redirectUri: 'http://127.0.0.1:1/x',
  state: 's'.repeat(43),
  codeChallenge: 'c'.repeat(43),
  grantType: 'refresh_token',
  refreshToken: 'r',
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: '{}',
  expiresAt: 5,
  intervalSeconds: 5,
  nextAt: 5,
  ok: false,
  findings: [],
}

describe('whatever stands in for an argument', () => {
  it.each([...pure, ...flows])('%s throws for misuse alone', async (_, call) => {
    for (const one of ODD) {
      expect(await thrownBy(() => call(one))).toBeUndefined()
      for (const other of ODD) expect(await thrownBy(() => call(one, other))).toBeUndefined()
      expect(await thrownBy(() => call(good, one))).toBeUndefined()
      expect(await thrownBy(() => call(good, one, 5))).toBeUndefined()
      expect(await thrownBy(() => call(good, good, one))).toBeUndefined()
      for (const name of Object.keys(good)) {
        expect(await thrownBy(() => call({ ...good, [name]: one }, 5)), name).toBeUndefined()
        expect(
          await thrownBy(() => call({ ...good, [name]: one }, { ...good, [name]: one }, 5)),
        ).toBeUndefined()
      }
    }
  })
})
