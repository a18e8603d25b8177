import { shown } from '../../core/shown.js'
import type { Application, Deployment } from '../application.js'
import type { ExchangeRule } from '../rule.js'
import type { TrustedTokenIssuer } from '../types.js'

export interface TrustedIssuerSubject {
  readonly deployment: Deployment
  readonly application: Application
  /** The token's `iss`, read before anything is verified: it chooses whose keys decide, and nothing else. */
  readonly iss: string | undefined
}

export const trustedIssuerRules: readonly ExchangeRule<TrustedIssuerSubject>[] = [
  {
    id: 'tti/trusted-issuer',
    severity: 'error',
    source: 'R236; R245; R255; attack J21',
    title: "The token's issuer is one that the application trusts",
    fix: 'Create a trusted token issuer whose issuer URL is the token\'s "iss" to the letter, and authorize it in the application\'s grant.',
    answer: 'InvalidGrantException',
    check: ({ deployment, application, iss }) => {
      if (iss === undefined) return 'cantTell'
      if (authorizedIssuer(application, iss)) return []
      const known = deployment.issuers.some(({ issuerURL }) => issuerURL === iss)
      const reason = known ? 'not-authorized' : 'unknown'
      return [
        {
          reason,
          path: 'claims.iss',
          actual: shown(iss),
          message: known
            ? 'The application does not trust this issuer.'
            : 'No trusted token issuer has this issuer URL.',
        },
      ]
    },
  },
]

/** The application's grant for the issuer with this URL, compared exactly. */
export function authorizedIssuer(
  application: Application,
  iss: string,
): { readonly issuer: TrustedTokenIssuer; readonly audiences: readonly string[] } | undefined {
  return application.authorizedTokenIssuers.find(({ issuer }) => issuer.issuerURL === iss)
}
