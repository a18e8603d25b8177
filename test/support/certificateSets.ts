import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { assertAccepted } from '../../src/core/index.js'
import {
  importCertificate,
  inboundSet,
  parseCertificate,
  type InboundSet,
  type TrustedCertificate,
} from '../../src/saml/index.js'
import { certificateText, pemOf, vectorKey, type CertificateParts } from './certificates.js'
import { IDP, NOW } from './saml.js'

export const DAY = 86_400

const interopKey = (name: string): KeyObject =>
  createPrivateKey(readFileSync(new URL(`../interop/keys/${name}.pem`, import.meta.url), 'utf8'))

/** Four RSA keys of 2048 bits. */
export const keys = [
  vectorKey('rsa-issuer'),
  vectorKey('rsa-other'),
  interopKey('idp.key'),
  interopKey('other.key'),
] as const

/** `20261125120000Z`, as a certificate has it. */
export function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/\.000|[-:T]/g, '')
}

export interface Made extends Omit<Partial<CertificateParts>, 'key' | 'from' | 'to'> {
  readonly key?: KeyObject
  /** Days from now. */
  readonly from?: number
  readonly to?: number
}

/** A certificate that is valid for so many days around NOW. */
export function certificate({ key = keys[0], from = -30, to = 300, ...more }: Made = {}): TrustedCertificate {
  const parts = {
    ...more,
    key,
    from: time(NOW + Math.round(from * DAY)),
    to: time(NOW + Math.round(to * DAY)),
  }
  return assertAccepted(parseCertificate(pemOf(certificateText(parts))))
}

/** A set of an identity provider that holds these, each imported from a file at the given day. */
export function setOf(certificates: readonly TrustedCertificate[], day = -20): InboundSet {
  return certificates.reduce(
    (set, one) => assertAccepted(importCertificate(set, one, { now: NOW + day * DAY })),
    inboundSet({ entityID: IDP }),
  )
}
