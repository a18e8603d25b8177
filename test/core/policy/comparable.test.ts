import fc from 'fast-check'
import { isIP, BlockList } from 'node:net'
import { describe, expect, it } from 'vitest'
import { holdsAddress, readDate, readNumber, readRange } from '../../../src/core/policy/comparable.js'
import { evaluatePolicy, parsePolicy } from '../../../src/core/policy/index.js'

function applies(
  operator: string,
  expected: unknown,
  actual: string | readonly string[] | undefined,
  Effect: string,
) {
  const Statement = { Effect, Action: '*', Resource: '*', Condition: { [operator]: { 'x:Key': expected } } }
  const { policy, faults } = parsePolicy({ Version: '2012-10-17', Statement }, '$', 'identity')
  expect(faults).toEqual([])
  const context = actual === undefined ? {} : { 'x:Key': actual }
  return (
    evaluatePolicy(policy!, {
      principal: 'arn:aws:iam::111122223333:user/a',
      action: 'x:Y',
      resource: '*',
      context,
    }).effect !== 'none'
  )
}

describe('operators that compare an order, or a range', () => {
  it.each<[string, unknown, string | readonly string[] | undefined, boolean]>([
    ['NumericEquals', '10', '10.0', true],
    ['NumericEquals', 10, '+10', true],
    ['NumericEquals', ['1', '2'], '2', true],
    ['NumericNotEquals', '10', '11', true],
    ['NumericNotEquals', '10', '10', false],
    ['NumericNotEquals', '10', undefined, true],
    ['NumericLessThan', '10', '9.99', true],
    ['NumericLessThan', '10', '10', false],
    ['NumericLessThanEquals', '10', '10', true],
    ['NumericGreaterThan', '-1', '0', true],
    ['NumericGreaterThanEquals', '10', '9', false],
    ['NumericGreaterThanEquals', '9', '10', true],
    ['NumericLessThan', '10', undefined, false],
    ['NumericLessThanIfExists', '10', undefined, true],
    ['ForAllValues:NumericLessThan', '10', ['1', '9'], true],
    ['ForAllValues:NumericLessThan', '10', ['1', '10'], false],
    ['ForAnyValue:NumericGreaterThan', '10', ['1', '11'], true],
    ['DateEquals', '2026-11-28T20:00:00Z', '2026-11-28T21:00:00+01:00', true],
    ['DateEquals', '2026-11-28', '2026-11-28T00:00Z', true],
    ['DateEquals', '2026-11', '2026-11-01T00:00:00.000Z', true],
    ['DateEquals', 1795896000, '2026-11-28T20:00:00Z', true],
    ['DateNotEquals', '2026-11-28T20:00:00Z', '2026-11-28T20:00:01Z', true],
    ['DateLessThan', '2026-11-28T20:00:00.5Z', '2026-11-28T20:00:00.25Z', true],
    ['DateLessThanEquals', '2026-11-28T20:00:00Z', '2026-11-28T20:00:00Z', true],
    ['DateGreaterThan', '2026-11-28T20:00:00Z', '2026-11-28T20:00:00Z', false],
    ['DateGreaterThanEquals', '2020-01-01T00:00:01Z', '2026-01-01T00:00:00Z', true],
    ['DateGreaterThan', '2020-01-01T00:00:01Z', undefined, false],
    ['IpAddress', '203.0.113.0/24', '203.0.113.255', true],
    ['IpAddress', '203.0.113.0/24', '203.0.114.0', false],
    ['IpAddress', '203.0.113.7', '203.0.113.7', true],
    ['IpAddress', ['10.0.0.0/8', '2001:DB8:1234:5678::/64'], '2001:db8:1234:5678:9::1', true],
    ['IpAddress', '0.0.0.0/0', '2001:db8::1', false],
    ['IpAddress', '203.0.113.0/24', '::ffff:203.0.113.9', true],
    ['IpAddress', '::ffff:203.0.113.0/120', '203.0.113.9', true],
    ['IpAddress', '10.0.0.0/8', undefined, false],
    ['NotIpAddress', '10.0.0.0/8', '11.0.0.1', true],
    ['NotIpAddress', '10.0.0.0/8', '10.255.0.1', false],
    ['NotIpAddress', '10.0.0.0/8', undefined, true],
  ])('%s %j of %j is %s', (operator, expected, actual, outcome) => {
    expect(applies(operator, expected, actual, 'Allow')).toBe(outcome)
    expect(applies(operator, expected, actual, 'Deny')).toBe(outcome)
  })

  it.each([
    ['NumericEquals', '1', 'one'],
    ['NumericNotEquals', '1', '0x2'],
    ['NumericLessThan', '5', '12345678901234567'],
    ['DateLessThan', '2026-11-28', 'yesterday'],
    ['DateNotEquals', '2026-11-28', '2026'],
    ['IpAddress', '10.0.0.0/8', '10.0.0.1.5'],
    ['NotIpAddress', '10.0.0.0/8', 'console.amazonaws.com'],
    ['NotIpAddress', '10.0.0.0/8', '010.0.0.1'],
  ])('%s %j of %j cannot be compared: no Allow applies, every Deny does', (operator, expected, actual) => {
    expect(applies(operator, expected, actual, 'Allow')).toBe(false)
    expect(applies(operator, expected, actual, 'Deny')).toBe(true)
  })
})

describe('reading numbers', () => {
  it.each(['', ' 1', '1 ', '1e3', '.5', '5.', '1,5', 'NaN', 'Infinity', '--1', '١', '0'.repeat(41)])(
    'refuses %j',
    (text) => {
      expect(readNumber(text)).toBeUndefined()
    },
  )

  it('keeps the order of what it takes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1 - 1e12, max: 1e12 - 1 }), fc.nat(999), (whole, thousandths) => {
        const text = `${whole}.${String(thousandths).padStart(3, '0')}`
        expect(readNumber(text)).toBe(Number(text))
      }),
    )
  })
})

describe('reading dates', () => {
  it.each([
    '',
    '2026',
    '2026-13',
    '2026-02-29',
    '2026-1-1',
    '2026-01T10:00Z',
    '2026-01-01T10:00',
    '2026-01-01 10:00Z',
    '2026-01-01T24:00Z',
    '2026-01-01T10:00:00.Z',
    '-12345',
    '1234',
  ])('refuses %j', (text) => {
    expect(readDate(text)).toBeUndefined()
  })

  it('agrees with Date on what both take', () => {
    const dates = fc.date({ min: new Date('1970-01-02'), max: new Date('9999-12-30'), noInvalidDate: true })
    fc.assert(
      fc.property(dates, (date) => {
        expect(readDate(date.toISOString())).toBeCloseTo(date.getTime() / 1000, 3)
        expect(readDate(date.toISOString().slice(0, 10))).toBe(
          Date.parse(date.toISOString().slice(0, 10)) / 1000,
        )
      }),
    )
  })
})

describe('reading addresses', () => {
  const IPV6 = [':', ':::', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '12345::', 'g::', '::1%eth0', '1:2:3:4:5:6:7::8', '::1.2.3', '1.2.3.4::'] // prettier-ignore
  const RANGES = ['', '10.0.0', '10.0.0.256', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/', '10.0.0.0/8/8', '::/129', '01.2.3.4', '::ffff:1.2.3.4/95'] // prettier-ignore
  it.each([...IPV6, ...RANGES])('refuses %j', (text) => {
    expect(readRange(text)).toBeUndefined()
  })

  it('agrees with node:net', () => {
    const address = fc.oneof(fc.ipV4(), fc.ipV6())
    fc.assert(
      fc.property(address, address, fc.nat(128), (net, other, length) => {
        const [family, ownFamily] = [isIP(net), isIP(other)]
        const range = readRange(net)!
        // What is IPv4 written as IPv6 is one of ours, and none of node's lists.
        const mapped = [net, other].some((one) => isIP(one) === 6 && readRange(one)!.bytes.length === 4)
        if (mapped) return
        const bits = Math.min(length, family === 4 ? 32 : 128)
        const list = new BlockList()
        list.addSubnet(net, bits, family === 4 ? 'ipv4' : 'ipv6')
        const held = family === ownFamily && list.check(other, ownFamily === 4 ? 'ipv4' : 'ipv6')
        expect(holdsAddress({ ...range, bits }, other)).toBe(held)
        expect(holdsAddress({ ...range, bits }, net)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})
