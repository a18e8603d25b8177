import { deflateRawSync as deflate } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FederationError } from '../../src/core/index.js'
import { samlSigner } from '../../src/flows/index.js'
import {
  buildAuthnRequest,
  issueAuthnRequest,
  type AuthnRequestOptions,
} from '../../src/saml/authnRequest/build.js'
import type {
  AuthnRequestExpectation,
  RegisteredServiceProvider,
} from '../../src/saml/authnRequest/expectation.js'
import { validateAuthnRequest } from '../../src/saml/authnRequest/validate.js'
import { encodePost } from '../../src/saml/bindings/encodePost.js'
import { encodeRedirect } from '../../src/saml/bindings/encodeRedirect.js'
import type { MessageInput } from '../../src/saml/bindings/input.js'
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

const SSO = 'https://idp.example.com/sso'
const APP = 'https://app.example.com/saml'
const ACS = 'https://app.example.com/saml/acs'
const OPTIONS: AuthnRequestOptions = { id: '_request', now: NOW, issuer: APP, destination: SSO, acsURL: ACS }

const unsigning: RegisteredServiceProvider = { entityID: APP, acsURLs: [ACS, `${ACS}/2`] }
const signing: RegisteredServiceProvider = { ...unsigning, certificates: [idpCertificate] }
const other: RegisteredServiceProvider = {
  entityID: 'https://other.example.com',
  acsURLs: ['https://other.example.com/acs'],
  certificates: [otherCertificate],
}
const base: AuthnRequestExpectation = { sps: [other, unsigning], destination: SSO, now: NOW }
const asSigning: AuthnRequestExpectation = { ...base, sps: [other, signing] }

const xml = buildAuthnRequest(OPTIONS)
const signedXML = issueAuthnRequest(OPTIONS, idpSigner)
const redirect = (more: object = {}): MessageInput => {
  const url = encodeRedirect({ message: xml, kind: 'SAMLRequest', destination: SSO, ...more })
  return { binding: 'redirect', query: url.slice(url.indexOf('?') + 1) }
}

function refusals(
  message: MessageInput | Uint8Array | string,
  more: Partial<AuthnRequestExpectation> = {},
): string[] {
  const verdict = validateAuthnRequest(message, { ...base, ...more })
  expect(verdict.ok).toBe(false)
  return told(verdict.findings.filter(({ severity }) => severity === 'error'))
}

describe('validateAuthnRequest', () => {
  const value = {
    id: '_request',
    issuer: APP,
    acsURL: ACS,
    destination: SSO,
    issueInstant: NOW,
    nameIDFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
    allowCreate: false,
    forceAuthn: false,
    isPassive: false,
  }

  it('takes an unsigned request, in whatever form', () => {
    const forms = [
      xml,
      Buffer.from(xml),
      Buffer.from(xml).toString('base64'),
      redirect(),
      { binding: 'post', body: `SAMLRequest=${encodeURIComponent(Buffer.from(xml).toString('base64'))}` },
    ] as const
    for (const message of forms)
      expect(validateAuthnRequest(message, base)).toEqual({ ok: true, findings: [], value })
  })

  it('takes a signed request by POST, with its RelayState', () => {
    const { fields } = encodePost({
      message: signedXML,
      kind: 'SAMLRequest',
      destination: SSO,
      relayState: 'a&b',
    })
    const verdict = validateAuthnRequest({ binding: 'post', body: { ...fields } }, asSigning)
    expect(verdict.value).toEqual({ ...value, relayState: 'a&b', verifiedBy: idpCertificate.sha256 })
    expect(validateAuthnRequest(signedXML, asSigning).value?.verifiedBy).toBe(idpCertificate.sha256)
  })

  it('takes a signed request by Redirect, with its RelayState', () => {
    const verdict = validateAuthnRequest(redirect({ relayState: 'é', signer: idpSigner }), asSigning)
    expect(verdict).toEqual({
      ok: true,
      findings: [],
      value: { ...value, relayState: 'é', verifiedBy: idpCertificate.sha256 },
    })
  })

  it('hands on what is asked for', () => {
    const asked = buildAuthnRequest({
      ...OPTIONS,
      acsURL: `${ACS}/2`,
      nameIDFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
      allowCreate: true,
      forceAuthn: true,
      isPassive: true,
      requestedAuthnContext: ['urn:a', 'urn:b'],
      comparison: 'minimum',
      providerName: 'Ada & friends',
    })
    expect(validateAuthnRequest(asked, base).value).toEqual({
      ...value,
      acsURL: `${ACS}/2`,
      nameIDFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
      allowCreate: true,
      forceAuthn: true,
      isPassive: true,
      requestedAuthnContext: { comparison: 'minimum', classRefs: ['urn:a', 'urn:b'] },
      providerName: 'Ada & friends',
    })
  })

  it('answers at the first registered URL where none is asked for, and passes over what it may', () => {
    const plain =
      `<p:AuthnRequest xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="a" Version="2.0" IssueInstant="2026-11-25T12:00:00.123Z" ForceAuthn="1" IsPassive="0">` +
      `<Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">${APP}</Issuer>` +
      '<p:Extensions><x:a xmlns:x="urn:x"><x:b ID="b"/></x:a></p:Extensions><p:NameIDPolicy AllowCreate="1"/>' +
      `<Conditions><AudienceRestriction><Audience>${APP}</Audience></AudienceRestriction></Conditions>` +
      '<p:RequestedAuthnContext><AuthnContextClassRef>urn:c</AuthnContextClassRef></p:RequestedAuthnContext>' +
      '<p:Scoping ProxyCount="0"><p:RequesterID>urn:r</p:RequesterID></p:Scoping></p:AuthnRequest>'
    expect(validateAuthnRequest(plain, base).value).toEqual({
      id: 'a',
      issuer: APP,
      acsURL: ACS,
      issueInstant: NOW + 1,
      allowCreate: true,
      forceAuthn: true,
      isPassive: false,
      requestedAuthnContext: { comparison: 'exact', classRefs: ['urn:c'] },
    })
  })

  it('takes a request up to its age, and the skew of clocks', () => {
    for (const now of [NOW - 60, NOW + 360]) expect(validateAuthnRequest(xml, { ...base, now }).ok).toBe(true)
    expect(refusals(xml, { now: NOW - 61 })).toEqual(['saml/request-issue-instant future'])
    expect(refusals(xml, { now: NOW + 361 })).toEqual(['saml/request-issue-instant stale'])
    expect(validateAuthnRequest(xml, { ...base, now: NOW + 3660, maxAgeSeconds: 3600 }).ok).toBe(true)
    expect(refusals(xml, { now: NOW + 1, maxAgeSeconds: 0, clockSkewSeconds: 0 })).toEqual([
      'saml/request-issue-instant stale',
    ])
  })

  const edit = (from: string | RegExp, to: string) => (text: string) => {
    const edited = text.replace(from, to)
    expect(edited).not.toBe(text)
    return edited
  }
  const inside = (element: string) => edit('<samlp:NameIDPolicy', `${element}<samlp:NameIDPolicy`)
  const attribute = (written: string) => edit(' ID="', ` ${written} ID="`)
  const SAML = 'urn:oasis:names:tc:SAML:2.0:assertion'

  it.each<[string, (text: string) => string]>([
    ['saml/message html', () => '<html></html>'],
    ['saml/xml-doctype present', (text) => `<!DOCTYPE a>${text}`],
    ['saml/xml-well-formed end-tag', edit('</saml:Issuer>', '</saml:Issue>')],
    ['saml/request root', () => issued()],
    ['saml/request root', edit(/AuthnRequest/g, 'LogoutRequest')],
    ['saml/request namespace', edit('urn:oasis:names:tc:SAML:2.0:protocol', 'urn:other')],
    ['saml/request-structure text', edit('<saml:Issuer', 'text<saml:Issuer')],
    [
      'saml/request-structure order',
      edit(/(<saml:Issuer.*<\/saml:Issuer>)(.*)(<\/samlp:AuthnRequest>)/, '$2$1$3'),
    ],
    ['saml/request-structure several', edit(/<samlp:NameIDPolicy.*<\/samlp:NameIDPolicy>/, '$&$&')],
    ['saml/request-structure unexpected', inside('<a xmlns="urn:a"/>')],
    [
      'saml/id duplicate',
      inside('<samlp:Extensions><x:a xmlns:x="urn:x" ID="_request"/></samlp:Extensions>'),
    ],
    [
      'saml/id duplicate',
      inside('<samlp:Extensions><x:a xmlns:x="urn:x" xml:id="_request"/></samlp:Extensions>'),
    ],
    ['saml/id attribute', attribute('Id="_b"')],
    ['saml/request-id missing', edit(' ID="_request"', '')],
    ['saml/request-id form', edit(' ID="_request"', ' ID="1"')],
    ['saml/request-id form', edit(' ID="_request"', ' ID=""')],
    ['saml/request-issuer missing', edit(/<saml:Issuer.*<\/saml:Issuer>/, '')],
    ['saml/request-issuer case', edit(`${APP}<`, 'https://app.example.com/SAML<')],
    ['saml/request-issuer trailing-slash', edit(`${APP}<`, `${APP}/<`)],
    ['saml/request-issuer white-space', edit(`${APP}<`, ` ${APP}<`)],
    ['saml/request-issuer unknown', edit(`${APP}<`, 'https://evil.example.com<')],
    ['saml/request-issuer format', edit('<saml:Issuer', `<saml:Issuer Format="urn:a"`)],
    ['saml/request-version mismatch', edit('Version="2.0"', 'Version="1.1"')],
    ['saml/request-version missing', edit('Version="2.0"', '')],
    ['saml/request-issue-instant missing', edit(/IssueInstant="[^"]*"/, '')],
    ['saml/request-issue-instant malformed', edit(/IssueInstant="[^"]*"/, 'IssueInstant="yesterday"')],
    ['saml/request-destination mismatch', edit(SSO, 'https://other.example.com/sso')],
    ['saml/request-destination trailing-slash', edit(SSO, `${SSO}/`)],
    ['saml/request-acs unregistered', edit(`"${ACS}"`, '"https://evil.example.com/acs"')],
    ['saml/request-acs unregistered', edit(`"${ACS}"`, `"${ACS}/../acs"`)],
    ['saml/request-acs unregistered', edit(`"${ACS}"`, `"${ACS}?a=b"`)],
    ['saml/request-acs unregistered', edit(`"${ACS}"`, '"https://other.example.com/acs"')],
    ['saml/request-acs unregistered', edit(`"${ACS}"`, '""')],
    ['saml/request-acs case', edit(`"${ACS}"`, '"https://APP.example.com/saml/acs"')],
    ['saml/request-acs trailing-slash', edit(`"${ACS}"`, `"${ACS}/"`)],
    ['saml/request-acs index', attribute('AssertionConsumerServiceIndex="0"')],
    ['saml/request-protocol-binding mismatch', edit('bindings:HTTP-POST', 'bindings:HTTP-Artifact')],
    ['saml/request-protocol-binding mismatch', edit('bindings:HTTP-POST', 'bindings:HTTP-Redirect')],
    [
      'saml/request-subject present',
      inside(`<saml:Subject xmlns:saml="${SAML}"><saml:NameID>a</saml:NameID></saml:Subject>`),
    ],
    [
      'saml/request-nameid-policy encrypted',
      edit(/Format="[^"]*"/, 'Format="urn:oasis:names:tc:SAML:2.0:nameid-format:encrypted"'),
    ],
    [
      'saml/request-nameid-policy qualifier',
      edit(/Format="/, 'SPNameQualifier="https://other.example.com" Format="'),
    ],
    ['saml/request-flags malformed', attribute('ForceAuthn="yes"')],
    ['saml/request-flags malformed', attribute('IsPassive=""')],
    ['saml/request-flags malformed', edit(/Format="/, 'AllowCreate="TRUE" Format="')],
    [
      'saml/request-authn-context none',
      edit('</samlp:AuthnRequest>', '<samlp:RequestedAuthnContext/></samlp:AuthnRequest>'),
    ],
    [
      'saml/request-authn-context comparison',
      edit(
        '</samlp:AuthnRequest>',
        `<samlp:RequestedAuthnContext Comparison="best"><saml:AuthnContextClassRef xmlns:saml="${SAML}">a</saml:AuthnContextClassRef></samlp:RequestedAuthnContext></samlp:AuthnRequest>`,
      ),
    ],
    [
      'saml/request-authn-context declaration',
      edit(
        '</samlp:AuthnRequest>',
        `<samlp:RequestedAuthnContext><saml:AuthnContextDeclRef xmlns:saml="${SAML}">a</saml:AuthnContextDeclRef></samlp:RequestedAuthnContext></samlp:AuthnRequest>`,
      ),
    ],
  ])('refuses by %s (case %#)', (refusal, change) => {
    expect(refusals(change(xml))).toEqual([refusal])
  })

  it('reads an entityID that a comment parts as a whole, and refuses what it is not', () => {
    expect(refusals(xml.replace(`${APP}<`, `${APP}<!---->.evil.example<`))).toEqual([
      'saml/request-issuer unknown',
    ])
  })

  it('says everything that is wrong with what a request means', () => {
    const wrong = xml
      .replace('Version="2.0"', 'Version="3"')
      .replace(`"${ACS}"`, '"https://evil.example.com"')
      .replace(SSO, 'https://evil.example.com/sso')
    expect(refusals(wrong)).toEqual([
      'saml/request-acs unregistered',
      'saml/request-destination mismatch',
      'saml/request-version mismatch',
    ])
  })

  it('says what is wrong with a binding before anything else', () => {
    expect(refusals({ binding: 'redirect', query: 'SAMLRequest=a&SAMLRequest=b' })).toEqual([
      'saml/binding-parameter duplicate',
    ])
    const { query } = redirect() as { query: string }
    expect(refusals({ binding: 'redirect', query: query.replace('SAMLRequest', 'SAMLResponse') })).toEqual([
      'saml/binding-parameter other-kind',
    ])
    expect(refusals({ binding: 'post', body: { SAMLRequest: '!' } })).toEqual(['saml/base64 alphabet'])
    expect(refusals(1 as unknown as string)).toEqual(['saml/message binary'])
  })

  it.each<[string, Partial<AuthnRequestExpectation> | undefined]>([
    ['nothing', undefined],
    ['no instant', { now: NaN }],
    ['an instant in milliseconds', { now: Date.now() * 1000 }],
    ['no list', { sps: {} as RegisteredServiceProvider[] }],
    ['no ACS URL', { sps: [{ entityID: APP, acsURLs: [] }] }],
    ['javascript:', { sps: [{ entityID: APP, acsURLs: ['javascript:alert(1)'] }] }],
    ['an http ACS URL', { sps: [{ entityID: APP, acsURLs: ['http://app.example.com'] }] }],
    ['an entityID twice', { sps: [unsigning, signing] }],
    ['no entityID', { sps: [{ entityID: '', acsURLs: [ACS] }] }],
    ['signatures that nothing verifies', { sps: [{ ...unsigning, requireSigned: true }] }],
    ['a certificate that is none', { sps: [{ ...unsigning, certificates: ['x'] }] }],
    ['an http destination', { destination: 'http://idp.example.com' }],
    ['a negative skew', { clockSkewSeconds: -1 }],
    ['half a second', { maxAgeSeconds: 0.5 }],
    ['a text as flag', { allowSHA1: 'yes' as unknown as boolean }],
  ])('throws for an expectation with %s', (_name, more) => {
    expect(() =>
      validateAuthnRequest(xml, (more && { ...base, ...more }) as AuthnRequestExpectation),
    ).toThrow(FederationError)
  })
})

describe('the signature of a request', () => {
  it('is required of an application that has certificates, unless it is said not to be', () => {
    expect(refusals(xml, asSigning)).toEqual(['saml/request-signature-missing missing'])
    expect(refusals(redirect(), asSigning)).toEqual(['saml/request-signature-missing missing'])
    const lenient = { ...base, sps: [{ ...signing, requireSigned: false }] }
    expect(validateAuthnRequest(xml, lenient).value).not.toHaveProperty('verifiedBy')
    expect(validateAuthnRequest(signedXML, lenient).value?.verifiedBy).toBe(idpCertificate.sha256)
    expect(refusals(signedXML.replace(ACS, `${ACS}/2`), lenient)).toEqual(['saml/digest mismatch'])
  })

  it('is refused where nothing can verify it', () => {
    expect(refusals(signedXML)).toEqual(['saml/request-signature-unknown-key no-certificate'])
    expect(refusals(redirect({ signer: idpSigner }))).toEqual([
      'saml/request-signature-unknown-key no-certificate',
    ])
  })

  it('must be by a key of the application that the request names (S48)', () => {
    expect(refusals(issueAuthnRequest(OPTIONS, otherSigner), asSigning)).toEqual(['saml/signature mismatch'])
    expect(refusals(redirect({ signer: otherSigner }), asSigning)).toEqual(['saml/signature mismatch'])
    // The key of the one with the name of the other.
    const asOther = issueAuthnRequest(
      { ...OPTIONS, issuer: other.entityID, acsURL: other.acsURLs[0]! },
      idpSigner,
    )
    expect(refusals(asOther, asSigning)).toEqual(['saml/signature mismatch'])
  })

  it('makes a Destination necessary', () => {
    const silent = xml.replace(` Destination="${SSO}"`, '')
    expect(validateAuthnRequest(silent, base).ok).toBe(true)
    const query = redirect({ message: silent, signer: idpSigner })
    expect(refusals(query, asSigning)).toEqual(['saml/request-destination missing'])
  })

  it('is not taken from a message that came by Redirect', () => {
    // No encoder of ours would send it.
    const smuggled = redirect({ message: xml })
    const { query } = smuggled as { query: string }
    expect(query).toContain('SAMLRequest=')
    expect(() => redirect({ message: signedXML })).toThrow(FederationError)
    const mixed = { binding: 'redirect' as const, query: withMessage(signedXML) }
    expect(refusals(mixed, asSigning)).toEqual(['saml/request-signature-placement redirect'])
  })

  it('covers message and RelayState of a query, and cannot be cut off', () => {
    const { query } = redirect({ relayState: 'a', signer: idpSigner }) as { query: string }
    const changed = (from: string | RegExp, to: string): string[] =>
      refusals({ binding: 'redirect', query: query.replace(from, to) }, asSigning)
    expect(changed('RelayState=a', 'RelayState=b')).toEqual(['saml/signature mismatch'])
    expect(changed('&RelayState=a', '')).toEqual(['saml/signature mismatch'])
    expect(changed(/&Signature=.*/, '')).toEqual(['saml/request-signature-missing half'])
    expect(changed(/&SigAlg=.*/, '')).toEqual(['saml/request-signature-missing missing'])
    const lenient = { sps: [{ ...signing, requireSigned: false }] }
    expect(refusals({ binding: 'redirect', query: query.replace(/&Signature=.*/, '') }, lenient)).toEqual([
      'saml/request-signature-missing half',
    ])
  })

  it.each(['rsa-sha256', 'rsa-sha384', 'rsa-sha512'] as const)('may be %s', (alg) => {
    const signer = samlSigner(idpKey, alg)
    const inKeyInfo = issueAuthnRequest({ ...OPTIONS, certificate: idpPEM }, signer)
    expect(validateAuthnRequest(inKeyInfo, asSigning).ok).toBe(true)
    expect(validateAuthnRequest(redirect({ signer }), asSigning).ok).toBe(true)
  })

  it('holds certificates against the time', () => {
    const now = idpCertificate.notAfter + 1
    const late = issueAuthnRequest({ ...OPTIONS, now }, idpSigner)
    expect(refusals(late, { ...asSigning, now })).toEqual(['saml/certificate-expired expired'])
    expect(validateAuthnRequest(late, { ...asSigning, now, allowExpiredCertificates: true }).ok).toBe(true)
  })
})

describe('any change of a signed request', () => {
  const genuine = validateAuthnRequest(signedXML, asSigning).value
  const piece = fc.constantFrom(
    '',
    'a',
    ' ',
    '<',
    '>',
    '"',
    '&',
    '/',
    '<!-- -->',
    '<a/>',
    '\n',
    '#',
    '2',
    '<samlp:Extensions/>',
  )

  it('is refused, or changes nothing of what is read', () => {
    const change = fc.record({ at: fc.nat(signedXML.length), drop: fc.nat(3), put: piece })
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 2 }), (changes) => {
        let text = signedXML
        for (const { at, drop, put } of changes) text = text.slice(0, at) + put + text.slice(at + drop)
        const verdict = validateAuthnRequest(text, asSigning)
        if (verdict.ok) expect(verdict.value).toEqual(genuine)
      }),
      { numRuns: 5000 },
    )
  })
})

function withMessage(message: string): string {
  const kind = 'SAMLRequest'
  const url = encodeRedirect({ message: xml, kind, destination: SSO })
  const deflated = Buffer.from(deflate(message)).toString('base64')
  return url
    .slice(url.indexOf('?') + 1)
    .replace(/SAMLRequest=.*/, `SAMLRequest=${encodeURIComponent(deflated)}`)
}

describe('a signed part in a forged request (S06)', () => {
  const NS =
    'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'
  const issuer = `<saml:Issuer>${APP}</saml:Issuer>`
  const forged = (content: string, id = '_forged'): string =>
    `<samlp:AuthnRequest ${NS} ID="${id}" Version="2.0" IssueInstant="2026-11-25T12:00:00Z" Destination="${SSO}" AssertionConsumerServiceURL="${ACS}/2">${content}</samlp:AuthnRequest>`
  const genuine = signedXML
  const signature = /<ds:Signature .*<\/ds:Signature>/.exec(signedXML)?.[0] ?? ''
  const assertion = /<saml:Assertion .*<\/saml:Assertion>/.exec(issued())?.[0] ?? ''
  const response = issued(undefined, { sign: 'response' })
  const object = (content: string): string =>
    signature.replace('</ds:Signature>', `<ds:Object>${content}</ds:Object></ds:Signature>`)
  const keyInfo = (content: string): string =>
    signature.replace('</ds:Signature>', `<ds:KeyInfo>${content}</ds:KeyInfo></ds:Signature>`)

  it('has what it needs', () => {
    expect(signature).toContain('_request')
    expect(assertion).toContain('Signature')
    expect(validateAuthnRequest(genuine, asSigning).ok).toBe(true)
  })

  it.each<[string, string, readonly string[]]>([
    [
      'an assertion as child',
      forged(issuer + assertion),
      ['saml/request-nested assertion', 'saml/request-structure unexpected'],
    ],
    [
      'an assertion in Extensions',
      forged(`${issuer}<samlp:Extensions>${assertion}</samlp:Extensions>`),
      ['saml/request-nested assertion'],
    ],
    [
      'an assertion deep in Extensions',
      forged(`${issuer}<samlp:Extensions><x xmlns="urn:x"><y>${assertion}</y></x></samlp:Extensions>`),
      ['saml/request-nested assertion'],
    ],
    [
      'an assertion in Conditions',
      forged(`${issuer}<saml:Conditions>${assertion}</saml:Conditions>`),
      ['saml/request-nested assertion'],
    ],
    [
      'an assertion in Scoping',
      forged(`${issuer}<samlp:Scoping>${assertion}</samlp:Scoping>`),
      ['saml/request-nested assertion'],
    ],
    [
      'an assertion in Subject',
      forged(
        `${issuer}<saml:Subject><saml:SubjectConfirmation><saml:SubjectConfirmationData>${assertion}</saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject>`,
      ),
      ['saml/request-nested assertion'],
    ],
    [
      'an assertion in an Issuer',
      forged(`<saml:Issuer>${assertion}</saml:Issuer>`),
      ['saml/request-nested assertion'],
    ],
    [
      'an encrypted assertion',
      forged(`${issuer}<samlp:Extensions><saml:EncryptedAssertion/></samlp:Extensions>`),
      ['saml/request-nested assertion'],
    ],
    [
      'a Response',
      forged(`${issuer}<samlp:Extensions>${response}</samlp:Extensions>`),
      ['saml/request-nested message'],
    ],
    [
      'the genuine request in Extensions',
      forged(`${issuer}<samlp:Extensions>${genuine}</samlp:Extensions>`),
      ['saml/request-nested message'],
    ],
    [
      'the genuine request as child',
      forged(`${issuer}${genuine}`),
      ['saml/request-nested message', 'saml/request-structure unexpected'],
    ],
    [
      'the genuine request in an Object of its signature',
      forged(issuer + object(genuine)),
      ['saml/request-nested message'],
    ],
    ['the genuine request in KeyInfo', forged(issuer + keyInfo(genuine)), ['saml/request-nested message']],
    [
      'the same ID in another namespace',
      forged(
        `${issuer}${signature}<samlp:Extensions><x:AuthnRequest xmlns:x="urn:x" ID="_request"/></samlp:Extensions>`,
      ),
      ['saml/signature-reference other-element'],
    ],
    ['its signature alone', forged(issuer + signature), ['saml/signature-reference other-element']],
    ['its signature and its ID', forged(issuer + signature, '_request'), ['saml/digest mismatch']],
    [
      'its ID twice',
      forged(
        `${issuer}${signature}<samlp:Extensions><x:a xmlns:x="urn:x" ID="_request"/></samlp:Extensions>`,
        '_request',
      ),
      ['saml/id duplicate'],
    ],
    [
      'its signature in Extensions',
      forged(`${issuer}<samlp:Extensions>${signature}</samlp:Extensions>`, '_request'),
      ['saml/request-signature-placement misplaced'],
    ],
    [
      'its signature at the end',
      forged(`${issuer}<samlp:NameIDPolicy/>${signature}`, '_request'),
      ['saml/request-structure order'],
    ],
    [
      'its signature before the issuer',
      forged(signature + issuer, '_request'),
      ['saml/request-structure order'],
    ],
    ['two signatures', genuine.replace(signature, signature + signature), ['saml/request-structure several']],
    [
      'a signature in its signature',
      forged(issuer + keyInfo(signature), '_request'),
      ['saml/digest mismatch', 'saml/request-signature-placement misplaced'],
    ],
    ['a signature of no namespace', forged(`${issuer}<Signature/>`), ['saml/request-structure unexpected']],
    [
      'a signature of another namespace in Extensions',
      forged(`${issuer}<samlp:Extensions><x:Signature xmlns:x="urn:x"/></samlp:Extensions>`),
      ['saml/request-signature-placement misplaced'],
    ],
    ['a changed URL', genuine.replace(`"${ACS}"`, `"${ACS}/2"`), ['saml/digest mismatch']],
    [
      'an added attribute',
      genuine.replace(' Version=', ' ForceAuthn="true" Version='),
      ['saml/digest mismatch'],
    ],
    [
      'an added element',
      genuine.replace(
        '<samlp:NameIDPolicy',
        '<samlp:Extensions><a xmlns="urn:a"/></samlp:Extensions><samlp:NameIDPolicy',
      ),
      ['saml/digest mismatch'],
    ],
    [
      'a processing instruction',
      genuine.replace('<samlp:NameIDPolicy', '<?a b?><samlp:NameIDPolicy'),
      ['saml/xml-processing-instruction present'],
    ],
    [
      'a comment in the signature',
      genuine.replace('<ds:SignatureValue>', '<ds:SignatureValue><!-- -->'),
      ['saml/signature-structure comment'],
    ],
  ])('is refused: %s', (_name, message, expected) => {
    expect(refusals(message, asSigning)).toEqual(expected)
    // Nor does it pass where no signature is asked for.
    const lenient = { sps: [other, { ...signing, requireSigned: false }] }
    expect(refusals(message, lenient)).toEqual(expected)
  })

  it('is refused by Redirect, too, however good the signature of the query is', () => {
    for (const content of [assertion, genuine]) {
      const message = forged(`${issuer}<samlp:Extensions>${content}</samlp:Extensions>`)
      expect(refusals(redirect({ message, signer: idpSigner }), asSigning)).not.toEqual([])
    }
  })
})
