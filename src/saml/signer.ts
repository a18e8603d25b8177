import { verify } from 'node:crypto'
import { FederationError, type Finding } from '../core/outcome.js'
import type { AsyncSigner, Signer } from '../core/ports.js'
import { failingRules, findingsOf, type Rule } from '../core/rule.js'
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

/** A certificate that goes into KeyInfo. */
export interface KeyInfo {
  readonly certificate: TrustedCertificate
  /** Its base64. */
  readonly text: string
}

/** @throws FederationError `ERR_INVALID_OPTION` for what is no certificate */
export function keyInfoOf(certificate: string | TrustedCertificate | undefined): KeyInfo | undefined {
  if (certificate === undefined) return undefined
  if (isTrustedCertificate(certificate)) return { certificate, text: bare(certificate) }
  const parsed = typeof certificate === 'string' ? parseCertificate(certificate) : undefined
  return parsed?.ok
    ? { certificate: parsed.value, text: bare(parsed.value) }
    : misuse('certificate is not one certificate in PEM.')
}

/** What a signer answered, and the certificate that goes out with it. */
export interface Signed {
  readonly keyInfo: KeyInfo | undefined
  readonly alg: Signer['alg']
  readonly bytes: Uint8Array
  readonly signature: Uint8Array
}

/** Asked once a signature is there: so it holds of a key in a KMS as well, whose public key nobody names. */
export const signedRules: readonly Rule<Signed>[] = [
  {
    id: 'saml/issue-certificate',
    severity: 'error',
    source: 'SAML Core 5.4.5; XML Signature 4.5.4; R067',
    title: "The certificate in KeyInfo is that of the signer's key",
    fix: 'Give the certificate of the key that signs: after a rotation, change both at once.',
    check: ({ keyInfo, alg, bytes, signature }) => {
      if (!keyInfo) return 'notApplicable'
      const { publicKey, sha256 } = keyInfo.certificate
      if (verify(SIGNER_METHODS[alg].hash, bytes, publicKey, signature)) return []
      const message = 'The signature does not verify with the certificate that was to go with it.'
      return [{ reason: 'other-key', path: 'certificate', actual: sha256, message }]
    },
  },
]

export function signedFindings(signed: Signed): readonly Finding[] {
  return findingsOf(failingRules(signedRules, signed))
}

/** @throws FederationError `ERR_INVALID_OPTION` with the findings, where the certificate is not that of the signer */
export function checkSigned(signed: Signed): void {
  const findings = signedFindings(signed)
  if (findings.length > 0)
    throw new FederationError('ERR_INVALID_OPTION', 'certificate is not that of the signer.', { findings })
}

function bare({ pem }: TrustedCertificate): string {
  return pem.replace(/-----[A-Z ]+-----|\n/g, '')
}
