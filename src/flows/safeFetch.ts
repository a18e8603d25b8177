import { lookup as systemLookup } from 'node:dns'
import http, { type IncomingMessage, type RequestOptions } from 'node:http'
import https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { FederationError } from '../core/outcome.js'
import type { Fetch, PostFetch } from '../core/ports.js'
import {
  ADDRESS_REFUSED,
  checkedLookup,
  openedClasses,
  refusalOf,
  type AddressAccess,
} from './checkedLookup.js'

export interface SafeFetchOptions extends AddressAccess {
  /** PEM certificates to trust in place of the platform's, for a private authority. */
  readonly ca?: string | readonly string[] | undefined
  /** Resolves host names; its answers are checked like the system's. Default `dns.lookup`. */
  readonly lookup?: LookupFunction | undefined
}

// TLS 1.3, and of TLS 1.2 only what has forward secrecy (R379).
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE+AESGCM',
  'ECDHE+CHACHA20',
].join(':')

/** Statuses for which a Response must have no body. */
const BODILESS = [204, 205, 304]

type CauseClass = 'address' | 'aborted' | 'name' | 'tls' | 'connection' | 'protocol'

/**
 * A {@link Fetch} for URLs that others name: it connects to public addresses only. A name's addresses are checked in
 * the lookup of the very connection, and all of them, so neither rebinding nor a mixed answer gets past; addresses in
 * the URL are checked as well. Redirects are answered as they are, no connection is reused, no proxy is used,
 * certificates are always verified, at TLS 1.2 or later. The caller's signal is the only time limit, and the caller
 * reads or cancels the body. Besides GET it sends POST with a body of text, for a token endpoint that a discovery document named.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what is not an http or https URL without user information;
 * `ERR_FETCH_FAILED` when no answer came, with the error underneath as `cause`; the body's stream fails likewise
 */
export function safeFetch(options: SafeFetchOptions = {}): Fetch & PostFetch {
  const opened = openedClasses(options)
  const connection: RequestOptions & https.RequestOptions = {
    agent: false,
    insecureHTTPParser: false,
    lookup: checkedLookup(options.lookup ?? systemLookup, opened),
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    rejectUnauthorized: true,
    ...(options.ca === undefined
      ? {}
      : { ca: typeof options.ca === 'string' ? options.ca : [...options.ca] }),
  }
  return async (address: string, init: Sent) => {
    const { headers, signal } = init
    const url = fetchableURL(address)
    const host = url.hostname.replace(/^\[|\]$/g, '')
    try {
      // Node asks no lookup about an address.
      const refusal = isIP(host) === 0 ? undefined : refusalOf([host], opened)
      if (refusal) throw refusal
      const message = await answer(
        url,
        {
          ...connection,
          method: init.method === 'POST' ? 'POST' : 'GET',
          headers: { ...headers, 'accept-encoding': 'identity' },
        },
        init.method === 'POST' ? init.body : undefined,
        signal,
      )
      return responseOf(message, url)
    } catch (error) {
      throw failure(url, error)
    }
  }
}

type Sent = Parameters<Fetch>[1] | Parameters<PostFetch>[1]

function fetchableURL(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined
  const web = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (url && web && url.username === '' && url.password === '') return url
  throw new FederationError('ERR_INVALID_OPTION', 'Not an http or https URL without user information.')
}

function answer(
  url: URL,
  options: RequestOptions,
  body: string | undefined,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    let pending: { destroy(error: Error): unknown }
    const abort = (): void => {
      pending.destroy(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
    }
    const request = (url.protocol === 'https:' ? https : http).request(url, options)
    pending = request
    signal.addEventListener('abort', abort, { once: true })
    request.once('response', (message) => {
      // An 'error' without listener ends a process; that Node spares an incoming message this is a legacy of its own.
      message.on('error', () => undefined)
      pending = message
      resolve(message)
    })
    request.on('error', reject)
    // Also after an upgrade that nobody asked for, when no error is told.
    request.once('close', () => {
      signal.removeEventListener('abort', abort)
      reject(new Error('The connection closed without an answer.'))
    })
    request.end(body)
  })
}

function responseOf(message: IncomingMessage, url: URL): Response {
  const status = message.statusCode ?? 0
  const headers = new Headers()
  for (let at = 0; at + 1 < message.rawHeaders.length; at += 2) {
    headers.append(message.rawHeaders[at] ?? '', message.rawHeaders[at + 1] ?? '')
  }
  const bodiless = BODILESS.includes(status)
  try {
    const response = new Response(bodiless ? null : bodyOf(message, url), { status, headers })
    if (bodiless) message.destroy()
    return response
  } catch (error) {
    message.destroy()
    throw error
  }
}

/** The body, read from the connection only as fast as it is asked for. */
function bodyOf(message: IncomingMessage, url: URL): ReadableStream<Uint8Array> {
  const chunks = message[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await chunks.next()
          if (done === true) controller.close()
          else controller.enqueue(new Uint8Array(value))
        } catch (error) {
          controller.error(failure(url, error))
        }
      },
      cancel() {
        message.destroy()
      },
    },
    { highWaterMark: 0 },
  )
}

/** Tells the origin only: a path or a query may hold what is nobody's business. */
function failure(url: URL, error: unknown): FederationError {
  if (error instanceof FederationError) return error
  return new FederationError(
    'ERR_FETCH_FAILED',
    `Fetching from ${url.origin} failed (${causeClass(error)}).`,
    {
      cause: error,
    },
  )
}

function causeClass(error: unknown): CauseClass {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown }
  if (name === 'AbortError' || name === 'TimeoutError') return 'aborted'
  if (typeof code !== 'string') return 'protocol'
  if (code === ADDRESS_REFUSED) return 'address'
  if (code === 'ENOTFOUND' || code.startsWith('EAI_')) return 'name'
  if (code.startsWith('HPE_') || code.startsWith('ERR_HTTP')) return 'protocol'
  if (/^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|EPROTO)/.test(code)) return 'tls'
  return 'connection'
}
