import { describe, expect, it } from 'vitest'
import { FederationError } from '../../src/core/index.js'
import { applicationSetup, validateApplicationSetup } from '../../src/tti/index.js'
import { APPLICATION, CONFIGURATION, ISSUER_ARN } from '../support/deployment.js'

describe('the set-up of an application (R202)', () => {
  const verdict = applicationSetup(CONFIGURATION, APPLICATION)

  it('has the steps of the console, in their order', () => {
    expect(verdict.findings).toEqual([])
    expect(verdict.value?.map(({ step, operation }) => [step, operation])).toEqual([
      ['type', 'CreateApplication'],
      ['details', 'PutApplicationAssignmentConfiguration'],
      ['authentication', 'CreateTrustedTokenIssuer'],
      ['authentication', 'PutApplicationGrant'],
      ['authentication', 'PutApplicationGrant'],
      ['credentials', 'PutApplicationAuthenticationMethod'],
      ['trusted-applications', 'PutApplicationAccessScope'],
      ['assignments', 'CreateApplicationAssignment'],
    ])
    const [create, , issuer, bearer] = verdict.value!
    expect(create).toMatchObject({ creates: APPLICATION, input: { Name: 'my-app', ApplicationProviderArn: 'arn:aws:sso::aws:applicationProvider/custom' } }) // prettier-ignore
    expect(issuer).toMatchObject({ creates: ISSUER_ARN, input: { Name: 'idp' } })
    expect(issuer?.input).not.toHaveProperty('TrustedTokenIssuerArn')
    expect(bearer?.input).toMatchObject({ ApplicationArn: APPLICATION })
  })

  it('creates no issuer that is there', () => {
    const { value } = applicationSetup(CONFIGURATION, APPLICATION, { issuers: [ISSUER_ARN] })
    expect(value?.map(({ operation }) => operation)).not.toContain('CreateTrustedTokenIssuer')
  })

  it('allows of all orders those in which each call finds what it rests on', () => {
    const calls = verdict.value!
    const place = (order: readonly { operation: string }[], operation: string): number =>
      order.findIndex((call) => call.operation === operation)
    for (let from = 0; from < calls.length; from++)
      for (let to = 0; to < calls.length; to++) {
        const order = [...calls]
        order.splice(to, 0, ...order.splice(from, 1))
        const [created, issuer, bearer, proven, scope] = ['CreateApplication', 'CreateTrustedTokenIssuer', 'PutApplicationGrant', 'PutApplicationAuthenticationMethod', 'PutApplicationAccessScope'].map((name) => place(order, name)) as [number, number, number, number, number] // prettier-ignore
        const jwt = order.findIndex(({ input }) => String(input['GrantType']).includes('jwt-bearer'))
        const first = order.findIndex(({ operation }) => operation.startsWith('Put') || operation === 'CreateApplicationAssignment') // prettier-ignore
        const works = created < first && issuer < jwt && scope > jwt && scope > proven
        expect(validateApplicationSetup(order).ok, `${from} to ${to} ${bearer}`).toBe(works)
      }
  })

  it('is refused for a deployment that is', () => {
    const { ok, findings } = applicationSetup({ ...CONFIGURATION, Instance: undefined }, APPLICATION)
    expect([ok, findings[0]?.rule]).toEqual([false, 'tti/instance'])
  })

  it('throws for misuse alone', () => {
    const hostile = new Proxy({}, { get: () => { throw new Error('get') }, ownKeys: () => { throw new Error('keys') } }) // prettier-ignore
    expect(() => applicationSetup(CONFIGURATION, 'arn:x')).toThrow(FederationError)
    for (const odd of [null, 7, 'x', { issuers: 'x' }, { issuers: [7] }, hostile])
      expect(() => validateApplicationSetup([], odd as never)).toThrow(FederationError)
    for (const odd of [
      undefined,
      null,
      7,
      'x',
      {},
      hostile,
      [hostile],
      [null],
      [[]],
      [{ operation: 'toString' }],
      verdict.value!.map(({ operation }) => ({ operation })),
      verdict.value!.map((call) => ({ ...call, creates: 7 })),
      [
        {
          operation: 'PutApplicationGrant',
          input: { Grant: { JwtBearer: { AuthorizedTokenIssuers: [null] } } },
        },
      ],
    ])
      // prettier-ignore
      expect(validateApplicationSetup(odd).ok).toBe(false)
  })
})
