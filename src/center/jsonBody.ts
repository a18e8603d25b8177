import { decodeUtf8 } from '../core/codec.js'
import { isObject, parseJson, type JsonObject } from '../core/json.js'
import type { Finding } from '../core/outcome.js'
import { findingOf, type RuleRow } from '../core/rule.js'
import { headerOf, type ReceivedRequest } from './reply.js'

const MAX_DEPTH = 8

export const jsonBodyRow: RuleRow = {
  id: 'center/json-body',
  severity: 'error',
  source: 'SSO OIDC API; attack O17',
  title: 'The body is one JSON object with camelCase members, each once, sent as application/json',
  fix: 'Send JSON as the AWS SDKs do, not an OAuth form.',
}

/** The JSON object of a body, or why there is none. */
export function readJsonBody(
  request: ReceivedRequest,
): { readonly object: JsonObject } | { readonly finding: Finding } {
  const refuse = (reason: string, message: string): { finding: Finding } => ({
    finding: findingOf(jsonBodyRow, { reason, path: 'body', message }),
  })
  const type = headerOf(request, 'content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') return refuse('content-type', 'The body is not sent as application/json.')
  const text = decodeUtf8(request.body)
  const json = text === undefined ? undefined : parseJson(text, { maxDepth: MAX_DEPTH })
  if (!json?.ok) return refuse('not-json', 'The body is not JSON.')
  if (json.duplicates.length > 0) return refuse('duplicate-member', 'The body names a member twice.')
  if (!isObject(json.value)) return refuse('not-object', 'The body is not a JSON object.')
  return { object: json.value }
}
