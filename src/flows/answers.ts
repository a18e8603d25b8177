const REDIRECTS = [300, 301, 302, 303, 307, 308]

/** A redirect, or an answer that a fetch came to by following one although it was told not to. */
export function isRedirect(response: Response): boolean {
  return response.redirected || response.type === 'opaqueredirect' || REDIRECTS.includes(response.status)
}

/** The whole body, or undefined once it is longer than `maxBytes`. */
export async function readBody(
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

export function discard(body: ReadableStream<Uint8Array> | null): void {
  // The answer is refused already: whether the connection ends well does not matter.
  body?.cancel().catch(() => undefined)
}

/** Such as `ENOTFOUND` or `CERT_HAS_EXPIRED`: `safeFetch` and the platform's fetch wrap the error that has it. */
export function causeCode(error: unknown): string | undefined {
  const { code, cause } = (error ?? {}) as {
    readonly code?: unknown
    readonly cause?: { readonly code?: unknown }
  }
  const found = cause?.code ?? code
  return typeof found === 'string' && /^[A-Z][A-Z0-9_]{1,59}$/.test(found) ? found : undefined
}
