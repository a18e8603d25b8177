import type { User } from '../../core/identity.js'
import { FederationError } from '../../core/outcome.js'
import type { Clock, RandomBytes, StateStore } from '../../core/ports.js'
import type { SessionSettings } from '../../directory/portal/index.js'
import { defaultScopes, grantTypes, type OAuthClient, type PublicScope } from '../../oauth/index.js'
import type { Application, Deployment } from '../../tti/index.js'

/** One instance as an authorization server: what it is called, where it is, and what may be had of it. */
export interface GrantService {
  readonly deployment: Deployment
  /** Who answers, as `iss` of a redirect (RFC 9207). */
  readonly issuerURL: string
  /** By which URLs clients may name the instance: the issuer URL, and the access portal's (R197). */
  readonly instanceURLs: readonly string[]
  /** Where people enter the code that a device shows. */
  readonly verificationURI: string
  readonly authorizationEndpoint?: string
  readonly tokenEndpoint?: string
  /** The scopes that public clients may have. */
  readonly scopes: readonly PublicScope[]
  /** How long people stay signed in. */
  readonly sessions: SessionSettings
}

/** What CreateTokenWithIAM needs of the instance: it shows no pages and has no clients of its own. */
export type IAMGrantService = Pick<GrantService, 'deployment' | 'sessions'>

/** The world of a grant. Nothing else is read. */
export interface GrantPorts {
  readonly now: Clock
  readonly randomBytes: RandomBytes
  readonly state: StateStore
  /** The user with this id as the directory has it now; undefined when it is gone. */
  readonly user: (userId: string) => Promise<User | undefined>
}

/** An application as a client that may ask for codes. */
export function clientOfApplication(application: Application): OAuthClient {
  return {
    clientId: application.arn,
    clientName: application.name ?? application.arn,
    scopes: [...new Set([...defaultScopes, ...application.accessScopes.map(({ scope }) => scope)])],
    redirectURIs: application.authorizationCodeGrant?.redirectURIs ?? [],
    grantTypes: [
      ...(application.authorizationCodeGrant ? [grantTypes.authorizationCode] : []),
      ...(application.refreshTokenGrant ? [grantTypes.refreshToken] : []),
    ],
    applicationARN: application.arn,
  }
}

/** As many random bytes as are asked for, as a copy. */
export function fresh(ports: GrantPorts, count: number): Uint8Array {
  const bytes = ports.randomBytes(count)
  if (!(bytes instanceof Uint8Array) || bytes.length !== count)
    throw new FederationError('ERR_INVALID_OPTION', 'randomBytes must give as many bytes as it is asked for.')
  return Uint8Array.from(bytes)
}
