import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addrSpecFault } from '../../src/saml/addrSpec.js'

const of64 = 'l'.repeat(64)
/** Exactly 254 octets: 64, the @, and 189. */
const of254 = `${of64}@${['d'.repeat(62), 'd'.repeat(62), 'd'.repeat(63)].join('.')}`

// Checked by hand against RFC 2822 3.4.1, 3.2.4 and 3.2.5, and RFC 5321 4.5.3.1.
describe('an addr-spec', () => {
  it.each([
    'a@b.co',
    'ada@example.com',
    'Ada.Lovelace@Example.COM',
    'a+b@example.com',
    "o'brien@example.com",
    'under_score-dash@example.com',
    '!#$%&*/=?^`{|}~@example.com',
    'user_example.com#EXT#@tenant.onmicrosoft.com',
    'a@localhost',
    'a@xn--bcher-kva.example',
    'a@1.2.3.4',
    '"q s"@b.co',
    '"a@b"@example.com',
    '"a\\"b"@example.com',
    '"a\\\\"@example.com',
    '""@example.com',
    `${of64}@example.com`,
    of254,
  ])('is %j', (text) => {
    expect(addrSpecFault(text)).toBeUndefined()
  })

  it.each([
    ['', 'empty'],
    [' a@b.co', 'white-space'],
    ['a@b.co ', 'white-space'],
    ['a@b.co\n', 'white-space'],
    ['DOMAIN\\u', 'no-at'],
    ['u', 'no-at'],
    ['u@', 'domain'],
    ['@b.co', 'local-part'],
    ['a@b@c.co', 'domain'],
    ['.a@b.co', 'local-part'],
    ['a.@b.co', 'local-part'],
    ['a..b@b.co', 'local-part'],
    ['a b@b.co', 'local-part'],
    ['a(comment)@b.co', 'local-part'],
    ['a,b@b.co', 'local-part'],
    ['<a@b.co>', 'local-part'],
    ['Ada <a@b.co>', 'local-part'],
    ['a\u0000@b.co', 'local-part'],
    ['a@b..co', 'domain'],
    ['a@.b.co', 'domain'],
    ['a@b.co.', 'domain'],
    ['a@b co', 'domain'],
    ['a@b.co(comment)', 'domain'],
    ['a@[192.0.2.1]', 'domain-literal'],
    ['a@[IPv6:2001:db8::1]', 'domain-literal'],
    ['"a@b.co', 'quoted-local-part'],
    ['"a"b@b.co', 'quoted-local-part'],
    ['"a\\"@b.co', 'quoted-local-part'],
    ['"a\tb"@b.co', 'quoted-local-part'],
    ['"a"', 'quoted-local-part'],
    // An obsolete form: a quoted word among dots (RFC 2822 4.4).
    ['a."b"@b.co', 'local-part'],
    ['ädä@example.com', 'not-ascii'],
    ['ada@exämple.com', 'not-ascii'],
    ['ada\u200b@example.com', 'not-ascii'],
    ['\u0430da@example.com', 'not-ascii'],
    ['\uff41da@example.com', 'not-ascii'],
    ['"\u00e4"@example.com', 'not-ascii'],
    [`l${of64}@example.com`, 'too-long'],
    [`${of254}d`, 'too-long'],
    [`"${'q'.repeat(63)}"@example.com`, 'too-long'],
    ['a'.repeat(1_000_000), 'too-long'],
  ])('is not %j (%s)', (text, reason) => {
    expect(addrSpecFault(text)).toBe(reason)
  })

  it('has no spelling that another one would be taken for', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        // fast-check makes addresses of the wider grammar of RFC 5322; those within our bounds must pass.
        if (address.length <= 254 && address.indexOf('@') <= 64)
          expect(addrSpecFault(address)).toBeUndefined()
      }),
      { numRuns: 2_000 },
    )
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const fault = addrSpecFault(text)
        if (fault === undefined) expect(text).toMatch(/^[ -~]+@[!-~]+$/)
      }),
      { numRuns: 5_000 },
    )
  })
})
