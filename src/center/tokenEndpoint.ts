import type { UserIdentity } from '../audit/index.js'
import type { Finding } from '../core/outcome.js'
import { decide } from '../core/policy/index.js'
import { findingOf, type RuleRow } from '../core/rule.js'
import { createTokenWithIAM, type ExchangeDeployment } from '../flows/index.js'
import { exceptions, wireAnswer, type ExceptionName } from '../oauth/index.js'
import { CREATE_TOKEN_ACTION } from '../tti/actorPolicy.js'
import { identityStoreARN, publicAnswer, type ExchangeRequest } from '../tti/index.js'
import { nobody, proveCaller, type Caller } from './caller.js'
import { offAllowList } from './callerAccess.js'
import type { CenterConfig } from './config.js'
import type { GrantWorld } from './grants/world.js'
import { jsonBodyRow, readJsonBody } from './jsonBody.js'
import { jsonResponse, type ReceivedRequest, type Reply } from './reply.js'

export const tokenRows = {
  operation: {
    id: 'center/operation',
    severity: 'error',
    source: 'SSO OIDC API',
    title: 'The operation is served',
    fix: 'Call CreateToken (POST /token) or CreateTokenWithIAM (POST /token?aws_iam=t).',
  },
  callerPolicy: {
    id: 'center/caller-policy',
    severity: 'error',
    source: 'R266',
    title: "The caller's own policies do not deny the exchange",
    fix: 'Remove the Deny on sso-oauth:CreateTokenWithIAM from the Policies of the access key or role.',
  },
} as const satisfies Record<string, RuleRow>

const EVENT = { eventSource: 'sso-oauth.amazonaws.com', eventName: 'CreateTokenWithIAM' } as const

export interface TokenEndpoint {
  readonly config: CenterConfig
  readonly deployment: ExchangeDeployment & { readonly identityContextOnRefresh?: boolean }
  readonly grants: GrantWorld
}

/** POST /token?aws_iam=t: CreateTokenWithIAM. */
export async function answerToken(
  request: ReceivedRequest,
  requestId: string,
  center: TokenEndpoint,
): Promise<Reply> {
  const { config, deployment, grants } = center
  const { service, ports } = grants
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
    const message = 'The query of /token is neither empty nor aws_iam=t.'
    const finding = findingOf(tokenRows.operation, { reason: 'other-query', path: 'url', message })
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
  const body = readJsonBody(request)
  if ('finding' in body) return refuse('InvalidRequestException', [body.finding], caller.identity)
  // Who calls is proven by the signature, and by nothing that the body says.
  if ('callerARN' in body.object || 'callerContext' in body.object) {
    const message = 'The body has an unknown member.'
    const finding = findingOf(jsonBodyRow, { reason: 'unknown-member', path: 'body', message })
    return refuse('InvalidRequestException', [finding], caller.identity)
  }
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
  const verdict = await createTokenWithIAM(wanted, deployment, service, ports)
  if (!verdict.ok) {
    return refuse(publicAnswer(verdict.findings).name, verdict.findings, caller.identity, parameters)
  }
  const { response: tokens, person } = verdict.value
  return {
    response: jsonResponse(200, tokens, requestId),
    audit: {
      ...EVENT,
      userIdentity: {
        ...caller.identity,
        ...(person
          ? {
              onBehalfOf: { userId: person.userId, identityStoreArn: identityStoreARN(deployment) },
              credentialId: person.credentialId,
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
  const barred = offAllowList(caller, CREATE_TOKEN_ACTION)
  if (barred) return barred
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

/** Those that the log hides. */
const secretMembers = ['assertion', 'code', 'codeVerifier', 'refreshToken', 'subjectToken']

/** What the log keeps of a body: the members of the operation, and nothing else that a client may send. */
function knownParameters(body: object): object {
  const members = [
    'clientId',
    'grantType',
    'scope',
    'redirectUri',
    'subjectTokenType',
    'requestedTokenType',
    ...secretMembers,
  ]
  return Object.fromEntries(Object.entries(body).filter(([name]) => members.includes(name)))
}

function descriptionOf(name: ExceptionName, findings: readonly Finding[]): string {
  const answer = publicAnswer(findings)
  return answer.name === name ? answer.error_description : wireAnswer(name).error_description
}
