import { FederationError } from '../core/outcome.js'
import type { AsyncSigner, Signer } from '../core/ports.js'
import { isTrustedCertificate, parseCertificate, type TrustedCertificate } from './certificate.js'
import { misuse } from './expectation.js'
import { SIGNER_METHODS } from './xml/algorithms.js'

/** @throws FederationError `ERR_INVALID_OPTION` for what is no signer */
export function checkSigner(signer: unknown): asserts signer is AsyncSigner | Signer {
  const { sign, alg } = (signer ?? {}) as Partial<Signer>
  if (typeof sign !== 'function' || typeof alg !== 'string' || !Object.hasOwn(SIGNER_METHODS, alg))
    misuse('signer must be a Signer whose alg is rsa-sha256, rsa-sha384 or rsa-sha512.')
}

/**
 * The base64 of what a signer answered, if it is a signature at all: a port may be anybody's code.
 *
 * @throws FederationError `ERR_SIGNER_FAILED`
 */
export function base64Signature(signature: unknown): string {
  if (!(signature instanceof Uint8Array) || signature.length < 128)
    throw new FederationError('ERR_SIGNER_FAILED', 'The signer answered no RSA signature.')
  return Buffer.from(signature).toString('base64')
}

/** The base64 of a certificate for KeyInfo. */
export function keyInfoOf(certificate: string | TrustedCertificate | undefined): string | undefined {
  if (certificate === undefined) return undefined
  if (isTrustedCertificate(certificate)) return bare(certificate)
  const parsed = typeof certificate === 'string' ? parseCertificate(certificate) : undefined
  return parsed?.ok ? bare(parsed.value) : misuse('certificate is not one certificate in PEM.')
}

function bare({ pem }: TrustedCertificate): string {
  return pem.replace(/-----[A-Z ]+-----|\n/g, '')
}
