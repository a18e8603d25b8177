import type { CustomFetch } from 'openid-client'
import type { Fetch, PostFetch } from '../../core/ports.js'
import { causeCode, discard, isRedirect, readBody } from '../../flows/answers.js'
import { ADDRESS_REFUSED } from '../../flows/checkedLookup.js'

/** Several times the largest token answer or discovery document. */
const MAX_ANSWER_BYTES = 262_144

/** Why no answer of the provider could be had. */
export type NoAnswerReason = 'network' | 'address' | 'timeout' | 'redirect' | 'too-large'

/** No answer, told apart from whatever the library makes of an answer. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
  readonly reason: NoAnswerReason
  /** Such as `ECONNREFUSED`, or the status of a redirect. */
  readonly actual: string | undefined

  constructor(reason: NoAnswerReason, actual?: string) {
    super('The provider gave no answer that can be read.')
    this.reason = reason
    this.actual = actual
  }
}

/**
 * What openid-client asks the network through: each answer is taken whole, in bounded size, and within the library's time limit
 * even where the given fetch does not heed its signal; no redirect is followed.
 */
export function issuerFetch(fetch: Fetch & PostFetch): CustomFetch {
  return async (url, { method, headers, body, signal }) => {
    if (!signal) throw new NoAnswer('timeout')
    const late = aborted(signal)
    try {
      return await Promise.race([
        take(fetch, url, { method, headers, body: textOf(body), signal }),
        late.promise,
      ])
    } finally {
      late.forget()
    }
  }
}

interface Asked {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal: AbortSignal
}

async function take(fetch: Fetch & PostFetch, url: string, asked: Asked): Promise<Response> {
  const { headers, body, signal } = asked
  try {
    const response = await (asked.method === 'POST'
      ? fetch(url, { method: 'POST', redirect: 'manual', headers, body, signal })
      : fetch(url, { method: 'GET', redirect: 'manual', headers, signal }))
    if (isRedirect(response)) {
      discard(response.body)
      throw new NoAnswer('redirect', `${response.status}`)
    }
    const bytes =
      Number(response.headers.get('content-length') ?? 0) > MAX_ANSWER_BYTES
        ? undefined
        : await readBody(response.body, MAX_ANSWER_BYTES)
    if (!bytes) {
      discard(response.body)
      throw new NoAnswer('too-large')
    }
    const bodiless = response.status === 204 || response.status === 205 || response.status === 304
    return new Response(bodiless ? null : new Uint8Array(bytes), {
      status: response.status,
      headers: response.headers,
    })
  } catch (error) {
    if (error instanceof NoAnswer) throw error
    if (signal.aborted) throw new NoAnswer('timeout')
    const code = causeCode(error)
    throw code === ADDRESS_REFUSED ? new NoAnswer('address') : new NoAnswer('network', code)
  }
}

/** The library sends forms, as text or as what becomes text. */
function textOf(body: unknown): string {
  return typeof body === 'string' || body instanceof URLSearchParams ? String(body) : ''
}

function aborted(signal: AbortSignal) {
  let forget = (): void => undefined
  const promise = new Promise<never>((_, reject) => {
    const stop = (): void => reject(new NoAnswer('timeout'))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    forget = () => signal.removeEventListener('abort', stop)
  })
  return { promise, forget: () => forget() }
}
