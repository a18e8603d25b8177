import type { Verdict } from '../../core/outcome.js'
import { runRules, verdictOf } from '../../core/rule.js'
import { IDENTITY_CENTER_CONTEXT_PROVIDER, memberOf } from '../../core/sts/index.js'
import { assumeRoleRules, type AssumeRoleSubject } from './assumeRoleRules.js'

export interface AssumeRoleOptions {
  readonly roleArn: string
  /** 2 to 64 characters of `A-Z a-z 0-9 _ + = , . @ -`; shows in the session's ARN and in CloudTrail. */
  readonly roleSessionName: string
  /** 900 to 43,200, and no more than the role allows; 3,600 when `chained`. STS takes 3,600 when absent. */
  readonly durationSeconds?: number | undefined
  /** The context assertion `sts:identity_context`. Exactly one of this and `auditContext`. */
  readonly identityContext?: string | undefined
  /** The context assertion `sts:audit_context`: only logs the person. */
  readonly auditContext?: string | undefined
  /** Only Identity Center's provider is accepted (R285), which is the default. */
  readonly providerArn?: string | undefined
  /** Tag key to value, such as `principalTags` of `toAssumeRoleWithSAML`. */
  readonly sessionTags?: Readonly<Record<string, string>> | undefined
  readonly transitiveTagKeys?: readonly string[] | undefined
  readonly sourceIdentity?: string | undefined
  readonly externalID?: string | undefined
  /** A session policy as JSON text. */
  readonly policy?: string | undefined
  readonly policyArns?: readonly string[] | undefined
  /** The credentials that will sign the request come from a role session themselves. */
  readonly chained?: boolean | undefined
  /** The keys that the calling session hands on; they cannot be passed again. */
  readonly inheritedTransitiveTagKeys?: readonly string[] | undefined
  /** Never here: what is spread from `toAssumeRole` has the spelling of the wire, and would be lost without a word. */
  readonly Tags?: never
  readonly TransitiveTagKeys?: never
}

/** STS AssumeRole as it goes over the wire. Lists are mutable because the AWS SDK's own input type wants them so. */
export interface AssumeRoleInput {
  RoleArn: string
  RoleSessionName: string
  DurationSeconds?: number
  ProvidedContexts?: { ProviderArn: string; ContextAssertion: string }[]
  Tags?: { Key: string; Value: string }[]
  TransitiveTagKeys?: string[]
  SourceIdentity?: string
  ExternalId?: string
  Policy?: string
  PolicyArns?: { arn: string }[]
}

/** An AssumeRole request that makes the session identity-enhanced. */
export type IdentityEnhancedAssumeRoleInput = AssumeRoleInput &
  Required<Pick<AssumeRoleInput, 'ProvidedContexts'>>

/**
 * Builds the STS AssumeRole request of an identity-enhanced role session, held against every limit of STS; a refusal
 * lists all that is wrong. Exactly one context assertion, and only from Identity Center's provider (R284-R286).
 *
 * @example
 * ```ts
 * import { assertAccepted } from 'countersign'
 * import { assumeRoleRequest, identityContext, type IssuedTokens } from 'countersign/tti'
 *
 * declare const answer: IssuedTokens
 * const { contextAssertion } = assertAccepted(identityContext(answer))
 * const roleArn = 'arn:aws:iam::111122223333:role/expense-app-user'
 * const input = assertAccepted(
 *   assumeRoleRequest({ roleArn, roleSessionName: 'ada', identityContext: contextAssertion }),
 * )
 * console.log(input.ProvidedContexts) // the input of the AWS SDK's AssumeRoleCommand
 * ```
 */
export function assumeRoleRequest(options: AssumeRoleOptions): Verdict<IdentityEnhancedAssumeRoleInput> {
  return validateAssumeRole(wireOf(options), {
    contextRequired: true,
    chained: options.chained,
    inheritedTransitiveTagKeys: options.inheritedTransitiveTagKeys,
  }) as Verdict<IdentityEnhancedAssumeRoleInput>
}

/**
 * Judges an AssumeRole request in wire spelling by the same rules, as a server does that receives one. Without
 * `contextRequired` a request with no ProvidedContexts is a plain one and passes. The value is a fresh copy.
 */
export function validateAssumeRole(
  input: unknown,
  options: {
    readonly contextRequired?: boolean | undefined
    readonly chained?: boolean | undefined
    readonly inheritedTransitiveTagKeys?: readonly string[] | undefined
  } = {},
): Verdict<AssumeRoleInput> {
  const subject: AssumeRoleSubject = {
    input,
    contextRequired: options.contextRequired === true,
    chained: options.chained === true,
    inherited: options.inheritedTransitiveTagKeys ?? [],
  }
  return verdictOf(runRules(assumeRoleRules, subject), () => copyOf(input as AssumeRoleInput))
}

/** Takes over known members only, so that nothing unjudged rides along inside a tag or a context. */
function copyOf(input: AssumeRoleInput): AssumeRoleInput {
  const { DurationSeconds, ProvidedContexts, Tags, TransitiveTagKeys, PolicyArns } = input
  const { SourceIdentity, ExternalId, Policy } = input
  return {
    RoleArn: input.RoleArn,
    RoleSessionName: input.RoleSessionName,
    ...(DurationSeconds === undefined ? {} : { DurationSeconds }),
    ...(ProvidedContexts === undefined ? {} : { ProvidedContexts: ProvidedContexts.map(contextOf) }),
    ...(Tags === undefined ? {} : { Tags: Tags.map(({ Key, Value }) => ({ Key, Value })) }),
    ...(TransitiveTagKeys === undefined ? {} : { TransitiveTagKeys: [...TransitiveTagKeys] }),
    ...(SourceIdentity === undefined ? {} : { SourceIdentity }),
    ...(ExternalId === undefined ? {} : { ExternalId }),
    ...(Policy === undefined ? {} : { Policy }),
    ...(PolicyArns === undefined ? {} : { PolicyArns: PolicyArns.map(({ arn }) => ({ arn })) }),
  }
}

function contextOf(context: { readonly ProviderArn: string; readonly ContextAssertion: string }) {
  return { ProviderArn: context.ProviderArn, ContextAssertion: context.ContextAssertion }
}

function wireOf(options: AssumeRoleOptions): Readonly<Record<string, unknown>> {
  const providerArn = options.providerArn ?? IDENTITY_CENTER_CONTEXT_PROVIDER
  const contexts = [options.identityContext, options.auditContext]
    .filter((assertion) => assertion !== undefined)
    .map((assertion) => ({ ProviderArn: providerArn, ContextAssertion: assertion }))
  const wire = {
    RoleArn: options.roleArn,
    RoleSessionName: options.roleSessionName,
    DurationSeconds: options.durationSeconds,
    ProvidedContexts: contexts.length === 0 ? undefined : contexts,
    Tags: wireTags(options.sessionTags),
    TransitiveTagKeys: options.transitiveTagKeys,
    SourceIdentity: options.sourceIdentity,
    ExternalId: options.externalID,
    Policy: options.policy,
    PolicyArns: wirePolicyArns(options.policyArns),
  }
  return Object.fromEntries(Object.entries(wire).filter(([, value]) => value !== undefined))
}

/** What is no map of texts goes on as it is, so that the rules can say what it is instead. */
function wireTags(tags: unknown): unknown {
  if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) return tags
  return Object.keys(tags).map((key) => ({ Key: key, Value: memberOf(tags, key) }))
}

function wirePolicyArns(arns: unknown): unknown {
  return Array.isArray(arns) ? arns.map((arn: unknown) => ({ arn })) : arns
}
