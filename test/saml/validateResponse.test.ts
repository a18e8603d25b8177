import { describe, expect, it } from 'vitest'
import { FederationError } from '../../src/core/index.js'
import { inspectResponse, validateResponse, type ResponseExpectation } from '../../src/saml/index.js'
import {
  ADA,
  expectation,
  idpCertificate,
  idpPEM,
  issued,
  NOW,
  otherCertificate,
  otherSigner,
  SP,
  told,
} from '../support/saml.js'

const xml = issued()
const base64 = Buffer.from(xml).toString('base64')

describe('validateResponse', () => {
  it('gives an identity of signed values alone', () => {
    const verdict = validateResponse(base64, expectation())
    expect(verdict.findings).toEqual([])
    expect(verdict).toMatchObject({
      ok: true,
      value: {
        protocol: 'saml',
        nameID: 'ada@example.com',
        issuer: 'https://idp.example.com/saml',
        accessControl: { CostCenter: 'blue', Department: 'billing' },
        sessionIndex: '_id2',
        authnInstant: NOW,
        inResponseTo: '_request',
        assertionID: '_id2',
        notOnOrAfter: NOW + 300,
        verifiedBy: idpCertificate.sha256,
      },
    })
    // Nobody signed the Response around the assertion.
    expect(verdict.value).not.toHaveProperty('responseID')
    expect(Object.getPrototypeOf(verdict.value?.attributes)).toBeNull()
    expect(Object.getPrototypeOf(verdict.value?.accessControl)).toBeNull()
  })

  it.each([
    ['XML text', xml],
    ['XML bytes', Buffer.from(xml)],
    ['base64', base64],
    ['base64 in bytes', new Uint8Array(Buffer.from(base64))],
    ['base64 in lines', base64.replace(/.{76}/g, '$&\r\n')],
  ])('takes %s', (_, message) => {
    expect(validateResponse(message, expectation()).ok).toBe(true)
  })

  it.each(['assertion', 'response', 'both'] as const)('takes a signed %s', (sign) => {
    const verdict = validateResponse(issued(ADA, { sign }), expectation())
    expect(verdict.ok).toBe(true)
    expect(verdict.value?.responseID).toBe(sign === 'assertion' ? undefined : '_id1')
  })

  it('takes each of a set of certificates, as PEM or parsed, and says which one verified', () => {
    const certificates = [otherCertificate, idpPEM]
    const idp = { entityID: expectation().idp.entityID, certificates }
    expect(validateResponse(xml, expectation({ idp })).value?.verifiedBy).toBe(idpCertificate.sha256)
    const other = issued(ADA, { signer: otherSigner })
    expect(validateResponse(other, expectation({ idp })).value?.verifiedBy).toBe(otherCertificate.sha256)
  })

  it('tells a certificate that the message brings along from one that is trusted', () => {
    const other = issued(ADA, { signer: otherSigner, certificate: otherCertificate })
    const verdict = validateResponse(other, expectation())
    expect(told(verdict.findings)).toEqual(['saml/signature untrusted-certificate'])
    expect(verdict.findings[0]?.actual).toContain(otherCertificate.sha256)
  })

  it('needs every signature to verify', () => {
    const both = issued(ADA, { sign: 'both' })
    // The second SignatureValue is the assertion's; the Response's own digest goes with it.
    const at = both.lastIndexOf('<ds:SignatureValue>') + '<ds:SignatureValue>'.length
    const broken = `${both.slice(0, at)}${both[at] === 'A' ? 'B' : 'A'}${both.slice(at + 1)}`
    expect(told(validateResponse(broken, expectation()).findings)).toEqual([
      'saml/digest mismatch',
      'saml/signature mismatch',
    ])
  })

  it('returns all findings past the gates', () => {
    const verdict = validateResponse(
      xml,
      expectation({
        sp: { entityID: `${SP.entityID}/`, acsURL: SP.acsURL.toUpperCase() },
        now: NOW + 3600,
        inResponseTo: '_other',
      }),
    )
    expect(told(verdict.findings)).toEqual([
      'saml/audience trailing-slash',
      'saml/destination case',
      'saml/in-response-to mismatch',
      'saml/not-on-or-after expired',
      'saml/recipient case',
    ])
  })

  it('takes an assertion up to the last second, with the skew on both sides', () => {
    const at = (now: number, clockSkewSeconds?: number): string[] =>
      told(validateResponse(xml, expectation({ now, clockSkewSeconds })).findings)
    expect(at(NOW + 300 + 59)).toEqual([])
    expect(at(NOW + 300 + 60)).toEqual(['saml/not-on-or-after expired'])
    expect(at(NOW + 299, 0)).toEqual([])
    expect(at(NOW + 300, 0)).toEqual(['saml/not-on-or-after expired'])
    expect(at(NOW, 0)).toEqual([])
    // IssueInstant and AuthnInstant are those of the issuer's clock, NotBefore a minute earlier.
    expect(at(NOW - 60)).toEqual([])
    expect(at(NOW - 61)).toEqual(['saml/authn-statement future', 'saml/issue-instant future'])
    expect(at(NOW - 120)).not.toContain('saml/not-before not-yet')
    expect(at(NOW - 121)).toContain('saml/not-before not-yet')
  })

  it('tells solicited, unsolicited and unchecked responses apart', () => {
    const unsolicited = issued({ ...ADA, inResponseTo: undefined })
    const of = (message: string, inResponseTo: ResponseExpectation['inResponseTo']): string[] =>
      told(validateResponse(message, expectation({ inResponseTo })).findings)
    expect(of(xml, ['_another', '_request'])).toEqual([])
    expect(of(xml, null)).toEqual(['saml/in-response-to solicited'])
    expect(of(xml, undefined)).toEqual(['saml/in-response-to-unchecked unchecked'])
    expect(of(unsolicited, null)).toEqual([])
    expect(of(unsolicited, '_request')).toEqual(['saml/in-response-to missing'])
    expect(of(unsolicited, undefined)).toEqual(['saml/in-response-to-unchecked unchecked'])
    expect(of(xml, '__proto__')).toEqual(['saml/in-response-to mismatch'])
    // None outstanding is not the same as none expected.
    expect(of(unsolicited, [])).toEqual(['saml/in-response-to missing'])
    expect(of(xml, [])).toEqual(['saml/in-response-to mismatch'])
  })

  it('reads no tags while attributes for access control are off', () => {
    const verdict = validateResponse(xml, expectation({ abac: 'off' }))
    expect(verdict.value?.accessControl).toEqual({})
    expect(Object.keys(verdict.value?.attributes ?? {})).toHaveLength(2)
  })

  it('asks of a service provider’s own sign-ins what SAML asks', () => {
    const login = {
      to: 'application',
      sp: SP,
      nameID: 'ada',
      nameIDFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
      attributes: [
        { name: 'groups', values: ['a', 'b', 'constructor'] },
        { name: '__proto__', values: ['x'] },
      ],
    } as const
    const message = issued(login)
    expect(told(validateResponse(message, expectation({ inResponseTo: null })).findings)).toEqual([
      'saml/attribute-multi-valued several',
      'saml/nameid-format other',
      'saml/nameid-value no-at',
    ])
    const verdict = validateResponse(
      message,
      expectation({ inResponseTo: null, profile: 'service-provider' }),
    )
    expect(verdict.findings).toEqual([])
    expect(verdict.value).toMatchObject({ nameID: 'ada', nameIDFormat: login.nameIDFormat })
    expect(verdict.value?.attributes['groups']).toEqual(['a', 'b', 'constructor'])
    expect(verdict.value?.attributes['__proto__']).toEqual(['x'])
    expect(verdict.value?.attributes['constructor']).toBeUndefined()
  })

  it('throws for misuse alone', () => {
    const wrong: readonly Partial<Record<keyof ResponseExpectation, unknown>>[] = [
      { idp: { entityID: 'x', certificates: [] } },
      { idp: { entityID: '', certificates: [idpPEM] } },
      { idp: { entityID: 'x', certificates: ['no PEM'] } },
      { idp: { entityID: 'x', certificates: new Array(1) } },
      { idp: { entityID: 'x', certificates: [{ ...idpCertificate, notAfter: undefined }] } },
      { idp: { entityID: 'x', certificates: [{ ...idpCertificate, keyBits: 2048n }] } },
      { idp: { entityID: 'x', certificates: [{ ...idpCertificate, publicKey: { type: 'public' } }] } },
      { sp: { entityID: 'x', acsURL: '' } },
      { sp: undefined },
      { now: 1.5 },
      { now: undefined },
      { clockSkewSeconds: -1 },
      { abac: true },
      { profile: 'none' },
      { inResponseTo: [1] },
      { inResponseTo: '' },
      { allowSHA1: 'yes' },
    ]
    for (const more of wrong) {
      expect(() => validateResponse(xml, { ...expectation(), ...more } as ResponseExpectation)).toThrow(
        FederationError,
      )
    }
  })
})

describe('what a message makes long', () => {
  const long = 'a'.repeat(250_000)
  it.each([
    ['the name of its root', `<${long}/>`],
    ['its reference', xml.replace(/URI="[^"]*"/, `URI="#${long}"`)],
    ['its NameID', xml.replace('ada@', `${long}@`)],
    ['the ID of its assertion', xml.replaceAll('_id2', long)],
    [
      'its audiences',
      xml.replace(
        /<saml:Audience>.*<\/saml:Audience>/,
        '<saml:Audience>urn:amazon:webservices</saml:Audience>'.repeat(2_000),
      ),
    ],
    [
      'the way to its signatures',
      `<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:s="urn:s" ID="a">${`<${'n'.repeat(1_900)}>`.repeat(58)}${'<s:Signature ID="q"/>'.repeat(100)}${`</${'n'.repeat(1_900)}>`.repeat(58)}</p:Response>`,
    ],
  ])('stays short in what is said of it: %s', (_, message) => {
    const { verdict, claimed } = inspectResponse(message, expectation())
    expect(verdict.ok).toBe(false)
    expect(JSON.stringify({ findings: verdict.findings, claimed }).length).toBeLessThan(100_000)
    expect(JSON.stringify(validateResponse(message, expectation())).length).toBeLessThan(50_000)
  })
})

describe('inspectResponse', () => {
  it('reads on past a bad signature, proves nothing and names nobody', () => {
    const forged = xml
      .replace('ada@example.com', 'eve@example.com')
      .replace(SP.entityID, 'urn:amazon:webservices')
    const { verified, verdict, rules, claimed } = inspectResponse(forged, expectation())
    expect(verified).toBe(false)
    expect(verdict.ok).toBe(false)
    expect(verdict).not.toHaveProperty('value')
    expect(claimed.nameID).toBe('eve@example.com')
    expect(told(verdict.findings)).toEqual([
      'saml/audience mismatch',
      'saml/connector iam-federation',
      'saml/digest mismatch',
    ])
    const outcomes = new Map(rules.map(({ rule, outcome }) => [rule.id, outcome]))
    expect(outcomes.get('saml/recipient')).toBe('pass')
    expect(outcomes.get('saml/signature')).toBe('cantTell')
  })

  it('agrees with validateResponse on what is accepted', () => {
    const { verified, verdict, rules } = inspectResponse(base64, expectation())
    expect(verified).toBe(true)
    expect(verdict).toEqual(validateResponse(base64, expectation()))
    expect(rules.map(({ outcome }) => outcome)).not.toContain('cantTell')
  })

  it('says nothing of the rest of what is no message', () => {
    const { verified, rules, claimed } = inspectResponse('eyJhbGciOiJSUzI1NiJ9.e30.AAAA', expectation())
    expect(verified).toBe(false)
    expect(claimed).toEqual({})
    expect(rules.find(({ rule }) => rule.id === 'saml/message')?.outcome).toBe('fail')
  })
})

describe('whatever is handed in', () => {
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk', 'base64')
  it.each<[string, Uint8Array | string, string]>([
    ['nothing', '', 'saml/message empty'],
    ['no bytes', new Uint8Array(), 'saml/message empty'],
    ['white space', ' \r\n', 'saml/message empty'],
    ['a page', '<!DOCTYPE html><html><body>Sign in</body></html>', 'saml/message html'],
    ['a page in base64', Buffer.from('<html></html>').toString('base64'), 'saml/message html'],
    ['a JWT', 'eyJhbGciOiJSUzI1NiJ9.e30.AAAA', 'saml/message jwt'],
    ['a form', `SAMLResponse=${encodeURIComponent(base64)}&RelayState=x`, 'saml/message form'],
    ['a form field as sent', encodeURIComponent(base64.replace(/.$/, '+/==')), 'saml/base64 percent-encoded'],
    ['base64 that is cut off', base64.slice(0, 1001), 'saml/base64 length'],
    ['base64 that is cut off with its padding', base64.slice(0, 1002), 'saml/base64 padding'],
    [
      'base64 of URLs',
      `${Buffer.from('\u00ff\u00fe~', 'latin1').toString('base64url')}____`,
      'saml/base64 alphabet',
    ],
    ['an image', png, 'saml/message binary'],
    ['an image in base64', png.toString('base64'), 'saml/message not-xml'],
    ['base64 twice', Buffer.from(base64).toString('base64'), 'saml/message not-xml'],
    [
      'XML that is cut off',
      xml.slice(0, xml.indexOf('</saml:NameID>')),
      'saml/xml-well-formed unclosed-element',
    ],
    ['UTF-16', Buffer.from(`\ufeff${xml}`, 'utf16le'), 'saml/encoding utf-16'],
    ['a byte order mark', Buffer.from(`\ufeff${xml}`), 'saml/encoding byte-order-mark'],
    [
      'bytes that are not UTF-8',
      Buffer.concat([Buffer.from(xml.slice(0, 400)), Buffer.from([0xc0, 0x80])]),
      'saml/encoding invalid-utf-8',
    ],
    [
      'a request',
      '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"/>',
      'saml/response root',
    ],
    ['too much', ' '.repeat(600_000), 'saml/message-size too-large'],
    ['too much XML', `<a>${'x'.repeat(262_144)}</a>`, 'saml/message-size too-large'],
  ])('is told in one finding: %s', (_, message, finding) => {
    const verdict = validateResponse(message, expectation())
    const [first, ...more] = told(verdict.findings)
    // A message of another kind is told by its root; that it is no Response otherwise is told, too.
    if (finding !== 'saml/response root') expect(more).toEqual([])
    expect([first, ...more]).toContain(finding)
  })

  it('is refused even where it is of no type that there is', () => {
    const odd = [Object.create(Uint8Array.prototype), new Proxy(new Uint8Array(4), {}), new Uint16Array(4)]
    for (const message of [undefined, null, 42, {}, [], Symbol('x'), ...odd] as unknown[]) {
      expect(told(validateResponse(message as string, expectation()).findings)).toEqual([
        'saml/message binary',
      ])
    }
  })
})
