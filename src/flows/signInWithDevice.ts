import { accepted, type Verdict } from '../core/outcome.js'
import {
  buildDeviceAuthorization,
  buildTokenRequest,
  endedSignIn,
  firstPoll,
  grantTypes,
  nextPoll,
  readDeviceAuthorization,
  readTokenResponse,
  type DeviceCodes,
  type ClientRegistration,
} from '../oauth/index.js'
import {
  ask,
  misuse,
  own,
  readOptions,
  running,
  withClient,
  withWarnings,
  type Running,
  type SignInTokens,
  type SignInOptions,
  type SignInPorts,
} from './signIn.js'

/** What the person needs to see: never the device code. */
export type UserCode = Omit<DeviceCodes, 'deviceCode' | 'intervalSeconds'>

/** How the wait goes on. */
export interface DeviceProgress {
  /** Polls so far. */
  readonly polls: number
  /** Epoch seconds of the next poll. */
  readonly nextAt: number
  /** Epoch seconds at which the codes end. */
  readonly expiresAt: number
}

export interface DevicePorts extends SignInPorts {
  /** Shows the code and the address to the person. A code is shown even where the address with the code in it is opened. */
  readonly onCode: (code: UserCode) => unknown
  /** Told before each wait. */
  readonly onProgress?: ((progress: DeviceProgress) => unknown) | undefined
  /** Waits so many seconds, or until the signal; default: a timer. */
  readonly sleep?: ((seconds: number, signal: AbortSignal | undefined) => Promise<void>) | undefined
}

/**
 * Signs a person in by a code that they enter or confirm in a browser, here or on another device (R210; RFC 8628), as
 * the guide describes the AWS CLI's automatic credentials (R215; the CLI itself begins in the browser, C25). Polls no faster
 * than the server allows, until the person decides, the codes end, or `signal` says so; then nothing is left running. The browser
 * flow is the better one where there is a browser (R209): a code can be phished.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for arguments that do not have their form, and when a callback of the caller's throws
 *
 * @example
 * ```ts
 * import { signInWithDevice } from 'countersign/flows'
 *
 * const ended = new AbortController()
 * process.once('SIGINT', () => ended.abort())
 * const verdict = await signInWithDevice(
 *   {
 *     endpoint: 'https://oidc.us-east-1.amazonaws.com',
 *     startUrl: 'https://d-1234567890.awsapps.com/start',
 *     clientName: 'My tool',
 *   },
 *   {
 *     onCode: ({ userCode, verificationUri }) => console.log(`Enter ${userCode} at ${verificationUri}`),
 *     signal: ended.signal,
 *   },
 * )
 * console.log(verdict.ok ? verdict.value.tokens.expiresAt : verdict.findings[0].reason)
 * ```
 */
export async function signInWithDevice(
  options: SignInOptions,
  ports: DevicePorts,
): Promise<Verdict<SignInTokens>> {
  const read = readOptions(options)
  const complete = running(ports, read.requestTimeoutSeconds)
  const callbacks = own(ports, ['onCode', 'onProgress', 'sleep'])
  const { onCode, onProgress = () => undefined, sleep = sleepFor } = callbacks
  for (const port of [onCode, onProgress, sleep])
    if (typeof port !== 'function') misuse('A callback is a function.')
  const registration = { grantTypes: [grantTypes.deviceCode, grantTypes.refreshToken] }
  return withClient(read, registration, complete, (client) =>
    deviceSignIn(client, read, { onCode, onProgress, sleep }, complete),
  )
}

type Callbacks = { readonly [Name in 'onCode' | 'onProgress' | 'sleep']: NonNullable<DevicePorts[Name]> }

async function deviceSignIn(
  client: ClientRegistration,
  { endpoint, startUrl }: SignInOptions,
  { onCode, onProgress, sleep }: Callbacks,
  ports: Running,
): Promise<Verdict<SignInTokens>> {
  const { clientId, clientSecret } = client
  const begin = buildDeviceAuthorization({ endpoint, clientId, clientSecret, startUrl })
  const authorization = await ask(begin, readDeviceAuthorization, ports)
  if (!authorization.ok) return authorization
  const { deviceCode, intervalSeconds, ...code } = authorization.value
  await called('onCode', () => onCode(code), ports.signal)

  const poll = buildTokenRequest({
    endpoint,
    clientId,
    clientSecret,
    grantType: grantTypes.deviceCode,
    deviceCode,
  })
  let step = firstPoll({ expiresAt: code.expiresAt, intervalSeconds }, ports.now())
  for (let polls = 0; step.wait; polls++) {
    const { nextAt, expiresAt } = step.poll
    await called('onProgress', () => onProgress({ polls, nextAt, expiresAt }), ports.signal)
    // No longer than an interval, should the clock be set back meanwhile.
    const left = Math.min(nextAt - ports.now(), step.poll.intervalSeconds)
    if (left > 0) await called('sleep', () => sleep(left, ports.signal), ports.signal)
    if (ports.signal?.aborted) return endedSignIn('aborted')
    step = nextPoll(step.poll, await ask(poll, readTokenResponse, ports), ports.now())
  }
  const { verdict } = step
  if (!verdict.ok) return withWarnings(verdict, authorization.findings)
  return withWarnings(accepted({ tokens: verdict.value, client }, verdict.findings), authorization.findings)
}

/** Calls what the caller gave, and waits for it until the signal; its failure is theirs to hear of. */
async function called(name: string, call: () => unknown, signal: AbortSignal | undefined): Promise<void> {
  let abort: () => void = () => undefined
  const aborted = new Promise<void>((resolve) => (abort = resolve))
  signal?.addEventListener('abort', abort, { once: true })
  try {
    await Promise.race([call(), aborted])
  } catch (cause) {
    misuse(`ports.${name} failed.`, cause)
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

/** Timers may fire a little early, and a poll too early costs five seconds for good. */
const EARLY_MILLISECONDS = 50

function sleepFor(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, seconds * 1000 + EARLY_MILLISECONDS)
    signal?.addEventListener('abort', done, { once: true })
  })
}
