import type { Verdict } from '../../core/outcome.js'
import { failingRules, verdictOf } from '../../core/rule.js'
import {
  accessTokenOf,
  digestOf,
  grantTypes,
  pollDevice,
  readTokenRequest,
  secretFrom,
  tokenFormRules,
  type CreateTokenRequest,
  type CreateTokenResponse,
  type DeviceAuthorization,
  type Grant,
  type RegisteredClient,
} from '../../oauth/index.js'
import { provenClient, requireGrantType } from './clients.js'
import { redeemedCode } from './codes.js'
import { untilForgotten } from './devices.js'
import { begunGrant, newGrantID, refreshedGrant, revoked, type Begun } from './grants.js'
import { change, create, keyOf, remove } from './kept.js'
import { passed, verdictFrom } from './refusal.js'
import { fresh, type GrantPorts, type GrantService } from './service.js'
import { personOf } from './signIns.js'

/** Whom a grant is for, for events; beside what the client is answered. */
export interface CreatedToken {
  readonly response: CreateTokenResponse
  readonly grant: Grant
}

/**
 * CreateToken: a public client's token for a device code, a code or a refresh token. Codes and refresh tokens count
 * once, whoever asks at the same time on however many servers; a second use revokes what the first one gave.
 */
export function createToken(
  request: unknown,
  service: GrantService,
  ports: GrantPorts,
): Promise<Verdict<CreatedToken>> {
  return verdictFrom(async () => {
    passed(verdictOf(failingRules(tokenFormRules, { request }), () => undefined))
    const client = await provenClient(request as CreateTokenRequest, ports)
    const wanted = passed(readTokenRequest(request))
    requireGrantType(client, wanted.grantType)
    const { clientId } = client
    switch (wanted.grantType) {
      case grantTypes.deviceCode:
        return answered(client, await redeemedDevice(wanted.deviceCode, client, service, ports), ports)
      case grantTypes.authorizationCode: {
        const begin = beginFor(client)
        return answered(client, await redeemedCode({ clientId, ...wanted }, begin, service, ports), ports)
      }
      case grantTypes.refreshToken:
        return answered(client, await refreshedGrant(wanted.refreshToken, clientId, service, ports), ports)
    }
  })
}

/** Whether a grant of this client is refreshed. */
function beginFor(client: RegisteredClient): { readonly refresh: boolean } {
  return { refresh: client.grantTypes.includes(grantTypes.refreshToken) && !client.withoutScopes }
}

async function redeemedDevice(
  deviceCode: string,
  client: RegisteredClient,
  service: GrantService,
  ports: GrantPorts,
): Promise<Begun> {
  const grantID = newGrantID(ports)
  let begun: Begun | undefined
  const { outcome, revoke } = await change<DeviceAuthorization, DeviceAuthorization>(
    ports.state,
    keyOf.device(await digestOf('device-code', deviceCode)),
    async (device) => {
      const step = pollDevice(client.clientId, device, { now: ports.now(), grantID })
      if (step.outcome.ok) {
        const { userId = '', signInSessionID = '', scopes } = step.outcome.value
        const wanted = { grantID, clientId: client.clientId, userId, signInSessionID, scopes }
        begun ??= await begunGrant({ ...wanted, ...beginFor(client) }, service, ports)
      }
      return step
    },
    // A code that has given something is known again as long as that lives.
    (device) => Math.max(untilForgotten(device), begun?.until ?? 0),
  )
  if (outcome.ok && begun) return begun
  if (begun) await remove(ports.state, keyOf.grant(grantID))
  if (revoke !== undefined) await revoked(revoke, 'device-code-reuse', ports)
  return passed(outcome as Verdict<never>)
}

/** Makes the tokens of a grant's present hour, and keeps their digests. */
async function answered(
  client: RegisteredClient,
  { grant, refreshToken, until }: Begun,
  ports: GrantPorts,
): Promise<CreatedToken> {
  const now = ports.now()
  const accessToken = secretFrom('aoal', fresh(ports, 32))
  const whole = client.withoutScopes ? (await personOf(grant.session, ports)).signIn?.expiresAt : undefined
  const record = accessTokenOf(grant, { now, until: whole })
  await create(
    ports.state,
    keyOf.accessToken(await digestOf('access-token', accessToken)),
    record,
    record.expiresAt,
  )
  if (refreshToken !== undefined) {
    const key = keyOf.refreshToken(await digestOf('refresh-token', refreshToken))
    await create(ports.state, key, { grantID: grant.grantID }, until)
  }
  const response: CreateTokenResponse = {
    accessToken,
    tokenType: 'Bearer',
    expiresIn: record.expiresAt - now,
    ...(refreshToken === undefined ? {} : { refreshToken }),
  }
  return { response, grant }
}
