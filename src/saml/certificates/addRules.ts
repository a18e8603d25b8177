import type { Rule } from '../../core/rule.js'
import { formatDateTime } from '../../core/codec.js'
import { validityOf, type TrustedCertificate } from '../certificate.js'
import { distrustOf, keySHA256 } from './key.js'
import { MAX_INBOUND, MAX_OUTBOUND, type CertificateSet, type ReadSet, type TrustedParty } from './set.js'

/** A file that is to become a trusted certificate. */
export interface FileSubject {
  readonly party: TrustedParty
  /** Code points, as people count characters. */
  readonly characters: number
  readonly bytes: number
}

/** What Identity Center takes (R057, R072). */
const MAX_IDP_CHARACTERS = 2_500
const MAX_SP_BYTES = 2_048

/** Before a certificate is read. */
export const fileRules: readonly Rule<FileSubject>[] = [
  {
    id: 'saml/certificate-length',
    severity: 'error',
    source: 'R057; R072; R343',
    title:
      "An identity provider's certificate has 2,500 characters of PEM at the most, a service provider's 2 KB",
    fix: 'Give the certificate alone, without its chain and without text around it; have a huge key replaced by one of 2048 to 4096 bits.',
    check: ({ party, characters, bytes }) => {
      const [size, most, unit] =
        party === 'idp' ? [characters, MAX_IDP_CHARACTERS, 'characters'] : [bytes, MAX_SP_BYTES, 'bytes']
      if (size <= most) return []
      const message = `Identity Center takes no certificate of more than ${most} ${unit}.`
      return [{ reason: 'too-long', expected: `at most ${most} ${unit}`, actual: `${size} ${unit}`, message }]
    },
  },
]

/** A certificate that is to come into a set, at an instant. */
export interface AddSubject {
  readonly certificate: TrustedCertificate
  readonly now: number
  /** Absent where a certificate is judged by itself. */
  readonly read?: ReadSet | undefined
}

/** What is asked of a certificate that is to be trusted from now on. */
export const importRules: readonly Rule<AddSubject>[] = [
  {
    id: 'saml/certificate-import-expired',
    severity: 'error',
    source: 'R059; R063; RFC 5280 4.1.2.5',
    title: 'A certificate that is imported has not expired',
    fix: 'Download the new certificate: nothing that this one signs is accepted.',
    check: ({ certificate, now }) =>
      validityOf(certificate, now) === 'expired'
        ? [{ reason: 'expired', ...validity(certificate, now), message: 'The certificate has expired.' }]
        : [],
  },
  {
    id: 'saml/certificate-import-not-yet',
    severity: 'warning',
    source: 'R060; RFC 5280 4.1.2.5',
    title: 'A certificate that is imported is valid already',
    fix: 'Activate it at the identity provider only once it is valid, and keep the present one until then.',
    check: ({ certificate, now }) =>
      validityOf(certificate, now) === 'not-yet'
        ? [{ reason: 'not-yet', ...validity(certificate, now), message: 'Nothing that it signs is accepted until it is valid.' }] // prettier-ignore
        : [],
  },
  {
    id: 'saml/certificate-distrusted',
    severity: 'error',
    source: 'R062',
    title: 'Neither a certificate nor a key that was removed as compromised comes back',
    fix: 'Have the identity provider make a certificate with a new key.',
    check: ({ certificate, read }) => {
      if (read?.set.direction !== 'inbound') return 'notApplicable'
      const reason = distrustOf(read.set, certificate)
      if (reason === undefined) return []
      const message =
        reason === 'certificate'
          ? 'This certificate was removed as compromised.'
          : 'The key of this certificate was removed as compromised, with another certificate.'
      return [{ reason, actual: certificate.sha256, message }]
    },
  },
]

/** Whether a set takes one more; that is asked before it is made, too. */
export const countRules: readonly Rule<Partial<AddSubject>>[] = [
  {
    id: 'saml/certificate-count',
    severity: 'error',
    source: 'R066',
    title: 'An application has two certificates at the most, a trusted party ten',
    fix: 'Remove a certificate that is no longer used first.',
    check: ({ read, certificate }) => {
      if (!read) return 'notApplicable'
      if (certificate && isIn(read.set, certificate)) return []
      const most = read.set.direction === 'outbound' ? MAX_OUTBOUND : MAX_INBOUND
      return read.certificates.length < most
        ? []
        : [{ reason: 'too-many', expected: `at most ${most}`, message: 'The set is full.' }]
    },
  },
]

/** Whether what comes into a set is what it seems. */
export const knownRules: readonly Rule<Omit<AddSubject, 'now'>>[] = [
  {
    id: 'saml/certificate-known',
    severity: 'warning',
    source: 'R058; RFC 5280 4.1.2.2; attack S41',
    title: 'A certificate that comes into a set is new to it, in its key and in its name',
    fix: 'Compare the SHA-256 digest with what the party that made it says, by another way than it came.',
    check: ({ read, certificate }) => {
      if (!read) return 'notApplicable'
      if (isIn(read.set, certificate))
        return [
          {
            reason: 'same',
            actual: certificate.sha256,
            message: 'The set has this certificate already.',
            fix: 'Nothing is to be done.',
          },
        ]
      const key = keySHA256(certificate)
      return read.certificates.flatMap((other) => {
        const sameKey = keySHA256(other) === key
        const sameName =
          other.issuer === certificate.issuer && other.serialNumber === certificate.serialNumber
        if (sameKey)
          return [
            {
              reason: 'same-key',
              actual: other.sha256,
              message: 'Another certificate of the set has the same key: to replace it changes no key.',
              fix: 'Make a new key, unless only the dates were to change.',
            },
          ]
        const message =
          'Another certificate of the set has the same issuer and serial number, and another key.'
        return sameName ? [{ reason: 'look-alike', actual: other.sha256, message }] : []
      })
    },
  },
]

export function isIn(set: CertificateSet, { sha256 }: TrustedCertificate): boolean {
  return set.certificates.some((one) => one.sha256 === sha256)
}

function validity({ notBefore, notAfter }: TrustedCertificate, now: number) {
  return {
    expected: `valid at ${formatDateTime(now)}`,
    actual: `${formatDateTime(notBefore)} to ${formatDateTime(notAfter)}`,
  }
}
