import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  buildReservedRoleArn,
  buildReservedRoleName,
  readReservedRole,
  readReservedRoleName,
  reservedRoleSuffix,
} from '../../src/core/sts/index.js'

const invalid = expect.objectContaining({ name: 'FederationError', code: 'ERR_INVALID_OPTION' }) as Error

describe('the name of a permission set role', () => {
  it('is read from the right (R093, R096)', () => {
    expect(readReservedRoleName('AWSReservedSSO_My_Set_0123456789abcdef')).toEqual({
      permissionSetName: 'My_Set',
      suffix: '0123456789abcdef',
    })
    expect(readReservedRoleName('My_Set_0123456789abcdef')).toBeUndefined()
  })

  it('comes back from what was built, and nothing else is built', () => {
    const name = fc.string({ unit: fc.constantFrom(...'aZ09_+=,.@-'), minLength: 1, maxLength: 32 })
    fc.assert(
      fc.property(name, fc.uint8Array({ minLength: 8, maxLength: 8 }), (permissionSetName, random) => {
        const role = { permissionSetName, suffix: reservedRoleSuffix(random) }
        expect(role.suffix).toMatch(/^[0-9a-f]{16}$/)
        expect(readReservedRoleName(buildReservedRoleName(role))).toEqual(role)
      }),
    )
    for (const broken of [null, 1, {}, { permissionSetName: 'A' }, { permissionSetName: 'a b', suffix: '0' }])
      expect(() => buildReservedRoleName(broken as never)).toThrow(invalid)
  })

  it('fills its 64 characters with the longest name', () => {
    const suffix = '0'.repeat(16)
    expect(buildReservedRoleName({ permissionSetName: 'n'.repeat(32), suffix })).toHaveLength(64)
    expect(() => buildReservedRoleName({ permissionSetName: 'n'.repeat(33), suffix })).toThrow(invalid)
  })

  it('wants 8 random bytes for a suffix', () => {
    expect(reservedRoleSuffix(Uint8Array.of(0, 1, 2, 3, 4, 5, 254, 255))).toBe('000102030405feff')
    for (const bytes of [new Uint8Array(7), new Uint8Array(9), '12345678', null])
      expect(() => reservedRoleSuffix(bytes as Uint8Array)).toThrow(invalid)
  })
})

describe('its ARN', () => {
  it('is built and read with and without a Region, and names the broken part', () => {
    const role = {
      partition: 'aws-us-gov',
      account: '111122223333',
      permissionSetName: 'Audit',
      suffix: '0123456789abcdef',
    }
    for (const whole of [role, { ...role, region: 'us-gov-west-1' }, { ...role, sessionName: 'ada' }])
      expect(readReservedRole(buildReservedRoleArn(whole))).toEqual(whole)
    expect(readReservedRole('arn:aws:iam::111122223333:role/Audit')).toBe('path')
    for (const broken of [null, undefined, 'x', { ...role, region: 1 }, { ...role, account: 1 }])
      expect(() => buildReservedRoleArn(broken as never)).toThrow(invalid)
  })
})
