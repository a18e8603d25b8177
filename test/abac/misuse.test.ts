import { describe, expect, it } from 'vitest'
import * as abac from '../../src/abac/index.js'
import { FederationError } from '../../src/core/index.js'
import { configurationOf, identityOf } from '../support/tags.js'

const cyclic: Record<string, unknown> = { userName: 'ada', AccessControlAttributes: [], Name: 'a' }
cyclic['self'] = cyclic
cyclic['InlinePolicy'] = cyclic
const revoked = Proxy.revocable({}, {})
revoked.revoke()
const throwing = (): never => {
  throw new Error('no')
}
/** What a caller without types may hand in, by mistake or because somebody sent it. */
const ODD: readonly unknown[] = [undefined, null, 0, NaN, '', 'x', 'off', [], {}, [[]], [null], () => 1, Symbol('s'), 1n, new Date(0), new Uint8Array(3), new Map(), Object.create(null), '__proto__', true, '\ud800', cyclic, revoked.proxy, new Proxy({}, { get: throwing, ownKeys: throwing, getOwnPropertyDescriptor: throwing }), { get userName() { return throwing() }, get AccessControlAttributes() { return throwing() }, get tags() { return throwing() }, get Name() { return throwing() } }, { tags: [], transitiveTagKeys: [] }, 'a'.repeat(50_000), Array(3_000).fill({}), Object.assign([], { length: 4_294_967_295 })] // prettier-ignore

/** Everything but a verdict, an answer or misuse that is told as such. */
function thrownBy(call: () => unknown): unknown {
  try {
    call()
    return undefined
  } catch (error) {
    return error instanceof FederationError ? undefined : error
  }
}

type Call = (...values: unknown[]) => unknown
// `decide` has its own tests.
const functions = Object.entries(abac as Record<string, unknown>).filter(
  (entry): entry is [string, Call] => typeof entry[1] === 'function' && entry[0] !== 'decide',
)

describe('whatever stands in for an argument', () => {
  it.each(functions)('%s throws for misuse alone', (_, call) => {
    for (const one of ODD) {
      expect(thrownBy(() => call(one))).toBeUndefined()
      for (const other of ODD) expect(thrownBy(() => call(one, other))).toBeUndefined()
    }
  })

  it('sessionTags tells it, argument by argument', () => {
    const identity = identityOf({ a: 'b' })
    const user = { userName: 'ada' }
    const configuration = configurationOf({ Title: 'title' })
    for (const odd of ODD) {
      const cast = odd as never
      for (const call of [
        () => abac.sessionTags(cast, user, configuration),
        () => abac.sessionTags(identity, odd, configuration),
        () => abac.sessionTags(identity, user, cast),
        () => abac.sessionTags(identity, user, configuration, cast),
        () => abac.sessionTags({ ...identity, accessControl: cast }, user, configuration),
        () => abac.sessionTags({ ...identity, protocol: cast }, user, configuration),
        ...['precedence', 'transitiveTagKeys', 'checkUser'].map(
          (name) => () => abac.sessionTags(identity, user, configuration, { [name]: odd }),
        ),
      ])
        expect(thrownBy(call)).toBeUndefined()
    }
  })

  it('of a user or a configuration is never misuse, but a finding', () => {
    for (const odd of [null, 0, 'x', [], {}, true]) {
      expect(abac.sessionTags(undefined, odd, configurationOf({ Title: 'title' })).ok).toBe(false)
      if (odd !== 'x') expect(abac.sessionTags(undefined, { userName: 'a' }, odd as never).ok).toBe(false)
      expect(abac.validateAttributeConfiguration(odd).ok).toBe(false)
      expect(abac.validatePermissionSet(odd).ok).toBe(false)
    }
  })

  it('gives out no tags where anything is odd', () => {
    for (const odd of ODD) {
      let given: unknown
      try {
        given = abac.sessionTags(undefined, odd, configurationOf({ Title: 'title' })).value?.tags
      } catch {
        continue
      }
      expect(given ?? []).toEqual([])
    }
  })
})
