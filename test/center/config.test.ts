import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { validateCenterConfig } from '../../src/center/index.js'
import { exampleConfig } from '../support/center.js'

const told = (configuration: unknown): string[] =>
  validateCenterConfig(configuration).findings.map(({ rule, reason, path }) => `${rule} ${reason} ${path}`)

describe('the configuration of a center', () => {
  it('is accepted as the example has it, without a finding', () => {
    const verdict = validateCenterConfig(exampleConfig())
    expect(verdict.findings).toEqual([])
    if (!verdict.ok) throw new Error('refused')
    expect(verdict.value.users.map(({ userName, groupIds }) => [userName, groupIds.length])).toEqual([
      ['ada@example.com', 1],
      ['bob@example.com', 0],
    ])
    // Two of its own, and one for each permission set in each account.
    expect(verdict.value.roles.map(({ roleId }) => roleId)).toEqual(
      Array.from({ length: 5 }, () => expect.stringMatching(/^AROA[A-Z2-7]{17}$/) as string),
    )
  })

  it('tells every fault at once, each with its path', () => {
    const configuration = exampleConfig() as unknown as Record<string, Record<string, unknown>[]>
    const findings = told({
      ...configuration,
      Regionn: 'x',
      Region: 'mars',
      Groups: [{ GroupId: 'g' }, { GroupId: 'g' }, 7],
      GroupMemberships: [{ GroupId: 'other', MemberId: { UserId: 'nobody' } }],
      Roles: [
        { Arn: 'arn:aws:iam::111122223333:user/x', AssumeRolePolicyDocument: {}, MaxSessionDuration: 10 },
        {
          Arn: 'arn:aws:iam::111122223333:role/r',
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: { Effect: 'Allow', Action: 'sts:AssumeRole' },
          },
          Policy: [],
        },
      ],
      AccessKeys: [
        { AccessKeyId: 'short', SecretAccessKey: 'x', PrincipalArn: 'arn:aws:iam::111122223333:role/r' },
        {
          AccessKeyId: 'ASIAAAAAAAAAAAAAAAAA',
          SecretAccessKey: 'x'.repeat(20),
          PrincipalArn: 'arn:aws:iam::111122223333:user/u',
        },
      ],
      TrustedTokenIssuers: [{ ...configuration['TrustedTokenIssuers']![0], Name: 'a b' }],
      Users: [{ UserId: 'x' }],
    })
    for (const expected of [
      'center/config-shape unknown-member $.Regionn',
      'center/config-shape not-object $.Groups[2]',
      'center/config-shape unknown-member $.Roles[1].Policy',
      'center/region pattern $.Region',
      'center/groups duplicate $.Groups[1].GroupId',
      'center/groups unknown-group $.GroupMemberships[0].GroupId',
      'center/groups unknown-user $.GroupMemberships[0].MemberId.UserId',
      'center/roles not-role-arn $.Roles[0].Arn',
      'center/roles out-of-range $.Roles[0].MaxSessionDuration',
      'center/access-keys pattern $.AccessKeys[0].AccessKeyId',
      'center/access-keys length $.AccessKeys[0].SecretAccessKey',
      'center/access-keys not-caller $.AccessKeys[0].PrincipalArn',
      'center/access-keys temporary $.AccessKeys[1].AccessKeyId',
      'tti/issuer-name pattern $.TrustedTokenIssuers[0].Name',
    ]) {
      expect(findings).toContain(expected)
    }
    expect(findings.some((text) => text.includes('$.Roles[1].AssumeRolePolicyDocument'))).toBe(true)
    expect(findings.some((text) => text.startsWith('directory/') && text.includes('$.Users[0]'))).toBe(true)
    expect(JSON.stringify(findings)).not.toContain('x'.repeat(20))
  })

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (configuration) => {
        expect(validateCenterConfig(configuration).ok).toBe(false)
      }),
    )
    const names = Object.keys(exampleConfig())
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.jsonValue(), (name, value) => {
        expect(typeof validateCenterConfig({ ...exampleConfig(), [name]: value }).ok).toBe('boolean')
      }),
    )
  })
})
