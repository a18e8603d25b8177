import { createHash, X509Certificate, type KeyObject } from 'node:crypto'
import { validityOf, type TrustedCertificate } from '../certificate.js'

/** SHA-256 of the SubjectPublicKeyInfo: the key's own name, whatever certificate it is in (S41). */
export function keySHA256({ publicKey }: TrustedCertificate): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
}

/** Whether signatures verify with it now: it is valid, and its key is of the kind that signatures are accepted from. */
export function verifiesAt(certificate: TrustedCertificate, now: number): boolean {
  return certificate.keyType === 'rsa' && validityOf(certificate, now) === 'valid'
}

/** Whether a certificate holds this key, and is signed with it. */
export function isSignedWith({ pem, publicKey }: TrustedCertificate, key: KeyObject): boolean {
  return publicKey.equals(key) && new X509Certificate(pem).verify(key)
}
