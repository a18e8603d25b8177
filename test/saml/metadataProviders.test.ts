import { describe, expect, it } from 'vitest'
import { assertAccepted } from '../../src/core/index.js'
import { parseCertificate, validateResponse } from '../../src/saml/index.js'
import { parseMetadata } from '../../src/saml/metadata.js'
import type { EntityMetadata } from '../../src/saml/metadata/types.js'
import { EMAIL_ADDRESS, HTTP_POST, HTTP_REDIRECT } from '../../src/saml/names.js'
import { pemOf } from '../support/certificates.js'
import { idpCertificate, IDP as ISSUER, issued, SP, told, NOW as ISSUED } from '../support/saml.js'
import {
  adfs,
  CERTIFICATE,
  entra,
  google,
  group,
  identityCenter,
  idp,
  keycloak,
  keyOf,
  NEXT,
  NOW,
  okta,
  sp,
} from './metadataDocuments.js'

const certificate = assertAccepted(parseCertificate(pemOf(CERTIFICATE)))
const next = assertAccepted(parseCertificate(pemOf(NEXT)))
const read = (xml: string | Uint8Array, entityID?: string): EntityMetadata =>
  assertAccepted(parseMetadata(xml, { now: NOW, entityID }))

describe('metadata as providers write it', () => {
  it("Okta's", () => {
    const location = 'https://example.okta.com/app/amazon_aws_sso/exk1fcia8zpMZ7y8q0h8/sso/saml'
    const verdict = parseMetadata(okta, { now: NOW })
    expect(verdict.findings).toEqual([])
    expect(verdict.value).toEqual({
      entityID: 'http://www.okta.com/exk1fcia8zpMZ7y8q0h8',
      idp: {
        certificates: [certificate],
        singleSignOnServices: [
          { binding: HTTP_POST, location },
          { binding: HTTP_REDIRECT, location },
        ],
        nameIDFormats: ['urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified', EMAIL_ADDRESS],
        wantAuthnRequestsSigned: false,
      },
    })
  })

  it("Okta's, as the guide has it copied: from its root's start tag to its end tag, and not more (R051)", () => {
    const copied = okta.slice(okta.indexOf('<md:EntityDescriptor'), okta.lastIndexOf('>') + 1)
    expect(read(copied)).toEqual(read(okta))
    for (const prefix of ['saml2', 'x'])
      expect(read(copied.replaceAll('md:', `${prefix}:`).replace('xmlns:md', `xmlns:${prefix}`))).toEqual(
        read(okta),
      )
    const unprefixed = copied.replaceAll('<md:', '<').replaceAll('</md:', '</').replace('xmlns:md', 'xmlns')
    expect(read(unprefixed)).toEqual(read(okta))
    expect(told(parseMetadata(`${copied}\nCopy`, { now: NOW }).findings)).toEqual([
      'saml/xml-well-formed outside-root',
    ])
    expect(told(parseMetadata(copied.slice(0, -5), { now: NOW }).findings)).toEqual([
      'saml/xml-well-formed end-tag',
    ])
    expect(told(parseMetadata(`-${copied}`, { now: NOW }).findings)).toEqual([
      'saml/metadata-form text-before',
    ])
  })

  it("Google's, until it expires", () => {
    const { validUntil, idp: provider } = read(google)
    expect(validUntil).toBe(Date.UTC(2031, 2, 5, 12, 10, 28) / 1000)
    expect(provider?.singleSignOnServices[0]?.location).toBe(
      'https://accounts.google.com/o/saml2/idp?idpid=C0example',
    )
    expect(parseMetadata(google, { now: (validUntil ?? 0) - 1 }).ok).toBe(true)
    expect(told(parseMetadata(google, { now: validUntil ?? 0 }).findings)).toEqual([
      'saml/metadata-valid-until expired',
    ])
  })

  it("Entra's: several keys, no word on NameIDs, and WS-Federation that is passed over", () => {
    const verdict = parseMetadata(entra, { now: NOW })
    expect(told(verdict.findings)).toEqual(['saml/metadata-nameid-format-missing missing'])
    expect(verdict.value?.idp?.certificates).toEqual([certificate, next])
    // As it is downloaded.
    const marked = parseMetadata(Buffer.from(`\ufeff${entra}`), { now: NOW })
    expect(told(marked.findings)).toContain('saml/metadata-byte-order-mark present')
    expect(marked.value).toEqual(verdict.value)
  })

  it("Keycloak's, a group of one that must be named", () => {
    expect(told(parseMetadata(keycloak, { now: NOW }).findings)).toEqual(['saml/metadata-entity unchosen'])
    const entity = read(keycloak, 'https://sso.example.com/realms/platform')
    expect(entity.idp?.wantAuthnRequestsSigned).toBe(true)
    expect(entity.idp?.singleSignOnServices.map(({ binding }) => binding)).toEqual([HTTP_POST, HTTP_REDIRECT])
    expect(entity.idp?.certificates).toEqual([certificate])
  })

  it("Keycloak's with the wrong hostname, which Identity Center does not take", () => {
    const broken = idp().replaceAll('https://idp.example.com/', 'https:/keycloak/')
    expect(told(parseMetadata(broken, { now: NOW }).findings)).toEqual([
      'saml/metadata-entity-id malformed',
      'saml/metadata-location malformed',
    ])
  })

  it("AD FS's: both roles, keys for encryption, ACS URLs of other bindings", () => {
    const verdict = parseMetadata(adfs, { now: NOW })
    expect(verdict.findings.map(({ rule, path }) => `${rule} ${path}`)).toEqual([
      'saml/metadata-encryption-key /EntityDescriptor/IDPSSODescriptor/KeyDescriptor[1]',
      'saml/metadata-encryption-key /EntityDescriptor/SPSSODescriptor/KeyDescriptor[1]',
    ])
    expect(verdict.value?.idp?.certificates).toEqual([certificate])
    expect(verdict.value?.sp).toEqual({
      certificates: [certificate],
      assertionConsumerServices: [
        { binding: HTTP_POST, location: 'https://adfs.example.com/adfs/ls/', index: 0, isDefault: true },
      ],
      nameIDFormats: [EMAIL_ADDRESS],
      authnRequestsSigned: false,
      wantAssertionsSigned: true,
    })
  })

  it("Identity Center's own, for an identity provider to import (R049)", () => {
    const { entityID, sp: service } = read(identityCenter)
    expect(entityID).toBe(SP.entityID)
    expect(service?.assertionConsumerServices).toEqual([
      { binding: HTTP_POST, location: SP.acsURL, index: 0, isDefault: true },
    ])
  })
})

describe('what is read', () => {
  it('keeps signing certificates in order and each once, whatever their use attribute', () => {
    const keys = [
      keyOf(NEXT),
      keyOf(CERTIFICATE),
      keyOf(CERTIFICATE).replace(' use="signing"', ''),
      keyOf(NEXT),
    ]
    expect(read(idp({ keys: keys.join('') })).idp?.certificates).toEqual([next, certificate])
  })

  it('takes the earliest end and the shortest duration of all that stand around', () => {
    const entity = idp()
      .replace(
        '<md:EntityDescriptor',
        '<md:EntityDescriptor validUntil="2030-01-01T00:00:00Z" cacheDuration="P2D"',
      )
      .replace('<md:IDPSSO', '<md:IDPSSO'.concat(''))
    const whole = group(entity)
      .replace(
        '<md:EntitiesDescriptor',
        '<md:EntitiesDescriptor validUntil="2029-01-01T00:00:00Z" cacheDuration="P1M"',
      )
      .replace('<md:IDPSSODescriptor', '<md:IDPSSODescriptor cacheDuration="PT1H30M9.9S"')
    const { validUntil, cacheDurationSeconds } = read(whole, 'https://idp.example.com/saml')
    expect(validUntil).toBe(Date.UTC(2029, 0, 1) / 1000)
    expect(cacheDurationSeconds).toBe(5409)
    const durations = [['P1Y2M3DT4H5M6S', 36_993_906], ['PT0S', 0], ['P100Y', 3_153_600_000]] as const // prettier-ignore
    for (const [text, seconds] of durations)
      expect(read(idp().replace('entityID', `cacheDuration="${text}" entityID`)).cacheDurationSeconds).toBe(
        seconds,
      )
  })

  it('is frozen through and through', () => {
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      // Node's key objects are their own.
      value.constructor?.name.endsWith('KeyObject') ||
      (Object.isFrozen(value) && Object.values(value).every(frozen))
    expect(frozen(read(adfs))).toBe(true)
  })

  it('holds nothing of a prototype that a document names', () => {
    const odd = sp({ entity: 'entityID="urn:__proto__"' })
    expect(Object.keys(read(odd))).toEqual(['entityID', 'sp'])
  })

  it('is what validateResponse trusts', () => {
    const base64 = idpCertificate.pem.replace(/-----[A-Z ]+-----|\n/g, '')
    const { entityID, idp: provider } = read(idp({ entity: `entityID="${ISSUER}"`, keys: keyOf(base64) }))
    const verdict = validateResponse(issued(), {
      idp: { entityID, certificates: provider?.certificates ?? [] },
      sp: SP,
      now: ISSUED,
      inResponseTo: '_request',
    })
    expect(verdict.ok).toBe(true)
  })
})
