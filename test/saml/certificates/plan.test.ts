import { describe, expect, it } from 'vitest'
import { formatDateTime } from '../../../src/core/codec.js'
import { assertAccepted, FederationError } from '../../../src/core/index.js'
import {
  inboundSet,
  outboundSet,
  recordCertificateUse,
  removeCertificate,
  rotationPlan,
  type CertificateSet,
  type EntityMetadata,
  type InboundSet,
  type OutboundSet,
  type RotationPlanOptions,
  type TrustedCertificate,
} from '../../../src/saml/index.js'
import { certificate, DAY, keys, setOf } from '../../support/certificateSets.js'
import { IDP, NOW, told } from '../../support/saml.js'

const now = NOW
const a = certificate({ from: -300, to: 60 })
const b = certificate({ key: keys[1], serial: 2, from: -5, to: 700 })
const c = certificate({ key: keys[2], serial: 3, from: 10, to: 900 })
const late = certificate({ key: keys[2], serial: 4, from: 61, to: 900 })
const expired = certificate({ key: keys[3], serial: 5, from: -90, to: -1 })

/** `due`, the states of the steps, and the warnings. */
function plan(set: CertificateSet, options: Partial<RotationPlanOptions> = {}): [unknown, string, string[]] {
  const { due, steps, findings, next, of } = rotationPlan(set, { now, ...options })
  expect(steps.length).toBe(4)
  expect(steps.filter(({ state }) => state === 'due').map(({ step }) => step)).toEqual(
    due === null ? [] : [due],
  )
  expect(next.length).toBeGreaterThan(20)
  expect(of).not.toBe('')
  for (const { rule, severity } of findings)
    if (rule.startsWith('saml/rotation')) expect(severity).toBe('warning')
  return [due, steps.map(({ step, state }) => `${step} ${state}`).join(', '), told(findings)]
}

const used = (set: InboundSet, one: TrustedCertificate, day: number): InboundSet =>
  recordCertificateUse(set, one.sha256, { now: now + day * DAY, granularitySeconds: 0 }).set
const metadata = (...certificates: TrustedCertificate[]): EntityMetadata => ({
  entityID: IDP,
  idp: { certificates, singleSignOnServices: [], nameIDFormats: [], wantAuthnRequestsSigned: false },
})

const [NOT_IMPORTED, GAP, EXPIRING, EXPIRED, UNKNOWN, IN_USE, UNUSED, OLD_EXPIRED, OUTAGE] = [
  'saml/rotation-not-imported not-imported',
  'saml/rotation-gap gap',
  'saml/rotation-expiry expiring',
  'saml/rotation-expiry expired',
  'saml/rotation-in-use unknown',
  'saml/rotation-in-use used',
  'saml/rotation-unused unused',
  'saml/rotation-unused expired',
  'saml/rotation-outage one-at-a-time',
]
const [OBTAIN, IMPORT, ACTIVATE, DELETE] = [
  'obtain due, import later, activate later, delete later',
  'obtain done, import due, activate later, delete later',
  'obtain done, import done, activate due, delete later',
  'obtain done, import done, activate done, delete due',
]
const NONE = 'obtain done, import done, activate done, delete done'

describe('the plan for certificates that we trust', () => {
  it('goes through the four steps', () => {
    let set = used(setOf([a]), a, -1)
    expect(plan(set)).toEqual(['obtain', OBTAIN, [EXPIRING]])
    expect(plan(set, { offered: metadata(a) })).toEqual(['obtain', OBTAIN, [EXPIRING]])
    expect(plan(set, { offered: metadata(a, b) })).toEqual(['import', IMPORT, [NOT_IMPORTED]])
    set = setOf([a, b])
    expect(plan(set)).toEqual(['activate', ACTIVATE, [UNKNOWN]])
    set = used(used(set, a, -10), b, -9)
    // Both within a week: one server of the party may still sign with the old one.
    const mixed = used(used(setOf([a, b]), a, -2), b, -1)
    expect(plan(mixed)).toEqual([null, 'obtain done, import done, activate done, delete waiting', [IN_USE]])
    expect(plan(mixed, { unusedDays: 1 })).toEqual(['activate', ACTIVATE, [UNKNOWN]])
    set = used(set, b, -1)
    expect(plan(set)).toEqual(['delete', DELETE, [UNUSED]])
    set = assertAccepted(removeCertificate(set, a.sha256, { now }))
    expect(plan(set)).toEqual([null, NONE, []])
    expect(plan(set, { now: b.notAfter - 90 * DAY })[0]).toBe('obtain')
  })

  it('takes what metadata offers as metadata or as certificates, as far as it is of use', () => {
    const set = setOf([a])
    expect(plan(set, { offered: [b] })[0]).toBe('import')
    expect(plan(set, { offered: [expired] })).toEqual(['obtain', OBTAIN, [EXPIRING]])
    expect(rotationPlan(set, { now, offered: [b] }).target).toBe(b.sha256)
    const gone = assertAccepted(removeCertificate(setOf([a, b]), b.sha256, { now, compromised: true }))
    expect(plan(gone, { offered: [b] })).toEqual(['obtain', OBTAIN, [EXPIRING]])
  })

  it('does not read the metadata of another party, or what has ended', () => {
    const set = setOf([a])
    const other = { ...metadata(b), entityID: `${IDP}/` }
    expect(plan(set, { offered: other })[2]).toEqual(['saml/certificate-metadata other-entity', EXPIRING])
    expect(plan(set, { offered: { ...metadata(b), validUntil: now } })[2]).toContain(
      'saml/certificate-metadata expired',
    )
    expect(plan(set, { offered: { entityID: IDP } })[2]).toContain('saml/certificate-metadata none')
    expect(() => rotationPlan(outboundSet({ application: 'x' }), { now, offered: metadata(b) })).toThrow(
      FederationError,
    )
  })

  it('holds what was made last for the next one, also where it ends sooner', () => {
    const long = certificate({ key: keys[3], serial: 9, from: -900, to: 3_000 })
    const set = used(setOf([long, b]), long, -1)
    expect(rotationPlan(set, { now }).target).toBe(b.sha256)
    expect(plan(set)).toEqual(['activate', ACTIVATE, []])
    // Where the dates are the same, what came last.
    const twin = certificate({ key: keys[3], serial: 10, from: -5, to: 700 })
    expect(rotationPlan(setOf([b, twin]), { now }).target).toBe(twin.sha256)
    expect(rotationPlan(setOf([twin, b]), { now }).target).toBe(b.sha256)
  })

  it('waits for a certificate that is not valid yet, and warns of a gap', () => {
    const wait = 'obtain done, import done, activate waiting, delete later'
    expect(plan(setOf([a, c]))).toEqual([null, wait, [UNKNOWN]])
    expect(plan(setOf([a, late]))).toEqual([null, wait, [GAP, UNKNOWN]])
    // The next begins in the second after the last one of the present.
    const begin = (seconds: number): TrustedCertificate =>
      certificate({ key: keys[2], serial: 4, from: 60 + seconds / DAY, to: 900 })
    expect(begin(1).notBefore).toBe(a.notAfter + 1)
    expect(plan(setOf([a]), { offered: [begin(1)] })[2]).toEqual([NOT_IMPORTED])
    expect(plan(setOf([a]), { offered: [begin(2)] })[2]).toEqual([GAP, NOT_IMPORTED])
    expect(plan(setOf([expired, c], -60))[2]).toEqual([GAP, OLD_EXPIRED])
  })

  it('waits for the only one, where that is not valid yet', () => {
    const { due, next } = rotationPlan(setOf([c]), { now })
    expect([due, next.includes(formatDateTime(c.notBefore))]).toEqual([null, true])
    expect(plan(setOf([c]))[1]).toBe('obtain done, import done, activate waiting, delete later')
  })

  it('has nothing to say of one good certificate', () => {
    expect(plan(setOf([b]))).toEqual([null, NONE, []])
    expect(plan(setOf([b]), { offered: metadata(b) })).toEqual([null, NONE, []])
  })

  it('begins anew where none is left', () => {
    expect(plan(inboundSet({ entityID: IDP }))).toEqual(['obtain', OBTAIN, [EXPIRED]])
    expect(plan(setOf([expired], -60))).toEqual(['obtain', OBTAIN, [EXPIRED]])
    expect(plan(setOf([expired], -60), { offered: [b] })[0]).toBe('import')
  })

  it('lets what has expired go once another verifies', () => {
    expect(plan(setOf([expired, b], -60))).toEqual(['delete', DELETE, [OLD_EXPIRED]])
  })

  it('warns of an outage where the party holds one at a time', () => {
    expect(plan(setOf([a]), { oneAtATime: true })[2]).toEqual([EXPIRING, OUTAGE])
    expect(plan(setOf([a, b]), { oneAtATime: true })[2]).toEqual([UNKNOWN, OUTAGE])
    expect(plan(setOf([b]), { oneAtATime: true })[2]).toEqual([])
  })

  it('says of no certificate that it is unused before that can be known', () => {
    // It was recorded for a day only, or the certificate is there for a day only.
    const short = used(used(setOf([a, b]), b, -1), b, 0)
    expect(plan(short)).toEqual([null, 'obtain done, import done, activate done, delete waiting', [UNKNOWN]])
    const young = used(used(setOf([b]), b, -10), b, -1)
    const both = { ...young, certificates: [{ ...setOf([a], -1).certificates[0]! }, ...young.certificates] }
    expect(plan(both)[2]).toEqual([UNKNOWN])
    // Nobody signed in for weeks: it may be used tomorrow.
    const quiet = used(used(setOf([a, b]), a, -20), b, -19)
    expect(plan(quiet)).toEqual(['activate', ACTIVATE, [UNKNOWN]])
  })

  it('tells of metadata that is due, has ended, or offers a certificate no longer', () => {
    const with_ = (more: object): InboundSet => ({ ...setOf([b]), metadata: { readAt: now - DAY, ...more } })
    expect(plan(with_({ readAgainAt: now, validUntil: now + 1 }))[2]).toEqual([
      'saml/rotation-metadata stale',
    ])
    expect(plan(with_({ readAgainAt: now + 1 }))[2]).toEqual([])
    expect(plan(with_({ validUntil: now }))[2]).toEqual(['saml/rotation-metadata expired'])
    const set = setOf([a, b])
    const fromMetadata = {
      ...set,
      certificates: set.certificates.map((one) => ({ ...one, from: 'metadata' as const })),
    }
    expect(plan(fromMetadata, { offered: metadata(b) })[2]).toEqual([
      UNKNOWN,
      'saml/rotation-metadata withdrawn',
    ])
  })
})

describe('the plan for our own certificates', () => {
  const own = (certificates: readonly TrustedCertificate[], active: TrustedCertificate): OutboundSet => ({
    version: 1,
    direction: 'outbound',
    application: 'expenses',
    certificates: certificates.map(({ sha256, pem }) => ({
      sha256,
      pem,
      algorithm: 'rsa-sha256',
      generatedAt: now,
    })),
    active: active.sha256,
  })
  const done = 'generate done, distribute done, activate done, delete '

  it('goes through the four steps', () => {
    const generate = 'generate due, distribute later, activate later, delete later'
    expect(plan(outboundSet({ application: 'x' }))).toEqual(['generate', generate, [EXPIRED]])
    expect(plan(own([a], a))).toEqual(['generate', generate, [EXPIRING]])
    expect(plan(own([a, b], a))).toEqual([
      'distribute',
      'generate done, distribute due, activate later, delete later',
      [],
    ])
    expect(plan(own([a, b], a), { distributed: true })).toEqual(['activate', 'generate done, distribute done, activate due, delete later', []]) // prettier-ignore
    expect(plan(own([a, b], b))).toEqual(['delete', `${done}due`, []])
    expect(plan(own([b], b))).toEqual([null, `${done}done`, []])
  })

  it('is for no certificate that has expired', () => {
    const generate = 'generate due, distribute later, activate later, delete later'
    const gone = certificate({ key: keys[3]!, serial: 8, from: -90, to: -1 })
    const both = own([expired, gone], expired)
    expect(plan(both)).toEqual(['generate', generate, [EXPIRED, OLD_EXPIRED]])
    expect(plan(both, { distributed: true })[0]).toBe('generate')
    expect(rotationPlan(both, { now })).not.toHaveProperty('target')
    // The one that was made last has expired, and signs; the other is what is left.
    const left = own([b, expired], expired)
    expect(plan(left)[0]).toBe('distribute')
    expect(plan(left, { distributed: true })[0]).toBe('activate')
    expect(rotationPlan(left, { now }).target).toBe(b.sha256)
  })

  it('warns of what is coming', () => {
    expect(plan(own([b, expired], b), { distributed: true })[0]).toBe('delete')
    expect(plan(own([a, c], a), { distributed: true })).toEqual([null, 'generate done, distribute done, activate waiting, delete later', []]) // prettier-ignore
    expect(plan(own([a, late], a))[2]).toEqual([GAP])
    expect(plan(own([expired, b], b))[2]).toEqual([OLD_EXPIRED])
    expect(plan(own([expired], expired))[2]).toEqual([EXPIRED])
    expect(plan(own([a, b], a), { oneAtATime: true })[2]).toEqual([OUTAGE])
  })
})
