import type { KeyObject } from 'node:crypto'
import type { Rule } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { sha1Faults, sha1Row } from '../strength.js'
import type { ReadSet, SigningAlgorithm } from './set.js'

/** What a certificate of our own is to be made of. */
export interface GenerateSubject {
  readonly publicKey: KeyObject
  readonly algorithm: SigningAlgorithm
  readonly validityMonths: number
  readonly commonName: string
  /** Upper-case hexadecimal, without leading zeros. */
  readonly serialNumber: string
  /** Whether the end can be written: before the year 9999 is over. */
  readonly ends: boolean
  readonly legacy: boolean
  readonly read: ReadSet
}

/** Identity Center offers the first two; the others are for those who want more. */
const KEY_BITS: readonly number[] = [1024, 2048, 3072, 4096]
/** RFC 5280 ub-common-name. */
const MAX_COMMON_NAME = 64
/** A hundred years: what runs longer is a mistyped number. */
export const MAX_VALIDITY_MONTHS = 1_200

/** Controls, what formats, halves of surrogate pairs, separators of lines. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

export function isCommonName(text: string): boolean {
  return !UNSEEN.test(text) && text.trim() !== '' && [...text].length <= MAX_COMMON_NAME
}

export const generateRules: readonly Rule<GenerateSubject>[] = [
  {
    id: 'saml/certificate-signing-key',
    severity: 'error',
    source: 'R065; NIST SP 800-131A',
    title:
      'The key of a signing certificate is RSA of 2048, 3072 or 4096 bits; of 1024 only where that is asked for',
    fix: 'Make an RSA key of 2048 bits. For a service provider that takes only 1024, say legacy.',
    check: ({ publicKey, legacy }) => {
      const { asymmetricKeyType: type, asymmetricKeyDetails: details } = publicKey
      if (type !== 'rsa')
        return [{ reason: 'type', path: 'keyPair.publicKey', expected: 'RSA', actual: type ?? 'unknown', message: 'SAML messages are signed with RSA keys.' }] // prettier-ignore
      const bits = details?.modulusLength ?? 0
      const fault = { path: 'keyPair.publicKey', actual: `${bits} bits` }
      if (!KEY_BITS.includes(bits))
        return [{ reason: 'size', ...fault, expected: KEY_BITS.slice(1).join(', '), message: 'No certificate is made for a key of this size.' }] // prettier-ignore
      if (details?.publicExponent !== 65_537n)
        return [{ reason: 'exponent', ...fault, expected: '65537', actual: String(details?.publicExponent), message: 'Some receivers refuse other exponents.' }] // prettier-ignore
      return bits >= 2048 || legacy
        ? []
        : [{ reason: 'legacy', ...fault, expected: 'at least 2048 bits', message: 'The key is shorter than is safe today.' }] // prettier-ignore
    },
  },
  {
    id: 'saml/certificate-algorithm',
    severity: 'error',
    source: 'R065; RFC 9155',
    title: 'A certificate signs with SHA-256 or longer; with SHA-1 only where that is asked for',
    fix: 'Take rsa-sha256. For a service provider that takes only SHA-1, say legacy.',
    check: ({ algorithm, legacy }) =>
      algorithm !== 'rsa-sha1' || legacy
        ? []
        : [{ reason: 'legacy', path: 'algorithm', expected: 'rsa-sha256', actual: algorithm, message: 'SHA-1 is broken: signatures with it can be forged.' }], // prettier-ignore
  },
  {
    ...sha1Row,
    check: ({ algorithm }) => sha1Faults(algorithm === 'rsa-sha1', 'algorithm'),
  },
  {
    id: 'saml/certificate-period',
    severity: 'error',
    source: 'R064; R065',
    title:
      'A signing certificate is valid for a number of months: 60 unless another is asked for, 1,200 at the most',
    fix: 'Give a whole number of months, such as 60.',
    check: ({ validityMonths: months, ends }) => {
      const fault = { path: 'validityMonths', expected: `1 to ${MAX_VALIDITY_MONTHS}`, actual: shown(months) }
      if (!Number.isInteger(months) || months < 1 || months > MAX_VALIDITY_MONTHS)
        return [{ reason: 'range', ...fault, message: 'No certificate is valid for so long.' }]
      return ends
        ? []
        : [{ reason: 'end', ...fault, message: 'The certificate would end beyond the year 9999.' }]
    },
  },
  {
    id: 'saml/certificate-name',
    severity: 'error',
    source: 'RFC 5280 4.1.2.6, A.1',
    title: 'The common name of a certificate has 1 to 64 characters, all of them printable',
    fix: 'Give the application a short name: nothing is decided by it.',
    check: ({ commonName }) => {
      const fault = {
        path: 'commonName',
        expected: `1 to ${MAX_COMMON_NAME} characters`,
        actual: shown(commonName),
      }
      if (isCommonName(commonName)) return []
      const reason = UNSEEN.test(commonName) ? 'characters' : 'length'
      return [{ reason, ...fault, message: 'A certificate cannot have this common name.' }]
    },
  },
  {
    id: 'saml/certificate-serial',
    severity: 'error',
    source: 'RFC 5280 4.1.2.2',
    title: 'Every certificate of an application has a serial number of its own',
    fix: 'Take a fresh random serial number: randomSerialNumber() of countersign/flows.',
    check: ({ serialNumber, read }) =>
      read.certificates.some((one) => one.serialNumber.replace(/^0+/, '') === serialNumber)
        ? [{ reason: 'reused', path: 'serialNumber', actual: serialNumber, message: 'A certificate of the set has this serial number.' }] // prettier-ignore
        : [],
  },
]
