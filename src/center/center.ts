import { auditEvent, type AuditEvent } from '../audit/index.js'
import { uuidFrom } from '../core/codec.js'
import { FederationError, type Finding } from '../core/outcome.js'
import type { Clock, Fetch, RandomBytes, ReplayStore, StateStore } from '../core/ports.js'
import { classify } from '../flows/addresses.js'
import { directoryOf } from '../directory/directoryOf.js'
import {
  discoverIssuerKeys,
  endSession,
  resolveAccessToken,
  safeFetch,
  systemClock,
  systemRandomBytes,
  type ExchangePorts,
  type GrantPorts,
} from '../flows/index.js'
import { memoryReplayStore, memoryStateStore } from '../stores/index.js'
import { isLoopbackHost } from '../tti/issuerURL.js'
import { issuerOf, type IssuerKeys, type TokenKeys } from '../tti/index.js'
import type { CenterConfig } from './config.js'
import { answerPortal, portalOperation, type PortalEndpoint } from './portal/endpoint.js'
import { jsonResponse, unserved, type ReceivedRequest, type Reply } from './reply.js'
import { answerSTS } from './stsEndpoint.js'
import { answerToken } from './tokenEndpoint.js'

/** 64 KiB: several times the largest request that a client sends. */
export const MAX_BODY_BYTES = 65_536
const MAX_EVENTS = 10_000

export interface CenterOptions {
  /** Judged by `validateCenterConfig`. */
  readonly config: CenterConfig
  /** Keys that seal tokens and sign ID tokens, and the public one that `/jwks` shows. */
  readonly tokenKeys: TokenKeys
  readonly publicJwk?: Readonly<Record<string, unknown>>
  /** Default: the machine's clock. {@link Center.moveClock} moves it. */
  readonly now?: Clock
  readonly randomBytes?: RandomBytes
  /** Default: in memory, for one process. */
  readonly replay?: ReplayStore
  readonly state?: StateStore
  /** Default: OIDC discovery through {@link CenterOptions.fetch}. */
  readonly keys?: IssuerKeys
  /** Default: `safeFetch`. */
  readonly fetch?: Fetch
  readonly allowLoopbackIssuer?: boolean
  /** Sees every event as it is written, with the findings behind it. */
  readonly onEvent?: (event: AuditEvent, findings: readonly Finding[]) => void
}

/** A local Identity Center: a function from requests to answers, with a clock that can be moved. */
export interface Center {
  /**
   * Answers one request. `/events` is answered only to a peer on this machine, so only where its address is given;
   * events name it as their source.
   */
  handle(request: Request, from?: { readonly peerAddress?: string | undefined }): Promise<Response>
  now(): number
  /** Moves the clock by so many seconds from now on; negative steps back. */
  moveClock(seconds: number): void
  /** The latest 10,000 events, the oldest first. */
  events(): readonly AuditEvent[]
}

/**
 * Makes a center: `POST /token?aws_iam=t` (CreateTokenWithIAM), STS at `POST /` (AssumeRole, GetCallerIdentity),
 * discovery, JWKS, and `/events`. It listens nowhere: see `startCenter`, or mount `handle` where a fetch handler goes.
 */
export function createCenter(options: CenterOptions): Center {
  const { config, tokenKeys, allowLoopbackIssuer = false } = options
  const clock = options.now ?? systemClock
  const randomBytes = options.randomBytes ?? systemRandomBytes
  let moved = 0
  const now = (): number => clock() + moved
  const events: AuditEvent[] = []
  const ports: ExchangePorts = {
    now,
    randomBytes,
    directory: directoryOf(config.users),
    keys: options.keys ?? discoverIssuerKeys({ allowLoopbackIssuer }),
    replay: options.replay ?? memoryReplayStore(),
    state: options.state ?? memoryStateStore({ now }),
    fetch: options.fetch ?? safeFetch({ allowLoopback: allowLoopbackIssuer }),
  }
  const deployment = { ...config.deployment, tokenKeys }
  const grantPorts: GrantPorts = {
    now,
    randomBytes,
    state: ports.state,
    user: async (userId) => config.users.find((user) => user.userId === userId),
  }
  const portalEndpoint: PortalEndpoint = {
    config,
    sealing: tokenKeys.sealing,
    now,
    randomBytes,
    resolve: (accessToken) => resolveAccessToken(accessToken, grantPorts),
    endSession: (sessionID) => endSession(sessionID, 'sign-out', grantPorts),
  }

  const record = (request: Request, requestId: string, peerAddress: string, { audit }: Reply): void => {
    const event = auditEvent({
      ...audit,
      now: now(),
      requestID: requestId,
      eventID: uuidFrom(randomBytes(16)),
      region: config.region,
      accountId: config.deployment.accountId,
      sourceIPAddress: peerAddress,
      userAgent: request.headers.get('x-amz-user-agent') ?? request.headers.get('user-agent') ?? '',
    })
    events.push(event)
    if (events.length > MAX_EVENTS) events.splice(0, events.length - MAX_EVENTS)
    options.onEvent?.(event, audit.findings)
  }

  return {
    now,
    moveClock: (seconds) => {
      if (!Number.isSafeInteger(seconds))
        throw new FederationError('ERR_INVALID_OPTION', 'The clock moves by whole seconds.')
      if (now() + seconds < 0) throw new FederationError('ERR_INVALID_OPTION', 'The clock begins in 1970.')
      moved += seconds
    },
    events: () => [...events],
    handle: async (request, { peerAddress = 'unknown' } = {}) => {
      const requestId = uuidFrom(randomBytes(16))
      const url = new URL(request.url)
      if (request.method === 'GET' && !portalOperation(request.method, url.pathname)) {
        const near = isLoopbackHost(url.hostname) && classify(peerAddress) === 'loopback'
        const readable = near ? events : undefined
        return show(url, requestId, { config, publicJwk: options.publicJwk, events: readable })
      }
      // A body that breaks off, or a defect of ours: told to nobody but the log.
      const reply = await answer(request, url, requestId).catch(() =>
        unserved(url.pathname, requestId, 'failed'),
      )
      record(request, requestId, peerAddress, reply)
      return reply.response
    },
  }

  async function answer(request: Request, url: URL, requestId: string): Promise<Reply> {
    const { pathname } = url
    const portal = portalOperation(request.method, pathname)
    // Its requests have no body, and what is sent all the same is not read.
    if (portal)
      return answerPortal(received(request, url, new Uint8Array(0)), portal, requestId, portalEndpoint)
    if (request.method !== 'POST') return unserved(pathname, requestId, 'method')
    if (pathname !== '/token' && pathname !== '/') return unserved(pathname, requestId, 'unknown')
    const body = await readBody(request)
    if (!body) return unserved(pathname, requestId, 'too-large')
    const read = received(request, url, body)
    return pathname === '/token'
      ? answerToken(read, requestId, { config, deployment, ports })
      : answerSTS(read, requestId, { config, sealing: tokenKeys.sealing, now, randomBytes })
  }
}

function received(request: Request, url: URL, body: Uint8Array): ReceivedRequest {
  return {
    method: request.method,
    url: request.url.slice(url.origin.length),
    headers: headersOf(request, url),
    body,
  }
}

/** What anyone may read: where things are, the public key, and (from this machine) the events. */
function show(
  url: URL,
  requestId: string,
  {
    config,
    publicJwk,
    events,
  }: {
    config: CenterConfig
    publicJwk: CenterOptions['publicJwk']
    events: readonly AuditEvent[] | undefined
  },
): Response {
  const instance = config.deployment.instanceARN.split('/')[1] ?? ''
  switch (url.pathname) {
    case '/.well-known/openid-configuration':
    case `/${instance}/.well-known/openid-configuration`:
      return jsonResponse(
        200,
        {
          issuer: issuerOf(config.deployment),
          token_endpoint: `${url.origin}/token`,
          jwks_uri: `${url.origin}/jwks`,
          grant_types_supported: ['urn:ietf:params:oauth:grant-type:jwt-bearer'],
          id_token_signing_alg_values_supported: ['RS256'],
          subject_types_supported: ['public'],
          response_types_supported: ['code'],
        },
        requestId,
      )
    case '/jwks':
      return jsonResponse(200, { keys: publicJwk ? [publicJwk] : [] }, requestId)
    case '/events':
      // Neither for another machine, nor for a page of the web that has its name point here (DNS rebinding).
      if (!events) break
      return new Response(events.map((event) => `${JSON.stringify(event)}\n`).join(''), {
        headers: { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' },
      })
  }
  return jsonResponse(404, { message: 'Not found' }, requestId, 'UnknownOperationException')
}

/** The body, or undefined as soon as it is larger than a request can be. */
async function readBody(request: Request): Promise<Uint8Array | undefined> {
  if (!request.body) return new Uint8Array(0)
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Headers as pairs. A WHATWG Request may not carry `host`, which every signature covers. */
function headersOf(request: Request, url: URL): readonly (readonly [string, string])[] {
  const headers = [...request.headers]
  return headers.some(([name]) => name === 'host') ? headers : [...headers, ['host', url.host]]
}
