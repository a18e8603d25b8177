import type { User } from '../../core/identity.js'
import { failingRules, verdictOf } from '../../core/rule.js'
import { clientRules, type RegisteredClient } from '../../oauth/index.js'
import { authorizeUser } from '../../tti/index.js'
import { keyOf, read } from './kept.js'
import { passed, Refusal } from './refusal.js'
import type { GrantPorts, IAMGrantService } from './service.js'

/**
 * Whether a person may use a client that an administrator manages through an application: it is enabled, and the person
 * assigned where it requires that. Whoever may not ends the flow, as does a client that is gone by now, of which nobody
 * knows whom it was for; other clients are for everyone.
 */
export async function requireAdmitted(
  clientId: string,
  user: User,
  service: IAMGrantService,
  ports: GrantPorts,
): Promise<void> {
  const find = (wanted: string | undefined) =>
    service.deployment.applications.find(({ arn }) => arn === wanted)
  const named = find(clientId)
  const client = named ? undefined : await read<RegisteredClient>(ports.state, keyOf.client(clientId))
  if (!named && !client) {
    const subject = { clientId, client, secretDigest: '', now: ports.now() }
    return passed(verdictOf(failingRules(clientRules, subject), () => undefined))
  }
  const arn = named?.arn ?? client?.applicationARN
  if (arn === undefined) return
  const application = named ?? find(arn)
  // An application that is gone or disabled admits nobody, and is told as one to which nobody is assigned.
  const admits = application?.enabled ? application : { ...emptyApplication, arn }
  const verdict = authorizeUser(user, admits)
  if (!verdict.ok) throw new Refusal(verdict.findings)
  passed(verdict)
}

const emptyApplication = {
  enabled: false,
  authorizedTokenIssuers: [],
  refreshTokenGrant: false,
  tokenExchangeGrant: false,
  accessScopes: [],
  assignmentRequired: true,
  assignments: [],
  actorPolicies: [],
}
