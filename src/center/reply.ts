import type { Finding } from '../core/outcome.js'
import type { AuditInput } from '../audit/index.js'

/** What an endpoint made of a request: the answer for the caller, and the record for the log. */
export interface Reply {
  readonly response: Response
  readonly audit: Pick<
    AuditInput,
    | 'eventSource'
    | 'eventName'
    | 'userIdentity'
    | 'requestParameters'
    | 'responseElements'
    | 'error'
    | 'readOnly'
  > & { readonly findings: readonly Finding[] }
}

/** A request with its body read, as signatures cover it. */
export interface ReceivedRequest {
  readonly method: string
  /** Path and raw query. */
  readonly url: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Uint8Array
}

export function headerOf(request: ReceivedRequest, name: string): string | undefined {
  return request.headers.find(([header]) => header.toLowerCase() === name)?.[1]
}

/** A JSON answer as the service's clients read it: an exception is named in `x-amzn-ErrorType`. */
export function jsonResponse(status: number, body: object, requestId: string, errorType?: string): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-amzn-requestid': requestId,
      ...(errorType === undefined ? {} : { 'x-amzn-errortype': errorType }),
    },
  })
}

export function xmlResponse(status: number, body: string, requestId: string): Response {
  return new Response(body, {
    status,
    headers: { 'content-type': 'text/xml', 'cache-control': 'no-store', 'x-amzn-requestid': requestId },
  })
}
