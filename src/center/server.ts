import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { FederationError } from '../core/outcome.js'
import { MAX_BODY_BYTES, type Center } from './center.js'

export interface ServerOptions {
  /** Default 0: a free port. */
  readonly port?: number
  /** For a request, from its first byte to its last, and for an answer likewise; default 10. Who is slower is cut off. */
  readonly requestTimeoutSeconds?: number
  /** Connections at once; default 1,000. One more is not taken. */
  readonly maxConnections?: number
}

export interface CenterServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  /** Takes no more requests, finishes those in flight, and resolves when all connections are closed. */
  stop(): Promise<void>
}

/** Room for a session token with 50 session tags. */
const MAX_HEADER_BYTES = 65_536
/** How much is read past of a body that is too large, so that a client that is still sending gets to its answer. */
const MAX_PASSED_BYTES = 1_048_576

/** The requests that each open connection waits for. */
type InFlight = Map<Socket, Set<IncomingMessage>>

/**
 * Serves a center on 127.0.0.1 with node:http.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for a port that cannot be had, and for a timeout that is not positive
 */
export async function startCenter(center: Center, options: ServerOptions = {}): Promise<CenterServer> {
  const { port = 0, requestTimeoutSeconds = 10, maxConnections = 1000 } = options
  if (!(requestTimeoutSeconds > 0)) throw misuse('requestTimeoutSeconds must be positive.')
  const timeout = requestTimeoutSeconds * 1000
  const inFlight: InFlight = new Map()
  let stopped: Promise<void> | undefined

  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: timeout,
    requestTimeout: timeout,
    // How often slow requests are looked for.
    connectionsCheckingInterval: Math.min(1000, timeout),
    keepAliveTimeout: 5000,
    requireHostHeader: true,
    joinDuplicateHeaders: false,
  })
  server.maxConnections = maxConnections
  server.on('connection', (socket) => {
    inFlight.set(socket, new Set())
    socket.once('close', () => inFlight.delete(socket))
  })
  server.on('request', (incoming, outgoing) => {
    // Not begun, nor answered: the answer before it ends the connection.
    if (stopped) return
    const { socket } = incoming
    const requests = inFlight.get(socket) ?? new Set()
    requests.add(incoming)
    outgoing.once('close', () => {
      requests.delete(incoming)
      if (stopped && requests.size === 0) socket.destroySoon()
    })
    void answer(center, incoming).then(({ status, headers, body }) => {
      if (outgoing.destroyed) return
      const last = stopped !== undefined && requests.size === 1
      if (last || !incoming.complete) outgoing.setHeader('connection', 'close')
      outgoing.writeHead(status, { ...headers, 'content-length': body.length })
      const cutOff = setTimeout(() => socket.destroy(), timeout)
      outgoing.once('close', () => clearTimeout(cutOff))
      outgoing.write(body)
      if (incoming.complete) outgoing.end()
      else incoming.once('close', () => outgoing.end())
    })
  })
  await listen(server, port)
  const { port: bound } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${bound}`, stop: () => (stopped ??= stop(server, inFlight, timeout)) }
}

interface Answer {
  readonly status: number
  /** Several of one name only where a response may have them: its cookies. */
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body: Buffer
}

async function answer(center: Center, incoming: IncomingMessage): Promise<Answer> {
  try {
    // What is too large is not kept, and refused by the center itself: in the endpoint's own form, with an event.
    const body = (await readBody(incoming)) ?? new Uint8Array(MAX_BODY_BYTES + 1)
    const request = toRequest(incoming, body)
    if (!request) return refusal(400, 'The request could not be read')
    const response = await center.handle(request, {
      peerAddress: incoming.socket.remoteAddress,
      localOrigin: `http://127.0.0.1:${incoming.socket.localPort ?? ''}`,
    })
    const cookies = response.headers.getSetCookie()
    return {
      status: response.status,
      headers: {
        ...Object.fromEntries(response.headers),
        ...(cookies.length === 0 ? {} : { 'set-cookie': cookies }),
      },
      body: Buffer.from(await response.arrayBuffer()),
    }
  } catch {
    // A client that went away, or a defect of ours: no words about it to the outside.
    return refusal(500, 'The request could not be answered', 'InternalServerException')
  }
}

function refusal(status: number, message: string, errorType?: string): Answer {
  return {
    status,
    headers: {
      'content-type': 'application/json',
      ...(errorType === undefined ? {} : { 'x-amzn-errortype': errorType }),
    },
    body: Buffer.from(JSON.stringify({ message })),
  }
}

/** The body, or undefined as soon as it is known to be too large. Rejects when it breaks off. */
function readBody(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  return new Promise((resolve, reject) => {
    if (Number(incoming.headers['content-length'] ?? 0) > MAX_BODY_BYTES) resolve(undefined)
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MAX_PASSED_BYTES) incoming.destroy()
      else if (size > MAX_BODY_BYTES) resolve(undefined)
      else chunks.push(chunk)
    })
    incoming.once('end', () => resolve(Buffer.concat(chunks)))
    incoming.once('error', reject)
  })
}

/** The request, or undefined unless its one Host and its target can be read in one way only. */
function toRequest(incoming: IncomingMessage, body: Uint8Array<ArrayBuffer>): Request | undefined {
  const { method = 'GET', url = '/', rawHeaders, headersDistinct } = incoming
  const [host = '127.0.0.1', ...others] = headersDistinct['host'] ?? []
  const address = `http://${host}${url}`
  // Neither an absolute URL, which could name another host than the signed one, nor what normalising would change.
  if (others.length > 0 || !URL.canParse(address)) return undefined
  const { pathname, search } = new URL(address)
  if (pathname + search !== url) return undefined
  const headers = new Headers()
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (!hopByHop.includes(name.toLowerCase())) headers.append(name, rawHeaders[index + 1] ?? '')
  }
  const withBody = method !== 'GET' && method !== 'HEAD'
  try {
    return new Request(address, { method, headers, body: withBody ? body : null })
  } catch {
    // A user in the Host, or a method that a Request cannot have.
    return undefined
  }
}

const hopByHop = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'expect']

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(misuse(`The center cannot listen on port ${port} (${error.code ?? 'unknown'}).`))
    })
    server.listen(port, '127.0.0.1', resolve)
  })
}

async function stop(server: Server, inFlight: InFlight, timeout: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  for (const [socket, requests] of inFlight) if (requests.size === 0) socket.destroy()
  // Once it is closing, node:http looks for slow requests no more.
  const cutOff = setTimeout(() => {
    for (const [socket, requests] of inFlight)
      if ([...requests].some(({ complete }) => !complete)) socket.destroy()
  }, timeout)
  await closed
  clearTimeout(cutOff)
}

function misuse(message: string): FederationError {
  return new FederationError('ERR_INVALID_OPTION', message)
}
