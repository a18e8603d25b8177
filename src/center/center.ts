import { auditEvent, type AuditEvent } from '../audit/index.js'
import { uuidFrom } from '../core/codec.js'
import { FederationError, type Finding } from '../core/outcome.js'
import type { Clock, Fetch, RandomBytes, ReplayStore, StateStore } from '../core/ports.js'
import { classify } from '../flows/addresses.js'
import { attributeState } from '../flows/attributeState.js'
import { directoryOf } from '../directory/directoryOf.js'
import {
  discoverIssuerKeys,
  endSession,
  resolveAccessToken,
  safeFetch,
  systemClock,
  systemRandomBytes,
  type IAMGrantPorts,
} from '../flows/index.js'
import { grantTypes } from '../oauth/index.js'
import { memoryReplayStore, memoryStateStore } from '../stores/index.js'
import { isLoopbackHost } from '../tti/issuerURL.js'
import { issuerOf, type IssuerKeys, type TokenKeys } from '../tti/index.js'
import type { CenterConfig } from './config.js'
import { answerBrowser, isBrowserPath } from './browser/answer.js'
import { choosePerson, type EstablishPerson } from './browser/establish.js'
import { answerControl } from './control/endpoint.js'
import { TARGET_HEADER } from './control/operations.js'
import { answerClient, isClientPath } from './grants/clientEndpoints.js'
import { grantService, type GrantWorld } from './grants/world.js'
import { answerPortal, portalOperation, type PortalEndpoint } from './portal/endpoint.js'
import { jsonResponse, unserved, type ReceivedRequest, type Reply, type Service } from './reply.js'
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
  /** Whether CreateTokenWithIAM answers a refresh with ID token and identity context, too. Default false, as AWS's. */
  readonly identityContextOnRefresh?: boolean
  /** Finds out who a person at a browser is. Default: one chooses a person of the directory, on this machine alone. */
  readonly establish?: EstablishPerson
  /** Sees every event as it is written, with the findings behind it. */
  readonly onEvent?: (event: AuditEvent, findings: readonly Finding[]) => void
}

/** A local Identity Center: a function from requests to answers, with a clock that can be moved. */
export interface Center {
  /**
   * Answers one request. `/events` is answered only to a peer on this machine, so only where its address is given;
   * events name it as their source.
   */
  handle(
    request: Request,
    from?: {
      readonly peerAddress?: string | undefined
      /** Where this machine's browsers find the pages, should a client have come by another name: through a proxy, say. */
      readonly localOrigin?: string | undefined
    },
  ): Promise<Response>
  now(): number
  /** Moves the clock by so many seconds from now on; negative steps back. */
  moveClock(seconds: number): void
  /** The latest 10,000 events, the oldest first. */
  events(): readonly AuditEvent[]
}

/**
 * Makes a center: `POST /client/register`, `/device_authorization`, `/token` (CreateToken) and `/token?aws_iam=t`
 * (CreateTokenWithIAM), STS at `POST /` (AssumeRole, GetCallerIdentity), sso-admin's attributes for access control there,
 * too, the pages of `/authorize`, `/device` and `/signin`, the portal API, discovery, JWKS, and `/events`. It listens nowhere: see `startCenter`, or mount `handle` where a fetch handler goes.
 */
export function createCenter(options: CenterOptions): Center {
  const { config, tokenKeys, allowLoopbackIssuer = false } = options
  const clock = options.now ?? systemClock
  const randomBytes = options.randomBytes ?? systemRandomBytes
  let moved = 0
  const now = (): number => clock() + moved
  const events: AuditEvent[] = []
  const people = new Map(config.users.map((user) => [user.userId, user]))
  const establish = options.establish ?? choosePerson(config.users)
  const ports: IAMGrantPorts = {
    now,
    randomBytes,
    directory: directoryOf(config.users),
    keys: options.keys ?? discoverIssuerKeys({ allowLoopbackIssuer }),
    replay: options.replay ?? memoryReplayStore(),
    state: options.state ?? memoryStateStore({ now }),
    fetch: options.fetch ?? safeFetch({ allowLoopback: allowLoopbackIssuer }),
    user: async (userId) => people.get(userId),
  }
  const { identityContextOnRefresh = false } = options
  const deployment = { ...config.deployment, tokenKeys, identityContextOnRefresh }
  const { instanceARN } = config.deployment
  const attributes = attributeState(config.portal.attributes, { instanceARN, state: ports.state })
  const portal: PortalEndpoint = {
    config,
    attributes,
    sealing: tokenKeys.sealing,
    now,
    randomBytes,
    resolve: (accessToken) => resolveAccessToken(accessToken, ports),
    endSession: (sessionID) => endSession(sessionID, 'sign-out', ports),
  }

  const record = (
    request: Request,
    requestId: string,
    peerAddress: string,
    { audit, followed }: Pick<Reply, 'audit' | 'followed'>,
  ): void => {
    for (const one of followed ? [audit, followed] : [audit]) {
      const event = auditEvent({
        accountId: config.deployment.accountId,
        ...one,
        now: now(),
        requestID: requestId,
        eventID: uuidFrom(randomBytes(16)),
        region: config.region,
        sourceIPAddress: peerAddress,
        userAgent: request.headers.get('x-amz-user-agent') ?? request.headers.get('user-agent') ?? '',
      })
      events.push(event)
      if (events.length > MAX_EVENTS) events.splice(0, events.length - MAX_EVENTS)
      options.onEvent?.(event, one.findings)
    }
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
    handle: async (request, { peerAddress = 'unknown', localOrigin } = {}) => {
      const requestId = uuidFrom(randomBytes(16))
      const url = new URL(request.url)
      const near = isLoopbackHost(url.hostname) && classify(peerAddress) === 'loopback'
      if (isBrowserPath(url.pathname)) {
        const { response, audit } = await browse(request, url, requestId, near)
        if (audit) record(request, requestId, peerAddress, { audit })
        return response
      }
      if (request.method === 'GET' && !portalOperation(request.method, url.pathname)) {
        const readable = near ? events : undefined
        return show(url, requestId, { config, publicJwk: options.publicJwk, events: readable })
      }
      const pages = isLoopbackHost(url.hostname) ? url.origin : (localOrigin ?? url.origin)
      // A body that breaks off, or a defect of ours: told to nobody but the log.
      const reply = await answer(request, url, requestId, pages).catch(() =>
        unserved(serviceOf(request, url), requestId, 'failed'),
      )
      record(request, requestId, peerAddress, reply)
      return reply.response
    },
  }

  async function answer(request: Request, url: URL, requestId: string, origin: string): Promise<Reply> {
    const { pathname } = url
    const service = serviceOf(request, url)
    const operation = portalOperation(request.method, pathname)
    if (operation) {
      const received = await receive(request, url)
      return received
        ? answerPortal(received, operation, requestId, portal)
        : unserved(service, requestId, 'too-large')
    }
    if (request.method !== 'POST') return unserved(service, requestId, 'method')
    if (!isClientPath(pathname) && pathname !== '/') return unserved(service, requestId, 'unknown')
    const received = await receive(request, url)
    if (!received) return unserved(service, requestId, 'too-large')
    const { sealing } = tokenKeys
    if (pathname === '/') {
      return service === 'sso'
        ? answerControl(received, requestId, { config, sealing, now, attributes })
        : answerSTS(received, requestId, { config, sealing, now, randomBytes })
    }
    const grants = grantsAt(origin)
    return pathname === '/token' && received.url !== '/token'
      ? answerToken(received, requestId, { config, deployment, grants })
      : answerClient(pathname, received, requestId, grants)
  }

  /** A page, whatever happens; a defect of ours is told to nobody but the log. */
  async function browse(
    request: Request,
    url: URL,
    requestId: string,
    near: boolean,
  ): Promise<{ readonly response: Response; readonly audit?: Reply['audit'] }> {
    try {
      const received = await receive(request, url)
      if (!received) return unserved('sso-oauth', requestId, 'too-large')
      return await answerBrowser(received, { url, requestId, near, world: grantsAt(url.origin) }, establish)
    } catch {
      return unserved('sso-oauth', requestId, 'failed')
    }
  }

  function grantsAt(origin: string): GrantWorld {
    return { service: grantService(config, origin), ports }
  }
}

/** Which service a request is for: at / the header that names an operation of sso-admin tells it from STS. */
function serviceOf(request: Request, { pathname }: URL): Service {
  if (pathname !== '/') return 'sso-oauth'
  return request.headers.has(TARGET_HEADER) ? 'sso' : 'sts'
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
          authorization_endpoint: `${url.origin}/authorize`,
          authorization_response_iss_parameter_supported: true,
          code_challenge_methods_supported: ['S256'],
          device_authorization_endpoint: `${url.origin}/device_authorization`,
          registration_endpoint: `${url.origin}/client/register`,
          token_endpoint: `${url.origin}/token`,
          jwks_uri: `${url.origin}/jwks`,
          grant_types_supported: Object.values(grantTypes),
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

/** A request with its body, or undefined where that is too large. */
async function receive(request: Request, url: URL): Promise<ReceivedRequest | undefined> {
  const body = await readBody(request)
  return (
    body && {
      method: request.method,
      url: request.url.slice(url.origin.length),
      headers: headersOf(request, url),
      body,
    }
  )
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
