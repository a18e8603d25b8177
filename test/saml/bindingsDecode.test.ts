import fc from 'fast-check'
import { deflateRawSync, deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { FederationError } from '../../src/core/index.js'
import { decodeMessage } from '../../src/saml/bindings/decode.js'
import type { MessageInput } from '../../src/saml/bindings/input.js'
import { told } from '../support/saml.js'

const XML = '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1"/>'
const DEFLATE = 'urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE'

const query = (text: string): MessageInput => ({ binding: 'redirect', query: text })
const post = (body: string | Uint8Array | Record<string, unknown>): MessageInput => ({
  binding: 'post',
  body,
})
const enc = encodeURIComponent
/** A query parameter with some bytes as its deflated message. */
const carried = (bytes: Uint8Array): string => enc(Buffer.from(bytes).toString('base64'))
const deflated = (text: string | Uint8Array): string => carried(deflateRawSync(text))
const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** Whose base64 holds plus signs, as many as make it no shorter a text that is left out. */
const PLUS = '<a>~~>~~>~~>~~></a>'

const Q = `SAMLRequest=${deflated(XML)}`
const P = `SAMLResponse=${enc(base64(XML))}`

function refusals(input: MessageInput, kind?: 'SAMLRequest' | 'SAMLResponse'): string[] {
  const verdict = decodeMessage(input, { kind })
  expect(verdict.ok).toBe(false)
  return told(verdict.findings)
}

describe('decodeMessage, by HTTP-Redirect', () => {
  it('gives message, RelayState and what the query says of its signature', () => {
    const verdict = decodeMessage(query(`${Q}&RelayState=a%26b%3D%C3%A9+c&SigAlg=urn%3Aa&Signature=AAAA`))
    expect(verdict).toEqual({
      ok: true,
      findings: [],
      value: {
        binding: 'redirect',
        kind: 'SAMLRequest',
        message: XML,
        relayState: 'a&b=é c',
        signature: { algorithm: 'urn:a', value: 'AAAA' },
      },
    })
  })

  it('passes over whatever is not of SAML, and reads the rest in any order', () => {
    const verdict = decodeMessage(
      query(`tenant=1&tenant=2&RelayState=r&flag&&x=%E9&${Q}&SAMLEncoding=${enc(DEFLATE)}`),
    )
    expect(verdict.value).toEqual({ binding: 'redirect', kind: 'SAMLRequest', message: XML, relayState: 'r' })
    expect(decodeMessage(query(`SAMLRespons%65=${deflated(XML)}`)).value?.kind).toBe('SAMLResponse')
  })

  it('tells an empty RelayState from none', () => {
    expect(decodeMessage(query(`${Q}&RelayState=`)).value).toMatchObject({ relayState: '' })
    expect(decodeMessage(query(Q)).value).not.toHaveProperty('relayState')
    // As URL answers its search.
    expect(decodeMessage(query(`?${Q}`)).value).toEqual(decodeMessage(query(Q)).value)
  })

  it.each([
    ['saml/binding-parameter missing', ''],
    ['saml/binding-parameter missing', 'samlrequest=x'],
    ['saml/binding-parameter duplicate', `${Q}&${Q}`],
    ['saml/binding-parameter duplicate', `${Q}&SAMLR%65quest=x`],
    ['saml/binding-parameter duplicate', `${Q}&RelayState=a&RelayState=a`],
    ['saml/binding-parameter duplicate', `${Q}&SigAlg=a&SigAlg=b`],
    ['saml/binding-parameter duplicate', `${Q}&Signature=a&Signature`],
    ['saml/binding-parameter duplicate', `${Q}&SAMLEncoding=${enc(DEFLATE)}&SAMLEncoding=${enc(DEFLATE)}`],
    ['saml/binding-parameter both', `${Q}&SAMLResponse=${deflated(XML)}`],
    ['saml/binding-form escape', `${Q}&RelayState=100%`],
    ['saml/binding-form escape', `${Q}&RelayState=%zz`],
    ['saml/binding-form escape', `${Q}&other=%4`],
    ['saml/binding-form utf-8', `${Q}&RelayState=%FF`],
    ['saml/binding-form utf-8', `${Q}&RelayState=%C0%AF`],
    ['saml/binding-form utf-8', `${Q}&RelayState=%ED%A0%80`],
    ['saml/binding-form utf-8', `${Q}&%FF=1`],
    ['saml/binding-form characters', `${Q}&RelayState=é`],
    ['saml/binding-form characters', `${Q}&RelayState=a b`],
    ['saml/binding-form characters', `${Q}\n`],
    ['saml/binding-form too-many', `${Q}${'&a=1'.repeat(64)}`],
    ['saml/binding-form too-large', `${Q}&a=${'x'.repeat(65_536)}`],
    ['saml/redirect-encoding unknown', `${Q}&SAMLEncoding=urn:other`],
    ['saml/redirect-encoding unknown', `${Q}&SAMLEncoding=`],
    ['saml/message empty', 'SAMLRequest='],
    ['saml/base64 alphabet', 'SAMLRequest=%25%25%25%25'],
    ['saml/base64 spaces', `SAMLRequest=+${deflated(XML)}`],
    ['saml/base64 padding', `SAMLRequest=${enc(deflateRawSync(XML).toString('base64').replace(/=+$/, ''))}`],
    [
      'saml/base64 spaces',
      `SAMLRequest=${enc(deflateRawSync(XML).toString('base64').replace(/.{40}/, '$&\r\n'))}`,
    ],
    [
      'saml/redirect-deflate trailing-data',
      `SAMLRequest=${carried(Buffer.concat([deflateRawSync(XML), Buffer.from([0])]))}`,
    ],
    [
      'saml/redirect-deflate trailing-data',
      `SAMLRequest=${carried(Buffer.concat([deflateRawSync(XML), deflateRawSync(XML)]))}`,
    ],
    ['saml/redirect-deflate truncated', `SAMLRequest=${carried(deflateRawSync(XML).subarray(0, -2))}`],
    ['saml/redirect-deflate zlib', `SAMLRequest=${carried(deflateSync(XML))}`],
    ['saml/redirect-deflate not-deflated', `SAMLRequest=${carried(Buffer.from(XML))}`],
    ['saml/redirect-deflate malformed', `SAMLRequest=${carried(Buffer.alloc(20, 0xff))}`],
    ['saml/redirect-deflate too-large', `SAMLRequest=${deflated(' '.repeat(262_145))}`],
    ['saml/message not-xml', `SAMLRequest=${deflated('')}`],
    ['saml/message not-xml', `SAMLRequest=${deflated('text')}`],
    ['saml/message not-xml', `SAMLRequest=${deflated(base64(XML))}`],
    ['saml/message not-xml', `SAMLRequest=${deflated(deflateRawSync(XML))}`],
    ['saml/encoding invalid-utf-8', `SAMLRequest=${deflated(Buffer.from('<a>\xff</a>', 'latin1'))}`],
    ['saml/encoding byte-order-mark', `SAMLRequest=${deflated(`\ufeff${XML}`)}`],
    ['saml/encoding utf-16', `SAMLRequest=${deflated(Buffer.from(XML, 'utf16le'))}`],
  ])('refuses by %s (case %#)', (refusal, text) => {
    expect(refusals(query(text))).toEqual([refusal])
  })

  it('takes a message of exactly the largest size', () => {
    const largest = `<a>${'x'.repeat(262_144 - 7)}</a>`
    expect(decodeMessage(query(`SAMLRequest=${deflated(largest)}`)).ok).toBe(true)
  })

  it('refuses the kind that is not expected', () => {
    expect(refusals(query(Q), 'SAMLResponse')).toEqual(['saml/binding-parameter other-kind'])
    expect(decodeMessage(query(Q), { kind: 'SAMLRequest' }).ok).toBe(true)
  })

  it('says everything that is wrong, and never a value', () => {
    const verdict = decodeMessage(query(`${Q}&${Q}&RelayState=sec%FFret&Signature=a&Signature=b`))
    expect(told(verdict.findings)).toEqual(['saml/binding-form utf-8', 'saml/binding-parameter duplicate'])
    expect(verdict.findings).toHaveLength(3)
    expect(JSON.stringify(verdict)).not.toMatch(/sec|ret"/)
  })

  it('ends a deflate bomb within bounded memory (S68)', () => {
    // The largest that fits into a query: 48 MB of nothing.
    const bomb = deflated(Buffer.alloc(46_000_000, 32))
    expect(bomb.length).toBeLessThan(65_000)
    decodeMessage(query(`SAMLRequest=${deflated(' '.repeat(262_145))}`))
    const before = process.memoryUsage()
    for (let i = 0; i < 50; i++)
      expect(refusals(query(`SAMLRequest=${bomb}`))).toEqual(['saml/redirect-deflate too-large'])
    const after = process.memoryUsage()
    // Fifty of them inflated would be 2.3 GB.
    expect(after.rss - before.rss).toBeLessThan(200_000_000)
  })
})

describe('decodeMessage, by HTTP-POST', () => {
  it.each([
    ['a raw form', post(`RelayState=a%26b+c&${P}&submit=Continue`)],
    ['bytes', post(Buffer.from(`RelayState=a%26b+c&${P}`))],
    ['a parsed form', post({ RelayState: 'a&b c', SAMLResponse: base64(XML), other: ['x', 'y'] })],
    [
      'base64 in lines',
      post(`RelayState=a%26b+c&SAMLResponse=${enc(base64(XML).replace(/.{76}/g, '$&\r\n'))}`),
    ],
  ])('reads %s', (_name, input) => {
    expect(decodeMessage(input)).toEqual({
      ok: true,
      findings: [],
      value: { binding: 'post', kind: 'SAMLResponse', message: XML, relayState: 'a&b c' },
    })
  })

  it('has parameters of HTTP-Redirect mean nothing', () => {
    expect(decodeMessage(post(`${P}&SigAlg=a&SigAlg=b&Signature=x&SAMLEncoding=y`)).value).toEqual({
      binding: 'post',
      kind: 'SAMLResponse',
      message: XML,
    })
  })

  it.each<[string, MessageInput, string]>([
    ['an empty body', post(''), 'saml/binding-parameter missing'],
    ['an empty record', post({}), 'saml/binding-parameter missing'],
    ['a message twice', post(`${P}&${P}`), 'saml/binding-parameter duplicate'],
    ['a message twice, parsed', post({ SAMLResponse: ['a', 'b'] }), 'saml/binding-parameter duplicate'],
    [
      'RelayState twice, parsed',
      post({ SAMLResponse: base64(XML), RelayState: ['a', 'b'] }),
      'saml/binding-parameter duplicate',
    ],
    ['both kinds', post({ SAMLResponse: 'a', SAMLRequest: 'a' }), 'saml/binding-parameter both'],
    ['an object', post({ SAMLResponse: { a: 'b' } }), 'saml/binding-form type'],
    ['a number', post({ SAMLResponse: base64(XML), RelayState: 1 }), 'saml/binding-form type'],
    [
      'an inherited message',
      post(Object.create({ SAMLResponse: base64(XML) }) as object as Record<string, unknown>),
      'saml/binding-parameter missing',
    ],
    [
      'half a surrogate pair',
      post({ SAMLResponse: base64(XML), RelayState: '\ud800' }),
      'saml/binding-form utf-8',
    ],
    ['no form', post(null as unknown as string), 'saml/binding-form type'],
    ['other octets', post(Buffer.from([0x53, 0xff])), 'saml/binding-form characters'],
    ['too much', post(`${P}&a=${'x'.repeat(524_288)}`), 'saml/binding-form too-large'],
    ['too many bytes', post(Buffer.alloc(524_289, 97)), 'saml/binding-form too-large'],
    ['plain XML', post({ SAMLResponse: XML }), 'saml/base64 alphabet'],
    ['what is deflated', post(`SAMLRequest=${deflated(XML)}`), 'saml/message not-xml'],
    ['a plus sign as it is', post(`SAMLResponse=${base64(PLUS)}`), 'saml/base64 spaces'],
    ['base64 twice', post({ SAMLResponse: base64(base64(XML)) }), 'saml/message not-xml'],
    [
      'too large a message',
      post({ SAMLResponse: base64(`<a>${'x'.repeat(262_144)}</a>`) }),
      'saml/message-size too-large',
    ],
  ])('refuses %s', (_name, input, refusal) => {
    expect(refusals(input)).toEqual([refusal])
  })

  it('never inflates', () => {
    const bomb = deflateRawSync(Buffer.alloc(46_000_000, 32)).toString('base64')
    expect(refusals(post({ SAMLResponse: bomb }))).toEqual(['saml/message not-xml'])
  })
})

describe('decodeMessage', () => {
  it('throws for misuse alone', () => {
    for (const input of [undefined, {}, { binding: 'artifact' }])
      expect(() => decodeMessage(input as unknown as MessageInput)).toThrow(FederationError)
    expect(() => decodeMessage(query(Q), { kind: 'saml' as 'SAMLRequest' })).toThrow(FederationError)
    expect(refusals({ binding: 'redirect', query: undefined as unknown as string })).toEqual([
      'saml/binding-form type',
    ])
  })

  it('reads each RelayState as every other reader of forms does, where it reads it at all', () => {
    const part = fc.constantFrom(
      '%',
      '%C3',
      '%A9',
      '%41',
      '+',
      'a',
      '=',
      '%26',
      '%2B',
      '%F0%9F%98%80',
      '%ED%A0%80',
      '',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const verdict = decodeMessage(query(`${Q}&RelayState=${parts.join('')}`))
        const expected = new URLSearchParams(`RelayState=${parts.join('')}`).get('RelayState')
        if (verdict.ok) expect(verdict.value.relayState).toBe(expected)
      }),
      { numRuns: 2000 },
    )
  })

  it('never throws for what came', () => {
    const piece = fc.constantFrom(
      'SAMLRequest=',
      'SAMLResponse=',
      'RelayState=',
      '&',
      '%',
      '=',
      '+',
      Q,
      P,
      'x',
      'é',
      '\0',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        const text = pieces.join('')
        for (const input of [query(text), post(text), post(Buffer.from(text))])
          expect(typeof decodeMessage(input).ok).toBe('boolean')
      }),
      { numRuns: 2000 },
    )
  })

  it('takes time that grows with the length alone', () => {
    const slow = [
      `${'%41'.repeat(20_000)}`,
      '&'.repeat(60_000),
      '='.repeat(60_000),
      '+'.repeat(60_000),
      '%2'.repeat(30_000),
    ]
    const begin = performance.now()
    for (const text of slow) decodeMessage(query(`${Q}&RelayState=${text}`))
    for (const text of slow) decodeMessage(post(`${P}&RelayState=${text.repeat(7)}`))
    expect(performance.now() - begin).toBeLessThan(2_000)
  })
})
