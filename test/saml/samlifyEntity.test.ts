import * as samlify from 'samlify'
import { describe, expect, it } from 'vitest'
import { assertAccepted } from '../../src/core/index.js'
import { validateResponse } from '../../src/saml/index.js'
import { fromSamlify, type SamlifyIdentityProvider } from '../../src/saml/samlifyEntity.js'
import { expectation, IDP, idpCertificate, issued, otherCertificate, SP, told } from '../support/saml.js'

const bare = ({ pem }: { pem: string }): string => pem.replace(/-----[A-Z ]+-----|\n/g, '')
const key = (use: string, ...certificates: readonly string[]): string =>
  `<md:KeyDescriptor${use && ` use="${use}"`}><ds:KeyInfo>${certificates
    .map((one) => `<ds:X509Data><ds:X509Certificate>${one}</ds:X509Certificate></ds:X509Data>`)
    .join('')}</ds:KeyInfo></md:KeyDescriptor>`
const [A, B] = [bare(idpCertificate), bare(otherCertificate)]

const describing = (entityID: string, content: string): string =>
  `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${entityID}">${content}</md:EntityDescriptor>`
const role = (name: string, content: string): string =>
  `<md:${name} protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${content}</md:${name}>`
const SSO =
  '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/sso"/>'
const acs = (binding: string, location: string, isDefault?: string): string =>
  `<md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="${location}" index="0"${isDefault ? ` isDefault="${isDefault}"` : ''}/>`

const idp = (keys: string, entityID = IDP) =>
  samlify.IdentityProvider({ metadata: describing(entityID, role('IDPSSODescriptor', keys + SSO)) })
const sp = (endpoints: string) =>
  samlify.ServiceProvider({ metadata: describing(SP.entityID, role('SPSSODescriptor', endpoints)) })

const thumbprints = (entity: SamlifyIdentityProvider): string[] =>
  assertAccepted(fromSamlify(entity)).idp.certificates.map(({ sha256 }) => sha256)

describe('fromSamlify', () => {
  it('gives the parts of an expectation that a Response is validated by', () => {
    const parties = {
      ...assertAccepted(fromSamlify(idp(key('signing', A)))),
      ...assertAccepted(fromSamlify(sp(acs('HTTP-POST', SP.acsURL)))),
    }
    expect(parties.idp.entityID).toBe(IDP)
    expect(parties.sp).toEqual(SP)
    expect(validateResponse(issued(), expectation(parties)).ok).toBe(true)
  })

  it.each([
    ['one', key('signing', A), [idpCertificate]],
    ['two, as before a rotation', key('signing', B) + key('signing', A), [otherCertificate, idpCertificate]],
    ['two in one KeyInfo', key('signing', A, B), [idpCertificate, otherCertificate]],
    ['one twice', key('signing', A) + key('signing', A), [idpCertificate]],
    ['one in lines', key('signing', `\n  ${A.replace(/.{64}/g, '$&\n  ')}\n`), [idpCertificate]],
    ['one without use', key('', A), [idpCertificate]],
    // Of these samlify's own look-up finds fewer.
    ['two without use', key('', A) + key('', B), [idpCertificate, otherCertificate]],
    ['one with and one without use', key('signing', A) + key('', B), [idpCertificate, otherCertificate]],
    ['one beside that for encryption', key('signing', A) + key('encryption', B), [idpCertificate]],
  ])('finds the certificates for signing: %s', (_name, keys, expected) => {
    expect(thumbprints(idp(keys))).toEqual(expected.map(({ sha256 }) => sha256))
  })

  it('trusts every certificate of a rotation', () => {
    const { idp: both } = assertAccepted(fromSamlify(idp(key('signing', B) + key('signing', A))))
    expect(validateResponse(issued(), expectation({ idp: both })).ok).toBe(true)
  })

  it('does not take a key for encryption for one for signing, as samlify does', () => {
    const entity = idp(key('encryption', A))
    expect(entity.entityMeta.getX509Certificate('signing')).toBe(A)
    expect(told(fromSamlify(entity).findings)).toEqual(['saml/samlify-certificate encryption-only'])
  })

  it('reads entities that were made from settings', () => {
    const POST = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'
    const made = samlify.IdentityProvider({
      entityID: IDP,
      signingCert: [idpCertificate.pem, otherCertificate.pem],
      singleSignOnService: [{ Binding: POST, Location: 'https://idp.example.com/sso' }],
      singleLogoutService: [{ Binding: POST, Location: 'https://idp.example.com/slo' }],
    })
    expect(thumbprints(made)).toEqual([idpCertificate.sha256, otherCertificate.sha256])
    const receiver = samlify.ServiceProvider({
      entityID: SP.entityID,
      assertionConsumerService: [{ Binding: POST, Location: SP.acsURL }],
    })
    expect(assertAccepted(fromSamlify(receiver)).sp).toEqual(SP)
  })

  it.each([
    ['no certificate', () => fromSamlify(idp('')), 'saml/samlify-certificate missing'],
    [
      'a certificate that is none',
      () => fromSamlify(idp(key('signing', 'AAAA'))),
      'saml/samlify-certificate unreadable',
    ],
    [
      'a good certificate and one that is none',
      () => fromSamlify(idp(key('signing', A) + key('signing', 'AAAA'))),
      'saml/samlify-certificate unreadable',
    ],
    ['no entityID', () => fromSamlify(idp(key('signing', A), '')), 'saml/samlify-metadata entity-id'],
    [
      'another protocol',
      () =>
        fromSamlify(
          samlify.IdentityProvider({
            metadata: describing(
              IDP,
              role('IDPSSODescriptor', key('signing', A) + SSO).replace(
                'SAML:2.0:protocol',
                'SAML:1.1:protocol',
              ),
            ),
          }),
        ),
      'saml/samlify-metadata role',
    ],
    [
      'the role twice',
      () =>
        fromSamlify(
          samlify.IdentityProvider({
            metadata: describing(
              IDP,
              role('IDPSSODescriptor', key('signing', A) + SSO) +
                role('IDPSSODescriptor', key('signing', B) + SSO),
            ),
          }),
        ),
      'saml/samlify-metadata several',
    ],
    [
      'a document type',
      () =>
        fromSamlify(
          samlify.IdentityProvider({
            metadata: `<!DOCTYPE a>${describing(IDP, role('IDPSSODescriptor', key('signing', A) + SSO))}`,
          }),
        ),
      'saml/samlify-metadata unreadable',
    ],
    ['no ACS', () => fromSamlify(sp('')), 'saml/samlify-acs missing'],
    [
      'no ACS for HTTP-POST',
      () => fromSamlify(sp(acs('HTTP-Artifact', SP.acsURL))),
      'saml/samlify-acs missing',
    ],
    [
      'two',
      () =>
        fromSamlify(sp(acs('HTTP-POST', 'https://a.example/1') + acs('HTTP-POST', 'https://a.example/2'))),
      'saml/samlify-acs several',
    ],
    [
      'two defaults',
      () =>
        fromSamlify(
          sp(acs('HTTP-POST', 'https://a.example/1', 'true') + acs('HTTP-POST', 'https://a.example/2', '1')),
        ),
      'saml/samlify-acs several',
    ],
    ['an ACS without URL', () => fromSamlify(sp(acs('HTTP-POST', ''))), 'saml/samlify-acs location'],
  ])('refuses an entity with %s', (_name, read, refusal) => {
    const verdict = read()
    expect(verdict.ok).toBe(false)
    expect([...new Set(told(verdict.findings))]).toEqual([refusal])
  })

  it('takes the one ACS of HTTP-POST, or of several the default one', () => {
    const taken = (endpoints: string) => assertAccepted(fromSamlify(sp(endpoints))).sp.acsURL
    expect(
      taken(acs('HTTP-Artifact', 'https://a.example/1', 'true') + acs('HTTP-POST', 'https://a.example/2')),
    ).toBe('https://a.example/2')
    // Here samlify takes the last.
    expect(
      taken(acs('HTTP-POST', 'https://a.example/1', 'true') + acs('HTTP-POST', 'https://a.example/2')),
    ).toBe('https://a.example/1')
  })

  it('refuses what is no entity as misuse', () => {
    for (const entity of [
      undefined,
      {},
      { entityType: 'idp' },
      { entityType: 'aa', entityMeta: { getMetadata: () => '' } },
    ])
      expect(() => fromSamlify(entity as unknown as SamlifyIdentityProvider)).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_OPTION' }) as Error,
      )
  })
})
