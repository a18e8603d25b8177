import { describe, expect, it } from 'vitest'
import * as abac from '../../src/abac/index.js'
import { FederationError } from '../../src/core/outcome.js'

const cyclic: Record<string, unknown> = { Version: '2012-10-17' }
cyclic['Statement'] = [cyclic]
const hostile = new Proxy({}, { get: () => hostile, ownKeys: () => ['Statement'], getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: cyclic }) }) // prettier-ignore
/** What a caller without types may hand in, by mistake or because somebody sent it. */
const ODD: readonly unknown[] = [undefined, null, 0, NaN, '', 'x', '*', [], {}, [[]], () => 1, Symbol('s'), 1n, new Date(0), new Map(), Object.create(null), '__proto__', true, '\ud800', cyclic, hostile, 'a'.repeat(100_000), Array.from({ length: 50_000 }, () => cyclic)] // prettier-ignore

/** Everything but an answer or misuse that is told as such. */
function thrownBy(call: () => unknown): unknown {
  try {
    call()
    return undefined
  } catch (error) {
    return error instanceof FederationError ? undefined : error
  }
}

type Call = (...values: unknown[]) => unknown
const functions: readonly (readonly [string, Call])[] = Object.entries({
  decide: abac.decide as Call,
  lintPolicy: abac.lintPolicy as Call,
  requestContext: abac.requestContext as Call,
})

describe('whatever stands in for an argument', () => {
  it.each(functions)('%s throws for misuse alone', (_, call) => {
    for (const one of ODD) {
      expect(thrownBy(() => call(one))).toBeUndefined()
      for (const other of ODD) expect(thrownBy(() => call(one, other))).toBeUndefined()
    }
  })

  it('is told as misuse, member by member', () => {
    const Statement = { Effect: 'Allow', Action: '*', Resource: '*' }
    const policy = { Version: '2012-10-17', Statement }
    const request = {
      principal: 'arn:aws:iam::111122223333:user/a',
      action: 'a:B',
      resource: '*',
      context: {},
    }
    for (const odd of ODD) {
      for (const name of ['identity', 'session', 'scps', 'resource', 'boundary', 'identityContext']) {
        const policies = { identity: [policy], [name]: odd } as unknown as abac.Policies
        expect(
          thrownBy(() => abac.decide(policies, request)),
          name,
        ).toBeUndefined()
        const listed = { identity: [policy], [name]: [odd] } as unknown as abac.Policies
        expect(
          thrownBy(() => abac.decide(listed, request)),
          name,
        ).toBeUndefined()
      }
      for (const name of Object.keys(request)) {
        expect(
          thrownBy(() => abac.decide({ identity: [policy] }, { ...request, [name]: odd })),
          name,
        ).toBeUndefined()
      }
      expect(
        thrownBy(() =>
          abac.decide({ identity: [policy] }, { ...request, context: { 'a:b': odd as string } }),
        ),
      ).toBeUndefined()
      for (const name of ['kind', 'path', 'tagKeys', 'roleArns']) {
        expect(
          thrownBy(() => abac.lintPolicy(policy, { [name]: odd })),
          name,
        ).toBeUndefined()
      }
      for (const name of ['Effect', 'Action', 'Resource', 'Condition', 'Sid']) {
        expect(
          thrownBy(() => abac.lintPolicy({ ...policy, Statement: { ...Statement, [name]: odd } })),
          name,
        ).toBeUndefined()
      }
    }
  })
})
