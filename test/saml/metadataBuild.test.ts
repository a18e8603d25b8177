import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assertAccepted, FederationError } from '../../src/core/index.js'
import { parseCertificate } from '../../src/saml/index.js'
import { parseMetadata } from '../../src/saml/metadata.js'
import { buildMetadata } from '../../src/saml/metadata/build.js'
import type { EntityDescription } from '../../src/saml/metadata/element.js'
import { identityProvider, identityProviderOf } from '../../src/saml/metadata/provider.js'
import type { EntityMetadata } from '../../src/saml/metadata/types.js'
import { EMAIL_ADDRESS, HTTP_POST, HTTP_REDIRECT } from '../../src/saml/names.js'
import { canonicalize } from '../../src/saml/xml/canonicalize.js'
import { parseDocument } from '../../src/saml/xml/document.js'
import { pemOf } from '../support/certificates.js'
import { SP, told } from '../support/saml.js'
import { CERTIFICATE, EXPIRED, IDP, NEXT, NOW, okta } from './metadataDocuments.js'

const certificate = assertAccepted(parseCertificate(pemOf(CERTIFICATE)))
const next = assertAccepted(parseCertificate(pemOf(NEXT)))
const location = 'https://idp.example.com/sso'
const idp = {
  certificates: [certificate],
  singleSignOnServices: [{ binding: HTTP_POST, location }],
} as const
const service = { assertionConsumerServices: [{ location: SP.acsURL }] } as const

function thrown(act: () => unknown): FederationError {
  try {
    act()
  } catch (error) {
    if (error instanceof FederationError) return error
    throw error
  }
  throw new Error('Nothing was thrown.')
}

describe('buildMetadata', () => {
  it('describes an identity provider, with what is not said left at its default', () => {
    const xml = buildMetadata({ entityID: IDP, idp })
    expect(xml).toBe(
      `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${IDP}"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${CERTIFICATE}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:NameIDFormat>${EMAIL_ADDRESS}</md:NameIDFormat><md:SingleSignOnService Binding="${HTTP_POST}" Location="${location}"></md:SingleSignOnService></md:IDPSSODescriptor></md:EntityDescriptor>`,
    )
    expect(canonicalize(parseDocument(xml))).toBe(xml)
  })

  it('describes Identity Center as a service provider, without single logout (R022, R049)', () => {
    const xml = buildMetadata({ entityID: SP.entityID, sp: { ...service, wantAssertionsSigned: true } })
    expect(xml).not.toContain('SingleLogoutService')
    expect(assertAccepted(parseMetadata(xml, { now: NOW }))).toEqual({
      entityID: SP.entityID,
      sp: {
        certificates: [],
        assertionConsumerServices: [{ binding: HTTP_POST, location: SP.acsURL, index: 0, isDefault: false }],
        nameIDFormats: [EMAIL_ADDRESS],
        authnRequestsSigned: false,
        wantAssertionsSigned: true,
      },
    })
  })

  it('lets no value out of its place', () => {
    const entityID = 'urn:x:"><md:KeyDescriptor/><!--&amp;\''
    const xml = buildMetadata({ entityID, sp: service })
    expect(assertAccepted(parseMetadata(xml, { now: NOW })).entityID).toBe(entityID)
  })

  it('describes what another receiver than Identity Center asks for', () => {
    const persistent = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'
    const xml = buildMetadata({ entityID: IDP, idp: { ...idp, nameIDFormats: [persistent] } })
    expect(xml).toContain(persistent)
    expect(told(parseMetadata(xml, { now: NOW }).findings)).toEqual(['saml/metadata-nameid-format other'])
  })

  const wrong: readonly (readonly [what: string, entity: unknown])[] = [
    ['nothing', undefined],
    ['no role', { entityID: IDP }],
    ['no entityID', { idp }],
    ['an empty entityID', { entityID: '', idp }],
    ['a long entityID', { entityID: `urn:${'x'.repeat(1021)}`, idp }],
    ['a control character', { entityID: 'urn:\u0000', idp }],
    ['half a surrogate pair', { entityID: 'urn:\ud83d', idp }],
    ['an object as a text', { entityID: { toString: () => IDP }, idp }],
    ['no certificate', { entityID: IDP, idp: { ...idp, certificates: [] } }],
    ['a broken certificate', { entityID: IDP, idp: { ...idp, certificates: ['x'] } }],
    ['no sign-in URL', { entityID: IDP, idp: { ...idp, singleSignOnServices: [] } }],
    ['sign-in URLs that are no list', { entityID: IDP, idp: { ...idp, singleSignOnServices: {} } }],
    ['a script as URL', { entityID: IDP, idp: { ...idp, singleSignOnServices: [{ binding: HTTP_POST, location: 'javascript:x' }] } }],
    ['another binding', { entityID: IDP, idp: { ...idp, singleSignOnServices: [{ binding: 'urn:x', location }] } }],
    ['a NameIDFormat with white space', { entityID: IDP, idp: { ...idp, nameIDFormats: ['a b'] } }],
    ['an empty NameIDFormat', { entityID: IDP, idp: { ...idp, nameIDFormats: [''] } }],
    ['a flag that is a text', { entityID: IDP, idp: { ...idp, wantAuthnRequestsSigned: 'false' } }],
    ['no ACS URL', { entityID: IDP, sp: { assertionConsumerServices: [] } }],
    ['an ACS for HTTP-Redirect', { entityID: IDP, sp: { assertionConsumerServices: [{ binding: HTTP_REDIRECT, location }] } }],
    ['the same index twice', { entityID: IDP, sp: { assertionConsumerServices: [{ location, index: 1 }, { location, index: 1 }] } }],
    ['an index that is none', { entityID: IDP, sp: { assertionConsumerServices: [{ location, index: 1.5 }] } }],
    ['a validUntil that is none', { entityID: IDP, idp, validUntil: Infinity }],
    ['a validUntil beyond the year 9999', { entityID: IDP, idp, validUntil: 253_402_300_800 }],
    ['a cache duration that is none', { entityID: IDP, idp, cacheDurationSeconds: -1 }],
    ['more than 75,000 characters', { entityID: IDP, sp: { assertionConsumerServices: Array.from({ length: 600 }, () => ({ location })) } }],
  ] // prettier-ignore

  it.each(wrong)('throws for %s', (_, entity) => {
    expect(thrown(() => buildMetadata(entity as EntityDescription)).code).toBe('ERR_INVALID_OPTION')
  })

  it('tells by its findings what is wrong', () => {
    const entity: EntityDescription = {
      entityID: IDP,
      idp: { ...idp, singleSignOnServices: [{ binding: HTTP_POST, location: 'data:,' }] },
    }
    expect(told(thrown(() => buildMetadata(entity)).findings)).toEqual(['saml/metadata-location scheme'])
  })

  const word = fc.stringMatching(/^[A-Za-z0-9._~-]{1,12}$/)
  const url = fc
    .tuple(word, fc.webPath({ size: 'small' }), fc.option(word, { nil: undefined }))
    .map(([host, path, query]) => `https://${host.replace(/[^A-Za-z0-9]/g, 'x')}.example.com/${path.replace(/[^\w/.-]/g, '')}${query === undefined ? '' : `?${query}&a=b`}`) // prettier-ignore
  const text = fc.string({ unit: 'binary', maxLength: 40 }).map((value) =>
    // Any character that XML holds, but white space.
    [...value].filter((character) => !/[\s\p{Cc}\p{Cs}\ufffe\uffff]/u.test(character)).join(''),
  )
  const formats = fc.uniqueArray(
    text.filter((value) => value !== ''),
    { maxLength: 3 },
  )
  const certificates = fc.subarray([certificate, next])
  const provider = fc.record({
    certificates: fc.subarray([certificate, next], { minLength: 1 }),
    singleSignOnServices: fc.array(
      fc.record({ binding: fc.constantFrom(HTTP_POST, HTTP_REDIRECT), location: url }),
      { minLength: 1, maxLength: 3 },
    ),
    nameIDFormats: formats.map((list) => [EMAIL_ADDRESS, ...list]),
    wantAuthnRequestsSigned: fc.boolean(),
  })
  const consumer = fc.record({
    certificates,
    assertionConsumerServices: fc.uniqueArray(
      fc.record({
        binding: fc.constant(HTTP_POST),
        location: url,
        index: fc.nat({ max: 65_535 }),
        isDefault: fc.boolean(),
      }),
      { minLength: 1, maxLength: 3, selector: ({ index }) => index },
    ),
    nameIDFormats: formats,
    authnRequestsSigned: fc.boolean(),
    wantAssertionsSigned: fc.boolean(),
  })
  const metadata: fc.Arbitrary<EntityMetadata> = fc
    .record(
      {
        entityID: text.map((value) => `urn:example:${value}`),
        validUntil: fc.integer({ min: NOW + 1, max: 253_402_300_799 }),
        cacheDurationSeconds: fc.nat({ max: 3_153_600_000 }),
        idp: provider,
        sp: consumer,
      },
      { requiredKeys: ['entityID'] },
    )
    .filter((entity) => entity.idp !== undefined || entity.sp !== undefined)

  it('is read back as it was, whatever it describes', () => {
    fc.assert(
      fc.property(metadata, (entity) => {
        const xml = buildMetadata(entity)
        expect(buildMetadata(entity)).toBe(xml)
        const verdict = parseMetadata(xml, { now: NOW })
        expect(assertAccepted(verdict)).toEqual(entity)
        expect(parseMetadata(Buffer.from(xml), { now: NOW })).toEqual(verdict)
        expect(canonicalize(parseDocument(xml))).toBe(xml)
      }),
      { numRuns: 300 },
    )
  })
})

describe('parseMetadata of anything', () => {
  it('never throws, and accepts no entity without what is required', () => {
    const pieces = okta.split(/(?=[<>"= ])/)
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(pieces.length), fc.nat(pieces.length), fc.string({ maxLength: 4 })), {
          maxLength: 3,
        }),
        (edits) => {
          const changed = [...pieces]
          for (const [at, from, more] of edits) changed.splice(at, 1, (pieces[from] ?? '') + more)
          const verdict = parseMetadata(changed.join(''), { now: NOW })
          if (!verdict.ok) return
          const { entityID, idp: read } = verdict.value
          expect(entityID).not.toBe('')
          expect(read?.certificates.length).toBeGreaterThan(0)
          for (const { location: url } of read?.singleSignOnServices ?? [])
            expect(url).toMatch(/^https?:\/\/\w/)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it.each([[NaN], [-1], [1.5], [Infinity], ['1' as unknown as number]])('throws for now = %s', (now) => {
    expect(thrown(() => parseMetadata(okta, { now })).code).toBe('ERR_INVALID_OPTION')
  })

  it.each([
    [{ entityID: '' }],
    [{ certificates: [] }],
    [{ certificates: ['x'] }],
    [{ certificates: 'x' as unknown as string[] }],
  ])('throws for %j', (more) => {
    expect(thrown(() => parseMetadata(okta, { now: NOW, ...more })).code).toBe('ERR_INVALID_OPTION')
  })
})

describe('identityProvider (R047)', () => {
  const settings = { entityID: IDP, signInURL: location, certificates: [pemOf(CERTIFICATE), next] }

  it('is the same by hand and by metadata', () => {
    const byHand = assertAccepted(identityProvider(settings, { now: NOW }))
    const xml = buildMetadata({ entityID: IDP, idp: { ...idp, certificates: [certificate, next] } })
    const byMetadata = identityProviderOf(assertAccepted(parseMetadata(xml, { now: NOW })))
    expect(byHand).toEqual(byMetadata)
    expect(byHand).toEqual({ entityID: IDP, signInURL: location, certificates: [certificate, next] })
    expect(Object.isFrozen(byHand) && Object.isFrozen(byHand.certificates)).toBe(true)
  })

  it('is held against the same rules, told of what was typed in', () => {
    const verdict = identityProvider(
      { entityID: 'https:/idp', signInURL: 'javascript:x', certificates: [] },
      { now: NOW },
    )
    expect(verdict.findings.map(({ rule, path }) => `${rule} ${path}`)).toEqual([
      'saml/metadata-entity-id entityID',
      'saml/metadata-certificate certificates',
      'saml/metadata-location signInURL',
    ])
  })

  it('warns of a certificate that has expired', () => {
    const certificates = [pemOf(CERTIFICATE), pemOf(EXPIRED)]
    const verdict = identityProvider({ ...settings, certificates }, { now: NOW })
    expect(verdict.ok).toBe(true)
    expect(verdict.findings.map(({ rule, path }) => `${rule} ${path}`)).toEqual([
      'saml/metadata-certificate-validity certificates[1]',
    ])
  })

  it('can be changed in its two URLs (R048)', () => {
    const before = assertAccepted(identityProvider(settings, { now: NOW }))
    const signInURL = 'https://idp.example.com/other'
    expect(assertAccepted(identityProvider({ ...before, signInURL }, { now: NOW }))).toEqual({
      ...before,
      signInURL,
    })
  })

  it('is none of a service provider', () => {
    const entity = assertAccepted(parseMetadata(buildMetadata({ entityID: IDP, sp: service }), { now: NOW }))
    expect(thrown(() => identityProviderOf(entity)).code).toBe('ERR_INVALID_OPTION')
  })
})
