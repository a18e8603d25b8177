import type { JsonObject, JsonValue } from '../../core/json.js'
import type { Fault } from '../../core/rule.js'
import { kindOf } from '../../core/shown.js'
import type { TrustedTokenIssuer } from '../types.js'

/** The rows of the two rules on the claim that names the person; token checks and user mapping share them. */
export const mappedClaim = {
  id: 'tti/mapped-claim',
  severity: 'error',
  source: 'R260; attack J26',
  title: 'The mapped claim names one person, as a non-empty text',
  fix: 'Have the identity provider put the mapped claim into this token, or map a claim that it has.',
  answer: 'InvalidGrantException',
} as const

export const emailVerified = {
  id: 'tti/email-verified',
  severity: 'warning',
  source: 'OIDC Core 5.1; attack J26',
  title: 'A mapped e-mail address is not marked as unverified',
  fix: 'Verify addresses at the identity provider, or map a claim that people cannot choose for themselves.',
  answer: 'InvalidGrantException',
} as const

/** The claim at a path of own members; `a.b` reads member b of object a. */
export function claimAt(claims: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = claims
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name))
      return undefined
    value = (value as JsonObject)[name]
  }
  return value
}

export function mappedClaimFaults(claims: JsonObject, issuer: TrustedTokenIssuer): readonly Fault[] {
  const value = claimAt(claims, issuer.claimAttributePath)
  const path = `claims.${issuer.claimAttributePath}`
  if (value === undefined)
    return [{ reason: 'missing', path, message: 'The token does not have the claim that names the person.' }]
  if (typeof value !== 'string') {
    const actual = kindOf(value)
    return [
      {
        reason: 'not-string',
        path,
        expected: 'a text',
        actual,
        message: 'The claim that names the person is not a text.',
      },
    ]
  }
  return value === '' ? [{ reason: 'empty', path, message: 'The claim that names the person is empty.' }] : []
}

export function emailVerifiedFaults(
  claims: JsonObject,
  issuer: TrustedTokenIssuer,
): readonly Fault[] | 'notApplicable' {
  if (issuer.claimAttributePath !== 'email') return 'notApplicable'
  const verified = claimAt(claims, 'email_verified')
  if (verified === undefined || verified === true || verified === 'true') return []
  return [
    {
      reason: 'unverified',
      path: 'claims.email_verified',
      message: 'The identity provider has not verified the address.',
    },
  ]
}
