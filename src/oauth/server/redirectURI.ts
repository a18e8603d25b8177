import type { Fault } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { GRANT_LIMITS } from './limits.js'

/** A loopback address (RFC 8252 7.3): literal, so that no name service has a say, then port and the rest. */
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|\[::1\])(?::([1-9]\d{0,4}))?(\/[^#]*)?$/
const LOCALHOST = /^http:\/\/localhost(?::[1-9]\d{0,4})?(?:\/[^#]*)?$/
/** Printable ASCII that a URI may have; not the quotes, brackets, braces and backslash that only mending parsers take. */
const URI_CHARACTERS = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+$/
/** A domain name or an address; a parser lets more pass, such as what ends a directive of a page's policy. */
const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:]+\])$/
/** A scheme of an application's own is a domain name turned round, and so has a dot (RFC 8252 7.1). */
const PRIVATE_SCHEME = /^[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+:\/./

/**
 * What keeps a redirect URI from being registered: it is https, http to the loopback interface, or a scheme of the
 * application's own, spelled as it will be compared, without fragment, user, wildcard or dot segments.
 */
export function redirectURIFaults(uri: string, path: string): readonly Fault[] {
  const fault = (reason: string, message: string): readonly Fault[] => [
    { reason, path, actual: shown(uri, 200), message },
  ]
  if (uri.length > GRANT_LIMITS.redirectURICharacters) return fault('too-long', 'The URI is too long.')
  if (!URI_CHARACTERS.test(uri) || /%(?![0-9A-Fa-f]{2})/.test(uri))
    return fault('malformed', 'The URI holds what no URI may hold.')
  if (uri.includes('#')) return fault('fragment', 'The URI has a fragment.')
  if (uri.includes('*')) return fault('wildcard', 'A wildcard would match what nobody looked at.')
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(uri)?.[1]
  if (scheme === undefined) return fault('malformed', 'The URI is not absolute.')
  if (scheme === 'http') {
    if (!LOOPBACK.test(uri) && !LOCALHOST.test(uri))
      return fault('not-loopback', 'http is for loopback alone.')
  } else if (scheme === 'https') {
    if (!/^https:\/\/[^/?]+/.test(uri)) return fault('malformed', 'The URI names no host.')
  } else if (!PRIVATE_SCHEME.test(uri)) {
    return fault('scheme', 'The scheme is neither https nor a domain name turned round.')
  }
  const url = parsed(uri)
  if (!url) return fault('malformed', 'The URI cannot be read.')
  if (url.username !== '' || url.password !== '' || /^[a-z]+:\/\/[^/?]*@/i.test(uri))
    return fault('user', 'The URI names a user.')
  if (scheme === 'https' && !HOST.test(url.hostname))
    return fault('host', 'The host is neither a domain name nor an address.')
  // What a parser would rewrite, such as dot segments or a default port, is not what it looks like.
  if (url.href !== uri && url.href !== `${uri}/` && !emptyPath(uri, url))
    return fault('not-normal', 'The URI is not spelled as a browser sends it.')
  return []
}

/**
 * Whether the redirect URI of a request is one that is registered: the same text, but that a loopback address
 * registered without a port stands for every port, since a native application cannot know which it will get (RFC 8252
 * 7.3). Nothing else is loose (attack O07).
 */
export function matchesRedirectURI(registered: string, requested: string): boolean {
  if (typeof registered !== 'string' || typeof requested !== 'string') return false
  if (registered === requested) return true
  if (requested.length > GRANT_LIMITS.redirectURICharacters) return false
  const [, host, port, rest = ''] = LOOPBACK.exec(registered) ?? []
  if (host === undefined || port !== undefined) return false
  const [, askedHost, askedPort, askedRest = ''] = LOOPBACK.exec(requested) ?? []
  return askedHost === host && Number(askedPort ?? 80) <= 65_535 && askedRest === rest
}

function parsed(uri: string): URL | undefined {
  return URL.canParse(uri) ? new URL(uri) : undefined
}

/** `https://host?query`: a parser writes the path that is not there. */
function emptyPath(uri: string, url: URL): boolean {
  return url.pathname === '/' && url.href.replace('/?', '?') === uri
}
