import { FederationError, type Finding } from '../outcome.js'
import { reading } from '../reading.js'
import { findingOf, findingsOf, runRules } from '../rule.js'
import { allowing, cappingLayers, isPastLimits, relationOf } from './decisionFacts.js'
import type { DecisionDocument, DecisionFacts, PolicyLayer } from './decisionFacts.js'
import { decisionRules, nearMissesOf } from './decisionRules.js'
import { parsePolicy } from './document.js'
import type { PolicyKind } from './statement.js'
import { outcomeOf } from './evaluate.js'
import type { DecisionNearMiss } from './missFault.js'
import { readRequest, type PolicyRequest, type ReadRequest } from './request.js'
import { DOCUMENT_ROWS, findingOfFault } from './rules.js'

/** The policies of a decision, each in IAM's JSON as it is, already parsed from text. */
export interface Policies {
  /** The principal's identity policies, managed and inline. */
  readonly identity: readonly unknown[]
  readonly resource?: unknown
  readonly boundary?: unknown
  /** The session policies, which cap together: one that allows is enough. */
  readonly session?: readonly unknown[]
  /** The allow list that STS attaches to identity-enhanced sessions: it denies all else, and grants or caps nothing. */
  readonly identityContext?: unknown
  /** One policy for each organisation level, from the root to the account; every level must allow. */
  readonly scps?: readonly unknown[]
}

export interface Decision {
  readonly effect: 'allow' | 'explicitDeny' | 'implicitDeny'
  /** The statement that allowed or denied; an implicit deny has none. */
  readonly by?: {
    readonly layer: PolicyLayer
    /** The policy's place in its layer. */
    readonly policy: number
    readonly statement: number
    readonly sid?: string
  }
  /** Why not, as errors; what was assumed or nearly matched, as warnings. */
  readonly findings: readonly Finding[]
  /** What kept Allow statements from applying, both sides of each, at most 100; empty where no Allow was lacking. */
  readonly nearMisses: readonly DecisionNearMiss[]
}

const LISTS = ['identity', 'session', 'scps'] as const
const SINGLES = ['resource', 'boundary', 'identityContext'] as const
/** More policies than IAM has in any layer: with their size they bound the work of a decision. */
const MAX_DOCUMENTS = 100

/**
 * Decides one request as IAM does: an explicit Deny anywhere wins. Then every level of SCPs must allow. Within one account
 * identity or resource policy must allow, across accounts both; what identity policies grant, boundary and session
 * policies must allow as well. A grant of the resource's policy is limited by them too, unless it names the very user or
 * session ({@link isPastLimits}). A policy with any fault allows nothing and lets nothing else allow, while a Deny of
 * another policy still shows.
 *
 * What IAM leaves open is read so that it never allows: see {@link holds}. Where comparing all policies with the request
 * would cost more than {@link MAX_WORK}, nothing is allowed (`policy/work`).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for a malformed request, for two context keys that differ only in case,
 * for what cannot be read (a revoked proxy),
 * and for policies that are not given as {@link Policies} has them.
 *
 * @example
 * ```ts
 * import { decide } from 'countersign/abac'
 *
 * const Condition = { StringEquals: { 'ec2:ResourceTag/CostCenter': '${aws:PrincipalTag/CostCenter}' } }
 * const Statement = { Effect: 'Allow', Action: 'ec2:StartInstances', Resource: '*', Condition }
 * const decision = decide(
 *   { identity: [{ Version: '2012-10-17', Statement }] },
 *   {
 *     principal: 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Developer_0123456789abcdef/ada',
 *     action: 'ec2:StartInstances',
 *     resource: 'arn:aws:ec2:us-east-1:111122223333:instance/i-0abc',
 *     context: { 'aws:PrincipalTag/CostCenter': 'blue', 'ec2:ResourceTag/CostCenter': 'red' },
 *   },
 * )
 * console.log(decision.effect, decision.nearMisses) // implicitDeny, [{ filled: ['blue'], actual: ['red'], ... }]
 * ```
 */
export function decide(policies: Policies, request: PolicyRequest): Decision {
  const { read, documents } = reading(() => {
    const asked = readRequest(request)
    return { read: asked, documents: readPolicies(policies, asked) }
  })
  const facts: DecisionFacts = { request: read, relation: relationOf(read), documents }
  const findings = [...documents.flatMap(faultsIn), ...findingsOf(runRules(decisionRules, facts))]
  const nearMisses = nearMissesOf(facts)
  const denies = documents.filter(({ outcome }) => outcome?.effect === 'explicitDeny' && !outcome.tooMuch)
  const deny = denies.find(({ outcome }) => !outcome?.unclear) ?? denies[0]
  if (deny) return { effect: 'explicitDeny', ...decidedBy(deny), findings, nearMisses }
  const grant = grantOf(facts)
  // Both must hold: a policy that grants, and no rule that objects or could not tell.
  if (!grant || findings.some(({ severity }) => severity === 'error'))
    return { effect: 'implicitDeny', findings, nearMisses }
  return { effect: 'allow', ...decidedBy(grant), findings, nearMisses }
}

/** The policy that grants: the identity's, unless what it grants is capped and the resource's policy reaches past that. */
function grantOf(facts: DecisionFacts): DecisionDocument | undefined {
  const past = isPastLimits(facts) && cappingLayers(facts).length > 0
  const layers: readonly PolicyLayer[] = past ? ['resource'] : ['identity', 'resource']
  return facts.documents.find((document) => layers.includes(document.layer) && allowing(document))
}

function readPolicies(policies: Policies, request: ReadRequest): readonly DecisionDocument[] {
  if (typeof policies !== 'object' || (policies as unknown) === null) {
    throw new FederationError('ERR_INVALID_OPTION', 'policies must be an object.')
  }
  const known: readonly string[] = [...LISTS, ...SINGLES]
  const unknown = Object.keys(policies).find((name) => !known.includes(name))
  if (unknown !== undefined) {
    // A misspelt `scps` must not lift a limit.
    throw new FederationError('ERR_INVALID_OPTION', `policies has no member ${unknown}.`)
  }
  const listed = LISTS.flatMap((layer) => {
    const list: unknown = policies[layer]
    if (list === undefined && layer !== 'identity') return []
    if (!Array.isArray(list)) {
      throw new FederationError('ERR_INVALID_OPTION', `policies.${layer} must be an array.`)
    }
    if (list.length > MAX_DOCUMENTS) {
      throw new FederationError(
        'ERR_INVALID_OPTION',
        `policies.${layer} has more than ${MAX_DOCUMENTS} policies.`,
      )
    }
    return Array.from(list as unknown[], (value, index) =>
      readDocument(value, { layer, index, path: `$.${layer}[${index}]` }, request),
    )
  })
  const single = SINGLES.filter((layer) => policies[layer] !== undefined).map((layer) =>
    readDocument(policies[layer], { layer, index: 0, path: `$.${layer}` }, request),
  )
  return [...listed, ...single]
}

function readDocument(
  value: unknown,
  place: Pick<DecisionDocument, 'layer' | 'index' | 'path'>,
  request: ReadRequest,
): DecisionDocument {
  const parsed = parsePolicy(
    value,
    place.path,
    place.layer === 'resource' ? resourcePolicyKind(request) : 'identity',
  )
  return { ...place, parsed, ...(parsed.policy ? { outcome: outcomeOf(parsed.policy, request) } : {}) }
}

/** The policy on a role, for the actions by which one comes to act as it, is its trust policy. */
export function resourcePolicyKind({
  action,
  resource,
}: Pick<PolicyRequest, 'action' | 'resource'>): PolicyKind {
  const assuming = action.toLowerCase().startsWith('sts:') && /^arn:[^:]+:iam::\d{12}:role\//.test(resource)
  return assuming ? 'trust' : 'resource'
}

function faultsIn({ parsed, path }: DecisionDocument): readonly Finding[] {
  if (parsed.policy) return []
  const whole = findingOf(DOCUMENT_ROWS['policy/document'], {
    reason: 'faulty-policy',
    path,
    message: 'The policy is not understood to the last element, so nothing is allowed.',
    fix: 'Mend the faults listed with it.',
  })
  return [whole, ...parsed.faults.map(findingOfFault)]
}

function decidedBy({ layer, index, outcome }: DecisionDocument): Pick<Decision, 'by'> {
  return outcome?.by ? { by: { layer, policy: index, ...outcome.by } } : {}
}
