import type { Fetch } from '../core/ports.js'
import type { FetchFailure } from '../tti/discovery.js'
import { causeCode, discard, isRedirect, readBody } from './answers.js'
import { ADDRESS_REFUSED } from './checkedLookup.js'

type Fetched =
  { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly failure: FetchFailure }

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
    const redirected = isRedirect(response)
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
