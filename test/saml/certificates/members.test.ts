import { describe, expect, it } from 'vitest'
import {
  activateCertificate,
  inboundSet,
  recordCertificateUse,
  removeCertificate,
  type InboundSet,
  type OutboundSet,
} from '../../../src/saml/index.js'
import { certificateText, pemOf, vectorKey } from '../../support/certificates.js'
import { certificate, DAY, keys, setOf } from '../../support/certificateSets.js'
import { assertAccepted } from '../../../src/core/index.js'
import { IDP, NOW, told } from '../../support/saml.js'
import { importCertificate } from '../../../src/saml/index.js'

const now = NOW
const [a, b] = [certificate(), certificate({ key: keys[1], serial: 2 })]
const expired = certificate({ key: keys[2], serial: 3, to: -1, from: -90 })
const notYet = certificate({ key: keys[3], serial: 4, from: 1 })
const both = setOf([a, b])

function removed(set: InboundSet, { sha256 }: { sha256: string }, more: object = {}): string[] {
  const change = removeCertificate(set, sha256, { now, ...more })
  if (!change.ok) expect(change.set).toBe(set)
  return told(change.findings)
}

describe('removing a certificate that is trusted', () => {
  it('takes out the one that is named', () => {
    const change = removeCertificate(both, a.sha256, { now })
    expect(change.findings).toEqual([])
    expect(change.value?.certificates).toEqual([both.certificates[1]])
    expect(change.audit).toMatchObject({ action: 'remove', outcome: 'done', removed: [a.sha256], added: [] })
  })

  it('never leaves none that can verify now', () => {
    const ec = assertAccepted(
      importCertificate(setOf([a]), pemOf(certificateText({ key: vectorKey('ec-p256') })), { now }),
    )
    expect(removed(setOf([a]), a)).toEqual(['saml/certificate-last only'])
    expect(removed(setOf([a, expired], -60), a)).toEqual(['saml/certificate-last last-valid'])
    expect(removed(setOf([a, notYet]), a)).toEqual(['saml/certificate-last last-valid'])
    expect(removed(ec, a)).toEqual(['saml/certificate-last last-valid'])
    expect(removed(setOf([a]), a, { compromised: true })).toEqual(['saml/certificate-last only'])
    // What cannot verify may go, and of several that have all expired each but the last.
    expect(removed(setOf([a, expired], -60), expired)).toEqual([])
    const late = { now: b.notAfter + 1 }
    expect(removed(both, a, late)).toEqual([])
    expect(removed(setOf([a]), a, late)).toEqual(['saml/certificate-last only'])
  })

  it('with all certificates of a key that was compromised leaves one of another key', () => {
    const renewed = certificate({ serial: 9, to: 400 })
    expect(removed(setOf([a, renewed]), a, { compromised: true })).toEqual(['saml/certificate-last only'])
    expect(removed(setOf([a, renewed]), a)).toEqual([])
  })

  it('warns of one that was used lately', () => {
    const used = assertAccepted(recordCertificateUse(both, a.sha256, { now: now - 3 * DAY }))
    expect(removed(used, a)).toEqual(['saml/certificate-in-use used'])
    expect(removeCertificate(used, a.sha256, { now }).ok).toBe(true)
    expect(removed(used, a, { unusedDays: 2 })).toEqual([])
    expect(removed(used, a, { compromised: true })).toEqual([])
    expect(removed(used, b)).toEqual([])
    expect(removed(used, a, { now: now + 5 * DAY })).toEqual([])
  })

  it.each([
    '',
    'x',
    a.sha256.slice(0, 10),
    a.sha256.toUpperCase(),
    '__proto__',
    '\u001b[2J',
    undefined,
    7,
    {},
  ])('knows %j as none of the set', (sha256) => {
    const change = removeCertificate(both, sha256 as string, { now })
    expect(told(change.findings)).toEqual(['saml/certificate-unknown unknown'])
    // A log takes no text of a stranger.
    expect(change.audit.certificate ?? '').toMatch(/^[0-9a-f]*$/)
  })
})

const own: OutboundSet = {
  version: 1,
  direction: 'outbound',
  application: 'expenses',
  certificates: [a, b].map(({ sha256, pem }, index) => ({
    ...{ sha256, pem, algorithm: 'rsa-sha256' as const },
    generatedAt: now - index,
  })),
  active: a.sha256,
}

describe('activating', () => {
  it('makes another certificate sign, and leaves the first where it was', () => {
    const change = activateCertificate(own, b.sha256, { now })
    expect(change.value).toEqual({ ...own, active: b.sha256 })
    expect(change.audit).toMatchObject({
      action: 'activate',
      outcome: 'done',
      of: 'expenses',
      certificate: b.sha256,
    })
    expect(assertAccepted(activateCertificate(change.set, a.sha256, { now }))).toEqual(own)
  })

  it('of the one that is active changes nothing', () => {
    const change = activateCertificate(own, a.sha256, { now })
    expect([change.value, change.audit.outcome, change.findings]).toEqual([own, 'unchanged', []])
  })

  it('is refused of what is not valid now, and of what is not there', () => {
    const reasons = (sha256: string, at: number): string[] =>
      told(activateCertificate(own, sha256, { now: at }).findings)
    expect(reasons(b.sha256, b.notAfter)).toEqual([])
    expect(reasons(b.sha256, b.notAfter + 1)).toEqual(['saml/certificate-activation expired'])
    expect(reasons(b.sha256, b.notBefore - 1)).toEqual(['saml/certificate-activation not-yet'])
    expect(reasons(expired.sha256, now)).toEqual(['saml/certificate-unknown unknown'])
  })

  it('has no meaning for what is trusted: all of it is active', () => {
    const change = activateCertificate(both as unknown as OutboundSet, a.sha256, { now })
    expect(told(change.findings)).toEqual(['saml/certificate-direction inbound'])
  })
})

describe('deleting one of our own', () => {
  it('is refused of the active one, and done with the other', () => {
    const refused = removeCertificate(own, a.sha256, { now })
    expect(told(refused.findings)).toEqual(['saml/certificate-active active'])
    expect(refused.set).toBe(own)
    const { active, certificates } = own
    expect(removeCertificate(own, b.sha256, { now }).value).toEqual({
      ...own,
      active,
      certificates: [certificates[0]],
    })
    // Also once it has expired, and however it is asked for.
    expect(removeCertificate(own, a.sha256, { now: a.notAfter + 9, compromised: true }).ok).toBe(false)
  })
})

describe('recording a use', () => {
  it('notes when, and since when uses are noted', () => {
    const change = recordCertificateUse(both, b.sha256, { now })
    expect(change.value).toEqual({
      ...both,
      usesSince: now,
      certificates: [both.certificates[0], { ...both.certificates[1], lastUsedAt: now }],
    })
    expect(change.audit).toMatchObject({ action: 'use', outcome: 'done', certificate: b.sha256 })
  })

  it('writes once an hour, and nothing where the clock steps back', () => {
    const used = assertAccepted(recordCertificateUse(both, b.sha256, { now }))
    const outcome = (at: number, more: object = {}): string =>
      recordCertificateUse(used, b.sha256, { now: at, ...more }).audit.outcome
    expect(outcome(now + 3_599)).toBe('unchanged')
    expect(outcome(now + 3_600)).toBe('done')
    expect(outcome(now - 9 * DAY)).toBe('unchanged')
    expect(outcome(now, { granularitySeconds: 0 })).toBe('unchanged')
    expect(outcome(now + 1, { granularitySeconds: 0 })).toBe('done')
    expect(recordCertificateUse(used, a.sha256, { now: now + 1 }).value).toMatchObject({ usesSince: now })
  })

  it('is refused of a certificate that is not trusted', () => {
    const change = recordCertificateUse(both, expired.sha256, { now })
    expect([told(change.findings), change.set]).toEqual([['saml/certificate-unknown unknown'], both])
    expect(recordCertificateUse(inboundSet({ entityID: IDP }), a.sha256, { now }).ok).toBe(false)
  })
})
