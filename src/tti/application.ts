import type { AssignedPrincipal } from '../core/identity.js'
import type { TrustedTokenIssuer } from './types.js'

/** A customer managed OAuth 2.0 application, as its settings in sso-admin add up. */
export interface Application {
  /** Also its client id. */
  readonly arn: string
  readonly name?: string
  readonly enabled: boolean
  /** The jwt-bearer grant: whose tokens, for which audiences (application x issuer: C15, R245). */
  readonly authorizedTokenIssuers: readonly {
    readonly issuer: TrustedTokenIssuer
    readonly audiences: readonly string[]
  }[]
  /** The refresh_token grant (R225). */
  readonly refreshTokenGrant: boolean
  /** The authorization_code grant: where its codes may be sent. */
  readonly authorizationCodeGrant?: { readonly redirectURIs: readonly string[] }
  /** The token-exchange grant: it may exchange tokens that other applications send it. */
  readonly tokenExchangeGrant: boolean
  readonly accessScopes: readonly AccessScope[]
  readonly assignmentRequired: boolean
  readonly assignments: readonly AssignedPrincipal[]
  /** IAM policy documents, as they are: who may call CreateTokenWithIAM for this application (R247). */
  readonly actorPolicies: readonly unknown[]
}

export interface AccessScope {
  readonly scope: string
  /** ARNs of the applications (or the instance) that may receive tokens with this scope. */
  readonly authorizedTargets: readonly string[]
}

/** One Identity Center instance: where users are, who may exchange, and whose tokens are trusted. */
export interface Deployment {
  readonly instanceARN: string
  readonly accountId: string
  readonly identityStoreId: string
  readonly issuers: readonly TrustedTokenIssuer[]
  readonly applications: readonly Application[]
}

/** `arn:aws:identitystore::<account>:identitystore/d-<10>` (R167). */
export function identityStoreARN(
  deployment: Pick<Deployment, 'instanceARN' | 'accountId' | 'identityStoreId'>,
): string {
  const partition = deployment.instanceARN.split(':')[1] ?? 'aws'
  return `arn:${partition}:identitystore::${deployment.accountId}:identitystore/${deployment.identityStoreId}`
}

/** `https://identitycenter.amazonaws.com/ssoins-...`: the issuer of this instance's ID tokens. */
export function issuerOf(deployment: Pick<Deployment, 'instanceARN'>): string {
  return `https://identitycenter.amazonaws.com/${deployment.instanceARN.split('/')[1] ?? ''}`
}
