import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Signer } from '../../src/core/ports.js'
import {
  buildAuthnRequest,
  issueAuthnRequest,
  issueAuthnRequestAsync,
  type AuthnRequestOptions,
} from '../../src/saml/authnRequest/build.js'
import { canonicalize } from '../../src/saml/xml/canonicalize.js'
import { illegalCharacterIn } from '../../src/saml/xml/characters.js'
import { parseDocument } from '../../src/saml/xml/document.js'
import { attributeOf, elementsOf, textOf } from '../../src/saml/xml/query.js'
import { idpCertificate, idpPEM, idpSigner, NOW, otherCertificate } from '../support/saml.js'

const OPTIONS: AuthnRequestOptions = {
  id: '_request',
  now: NOW,
  issuer: 'https://app.example.com/saml',
  destination: 'https://idp.example.com/sso',
  acsURL: 'https://app.example.com/saml/acs',
}

describe('buildAuthnRequest', () => {
  it('asks as Identity Center does', () => {
    expect(buildAuthnRequest(OPTIONS)).toBe(
      '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" AssertionConsumerServiceURL="https://app.example.com/saml/acs" Destination="https://idp.example.com/sso" ID="_request" IssueInstant="2026-11-25T12:00:00Z" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Version="2.0">' +
        '<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">https://app.example.com/saml</saml:Issuer>' +
        '<samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"></samlp:NameIDPolicy>' +
        '</samlp:AuthnRequest>',
    )
  })

  it('asks for what it is told, in the order of the schema', () => {
    const root = parseDocument(
      buildAuthnRequest({
        ...OPTIONS,
        nameIDFormat: 'urn:f',
        allowCreate: false,
        forceAuthn: true,
        isPassive: false,
        requestedAuthnContext: ['urn:a', 'urn:b'],
        providerName: 'A',
      }),
    )
    const [, policy, context] = elementsOf(root)
    expect(elementsOf(root).map(({ local }) => local)).toEqual([
      'Issuer',
      'NameIDPolicy',
      'RequestedAuthnContext',
    ])
    expect([
      attributeOf(root, 'ForceAuthn'),
      attributeOf(root, 'IsPassive'),
      attributeOf(root, 'ProviderName'),
    ]).toEqual(['true', 'false', 'A'])
    expect([attributeOf(policy!, 'Format'), attributeOf(policy!, 'AllowCreate')]).toEqual(['urn:f', 'false'])
    expect(attributeOf(context!, 'Comparison')).toBe('exact')
    expect(elementsOf(context!).map(textOf)).toEqual(['urn:a', 'urn:b'])
    expect(elementsOf(parseDocument(buildAuthnRequest({ ...OPTIONS, nameIDFormat: null })))).toHaveLength(1)
  })

  it('lets no value break out of its place: each reads as it was given', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
      fc.string({
        unit: fc.constantFrom(
          '<',
          '>',
          '&',
          '"',
          "'",
          ']]>',
          '<!--',
          '-->',
          '\n',
          '\r',
          '\t',
          ' ',
          '</saml:Issuer>',
          '&amp;',
        ),
        minLength: 1,
        maxLength: 10,
      }),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 10 }),
    )
    fc.assert(
      fc.property(text, text, text, text, (issuer, nameIDFormat, context, providerName) => {
        let xml: string
        try {
          xml = buildAuthnRequest({
            ...OPTIONS,
            issuer,
            nameIDFormat,
            requestedAuthnContext: [context],
            providerName,
          })
        } catch (error) {
          expect(illegalCharacterIn([issuer, nameIDFormat, context, providerName].join(' '))).not.toBe(-1)
          expect(error).toMatchObject({ code: 'ERR_INVALID_OPTION' })
          return
        }
        const root = parseDocument(xml)
        expect(canonicalize(root)).toBe(xml)
        const [first, policy, asked, ...more] = elementsOf(root)
        expect(more).toEqual([])
        expect(textOf(first!)).toBe(issuer)
        expect(attributeOf(policy!, 'Format')).toBe(nameIDFormat)
        expect(elementsOf(asked!).map(textOf)).toEqual([context])
        expect(attributeOf(root, 'ProviderName')).toBe(providerName)
      }),
      { numRuns: 1000 },
    )
  })

  it.each<[string, object]>([
    ['no id', { id: undefined }],
    ['an id that begins with a digit', { id: '1' }],
    ['an id that breaks out', { id: 'a" b="' }],
    ['too long an id', { id: `_${'a'.repeat(256)}` }],
    ['an instant in milliseconds', { now: NOW * 1000 }],
    ['part of a second', { now: 0.5 }],
    ['no issuer', { issuer: '' }],
    ['an issuer of 1,025 characters', { issuer: 'a'.repeat(1025) }],
    ['an issuer with NUL', { issuer: 'a\0' }],
    ['an issuer with half a surrogate pair', { issuer: 'a\ud800' }],
    ['an issuer with U+FFFE', { issuer: '\ufffe' }],
    ['an object as issuer', { issuer: { local: 'a' } }],
    ['an http destination', { destination: 'http://idp.example.com' }],
    ['a relative ACS URL', { acsURL: '/acs' }],
    ['a javascript: ACS URL', { acsURL: 'javascript:alert(1)' }],
    ['an empty format', { nameIDFormat: '' }],
    ['a text as flag', { forceAuthn: 'false' }],
    ['null as flag', { isPassive: null }],
    ['allowCreate without a policy', { nameIDFormat: null, allowCreate: true }],
    ['no context in the list', { requestedAuthnContext: [] }],
    ['no list of contexts', { requestedAuthnContext: 'urn:a' }],
    ['a number as context', { requestedAuthnContext: [1] }],
    ['an unknown comparison', { requestedAuthnContext: ['urn:a'], comparison: 'best' }],
    ['a comparison of nothing', { comparison: 'exact' }],
    ['a control character as name', { providerName: '\u0008' }],
  ])('refuses %s as misuse', (_name, more) => {
    const options = { ...OPTIONS, ...more } as AuthnRequestOptions
    expect(() => buildAuthnRequest(options)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION' }) as Error,
    )
  })
})

describe('issueAuthnRequest', () => {
  it('signs behind the issuer, the same each time, and elsewhere, too', async () => {
    const xml = issueAuthnRequest({ ...OPTIONS, certificate: idpPEM }, idpSigner)
    expect(elementsOf(parseDocument(xml)).map(({ local }) => local)).toEqual([
      'Issuer',
      'Signature',
      'NameIDPolicy',
    ])
    expect(xml).toContain(idpCertificate.pem.split('\n')[1])
    expect(issueAuthnRequest({ ...OPTIONS, certificate: idpCertificate }, idpSigner)).toBe(xml)
    const signer = {
      alg: idpSigner.alg,
      sign: async (bytes: Uint8Array) => Promise.resolve(idpSigner.sign(bytes)),
    }
    expect(await issueAuthnRequestAsync({ ...OPTIONS, certificate: idpPEM }, signer)).toBe(xml)
    expect(issueAuthnRequest(OPTIONS, idpSigner)).not.toContain('KeyInfo')
  })

  it('takes no certificate of another key', async () => {
    const wrong = expect.objectContaining({
      code: 'ERR_INVALID_OPTION',
      findings: [expect.objectContaining({ rule: 'saml/issue-certificate', reason: 'other-key' })],
    }) as Error
    const options = { ...OPTIONS, certificate: otherCertificate }
    expect(() => issueAuthnRequest(options, idpSigner)).toThrow(wrong)
    await expect(issueAuthnRequestAsync(options, idpSigner)).rejects.toThrow(wrong)
  })

  it('refuses what is no signer and no certificate as misuse', () => {
    const misuse = expect.objectContaining({ code: 'ERR_INVALID_OPTION' }) as Error
    for (const signer of [undefined, {}, { alg: 'rsa-sha1', sign: () => new Uint8Array(256) }])
      expect(() => issueAuthnRequest(OPTIONS, signer as Signer)).toThrow(misuse)
    expect(() => issueAuthnRequest({ ...OPTIONS, certificate: 'x' }, idpSigner)).toThrow(misuse)
    const broken = { alg: 'rsa-sha256', sign: () => new Uint8Array(3) } as const
    expect(() => issueAuthnRequest(OPTIONS, broken)).toThrow(
      expect.objectContaining({ code: 'ERR_SIGNER_FAILED' }) as Error,
    )
  })
})
