import { misuse } from '../expectation.js'
import { locationFault, locationMessages, type LocationFault } from '../metadata/location.js'

export type EndpointFault = LocationFault | 'http'

export const endpointMessages: Readonly<Record<EndpointFault, string>> = {
  ...locationMessages,
  http: 'Only https is safe to send a message to, but for this machine itself.',
}

/** Why a message is not sent to a URL: it is absolute, https (or http on this machine), and as RFC 3986 spells it. */
export function endpointFault(url: unknown): EndpointFault | undefined {
  if (typeof url !== 'string') return 'missing'
  const fault = locationFault(url)
  if (fault !== undefined) return fault
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && !isLoopback(hostname) ? 'http' : undefined
}

/** The URL of an endpoint that a caller names. */
export function endpointOf(url: unknown, name: string): URL {
  const fault = endpointFault(url)
  if (fault !== undefined) misuse(`${name}: ${endpointMessages[fault]}`)
  return new URL(url as string)
}

/** As `new URL` spells hosts. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}
