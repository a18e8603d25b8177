import { isTrustedCertificate, parseCertificate, type TrustedCertificate } from '../certificate.js'
import { misuse } from '../expectation.js'

/**
 * A copy of the own members of what a caller gave, so that nothing of it is read twice, and no accessor of it throws later.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what is no object, or cannot be read
 */
export function given<T extends object>(value: T, name = 'options'): T {
  try {
    if (typeof value === 'object' && value !== null) return { ...value }
  } catch {
    // Told below: what its accessors throw is nobody's business.
  }
  return misuse(`${name} must be an object.`)
}

/** Whether a value is a parsed certificate; of what cannot be read it is not. */
export function isCertificate(value: unknown): value is TrustedCertificate {
  try {
    return isTrustedCertificate(value)
  } catch {
    return false
  }
}

/**
 * A list of parsed certificates, each read again from its PEM: whoever made them, digest and key are those of the text.
 * One that is listed twice is one: what is made of the list may be a set, in which none stands twice.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for anything else
 */
export function certificateList(value: unknown, name: string): readonly TrustedCertificate[] {
  try {
    const list = Array.isArray(value) ? Array.from(value as readonly unknown[]) : [undefined]
    const verdicts = list.map((one) => (isCertificate(one) ? parseCertificate(one.pem) : undefined))
    const read = verdicts.flatMap((verdict) => (verdict?.ok ? [verdict.value] : []))
    if (read.length === list.length) return [...new Map(read.map((one) => [one.sha256, one])).values()]
  } catch {
    // Told below.
  }
  return misuse(`${name} must be parsed certificates.`)
}
