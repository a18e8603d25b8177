import { createPublicKey } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { samlSigner } from '../../../src/flows/index.js'
import {
  activateCertificate,
  certificateStatus,
  generateCertificate,
  importCertificate,
  inboundSet,
  outboundSet,
  parseCertificateSet,
  recordCertificateUse,
  refreshCertificates,
  removeCertificate,
  rotationPlan,
  type CertificateChange,
  type CertificateSet,
  type InboundSet,
  type OutboundSet,
  type TrustedCertificate,
} from '../../../src/saml/index.js'
import { certificateText, pemOf, vectorKey } from '../../support/certificates.js'
import { certificate, DAY, keys } from '../../support/certificateSets.js'
import { assertAccepted } from '../../../src/core/index.js'
import { parseCertificate } from '../../../src/saml/index.js'
import { IDP, NOW } from '../../support/saml.js'

/** Valid at various times, some with the same key, one that is EC. */
const pool: readonly TrustedCertificate[] = [
  ...[[-100, 50], [-50, 100], [0, 20], [10, 200], [-200, -10], [40, 41]].map(([from, to], serial) =>
    certificate({ key: keys[serial % 3]!, serial: serial + 1, from: from!, to: to! })), // prettier-ignore
  assertAccepted(parseCertificate(pemOf(certificateText({ key: vectorKey('ec-p256') })))),
]
const some = fc.nat({ max: pool.length - 1 })
const days = fc.nat({ max: 12 })

const inboundStep = fc.oneof(
  fc.record({ days, do: fc.constant('import' as const), which: some }),
  fc.record({ days, do: fc.constant('remove' as const), which: some, compromised: fc.boolean() }),
  fc.record({ days, do: fc.constant('use' as const), which: some }),
  fc.record({ days, do: fc.constant('refresh' as const), offered: fc.uniqueArray(some, { maxLength: 4 }), force: fc.boolean(), keep: fc.boolean() }), // prettier-ignore
)
type InboundStep = typeof inboundStep extends fc.Arbitrary<infer T> ? T : never

const verifying = ({ certificates }: InboundSet, now: number): TrustedCertificate[] =>
  pool.filter(
    ({ sha256, notBefore, notAfter, keyType }) =>
      certificates.some((one) => one.sha256 === sha256) &&
      keyType === 'rsa' &&
      notBefore <= now &&
      now <= notAfter,
  )

function applied(set: InboundSet, one: InboundStep, now: number): CertificateChange<InboundSet> {
  if (one.do === 'import') return importCertificate(set, pool[one.which]!, { now })
  if (one.do === 'use') return recordCertificateUse(set, pool[one.which]!.sha256, { now })
  if (one.do === 'remove')
    return removeCertificate(set, pool[one.which]!.sha256, { now, compromised: one.compromised })
  const idp = { certificates: one.offered.map((at) => pool[at]!), singleSignOnServices: [], nameIDFormats: [], wantAuthnRequestsSigned: false } // prettier-ignore
  return refreshCertificates(set, { entityID: IDP, idp }, { now, force: one.force, keep: one.keep })
}

/** What holds after any change. */
function holds<S extends CertificateSet>(before: S, change: CertificateChange<S>, now: number): void {
  const after = change.set
  if (!change.ok) expect(after).toBe(before)
  expect(change.audit.outcome === 'refused').toBe(!change.ok)
  // JSON keeps it, and reading it again changes nothing.
  expect(parseCertificateSet(JSON.stringify(after), { now }).value).toEqual(after)
  const digests = after.certificates.map(({ sha256 }) => sha256)
  expect(new Set(digests).size).toBe(digests.length)
  const known = before.certificates.map(({ sha256 }) => sha256)
  expect(change.audit.added).toEqual(digests.filter((one) => !known.includes(one)))
  expect(change.audit.removed).toEqual(known.filter((one) => !digests.includes(one)))
}

/** The status and the plan have an answer for every set. */
function isToldOf(set: CertificateSet, now: number): void {
  const status = certificateStatus(set, { now })
  expect(status.certificates.length).toBe(set.certificates.length)
  expect(rotationPlan(set, { now }).next).toBe(status.next)
}

describe('whatever is done to the certificates that we trust', () => {
  it('none that verified is lost to the last, none that was compromised comes back', () => {
    let [refusals, losses] = [0, 0]
    const property = fc.property(
      fc.subarray([...pool]),
      fc.array(inboundStep, { maxLength: 14 }),
      (first, steps) => {
        let set = first.reduce(
          (before, one) => importCertificate(before, one, { now: NOW }).set,
          inboundSet({ entityID: IDP }),
        )
        let now = NOW
        const gone = new Set<string>()
        for (const one of steps) {
          now += one.days * DAY
          const before = set
          const could = verifying(before, now)
          const change = applied(set, one, now)
          holds(before, change, now)
          set = change.set
          refusals += change.ok ? 0 : 1
          if (could.length > 0) expect(verifying(set, now).length).toBeGreaterThan(0)
          if (before.certificates.length > 0) expect(set.certificates.length).toBeGreaterThan(0)
          if (change.ok && one.do === 'remove' && one.compromised) gone.add(pool[one.which]!.sha256)
          expect(set.certificates.filter(({ sha256 }) => gone.has(sha256))).toEqual([])
          for (const lost of pool.filter(({ sha256 }) => gone.has(sha256)))
            expect(importCertificate(set, lost, { now }).ok).toBe(false)
          losses += gone.size
          // Only a refresh that is forced lets go of one that was used within the week.
          const lately = before.certificates.filter(
            ({ lastUsedAt: at }) => at !== undefined && at > now - 7 * DAY,
          )
          if (one.do === 'refresh' && !one.force)
            for (const { sha256 } of lately)
              if (!set.certificates.some((left) => left.sha256 === sha256))
                expect(pool.find((other) => other.sha256 === sha256)!.notAfter).toBeLessThan(now)
        }
        isToldOf(set, now)
      },
    )
    fc.assert(property, { numRuns: 100 })
    expect(refusals).toBeGreaterThan(50)
    expect(losses).toBeGreaterThan(20)
  })
})

describe('whatever is done to our own certificates', () => {
  const pairs = keys.map((key) => ({ publicKey: createPublicKey(key), signer: samlSigner(key) }))
  const outboundStep = fc.oneof(
    fc.record({ days, do: fc.constant('generate' as const), which: fc.nat({ max: 3 }) }),
    fc.record({ days, do: fc.constant('activate' as const), which: fc.nat({ max: 2 }) }),
    fc.record({
      days,
      do: fc.constant('remove' as const),
      which: fc.nat({ max: 2 }),
      compromised: fc.boolean(),
    }),
  )

  it('there are never more than two, exactly one is active, and no active one is deleted', async () => {
    let [refusals, serial] = [0, 0]
    const property = fc.asyncProperty(fc.array(outboundStep, { maxLength: 9 }), async (steps) => {
      let set: OutboundSet = outboundSet({ application: 'expenses' })
      let now = NOW
      for (const one of steps) {
        now += one.days * DAY
        const before = set
        const sha256 = before.certificates[one.which]?.sha256 ?? pool[0]!.sha256
        const change =
          one.do === 'generate'
            ? await generateCertificate({ set, keyPair: pairs[one.which]!, serialNumber: (++serial).toString(16), now, validityMonths: 1 }) // prettier-ignore
            : one.do === 'activate'
              ? activateCertificate(set, sha256, { now })
              : removeCertificate(set, sha256, { now, compromised: one.compromised })
        holds(before, change, now)
        set = change.set
        refusals += change.ok ? 0 : 1
        const digests = set.certificates.map((other) => other.sha256)
        expect(digests.length).toBeLessThanOrEqual(2)
        expect(digests.filter((digest) => digest === set.active).length).toBe(digests.length > 0 ? 1 : 0)
        if (before.active !== undefined) expect(digests).toContain(before.active)
        // Only activating changes what signs, but for the first.
        if (one.do !== 'activate' && before.active !== undefined) expect(set.active).toBe(before.active)
      }
      isToldOf(set, now)
    })
    await fc.assert(property, { numRuns: 60 })
    expect(refusals).toBeGreaterThan(20)
  })
})
