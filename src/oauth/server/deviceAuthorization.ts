import type { GrantRule } from '../rule.js'
import { bodyFaults, textOf } from './bodyFaults.js'
import { members, oneOf, optional, requireForm, text, texts, whole } from './form.js'
import { GRANT_LIMITS } from './limits.js'
import { instanceURLFaults } from './instanceURL.js'
import { deviceForm } from './stateForms.js'
import { judged, type Step } from './step.js'
import { toldAsMisuse } from './misuse.js'

/** One device that waits for a person: plain data, kept under the device code's digest. */
export interface DeviceAuthorization {
  readonly clientId: string
  readonly clientName: string
  readonly scopes: readonly string[]
  readonly issuedAt: number
  /** Epoch seconds: the first at which the codes count no more. */
  readonly expiresAt: number
  readonly status: 'pending' | 'approved' | 'denied' | 'redeemed'
  /** Seconds that must lie between two polls; each `slow_down` adds five for good. */
  readonly intervalSeconds: number
  readonly polledAt?: number
  /** Who approved, in which sign-in session. */
  readonly userId?: string
  readonly signInSessionID?: string
  /** What it gave. */
  readonly grantID?: string
}

const form = {
  required: ['clientId', 'clientSecret', 'startUrl'],
  texts: ['clientId', 'clientSecret', 'startUrl'],
}

export const deviceRequestRules: readonly GrantRule<{ readonly request: unknown }>[] = [
  {
    id: 'oauth/device-request',
    severity: 'error',
    source: 'SSO OIDC API; attack O17',
    title: 'A device authorization request has clientId, clientSecret and startUrl, each once and as a text',
    fix: 'Send the members of StartDeviceAuthorization.',
    answer: 'InvalidRequestException',
    check: ({ request }) => bodyFaults(request, form),
  },
]

export const startURLRules: readonly GrantRule<{
  readonly request: unknown
  readonly instanceURLs: readonly string[]
}>[] = [
  {
    id: 'oauth/start-url',
    severity: 'error',
    source: 'R196; R197; R209; SSO OIDC API',
    title: 'The start URL is that of this instance: of its access portal, or its issuer URL',
    fix: 'Send the access portal URL that the settings page of the instance shows.',
    answer: 'InvalidRequestException',
    check: ({ request, instanceURLs }) =>
      instanceURLFaults(textOf(request, 'startUrl') ?? '', '$.startUrl', instanceURLs),
  },
]

const askingForm = members({ clientId: text, clientName: text, scopes: texts })

/**
 * A fresh authorization of a client that has been proven, for all scopes that it registered.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for arguments that are not what their types say
 */
export function issueDeviceAuthorization(
  client: { readonly clientId: string; readonly clientName: string; readonly scopes: readonly string[] },
  now: number,
): DeviceAuthorization {
  return toldAsMisuse(() => {
    requireForm(client, askingForm, 'client')
    requireForm(now, whole, 'now')
    return {
      clientId: client.clientId,
      clientName: client.clientName,
      scopes: client.scopes,
      issuedAt: now,
      expiresAt: now + GRANT_LIMITS.deviceCodeSeconds,
      status: 'pending',
      intervalSeconds: GRANT_LIMITS.pollSeconds,
    }
  })
}

export interface UserCodeSubject {
  readonly device: DeviceAuthorization | undefined
  readonly now: number
}

/** What a person meets who enters a user code. */
export const userCodeRules: readonly GrantRule<UserCodeSubject>[] = [
  {
    id: 'oauth/user-code',
    severity: 'error',
    source: 'R210; R211; RFC 8628 3.3; attack O11',
    title: 'The user code is one that a device shows now: known, not expired and not answered yet',
    fix: 'Enter the code as the device shows it, or let the device show a new one: a code lives ten minutes.',
    answer: 'InvalidGrantException',
    check: ({ device, now }) => {
      const path = 'user_code'
      if (!device) return [{ reason: 'unknown', path, message: 'There is no such code.' }]
      if (now >= device.expiresAt) return [{ reason: 'expired', path, message: 'The code has expired.' }]
      return device.status === 'pending'
        ? []
        : [{ reason: 'answered', path, message: 'The code has been answered already.' }]
    },
  },
]

/**
 * Whether a code may be shown for consent; the same rules decide again when it is answered.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for arguments that are not what their types say
 */
export function findDevice(
  device: DeviceAuthorization | undefined,
  now: number,
): Step<DeviceAuthorization, DeviceAuthorization> {
  requireForm(device, optional(deviceForm), 'device')
  requireForm(now, whole, 'now')
  const outcome = judged(userCodeRules, { device, now }, () => device ?? unreachable())
  return { outcome, state: device }
}

const decisionForm = members({ now: whole, userId: text, signInSessionID: text })

/**
 * A person's answer to what a device asks for: once, and before the code expires.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for arguments that are not what their types say
 */
export function decideDevice(
  decision: 'approve' | 'deny',
  device: DeviceAuthorization | undefined,
  context: { readonly now: number; readonly userId: string; readonly signInSessionID: string },
): Step<DeviceAuthorization, DeviceAuthorization> {
  return toldAsMisuse(() => {
    requireForm(decision, oneOf('approve', 'deny'), 'decision')
    requireForm(context, decisionForm, 'context')
    const { outcome } = findDevice(device, context.now)
    if (!outcome.ok) return { outcome, state: device }
    const { userId, signInSessionID } = context
    const decided: DeviceAuthorization = {
      ...outcome.value,
      status: decision === 'approve' ? 'approved' : 'denied',
      userId,
      signInSessionID,
    }
    return { outcome: { ...outcome, value: decided }, state: decided }
  })
}

export interface PollSubject {
  readonly clientId: string
  readonly device: DeviceAuthorization | undefined
  readonly now: number
}

/** What a poll meets, in the order in which it is told: whose code, expiry, haste, then the person's answer. */
export const pollRules: readonly GrantRule<PollSubject>[] = [
  {
    id: 'oauth/device-code',
    severity: 'error',
    source: 'R213; RFC 8628 3.4; attack O14',
    title: 'The device code was given to this client, and has not been redeemed',
    fix: 'Poll with the clientId that started the authorization, and keep the tokens of the first success.',
    answer: 'InvalidGrantException',
    check: ({ device, clientId }) => {
      const path = '$.deviceCode'
      if (!device) return [{ reason: 'unknown', path, message: 'There is no such device code.' }]
      if (device.clientId !== clientId)
        return [{ reason: 'other-client', path, message: 'The device code is of another client.' }]
      return device.status === 'redeemed'
        ? [{ reason: 'reused', path, message: 'The device code has been redeemed before.' }]
        : []
    },
  },
  {
    id: 'oauth/device-code-expiry',
    severity: 'error',
    source: 'R210; RFC 8628 3.5; attack O13',
    title: 'The device code has not expired: it lives 600 seconds',
    fix: 'Start a new device authorization and show its code.',
    answer: 'ExpiredTokenException',
    check: ({ device, clientId, now }) => {
      if (!polled(device, clientId)) return 'notApplicable'
      return now < device.expiresAt
        ? []
        : [{ reason: 'expired', path: '$.deviceCode', message: 'The device code has expired.' }]
    },
  },
  {
    id: 'oauth/slow-down',
    severity: 'error',
    source: 'RFC 8628 3.5; attack O13',
    title: 'A device waits for the interval between two polls',
    fix: 'Wait "interval" seconds between polls, and five more after each slow_down, for good.',
    answer: 'SlowDownException',
    check: ({ device, clientId, now }) => {
      if (!polled(device, clientId) || device.polledAt === undefined) return 'notApplicable'
      const next = device.polledAt + device.intervalSeconds
      const expected = `${device.intervalSeconds} seconds between polls`
      return now >= next ? [] : [{ reason: 'too-soon', expected, message: 'The device polls too often.' }]
    },
  },
  {
    id: 'oauth/device-denied',
    severity: 'error',
    source: 'R212; RFC 8628 3.5',
    title: 'The person has not refused',
    fix: 'Tell the person that access was refused; a new authorization needs a new code.',
    answer: 'AccessDeniedException',
    check: ({ device, clientId }) => {
      if (!polled(device, clientId)) return 'notApplicable'
      return device.status === 'denied' ? [{ reason: 'denied', message: 'The person refused.' }] : []
    },
  },
  {
    id: 'oauth/authorization-pending',
    severity: 'error',
    source: 'R210; RFC 8628 3.5',
    title: 'The person has answered',
    fix: 'Go on polling.',
    answer: 'AuthorizationPendingException',
    check: ({ device, clientId }) => {
      if (!polled(device, clientId)) return 'notApplicable'
      return device.status === 'pending'
        ? [{ reason: 'pending', message: 'The person has not answered yet.' }]
        : []
    },
  },
]

/**
 * One poll of a device. Every poll of the right client counts as the last one; one that comes too soon lengthens the
 * interval by five seconds for good. Of an approved code one poll gets the grant; a second one asks for it to be revoked.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for arguments that are not what their types say
 */
export function pollDevice(
  clientId: string,
  device: DeviceAuthorization | undefined,
  context: { readonly now: number; readonly grantID: string },
): Step<DeviceAuthorization, DeviceAuthorization> {
  return toldAsMisuse(() => {
    requireForm(clientId, text, 'clientId')
    requireForm(device, optional(deviceForm), 'device')
    requireForm(context, members({ now: whole, grantID: text }), 'context')
    const { now, grantID } = context
    const redeemed = device && { ...device, status: 'redeemed' as const, grantID, polledAt: now }
    const outcome = judged(pollRules, { clientId, device, now }, () => redeemed ?? unreachable())
    if (outcome.ok) return { outcome, state: redeemed }
    if (device?.status === 'redeemed' && device.clientId === clientId && device.grantID !== undefined)
      return { outcome, state: device, revoke: device.grantID }
    if (!polled(device, clientId) || now >= device.expiresAt) return { outcome, state: device }
    const hasty = outcome.findings.some(({ rule }) => rule === 'oauth/slow-down')
    const intervalSeconds = device.intervalSeconds + (hasty ? GRANT_LIMITS.slowDownSeconds : 0)
    return { outcome, state: { ...device, polledAt: now, intervalSeconds } }
  })
}

/** Whether a poll is that of a device which waits, by the client that it belongs to. */
function polled(device: DeviceAuthorization | undefined, clientId: string): device is DeviceAuthorization {
  return device !== undefined && device.clientId === clientId && device.status !== 'redeemed'
}

function unreachable(): never {
  throw new Error('A device was asked of a refused step.')
}
