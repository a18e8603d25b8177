import { FederationError } from '../../core/outcome.js'
import { parsePolicy } from '../../core/policy/index.js'
import { externalIDFaults, IDENTITY_CENTER_CONTEXT_PROVIDER } from '../../core/sts/index.js'

export interface TrustPrincipal {
  readonly Service?: string | readonly string[]
  readonly AWS?: string | readonly string[]
}

export interface TrustStatement {
  readonly Sid: string
  readonly Effect: 'Allow'
  readonly Principal: TrustPrincipal
  readonly Action: readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

export interface TrustPolicy {
  readonly Version: '2012-10-17'
  readonly Statement: readonly TrustStatement[]
}

export interface TrustPolicyOptions {
  /** Who may assume the role, as IAM writes it: `{ Service: 'redshift.amazonaws.com' }`, `{ AWS: roleArn }`. */
  readonly principal: TrustPrincipal
  /** Narrows both statements to requests on behalf of this account and resource (the confused deputy). */
  readonly sourceAccount?: string | undefined
  readonly sourceArn?: string | undefined
  /** Also allow sts:TagSession (session tags) or sts:SetSourceIdentity. */
  readonly tagSession?: boolean | undefined
  readonly setSourceIdentity?: boolean | undefined
  /** Demands this ExternalId when the role is assumed. */
  readonly externalID?: string | undefined
  /** False leaves out the condition that only Identity Center may provide the context. Default true. */
  readonly restrictContextProviders?: boolean | undefined
}

/**
 * The trust policy of a role for identity-enhanced sessions: the principal may assume it and set the context (R289).
 *
 * The condition on the context provider stands in a statement of its own: in a shared one its `Null` guard would refuse
 * every session without a context. The guard is needed because `ForAllValues` is true of an absent key as well.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for a principal that names nobody or everybody or is none, a source account
 * that has not 12 digits, or an ExternalId that STS does not take.
 */
export function buildTrustPolicy(options: TrustPolicyOptions): TrustPolicy {
  const { principal, sourceAccount, sourceArn, externalID } = options
  checkPrincipal(principal)
  if (sourceAccount !== undefined && !/^[0-9]{12}$/.test(sourceAccount)) {
    throw new FederationError('ERR_INVALID_OPTION', 'sourceAccount is an account number of 12 digits.')
  }
  if (externalID !== undefined && externalIDFaults(externalID, 'externalID').length > 0) {
    throw new FederationError('ERR_INVALID_OPTION', 'externalID is 2 to 1,224 characters that STS takes.')
  }
  const source = {
    ...(sourceAccount === undefined ? {} : { 'aws:SourceAccount': sourceAccount }),
    ...(sourceArn === undefined ? {} : { 'aws:SourceArn': sourceArn }),
  }
  const assume = [
    'sts:AssumeRole',
    ...(options.tagSession === true ? ['sts:TagSession'] : []),
    ...(options.setSourceIdentity === true ? ['sts:SetSourceIdentity'] : []),
  ]
  const restricted = options.restrictContextProviders !== false
  const narrowed = { ...source, ...(externalID === undefined ? {} : { 'sts:ExternalId': externalID }) }
  if (!restricted && externalID === undefined) {
    return policyOf([
      statement('AssumeRoleAndSetContext', principal, [...assume, 'sts:SetContext'], equals(source)),
    ])
  }
  return policyOf([
    statement('AssumeRole', principal, assume, equals(narrowed)),
    statement('SetContext', principal, ['sts:SetContext'], {
      ...equals(source),
      ...(restricted ? CONTEXT_PROVIDER_CONDITION : {}),
    }),
  ])
}

export const CONTEXT_PROVIDERS_KEY = 'sts:RequestContextProviders'

const CONTEXT_PROVIDER_CONDITION = {
  'ForAllValues:ArnEquals': { [CONTEXT_PROVIDERS_KEY]: [IDENTITY_CENTER_CONTEXT_PROVIDER] },
  Null: { [CONTEXT_PROVIDERS_KEY]: 'false' },
} as const

export interface TrustTemplate {
  readonly title: string
  readonly source: string
  readonly services: readonly string[]
  readonly setSourceIdentity: boolean
  readonly restrictContextProviders: boolean
  /** The policy narrows to an account and a resource, which the caller must name. */
  readonly needsSource: boolean
}

/** The roles that AWS services assume in trusted identity propagation, as the guide sets them up. */
export const trustTemplates = {
  redshift: {
    title: 'Service role of Amazon Redshift',
    source: 'R289; R299',
    services: ['redshift-serverless.amazonaws.com', 'redshift.amazonaws.com'],
    setSourceIdentity: false,
    restrictContextProviders: false,
    needsSource: false,
  },
  'emr-studio': {
    title: 'Service role and user role of Amazon EMR Studio',
    source: 'R289; R302',
    services: ['elasticmapreduce.amazonaws.com'],
    setSourceIdentity: false,
    restrictContextProviders: false,
    needsSource: false,
  },
  'lake-formation': {
    title: 'Role of a location registered with AWS Lake Formation',
    source: 'R289; R305',
    services: ['lakeformation.amazonaws.com'],
    setSourceIdentity: false,
    restrictContextProviders: false,
    needsSource: false,
  },
  's3-access-grants': {
    title: 'Role of a location of Amazon S3 Access Grants',
    source: 'R290',
    services: ['access-grants.s3.amazonaws.com'],
    setSourceIdentity: true,
    restrictContextProviders: true,
    needsSource: true,
  },
} as const satisfies Readonly<Record<string, TrustTemplate>>

/**
 * The trust policy that the guide prescribes for a service's role. `s3-access-grants` needs the account and the ARN of
 * the location, and has the `Null` guard that the guide's own text lacks.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for an unknown service, or a source that is needed and absent.
 */
export function trustPolicyFor(
  name: keyof typeof trustTemplates,
  source: { readonly sourceAccount?: string; readonly sourceArn?: string } = {},
): TrustPolicy {
  const template: TrustTemplate | undefined = Object.hasOwn(trustTemplates, name)
    ? trustTemplates[name]
    : undefined
  if (template === undefined) {
    throw new FederationError('ERR_INVALID_OPTION', 'There is no trust policy template of this name.')
  }
  if (template.needsSource && (source.sourceAccount === undefined || source.sourceArn === undefined)) {
    throw new FederationError('ERR_INVALID_OPTION', `${name} needs sourceAccount and sourceArn.`)
  }
  return buildTrustPolicy({
    principal: { Service: template.services },
    sourceAccount: source.sourceAccount,
    sourceArn: source.sourceArn,
    setSourceIdentity: template.setSourceIdentity,
    restrictContextProviders: template.restrictContextProviders,
  })
}

function checkPrincipal(principal: TrustPrincipal): void {
  const named = [principal.Service ?? [], principal.AWS ?? []].flat()
  const good =
    named.length > 0 && named.every((one) => typeof one === 'string' && one !== '' && !one.includes('*'))
  if (!good) {
    throw new FederationError(
      'ERR_INVALID_OPTION',
      'principal names services or AWS principals, none by wildcard.',
    )
  }
}

function policyOf(statements: readonly TrustStatement[]): TrustPolicy {
  const policy = { Version: '2012-10-17', Statement: statements } as const
  // Who is a principal is for the evaluator to know.
  if (parsePolicy(policy, '$', 'trust').faults.length > 0)
    throw new FederationError('ERR_INVALID_OPTION', 'principal, or source, makes no policy that IAM takes.')
  return policy
}

function statement(
  Sid: string,
  Principal: TrustPrincipal,
  Action: readonly string[],
  Condition: NonNullable<TrustStatement['Condition']>,
): TrustStatement {
  return {
    Sid,
    Effect: 'Allow',
    Principal,
    Action,
    ...(Object.keys(Condition).length === 0 ? {} : { Condition }),
  }
}

function equals(keys: Readonly<Record<string, string>>): NonNullable<TrustStatement['Condition']> {
  return Object.keys(keys).length === 0 ? {} : { StringEquals: keys }
}
