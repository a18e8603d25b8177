import type { Finding } from '../core/outcome.js'
import type { AuditInput } from '../audit/index.js'
import { findingOf, type RuleRow } from '../core/rule.js'
import { controlException } from './control/answers.js'
import { errorResponse } from './sts/xml.js'

/** What an endpoint made of a request: the answer for the caller, and the record for the log. */
export interface Reply {
  readonly response: Response
  readonly audit: AuditRecord
  /** What another service of the cloud did for this one, in the log of the account where it was done. */
  readonly followed?: AuditRecord & { readonly accountId: string }
}

export type AuditRecord = Pick<
  AuditInput,
  | 'eventSource'
  | 'eventName'
  | 'userIdentity'
  | 'requestParameters'
  | 'responseElements'
  | 'maxParameterCharacters'
  | 'error'
  | 'readOnly'
> & { readonly findings: readonly Finding[] }

/**
 * Characters of the log in which 50 attributes or tags are told whole: keys and sources, or keys and values, have 384 at most.
 */
export const ROOM_FOR_ATTRIBUTES = 32_768

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

/** The service that a request is for, as its endpoints tell it. */
export type Service = 'sts' | 'sso' | 'sso-oauth'

/** The answer to a request that no operation takes: unknown, or too large to be read. */
export function unserved(service: Service, requestId: string, kind: keyof typeof unservedAnswers): Reply {
  const { status, code, message } = unservedAnswers[kind]
  return {
    response: failure(service, { status, code, message }, requestId),
    audit: {
      eventSource: `${service}.amazonaws.com`,
      eventName: 'Unknown',
      userIdentity: { type: 'Unknown' },
      error: { code, message },
      findings: [findingOf(unservedRow, { reason: kind, path: 'request', message })],
    },
  }
}

/** In the protocol of the service. */
function failure(
  service: Service,
  { status, code, message }: { readonly status: number; readonly code: string; readonly message: string },
  requestId: string,
): Response {
  const name = `${code}Exception`
  switch (service) {
    case 'sts': {
      const type = status < 500 ? 'Sender' : 'Receiver'
      return xmlResponse(status, errorResponse({ type, code, message, requestId }), requestId)
    }
    case 'sso':
      return controlException({ name, status, modelled: false }, message, requestId)
    case 'sso-oauth':
      return jsonResponse(status, { message }, requestId, name)
  }
}

const unservedAnswers = {
  unknown: { status: 404, code: 'UnknownOperation', message: 'Not found' },
  method: { status: 405, code: 'UnknownOperation', message: 'Method not allowed' },
  failed: { status: 500, code: 'InternalServer', message: 'The request could not be answered' },
  'too-large': { status: 413, code: 'RequestEntityTooLarge', message: 'Request body too large' },
} as const

export const unservedRow: RuleRow = {
  id: 'center/request',
  severity: 'error',
  source: 'SSO OIDC API; SSO Admin API; STS API',
  title: 'A request is a POST of at most 64 KiB to an operation that is served',
  fix: 'POST to /token, /token?aws_iam=t, /client/register or /device_authorization, or to / (STS, and sso-admin by X-Amz-Target).',
}

export function xmlResponse(status: number, body: string, requestId: string): Response {
  return new Response(body, {
    status,
    headers: { 'content-type': 'text/xml', 'cache-control': 'no-store', 'x-amzn-requestid': requestId },
  })
}
