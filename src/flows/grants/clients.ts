import { encodeBase64url } from '../../core/codec.js'
import type { Verdict } from '../../core/outcome.js'
import { failingRules, verdictOf } from '../../core/rule.js'
import {
  clientGrantRule,
  clientRules,
  digestOf,
  GRANT_LIMITS,
  registerClient as register,
  secretFrom,
  type GrantType,
  type OAuthClient,
  type RegisterClientResponse,
  type RegisteredClient,
} from '../../oauth/index.js'
import { counted } from './counted.js'
import { create, keyOf, read } from './kept.js'
import { passed, storeRefusal, verdictFrom } from './refusal.js'
import { clientOfApplication, fresh, type GrantPorts, type GrantService } from './service.js'

/**
 * RegisterClient: keeps a public client for 90 days and answers its id and secret. Anybody may register, so no more than
 * 1,000 clients do in ten minutes.
 */
export function registerClient(
  request: unknown,
  service: GrantService,
  ports: GrantPorts,
): Promise<Verdict<RegisterClientResponse>> {
  return verdictFrom(async () => {
    const now = ports.now()
    const clientSecret = secretFrom('aocs', fresh(ports, 32))
    const client = passed(
      register(request, {
        now,
        clientID: `aoci${encodeBase64url(fresh(ports, 16))}`,
        secretDigest: await digestOf('client-secret', clientSecret),
        scopes: service.scopes,
        instanceURLs: service.instanceURLs,
        applications: service.deployment.applications.map(clientOfApplication),
      }),
    )
    const { registrations: max, registrationWindowSeconds: windowSeconds } = GRANT_LIMITS
    passed((await counted(keyOf.attempts('registration'), { max, windowSeconds }, ports)).outcome)
    if (!(await create(ports.state, keyOf.client(client.clientId), client, client.secretExpiresAt)))
      throw storeRefusal({ reason: 'contended' })
    const { authorizationEndpoint, tokenEndpoint } = service
    return {
      clientId: client.clientId,
      clientSecret,
      clientIdIssuedAt: client.issuedAt,
      clientSecretExpiresAt: client.secretExpiresAt,
      ...(authorizationEndpoint === undefined ? {} : { authorizationEndpoint }),
      ...(tokenEndpoint === undefined ? {} : { tokenEndpoint }),
    }
  })
}

/** The public client of a request, by its id and its secret, or the end of the flow. */
export async function provenClient(
  { clientId, clientSecret }: { readonly clientId: string; readonly clientSecret: string },
  ports: GrantPorts,
): Promise<RegisteredClient> {
  const client = await registeredClient(clientId, ports)
  const secretDigest = await digestOf('client-secret', clientSecret)
  const subject = { clientId, client, secretDigest, now: ports.now() }
  return passed(
    verdictOf(failingRules(clientRules, subject), () => {
      if (!client) throw new Error('The client rules let an unknown client pass.')
      return client
    }),
  )
}

/** Whether a client has a grant, or the end of the flow. */
export function requireGrantType(client: OAuthClient, grantType: GrantType): void {
  passed(verdictOf(failingRules([clientGrantRule], { client, grantType }), () => undefined))
}

/** The client that a browser names, which proves nothing yet: a registered one, or an application of the instance. */
export async function namedClient(
  clientId: string | undefined,
  service: GrantService,
  ports: GrantPorts,
): Promise<OAuthClient | undefined> {
  if (clientId === undefined) return undefined
  const application = service.deployment.applications.find(({ arn }) => arn === clientId)
  if (application) return application.enabled ? clientOfApplication(application) : undefined
  const client = await registeredClient(clientId, ports)
  return client && ports.now() < client.secretExpiresAt ? client : undefined
}

async function registeredClient(
  clientId: string,
  { state }: GrantPorts,
): Promise<RegisteredClient | undefined> {
  // Ids are 16 bytes: nothing else is asked of the store.
  return /^aoci[A-Za-z0-9_-]{22}$/.test(clientId)
    ? read<RegisteredClient>(state, keyOf.client(clientId))
    : undefined
}
