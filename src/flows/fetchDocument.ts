import type { Fetch } from '../core/ports.js'
import type { FetchFailure } from '../tti/discovery.js'
import { ADDRESS_REFUSED } from './checkedLookup.js'

type Fetched =
  { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly failure: FetchFailure }

const REDIRECTS = [300, 301, 302, 303, 307, 308]

/**
 * Gets one of an issuer's documents: an answer with status 200 and at most `maxBytes`, counted as they come. Every
 * failure is a value, since the issuer causes it. The time limit is the caller's.
 */
export async function fetchDocument(
  document: FetchFailure['document'],
  url: string,
  options: { readonly fetch: Fetch; readonly signal: AbortSignal; readonly maxBytes: number },
): Promise<Fetched> {
  const { fetch, signal, maxBytes } = options
  const failed = (reason: FetchFailure['reason'], actual?: string): Fetched => ({
    ok: false,
    failure: { reason, document, actual },
  })
  try {
    const headers = { accept: 'application/json, application/jwk-set+json' }
    const response = await fetch(url, { method: 'GET', redirect: 'manual', headers, signal })
    // `redirected`: a fetch that followed although it was told not to.
    const redirected =
      response.redirected || response.type === 'opaqueredirect' || REDIRECTS.includes(response.status)
    if (redirected || response.status !== 200) {
      discard(response.body)
      return failed(redirected ? 'redirect' : 'status', `${response.status}`)
    }
    if (Number(response.headers.get('content-length') ?? 0) > maxBytes) {
      discard(response.body)
      return failed('too-large')
    }
    const bytes = await readBody(response.body, maxBytes)
    return bytes ? { ok: true, bytes } : failed('too-large')
  } catch (error) {
    const code = causeCode(error)
    return code === ADDRESS_REFUSED ? failed('address') : failed('network', code)
  }
}

/** The whole body, or undefined once it is longer than `maxBytes`. */
async function readBody(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  if (!body) return new Uint8Array()
  const reader = body.getReader()
  const bytes = new Uint8Array(maxBytes)
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return bytes.subarray(0, size)
    if (size + value.length > maxBytes) {
      reader.cancel().catch(() => undefined)
      return undefined
    }
    bytes.set(value, size)
    size += value.length
  }
}

function discard(body: ReadableStream<Uint8Array> | null): void {
  // The answer is refused already: whether the connection ends well does not matter.
  body?.cancel().catch(() => undefined)
}

/** Such as `ENOTFOUND` or `CERT_HAS_EXPIRED`: `safeFetch` and the platform's fetch wrap the error that has it. */
function causeCode(error: unknown): string | undefined {
  const { code, cause } = (error ?? {}) as {
    readonly code?: unknown
    readonly cause?: { readonly code?: unknown }
  }
  const found = cause?.code ?? code
  return typeof found === 'string' && /^[A-Z][A-Z0-9_]{1,59}$/.test(found) ? found : undefined
}
