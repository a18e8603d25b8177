import type { JsonObject } from '../core/json.js'
import { readJsonObject } from '../core/jsonObject.js'
import type { Finding } from '../core/outcome.js'
import { findingOf, type RuleRow } from '../core/rule.js'
import { headerOf, type ReceivedRequest } from './reply.js'

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
  const type = headerOf(request, 'content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') {
    const message = 'The body is not sent as application/json.'
    return { finding: findingOf(jsonBodyRow, { reason: 'content-type', path: 'body', message }) }
  }
  const reading = readJsonObject(request.body)
  return 'fault' in reading ? { finding: findingOf(jsonBodyRow, reading.fault) } : reading
}
