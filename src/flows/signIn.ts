import { accepted, FederationError, hasError, type Finding, type Verdict } from '../core/outcome.js'
import type { Clock, PostFetch, RandomBytes } from '../core/ports.js'
import {
  buildRegistration,
  PORTAL_SCOPE,
  readRegistration,
  type ClientRequest,
  type ClientRegistration,
  type ServerAnswer,
  type Tokens,
} from '../oauth/index.js'
import { readArguments, type Form, type Forms } from '../oauth/client/forms.js'
import * as members from '../oauth/client/members.js'
import { registrationForms } from '../oauth/client/registration.js'
import { sendRequest, type SendOptions } from './sendRequest.js'
import { systemClock, systemRandomBytes } from './system.js'

/** What a sign-in is for. */
export interface SignInOptions {
  /** Where the service is, such as `https://oidc.us-east-1.amazonaws.com`, or a local center. */
  readonly endpoint: string
  /** The URL of the access portal, such as `https://d-1234567890.awsapps.com/start`, or the issuer URL of the instance. */
  readonly startUrl: string
  /** Shown to the person who consents. */
  readonly clientName: string
  /** Default `sso:account:access`: the accounts and roles of the person. */
  readonly scopes?: readonly string[] | undefined
  /**
   * A registration of an earlier sign-in by the same flow, with the same scopes. One that ends within 15 minutes is made anew, and so is
   * one that the server refuses as unknown. (In the browser flow a server may say so to the person alone, who then does not come back.)
   */
  readonly client?: ClientRegistration | undefined
  /** For the answer to one request; default 30. */
  readonly requestTimeoutSeconds?: number | undefined
}

/** What a sign-in works with; each but the callbacks has the machine's own as its default. */
export interface SignInPorts {
  readonly fetch?: PostFetch | undefined
  readonly now?: Clock | undefined
  readonly randomBytes?: RandomBytes | undefined
  /** Ends the sign-in: the verdict is then `sign-in/ended` with reason `aborted`, and nothing is left running. */
  readonly signal?: AbortSignal | undefined
}

/** Tokens, and the registered client that they are refreshed with. Both are secrets: keep them where only the person can read them. */
export interface SignInTokens {
  readonly tokens: Tokens
  readonly client: ClientRegistration
}

export const DEFAULT_SIGN_IN_SCOPES: readonly string[] = [PORTAL_SCOPE]

/** The ports of one sign-in, complete. */
export interface Running extends SendOptions {
  readonly now: Clock
  readonly randomBytes: RandomBytes
}

const text = { endpoint: members.endpoint, startUrl: members.webURL, clientName: members.clientName }
export const clientForm: Form = { is: 'object', members: registrationForms }

/**
 * The options of a sign-in, read once.
 *
 * @throws FederationError `ERR_INVALID_OPTION` naming the first that does not have its form
 */
export function readOptions<T extends SignInOptions>(options: T, more: Forms = {}): T {
  return readArguments(options, {
    ...text,
    scopes: members.optional(members.scopes),
    client: members.optional(clientForm),
    requestTimeoutSeconds: members.optional(members.wait),
    ...more,
  })
}

/**
 * The ports of a sign-in, read once, with the machine's own where the caller gives none.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what is no port
 */
export function running(ports: SignInPorts, timeoutSeconds = 30): Running {
  const given = own(ports, ['fetch', 'now', 'randomBytes', 'signal'])
  const platform: PostFetch = (url, init) => globalThis.fetch(url, init)
  const { fetch = platform, now = systemClock, randomBytes = systemRandomBytes, signal } = given
  for (const port of [fetch, now, randomBytes])
    if (typeof port !== 'function') misuse('A port is a function.')
  if (signal !== undefined && !(signal instanceof AbortSignal)) misuse('signal must be an AbortSignal.')
  return { fetch, now, randomBytes, signal, timeoutSeconds }
}

/** The named members of an object of the caller's, each read once. */
export function own<T extends object, Name extends keyof T>(
  object: T,
  names: readonly Name[],
): Pick<T, Name> {
  try {
    if (typeof object === 'object' && object !== null)
      return Object.fromEntries(names.map((name) => [name, object[name]])) as Pick<T, Name>
  } catch {
    // A getter or a proxy of the caller's: as good as not there.
  }
  return misuse('The ports are not an object that can be read.')
}

export function misuse(message: string, cause?: unknown): never {
  throw new FederationError('ERR_INVALID_OPTION', message, { cause })
}

/** Sends a request and reads its answer by the clock at its arrival. */
export async function ask<T>(
  request: ClientRequest,
  read: (answer: ServerAnswer, now: number) => Verdict<T>,
  ports: Running,
): Promise<Verdict<T>> {
  const sent = await sendRequest(request, ports)
  return sent.ok ? read(sent.answer, ports.now()) : sent.verdict
}

/** A registration is not begun with that ends while a person may still be signing in. */
const REGISTRATION_WINDOW_SECONDS = 900

/**
 * Runs `use` with the caller's registration while it is good, else with a new one: also when it turns out that the server does
 * not know it any more.
 */
export async function withClient<T>(
  options: SignInOptions,
  registration: Pick<Parameters<typeof buildRegistration>[0], 'redirectUris' | 'grantTypes' | 'issuerUrl'>,
  ports: Running,
  use: (client: ClientRegistration) => Promise<Verdict<T>>,
): Promise<Verdict<T>> {
  const { client, endpoint, clientName, scopes = DEFAULT_SIGN_IN_SCOPES } = options
  if (client && client.clientSecretExpiresAt - ports.now() > REGISTRATION_WINDOW_SECONDS) {
    const verdict = await use(client)
    if (verdict.ok || !isUnknownClient(verdict.findings)) return verdict
  }
  const request = buildRegistration({ endpoint, clientName, scopes, ...registration })
  const registered = await ask(request, readRegistration, ports)
  if (!registered.ok) return registered
  return withWarnings(await use(registered.value), registered.findings)
}

function isUnknownClient(findings: readonly Finding[]): boolean {
  const said = findings.find(({ severity }) => severity === 'error')
  return said?.rule === 'sign-in/exception' && said.reason === 'invalid-client'
}

/** A verdict with the warnings of the steps before it. */
export function withWarnings<T>(verdict: Verdict<T>, warnings: readonly Finding[]): Verdict<T> {
  if (warnings.length === 0) return verdict
  const [first, ...rest] = verdict.findings
  if (verdict.ok) return accepted(verdict.value, [...warnings, ...verdict.findings])
  return first && hasError(verdict.findings)
    ? { ok: false, findings: [first, ...rest, ...warnings] }
    : verdict
}
