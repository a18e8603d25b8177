import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { Readable } from 'node:stream'
import { FederationError } from '../core/outcome.js'
import { MAX_BODY_BYTES, type Center } from './center.js'

export interface ServerOptions {
  /** Default 0: a free port. */
  readonly port?: number
  /** From the first byte of a request to its last; default 10. A client that is slower is cut off. */
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

/** Serves a center on 127.0.0.1 with node:http. */
export async function startCenter(center: Center, options: ServerOptions = {}): Promise<CenterServer> {
  const { port = 0, requestTimeoutSeconds = 10, maxConnections = 1000 } = options
  const timeout = requestTimeoutSeconds * 1000
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: timeout,
      requestTimeout: timeout,
      // How often slow requests are looked for.
      connectionsCheckingInterval: Math.min(1000, timeout),
      keepAliveTimeout: 5000,
      requireHostHeader: true,
      joinDuplicateHeaders: false,
    },
    (request, response) => void answer(center, request, response),
  )
  server.maxConnections = maxConnections
  // A connection on which nothing ever comes is as good as none.
  server.on('connection', (socket: Socket) => socket.setTimeout(timeout + 5000, () => socket.destroy()))
  await listen(server, port)
  const { port: bound } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${bound}`, stop: () => stop(server) }
}

async function answer(center: Center, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  try {
    const declared = Number(incoming.headers['content-length'] ?? 0)
    const request = declared > MAX_BODY_BYTES ? undefined : toRequest(incoming)
    const response = request ? await center.handle(request) : tooLarge()
    const body = Buffer.from(await response.arrayBuffer())
    // What is left unread of a refused body must not be taken for the next request.
    if (!incoming.complete) outgoing.setHeader('connection', 'close')
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    outgoing.end(body)
    if (!incoming.complete) outgoing.once('finish', () => incoming.destroy())
  } catch {
    // A client that went away, a malformed URL, or a defect of ours: no words about it to the outside.
    if (outgoing.headersSent || outgoing.destroyed) outgoing.destroy()
    else {
      outgoing.writeHead(incoming.complete ? 500 : 400, {
        'content-type': 'application/json',
        connection: 'close',
      })
      outgoing.end('{"message":"The request could not be read"}')
    }
  }
}

function tooLarge(): Response {
  return new Response('{"message":"Request body too large"}', {
    status: 413,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'RequestEntityTooLargeException' },
  })
}

function toRequest(incoming: IncomingMessage): Request {
  const { method = 'GET', url = '/', rawHeaders } = incoming
  // Only the origin form: an absolute URL could name another host than the one that is signed.
  if (!url.startsWith('/') || url.startsWith('//')) throw new TypeError('not in origin form')
  const headers = new Headers()
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (!hopByHop.includes(name.toLowerCase())) headers.append(name, rawHeaders[index + 1] ?? '')
  }
  const withBody = method !== 'GET' && method !== 'HEAD'
  return new Request(`http://${incoming.headers.host ?? '127.0.0.1'}${url}`, {
    method,
    headers,
    ...(withBody ? { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' } : {}),
  } as RequestInit)
}

const hopByHop = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'expect']

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new FederationError(
          'ERR_INVALID_OPTION',
          `The center cannot listen on port ${port} (${error.code ?? 'unknown'}).`,
        ),
      )
    })
    server.listen(port, '127.0.0.1', resolve)
  })
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
}
