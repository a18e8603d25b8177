import { FederationError } from '../core/outcome.js'
import { isLoopbackHost } from '../core/loopback.js'
import type { AppRequest } from './http.js'

/** The path of a request as the client sent it, without its query, wherever a router is mounted. */
export function pathOf(request: AppRequest): string {
  return targetOf(request).split('?', 1)[0] ?? ''
}

/** The query of a request as the client sent it, without the question mark. */
export function queryOf(request: AppRequest): string {
  const target = targetOf(request)
  const mark = target.indexOf('?')
  return mark < 0 ? '' : target.slice(mark + 1)
}

/** Path and query as the client sent them. */
export function targetOf(request: AppRequest): string {
  return request.originalUrl ?? request.url ?? ''
}

/**
 * An absolute URL of this app: https, or http on this machine, where browsers keep `Secure` cookies, too.
 *
 * @throws FederationError `ERR_INVALID_OPTION`
 */
export function appURL(url: unknown, name: string): URL {
  if (typeof url !== 'string' || !URL.canParse(url)) misuse(`${name} must be an absolute URL.`)
  const parsed = new URL(url)
  const { protocol, hostname, username, password, hash } = parsed
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopbackHost(hostname)))
    misuse(`${name} must be https, or http on this machine.`)
  if (username !== '' || password !== '' || hash !== '') misuse(`${name} must have no user and no fragment.`)
  return parsed
}

/**
 * An absolute path of this app as an option names it, in the form in which browsers send it.
 *
 * @throws FederationError `ERR_INVALID_OPTION`
 */
export function appPath(path: unknown, name: string): string {
  if (typeof path !== 'string' || !/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(path) || /[?#]/.test(path))
    misuse(`${name} must be an absolute path of this app, such as /signin.`)
  if (new URL(path, 'https://app.invalid').pathname !== path)
    misuse(`${name} must be a path as browsers send it, without dot segments.`)
  return path
}

/** Misuse of a function: nothing that a peer can cause. */
export function misuse(message: string): never {
  throw new FederationError('ERR_INVALID_OPTION', message)
}
