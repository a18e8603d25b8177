import { createPublicKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { FederationError } from '../../../src/core/index.js'
import * as saml from '../../../src/saml/index.js'
import { certificate, keys, setOf } from '../../support/certificateSets.js'
import { samlSigner } from '../../../src/flows/index.js'
import { IDP, NOW } from '../../support/saml.js'

const thrower = (): never => {
  throw new Error('an accessor threw')
}
const trap = new Proxy({}, { get: thrower, ownKeys: thrower, getPrototypeOf: thrower, has: thrower, getOwnPropertyDescriptor: thrower }) // prettier-ignore
const revoked = Proxy.revocable({}, {})
revoked.revoke()
const cyclic: unknown[] = []
cyclic.push(cyclic)
/** What a caller without types may hand in, by mistake or because somebody sent it. */
const ODD: readonly unknown[] = [undefined, null, 0, -1, NaN, Infinity, 1e300, '', ' ', 'x', '{}', 'x'.repeat(1_000_000), [], {}, [[]], cyclic, trap, revoked.proxy, { get now() { return thrower() } }, () => 1, Symbol('s'), 1n, new Date(NaN), new Uint8Array(3), new Map(), { toJSON: thrower }, { toString: thrower }, Object.create(null), '__proto__', true, '\ud800'] // prettier-ignore

const [a, b] = [certificate(), certificate({ key: keys[1], serial: 2 })]
const set = setOf([a, b])
const own: saml.OutboundSet = {
  version: 1,
  direction: 'outbound',
  application: 'expenses',
  certificates: [{ sha256: a.sha256, pem: a.pem, algorithm: 'rsa-sha256', generatedAt: NOW }],
  active: a.sha256,
}
const metadata = { entityID: IDP, idp: { certificates: [a, b], singleSignOnServices: [], nameIDFormats: [], wantAuthnRequestsSigned: false } } // prettier-ignore
const now = { now: NOW }

type Call = (...values: unknown[]) => unknown
/** Each function with arguments that it takes. */
const calls: Readonly<Record<string, readonly [Call, ...unknown[]]>> = {
  inboundSet: [saml.inboundSet as Call, { entityID: IDP, party: 'idp' }],
  outboundSet: [saml.outboundSet as Call, { application: 'x' }],
  parseCertificateSet: [saml.parseCertificateSet as Call, set, now],
  trustedCertificates: [saml.trustedCertificates as Call, set],
  activeCertificate: [saml.activeCertificate as Call, own],
  importCertificate: [saml.importCertificate as Call, set, a.pem, { ...now, from: 'file' }],
  inspectCertificate: [saml.inspectCertificate as Call, a.pem, { ...now, party: 'sp' }],
  removeCertificate: [saml.removeCertificate as Call, set, a.sha256, { ...now, compromised: true, unusedDays: 1 }],
  activateCertificate: [saml.activateCertificate as Call, own, a.sha256, now],
  recordCertificateUse: [saml.recordCertificateUse as Call, set, a.sha256, { ...now, granularitySeconds: 1 }],
  refreshCertificates: [saml.refreshCertificates as Call, set, metadata, { ...now, force: true, keep: true, unusedDays: 1 }],
  rotationPlan: [saml.rotationPlan as Call, set, { ...now, offered: metadata, unusedDays: 1, oneAtATime: true, distributed: true }],
  certificateStatus: [saml.certificateStatus as Call, set, now],
  generateCertificate: [saml.generateCertificate as Call, { ...now, set: own, keyPair: { publicKey: createPublicKey(keys[1]), signer: samlSigner(keys[1]) }, serialNumber: '07', validityMonths: 1, commonName: 'x', algorithm: 'rsa-sha256', legacy: true }],
} // prettier-ignore

const replaced = (values: readonly unknown[], at: number, value: unknown): unknown[] =>
  values.map((one, index) => (index === at ? value : one))

/** Everything but an answer, or misuse that is told as such. */
async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call()
    return undefined
  } catch (error) {
    return error instanceof FederationError && error.code === 'ERR_INVALID_OPTION' ? undefined : error
  }
}

describe('whatever stands in for an argument', () => {
  it.each(Object.entries(calls))('%s throws for misuse alone', async (name, [call, ...values]) => {
    expect(await thrownBy(() => call(...values))).toBeUndefined()
    for (const odd of ODD) {
      for (const at of values.keys()) {
        expect(await thrownBy(() => call(...replaced(values, at, odd))), name).toBeUndefined()
        // And each member of an argument that has some.
        const value = values[at]
        if (typeof value !== 'object' || value === null) continue
        for (const member of Object.keys(value)) {
          const changed = { ...value, [member]: odd }
          expect(
            await thrownBy(() => call(...replaced(values, at, changed))),
            `${name} ${member}`,
          ).toBeUndefined()
        }
      }
    }
  })

  it('that answers once and then no more is told, too', async () => {
    let reads = 0
    const fickle = new Proxy(a, {
      get: (target, name) => (name === 'pem' && ++reads > 1 ? thrower() : Reflect.get(target, name)),
    })
    expect(await thrownBy(() => saml.importCertificate(set, fickle, now))).toBeUndefined()
    expect(reads).toBe(2)
  })

  it('of a key pair is told, too', async () => {
    const [call, options] = calls['generateCertificate'] as [Call, object]
    for (const odd of ODD) {
      for (const member of ['publicKey', 'privateKey', 'signer']) {
        const keyPair = { publicKey: createPublicKey(keys[1]), privateKey: keys[1], [member]: odd }
        expect(await thrownBy(() => call({ ...options, keyPair }))).toBeUndefined()
      }
    }
  })

  it('that works is answered', async () => {
    for (const [name, [call, ...values]] of Object.entries(calls)) {
      const answer: unknown = await call(...values)
      expect([name, answer === undefined]).toEqual([name, false])
      if (typeof answer === 'object' && answer !== null && 'ok' in answer)
        expect([name, answer.ok]).toEqual([name, true])
    }
  })
})
