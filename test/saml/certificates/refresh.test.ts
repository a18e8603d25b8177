import { describe, expect, it } from 'vitest'
import { assertAccepted, FederationError } from '../../../src/core/index.js'
import {
  importCertificate,
  inboundSet,
  parseCertificateSet,
  parseMetadata,
  recordCertificateUse,
  refreshCertificates,
  removeCertificate,
  type CertificateChange,
  type EntityMetadata,
  type InboundSet,
  type RefreshOptions,
  type TrustedCertificate,
} from '../../../src/saml/index.js'
import { idp, keyOf } from '../metadataDocuments.js'
import { certificateText, pemOf, vectorKey } from '../../support/certificates.js'
import { certificate, DAY, keys } from '../../support/certificateSets.js'
import { IDP, NOW, told } from '../../support/saml.js'

const now = NOW
const a = certificate({ to: 60 })
const b = certificate({ key: keys[1], serial: 2, to: 700 })
const expired = certificate({ key: keys[2], serial: 3, from: -90, to: -1 })
const empty = inboundSet({ entityID: IDP })

const metadata = (
  certificates: readonly TrustedCertificate[],
  more: Partial<EntityMetadata> = {},
): EntityMetadata => ({
  entityID: IDP,
  idp: { certificates, singleSignOnServices: [], nameIDFormats: [], wantAuthnRequestsSigned: false },
  ...more,
})
const refresh = (
  set: InboundSet,
  certificates: readonly TrustedCertificate[],
  options: Partial<RefreshOptions> = {},
): CertificateChange<InboundSet> => {
  const change = refreshCertificates(set, metadata(certificates), { now, ...options })
  if (!change.ok) expect(change.set).toBe(set)
  return change
}
const digests = ({ set }: CertificateChange<InboundSet>): string[] =>
  set.certificates.map(({ sha256 }) => sha256)
const used = (set: InboundSet, one: TrustedCertificate, day: number): InboundSet =>
  assertAccepted(recordCertificateUse(set, one.sha256, { now: now + day * DAY }))
/** A set that came from metadata, twenty days ago. */
const from = (...certificates: TrustedCertificate[]): InboundSet =>
  assertAccepted(refresh(empty, certificates, { now: now - 20 * DAY }))

const IN_USE = 'saml/certificate-refresh in-use'
const UNKNOWN = 'saml/certificate-refresh use-unknown'

describe('a refresh', () => {
  it('begins a set from metadata with several certificates, and remembers until when it holds', () => {
    const xml = idp({
      keys: [a, b].map(({ pem }) => keyOf(pem.replace(/-----.*-----|\n/g, ''))).join(''),
      entity: `entityID="${IDP}" validUntil="2026-12-25T12:00:00Z" cacheDuration="PT6H"`,
    })
    const read = assertAccepted(parseMetadata(xml, { now }))
    const change = refreshCertificates(inboundSet({ entityID: read.entityID }), read, { now })
    expect(change.findings).toEqual([])
    expect(change.value?.certificates).toEqual(
      [a, b].map(({ sha256, pem }) => ({ sha256, pem, from: 'metadata', trustedSince: now })),
    )
    expect(change.value?.metadata).toEqual({
      readAt: now,
      validUntil: now + 30 * DAY,
      readAgainAt: now + 21_600,
    })
    expect(change.audit).toMatchObject({
      action: 'refresh',
      outcome: 'done',
      added: [a.sha256, b.sha256],
      removed: [],
    })
  })

  it('takes a certificate that is offered twice for one', () => {
    const change = refresh(empty, [a, a, b, a])
    expect(change.audit.added).toEqual([a.sha256, b.sha256])
    expect(parseCertificateSet(change.set, { now }).value).toEqual(change.set)
  })

  it('adds what is new, and keeps what is offered still', () => {
    const change = refresh(used(from(a), a, -1), [a, b])
    expect([digests(change), change.audit.added]).toEqual([[a.sha256, b.sha256], [b.sha256]])
    expect(change.set.certificates[0]?.lastUsedAt).toBe(now - DAY)
  })

  it('lets go of what is unused, or has expired', () => {
    const unused = used(used(from(a, b), a, -15), b, -1)
    const early = used(unused, b, -14)
    expect(digests(refresh(early, [b]))).toEqual([b.sha256])
    expect(digests(refresh(from(a, b), [b], { now: a.notAfter + 1 }))).toEqual([b.sha256])
  })

  it('that would drop the one in use, or one that may be, is refused unless forced', () => {
    const set = used(from(a), a, -1)
    expect(told(refresh(set, [b]).findings)).toEqual([IN_USE])
    expect(told(refresh(from(a), [b]).findings)).toEqual([UNKNOWN])
    expect(told(refresh(used(used(from(a, b), a, -15), b, -14), [b]).findings)).toEqual([UNKNOWN])
    expect(digests(refresh(set, [b], { force: true }))).toEqual([b.sha256])
    expect(refresh(set, [b], { force: true }).audit).toMatchObject({ added: [b.sha256], removed: [a.sha256] })
    expect(digests(refresh(set, [b], { keep: true }))).toEqual([a.sha256, b.sha256])
  })

  it('never takes away what a person imported', () => {
    const set = assertAccepted(importCertificate(from(a), b, { now: now - DAY }))
    expect(digests(refresh(set, [a]))).toEqual([a.sha256, b.sha256])
  })

  it('never leaves none that verifies, even by force', () => {
    const set = from(a)
    const notYet = certificate({ key: keys[3], serial: 4, from: 1 })
    const ec = assertAccepted(
      importCertificate(empty, pemOf(certificateText({ key: vectorKey('ec-p256') })), { now }),
    )
    const force = { force: true }
    expect(told(refresh(set, [expired], force).findings)).toEqual(['saml/certificate-refresh-last only', 'saml/certificate-skipped expired']) // prettier-ignore
    expect(told(refresh(set, [notYet], force).findings)).toEqual(['saml/certificate-import-not-yet not-yet', 'saml/certificate-refresh-last last-valid']) // prettier-ignore
    expect(ec.certificates.length).toBe(1)
    expect(told(refresh(empty, [expired]).findings)).toContain('saml/certificate-refresh-last only')
  })

  it('passes over what has expired or was compromised, and takes the rest', () => {
    const gone = assertAccepted(removeCertificate(from(a, b), a.sha256, { now, compromised: true }))
    const change = refresh(gone, [a, b, expired])
    expect(told(change.findings)).toEqual([
      'saml/certificate-skipped distrusted',
      'saml/certificate-skipped expired',
    ])
    expect(digests(change)).toEqual([b.sha256])
  })

  it('is of the metadata of this party alone, while it is valid', () => {
    const told_ = (more: Partial<EntityMetadata>): string[] =>
      told(refreshCertificates(from(a), { ...metadata([a, b]), ...more } as EntityMetadata, { now }).findings)
    expect(told_({ entityID: `${IDP}/` })).toEqual(['saml/certificate-metadata other-entity'])
    expect(told_({ validUntil: now })).toEqual(['saml/certificate-metadata expired'])
    expect(told_({ validUntil: now + 1 })).toEqual([])
    expect(told(refreshCertificates(from(a), { entityID: IDP }, { now }).findings)).toEqual([
      'saml/certificate-metadata none',
    ])
    expect(told(refresh(from(a), []).findings)).toEqual(['saml/certificate-metadata none'])
    for (const odd of [
      null,
      undefined,
      7,
      'x',
      [],
      {},
      { entityID: IDP, idp: { certificates: [a.pem] } },
      { entityID: IDP, idp: { certificates: {} } },
    ])
      // prettier-ignore
      expect(() => refreshCertificates(empty, odd as unknown as EntityMetadata, { now })).toThrow(FederationError)
  })

  it('takes no more than a set holds, and no certificate that is too long', () => {
    const many = Array.from({ length: 11 }, (_, serial) => certificate({ serial: 20 + serial }))
    expect(told(refresh(empty, many).findings)).toContain('saml/certificate-refresh-last too-many')
    expect(refresh(empty, many.slice(0, 10)).ok).toBe(true)
    const long = certificate({ key: keys[1], name: 'x'.repeat(1_800) })
    expect(told(refresh(empty, [long]).findings)).toEqual(['saml/certificate-length too-long'])
  })

  it('does not outlast the year 9999', () => {
    const read = { ...metadata([b]), cacheDurationSeconds: 253_402_300_799 }
    expect(refreshCertificates(empty, read, { now }).value?.metadata?.readAgainAt).toBe(253_402_300_799)
  })
})
