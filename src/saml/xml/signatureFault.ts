export type SignatureRuleId =
  | 'saml/signature-structure'
  | 'saml/signature-reference'
  | 'saml/signature-transforms'
  | 'saml/signature-algorithm'
  | 'saml/digest'
  | 'saml/signature'
  | 'saml/certificate-expired'

export interface SignatureFaultDetails {
  readonly path?: string | undefined
  readonly expected?: string | undefined
  readonly actual?: string | undefined
  readonly fix?: string | undefined
}

/** Thrown while one signature is read or verified; never leaves `src/saml`. */
export class SignatureFault extends Error {
  readonly rule: SignatureRuleId
  readonly reason: string
  readonly details: SignatureFaultDetails

  constructor(rule: SignatureRuleId, reason: string, details: SignatureFaultDetails = {}) {
    super(`${rule} (${reason})`)
    this.rule = rule
    this.reason = reason
    this.details = details
  }
}
