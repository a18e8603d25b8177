import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FederationError } from '../../../src/core/outcome.js'
import { buildReservedRoleArn, parseReservedRole } from '../../../src/tti/roleSession/index.js'

const AT = 'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com'
const reason = (arn: string) => {
  const verdict = parseReservedRole(arn)
  expect(verdict.findings.every(({ rule }) => rule === 'tti/reserved-role')).toBe(true)
  return verdict.findings.map((finding) => finding.reason)
}

describe('parseReservedRole', () => {
  const common = { partition: 'aws', account: '111122223333' }
  it.each([
    [
      `${AT}/eu-west-2/AWSReservedSSO_DatabaseAdministrator_1234567890abcdef`,
      { permissionSetName: 'DatabaseAdministrator', suffix: '1234567890abcdef', region: 'eu-west-2' },
    ],
    [
      `${AT}/AWSReservedSSO_DatabaseAdministrator_1234567890abcdef`,
      { permissionSetName: 'DatabaseAdministrator', suffix: '1234567890abcdef' },
    ],
    [
      `${AT}/AWSReservedSSO_My_Set_0123456789abcdef`,
      { permissionSetName: 'My_Set', suffix: '0123456789abcdef' },
    ],
    [
      `${AT}/AWSReservedSSO_A_0000000000000000_0123456789abcdef`,
      { permissionSetName: 'A_0000000000000000', suffix: '0123456789abcdef' },
    ],
    [`${AT}/AWSReservedSSO____0123456789abcdef`, { permissionSetName: '__', suffix: '0123456789abcdef' }],
    [
      'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_My-Set_0123456789abcdef/alice@example.com',
      { permissionSetName: 'My-Set', suffix: '0123456789abcdef', sessionName: 'alice@example.com' },
    ],
  ])('reads %s', (arn, expected) => {
    expect(parseReservedRole(arn)).toEqual({ ok: true, value: { ...common, ...expected }, findings: [] })
  })

  it.each([
    [`${AT}/AWSReservedSSO_A_0123456789abcde`, 'name'],
    [`${AT}/AWSReservedSSO_A_0123456789abcdeff`, 'name'],
    [`${AT}/AWSReservedSSO_A_0123456789abcdeg`, 'name'],
    [`${AT}/AWSReservedSSO_0123456789abcdef`, 'name'],
    [`${AT}/AWSReservedSSO__0123456789abcdef`, 'name'],
    [`${AT}/AWSReservedSSO_A-0123456789abcdef`, 'name'],
    [`${AT}/awsreservedsso_A_0123456789abcdef`, 'name'],
    [`${AT}/xAWSReservedSSO_A_0123456789abcdef`, 'name'],
    [`${AT}/AWSReservedSSO_A_0123456789abcdef\n`, 'name'],
    [`${AT}/AWSReservedSSO_${'n'.repeat(33)}_0123456789abcdef`, 'name'],
    [`${AT}/eu-west-2/x/AWSReservedSSO_A_0123456789abcdef`, 'path'],
    [`${AT}/EU-WEST-2/AWSReservedSSO_A_0123456789abcdef`, 'path'],
    [`${AT}//AWSReservedSSO_A_0123456789abcdef`, 'path'],
    ['arn:aws:iam::111122223333:role/AWSReservedSSO_A_0123456789abcdef', 'path'],
    [
      'arn:aws:iam::111122223333:role/mine/aws-reserved/sso.amazonaws.com/AWSReservedSSO_A_0123456789abcdef',
      'path',
    ],
    [
      'arn:aws:iam::11112222333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_A_0123456789abcdef',
      'account',
    ],
    ['arn:aws:sts::111122223333:assumed-role/Analyst/alice', 'name'],
    ['arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_A_0123456789abcdef', 'name'],
    ['arn:aws:sts::11112222333:assumed-role/AWSReservedSSO_A_0123456789abcdef/alice', 'account'],
    ['arn:aws:iam:111122223333:role/x', 'parts'],
    ['', 'length'],
  ])('refuses %s: %s', (arn, expected) => {
    expect(reason(arn)).toEqual([expected])
  })

  it('refuses what is no text', () => {
    expect(reason(undefined as unknown as string)).toEqual(['type'])
  })

  it('takes permission set names of 32 characters', () => {
    expect(parseReservedRole(`${AT}/AWSReservedSSO_${'n'.repeat(32)}_0123456789abcdef`).ok).toBe(true)
  })
})

describe('round trip', () => {
  const permissionSetName = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'aZ09_+=,.@-'), minLength: 1, maxLength: 32 }),
    fc.string({ unit: fc.constantFrom('_', 'a', '0'), minLength: 1, maxLength: 32 }),
  )
  const parts = {
    partition: fc.constantFrom('aws', 'aws-cn', 'aws-us-gov'),
    account: fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 12, maxLength: 12 }),
    permissionSetName,
    suffix: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 16, maxLength: 16 }),
  }
  const region = fc.constantFrom(
    'us-east-1',
    'eu-west-2',
    'ap-southeast-4',
    'us-gov-west-1',
    'us-isob-east-1',
  )
  const sessionName = fc.string({ unit: fc.constantFrom(...'aZ09_+=,.@-'), minLength: 2, maxLength: 64 })

  it.each([
    ['without a Region', fc.record(parts)],
    ['with a Region', fc.record({ ...parts, region })],
    ['of a session', fc.record({ ...parts, sessionName })],
  ])('%s', (_name, roles) => {
    fc.assert(
      fc.property(roles, (role) => {
        const verdict = parseReservedRole(buildReservedRoleArn(role))
        expect(verdict.ok && verdict.value).toEqual(role)
      }),
    )
  })

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(parseReservedRole(text).ok).toBe(false)
        expect(parseReservedRole(`${AT}/AWSReservedSSO_${text}`).findings.length).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('does not build what it would not read', () => {
    const role = {
      partition: 'aws',
      account: '111122223333',
      permissionSetName: 'A',
      suffix: '0123456789abcdef',
    }
    for (const broken of [
      { suffix: 'x' },
      { account: '1' },
      { permissionSetName: 'a/b' },
      { region: 'nowhere' },
    ]) {
      expect(() => buildReservedRoleArn({ ...role, ...broken })).toThrow(FederationError)
    }
  })
})
