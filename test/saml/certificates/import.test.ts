import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  importCertificate,
  inboundSet,
  inspectCertificate,
  outboundSet,
  removeCertificate,
  trustedCertificates,
  type InboundSet,
} from '../../../src/saml/index.js'
import { certificateText, pemOf, vectorKey } from '../../support/certificates.js'
import { certificate, DAY, keys, setOf, time } from '../../support/certificateSets.js'
import { IDP, NOW, told } from '../../support/saml.js'

const now = NOW
const empty = inboundSet({ entityID: IDP })
const sp = inboundSet({ entityID: 'https://sp.example.com', party: 'sp' })
const [first, second] = [certificate(), certificate({ key: keys[1], serial: 2 })]
const set = setOf([first])

const privateKey = vectorKey('rsa-other').export({ type: 'pkcs8', format: 'pem' }) as string

const reasons = (pem: string | Uint8Array, to: InboundSet = set): string[] => {
  const before = JSON.stringify(to)
  const change = importCertificate(to, pem, { now })
  const refused = change.findings.some(({ severity }) => severity === 'error')
  expect(change.ok).toBe(!refused)
  expect(change.audit.outcome === 'refused').toBe(refused)
  expect(change.audit.findings.map(({ rule }) => rule)).toEqual(change.findings.map(({ rule }) => rule))
  if (refused) expect(change.set).toBe(to)
  // Whatever comes of it, what was given stays as it is.
  expect(JSON.stringify(to)).toBe(before)
  return told(change.findings)
}

/** A PEM of so many characters, with blank lines or a text before it. */
const padded = (length: number, unit = '\n'): string => {
  const rest = length - [...second.pem].length - 1
  return `${unit.repeat(rest)}\n${second.pem}`
}

describe('importing a certificate', () => {
  it('trusts it at once, beside those that are there', () => {
    const change = importCertificate(set, second.pem, { now })
    expect(change.findings).toEqual([])
    expect(change.value?.certificates).toEqual([
      { sha256: first.sha256, pem: first.pem, from: 'file', trustedSince: now - 20 * DAY },
      { sha256: second.sha256, pem: second.pem, from: 'file', trustedSince: now },
    ])
    expect(change.certificate?.sha256).toBe(second.sha256)
    expect(trustedCertificates(change.set).length).toBe(2)
    expect(change.audit).toEqual({
      at: '2026-11-25T12:00:00Z',
      action: 'import',
      outcome: 'done',
      of: IDP,
      added: [second.sha256],
      removed: [],
      certificate: second.sha256,
      findings: [],
    })
    // A log that is kept holds names of certificates, and no certificate.
    expect(JSON.stringify(change.audit)).not.toContain('MII')
  })

  it('takes the same certificate twice as one', () => {
    const change = importCertificate(set, `\r\n${first.pem.replaceAll('\n', '\r\n')}`, { now })
    expect(change.value).toEqual(set)
    expect(change.audit).toMatchObject({ outcome: 'unchanged', added: [], certificate: first.sha256 })
    expect(told(change.findings)).toEqual(['saml/certificate-known same'])
    // Also when it has expired since: it is there already.
    const later = importCertificate(set, first, { now: first.notAfter + 1 })
    expect([later.ok, later.audit.outcome]).toEqual([true, 'unchanged'])
  })

  it('takes 2,500 characters of an identity provider, however many bytes they are', () => {
    expect(reasons(padded(2_500))).toEqual([])
    expect(reasons(padded(2_501))).toEqual(['saml/certificate-length too-long'])
    for (const unit of ['ä', '\u{1f600}']) {
      const text = 'saml/certificate-text before'
      expect(reasons(padded(2_500, unit))).toEqual([text])
      expect(reasons(new TextEncoder().encode(padded(2_500, unit)))).toEqual([text])
      expect(reasons(padded(2_501, unit))).toEqual(['saml/certificate-length too-long', text])
    }
  })

  it('says of what openssl prints beside the PEM that it is not read, and of a key there that it has no place', () => {
    const openssl = (...words: string[]): string => {
      const { status, stdout } = spawnSync('openssl', words, { input: words.includes('rsa') ? privateKey : second.pem, encoding: 'utf8' }) // prettier-ignore
      expect(status).toBe(0)
      return stdout
    }
    const printed = openssl('x509', '-subject', '-dates')
    const lying = printed.replace(/notAfter=.*/, 'notAfter=Jan  1 00:00:00 2099 GMT')
    for (const text of [printed, lying]) {
      expect(text).not.toBe(second.pem)
      const change = importCertificate(set, text, { now })
      expect(told(change.findings)).toEqual(['saml/certificate-text before'])
      // What is kept, and told, is of the certificate alone.
      expect(change.certificate).toMatchObject({ pem: second.pem, notAfter: second.notAfter })
      expect(JSON.stringify(change.set)).not.toContain('2099')
    }
    expect(reasons(openssl('x509', '-text'))).toEqual(
      expect.arrayContaining(['saml/certificate-text before', 'saml/certificate-length too-long']),
    )
    expect(reasons(openssl('rsa', '-noout', '-text') + second.pem)).toContain(
      'saml/certificate-form private-key',
    )
  })

  it('takes 2,048 bytes of a service provider', () => {
    expect(reasons(padded(2_048), sp)).toEqual([])
    expect(reasons(padded(2_049), sp)).toEqual(['saml/certificate-length too-long'])
    expect(reasons(padded(2_047, 'ä'), sp)).toContain('saml/certificate-length too-long')
  })

  const publicKey = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }) as string
  const other = 'saml/certificate-known same-key'
  it.each<[string, string | Uint8Array, string[]]>([
    [
      'that has expired',
      certificate({ key: keys[1], serial: 2, to: -1 }).pem,
      ['saml/certificate-import-expired expired'],
    ],
    [
      'that is not valid yet',
      certificate({ key: keys[1], serial: 3, from: 1 }).pem,
      ['saml/certificate-import-not-yet not-yet'],
    ],
    [
      'of 1024 bits',
      pemOf(certificateText({ key: vectorKey('rsa-1024'), serial: 4 })),
      ['saml/certificate-weak size'],
    ],
    [
      'of an EC key',
      pemOf(certificateText({ key: vectorKey('ec-p256'), serial: 5 })),
      ['saml/certificate-ec unusable'],
    ],
    [
      'of an Ed25519 key',
      pemOf(certificateText({ key: generateKeyPairSync('ed25519').privateKey })),
      ['saml/certificate-key type'],
    ],
    ['with its chain', second.pem + first.pem, ['saml/certificate-form several']],
    [
      'with a long chain',
      second.pem + first.pem + first.pem,
      ['saml/certificate-form several', 'saml/certificate-length too-long'],
    ],
    [
      'with its private key',
      second.pem + privateKey,
      ['saml/certificate-form private-key', 'saml/certificate-length too-long'],
    ],
    ['in the place of which a private key came', privateKey, ['saml/certificate-form private-key']],
    ['in the place of which a public key came', publicKey, ['saml/certificate-form not-pem']],
    ['in DER', Buffer.from(certificateText({ key: keys[1] }), 'base64'), ['saml/certificate-form der']],
    ['that is cut', second.pem.slice(0, 400), ['saml/certificate-form not-pem']],
    ['that is damaged', second.pem.replace('MII', 'AAA'), ['saml/certificate-form malformed']],
    ['that is empty', '', ['saml/certificate-form not-pem']],
    [
      'that is huge',
      'x'.repeat(20_000_000),
      ['saml/certificate-form too-large', 'saml/certificate-length too-long'],
    ],
    [
      'whose dates are turned',
      pemOf(certificateText({ key: keys[1], from: '20300101000000Z', to: '20200101000000Z' })),
      ['saml/certificate-validity malformed'],
    ],
    ['with a key that the set has', certificate({ serial: 6 }).pem, [other]],
    [
      'with a name that the set has, and another key',
      certificate({ key: keys[1], to: 299 }).pem,
      ['saml/certificate-known look-alike'],
    ],
  ])('tells of one %s', (_, pem, expected) => {
    // prettier-ignore
    expect(reasons(pem)).toEqual(expected)
  })

  it('knows no leap seconds and guesses at none', () => {
    const leap = pemOf(certificateText({ key: keys[1], serial: 2, to: '20291231235960Z' }))
    expect(reasons(leap)).toEqual(['saml/certificate-validity malformed'])
    const day = pemOf(certificateText({ key: keys[1], serial: 2, to: '20290229000000Z' }))
    expect(reasons(day)).toEqual(['saml/certificate-validity malformed'])
  })

  it('takes ten at the most', () => {
    const many = Array.from({ length: 11 }, (_, serial) => certificate({ serial: 10 + serial }))
    const ten = setOf(many.slice(0, 10))
    expect(ten.certificates.length).toBe(10)
    expect(reasons(many[10]!.pem, ten)).toContain('saml/certificate-count too-many')
    expect(reasons(many[3]!.pem, ten)).toEqual(['saml/certificate-known same'])
  })

  it('never takes back what was compromised, nor its key in another certificate', () => {
    const renewed = certificate({ serial: 7, to: 700 })
    const change = removeCertificate(setOf([first, second, renewed]), first.sha256, {
      now,
      compromised: true,
    })
    // All certificates of the key go with it.
    expect(change.value?.certificates.map(({ sha256 }) => sha256)).toEqual([second.sha256])
    expect(change.audit.removed).toEqual([first.sha256, renewed.sha256])
    expect(reasons(first.pem, change.set)).toEqual(['saml/certificate-distrusted certificate'])
    expect(reasons(renewed.pem, change.set)).toEqual(['saml/certificate-distrusted certificate'])
    expect(reasons(certificate({ serial: 8 }).pem, change.set)).toEqual(['saml/certificate-distrusted key'])
    // Without the word it can come back.
    const removed = removeCertificate(setOf([first, second]), first.sha256, { now })
    expect(reasons(first.pem, removed.set)).toEqual([])
  })

  it('is for certificates of others', () => {
    const own = outboundSet({ application: 'expenses' }) as unknown as InboundSet
    expect(told(importCertificate(own, second, { now }).findings)).toEqual([
      'saml/certificate-direction outbound',
    ])
  })
})

describe('inspecting a certificate', () => {
  it('tells each rule once, with its outcome', () => {
    const { verdict, rules } = inspectCertificate(second.pem, { now })
    expect(verdict).toMatchObject({ ok: true, value: { sha256: second.sha256 } })
    const outcomes = rules.map(({ rule, outcome }) => [rule.id, outcome])
    expect(outcomes).toEqual([
      ['saml/certificate-length', 'pass'],
      ['saml/certificate-form', 'pass'],
      ['saml/certificate-text', 'pass'],
      ['saml/certificate-validity', 'pass'],
      ['saml/certificate-key', 'pass'],
      ['saml/certificate-weak', 'pass'],
      ['saml/certificate-ec', 'pass'],
      ['saml/certificate-import-expired', 'pass'],
      ['saml/certificate-import-not-yet', 'pass'],
      ['saml/certificate-distrusted', 'notApplicable'],
    ])
  })

  it('says of each file what importing it says', () => {
    const files = [
      ...[second.pem, padded(2_501), certificate({ to: -1 }).pem, certificate({ from: 5 }).pem],
      ...['', 'x', second.pem + first.pem],
    ]
    for (const file of files) {
      const { verdict } = inspectCertificate(file, { now })
      const change = importCertificate(empty, file, { now })
      expect([verdict.ok, told(verdict.findings)]).toEqual([change.ok, told(change.findings)])
    }
    expect(told(inspectCertificate(padded(2_049), { now, party: 'sp' }).verdict.findings)).toEqual([
      'saml/certificate-length too-long',
    ])
  })

  it('holds the last second of a certificate for valid, and the next for past', () => {
    const { notAfter, pem } = certificate({ to: 1 })
    expect(inspectCertificate(pem, { now: notAfter }).verdict.ok).toBe(true)
    expect(inspectCertificate(pem, { now: notAfter + 1 }).verdict.ok).toBe(false)
    expect(time(notAfter)).toBe('20261126120000Z')
  })
})
