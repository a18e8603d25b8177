import type { Verdict } from '../../core/outcome.js'
import {
  challengeOf,
  digestOf,
  redeemCode,
  type AuthorizationCode,
  type CodeTokenRequest,
} from '../../oauth/index.js'
import { begunGrant, newGrantID, revoked, type Begun } from './grants.js'
import { change, keyOf, remove } from './kept.js'
import { passed } from './refusal.js'
import type { GrantPorts, IAMGrantService } from './service.js'

/**
 * Redeems a code. The grant is kept first and the code is used up last, in one write that only one of any number of
 * requests can make; the others take their own grant away, and that of the winner is revoked.
 *
 * @param check - what else must hold before the code is used up; ends the flow otherwise
 */
export async function redeemedCode(
  request: CodeTokenRequest & { readonly clientId: string },
  { refresh }: { readonly refresh: boolean },
  service: IAMGrantService,
  ports: GrantPorts,
  check: (code: AuthorizationCode) => void = () => undefined,
): Promise<Begun> {
  const { clientId, code: secret, codeVerifier } = request
  const challenge = await challengeOf(codeVerifier ?? '')
  const grantID = newGrantID(ports)
  let begun: Begun | undefined
  const { outcome, revoke } = await change<AuthorizationCode, AuthorizationCode>(
    ports.state,
    keyOf.code(await digestOf('authorization-code', secret)),
    async (code) => {
      const step = redeemCode(request, code, { now: ports.now(), challenge, grantID })
      if (step.outcome.ok) {
        check(step.outcome.value)
        const { userId, signInSessionID, scopes } = step.outcome.value
        const wanted = { grantID, clientId, userId, signInSessionID, scopes, refresh }
        begun ??= await begunGrant(wanted, service, ports)
      }
      return step
    },
    (code) => Math.max(code.expiresAt, begun?.until ?? 0),
  )
  if (outcome.ok && begun) return begun
  if (begun) await remove(ports.state, keyOf.grant(grantID))
  if (revoke !== undefined) await revoked(revoke, 'code-reuse', ports)
  return passed(outcome as Verdict<never>)
}
