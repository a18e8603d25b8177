import type { CheckResult, Fault, RuleRow } from '../core/rule.js'

// How good a signature is that verified: rows that hold wherever a signature stands.

export const weakKeyRow: RuleRow = {
  id: 'saml/certificate-weak',
  severity: 'warning',
  source: 'R065; NIST SP 800-131A',
  title: 'An RSA key has 2048 bits or more',
  fix: 'Plan a rotation to a key of 2048 bits.',
}

export function weakKeyFaults(type: string | undefined, bits: number): CheckResult {
  // A key that is refused for its size needs no further word.
  if (type !== 'rsa' || bits < 1024) return 'notApplicable'
  if (bits >= 2048) return []
  const message = 'The RSA key is shorter than is safe today.'
  return [{ reason: 'size', expected: 'at least 2048 bits', actual: `${bits} bits`, message }]
}

/** Of SHA-1, which is refused unless it was allowed by name. */
export const sha1Row: RuleRow = {
  id: 'saml/sha1',
  severity: 'warning',
  source: 'SAML Core 5.4.1; attack S44',
  title: 'No signature uses SHA-1',
  fix: 'Set the signing algorithm to RSA-SHA256: SHA-1 passes here only because it was allowed.',
}

export function sha1Faults(used: boolean, path?: string): readonly Fault[] {
  return used ? [{ reason: 'used', path, message: 'The signature uses SHA-1.' }] : []
}
