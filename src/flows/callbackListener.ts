import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FederationError } from '../core/outcome.js'
import { callbackPage, pageHeaders } from './callbackPage.js'

/** The path of the redirect URI, as the AWS CLI has it. */
export const CALLBACK_PATH = '/oauth/callback'

export interface CallbackListener {
  /** `http://127.0.0.1:PORT/oauth/callback`: the redirect URI of this sign-in. */
  readonly redirectUri: string
  /** The whole URL of the one callback; `timeout` or `aborted` where none came. */
  readonly callback: Promise<{ readonly url: string } | 'timeout' | 'aborted'>
  /** Stops listening, once what is being answered is answered. */
  close(): Promise<void>
}

/**
 * Waits on a free port of 127.0.0.1 for the browser to come back once (RFC 8252 7.3, 8.3). A request with another Host (a page of
 * the web that has its name point here), another method or another path is refused and changes nothing, and so is one that a
 * page makes by script or as an image: only a navigation counts. The first callback ends the wait, whatever is in it.
 *
 * @param options.judge - whether the callback is good: the page that the person sees depends on it
 */
export async function listenForCallback(options: {
  readonly timeoutSeconds: number
  readonly signal?: AbortSignal | undefined
  readonly judge: (url: string, redirectUri: string) => boolean
}): Promise<CallbackListener> {
  const { timeoutSeconds, signal, judge } = options
  const server = createServer({
    maxHeaderSize: 32_768,
    headersTimeout: 10_000,
    requestTimeout: 10_000,
    connectionsCheckingInterval: 1000,
    joinDuplicateHeaders: false,
  })
  server.maxConnections = 20
  await listen(server)
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const redirectUri = `${origin}${CALLBACK_PATH}`

  let finish: (outcome: { readonly url: string } | 'timeout' | 'aborted') => void = () => undefined
  const callback = new Promise<{ readonly url: string } | 'timeout' | 'aborted'>(
    (resolve) => (finish = resolve),
  )
  const timer = setTimeout(() => finish('timeout'), timeoutSeconds * 1000)
  const abort = (): void => finish('aborted')
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort, { once: true })

  let taken = false
  server.on('request', (incoming, outgoing) => {
    const answer = (status: number, page: string, more: Readonly<Record<string, string>> = {}): void => {
      outgoing.writeHead(status, { ...pageHeaders, ...more })
      outgoing.end(page)
      // What else the request may hold is of no interest.
      outgoing.once('finish', () => incoming.socket.destroySoon())
    }
    const refusal = refusalOf(incoming, new URL(origin).host) ?? (taken ? 410 : undefined)
    if (refusal !== undefined) {
      return answer(refusal, callbackPage('other'), refusal === 405 ? { allow: 'GET' } : {})
    }
    taken = true
    const url = `${origin}${incoming.url ?? ''}`
    const good = judge(url, redirectUri)
    answer(good ? 200 : 400, callbackPage(good ? 'done' : 'refused'))
    finish({ url })
  })

  let closed: Promise<void> | undefined
  return {
    redirectUri,
    callback,
    close: () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      return (closed ??= close(server))
    },
  }
}

/** The status with which a request is refused that is no callback; undefined for one that is. */
function refusalOf({ method, url = '', headersDistinct }: IncomingMessage, host: string): number | undefined {
  const one = (name: string): string | undefined => headersDistinct[name]?.join()
  if (one('host') !== host) return 421
  if (url.split('?', 1)[0] !== CALLBACK_PATH) return 404
  if (method !== 'GET') return 405
  // Browsers say what a request is for, and no page can have them say otherwise (Fetch Metadata).
  const mode = one('sec-fetch-mode') ?? 'navigate'
  const destination = one('sec-fetch-dest') ?? 'document'
  return mode === 'navigate' && destination === 'document' ? undefined : 403
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new FederationError('ERR_INVALID_OPTION', 'No port of 127.0.0.1 can be had.', { cause }))
    })
    server.listen(0, '127.0.0.1', resolve)
  })
}

/** How long an answer under way may take once the listener closes. */
const LINGER_MILLISECONDS = 2000

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const cutOff = setTimeout(() => server.closeAllConnections(), LINGER_MILLISECONDS)
  await closed
  clearTimeout(cutOff)
}
