import { encodeBase64url } from '../../core/codec.js'
import {
  digestOf,
  refreshGrant,
  revokeGrant,
  secretFrom,
  startGrant,
  type Grant,
  type Person,
} from '../../oauth/index.js'
import { requireAdmitted } from './admitted.js'
import { change, create, keyOf, read } from './kept.js'
import { passed, storeRefusal } from './refusal.js'
import { fresh, type GrantPorts, type IAMGrantService } from './service.js'
import { endOf, personOf } from './signIns.js'

/** A grant as it is now, the refresh token that goes with it, and until when both are kept. */
export interface Begun {
  readonly grant: Grant
  readonly refreshToken?: string
  readonly until: number
}

export function newGrantID(ports: GrantPorts): string {
  return encodeBase64url(fresh(ports, 16))
}

/** Begins a grant from the sign-in session that consented, and keeps it; or ends the flow. */
export async function begunGrant(
  wanted: {
    readonly grantID: string
    readonly clientId: string
    readonly userId: string
    readonly signInSessionID: string
    readonly scopes: readonly string[]
    readonly refresh: boolean
  },
  service: IAMGrantService,
  ports: GrantPorts,
): Promise<Begun> {
  const { grantID, clientId, scopes } = wanted
  const person = await admittedPerson(wanted, service, clientId, ports)
  const refreshToken = wanted.refresh ? secretFrom('aorv', fresh(ports, 32)) : undefined
  const refreshDigest = refreshToken === undefined ? undefined : await digestOf('refresh-token', refreshToken)
  const grant = passed(startGrant({ grantID, clientId, scopes, refreshDigest }, person, ports.now()))
  const until = untilOf(person, grant)
  if (!(await create(ports.state, keyOf.grant(grantID), grant, until)))
    throw storeRefusal({ reason: 'contended' })
  return { grant, until, ...(refreshToken === undefined ? {} : { refreshToken }) }
}

/**
 * Uses a refresh token up for the next one. A second use revokes the grant.
 *
 * @param check - what else must hold before the token is used up; ends the flow otherwise
 */
export async function refreshedGrant(
  refreshToken: string,
  clientId: string,
  service: IAMGrantService,
  ports: GrantPorts,
  check: (grant: Grant) => void = () => undefined,
): Promise<Begun> {
  const refreshDigest = await digestOf('refresh-token', refreshToken)
  const next = secretFrom('aorv', fresh(ports, 32))
  const nextRefreshDigest = await digestOf('refresh-token', next)
  const pointer = await read<{ readonly grantID: string }>(ports.state, keyOf.refreshToken(refreshDigest))
  let person: Person | undefined
  const { outcome, revoke } = await change<Grant, Grant>(
    ports.state,
    // A token that was never given points nowhere: no grant has an empty id.
    keyOf.grant(pointer?.grantID ?? ''),
    async (grant) => {
      if (grant?.clientId === clientId && !grant.revoked)
        person ??= await admittedPerson(grant.session, service, clientId, ports)
      const known = person ?? { signIn: undefined, user: undefined }
      const context = { ...known, now: ports.now(), nextRefreshDigest }
      const step = refreshGrant({ clientId, refreshDigest }, grant, context)
      if (step.outcome.ok) check(step.outcome.value)
      return step
    },
    (grant) => untilOf(person, grant),
  )
  if (revoke !== undefined) await revoked(revoke, 'refresh-token-reuse', ports)
  const grant = passed(outcome)
  return { grant, refreshToken: next, until: untilOf(person, grant) }
}

/** Ends a grant for good: its access tokens that are asked about, and its refresh token. */
export async function revoked(grantID: string, because: string, ports: GrantPorts): Promise<void> {
  let until = 0
  await change<Grant, undefined>(
    ports.state,
    keyOf.grant(grantID),
    async (grant) => {
      if (grant) until = untilOf(await personOf(grant.session, ports), grant)
      const state = grant && revokeGrant(grant, because, ports.now())
      return { outcome: { ok: true, value: undefined, findings: [] }, state }
    },
    () => until,
  )
}

/** As long as the sign-in session may be refreshed from, whether or not it has been ended. */
function untilOf(person: Person | undefined, grant: Grant): number {
  const session = person?.signIn
  return Math.max(grant.session.expiresAt, session ? endOf({ session }) : 0)
}

async function admittedPerson(
  who: { readonly userId: string; readonly signInSessionID: string },
  service: IAMGrantService,
  clientId: string,
  ports: GrantPorts,
): Promise<Person> {
  const person = await personOf(who, ports)
  // Whoever is gone is the session's to refuse.
  if (person.user?.status === 'ENABLED') await requireAdmitted(clientId, person.user, service, ports)
  return person
}
