import type { Verdict } from '../../core/outcome.js'
import { runRules, verdictOf } from '../../core/rule.js'
import { applicationARN, instanceOf } from '../configuration/arns.js'
import type { ExchangeRule } from '../rule.js'
import { tokenExpiry, type TokenContents } from './contents.js'
import { seal, unseal, type SealingKey } from './seal.js'

/** What an access token says to a receiving application: who, for which application, what may be asked (R270). */
export interface AccessToken {
  readonly userId: string
  readonly identityStoreId: string
  /** ARNs of the receiving applications, or of the instance. */
  readonly audience: readonly string[]
  readonly scopes: readonly string[]
  /** The ARN of the application that exchanged. */
  readonly clientId: string
  readonly credentialId: string
  readonly issuedAt: number
  readonly expiresAt: number
  readonly authTime: number
  /** When the sign-in session ends: what is exchanged for this token does not outlive it. */
  readonly sessionExpiresAt: number
}

/**
 * The receiving applications of a grant: the targets of its access scopes. A scope without targets is good for every
 * application of the instance.
 */
export function audienceFor({ application, deployment, scopes }: TokenContents): readonly string[] {
  const granted = application.accessScopes.filter(({ scope }) => scopes.includes(scope))
  return [
    ...new Set(
      granted.flatMap(({ authorizedTargets }) =>
        authorizedTargets.length > 0 ? authorizedTargets : [deployment.instanceARN],
      ),
    ),
  ]
}

/** An opaque token that only the exchange's sealing keys open. */
export async function sealAccessToken(
  contents: TokenContents,
  keys: readonly [SealingKey, ...SealingKey[]],
): Promise<string> {
  const token: AccessToken = {
    userId: contents.user.userId,
    identityStoreId: contents.deployment.identityStoreId,
    audience: audienceFor(contents),
    scopes: contents.scopes,
    clientId: contents.application.arn,
    credentialId: contents.credentialId,
    issuedAt: contents.now,
    expiresAt: tokenExpiry(contents),
    authTime: contents.authTime,
    sessionExpiresAt: contents.sessionExpiresAt,
  }
  return seal('access-token', token, keys)
}

interface AccessTokenSubject {
  readonly token: AccessToken | undefined
  readonly audience: string
  readonly now: number
}

export const accessTokenRules: readonly ExchangeRule<AccessTokenSubject>[] = [
  {
    id: 'tti/access-token',
    severity: 'error',
    source: 'R270; R272',
    title: 'The token is an access token of this exchange',
    fix: "Send the accessToken that the exchange answered: an identity provider's own token is not accepted here.",
    answer: 'InvalidGrantException',
    check: ({ token }) =>
      token
        ? []
        : [{ reason: 'not-opened', message: 'The token was not made by this exchange, or was altered.' }],
  },
  {
    id: 'tti/access-token-audience',
    severity: 'error',
    source: 'R270',
    title: 'The token is meant for the receiving application',
    fix: "Add the receiving application to AuthorizedTargets of the requesting application's access scope.",
    answer: 'AccessDeniedException',
    check: ({ token, audience }) => {
      if (!token) return 'cantTell'
      // A token for the whole instance is good for its applications, and for nothing that only resembles one.
      const instance = applicationARN.pattern.test(audience) ? instanceOf(audience) : undefined
      const meant = token.audience.some(
        (arn) =>
          arn === audience ||
          (instance !== undefined && arn.includes(':::instance/') && instanceOf(arn) === instance),
      )
      return meant
        ? []
        : [{ reason: 'mismatch', expected: audience, message: 'The token is meant for another application.' }]
    },
  },
  {
    id: 'tti/access-token-expiry',
    severity: 'error',
    source: 'R225; SSO OIDC API',
    title: 'The token has not expired',
    fix: 'Exchange a fresh token, or use the refresh token.',
    answer: 'ExpiredTokenException',
    check: ({ token, now }) => {
      if (!token) return 'cantTell'
      return now < token.expiresAt ? [] : [{ reason: 'expired', message: 'The token has expired.' }]
    },
  },
]

/**
 * Reads an access token on the receiving side (R271), with the exchange's own keys: who the person is and what may be
 * asked. Whether that is allowed stays the receiving application's decision (R274).
 *
 * @param options.audience - ARN of the receiving application
 */
export async function readAccessToken(
  token: string,
  options: { readonly keys: readonly SealingKey[]; readonly audience: string; readonly now: number },
): Promise<Verdict<AccessToken>> {
  const content = await unseal('access-token', token, options.keys)
  const opened = content as unknown as AccessToken | undefined
  const outcomes = runRules(accessTokenRules, { token: opened, audience: options.audience, now: options.now })
  return verdictOf(outcomes, () => opened as AccessToken)
}
