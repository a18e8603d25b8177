export { isLoopbackHost } from '../core/loopback.js'

/** The port that an `http` or `https` URL connects to, the scheme's own when it names none. */
export function urlPort(url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}
