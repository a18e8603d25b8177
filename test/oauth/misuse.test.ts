import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FederationError } from '../../src/core/index.js'
import * as grants from '../../src/flows/grants/index.js'
import * as oauth from '../../src/oauth/index.js'
import { ada, World } from '../support/grants.js'
import { exampleArguments } from './exampleArguments.js'

/** What a caller without types may hand in, by mistake or because somebody sent it. */
const cyclic: Record<string, unknown> = {}
cyclic['self'] = cyclic
const hostile = new Proxy({}, { get: () => { throw new Error('get') }, has: () => { throw new Error('has') }, ownKeys: () => { throw new Error('keys') }, getOwnPropertyDescriptor: () => { throw new Error('own') } }) // prettier-ignore
const getter = { get clientId() { throw new Error('no member') }, get clientName() { throw new Error('no member') } } // prettier-ignore
const ODD: readonly unknown[] = [undefined, null, 0, NaN, '', 'x', [], {}, [[]], () => 1, Symbol('s'), 1n, new Uint8Array(3), { toString: () => { throw new Error('no text') } }, Object.create(null), '__proto__', 'toString', true, '\ud800', cyclic, hostile, getter] // prettier-ignore
const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withObjectString: true, withTypedArray: true, withSparseArray: true }) // prettier-ignore

/** What is thrown, but for misuse that is told as such. */
async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call()
    return undefined
  } catch (error) {
    return error instanceof FederationError && error.code === 'ERR_INVALID_OPTION' ? undefined : error
  }
}

type Call = (...values: readonly unknown[]) => unknown
const functionsOf = (module: object): readonly [string, Call][] =>
  Object.entries(module).filter((entry): entry is [string, Call] => typeof entry[1] === 'function')
const pure = functionsOf(oauth)

/** Every way to put one value in the place of another: of an argument, or of a member of one at any depth. */
function replaced(value: unknown, by: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [by]
  const members = Object.entries(value).flatMap(([name, member]) =>
    replaced(member, by).map((one) =>
      Array.isArray(value)
        ? value.map((old: unknown, at) => (String(at) === name ? one : old))
        : { ...value, [name]: one },
    ),
  )
  const absent = Array.isArray(value)
    ? []
    : Object.keys(value).map((name) => Object.fromEntries(Object.entries(value).filter(([n]) => n !== name)))
  return [by, ...members, ...absent]
}

describe('every exported function of countersign/oauth', () => {
  it('stands here with arguments that it takes', async () => {
    expect(Object.keys(exampleArguments).sort()).toEqual(pure.map(([name]) => name).sort())
    for (const [name, call] of pure)
      for (const values of exampleArguments[name]!)
        await expect(
          Promise.resolve().then(() => call(...values)),
          name,
        ).resolves.not.toBeInstanceOf(Error)
  })

  it.each(pure)('%s throws for misuse alone, whatever stands in for its arguments', async (_, call) => {
    await fc.assert(
      fc.asyncProperty(fc.array(anything, { maxLength: 5 }), async (values) => {
        expect(await thrownBy(() => call(...values))).toBeUndefined()
      }),
      { numRuns: 150 },
    )
    for (const one of ODD)
      for (const other of ODD)
        for (const values of [[one], [one, other], [one, other, other, other, other]])
          expect(await thrownBy(() => call(...values))).toBeUndefined()
  })

  it.each(pure)('%s throws for misuse alone, whatever stands in for a member of them', async (name, call) => {
    const one = async (odd: unknown): Promise<void> => {
      for (const values of exampleArguments[name]!)
        for (let at = 0; at < values.length; at++)
          for (const value of replaced(values[at], odd)) {
            const changed = values.map((old, index) => (index === at ? value : old))
            expect(await thrownBy(() => call(...changed)), JSON.stringify(at)).toBeUndefined()
          }
    }
    for (const odd of ODD) await one(odd)
    await fc.assert(fc.asyncProperty(anything, one), { numRuns: 10 })
  })

  it('judges what was sent, whatever it is, by findings', () => {
    const [, context] = exampleArguments['registerClient']![0]!
    const judge = (body: unknown): void => {
      const registered = oauth.registerClient(body, context as oauth.RegistrationContext)
      const read = oauth.readTokenRequest(body)
      expect([registered.ok, read.ok]).toEqual([false, false])
      expect(registered.findings.concat(read.findings).every(({ rule }) => rule.startsWith('oauth/'))).toBe(
        true,
      )
      expect(oauth.readUserCode(body)).toBeUndefined()
    }
    for (const odd of ODD) judge(odd)
    fc.assert(fc.property(anything, judge), { numRuns: 2_000 })
    const [good] = exampleArguments['readTokenRequest']![0]!
    for (const odd of ODD)
      for (const body of replaced(good, odd)) expect(() => oauth.readTokenRequest(body)).not.toThrow()
  })

  it('uses what it judged, and nothing that comes when it is read again', () => {
    const [, context] = exampleArguments['registerClient']![0]! as readonly [
      unknown,
      oauth.RegistrationContext,
    ]
    let reads = 0
    const body = {
      clientName: 'a tool',
      clientType: 'public',
      get redirectUris() {
        return reads++ === 0 ? ['https://app.example.com/cb'] : ['https://evil.example/']
      },
    }
    const verdict = oauth.registerClient(body, context)
    expect(verdict.value?.redirectURIs).toEqual(['https://app.example.com/cb'])
    expect(reads).toBe(1)
  })

  it('lets nothing live for ever because its end is none', () => {
    for (const end of [undefined, null, NaN, Infinity, '', 'x', {}, -1, 1.5]) {
      const [subject] = exampleArguments['checkAccessToken']![0]! as readonly [Parameters<typeof oauth.checkAccessToken>[0]] // prettier-ignore
      const token = { ...subject.token!, expiresAt: end as number }
      expect(() => oauth.checkAccessToken({ ...subject, token })).toThrow(FederationError)
      const [request, code, redemption] = exampleArguments['redeemCode']![0]! as Parameters<
        typeof oauth.redeemCode
      >
      expect(() => oauth.redeemCode(request, { ...code!, expiresAt: end as number }, redemption)).toThrow(
        FederationError,
      )
      expect(() =>
        oauth.countAttempt({ since: end as number, count: 5 }, { max: 5, windowSeconds: 600 }, 0),
      ).toThrow(FederationError)
    }
    expect(oauth.sameDigest('', '')).toBe(false)
  })
})

describe('whatever stands in for an argument of a grant', () => {
  it.each(functionsOf(grants))('%s throws for misuse alone', async (_, call) => {
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
