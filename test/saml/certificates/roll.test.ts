import { createPrivateKey, type KeyObject } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { assertAccepted } from '../../../src/core/index.js'
import { generateSigningKeyPair, randomSerialNumber, samlSigner } from '../../../src/flows/index.js'
import {
  activateCertificate,
  activeCertificate,
  buildMetadata,
  generateCertificate,
  importCertificate,
  inboundSet,
  issueResponse,
  outboundSet,
  parseCertificateSet,
  parseMetadata,
  recordCertificateUse,
  refreshCertificates,
  removeCertificate,
  rotationPlan,
  trustedCertificates,
  validateResponse,
  type InboundSet,
  type OutboundSet,
  type TrustedCertificate,
} from '../../../src/saml/index.js'
import { HTTP_POST } from '../../../src/saml/names.js'
import { DAY } from '../../support/certificateSets.js'
import { ADA, counted, IDP, NOW, SP, told } from '../../support/saml.js'

/** An identity provider with an outbound set and the keys to it, and a receiver with an inbound set: both ends of a roll. */
class World {
  now = NOW
  own: OutboundSet = outboundSet({ application: 'identity-center' })
  trusted: InboundSet = inboundSet({ entityID: IDP })
  readonly keys = new Map<string, KeyObject>()
  readonly #newID = counted()

  async generate(): Promise<TrustedCertificate> {
    const keyPair = await generateSigningKeyPair()
    const options = { set: this.own, keyPair, serialNumber: randomSerialNumber(), now: this.now }
    const change = await generateCertificate(options)
    this.own = assertAccepted(change)
    const { sha256 } = change.certificate!
    this.keys.set(sha256, keyPair.privateKey)
    this.#keep()
    return change.certificate!
  }

  /** A Response, signed with the key of this certificate or else of the active one. */
  response(sha256 = activeCertificate(this.own)!.certificate.sha256): string {
    const signer = samlSigner(this.keys.get(sha256)!)
    const options = { entityID: IDP, signer, now: this.now, newID: this.#newID }
    return assertAccepted(issueResponse(ADA, options))
  }

  /** What becomes of a sign-in: the certificate that verified it, or why it was refused. */
  signIn(message = this.response()): string | string[] {
    const idp = { entityID: IDP, certificates: trustedCertificates(this.trusted) }
    const verdict = validateResponse(message, { idp, sp: SP, now: this.now, inResponseTo: '_request' })
    if (!verdict.ok) return told(verdict.findings)
    this.trusted = assertAccepted(
      recordCertificateUse(this.trusted, verdict.value.verifiedBy, { now: this.now }),
    )
    this.#keep()
    return verdict.value.verifiedBy
  }

  metadata(): string {
    const certificates = trustedCertificates(this.own)
    const singleSignOnServices = [{ binding: HTTP_POST, location: 'https://idp.example.com/sso' } as const]
    return buildMetadata({ entityID: IDP, idp: { certificates, singleSignOnServices } })
  }

  /** Both sides keep their sets as JSON between any two steps. */
  #keep(): void {
    const read = (set: InboundSet | OutboundSet) =>
      assertAccepted(parseCertificateSet(JSON.stringify(set), { now: this.now }))
    this.own = read(this.own) as OutboundSet
    this.trusted = read(this.trusted) as InboundSet
  }
}

describe('a roll from one key to the next', () => {
  const world = new World()
  let [a, b] = [undefined, undefined] as unknown as [TrustedCertificate, TrustedCertificate]
  const due = (): unknown => [rotationPlan(world.own, { now: world.now }).due, rotationPlan(world.trusted, { now: world.now }).due] // prettier-ignore

  beforeAll(async () => {
    a = await world.generate()
    world.trusted = assertAccepted(importCertificate(world.trusted, a.pem, { now: world.now }))
  })

  it('leaves no gap in which anyone is refused', async () => {
    expect(world.signIn()).toBe(a.sha256)
    expect(due()).toEqual([null, null])

    // Five years less 90 days later both sides see that it is time.
    world.now = a.notAfter - 90 * DAY
    expect(world.signIn()).toBe(a.sha256)
    expect(due()).toEqual(['generate', 'obtain'])

    // Obtain: the new certificate is there, and signs nothing.
    b = await world.generate()
    expect(world.signIn()).toBe(a.sha256)
    expect(world.signIn(world.response(b.sha256))).toEqual(['saml/signature mismatch'])
    const offered = assertAccepted(
      parseMetadata(world.metadata(), { now: world.now, profile: 'service-provider' }),
    )
    expect(rotationPlan(world.trusted, { now: world.now, offered }).due).toBe('import')

    // Import: both are trusted.
    world.trusted = assertAccepted(refreshCertificates(world.trusted, offered, { now: world.now }))
    expect(world.signIn()).toBe(a.sha256)
    expect(world.signIn(world.response(b.sha256))).toBe(b.sha256)
    expect(due()).toEqual(['distribute', null])

    // Activate: what was signed before the change and arrives after it is accepted, too.
    const underWay = world.response()
    world.own = assertAccepted(activateCertificate(world.own, b.sha256, { now: world.now }))
    expect(world.signIn()).toBe(b.sha256)
    world.now += 30
    expect(world.signIn(underWay)).toBe(a.sha256)
    expect(due()).toEqual(['delete', null])
    expect(told(removeCertificate(world.trusted, a.sha256, { now: world.now }).findings)).toEqual([
      'saml/certificate-in-use used',
    ])

    // Delete: a week later the old one is seen to be unused.
    for (let day = 1; day <= 8; day++) {
      world.now += DAY
      expect(world.signIn()).toBe(b.sha256)
    }
    expect(due()).toEqual(['delete', 'delete'])
    world.own = assertAccepted(removeCertificate(world.own, a.sha256, { now: world.now }))
    world.trusted = assertAccepted(removeCertificate(world.trusted, a.sha256, { now: world.now }))
    expect(world.signIn()).toBe(b.sha256)
    expect(world.signIn(world.response(a.sha256))).toEqual(['saml/signature mismatch'])
    expect(due()).toEqual([null, null])
    expect(told(removeCertificate(world.trusted, b.sha256, { now: world.now }).findings)).toContain(
      'saml/certificate-last only',
    )
  })

  it('distrusts a key at once where it is in other hands', async () => {
    const stolen = world.response()
    const c = await world.generate()
    const imported = importCertificate(world.trusted, c, { now: world.now })
    const removed = removeCertificate(imported.set, b.sha256, { now: world.now, compromised: true })
    world.trusted = assertAccepted(removed)
    expect(world.signIn(stolen)).toEqual(['saml/signature mismatch'])
    world.own = assertAccepted(activateCertificate(world.own, c.sha256, { now: world.now }))
    expect(world.signIn()).toBe(c.sha256)
    // The metadata offers it still.
    const offered = assertAccepted(
      parseMetadata(world.metadata(), { now: world.now, profile: 'service-provider' }),
    )
    const refreshed = refreshCertificates(world.trusted, offered, { now: world.now })
    expect([told(refreshed.findings), refreshed.ok]).toEqual([['saml/certificate-skipped distrusted'], true])
    world.trusted = refreshed.set
    expect(world.signIn(stolen)).toEqual(['saml/signature mismatch'])
  })
})

describe('keys for certificates', () => {
  it('are RSA of the size that is asked for', async () => {
    const bits = async (modulusLength?: 1024 | 2048): Promise<unknown> => {
      const { privateKey, publicKey } = await generateSigningKeyPair({ modulusLength })
      expect(createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })).equals(privateKey)).toBe(
        true,
      )
      return publicKey.asymmetricKeyDetails
    }
    expect(await bits()).toEqual({ modulusLength: 2048, publicExponent: 65_537n })
    expect(await bits(1024)).toMatchObject({ modulusLength: 1024 })
    for (const odd of [512, 2047, 8192, '2048', null]) {
      const made = generateSigningKeyPair({ modulusLength: odd as 2048 })
      await expect(made).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION' })
    }
  })

  it('have serial numbers of 16 bytes that are positive and differ', () => {
    const numbers = Array.from({ length: 500 }, () => randomSerialNumber())
    for (const number of numbers) expect(number).toMatch(/^[4-7][0-9a-f]{31}$/)
    expect(new Set(numbers).size).toBe(numbers.length)
  })
})
