import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  buildIdentityCenterProviderName,
  buildSAMLProviderArn,
  readIdentityCenterProviderName,
  readSAMLProviderArn,
} from '../../src/core/sts/index.js'

const invalid = expect.objectContaining({ name: 'FederationError', code: 'ERR_INVALID_OPTION' }) as Error

describe('the SAML provider of an account (R091)', () => {
  it('is built and read, in every partition', () => {
    const part = fc.record({
      partition: fc.constantFrom('aws', 'aws-cn', 'aws-us-gov'),
      account: fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 12, maxLength: 12 }),
      name: fc.string({ unit: fc.constantFrom(...'aZ09._-'), minLength: 1, maxLength: 128 }),
    })
    fc.assert(
      fc.property(part, (provider) => {
        expect(readSAMLProviderArn(buildSAMLProviderArn(provider))).toEqual(provider)
      }),
    )
  })

  it.each([
    ['arn:aws:iam::111122223333:saml-provider/a/b', 'name'],
    ['arn:aws:iam::111122223333:saml-provider/', 'name'],
    ['arn:aws:iam::111122223333:role/Okta', 'resource'],
    ['arn:aws:iam::11112222333:saml-provider/Okta', 'account'],
    ['arn:aws:iam:us-east-1:111122223333:saml-provider/Okta', 'region'],
    ['arn:aws:sts::111122223333:saml-provider/Okta', 'service'],
  ])('%s is none: %s', (arn, fault) => {
    expect(readSAMLProviderArn(arn)).toBe(fault)
  })

  it('of Identity Center is told by its name, case included', () => {
    const name = buildIdentityCenterProviderName('0123456789abcdef')
    expect(name).toBe('AWSSSO_0123456789abcdef_DO_NOT_DELETE')
    expect(readIdentityCenterProviderName(name)).toBe('0123456789abcdef')
    for (const other of [name.toLowerCase(), `x${name}`, `${name}\n`, 'AWSSSO__DO_NOT_DELETE', 'Okta'])
      expect(readIdentityCenterProviderName(other)).toBeUndefined()
  })

  it('is not built of anything else', () => {
    const okta = { partition: 'aws', account: '111122223333', name: 'Okta' }
    for (const broken of [null, 1, {}, { ...okta, name: 'a b' }, { ...okta, account: '1' }])
      expect(() => buildSAMLProviderArn(broken as never)).toThrow(invalid)
    for (const id of ['', 'a_b', 'x'.repeat(65), 1, null, undefined])
      expect(() => buildIdentityCenterProviderName(id as string)).toThrow(invalid)
  })
})
