import type { Verdict } from '../../core/outcome.js'
import { failingRules, verdictOf } from '../../core/rule.js'
import {
  consentView,
  decideDevice,
  deviceRequestRules,
  digestOf,
  findDevice,
  GRANT_LIMITS,
  grantTypes,
  issueDeviceAuthorization,
  readUserCode,
  returnAttempt,
  secretFrom,
  startURLRules,
  userCodeFrom,
  type Attempts,
  type ConsentView,
  type DeviceAuthorization,
  type StartDeviceAuthorizationRequest,
  type StartDeviceAuthorizationResponse,
} from '../../oauth/index.js'
import { provenClient, requireGrantType } from './clients.js'
import { counted } from './counted.js'
import { change, create, keyOf, read } from './kept.js'
import { passed, storeRefusal, verdictFrom } from './refusal.js'
import { fresh, type GrantPorts, type GrantService } from './service.js'
import { requireAdmitted } from './admitted.js'
import type { SignedIn } from './signIns.js'

/** A user code's way to its device. */
interface UserCodeEntry {
  readonly device: string
}

/** A device as a person is asked about it. */
export interface DeviceConsent extends ConsentView {
  readonly userCode: string
}

const MAX_TRIES = 8

/**
 * StartDeviceAuthorization: a device code for the client, and a user code for a person to enter within 600 seconds. No more
 * than 1,000 begin in ten minutes, so that guesses have little to hit and the store is not filled.
 */
export function startDeviceAuthorization(
  request: unknown,
  service: GrantService,
  ports: GrantPorts,
): Promise<Verdict<StartDeviceAuthorizationResponse>> {
  return verdictFrom(async () => {
    passed(verdictOf(failingRules(deviceRequestRules, { request }), () => undefined))
    const client = await provenClient(request as StartDeviceAuthorizationRequest, ports)
    requireGrantType(client, grantTypes.deviceCode)
    const { instanceURLs, verificationURI } = service
    passed(verdictOf(failingRules(startURLRules, { request, instanceURLs }), () => undefined))

    const { deviceAuthorizations, deviceAuthorizationWindowSeconds: windowSeconds } = GRANT_LIMITS
    const allowance = { max: deviceAuthorizations, windowSeconds }
    passed((await counted(keyOf.attempts('device-authorization'), allowance, ports)).outcome)
    const deviceCode = secretFrom('aodc', fresh(ports, 32))
    const key = keyOf.device(await digestOf('device-code', deviceCode))
    const device = issueDeviceAuthorization(client, ports.now())
    const userCode = await newUserCode(key, device, ports)
    if (!(await create(ports.state, key, device, untilForgotten(device))))
      throw storeRefusal({ reason: 'contended' })
    return {
      deviceCode,
      userCode,
      verificationUri: verificationURI,
      verificationUriComplete: `${verificationURI}?user_code=${userCode}`,
      expiresIn: device.expiresAt - device.issuedAt,
      interval: device.intervalSeconds,
    }
  })
}

/**
 * What a person who entered a user code is to be shown (R211). Wrong codes are counted before they are looked up, for
 * the person and for all people together: 5 and 100 in ten minutes. Of 20^8 codes at most 2,000 wait at once, so 100
 * guesses hit one of them with a chance of 8 in a million.
 */
export function verifyUserCode(
  typed: unknown,
  signedIn: SignedIn,
  service: GrantService,
  ports: GrantPorts,
): Promise<Verdict<DeviceConsent>> {
  return verdictFrom(async () => {
    const { userCode, device } = await enteredDevice(typed, signedIn, ports)
    return { ...consentView(device, service.scopes, userCode), userCode }
  })
}

/** A person's answer to a device: approved for this person's sign-in session, or denied. It counts once. */
export function decideUserCode(
  typed: unknown,
  decision: 'approve' | 'deny',
  signedIn: SignedIn,
  service: GrantService,
  ports: GrantPorts,
): Promise<Verdict<DeviceConsent>> {
  return verdictFrom(async () => {
    const { userCode, key, device } = await enteredDevice(typed, signedIn, ports)
    if (decision === 'approve') await requireAdmitted(device.clientId, signedIn.user, service, ports)
    const context = {
      now: ports.now(),
      userId: signedIn.user.userId,
      signInSessionID: signedIn.session.sessionID,
    }
    const decided = await change<DeviceAuthorization, DeviceAuthorization>(
      ports.state,
      key,
      (current) => decideDevice(decision, current, context),
      untilForgotten,
    )
    return { ...consentView(passed(decided.outcome), service.scopes, userCode), userCode }
  })
}

/** When a device may be forgotten: some time after its end, so that it is told to have expired. */
export function untilForgotten({ expiresAt }: DeviceAuthorization): number {
  return expiresAt + GRANT_LIMITS.expiredDeviceCodeSeconds
}

async function newUserCode(
  device: string,
  { expiresAt }: DeviceAuthorization,
  ports: GrantPorts,
): Promise<string> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const userCode = userCodeFrom(fresh(ports, 16))
    const entry: UserCodeEntry = { device }
    if (await create(ports.state, await userCodeKey(userCode), entry, expiresAt)) return userCode
  }
  throw storeRefusal({ reason: 'contended' })
}

async function userCodeKey(userCode: string): Promise<string> {
  return keyOf.userCode(await digestOf('user-code', userCode))
}

async function enteredDevice(
  typed: unknown,
  { user }: SignedIn,
  ports: GrantPorts,
): Promise<{ userCode: string; key: string; device: DeviceAuthorization }> {
  const userCode = readUserCode(typed)
  // What can be no code hits none, and is not counted.
  if (userCode === undefined) return passed(findDevice(undefined, ports.now()).outcome as Verdict<never>)
  const counters = [
    { key: keyOf.attempts(`user-code:${user.userId}`), max: GRANT_LIMITS.wrongUserCodesOfOne },
    { key: keyOf.attempts('user-code'), max: GRANT_LIMITS.wrongUserCodesOfAll },
  ]
  const windowSeconds = GRANT_LIMITS.wrongUserCodeWindowSeconds
  for (const { key, max } of counters) passed((await counted(key, { max, windowSeconds }, ports)).outcome)
  const entry = await read<UserCodeEntry>(ports.state, await userCodeKey(userCode))
  const device = entry && (await read<DeviceAuthorization>(ports.state, entry.device))
  // Which device waits is no guess once it is found, whatever is then said of it.
  if (device) for (const { key } of counters) await givenBack(key, ports)
  return { userCode, key: entry?.device ?? '', device: passed(findDevice(device, ports.now()).outcome) }
}

async function givenBack(key: string, ports: GrantPorts): Promise<void> {
  await change<Attempts, undefined>(
    ports.state,
    key,
    (attempts) => ({ outcome: { ok: true, value: undefined, findings: [] }, state: returnAttempt(attempts) }),
    endOfWindow,
  )
}

function endOfWindow({ since }: Attempts): number {
  return since + GRANT_LIMITS.wrongUserCodeWindowSeconds
}
