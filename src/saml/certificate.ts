import { createHash, KeyObject } from 'node:crypto'
import { FederationError, type Verdict } from '../core/outcome.js'
import { runRules, verdictOf, type Rule } from '../core/rule.js'
import { readBase64, readPEM, type CertificateSubject } from './certificateText.js'
import { weakKeyFaults, weakKeyRow } from './strength.js'

/** A certificate, parsed once: what an administrator trusts, never what a message brings along. */
export interface TrustedCertificate {
  /** One block of PEM, in lines of 64 characters. */
  readonly pem: string
  /** SHA-256 of the DER form in lower-case hexadecimal: the certificate's name in `verifiedBy` and in reports. */
  readonly sha256: string
  readonly subject: string
  readonly issuer: string
  /** Upper-case hexadecimal. */
  readonly serialNumber: string
  /** Epoch seconds: valid from this instant ... */
  readonly notBefore: number
  /** ... up to and including this one. */
  readonly notAfter: number
  readonly keyType: 'rsa' | 'ec'
  /** Of the RSA modulus, or of the order of the curve. */
  readonly keyBits: number
  readonly publicKey: KeyObject
}

export const certificateRules: readonly Rule<CertificateSubject>[] = [
  {
    id: 'saml/certificate-form',
    severity: 'error',
    source: 'R056; RFC 7468 5; RFC 5280 4.1',
    title: 'A certificate is one X.509 certificate in PEM',
    fix: "Give the IdP's signing certificate alone, as one block from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----.",
    check: ({ fault }) => (fault ? [fault] : []),
  },
  {
    id: 'saml/certificate-text',
    severity: 'warning',
    source: 'RFC 7468 2; RFC 7468 5.2',
    title: 'Nothing stands beside the block of a certificate that could be taken for what it says',
    fix: 'Give the block alone, as openssl x509 prints it without -text; believe the subject and the dates that are reported here.',
    check: ({ certificate, beside }) => {
      if (!certificate) return 'cantTell'
      return beside === undefined
        ? 'notApplicable'
        : beside.map((reason) => ({
            reason,
            message: `The text ${reason} the block is not read: nothing tells whether it speaks of this certificate.`,
          }))
    },
  },
  {
    id: 'saml/certificate-validity',
    severity: 'error',
    source: 'RFC 5280 4.1.2.5',
    title: "A certificate's validity is two dates, the first before the second",
    fix: 'Have the certificate made anew with a proper validity.',
    check: ({ certificate, notBefore, notAfter }) => {
      if (!certificate) return 'cantTell'
      const proper = notBefore !== undefined && notAfter !== undefined && notBefore < notAfter
      return proper
        ? []
        : [{ reason: 'malformed', message: 'The validity of the certificate cannot be read.' }]
    },
  },
  {
    id: 'saml/certificate-key',
    severity: 'error',
    source: 'R065; XML Signature 6.4.2',
    title: 'The key of a certificate is RSA, of 1024 bits or more with a sound exponent, or EC',
    fix: 'Have the identity provider sign with an RSA key of 2048 bits.',
    check: ({ certificate }) => {
      if (!certificate) return 'cantTell'
      const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey
      if (type === 'ec') return []
      if (type !== 'rsa')
        return [
          {
            reason: 'type',
            expected: 'RSA',
            actual: type ?? 'unknown',
            message: 'This kind of key verifies nothing in SAML.',
          },
        ]
      const bits = details?.modulusLength ?? 0
      if (bits < 1024 || bits > 16_384)
        return [
          {
            reason: 'size',
            expected: '1024 to 16384 bits',
            actual: `${bits} bits`,
            message: 'No signature of an RSA key of this size is trusted.',
          },
        ]
      const exponent = details?.publicExponent ?? 0n
      if (exponent < 3n || exponent % 2n === 0n)
        return [
          {
            reason: 'exponent',
            actual: String(exponent),
            message: 'Anybody can sign for a key with this exponent.',
          },
        ]
      return []
    },
  },
  {
    ...weakKeyRow,
    check: ({ certificate }) => {
      const key = certificate?.publicKey
      return key
        ? weakKeyFaults(key.asymmetricKeyType, key.asymmetricKeyDetails?.modulusLength ?? 0)
        : 'cantTell'
    },
  },
  {
    id: 'saml/certificate-ec',
    severity: 'warning',
    source: 'R065; XML Signature 6.4.3',
    title: 'A certificate has the kind of key that signatures are accepted from',
    fix: 'Have the identity provider sign with an RSA key: signatures with EC keys are refused.',
    check: ({ certificate }) => {
      if (!certificate) return 'cantTell'
      return certificate.publicKey.asymmetricKeyType === 'ec'
        ? [
            {
              reason: 'unusable',
              expected: 'RSA',
              actual: 'EC',
              message: 'Nothing that is accepted can be signed with this EC key.',
            },
          ]
        : []
    },
  },
]

/**
 * Reads one certificate from PEM, as text or bytes of at most 16,384 characters. A chain, a private key, another kind
 * of block or DER is refused by name; what is weak or of no use is warned of, and text beside the block, which is not
 * read. Expiry is for whoever knows the time.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what is neither text nor bytes
 *
 * @example
 * ```ts
 * import { parseCertificate } from 'countersign/saml'
 *
 * declare const pem: string
 * const verdict = parseCertificate(pem)
 * if (verdict.ok) console.log(verdict.value.sha256, new Date(verdict.value.notAfter * 1000))
 * ```
 */
export function parseCertificate(pem: string | Uint8Array): Verdict<TrustedCertificate> {
  if (typeof pem !== 'string' && !(ArrayBuffer.isView(pem) && pem instanceof Uint8Array))
    throw new FederationError('ERR_INVALID_OPTION', 'A certificate is PEM, as text or bytes.')
  const subject = readPEM(typeof pem === 'string' ? pem : Buffer.from(pem).toString('latin1'))
  return verdictOf(runRules(certificateRules, subject), () => trusted(subject))
}

/** As {@link parseCertificate}, from the bare base64 of an X509Certificate element. */
export function parseCertificateText(base64: string): Verdict<TrustedCertificate> {
  const subject = readBase64(base64)
  return verdictOf(runRules(certificateRules, subject), () => trusted(subject))
}

/** Whether a value is a parsed certificate, with all that is decided by: one without an end must not pass for endless. */
export function isTrustedCertificate(value: unknown): value is TrustedCertificate {
  if (typeof value !== 'object' || value === null) return false
  const { publicKey, keyType, notBefore, notAfter, keyBits, sha256, pem } =
    value as Partial<TrustedCertificate>
  return (
    publicKey instanceof KeyObject &&
    publicKey.type === 'public' &&
    publicKey.asymmetricKeyType === keyType &&
    Number.isSafeInteger(notBefore) &&
    Number.isSafeInteger(notAfter) &&
    Number.isSafeInteger(keyBits) &&
    typeof sha256 === 'string' &&
    typeof pem === 'string'
  )
}

/** Whether a certificate may verify at `now`; the warning-level findings of a parsed certificate are not repeated. */
export function validityOf(certificate: TrustedCertificate, now: number): 'valid' | 'expired' | 'not-yet' {
  if (now > certificate.notAfter) return 'expired'
  return now < certificate.notBefore ? 'not-yet' : 'valid'
}

function trusted({ certificate, notBefore, notAfter }: CertificateSubject): TrustedCertificate {
  if (!certificate || notBefore === undefined || notAfter === undefined)
    throw new Error('A certificate was asked of a refused text.')
  const { publicKey, raw, serialNumber } = certificate
  const keyType = publicKey.asymmetricKeyType === 'ec' ? 'ec' : 'rsa'
  const lines = raw.toString('base64').match(/.{1,64}/g) ?? []
  return Object.freeze({
    pem: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    sha256: createHash('sha256').update(raw).digest('hex'),
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    serialNumber,
    notBefore,
    notAfter,
    keyType,
    keyBits: publicKey.asymmetricKeyDetails?.modulusLength ?? curveBits(publicKey),
    publicKey,
  })
}

/** Node prints a name with one part a line, and nothing for an empty one. */
function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ')
}

function curveBits(key: KeyObject): number {
  const sizes: Readonly<Record<string, number>> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 }
  const curve = key.asymmetricKeyDetails?.namedCurve ?? ''
  return Object.hasOwn(sizes, curve) ? (sizes[curve] ?? 0) : 0
}
