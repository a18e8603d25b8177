import type { UserIdentity } from '../../audit/index.js'
import type { GrantService, IAMGrantPorts } from '../../flows/index.js'
import { publicScopes } from '../../oauth/index.js'
import { identityStoreARN, issuerOf, type Deployment } from '../../tti/index.js'
import type { CenterConfig } from '../config.js'

/** The center as an authorization server: what its endpoints and pages work with. */
export interface GrantWorld {
  readonly service: GrantService
  readonly ports: IAMGrantPorts
}

/** The service at one origin, which is where a client reached it. */
export function grantService(config: CenterConfig, origin: string): GrantService {
  const { deployment, region, portal, publicScopes: configured, startURLs } = config
  const instance = deployment.instanceARN.split('/')[1] ?? ''
  return {
    deployment,
    issuerURL: issuerOf(deployment),
    instanceURLs: [
      issuerOf(deployment),
      `https://${deployment.identityStoreId}.awsapps.com/start`,
      `https://${instance}.portal.${region}.app.aws`,
      `${origin}/start`,
      ...startURLs,
    ],
    verificationURI: `${origin}/device`,
    authorizationEndpoint: `${origin}/authorize`,
    tokenEndpoint: `${origin}/token`,
    scopes: [...publicScopes, ...configured],
    sessions: portal.sessionSettings,
  }
}

/** The person behind a call, as events name one (R318, R319). */
export function personIdentity(
  { userId, sessionID }: { readonly userId: string; readonly sessionID: string },
  deployment: Deployment,
  userName?: string,
): UserIdentity {
  return {
    type: 'IdentityCenterUser',
    accountId: deployment.accountId,
    ...(userName === undefined ? {} : { userName }),
    onBehalfOf: { userId, identityStoreArn: identityStoreARN(deployment) },
    credentialId: sessionID,
  }
}
