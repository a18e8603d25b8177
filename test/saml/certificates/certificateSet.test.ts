import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { FederationError } from '../../../src/core/index.js'
import {
  activeCertificate,
  certificateStatus,
  importCertificate,
  inboundSet,
  outboundSet,
  parseCertificateSet,
  removeCertificate,
  trustedCertificates,
  type InboundSet,
} from '../../../src/saml/index.js'
import { certificate, keys, setOf } from '../../support/certificateSets.js'
import { IDP, idpCertificate, idpPEM, NOW, told } from '../../support/saml.js'

const kept = new URL('./kept/', import.meta.url)
const now = NOW
const [first, second] = [certificate(), certificate({ key: keys[1], serial: 2 })]
const set = setOf([first, second])
const reasons = (json: unknown): string[] => told(parseCertificateSet(json, { now }).findings)
const changed = (change: (json: Record<string, unknown>) => void, from: unknown = set): unknown => {
  const json = JSON.parse(JSON.stringify(from)) as Record<string, unknown>
  change(json)
  return json
}
const one = (json: Record<string, unknown>): Record<string, unknown> =>
  (json['certificates'] as Record<string, unknown>[])[0]!

describe('a set', () => {
  it('comes back from JSON as it went', () => {
    for (const json of [JSON.stringify(set), new TextEncoder().encode(JSON.stringify(set)), set]) {
      expect(parseCertificateSet(json, { now })).toEqual({ ok: true, value: set, findings: [] })
    }
    expect(JSON.parse(JSON.stringify(set))).toEqual(set)
  })

  it('can be read from every version that was ever written', () => {
    const names = readdirSync(kept)
    expect(names.sort()).toEqual(['version-0.json', 'version-1-inbound.json', 'version-1-outbound.json'])
    for (const name of names) {
      const text = readFileSync(new URL(name, kept), 'utf8')
      const read = parseCertificateSet(text, { now })
      expect([name, told(read.findings)]).toEqual([name, []])
      // What was read works, and stays what it is once it is written.
      expect(certificateStatus(read.value!, { now }).certificates.length).toBeGreaterThan(0)
      expect(parseCertificateSet(JSON.stringify(read.value), { now: now + 1 }).value).toEqual(read.value)
      if (name !== 'version-0.json') expect(read.value).toEqual(JSON.parse(text))
    }
  })

  it('takes over what an application kept before: the idp of an expectation', () => {
    const read = parseCertificateSet({ entityID: IDP, certificates: [idpPEM, idpPEM] }, { now })
    expect(read.value).toEqual({
      ...inboundSet({ entityID: IDP }),
      certificates: [
        { sha256: idpCertificate.sha256, pem: idpCertificate.pem, from: 'file', trustedSince: now },
      ],
    })
    const old = { entityID: IDP, certificates: [idpPEM] } as unknown as InboundSet
    expect(importCertificate(old, second, { now }).value?.certificates.map(({ sha256 }) => sha256)).toEqual([
      idpCertificate.sha256,
      second.sha256,
    ])
    expect(reasons({ entityID: IDP, certificates: ['-----BEGIN'] })).toEqual([
      'saml/certificate-form not-pem',
    ])
    expect(reasons({ certificates: [idpPEM] })).toEqual(['saml/certificate-set type'])
    expect(reasons({ entityID: IDP, certificates: [idpPEM], more: 1 })).toEqual([
      'saml/certificate-set unknown-member',
    ])
    // A set that lost its version is none of those: what it distrusts must not be lost, too.
    expect(reasons({ ...inboundSet({ entityID: IDP, party: 'sp' }), version: undefined })).toEqual([
      'saml/certificate-set unknown-member',
    ])
    expect(reasons({ entityID: IDP, certificates: [idpPEM], distrusted: [] })).toEqual([
      'saml/certificate-set unknown-member',
    ])
  })

  const outbound = JSON.parse(readFileSync(new URL('version-1-outbound.json', kept), 'utf8')) as object
  it.each<[string, string, unknown]>([
    ['nothing', 'json', undefined],
    ['a function', 'json', () => 1],
    ['no JSON', 'json', '{'],
    ['bytes that are no text', 'json', new Uint8Array([0xff, 0xfe])],
    ['what is cyclic', 'json', (() => { const a: Record<string, unknown> = {}; a['a'] = a; return a })()], // prettier-ignore
    ['what throws', 'json', new Proxy({}, { ownKeys: () => { throw new Error('no') } })], // prettier-ignore
    ['what is far too large', 'too-large', { version: 1, entityID: 'x'.repeat(600_000) }],
    ['what is nested too deep', 'json', `${'['.repeat(99)}${']'.repeat(99)}`],
    ['a number', 'type', 7],
    ['null', 'type', null],
    ['a list', 'type', []],
    ['an object without a version', 'version', {}],
    ['a newer version', 'newer', changed((json) => (json['version'] = 2))],
    ['a version that is none', 'version', changed((json) => (json['version'] = '1'))],
    ['no direction', 'direction', changed((json) => delete json['direction'])],
    ['a member twice', 'duplicate-member', JSON.stringify(set).replace('{', '{"version":1,')],
    ['an unknown member', 'unknown-member', changed((json) => (json['trustAnyone'] = true))],
    [
      'an unknown member of a certificate',
      'unknown-member',
      changed((json) => (one(json)['privateKey'] = 'x')),
    ],
    ['__proto__', 'unknown-member', JSON.stringify(set).replace('{', '{"__proto__":{},')],
    ['a member too few', 'type', changed((json) => delete one(json)['trustedSince'])],
    ['an instant that is none', 'type', changed((json) => (one(json)['trustedSince'] = 1.5))],
    ['an empty name', 'type', changed((json) => (json['entityID'] = ''))],
    ['no list of what is distrusted', 'type', changed((json) => delete json['distrusted'])],
    ['another digest', 'mismatch', changed((json) => (one(json)['sha256'] = second.sha256))],
    ['a certificate twice', 'duplicate', changed((json) => (json['certificates'] = [one(json), one(json)]))],
    [
      'eleven certificates',
      'too-many',
      changed((json) => (json['certificates'] = Array(11).fill(one(json)))),
    ],
    [
      'three of our own',
      'too-many',
      changed((json) => (json['certificates'] = Array(3).fill(one(json))), outbound),
    ],
    ['none that is active', 'active', changed((json) => delete json['active'], outbound)],
    ['one active that is not there', 'active', changed((json) => (json['active'] = first.sha256), outbound)],
    ['two active', 'unknown-member', changed((json) => (one(json)['active'] = true), outbound)],
  ])('is not %s', (_, reason, json) => {
    // prettier-ignore
    expect(reasons(json)).toEqual([`saml/certificate-set ${reason}`])
  })

  it('trusts nothing that it distrusts, by certificate or by key', () => {
    const gone = removeCertificate(set, first.sha256, { now, compromised: true }).set
    const [renewed] = setOf([certificate({ serial: 9 })]).certificates
    for (const back of [set.certificates[0], renewed]) {
      const merged = changed((json) => (json['certificates'] as unknown[]).unshift(back), gone)
      expect(reasons(merged)).toEqual(['saml/certificate-set distrusted'])
    }
  })

  it('holds nothing that is no certificate', () => {
    const ec = certificate({ key: keys[0] }).pem.replace('MII', 'AAA')
    expect(reasons(changed((json) => (one(json)['pem'] = ec)))).toEqual(['saml/certificate-form malformed'])
    expect(reasons(changed((json) => (one(json)['pem'] = first.pem + second.pem)))).toEqual([
      'saml/certificate-form several',
    ])
  })

  it('that cannot be read is returned with every change as it was, and refused', () => {
    const broken = changed((json) => (json['version'] = 2)) as InboundSet
    const change = removeCertificate(broken, first.sha256, { now })
    expect(change).toMatchObject({ ok: false, audit: { action: 'remove', outcome: 'refused' } })
    expect(change.set).toBe(broken)
    expect(() => certificateStatus(broken, { now })).toThrow(FederationError)
  })

  it('gives its certificates parsed, and the active one', () => {
    expect(trustedCertificates(set).map(({ sha256 }) => sha256)).toEqual([first.sha256, second.sha256])
    expect(activeCertificate(outboundSet({ application: 'x' }))).toBeUndefined()
    const own = parseCertificateSet(outbound, { now }).value
    if (own?.direction !== 'outbound') throw new Error('refused')
    const active = activeCertificate(own)
    expect(active?.certificate.sha256).toBe(own.active)
    expect(active?.algorithm).toBe('rsa-sha256')
  })
})
