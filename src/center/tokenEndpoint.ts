import type { UserIdentity } from '../audit/index.js'
import { decodeUtf8 } from '../core/codec.js'
import { isObject, parseJson } from '../core/json.js'
import type { Finding } from '../core/outcome.js'
import { findingOf, type RuleRow } from '../core/rule.js'
import { exchangeToken, type ExchangeDeployment, type ExchangePorts } from '../flows/index.js'
import { exceptions, type ExceptionName } from '../oauth/index.js'
import { identityStoreARN, publicAnswer, readAccessToken, type ExchangeRequest } from '../tti/index.js'
import { nobody, proveCaller } from './caller.js'
import type { CenterConfig } from './config.js'
import { headerOf, jsonResponse, type ReceivedRequest, type Reply } from './reply.js'

export const tokenRows = {
  operation: {
    id: 'center/operation',
    severity: 'error',
    source: 'SSO OIDC API',
    title: 'The operation is served',
    fix: 'Call CreateTokenWithIAM: POST /token?aws_iam=t.',
  },
  body: {
    id: 'center/json-body',
    severity: 'error',
    source: 'SSO OIDC API',
    title: 'The body is one JSON object with camelCase members, sent as application/json',
    fix: 'Send JSON as the AWS SDKs do, not an OAuth form.',
  },
} as const satisfies Record<string, RuleRow>

const EVENT = { eventSource: 'sso-oauth.amazonaws.com', eventName: 'CreateTokenWithIAM' } as const
const MAX_DEPTH = 8

export interface TokenEndpoint {
  readonly config: CenterConfig
  readonly deployment: ExchangeDeployment
  readonly ports: ExchangePorts
}

/** POST /token?aws_iam=t: CreateTokenWithIAM with the jwt-bearer grant. */
export async function answerToken(
  request: ReceivedRequest,
  requestId: string,
  center: TokenEndpoint,
): Promise<Reply> {
  const { config, deployment, ports } = center
  const refuse = (
    name: ExceptionName,
    findings: readonly Finding[],
    userIdentity: UserIdentity = nobody,
    requestParameters?: unknown,
  ): Reply => {
    const { status, error } = exceptions[name]
    const error_description = descriptionOf(name, findings)
    return {
      response: jsonResponse(status, { error, error_description }, requestId, name),
      audit: {
        ...EVENT,
        userIdentity,
        error: { code: name, message: error_description },
        findings,
        ...(requestParameters === undefined ? {} : { requestParameters }),
      },
    }
  }

  if (request.url !== '/token?aws_iam=t') {
    const finding = findingOf(tokenRows.operation, {
      reason: 'create-token',
      path: 'url',
      message: 'CreateToken without IAM is not served yet.',
    })
    return refuse('InvalidRequestException', [finding])
  }
  const proof = await proveCaller(request, {
    service: 'sso-oauth',
    now: ports.now(),
    config,
    sealing: deployment.tokenKeys.sealing,
  })
  if (!proof.ok) {
    const { exception, status, message } = proof.answer
    return {
      response: jsonResponse(status, { message }, requestId, exception),
      audit: {
        ...EVENT,
        userIdentity: nobody,
        error: { code: exception, message },
        findings: proof.findings,
      },
    }
  }
  const { caller } = proof
  const body = readBody(request)
  if ('finding' in body) return refuse('InvalidRequestException', [body.finding], caller.identity)

  const wanted = {
    ...body.object,
    callerARN: caller.arn,
    callerContext: caller.context,
  } as unknown as ExchangeRequest
  const verdict = await exchangeToken(wanted, deployment, ports)
  if (!verdict.ok) {
    return refuse(publicAnswer(verdict.findings).name, verdict.findings, caller.identity, body.object)
  }
  const tokens = verdict.value
  const [target = deployment.instanceARN] =
    deployment.applications
      .find(({ arn }) => arn === wanted.clientId)
      ?.accessScopes.flatMap((scope) => scope.authorizedTargets) ?? []
  const access = await readAccessToken(tokens.accessToken, {
    keys: deployment.tokenKeys.sealing,
    audience: target,
    now: ports.now(),
  })
  return {
    response: jsonResponse(200, tokens, requestId),
    audit: {
      ...EVENT,
      userIdentity: {
        ...caller.identity,
        ...(access.ok
          ? {
              onBehalfOf: { userId: access.value.userId, identityStoreArn: identityStoreARN(deployment) },
              credentialId: access.value.credentialId,
            }
          : {}),
      },
      requestParameters: body.object,
      responseElements: tokens,
      findings: verdict.findings,
    },
  }
}

function readBody(request: ReceivedRequest): { readonly object: object } | { readonly finding: Finding } {
  const refuse = (reason: string, message: string): { finding: Finding } => ({
    finding: findingOf(tokenRows.body, { reason, path: 'body', message }),
  })
  const type = headerOf(request, 'content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') return refuse('content-type', 'The body is not sent as application/json.')
  const text = decodeUtf8(request.body)
  const json = text === undefined ? undefined : parseJson(text, { maxDepth: MAX_DEPTH })
  if (!json?.ok) return refuse('not-json', 'The body is not JSON.')
  if (json.duplicates.length > 0) return refuse('duplicate-member', 'The body names a member twice.')
  if (!isObject(json.value)) return refuse('not-object', 'The body is not a JSON object.')
  // Who calls is proven by the signature, and by nothing that the body says.
  if ('callerARN' in json.value || 'callerContext' in json.value)
    return refuse('unknown-member', 'The body has an unknown member.')
  return { object: json.value }
}

function descriptionOf(name: ExceptionName, findings: readonly Finding[]): string {
  const answer = publicAnswer(findings)
  return answer.name === name ? answer.error_description : 'Invalid request'
}
