import type { ParsedPolicy } from './document.js'
import type { PolicyOutcome } from './evaluate.js'
import { matchAction, matchArn, splitArn } from './match.js'
import { resourceAccounts, type ReadRequest } from './request.js'

export type PolicyLayer = 'identity' | 'resource' | 'boundary' | 'session' | 'identityContext' | 'scps'

/** One policy document of a decision. `outcome` is absent when the document was refused. */
export interface DecisionDocument {
  readonly layer: PolicyLayer
  /** Its place in its layer. */
  readonly index: number
  readonly path: string
  readonly parsed: ParsedPolicy
  readonly outcome?: PolicyOutcome
}

/** How the caller stands to the resource's owner. */
export type Relation = 'same-account' | 'cross-account' | 'unknown-account' | 'no-account' | 'other-partition'

/** All that a decision rests on. */
export interface DecisionFacts {
  readonly request: ReadRequest
  readonly relation: Relation
  readonly documents: readonly DecisionDocument[]
}

export function documentsOf(facts: DecisionFacts, layer: PolicyLayer): readonly DecisionDocument[] {
  return facts.documents.filter((document) => document.layer === layer)
}

/** Whether a statement of the policy allows; that another one denies is told by its effect. */
export function allowing(document: DecisionDocument): boolean {
  return document.outcome?.effect === 'allow' || document.outcome?.allowsToo === true
}

/** Whether any policy of the layer allows; IAM takes those of one layer together, but for SCPs. */
export function layerAllows(facts: DecisionFacts, layer: Exclude<PolicyLayer, 'scps'>): boolean {
  return documentsOf(facts, layer).some(allowing)
}

/**
 * Whether the resource's policy grants to the caller in a way that no implicit deny of a boundary or session policy
 * takes back: within one account, to the very user, session or federated user, or to everyone whose `aws:PrincipalArn`
 * is named. A grant to the role of a session is limited as the role is.
 */
export function isPastLimits(facts: DecisionFacts): boolean {
  const { caller } = facts.request
  return (
    facts.relation === 'same-account' &&
    caller.type === 'aws' &&
    ['session', 'user', 'federatedUser'].includes(caller.principal.kind) &&
    documentsOf(facts, 'resource').some((document) => allowing(document) && document.outcome?.direct === true)
  )
}

/** What caps the grants of identity policies and does not allow; session policies cap together. */
export function cappingLayers(facts: DecisionFacts): readonly ('boundary' | 'session')[] {
  return (['boundary', 'session'] as const).filter((layer) => {
    // The session of a federated user has what its session policies allow, and nothing without them.
    const present = documentsOf(facts, layer).length > 0 || (layer === 'session' && isFederatedUser(facts))
    return present && !layerAllows(facts, layer)
  })
}

function isFederatedUser({ request: { caller } }: DecisionFacts): boolean {
  return caller.type === 'aws' && caller.principal.kind === 'federatedUser'
}

/**
 * An ARN without an account, such as a bucket's, leaves the owner open unless `aws:ResourceAccount` tells. Where both tell
 * and differ, no one could say whose the resource is, and it is not the caller's. An action on no resource (`*`) is on the
 * caller's own account.
 */
export function relationOf(request: ReadRequest): Relation {
  if (request.caller.type !== 'aws') return 'no-account'
  const { partition, account } = request.caller.principal
  const resourcePartition = splitArn(request.resource)?.[1]
  if (resourcePartition !== undefined && resourcePartition !== partition) return 'other-partition'
  const owners = resourceAccounts(request)
  if (owners.length === 0) return request.resource === '*' ? 'same-account' : 'unknown-account'
  return owners.every((owner) => owner === account) ? 'same-account' : 'cross-account'
}

const DECIDED_BY_RESOURCE_POLICY = [
  'sso-oauth:CreateTokenWithIAM',
  'sts:AssumeRole*',
  'sts:SetContext',
  'sts:SetSourceIdentity',
  'sts:TagSession',
]

/**
 * Where the resource's own policy must allow even within one account: an application's actor policy (R247), a role's
 * trust policy, a KMS key's policy.
 */
export function needsResourcePolicy({ action, resource }: ReadRequest): boolean {
  return (
    DECIDED_BY_RESOURCE_POLICY.some((pattern) => matchAction(pattern, action)) ||
    matchArn('arn:*:kms:*:*:key/*', resource)
  )
}
