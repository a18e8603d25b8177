import type { AppRequest, AppResponse } from './http.js'

/** Browsers keep no longer cookie: name and value, in bytes (RFC 6265bis 5.6). */
export const MAX_COOKIE_BYTES = 4096

/** Every value that the browser sent under a name. More than one means that somebody else set one, too. */
export function cookieValues(request: AppRequest, name: string): readonly string[] {
  const values: string[] = []
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const equals = part.indexOf('=')
    if (equals >= 0 && part.slice(0, equals).trim() === name) values.push(part.slice(equals + 1).trim())
  }
  return values
}

export interface CookieSettings {
  readonly name: string
  readonly value: string
  readonly maxAgeSeconds: number
  readonly sameSite: 'Lax' | 'None'
}

/** Sets a cookie of this host alone, out of reach of scripts, in place of any of its name set on the same answer. */
export function setCookie(response: AppResponse, cookie: CookieSettings): void {
  const { name, value, maxAgeSeconds, sameSite } = cookie
  const held = response.getHeader('set-cookie')
  const others = (Array.isArray(held) ? held : held === undefined ? [] : [String(held)]).filter(
    (other) => !other.startsWith(`${name}=`),
  )
  response.setHeader('set-cookie', [
    ...others,
    `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; Secure; HttpOnly; SameSite=${sameSite}`,
  ])
}

/** Makes the browser forget a cookie of this host. */
export function clearCookie(response: AppResponse, name: string, sameSite: 'Lax' | 'None' = 'Lax'): void {
  setCookie(response, { name, value: '', maxAgeSeconds: 0, sameSite })
}

/**
 * The name of a cookie that only this host can set. Cookies do not tell ports apart, so that a port of one's own is in the
 * name: the apps of one machine keep out of each other's way.
 */
export function cookieNameFor(url: URL, purpose: string): string {
  return `__Host-countersign${purpose}${url.port === '' ? '' : `-${url.port}`}`
}
