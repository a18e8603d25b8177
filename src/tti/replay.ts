import { encodeBase64url, lengthPrefixed, sha256 } from '../core/codec.js'
import { canonicalJson } from '../core/json.js'
import { FederationError, type Verdict } from '../core/outcome.js'
import { runRules, verdictOf } from '../core/rule.js'
import type { ExchangeRule } from './rule.js'
import type { TrustedClaims } from './types.js'

/** What becomes of a token without `jti`: any number of uses, one use (told by its claims), or none (C17). */
export type MissingJti = 'accept' | 'fingerprint' | 'refuse'

interface ReplayKeySubject {
  readonly jti: string | undefined
  readonly missingJti: MissingJti
}

export const replayKeyRules: readonly ExchangeRule<ReplayKeySubject>[] = [
  {
    id: 'tti/jti-required',
    severity: 'error',
    source: 'R262; R263; C17',
    title: 'Where a token id is required, the token has one',
    fix: 'Have the identity provider add a unique "jti", or let tokens without one be told by their claims (missingJti: "fingerprint").',
    answer: 'InvalidGrantException',
    check: ({ jti, missingJti }) =>
      jti === undefined && missingJti === 'refuse'
        ? [
            {
              reason: 'missing',
              path: 'claims.jti',
              message: 'The token has no "jti", and this exchange requires one.',
            },
          ]
        : [],
  },
]

/**
 * The key under which a token is used up: SHA-256 over the length-prefixed issuer and `jti`, or, without `jti`, issuer
 * and canonical claims. One id of two issuers gives two keys, and no two inputs can be joined to one (attacks R03, R04); numbers count as doubles.
 * The token's text plays no part, so re-encoding or re-signing the same claims does not make a token new.
 *
 * With `missingJti: 'accept'` and no `jti` nothing is to be claimed: the key is empty, which no store takes.
 */
export async function replayKey(
  claims: Pick<TrustedClaims, 'issuer' | 'jti' | 'claims'>,
  { missingJti = 'fingerprint' }: { readonly missingJti?: MissingJti } = {},
): Promise<Verdict<string>> {
  if (!['accept', 'fingerprint', 'refuse'].includes(missingJti)) {
    throw new FederationError('ERR_INVALID_OPTION', 'missingJti is accept, fingerprint or refuse.')
  }
  const { issuer, jti } = claims
  const outcomes = runRules(replayKeyRules, { jti, missingJti })
  const digest = async (parts: readonly string[]): Promise<string> =>
    encodeBase64url(await sha256(lengthPrefixed(parts)))
  const key =
    jti !== undefined
      ? await digest(['jti', issuer, jti])
      : missingJti === 'accept'
        ? ''
        : await digest(['claims', issuer, canonicalJson(claims.claims)])
  return verdictOf(outcomes, () => key)
}
