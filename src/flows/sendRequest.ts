import type { PostFetch } from '../core/ports.js'
import type { Verdict } from '../core/outcome.js'
import {
  endedSignIn,
  MAX_ANSWER_BYTES,
  unreachableServer,
  type ClientRequest,
  type ServerAnswer,
} from '../oauth/index.js'
import { causeCode, discard, isRedirect, readBody } from './answers.js'

export interface SendOptions {
  readonly fetch: PostFetch
  /** The caller's wish to end it all. */
  readonly signal?: AbortSignal | undefined
  /** For the whole answer, its body included. */
  readonly timeoutSeconds: number
}

type Sent =
  | { readonly ok: true; readonly answer: ServerAnswer }
  | { readonly ok: false; readonly verdict: Verdict<never> }

/**
 * Sends one request and takes its whole answer, in bounded time and size, whatever the server and the fetch do. No redirect is
 * followed: the request holds secrets. That no answer came is a verdict, too.
 */
export async function sendRequest(request: ClientRequest, options: SendOptions): Promise<Sent> {
  const { signal, timeoutSeconds } = options
  if (signal?.aborted) return { ok: false, verdict: endedSignIn('aborted') }
  const controller = new AbortController()
  let stop: (sent: Sent) => void = () => undefined
  const stopped = new Promise<Sent>((resolve) => (stop = resolve))
  const timer = setTimeout(
    () => stop({ ok: false, verdict: unreachableServer('timeout') }),
    timeoutSeconds * 1000,
  )
  const abort = (): void => stop({ ok: false, verdict: endedSignIn('aborted') })
  signal?.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([take(request, options.fetch, controller.signal), stopped])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
    // Whatever is still under way has no one left to answer to.
    controller.abort()
  }
}

async function take(
  { url, method, headers, body }: ClientRequest,
  fetch: PostFetch,
  signal: AbortSignal,
): Promise<Sent> {
  try {
    const response = await fetch(url, { method, headers, body, redirect: 'manual', signal })
    if (isRedirect(response)) {
      discard(response.body)
      return { ok: false, verdict: unreachableServer('redirect', `${response.status}`) }
    }
    const bytes =
      Number(response.headers.get('content-length') ?? 0) > MAX_ANSWER_BYTES
        ? undefined
        : await readBody(response.body, MAX_ANSWER_BYTES)
    if (!bytes) {
      discard(response.body)
      return { ok: false, verdict: unreachableServer('too-large') }
    }
    const answer = {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: bytes,
    }
    return { ok: true, answer }
  } catch (error) {
    return { ok: false, verdict: unreachableServer('network', causeCode(error)) }
  }
}
