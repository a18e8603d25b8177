import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classify, isPublicAddress, type AddressClass } from '../../src/flows/addresses.js'

// First and last address of each block.
const blocks: readonly (readonly [AddressClass, string, string])[] = [
  ['unspecified', '0.0.0.0', '0.255.255.255'],
  ['private', '10.0.0.0', '10.255.255.255'],
  ['shared', '100.64.0.0', '100.127.255.255'],
  ['loopback', '127.0.0.0', '127.255.255.255'],
  ['link-local', '169.254.0.0', '169.254.255.255'],
  ['private', '172.16.0.0', '172.31.255.255'],
  ['protocol', '192.0.0.0', '192.0.0.255'],
  ['documentation', '192.0.2.0', '192.0.2.255'],
  ['translation', '192.88.99.0', '192.88.99.255'],
  ['private', '192.168.0.0', '192.168.255.255'],
  ['benchmarking', '198.18.0.0', '198.19.255.255'],
  ['documentation', '198.51.100.0', '198.51.100.255'],
  ['documentation', '203.0.113.0', '203.0.113.255'],
  ['multicast', '224.0.0.0', '239.255.255.255'],
  ['reserved', '240.0.0.0', '255.255.255.254'],
  ['broadcast', '255.255.255.255', '255.255.255.255'],
  ['unspecified', '::', '0:0:0:0:0:0:0:0'],
  ['loopback', '::1', '0:0:0:0:0:0:0:1'],
  ['translation', '64:ff9b::', '64:ff9b::ffff:ffff'],
  ['translation', '64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff'],
  ['discard', '100::', '100::ffff:ffff:ffff:ffff'],
  ['translation', '2001::', '2001:0:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['documentation', '2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['translation', '2002::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['unique-local', 'fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['link-local', 'fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['multicast', 'ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
]

const publicOnes = [
  ...[
    '1.0.0.0',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
  ],
  ...['169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '192.0.1.0', '192.167.255.255'],
  ...['192.169.0.0', '198.17.255.255', '198.20.0.0', '223.255.255.255', '8.8.8.8'],
  ...['2001:200::', '2001:4860:4860::8888', '2003::', '2600:1f18::1', '2a00:1450::1', '::ffff:8.8.8.8'],
]

const octet = fc.integer({ min: 0, max: 255 })
const word = fc.integer({ min: 0, max: 0xffff })

describe('classify', () => {
  it.each(blocks)('%s: %s to %s', (name, first, last) => {
    expect([classify(first), classify(last)]).toEqual([name, name])
    expect(isPublicAddress(first)).toBe(false)
  })

  it.each(publicOnes)('public: %s', (ip) => {
    expect(classify(ip)).toBe('public')
    expect(isPublicAddress(ip)).toBe(true)
  })

  it.each([
    ['::127.0.0.1', 'reserved'],
    ['fec0::1', 'reserved'],
    ['4000::1', 'reserved'],
    ['fe80::1%eth0', 'link-local'],
    ['2600::1%eth0', 'link-local'],
    ['127.0.0.1%eth0', 'invalid'],
    ['127.1', 'invalid'],
    ['0x7f.0.0.1', 'invalid'],
    ['localhost', 'invalid'],
    ['', 'invalid'],
  ])('%s is %s', (ip, name) => {
    expect(classify(ip)).toBe(name)
  })

  it('judges an IPv4-mapped address by the IPv4 address in it, in both spellings', () => {
    fc.assert(
      fc.property(octet, octet, octet, octet, (a, b, c, d) => {
        const ip = `${a}.${b}.${c}.${d}`
        const hex = `::ffff:${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
        expect(classify(`::ffff:${ip}`)).toBe(classify(ip))
        expect(classify(hex)).toBe(classify(ip))
      }),
      { examples: [[127, 0, 0, 1], [169, 254, 169, 254], [10, 1, 2, 3], [8, 8, 8, 8]] }, // prettier-ignore
    )
  })

  it('finds nothing public outside 2000::/3 but mapped addresses', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 8, maxLength: 8 }), (words) => {
        const ip = words.map((w) => w.toString(16)).join(':')
        const global = (words[0]! & 0xe000) === 0x2000
        const mapped = words.slice(0, 5).every((w) => w === 0) && words[5] === 0xffff
        if (isPublicAddress(ip)) expect(global || mapped).toBe(true)
      }),
    )
  })
})
