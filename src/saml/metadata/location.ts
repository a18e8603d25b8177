export type LocationFault = 'missing' | 'relative' | 'scheme' | 'malformed' | 'credentials' | 'fragment'

export const locationMessages: Readonly<Record<LocationFault, string>> = {
  missing: 'The endpoint has no URL.',
  relative: 'This is no absolute URL.',
  scheme: 'This URL is not for sending a browser to.',
  malformed: 'This is not an https URL with a host, spelled as RFC 3986 has it.',
  credentials: 'The URL holds a user name or a password.',
  fragment: 'The URL has a fragment, which never reaches a server.',
}

/**
 * Why a URL is none to send a browser to (S99). `https` and `http` pass; nothing is normalized, because what other
 * readers would make of `https:/host` or of a backslash is not to be guessed at.
 */
export function locationFault(location: string | undefined): LocationFault | undefined {
  if (location === undefined || location === '') return 'missing'
  const scheme = schemeOf(location)
  if (scheme === undefined) return 'relative'
  if (scheme !== 'https' && scheme !== 'http') return 'scheme'
  if (!isURL(location)) return 'malformed'
  if (new URL(location).username !== '' || /^[^/]*\/\/[^/?#]*@/.test(location)) return 'credentials'
  return location.includes('#') ? 'fragment' : undefined
}

export function isHTTP(location: string): boolean {
  return schemeOf(location) === 'http'
}

/** In lower case; undefined for a relative reference. */
export function schemeOf(uri: string): string | undefined {
  return /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(uri)?.[1]?.toLowerCase()
}

/** Whether a text that begins with `http:` or `https:` is a URL with a host, of the characters of RFC 3986. */
export function isURL(text: string): boolean {
  if (!/^https?:\/\/[^/?#]/i.test(text) || !/^(?:[\w.~:/?#[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*$/.test(text))
    return false
  try {
    // URL lets characters into a host that no name has, and that end a directive of a policy.
    return /^(?:[\w.-]+|\[[0-9a-f:.]+\])$/.test(new URL(text).hostname)
  } catch {
    return false
  }
}
