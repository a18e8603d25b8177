import { generateKeyPair, randomBytes, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { FederationError } from '../core/outcome.js'

const MODULUS_LENGTHS = [1024, 2048, 3072, 4096] as const

export interface SigningKeyPairOptions {
  /** Default 2048. A key of 1024 bits signs only what takes nothing better (R065). */
  readonly modulusLength?: (typeof MODULUS_LENGTHS)[number] | undefined
}

/**
 * A fresh RSA key pair for `generateCertificate`. The private key is yours to keep: as PKCS#8, where nobody else reads.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for another size
 */
export async function generateSigningKeyPair(
  options: SigningKeyPairOptions = {},
): Promise<{ readonly publicKey: KeyObject; readonly privateKey: KeyObject }> {
  const { modulusLength = 2048 } = (options ?? {}) as SigningKeyPairOptions
  if (!MODULUS_LENGTHS.includes(modulusLength))
    throw new FederationError('ERR_INVALID_OPTION', `modulusLength must be ${MODULUS_LENGTHS.join(', ')}.`)
  return promisify(generateKeyPair)('rsa', { modulusLength, publicExponent: 65_537 })
}

/** A serial number for a certificate: 126 random bits in hexadecimal, which nobody guesses and nobody has twice. */
export function randomSerialNumber(): string {
  const bytes = randomBytes(16)
  // Positive, and of 16 bytes always.
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes.toString('hex')
}
