import type { Fault } from '../../core/rule.js'
import { shown } from '../../core/shown.js'

/** The host that clients used before there was PKCE (R209). */
const DEVICE_HOST = /^https:\/\/device\.sso\.[a-z0-9-]{1,30}\.amazonaws\.com(?:\/|$)/

/** The address of an access portal that names its instance, and the Region of it. */
const REGIONAL = /^https:\/\/(ssoins-[0-9a-z]{1,32})\.portal\.([a-z0-9-]{1,40})\.app\.aws(?:[/?#]|$)/

/** The Region that the URL of an access portal names; undefined where it names none. */
export function regionInURL(url: string): string | undefined {
  return REGIONAL.exec(url)?.[2]
}

/** Of the same instance, in another Region: an instance and what uses it are in one (R196). */
function ownRegion(url: string, instanceURLs: readonly string[]): string | undefined {
  const [, instance, region] = REGIONAL.exec(url) ?? []
  return instanceURLs
    .map((known) => REGIONAL.exec(known))
    .find((known) => known?.[1] === instance && known?.[2] !== region)?.[2]
}

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
  const region = ownRegion(url, instanceURLs)
  if (region !== undefined) {
    const message = 'The instance is in another Region, and serves clients of that alone.'
    return [{ reason: 'other-region', path, expected: region, actual, message }]
  }
  return [{ reason: 'other-instance', path, actual, message: 'The URL is not of this instance.' }]
}
