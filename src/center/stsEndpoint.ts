import type { UserIdentity } from '../audit/index.js'
import type { Finding } from '../core/outcome.js'
import type { Clock, RandomBytes } from '../core/ports.js'
import { foldTagKey } from '../core/sts/index.js'
import type { SealingKey } from '../tti/index.js'
import { assumeRoleRows, decideAssumeRole, type AssumedRole } from './assumeRole.js'
import { nobody, proveCaller, type Caller } from './caller.js'
import { allowListRow } from './callerAccess.js'
import type { CenterConfig } from './config.js'
import { headerOf, xmlResponse, type ReceivedRequest, type Reply } from './reply.js'
import { sealSession, sessionARN, temporaryKey, type RoleSession } from './session.js'
import { readQuery, stsQueryAnswer } from './sts/query.js'
import { assumeRoleResponse, errorResponse, getCallerIdentityResponse } from './sts/xml.js'

export interface STSEndpoint {
  readonly config: CenterConfig
  readonly sealing: readonly [SealingKey, ...SealingKey[]]
  readonly now: Clock
  readonly randomBytes: RandomBytes
}

/** POST /: STS in the query protocol, AssumeRole and GetCallerIdentity. */
export async function answerSTS(
  request: ReceivedRequest,
  requestId: string,
  center: STSEndpoint,
): Promise<Reply> {
  const { config, sealing } = center
  const instanceARN = config.deployment.instanceARN
  const now = center.now()
  const query = readQuery(request.body, headerOf(request, 'content-type'))
  const eventName = query.ok ? query.value.action : 'Unknown'
  const requestParameters = query.ok ? query.value.params : undefined
  const refuse = (
    status: number,
    code: string,
    message: string,
    findings: readonly Finding[],
    userIdentity: UserIdentity = nobody,
  ): Reply => ({
    response: xmlResponse(
      status,
      errorResponse({ type: status < 500 ? 'Sender' : 'Receiver', code, message, requestId }),
      requestId,
    ),
    audit: {
      eventSource: 'sts.amazonaws.com',
      eventName,
      userIdentity,
      // Whoever is not proven does not fill the log either.
      ...(userIdentity === nobody ? {} : { requestParameters }),
      error: { code, message },
      findings,
    },
  })

  // Whoever cannot prove who they are learns nothing of what was asked.
  const proof = await proveCaller(request, { service: 'sts', now, config, sealing })
  if (!proof.ok) return refuse(proof.answer.status, proof.answer.code, proof.answer.message, proof.findings)
  const { caller } = proof
  if (!query.ok) {
    const { status, code, message } = stsQueryAnswer(query.findings)
    return refuse(status, code, message, query.findings, caller.identity)
  }
  if (query.value.action === 'GetCallerIdentity') return callerIdentity(caller, requestId)

  const decided = await decideAssumeRole(query.value.params, caller, { config, sealing, now })
  if (!decided.ok) {
    const { status, code, message } = answerTo(decided.findings, caller, query.value.params)
    return refuse(status, code, message, decided.findings, caller.identity)
  }
  const session = mint(decided.value, caller, { now, instanceARN, randomBytes: center.randomBytes })
  const sessionToken = await sealSession(session, sealing)
  const user = { assumedRoleId: `${session.roleId}:${session.roleSessionName}`, arn: sessionARN(session) }
  const { context } = session
  const credentials = {
    accessKeyId: session.accessKeyId,
    secretAccessKey: session.secretAccessKey,
    sessionToken,
    expiration: session.expiresAt,
  }
  return {
    response: xmlResponse(
      200,
      assumeRoleResponse({
        credentials,
        assumedRoleUser: user,
        sourceIdentity: session.sourceIdentity,
        requestId,
      }),
      requestId,
    ),
    audit: {
      eventSource: 'sts.amazonaws.com',
      eventName,
      userIdentity: {
        ...caller.identity,
        ...(context
          ? { onBehalfOf: { userId: context.userId, identityStoreArn: context.identityStoreARN } }
          : {}),
      },
      requestParameters,
      responseElements: { credentials, assumedRoleUser: user },
      findings: decided.findings,
    },
  }
}

function callerIdentity(caller: Caller, requestId: string): Reply {
  const { arn, account, principalId } = caller
  return {
    response: xmlResponse(
      200,
      getCallerIdentityResponse({ arn, account, userId: principalId, requestId }),
      requestId,
    ),
    audit: {
      eventSource: 'sts.amazonaws.com',
      eventName: 'GetCallerIdentity',
      userIdentity: caller.identity,
      readOnly: true,
      findings: [],
    },
  }
}

/** The session, with what it inherits: tags that its caller's session passes on. */
function mint(
  { role, input, durationSeconds, context, sessionPolicy }: AssumedRole,
  caller: Caller,
  { now, instanceARN, randomBytes }: { now: number; instanceARN: string; randomBytes: RandomBytes },
): RoleSession {
  const parent = caller.session
  const transitive = new Set(parent?.transitiveTagKeys.map(foldTagKey))
  const inherited = Object.entries(parent?.sessionTags ?? {}).filter(([key]) =>
    transitive.has(foldTagKey(key)),
  )
  const own = (input.Tags ?? []).map(({ Key, Value }): [string, string] => [Key, Value])
  const sourceIdentity = input.SourceIdentity ?? parent?.sourceIdentity
  return {
    ...temporaryKey(randomBytes),
    roleARN: role.arn,
    roleId: role.roleId,
    roleSessionName: input.RoleSessionName,
    issuedAt: now,
    expiresAt: now + durationSeconds,
    sessionTags: Object.fromEntries([...inherited, ...own]),
    transitiveTagKeys: [...(parent?.transitiveTagKeys ?? []), ...(input.TransitiveTagKeys ?? [])],
    instanceARN,
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    ...(sessionPolicy === undefined ? {} : { sessionPolicy }),
    ...(context ? { context } : {}),
  }
}

/** What STS says: who may not is told only that, whichever rule it was. */
function answerTo(
  findings: readonly Finding[],
  caller: Caller,
  params: Readonly<Record<string, unknown>>,
): { readonly status: number; readonly code: string; readonly message: string } {
  const [first] = findings.filter(({ severity }) => severity === 'error')
  const denied = [assumeRoleRows.role.id, allowListRow.id] as readonly string[]
  if (
    first &&
    (denied.includes(first.rule) ||
      first.rule.startsWith('tti/context-seal') ||
      first.rule === 'tti/context-instance')
  ) {
    const resource = typeof params['RoleArn'] === 'string' ? params['RoleArn'] : '*'
    const message = `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${resource}`
    return { status: 403, code: 'AccessDenied', message }
  }
  if (first?.rule === 'tti/context-expiry') {
    return { status: 400, code: 'ExpiredTokenException', message: 'The context assertion has expired.' }
  }
  const malformed = [assumeRoleRows.sessionPolicy.id, 'tti/session-policy'] as readonly string[]
  if (first && malformed.includes(first.rule) && first.reason !== 'managed') {
    return { status: 400, code: 'MalformedPolicyDocument', message: 'The session policy is malformed.' }
  }
  const paths = findings.flatMap(({ path }) => (path === undefined ? [] : [path]))
  const message = `${findings.length} validation error${findings.length === 1 ? '' : 's'} detected at: ${[...new Set(paths)].join(', ')}`
  return { status: 400, code: 'ValidationError', message }
}
