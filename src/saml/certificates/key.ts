import { createHash, X509Certificate, type KeyObject } from 'node:crypto'
import { validityOf, type TrustedCertificate } from '../certificate.js'
import type { InboundSet } from './set.js'

/** SHA-256 of the SubjectPublicKeyInfo: the key's own name, whatever certificate it is in (S41). */
export function keySHA256({ publicKey }: TrustedCertificate): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
}

/** By what a certificate was removed as compromised (R062): as itself, or by its key; undefined where it was not. */
export function distrustOf(
  { distrusted }: Pick<InboundSet, 'distrusted'>,
  certificate: TrustedCertificate,
): 'certificate' | 'key' | undefined {
  if (distrusted.length === 0) return undefined
  if (distrusted.some(({ sha256 }) => sha256 === certificate.sha256)) return 'certificate'
  const key = keySHA256(certificate)
  return distrusted.some((one) => one.keySHA256 === key) ? 'key' : undefined
}

/** Whether signatures verify with it now: it is valid, and its key is of the kind that signatures are accepted from. */
export function verifiesAt(certificate: TrustedCertificate, now: number): boolean {
  return certificate.keyType === 'rsa' && validityOf(certificate, now) === 'valid'
}

/** Whether a certificate holds this key, and is signed with it. */
export function isSignedWith({ pem, publicKey }: TrustedCertificate, key: KeyObject): boolean {
  return publicKey.equals(key) && new X509Certificate(pem).verify(key)
}
