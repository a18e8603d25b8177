import type { Fault } from '../../core/rule.js'
import { shown } from '../../core/shown.js'

/** The host that clients used before there was PKCE (R209). */
const DEVICE_HOST = /^https:\/\/device\.sso\.[a-z0-9-]{1,30}\.amazonaws\.com(?:\/|$)/

/** A URL is one of the instance's, with or without the ending that a browser's address bar adds to a portal's. */
export function instanceURLFaults(
  url: string,
  path: string,
  instanceURLs: readonly string[],
): readonly Fault[] {
  const plain = url.replace(/\/?#?\/?$/, '')
  if (instanceURLs.some((known) => known.replace(/\/$/, '') === plain)) return []
  const actual = shown(url)
  if (DEVICE_HOST.test(url)) {
    const message = 'The URL is that of the device page, not of an instance.'
    const fix =
      'Name the access portal, and move the client from this host to the authorization code grant with PKCE.'
    return [{ reason: 'device-host', path, actual, message, fix }]
  }
  return [{ reason: 'other-instance', path, actual, message: 'The URL is not of this instance.' }]
}
