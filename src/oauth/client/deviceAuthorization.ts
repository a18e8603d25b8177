import type { Verdict } from '../../core/outcome.js'
import type { Rule } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { readAnswer, type MembersSubject, type ServerAnswer } from './answer.js'
import { memberFaults, memberOf, readArguments, type Forms } from './forms.js'
import * as members from './members.js'
import { postJson, type ClientRequest } from './request.js'

export interface DeviceAuthorizationOptions {
  /** Where the service is, such as `https://oidc.us-east-1.amazonaws.com`. */
  readonly endpoint: string
  readonly clientId: string
  readonly clientSecret: string
  /** The URL of the access portal, such as `https://d-1234567890.awsapps.com/start`. */
  readonly startUrl: string
}

/** What to show to the person, and what to poll with. */
export interface DeviceCodes {
  /** A secret: whoever has it gets the tokens. */
  readonly deviceCode: string
  /** For the person to type, or to compare. */
  readonly userCode: string
  readonly verificationUri: string
  /** The same with the code in it; show the code all the same (RFC 8628 5.4). */
  readonly verificationUriComplete?: string
  /** Epoch seconds: the first instant at which the codes are no longer good. */
  readonly expiresAt: number
  /** The least time between two polls; 5 where the server says nothing (RFC 8628 3.2). */
  readonly intervalSeconds: number
}

export const DEFAULT_INTERVAL_SECONDS = 5

/**
 * The request that begins a sign-in on another device (StartDeviceAuthorization).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for an argument that does not have its form
 */
export function buildDeviceAuthorization(options: DeviceAuthorizationOptions): ClientRequest {
  const { endpoint, ...body } = readArguments(options, {
    endpoint: members.endpoint,
    clientId: members.clientId,
    clientSecret: members.clientSecret,
    startUrl: members.webURL,
  })
  return postJson(endpoint, '/device_authorization', body)
}

const forms: Forms = {
  deviceCode: members.deviceCode,
  userCode: members.userCode,
  verificationUri: members.webURL,
  verificationUriComplete: members.optional(members.webURL),
  expiresIn: members.seconds,
  interval: members.optional(members.interval),
}

const has = ({ body }: MembersSubject, name: string): boolean =>
  memberFaults(body, { [name]: forms[name] ?? members.webURL }).length === 0

export const deviceAuthorizationRules: readonly Rule<MembersSubject>[] = [
  {
    id: 'sign-in/verification-uri',
    severity: 'error',
    source: 'RFC 8628 3.2, 3.3.1; attack O15',
    title: 'The address with the code in it is of the same site as the one without',
    fix: 'Nothing to change here: the server is not the one that was meant, or it is broken. Check the endpoint.',
    check: (subject) => {
      if (!has(subject, 'verificationUri') || !has(subject, 'verificationUriComplete')) return 'cantTell'
      const complete = memberOf(subject.body, 'verificationUriComplete')
      if (complete === undefined) return 'notApplicable'
      const site = new URL(String(memberOf(subject.body, 'verificationUri'))).origin
      if (new URL(String(complete)).origin === site) return []
      const path = '$.verificationUriComplete'
      const message = 'The two addresses are of different sites.'
      return [{ reason: 'other-site', path, expected: site, actual: shown(complete), message }]
    },
  },
  {
    id: 'sign-in/device-host',
    severity: 'warning',
    source: 'R209',
    title: 'A client does not rely on device.sso.REGION.amazonaws.com',
    fix: 'Sign in with the code grant and PKCE (signInWithBrowser): it replaces the flow of that host.',
    check: (subject) => {
      if (!has(subject, 'verificationUri')) return 'cantTell'
      const { hostname } = new URL(String(memberOf(subject.body, 'verificationUri')))
      if (!/^device\.sso\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/.test(hostname)) return []
      const message = 'The flow of this host is replaced by the code grant with PKCE.'
      return [{ reason: 'replaced', path: '$.verificationUri', actual: shown(hostname), message }]
    },
  },
]

/**
 * Reads the answer to {@link buildDeviceAuthorization}.
 *
 * @param now - when it came, in epoch seconds; the codes end `expiresIn` seconds after it
 * @throws FederationError `ERR_INVALID_OPTION` for what is no answer
 */
export function readDeviceAuthorization(answer: ServerAnswer, now: number): Verdict<DeviceCodes> {
  return readAnswer(answer, { forms, rules: deviceAuthorizationRules }, now, (body) => {
    const { deviceCode, userCode, verificationUri, verificationUriComplete, expiresIn, interval } =
      body as unknown as Wire
    return {
      deviceCode,
      userCode,
      verificationUri,
      ...(verificationUriComplete ? { verificationUriComplete } : {}),
      expiresAt: now + expiresIn,
      intervalSeconds: interval ?? DEFAULT_INTERVAL_SECONDS,
    }
  })
}

interface Wire extends Omit<DeviceCodes, 'expiresAt' | 'intervalSeconds'> {
  readonly expiresIn: number
  readonly interval?: number | null
}
