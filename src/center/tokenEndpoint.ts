import type { UserIdentity } from '../audit/index.js'
import { decodeUtf8 } from '../core/codec.js'
import { isObject, parseJson } from '../core/json.js'
import type { Finding } from '../core/outcome.js'
import { decide } from '../core/policy/index.js'
import { findingOf, type RuleRow } from '../core/rule.js'
import { exchangeToken, type ExchangeDeployment, type ExchangePorts } from '../flows/index.js'
import { exceptions, type ExceptionName } from '../oauth/index.js'
import { CREATE_TOKEN_ACTION } from '../tti/actorPolicy.js'
import {
  isOnIdentityContextAllowList,
  publicAnswer,
  readContextAssertion,
  type ExchangeRequest,
} from '../tti/index.js'
import { assumeRoleRows } from './assumeRole.js'
import { nobody, proveCaller, type Caller } from './caller.js'
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
  callerPolicy: {
    id: 'center/caller-policy',
    severity: 'error',
    source: 'R266',
    title: "The caller's own policies do not deny the exchange",
    fix: 'Remove the Deny on sso-oauth:CreateTokenWithIAM from the Policies of the access key or role.',
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
      reason: 'without-iam',
      path: 'url',
      message: 'CreateToken without IAM is not served.',
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
  const parameters = knownParameters(body.object)

  const wanted = {
    ...body.object,
    callerARN: caller.arn,
    callerContext: caller.context,
  } as unknown as ExchangeRequest
  // An unknown application is the exchange's to refuse: there is no resource to ask the caller's policies about.
  const application = deployment.applications.find(({ arn }) => arn === wanted.clientId)
  const barred = application && barredCaller(caller, application.arn)
  if (barred) return refuse('AccessDeniedException', [barred], caller.identity, parameters)
  const verdict = await exchangeToken(wanted, deployment, ports)
  if (!verdict.ok) {
    return refuse(publicAnswer(verdict.findings).name, verdict.findings, caller.identity, parameters)
  }
  const tokens = verdict.value
  const context = await readContextAssertion(tokens.awsAdditionalDetails?.identityContext ?? '', {
    keys: deployment.tokenKeys.sealing,
    instanceARN: deployment.instanceARN,
    now: ports.now(),
  })
  return {
    response: jsonResponse(200, tokens, requestId),
    audit: {
      ...EVENT,
      userIdentity: {
        ...caller.identity,
        ...(context.ok
          ? {
              onBehalfOf: { userId: context.value.userId, identityStoreArn: context.value.identityStoreARN },
              credentialId: context.value.credentialId,
            }
          : {}),
      },
      requestParameters: parameters,
      responseElements: tokens,
      findings: verdict.findings,
    },
  }
}

/** What the caller's own policies, and the session policy of an identity context, have against the call. */
function barredCaller(caller: Caller, resource: string): Finding | undefined {
  if (caller.session?.context?.kind === 'identity' && !isOnIdentityContextAllowList(CREATE_TOKEN_ACTION)) {
    const message = 'The action is not on the allow list.'
    return findingOf(assumeRoleRows.allowList, { reason: 'not-listed', path: CREATE_TOKEN_ACTION, message })
  }
  const { arn: principal, policies: identity, sessionPolicies: session, context } = caller
  const asked = { principal, action: CREATE_TOKEN_ACTION, resource, context }
  const denied = decide({ identity }, asked).effect === 'explicitDeny'
  // A session policy caps what the actor policy grants, whomever that names: a grant to everyone never goes past it.
  const everything = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }
  const resourcePolicy = {
    ...everything,
    Statement: { ...everything.Statement, Principal: '*' },
  }
  const capped =
    session !== undefined &&
    decide({ identity: [everything], resource: resourcePolicy, session }, asked).effect !== 'allow'
  if (!denied && !capped) return undefined
  const message = "The caller's own policies do not let it call."
  return findingOf(tokenRows.callerPolicy, { reason: 'denied', path: CREATE_TOKEN_ACTION, message })
}

/** What the log keeps of a body: the members of the operation, and nothing else that a client may send. */
function knownParameters(body: object): object {
  const members = ['clientId', 'grantType', 'scope', 'assertion']
  return Object.fromEntries(Object.entries(body).filter(([name]) => members.includes(name)))
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
