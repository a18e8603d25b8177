import type { SigningAlgorithm } from './set.js'

export interface CertificateContent {
  /** SubjectPublicKeyInfo as PEM. */
  readonly publicKey: string
  /** DER INTEGER content in hexadecimal: two's complement, so that it is positive. */
  readonly serialNumber: string
  readonly commonName: string
  /** Epoch seconds. */
  readonly notBefore: number
  readonly notAfter: number
  readonly algorithm: SigningAlgorithm
}

/** A certificate that waits for its signature. */
export interface UnsignedCertificate {
  /** TBSCertificate in DER: what is to be signed (RFC 5280 4.1.1.1). */
  readonly bytes: Uint8Array
  /** The certificate in PEM. */
  readonly finish: (signature: Uint8Array) => string
}

const OIDS: Readonly<Record<SigningAlgorithm, string>> = {
  'rsa-sha1': '1.2.840.113549.1.1.5',
  'rsa-sha256': '1.2.840.113549.1.1.11',
  'rsa-sha384': '1.2.840.113549.1.1.12',
  'rsa-sha512': '1.2.840.113549.1.1.13',
}

/**
 * A self-signed X.509 v3 certificate, as node-forge writes it, up to its signature: no private key comes near. It signs
 * messages and no certificates.
 *
 * node-forge is loaded here, by whoever makes a certificate: it is a megabyte that nobody who only validates needs.
 */
export async function unsignedCertificate(content: CertificateContent): Promise<UnsignedCertificate> {
  // eslint-disable-next-line no-restricted-syntax -- a package, not a folder of ours: no fence is passed by it
  const { default: forge } = await import('node-forge')
  const { pki, asn1 } = forge
  const certificate = pki.createCertificate()
  certificate.publicKey = pki.publicKeyFromPem(content.publicKey)
  certificate.serialNumber = content.serialNumber
  certificate.validity.notBefore = new Date(content.notBefore * 1000)
  certificate.validity.notAfter = new Date(content.notAfter * 1000)
  // The types know of classes alone where a type is meant.
  const valueTagClass = asn1.Type.UTF8 as unknown as typeof asn1.Class.UNIVERSAL
  const name = [{ name: 'commonName', value: content.commonName, valueTagClass }]
  certificate.setSubject(name)
  certificate.setIssuer(name)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ])
  certificate.signatureOid = certificate.siginfo.algorithmOid = OIDS[content.algorithm]
  const { getTBSCertificate } = pki as unknown as Forge
  certificate.tbsCertificate = getTBSCertificate(certificate)
  return {
    bytes: bytesOf(asn1.toDer(certificate.tbsCertificate).getBytes()),
    finish: (signature) => {
      certificate.signature = Buffer.from(signature).toString('latin1')
      const lines = pki.certificateToPem(certificate).replaceAll('\r\n', '\n')
      return lines.endsWith('\n') ? lines : `${lines}\n`
    },
  }
}

/** Exported by node-forge, and missing in its types. */
interface Forge {
  getTBSCertificate<T extends { tbsCertificate: unknown }>(certificate: T): T['tbsCertificate']
}

/** node-forge keeps bytes as the characters of a text. */
function bytesOf(binary: string): Uint8Array {
  return new Uint8Array(Buffer.from(binary, 'latin1'))
}
