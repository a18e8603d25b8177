import { accepted, refused, type Finding, type Verdict } from '../core/outcome.js'
import { parseJson } from '../core/json.js'
import { decide, parsePolicy } from '../core/policy/index.js'
import { findingOf, type RuleRow } from '../core/rule.js'
import { foldTagKey, STS_LIMITS } from '../core/sts/index.js'
import {
  readContextAssertion,
  validateAssumeRole,
  type AssumeRoleInput,
  type IdentityContext,
  type SealingKey,
} from '../tti/index.js'
import type { Caller } from './caller.js'
import { offAllowList } from './callerAccess.js'
import type { CenterConfig, CenterRole } from './config.js'

/** What STS decided: a session to be minted. */
export interface AssumedRole {
  readonly role: CenterRole
  readonly input: AssumeRoleInput
  readonly durationSeconds: number
  readonly context?: IdentityContext
  readonly sessionPolicy?: unknown
}

export const assumeRoleRows = {
  role: {
    id: 'center/assume-role',
    severity: 'error',
    source: 'R289; STS API AssumeRole',
    title: 'The trust policy of the role allows the caller each action that the request needs',
    fix: 'Allow the action to the caller in AssumeRolePolicyDocument: sts:AssumeRole, and sts:SetContext, sts:TagSession, sts:SetSourceIdentity for what the request brings.',
  },
  sessionPolicy: {
    id: 'center/session-policy',
    severity: 'error',
    source: 'STS API AssumeRole',
    title: 'A session policy is one JSON policy that is understood',
    fix: 'Send Policy in the IAM policy language; managed policies (PolicyArns) are not known to a local center.',
  },
  tags: {
    id: 'center/inherited-tags',
    severity: 'error',
    source: 'STS API AssumeRole',
    title: 'A session has at most 50 tags, inherited ones included',
    fix: 'Pass fewer tags, or let fewer be transitive.',
  },
  sourceIdentity: {
    id: 'center/source-identity',
    severity: 'error',
    source: 'STS API AssumeRole',
    title: 'A session keeps the source identity that it inherits',
    fix: 'Leave SourceIdentity out when chaining, or repeat the inherited one.',
  },
  duration: {
    id: 'center/session-duration',
    severity: 'error',
    source: 'STS API AssumeRole',
    title: 'A session lasts no longer than the role allows',
    fix: 'Ask for fewer seconds, or raise MaxSessionDuration of the role.',
  },
} as const satisfies Record<string, RuleRow>

const DEFAULT_SECONDS = 3600

/**
 * Decides one AssumeRole: the limits of STS, the context assertion (which only this center can have made), then the
 * role's trust policy for every action that the request amounts to. Pure: nothing is minted here.
 */
export async function decideAssumeRole(
  params: unknown,
  caller: Caller,
  options: { readonly config: CenterConfig; readonly sealing: readonly SealingKey[]; readonly now: number },
): Promise<Verdict<AssumedRole>> {
  const { config, sealing, now } = options
  const chained = caller.session !== undefined
  const inherited = caller.session?.transitiveTagKeys ?? []
  const judged = validateAssumeRole(params, { chained, inheritedTransitiveTagKeys: inherited })
  if (!judged.ok) return judged
  const input = judged.value

  let context: IdentityContext | undefined
  const [provided] = input.ProvidedContexts ?? []
  if (provided) {
    const instanceARN = config.deployment.instanceARN
    const opened = await readContextAssertion(provided.ContextAssertion, { keys: sealing, instanceARN, now })
    if (!opened.ok) return opened
    context = opened.value
  }

  const capped = sessionPolicyOf(input)
  if (!capped.ok) return capped
  const transitive = new Set(inherited.map(foldTagKey))
  const inheritedTags = Object.keys(caller.session?.sessionTags ?? {}).filter((key) =>
    transitive.has(foldTagKey(key)),
  )
  const tagCount = inheritedTags.length + (input.Tags?.length ?? 0)
  if (tagCount > STS_LIMITS.sessionTags.max) {
    return refused([
      findingOf(assumeRoleRows.tags, {
        reason: 'too-many',
        path: 'Tags',
        expected: `at most ${STS_LIMITS.sessionTags.max}`,
        actual: `${tagCount}`,
        message: 'The session would have too many tags.',
      }),
    ])
  }
  const inheritedIdentity = caller.session?.sourceIdentity
  if (inheritedIdentity !== undefined && ![undefined, inheritedIdentity].includes(input.SourceIdentity)) {
    return refused([
      findingOf(assumeRoleRows.sourceIdentity, {
        reason: 'changed',
        path: 'SourceIdentity',
        message: 'The session would lose the source identity that it inherits.',
      }),
    ])
  }

  const role = config.roles.find(({ arn }) => arn === input.RoleArn)
  // As in AWS, a role that is not there is answered as one that may not be assumed.
  if (!role)
    return refused([
      findingOf(assumeRoleRows.role, {
        reason: 'unknown-role',
        path: 'RoleArn',
        message: 'There is no such role.',
      }),
    ])
  // An inherited source identity is set in each session of the chain anew.
  const effective = inheritedIdentity === undefined ? input : { ...input, SourceIdentity: inheritedIdentity }
  const denied = actionsOf(effective).flatMap((action) => denials(action, role, effective, caller))
  const [first, ...rest] = denied
  if (first) return refused([first, ...rest])

  const longest = chained
    ? Math.min(STS_LIMITS.durationSeconds.maxChained, role.maxSessionDuration)
    : role.maxSessionDuration
  const durationSeconds = input.DurationSeconds ?? Math.min(DEFAULT_SECONDS, longest)
  if (durationSeconds > longest) {
    return refused([
      findingOf(assumeRoleRows.duration, {
        reason: 'too-long',
        path: 'DurationSeconds',
        expected: `at most ${longest}`,
        actual: `${durationSeconds}`,
        message: 'The session would last longer than the role allows.',
      }),
    ])
  }
  const sessionPolicy = capped.value
  return accepted(
    {
      role,
      input,
      durationSeconds,
      ...(context ? { context } : {}),
      ...(sessionPolicy === undefined ? {} : { sessionPolicy }),
    },
    judged.findings,
  )
}

/** The session policy of a request, understood; managed policies are nowhere to be looked up. */
function sessionPolicyOf({ Policy, PolicyArns }: AssumeRoleInput): Verdict<unknown> {
  const refuse = (reason: string, path: string, message: string): Verdict<unknown> =>
    refused([findingOf(assumeRoleRows.sessionPolicy, { reason, path, message })])
  if (PolicyArns?.length) return refuse('managed', 'PolicyArns', 'A local center knows no managed policies.')
  if (Policy === undefined) return accepted(undefined)
  const json = parseJson(Policy, { maxDepth: 16 })
  if (!json.ok || json.duplicates.length > 0)
    return refuse('not-json', 'Policy', 'The session policy is not JSON.')
  const [fault] = parsePolicy(json.value, 'Policy', 'identity').faults
  return fault ? refuse(fault.reason, fault.path, fault.message) : accepted(json.value)
}

/** What a request asks to be allowed, one by one: bringing a context, tags or a source identity each takes its own. */
function actionsOf(input: AssumeRoleInput): readonly string[] {
  return [
    'sts:AssumeRole',
    ...(input.ProvidedContexts?.length ? ['sts:SetContext'] : []),
    ...(input.Tags?.length ? ['sts:TagSession'] : []),
    ...(input.SourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
  ]
}

function denials(
  action: string,
  role: CenterRole,
  input: AssumeRoleInput,
  caller: Caller,
): readonly Finding[] {
  const barred = offAllowList(caller, action)
  if (barred) return [barred]
  const decision = decide(
    {
      identity: caller.policies,
      resource: role.trustPolicy,
      ...(caller.sessionPolicies ? { session: caller.sessionPolicies } : {}),
    },
    {
      principal: caller.arn,
      action,
      resource: role.arn,
      context: { ...caller.context, ...requestContext(input) },
    },
  )
  if (decision.effect === 'allow') return []
  const denied = findingOf(assumeRoleRows.role, {
    reason: decision.effect === 'explicitDeny' ? 'denied' : 'not-allowed',
    path: action,
    message: `The caller may not ${action} on this role.`,
  })
  return [denied, ...decision.findings]
}

/** The condition keys that the request itself brings. */
function requestContext(input: AssumeRoleInput): Readonly<Record<string, string | readonly string[]>> {
  const providers = (input.ProvidedContexts ?? []).map(({ ProviderArn }) => ProviderArn)
  const tags = input.Tags ?? []
  return {
    'sts:RoleSessionName': input.RoleSessionName,
    ...(providers.length === 0 ? {} : { 'sts:RequestContextProviders': providers }),
    ...(input.ExternalId === undefined ? {} : { 'sts:ExternalId': input.ExternalId }),
    ...(input.SourceIdentity === undefined ? {} : { 'sts:SourceIdentity': input.SourceIdentity }),
    ...(tags.length === 0 ? {} : { 'aws:TagKeys': tags.map(({ Key }) => Key) }),
    ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
    ...(input.TransitiveTagKeys?.length ? { 'sts:TransitiveTagKeys': input.TransitiveTagKeys } : {}),
  }
}
