import fc from 'fast-check'
import { createPublicKey, sign, verify } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { FederationError } from '../../src/core/index.js'
import type { Signer } from '../../src/core/ports.js'
import { samlSigner } from '../../src/flows/index.js'
import { issueAuthnRequest } from '../../src/saml/authnRequest/build.js'
import { decodeMessage } from '../../src/saml/bindings/decode.js'
import {
  encodeRedirect,
  encodeRedirectAsync,
  type RedirectOptions,
} from '../../src/saml/bindings/encodeRedirect.js'
import { verifyRedirectSignature, type RedirectTrust } from '../../src/saml/bindings/redirectSignature.js'
import { checkRelayState } from '../../src/saml/bindings/relayState.js'
import {
  idpCertificate,
  idpKey,
  idpPEM,
  idpSigner,
  issued,
  NOW,
  otherCertificate,
  otherSigner,
  told,
} from '../support/saml.js'

const XML =
  '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" Destination="https://idp.example.com/sso" ID="_1"></samlp:AuthnRequest>'
const SSO = 'https://idp.example.com/sso'
const trust: RedirectTrust = { certificates: [idpCertificate], now: NOW }

const encoded = (more: Partial<RedirectOptions> = {}): string =>
  encodeRedirect({ message: XML, kind: 'SAMLRequest', destination: SSO, ...more })
const queryOf = (url: string): string => url.slice(url.indexOf('?') + 1)
const signed = (more: Partial<RedirectOptions> = {}): string =>
  queryOf(encoded({ signer: idpSigner, ...more }))

function refusals(query: string, more: Partial<RedirectTrust> = {}): string[] {
  const verdict = verifyRedirectSignature(query, { ...trust, ...more })
  expect(verdict.ok).toBe(false)
  return told(verdict.findings)
}

/** Any text that has a UTF-8 form. */
const anyText = fc.string({ unit: 'binary', maxLength: 60 })
const relayStates = fc.oneof(
  anyText,
  fc.string({
    unit: fc.constantFrom(
      '&',
      '=',
      '+',
      '%',
      "'",
      '"',
      '<',
      ' ',
      '#',
      '\n',
      '\r',
      '\0',
      'é',
      '\u{1f600}',
      '!',
      '(',
      ')',
      '*',
      '~',
    ),
  }),
)

describe('encodeRedirect', () => {
  it('deflates without a header, and writes the parameters in the order of the signature', () => {
    const url = encoded({ relayState: 'a b', signer: idpSigner })
    const [name, query] = url.split('?') as [string, string]
    expect(name).toBe(SSO)
    expect(query.split('&').map((part) => part.split('=')[0])).toEqual([
      'SAMLRequest',
      'RelayState',
      'SigAlg',
      'Signature',
    ])
    const parameters = new URLSearchParams(query)
    expect(inflateRawSync(Buffer.from(parameters.get('SAMLRequest')!, 'base64')).toString()).toBe(XML)
    expect(parameters.get('RelayState')).toBe('a b')
    expect(parameters.get('SigAlg')).toBe('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256')
    const octets = query.slice(0, query.indexOf('&Signature='))
    const signature = Buffer.from(parameters.get('Signature')!, 'base64')
    expect(verify('RSA-SHA256', Buffer.from(octets), createPublicKey(idpPEM), signature)).toBe(true)
  })

  it.each([
    ['https://idp.example.com/sso', '?'],
    ['https://idp.example.com/sso?', ''],
    ['https://idp.example.com/sso?tenant=a%20b', '&'],
    ['https://idp.example.com/sso?tenant=1&', ''],
    ['http://localhost:3000/sso', '?'],
    ['http://127.0.0.1/sso?a', '&'],
    ['http://[::1]:8080/', '?'],
  ])('keeps the query of %s', (destination, joint) => {
    const url = encoded({ destination, relayState: 'r', signer: idpSigner })
    expect(url.startsWith(`${destination}${joint}SAMLRequest=`)).toBe(true)
    expect(decodeMessage({ binding: 'redirect', query: queryOf(url) }).value).toMatchObject({
      message: XML,
      relayState: 'r',
    })
    expect(verifyRedirectSignature(queryOf(url), trust).ok).toBe(true)
  })

  it('round-trips every RelayState, through the URLs of browsers, too', () => {
    fc.assert(
      fc.property(relayStates, (relayState) => {
        const url = encoded({ relayState, signer: idpSigner })
        // What a browser, or Node, makes of the URL that it is sent to.
        const { search, href } = new URL(url)
        expect(href).toBe(url)
        const query = search.slice(1)
        expect(decodeMessage({ binding: 'redirect', query }).value).toMatchObject({
          message: XML,
          relayState,
        })
        expect(new URLSearchParams(query).get('RelayState')).toBe(relayState)
        expect(verifyRedirectSignature(query, trust).ok).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('round-trips every message', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
        const message = `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"><![CDATA[${text.replaceAll(']]>', '')}]]></samlp:Response>`
        const url = encoded({ message, kind: 'SAMLResponse' })
        expect(decodeMessage({ binding: 'redirect', query: queryOf(url) }).value).toMatchObject({
          message,
          kind: 'SAMLResponse',
        })
      }),
    )
  })

  it('passes 2 KB of RelayState unmodified (R075), and warns beyond 80 bytes', () => {
    const relayState = 'é&=+%'.repeat(342)
    expect(Buffer.byteLength(relayState)).toBe(2_052)
    expect(decodeMessage({ binding: 'redirect', query: signed({ relayState }) }).value).toMatchObject({
      relayState,
    })
    expect(told(checkRelayState(relayState, 'redirect'))).toEqual(['saml/relay-state-length too-long'])
    expect(checkRelayState('é'.repeat(40), 'redirect')).toEqual([])
    expect(told(checkRelayState('é'.repeat(41), 'redirect'))).toEqual(['saml/relay-state-length too-long'])
    expect(() => checkRelayState('\ud800', 'redirect')).toThrow(FederationError)
  })

  it('signs elsewhere, too', async () => {
    const signer = {
      alg: idpSigner.alg,
      sign: async (bytes: Uint8Array) => Promise.resolve(idpSigner.sign(bytes)),
    }
    const url = await encodeRedirectAsync({ message: XML, kind: 'SAMLRequest', destination: SSO, signer })
    expect(url).toBe(encoded({ signer: idpSigner }))
  })

  it.each<[string, Partial<RedirectOptions>]>([
    [
      'an enveloped signature',
      {
        message: issueAuthnRequest(
          { id: '_1', now: NOW, issuer: 'a', destination: SSO, acsURL: 'https://a.example/acs' },
          idpSigner,
        ),
      },
    ],
    ['no XML', { message: 'text' }],
    ['base64', { message: Buffer.from(XML).toString('base64') }],
    ['XML that is not well-formed', { message: '<a>' }],
    ['another namespace', { message: '<AuthnRequest/>' }],
    ['the other kind', { kind: 'SAMLResponse' }],
    ['an unknown kind', { kind: 'SAMLart' as 'SAMLRequest' }],
    ['http elsewhere', { destination: 'http://idp.example.com/sso' }],
    ['http on a look-alike', { destination: 'http://localhost.example.com/sso' }],
    ['javascript:', { destination: 'javascript:alert(1)' }],
    ['a relative URL', { destination: '/sso' }],
    ['credentials', { destination: 'https://a:b@idp.example.com/sso' }],
    ['a fragment', { destination: 'https://idp.example.com/sso#a' }],
    ['a line break', { destination: 'https://idp.example.com/sso\r\nSet-Cookie:a=b' }],
    ['a query with RelayState', { destination: 'https://idp.example.com/sso?RelayState=a' }],
    [
      'a query with SAMLRequest in disguise',
      { destination: 'https://idp.example.com/sso?a&SAML%52equest=a' },
    ],
    ['half a surrogate pair', { relayState: '\udc00' }],
    ['a signer without algorithm', { signer: { sign: () => new Uint8Array(256) } as unknown as Signer }],
    [
      'an unknown algorithm',
      { signer: { alg: 'rsa-sha1' as 'rsa-sha256', sign: () => new Uint8Array(256) } },
    ],
    ['more than a URL holds', { relayState: '%'.repeat(30_000) }],
  ])('refuses %s as misuse', (_name, more) => {
    expect(() => encoded(more)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_OPTION' }) as Error)
  })

  it.each([undefined, new Uint8Array(10), 'text'])('refuses a signer that answers %s', (answer) => {
    const signer = { alg: 'rsa-sha256', sign: () => answer } as unknown as Signer
    expect(() => encoded({ signer })).toThrow(expect.objectContaining({ code: 'ERR_SIGNER_FAILED' }) as Error)
  })
})

describe('verifyRedirectSignature', () => {
  it.each(['rsa-sha256', 'rsa-sha384', 'rsa-sha512'] as const)('takes %s', (alg) => {
    const verdict = verifyRedirectSignature(signed({ signer: samlSigner(idpKey, alg) }), trust)
    expect(verdict).toEqual({ ok: true, value: { verifiedBy: idpCertificate.sha256 }, findings: [] })
  })

  it('finds the one of several certificates', () => {
    const verdict = verifyRedirectSignature(signed(), { ...trust, certificates: [otherCertificate, idpPEM] })
    expect(verdict.value?.verifiedBy).toBe(idpCertificate.sha256)
  })

  it('verifies the octets that came, however they were encoded, in whatever order and company', () => {
    // As .NET (lower-case escapes), Java (+ for a space) and PHP write a query.
    const message = encodeURIComponent(deflateRawSync(XML).toString('base64')).replace(/%../g, (escape) =>
      escape.toLowerCase(),
    )
    const parts = [
      `SAMLRequest=${message}`,
      'RelayState=a+b%2a%c3%a9',
      'SigAlg=http%3a%2f%2fwww.w3.org%2f2001%2f04%2fxmldsig-more%23rsa-sha256',
    ]
    const value = encodeURIComponent(
      sign('RSA-SHA256', Buffer.from(parts.join('&')), idpKey).toString('base64'),
    )
    const query = [`Signature=${value}`, 'x=1', ...[...parts].reverse(), 'y=%E9'].join('&')
    expect(verifyRedirectSignature(query, trust).ok).toBe(true)
    expect(decodeMessage({ binding: 'redirect', query }).value).toMatchObject({
      message: XML,
      relayState: 'a b*é',
    })
    // Encoded anew it is another text, although every reader decodes the same.
    expect(refusals(query.replace('%2a', '*'))).toEqual(['saml/signature mismatch'])
    expect(refusals(query.replace('a+b', 'a%20b'))).toEqual(['saml/signature mismatch'])
    expect(refusals(query.replace('%c3', '%C3'))).toEqual(['saml/signature mismatch'])
  })

  it('covers RelayState: none can be added, changed or taken away', () => {
    expect(refusals(`${signed()}&RelayState=a`)).toEqual(['saml/signature mismatch'])
    expect(refusals(`${signed()}&RelayState=`)).toEqual(['saml/signature mismatch'])
    const query = signed({ relayState: 'abc' })
    expect(refusals(query.replace('RelayState=abc', 'RelayState=abd'))).toEqual(['saml/signature mismatch'])
    expect(refusals(query.replace('RelayState=abc&', ''))).toEqual(['saml/signature mismatch'])
    expect(refusals(`${query}&RelayState=abc`)).toEqual(['saml/binding-parameter duplicate'])
    expect(verifyRedirectSignature(signed({ relayState: '' }), trust).ok).toBe(true)
  })

  it('does not take a request for a response', () => {
    expect(refusals(signed().replace('SAMLRequest=', 'SAMLResponse='))).toEqual(['saml/signature mismatch'])
  })

  const sha1 = 'http://www.w3.org/2000/09/xmldsig#rsa-sha1'
  const withAlgorithm = (algorithm: string): string => {
    const octets = `SAMLRequest=${encodeURIComponent(deflateRawSync(XML).toString('base64'))}&SigAlg=${encodeURIComponent(algorithm)}`
    return `${octets}&Signature=${encodeURIComponent(sign('RSA-SHA1', Buffer.from(octets), idpKey).toString('base64'))}`
  }

  it.each([
    ['unsigned', () => queryOf(encoded()), 'saml/redirect-signature-missing missing'],
    [
      'without its signature',
      () => signed().replace(/&Signature=.*/, ''),
      'saml/redirect-signature-missing half',
    ],
    [
      'without its algorithm',
      () => signed().replace(/&SigAlg=[^&]*/, ''),
      'saml/redirect-signature-missing half',
    ],
    [
      'of an empty signature',
      () => signed().replace(/Signature=.*/, 'Signature='),
      'saml/signature-structure base64',
    ],
    [
      'of a broken signature',
      () => signed().replace(/Signature=.*/, 'Signature=A'),
      'saml/signature-structure base64',
    ],
    [
      'of a signature with white space',
      () => signed().replace(/Signature=/, 'Signature=%0A'),
      'saml/signature-structure base64',
    ],
    [
      'of zeros',
      () =>
        signed().replace(
          /Signature=.*/,
          `Signature=${encodeURIComponent(Buffer.alloc(256).toString('base64'))}`,
        ),
      'saml/signature mismatch',
    ],
    ['of another key', () => signed({ signer: otherSigner }), 'saml/signature mismatch'],
    ['with SHA-1', () => withAlgorithm(sha1), 'saml/signature-algorithm sha1'],
    [
      'with DSA',
      () => withAlgorithm('http://www.w3.org/2000/09/xmldsig#dsa-sha1'),
      'saml/signature-algorithm unknown',
    ],
    [
      'with HMAC',
      () => withAlgorithm('http://www.w3.org/2000/09/xmldsig#hmac-sha1'),
      'saml/signature-algorithm unknown',
    ],
    [
      'with a name of Object.prototype',
      () => withAlgorithm('constructor'),
      'saml/signature-algorithm unknown',
    ],
    ['with no algorithm', () => withAlgorithm(''), 'saml/signature-algorithm unknown'],
  ])('refuses a query %s', (_name, make, refusal) => {
    expect(refusals(make())).toEqual([refusal])
  })

  it('takes SHA-1 only where it is allowed, and warns', () => {
    const verdict = verifyRedirectSignature(withAlgorithm(sha1), { ...trust, allowSHA1: true })
    expect(verdict.ok).toBe(true)
    expect(told(verdict.findings)).toEqual(['saml/sha1 used'])
  })

  it('holds certificates against the time', () => {
    const { notAfter, notBefore } = idpCertificate
    expect(verifyRedirectSignature(signed(), { ...trust, now: notAfter }).ok).toBe(true)
    expect(refusals(signed(), { now: notAfter + 1 })).toEqual(['saml/certificate-expired expired'])
    expect(refusals(signed(), { now: notBefore - 1 })).toEqual(['saml/certificate-expired not-yet'])
    expect(
      verifyRedirectSignature(signed(), { ...trust, now: notAfter + 1, allowExpiredCertificates: true }).ok,
    ).toBe(true)
  })

  it('refuses any change of what is signed', () => {
    const query = signed({ relayState: 'state' })
    const characters = [...query.slice(0, query.indexOf('&Signature='))].flatMap((character, at) =>
      /[A-Za-z0-9]/.test(character) ? [at] : [],
    )
    fc.assert(
      fc.property(fc.constantFrom(...characters), fc.constantFrom('A', 'b', '0', '-'), (at, character) => {
        fc.pre(query[at] !== character)
        const changed = query.slice(0, at) + character + query.slice(at + 1)
        expect(verifyRedirectSignature(changed, trust).ok).toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  it('throws for misuse alone', () => {
    for (const more of [{ certificates: [] }, { now: NaN }, { now: 1.5 }, { certificates: ['x'] }])
      expect(() => verifyRedirectSignature(signed(), { ...trust, ...more })).toThrow(FederationError)
  })

  it('says no more than the rules of decoding where there is no message', () => {
    expect(refusals('')).toEqual(['saml/binding-parameter missing'])
    expect(refusals(`${signed()}&SigAlg=x`)).toEqual(['saml/binding-parameter duplicate'])
  })

  it('verifies a signed Response that is not enveloped-signed as a whole', () => {
    const query = signed({ message: issued(), kind: 'SAMLResponse' })
    expect(verifyRedirectSignature(query, trust).ok).toBe(true)
  })
})
