import { describe, expect, it } from 'vitest'
import {
  certificateStatus,
  inboundSet,
  outboundSet,
  recordCertificateUse,
  type CertificateSetStatus,
  type OutboundSet,
} from '../../../src/saml/index.js'
import { assertAccepted } from '../../../src/core/index.js'
import { certificateText, pemOf, vectorKey } from '../../support/certificates.js'
import { certificate, DAY, keys, setOf } from '../../support/certificateSets.js'
import { importCertificate } from '../../../src/saml/index.js'
import { IDP, NOW } from '../../support/saml.js'

const now = NOW

describe('the status of a certificate', () => {
  const one = certificate({ to: 200 })
  const end = one.notAfter
  it.each<[string, number, string, string, number]>([
    ['a day more than 90 days are left', end - 91 * DAY, 'green', 'valid', 91],
    ['90.01 days are left', end - 90 * DAY - 864, 'green', 'valid', 90],
    ['a second more than 90 days are left', end - 90 * DAY - 1, 'green', 'valid', 90],
    ['exactly 90 days are left', end - 90 * DAY, 'yellow', 'expiring', 90],
    ['89.99 days are left', end - 90 * DAY + 864, 'yellow', 'expiring', 89],
    ['a day is left', end - DAY, 'yellow', 'expiring', 1],
    ['less than a day is left', end - DAY + 1, 'yellow', 'expiring', 0],
    ['it is the last second', end, 'yellow', 'expiring', 0],
    ['it has just expired', end + 1, 'red', 'expired', -1],
    ['it has expired two days ago', end + 2 * DAY, 'red', 'expired', -2],
    ['it begins', one.notBefore, 'green', 'valid', 230],
    ['it is not valid yet', one.notBefore - 1, 'yellow', 'not-yet-valid', 230],
  ])('when %s', (_, at, colour, state, daysLeft) => {
    const status = certificateStatus(one, { now: at })
    expect(status).toMatchObject({ colour, state, daysLeft, sha256: one.sha256, notAfter: end })
    expect(status.next).not.toBe('')
    expect(certificateStatus(one.pem, { now: at })).toEqual(status)
  })
})

describe('the status of a set', () => {
  const [a, b] = [certificate({ to: 60 }), certificate({ key: keys[1], serial: 2, to: 700 })]
  const expired = certificate({ key: keys[2], serial: 3, from: -90, to: -1 })

  it('is that of its worst certificate, and tells until when sign-ins work', () => {
    const status = certificateStatus(setOf([a, b]), { now })
    expect(status).toMatchObject({
      direction: 'inbound',
      of: IDP,
      colour: 'yellow',
      worksUntil: b.notAfter,
      daysLeft: 700,
    })
    expect(status.certificates.map(({ colour, active, use }) => [colour, active, use])).toEqual([
      ['yellow', true, 'unknown'],
      ['green', true, 'unknown'],
    ])
    expect(certificateStatus(setOf([b]), { now })).toMatchObject({ colour: 'green', daysLeft: 700 })
    expect(certificateStatus(setOf([expired, b], -60), { now })).toMatchObject({
      colour: 'red',
      daysLeft: 700,
    })
  })

  it('tells which one verified lately', () => {
    const used = assertAccepted(recordCertificateUse(setOf([a, b]), b.sha256, { now: now - DAY }))
    const { certificates } = certificateStatus(used, { now })
    expect(certificates.map(({ use, lastUsedAt }) => [use, lastUsedAt])).toEqual([
      ['unknown', undefined],
      ['used', now - DAY],
    ])
  })

  it('is red where nothing verifies now, whatever the colours', () => {
    const notYet = certificate({ from: 1 })
    const dead = (status: CertificateSetStatus): unknown => [
      status.colour,
      status.worksUntil,
      status.daysLeft,
    ]
    expect(dead(certificateStatus(setOf([notYet]), { now }))).toEqual(['red', undefined, undefined])
    expect(dead(certificateStatus(inboundSet({ entityID: IDP }), { now }))).toEqual([
      'red',
      undefined,
      undefined,
    ])
    expect(dead(certificateStatus(outboundSet({ application: 'x' }), { now }))).toEqual([
      'red',
      undefined,
      undefined,
    ])
    const ec = importCertificate(inboundSet({ entityID: IDP }), pemOf(certificateText({ key: vectorKey('ec-p256') })), { now }) // prettier-ignore
    expect(dead(certificateStatus(ec.set, { now }))).toEqual(['red', undefined, undefined])
  })

  it('counts on the next certificate where it begins in time', () => {
    const following = certificate({ key: keys[1], serial: 2, from: 60, to: 100 })
    const late = certificate({ key: keys[2], serial: 3, from: 101, to: 300 })
    const { worksUntil } = certificateStatus(setOf([a, following, late]), { now })
    expect(worksUntil).toBe(following.notAfter)
    // The next begins in the second after the last of the one before.
    expect(certificateStatus(setOf([a, late]), { now }).worksUntil).toBe(a.notAfter)
  })

  it('of our own is about the one that signs', () => {
    const of = (active: string): CertificateSetStatus =>
      certificateStatus(
        {
          version: 1,
          direction: 'outbound',
          application: 'expenses',
          certificates: [a, b].map(({ sha256, pem }) => ({
            sha256,
            pem,
            algorithm: 'rsa-sha256',
            generatedAt: now,
          })),
          active,
        } satisfies OutboundSet,
        { now },
      )
    expect(of(a.sha256)).toMatchObject({ colour: 'yellow', daysLeft: 60, of: 'expenses' })
    expect(of(b.sha256)).toMatchObject({ colour: 'yellow', daysLeft: 700 })
    expect(of(b.sha256).certificates.map(({ active, use }) => [active, use])).toEqual([
      [false, undefined],
      [true, undefined],
    ])
  })
})
