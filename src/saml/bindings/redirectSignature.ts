import { hasError, type Verdict } from '../../core/outcome.js'
import { runRules, verdictOf, type Rule } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { decodeBase64 } from '../base64.js'
import type { TrustedCertificate } from '../certificate.js'
import { certificatesOf, LAST_INSTANT, misuse } from '../expectation.js'
import { verificationRules } from '../response/signatureRules.js'
import { sha1Faults, sha1Row, weakKeyFaults, weakKeyRow } from '../strength.js'
import { SIGNATURE_METHODS } from '../xml/algorithms.js'
import { signerAmong, type Trust } from '../xml/signature.js'
import { SignatureFault } from '../xml/signatureFault.js'
import { decode } from './decode.js'
import { kindsIn, type ParametersReading } from './parameters.js'

/** A signature of a query that a trusted certificate made. */
export interface DetachedSignature {
  readonly certificate: TrustedCertificate
  readonly usesSHA1: boolean
}

/** What came of the signature of a query; `absent`: it has none. */
export type DetachedReading =
  | { readonly verified: DetachedSignature; readonly fault?: never }
  | { readonly fault: SignatureFault; readonly verified?: never }
  | 'absent'
  | 'half'

/**
 * Verifies the signature of a query over the octets that came: `SAMLRequest=...&RelayState=...&SigAlg=...` in this order, each
 * value as it stood there and never encoded anew (SAML Bindings 3.4.4.1; S50).
 */
export function readDetached(parameters: ParametersReading, trust: Trust): DetachedReading {
  const { raw } = parameters
  if (!raw.has('SigAlg') && !raw.has('Signature')) return 'absent'
  if (!raw.has('SigAlg') || !raw.has('Signature')) return 'half'
  try {
    return { verified: verifyDetached(parameters, trust) }
  } catch (error) {
    if (error instanceof SignatureFault) return { fault: error }
    throw error
  }
}

function verifyDetached(parameters: ParametersReading, trust: Trust): DetachedSignature {
  const { raw, values } = parameters
  const algorithm = values.get('SigAlg')
  const hash = algorithm === undefined ? undefined : SIGNATURE_METHODS.get(algorithm)
  if (hash === undefined) {
    throw new SignatureFault('saml/signature-algorithm', 'unknown', {
      path: 'SigAlg',
      expected: [...SIGNATURE_METHODS.keys()].filter((name) => !name.endsWith('sha1')).join(', '),
      actual: shown(algorithm),
    })
  }
  const usesSHA1 = hash === 'sha1'
  if (usesSHA1 && trust.allowSHA1 !== true)
    throw new SignatureFault('saml/signature-algorithm', 'sha1', { path: 'SigAlg' })
  const value = values.get('Signature') ?? ''
  const signature = /[\t\n\r ]/.test(value) ? 'alphabet' : decodeBase64(value)
  if (typeof signature === 'string')
    throw new SignatureFault('saml/signature-structure', 'base64', { path: 'Signature', actual: signature })
  const octets = Buffer.from(
    [...kindsIn(parameters), 'RelayState' as const, 'SigAlg' as const]
      .flatMap((name) => (raw.has(name) ? [`${name}=${raw.get(name)}`] : []))
      .join('&'),
  )
  const certificate = signerAmong(trust, { hash, bytes: octets, signature, path: 'Signature' })
  if (certificate) return { certificate, usesSHA1 }
  throw new SignatureFault('saml/signature', 'mismatch', { path: 'Signature' })
}

interface DetachedSubject {
  readonly signature: DetachedReading
}

/** Whether a query is signed at all, in full. */
export const detachedRules: readonly Rule<DetachedSubject>[] = [
  {
    id: 'saml/redirect-signature-missing',
    severity: 'error',
    source: 'SAML Bindings 3.4.4.1; attacks S14, S50',
    title: 'A query that must be signed has SigAlg and Signature',
    fix: 'Turn on signing of requests, or give the query as it was received: something cut the signature off.',
    check: ({ signature }) => {
      if (signature === 'absent')
        return [{ reason: 'missing', path: 'Signature', message: 'The query is not signed.' }]
      if (signature === 'half')
        return [
          { reason: 'half', path: 'Signature', message: 'The query has one of SigAlg and Signature alone.' },
        ]
      return []
    },
  },
]

const strengthRules: readonly Rule<{ readonly verified?: DetachedSignature }>[] = [
  {
    ...weakKeyRow,
    check: ({ verified }) =>
      verified ? weakKeyFaults(verified.certificate.keyType, verified.certificate.keyBits) : 'cantTell',
  },
  {
    ...sha1Row,
    check: ({ verified }) => sha1Faults(verified?.usesSHA1 === true, 'SigAlg'),
  },
]

export interface RedirectTrust {
  /** PEM texts, or certificates parsed once with `parseCertificate`: those of the sender, all of them trusted. */
  readonly certificates: readonly (string | TrustedCertificate)[]
  /** Epoch seconds. */
  readonly now: number
  /** Takes SHA-1, with the warning `saml/sha1`. Default false. */
  readonly allowSHA1?: boolean | undefined
  /** Lets a certificate verify whose validity has ended or not begun. Default false. */
  readonly allowExpiredCertificates?: boolean | undefined
}

/**
 * Verifies the signature of a query that came by HTTP-Redirect, over its raw octets. A query that is not signed is refused.
 * RSA with SHA-256, SHA-384 or SHA-512 only. What it proves is who sent message and RelayState, and nothing of what
 * they mean: `validateAuthnRequest` does both.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse; never for what the query is
 *
 * @example
 * ```ts
 * import { verifyRedirectSignature } from 'countersign/saml'
 *
 * declare const query: string, pem: string // all behind the question mark, as received
 * const verdict = verifyRedirectSignature(query, { certificates: [pem], now: Math.floor(Date.now() / 1000) })
 * if (verdict.ok) console.log(verdict.value.verifiedBy)
 * ```
 */
export function verifyRedirectSignature(
  query: string,
  trust: RedirectTrust,
): Verdict<{ readonly verifiedBy: string }> {
  const { certificates, now, allowSHA1, allowExpiredCertificates } = trust ?? misuse('Trust is required.')
  if (!Number.isSafeInteger(now) || now < 0 || now > LAST_INSTANT) misuse('now must be whole epoch seconds.')
  const trusted = { certificates: certificatesOf(certificates), now, allowSHA1, allowExpiredCertificates }
  const { outcomes, parameters } = decode({ binding: 'redirect', query }, undefined)
  if (outcomes.some(({ findings }) => hasError(findings))) return verdictOf(outcomes, unreachable)
  const signature = readDetached(parameters, trusted)
  const judged = [
    ...runRules(detachedRules, { signature }),
    ...(typeof signature === 'string'
      ? []
      : [...runRules(verificationRules, { signatures: [signature] }), ...runRules(strengthRules, signature)]),
  ]
  return verdictOf(judged, () => {
    const verified = typeof signature === 'string' ? undefined : signature.verified
    return verified ? { verifiedBy: verified.certificate.sha256 } : unreachable()
  })
}

function unreachable(): never {
  throw new Error('A signature was asked of a refused query.')
}
