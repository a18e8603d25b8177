import { shownIf } from '../../core/shown.js'
import type { GrantRule } from '../rule.js'
import type { GrantType } from '../wire.js'
import { sameDigest } from './secrets.js'

/** Who asks for grants: a registered public client, or an application of the instance. */
export interface OAuthClient {
  /** For an application its ARN. */
  readonly clientId: string
  /** What people read when they are asked for consent. */
  readonly clientName: string
  /** All that it may be granted. */
  readonly scopes: readonly string[]
  readonly redirectURIs: readonly string[]
  readonly grantTypes: readonly GrantType[]
  /** The application whose status and assignments decide who may use it; absent: everyone may. */
  readonly applicationARN?: string
}

/** A public client as it is kept: plain data, without its secret. */
export interface RegisteredClient extends OAuthClient {
  readonly secretDigest: string
  readonly issuedAt: number
  /** Epoch seconds: the first at which the secret counts no more. */
  readonly secretExpiresAt: number
  /** Registered without scopes, as clients did before there were any: one token until the sign-in ends, no refresh. */
  readonly withoutScopes: boolean
}

export interface ClientSubject {
  readonly clientId: unknown
  readonly client: RegisteredClient | undefined
  /** Of the secret that was sent. */
  readonly secretDigest: string
  readonly now: number
}

/** All three have one answer: nobody learns which client there is. */
export const clientRules: readonly GrantRule<ClientSubject>[] = [
  {
    id: 'oauth/client',
    severity: 'error',
    source: 'R189; R213; RFC 6749 2.3.1; attack O16',
    title: 'The client is registered, and the secret is its own',
    fix: 'Send clientId and clientSecret as RegisterClient answered them; register anew where they are lost.',
    answer: 'InvalidClientException',
    check: ({ clientId, client, secretDigest }) => {
      const actual = shownIf(clientId, /^[\w-]{1,60}$/)
      if (!client)
        return [{ reason: 'unknown', path: '$.clientId', actual, message: 'There is no such client.' }]
      if (sameDigest(client.secretDigest, secretDigest)) return []
      return [{ reason: 'secret', path: '$.clientSecret', message: 'The secret is not that of the client.' }]
    },
  },
  {
    id: 'oauth/client-expiry',
    severity: 'error',
    source: 'SSO OIDC API; attack O16',
    title: "The client's secret has not expired: it lives 90 days",
    fix: 'Register the client anew.',
    answer: 'InvalidClientException',
    check: ({ client, now }) => {
      if (!client) return 'notApplicable'
      return now < client.secretExpiresAt
        ? []
        : [{ reason: 'expired', path: '$.clientSecret', message: 'The registration has expired.' }]
    },
  },
]

export interface ClientGrantSubject {
  readonly client: OAuthClient
  readonly grantType: GrantType
}

export const clientGrantRule: GrantRule<ClientGrantSubject> = {
  id: 'oauth/client-grant-type',
  severity: 'error',
  source: 'R188; RFC 6749 5.2; SSO OIDC API',
  title: 'The client has the grant type',
  fix: 'Name the grant type in grantTypes when registering the client, or give the application the grant (PutApplicationGrant).',
  answer: 'UnauthorizedClientException',
  check: ({ client, grantType }) =>
    client.grantTypes.includes(grantType)
      ? []
      : [
          {
            reason: 'not-granted',
            path: '$.grantType',
            actual: grantType,
            message: 'The client may not use this grant.',
          },
        ],
}
