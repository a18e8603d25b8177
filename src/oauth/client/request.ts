import { operationURL } from './authorize.js'

/** One request to a server, to be sent as it is: no redirect may be followed, and no cookie sent along. */
export interface ClientRequest {
  readonly method: 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** JSON with camelCase members: the service does not speak OAuth's form encoding. Holds secrets. */
  readonly body: string
}

export function postJson(endpoint: string, path: string, body: object): ClientRequest {
  return {
    method: 'POST',
    url: operationURL(endpoint, path),
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
  }
}
