import type { KeyObject } from 'node:crypto'
import { FederationError, hasError, type Finding } from '../../core/outcome.js'
import { failingRules, findingsOf } from '../../core/rule.js'
import { parseCertificate, type TrustedCertificate } from '../certificate.js'
import { flag, LAST_INSTANT, misuse } from '../expectation.js'
import { checkNow } from '../metadata/subject.js'
import { countRules, knownRules } from './addRules.js'
import { outboundSet } from './certificateSet.js'
import { changed, unread, type CertificateChange } from './change.js'
import { inDirection } from './direction.js'
import { given } from './given.js'
import { unsignedCertificate } from './forge.js'
import { generateRules, isCommonName, type GenerateSubject } from './generateRules.js'
import { isSignedWith } from './key.js'
import { addMonths } from './months.js'
import { readSet } from './readSet.js'
import type { OutboundSet, SigningAlgorithm } from './set.js'
import { signingOf, type SigningKeyPair } from './signing.js'

/** Five years, as Identity Center makes them (R064). */
export const DEFAULT_VALIDITY_MONTHS = 60
const DEFAULT_COMMON_NAME = 'SAML signing certificate'
const DEFAULT_APPLICATION = 'application'

export interface GenerateOptions {
  /** The set that the certificate comes into. Default: a new one, in which it is active. */
  readonly set?: OutboundSet | undefined
  /** RSA. `generateSigningKeyPair()` of `countersign/flows` makes one. */
  readonly keyPair: SigningKeyPair
  /** Positive, 1 to 20 bytes, as bytes or in hexadecimal; best random: `randomSerialNumber()` of `countersign/flows`. */
  readonly serialNumber: string | Uint8Array
  /** Epoch seconds: the certificate is valid from this instant. */
  readonly now: number
  /** Calendar months. Default 60. */
  readonly validityMonths?: number | undefined
  /** The common name, in which nobody trusts. Default: the application of the set, where it is short enough. */
  readonly commonName?: string | undefined
  /** What messages are signed with, and the certificate is. Default: that of the signer, or `rsa-sha256`. */
  readonly algorithm?: SigningAlgorithm | undefined
  /** Lets a key of 1024 bits or SHA-1 pass, with a warning each, for service providers that take nothing better. */
  readonly legacy?: boolean | undefined
}

/**
 * Makes a signing certificate of our own for an application. It is not active (R067), but the first of a set is: give it
 * to the service provider, then `activateCertificate`. The private key is no part of the set; where a KMS has it, it
 * never comes here. A third certificate is refused (R066).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse, `ERR_SIGNER_FAILED` when the signer's signature is not that of
 *   the public key; what the signer itself throws passes through
 *
 * @example
 * ```ts
 * import { generateSigningKeyPair, randomSerialNumber } from 'countersign/flows'
 * import { generateCertificate, outboundSet } from 'countersign/saml'
 *
 * const keyPair = await generateSigningKeyPair()
 * const change = await generateCertificate({
 *   set: outboundSet({ application: 'expenses' }),
 *   keyPair,
 *   serialNumber: randomSerialNumber(),
 *   now: Math.floor(Date.now() / 1000),
 * })
 * if (change.ok) console.log(change.certificate?.pem, change.value.active)
 * ```
 */
export async function generateCertificate(options: GenerateOptions): Promise<CertificateChange<OutboundSet>> {
  const asked = given(options)
  const { now, set = outboundSet({ application: DEFAULT_APPLICATION }) } = asked
  checkNow(now)
  const { publicKey, algorithm, sign } = signingOf(asked)
  const serial = serialOf(asked.serialNumber)
  const legacy = flag(asked.legacy, 'legacy')
  const { validityMonths = DEFAULT_VALIDITY_MONTHS } = asked
  if (typeof validityMonths !== 'number') misuse('validityMonths must be a number.')
  const read = inDirection(readSet(set, now), 'outbound')
  if (!read.ok) return unread('generate', set, now, read.findings)
  const held = read.value
  const commonName = commonNameOf(asked.commonName, held.set.application)
  const notAfter = addMonths(now, validityMonths)
  const subject: GenerateSubject = {
    ...{ publicKey, algorithm, validityMonths, commonName, legacy, read: held },
    serialNumber: serial.toUpperCase().replace(/^0+/, ''),
    ends: notAfter <= LAST_INSTANT,
  }
  const findings = [
    ...findingsOf(failingRules(countRules, { read: held })),
    ...findingsOf(failingRules(generateRules, subject)),
  ]
  const change = { action: 'generate', now, before: set, read: held.set } as const
  // Nothing is signed of which a rule says that it should not be.
  if (hasError(findings)) return changed<OutboundSet>({ ...change, findings, after: () => set })

  const content = { serialNumber: serial, commonName, notBefore: now, notAfter, algorithm }
  const spki = publicKey.export({ type: 'spki', format: 'pem' }) as string
  const { bytes, finish } = await unsignedCertificate({ ...content, publicKey: spki })
  const made = parsed(finish(await sign(bytes)), publicKey)
  const known = findingsOf(failingRules(knownRules, { certificate: made.certificate, read: held }))
  return changed<OutboundSet>({
    ...change,
    findings: [...findings, ...made.findings, ...known],
    certificate: made.certificate,
    after: () => withGenerated(held.set, made.certificate, algorithm, now),
  })
}

function withGenerated(
  set: OutboundSet,
  { sha256, pem }: TrustedCertificate,
  algorithm: SigningAlgorithm,
  now: number,
): OutboundSet {
  const certificates = [...set.certificates, { sha256, pem, algorithm, generatedAt: now }]
  return { ...set, certificates, active: set.active ?? sha256 }
}

/** What was made, read as everybody else will read it, and proven to be signed with the key that it holds. */
function parsed(
  pem: string,
  publicKey: KeyObject,
): { readonly certificate: TrustedCertificate; readonly findings: readonly Finding[] } {
  const verdict = parseCertificate(pem)
  if (!verdict.ok || !isSignedWith(verdict.value, publicKey))
    throw new FederationError('ERR_SIGNER_FAILED', 'The signature of the certificate is not that of its key.')
  return { certificate: verdict.value, findings: verdict.findings }
}

/** The content of a DER INTEGER in hexadecimal: with a zero byte before a first byte that would make it negative. */
function serialOf(serialNumber: unknown): string {
  const text: unknown =
    ArrayBuffer.isView(serialNumber) && serialNumber instanceof Uint8Array
      ? Buffer.from(serialNumber.subarray(0, 32)).toString('hex')
      : serialNumber
  const digits = typeof text === 'string' && /^[0-9a-f]{1,64}$/i.test(text) ? text.replace(/^0+/, '') : ''
  const even = digits.length % 2 === 0 ? digits : `0${digits}`
  const content = /^[89a-f]/i.test(even) ? `00${even}` : even
  if (content === '' || content.length > 40)
    misuse('serialNumber must be a positive integer of at most 20 bytes, as bytes or in hexadecimal.')
  return content.toLowerCase()
}

function commonNameOf(commonName: unknown, application: string): string {
  if (commonName === undefined) return isCommonName(application) ? application : DEFAULT_COMMON_NAME
  if (typeof commonName !== 'string') misuse('commonName must be a text.')
  return commonName
}
