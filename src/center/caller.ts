import type { UserIdentity } from '../audit/index.js'
import { formatDateTime } from '../core/codec.js'
import { accepted, refused, type Finding, type Verdict } from '../core/outcome.js'
import { readCaller } from '../core/policy/index.js'
import { roleSessionContextKeys, type SealingKey } from '../tti/index.js'
import type { CenterConfig } from './config.js'
import { openSession, sessionARN, type RoleSession } from './session.js'
import {
  sigV4Answer,
  sigV4Answers,
  verifySigV4,
  type SigV4Answer,
  type SignedRequest,
} from '../flows/sigv4.js'

/** Who signed a request, proven. */
export interface Caller {
  readonly accessKeyId: string
  readonly arn: string
  readonly account: string
  /** `AIDA...` of a user, `AROA...:session` of a role session. */
  readonly principalId: string
  readonly policies: readonly unknown[]
  /** What caps a session; absent: nothing does. */
  readonly sessionPolicies?: readonly unknown[] | undefined
  readonly session?: RoleSession
  /** What policies may ask of the caller, as IAM's condition keys. */
  readonly context: Readonly<Record<string, string | readonly string[]>>
  readonly identity: UserIdentity
}

/** A caller who is not who they say: what they are told, and what the log is. */
export interface UnprovenCaller {
  readonly answer: SigV4Answer
  readonly findings: readonly [Finding, ...Finding[]]
}

export const nobody: UserIdentity = { type: 'Unknown' }

interface Known {
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly session?: RoleSession
}

/** Proves who signed a request: a configured access key, or a session that this center made. */
export async function proveCaller(
  request: SignedRequest,
  options: {
    readonly service: string
    readonly now: number
    readonly config: CenterConfig
    readonly sealing: readonly SealingKey[]
  },
): Promise<{ readonly ok: true; readonly caller: Caller } | ({ readonly ok: false } & UnprovenCaller)> {
  const { service, now, config, sealing } = options
  const headers = [...request.headers]
  const tokens = headers
    .filter(([name]) => name.toLowerCase() === 'x-amz-security-token')
    .map(([, value]) => value)
  const authorization = headers.find(([name]) => name.toLowerCase() === 'authorization')?.[1] ?? ''
  const claimed = /Credential=(ASIA[A-Z0-9]{12,124})\//.exec(authorization.slice(0, 512))?.[1]
  // A session token is opened first, since the secret that verifies the signature is inside.
  const [token, second] = tokens
  const opened =
    claimed !== undefined && token !== undefined && second === undefined
      ? await openSession(token, { accessKeyId: claimed, keys: sealing, now })
      : undefined
  if (opened && !opened.ok) {
    const expired = opened.findings.some(({ reason }) => reason === 'expired')
    return {
      ok: false,
      answer: expired ? sigV4Answers.ExpiredToken : sigV4Answers.InvalidClientTokenId,
      findings: opened.findings,
    }
  }
  const find = (accessKeyId: string): Known | undefined => {
    if (opened?.ok && opened.value.accessKeyId === accessKeyId && token !== undefined) {
      return { secretAccessKey: opened.value.secretAccessKey, sessionToken: token, session: opened.value }
    }
    const key = config.accessKeys.find((candidate) => candidate.accessKeyId === accessKeyId)
    return key && { secretAccessKey: key.secretAccessKey }
  }
  const verdict = verifySigV4(request, { now, service, region: config.region, find })
  if (!verdict.ok) return { ok: false, answer: sigV4Answer(verdict.findings), findings: verdict.findings }
  const { accessKeyId, credential } = verdict.value
  const caller = credential.session
    ? sessionCaller(credential.session, config)
    : keyCaller(accessKeyId, config)
  if (!caller.ok) return { ok: false, answer: sigV4Answers.InvalidClientTokenId, findings: caller.findings }
  // What AWS tells policies of every request: a Deny that asks for it must not pass for want of it.
  const asked = {
    'aws:CurrentTime': formatDateTime(now),
    'aws:EpochTime': String(now),
    'aws:RequestedRegion': config.region,
  }
  return { ok: true, caller: { ...caller.value, context: { ...caller.value.context, ...asked } } }
}

function sessionCaller(session: RoleSession, config: CenterConfig): Verdict<Caller> {
  const role = config.roles.find(({ arn }) => arn === session.roleARN)
  const arn = sessionARN(session)
  // The role may have been made anew since, and another instance may share the keys.
  const stale = role?.roleId !== session.roleId || session.instanceARN !== config.deployment.instanceARN
  if (!role || stale) return refused([gone(arn)])
  const account = session.roleARN.split(':')[4] ?? ''
  const principalId = `${session.roleId}:${session.roleSessionName}`
  const { context } = session
  const person =
    context?.kind === 'identity'
      ? roleSessionContextKeys({
          kind: 'identity',
          userId: context.userId,
          identityStoreArn: context.identityStoreARN,
          applicationArn: context.applicationARN,
          instanceArn: context.instanceARN,
          credentialId: context.credentialId,
        })
      : {}
  const tags = Object.entries(session.sessionTags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])
  return accepted({
    accessKeyId: session.accessKeyId,
    arn,
    account,
    principalId,
    policies: role.policies,
    sessionPolicies: session.sessionPolicy === undefined ? undefined : [session.sessionPolicy],
    session,
    context: {
      'aws:PrincipalArn': session.roleARN,
      'aws:PrincipalType': 'AssumedRole',
      'aws:TokenIssueTime': formatDateTime(session.issuedAt),
      'aws:userid': principalId,
      ...(session.sourceIdentity === undefined ? {} : { 'aws:SourceIdentity': session.sourceIdentity }),
      ...Object.fromEntries(tags),
      ...person,
    },
    identity: {
      type: 'AssumedRole',
      principalId,
      arn,
      accountId: account,
      accessKeyId: session.accessKeyId,
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: session.roleId,
          arn: session.roleARN,
          accountId: account,
          userName: session.roleARN.split('/').at(-1),
        },
      },
      ...(context
        ? {
            onBehalfOf: { userId: context.userId, identityStoreArn: context.identityStoreARN },
            credentialId: context.credentialId,
          }
        : {}),
    },
  })
}

function keyCaller(accessKeyId: string, config: CenterConfig): Verdict<Caller> {
  const key = config.accessKeys.find((candidate) => candidate.accessKeyId === accessKeyId)
  const arn = key?.principalARN ?? ''
  const read = readCaller(arn)
  if (!key || read?.type !== 'aws') return refused([gone(arn)])
  const session = read.principal.kind === 'session'
  const name = arn.split('/').at(-1) ?? ''
  // Names are unique in one account, and say nothing in another.
  const [, partition, , , account] = arn.split(':')
  const role = config.roles.find(({ arn: candidate }) => {
    const [, ofPartition, , , ofAccount] = candidate.split(':')
    const sameName = candidate.split('/').at(-1) === arn.split('/')[1]
    return session && sameName && ofPartition === partition && ofAccount === account
  })
  const principalId = session ? `${role?.roleId ?? 'AROALOCAL'}:${name}` : `AIDA${accessKeyId.slice(4)}`
  return accepted({
    accessKeyId,
    arn,
    account: read.principal.account,
    principalId,
    policies: [...key.policies, ...(role?.policies ?? [])],
    context: {
      'aws:PrincipalType': session ? 'AssumedRole' : 'User',
      'aws:userid': principalId,
      ...(session ? {} : { 'aws:username': name }),
      ...(role ? { 'aws:PrincipalArn': role.arn } : {}),
    },
    identity: {
      type: session ? 'AssumedRole' : 'IAMUser',
      principalId,
      arn,
      accountId: read.principal.account,
      accessKeyId,
      ...(session ? {} : { userName: name }),
    },
  })
}

function gone(arn: string): Finding {
  return {
    rule: 'center/session-token',
    reason: 'gone',
    severity: 'error',
    actual: arn,
    message: 'The principal of these credentials is no longer configured.',
  }
}
