import { holds } from './conditions.js'
import { contextKey } from './context.js'
import type { Policy } from './document.js'
import { matchAction } from './match.js'
import { MAX_NEAR_MISSES, missesOf, type NearMiss } from './nearMiss.js'
import { isExempt, REACHES, reachOf, type PrincipalEntry, type Reach } from './principal.js'
import { readRequest, type PolicyRequest, type ReadRequest } from './request.js'
import { matchResources } from './resources.js'
import type { Statement } from './statement.js'
import { actionCost, conditionCost, resourceCost, spend } from './work.js'

export interface PolicyOutcome {
  readonly effect: 'allow' | 'explicitDeny' | 'none'
  /** The statement that decided, by its place in the policy. */
  readonly by?: { readonly statement: number; readonly sid?: string }
  /** Where a statement of a resource policy allows: how it names the caller. */
  readonly reach?: Reach
  /** Where one does: it grants to the caller itself, past boundary and session policies. */
  readonly direct?: true
  /** With `explicitDeny`: another statement allows. */
  readonly allowsToo?: true
  /** With `explicitDeny`: it applies because what IAM leaves open was read against the request. */
  readonly unclear?: true
  /** With `explicitDeny`: it was too much work to tell, so nothing may be allowed. */
  readonly tooMuch?: true
  /** At most {@link MAX_NEAR_MISSES}. */
  readonly nearMisses: readonly NearMiss[]
}

/**
 * What one policy says of one request: a Deny that applies wins over every Allow, and the order of statements is
 * without meaning. `none` is not an allow. What would cost more than {@link MAX_WORK} is an explicit deny (`tooMuch`).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for a malformed request; see {@link readRequest}.
 */
export function evaluatePolicy(policy: Policy, request: PolicyRequest): PolicyOutcome {
  return outcomeOf(policy, readRequest(request))
}

const TOO_MUCH: PolicyOutcome = { effect: 'explicitDeny', tooMuch: true, nearMisses: [] }

/** What it costs to hold a statement against a request whose principal and action it names. */
function costOf({ version }: Policy, of: Statement, request: ReadRequest): number {
  return of.conditions.reduce(
    (sum, condition) => sum + conditionCost(condition, request, version),
    resourceCost(of.resources, request, version),
  )
}

interface Applying {
  readonly statement: number
  readonly of: Statement
  readonly reach: Reach | undefined
}

/** {@link evaluatePolicy}, for a request that was read already. */
export function outcomeOf(policy: Policy, request: ReadRequest): PolicyOutcome {
  const nearMisses: NearMiss[] = []
  const applying: Applying[] = []
  for (const [statement, of] of policy.statements.entries()) {
    if (!spend(request.work, actionCost(of.actions, request))) return TOO_MUCH
    const match = matchWho(policy, of, request)
    if (!match) continue
    if (!spend(request.work, costOf(policy, of, request))) return TOO_MUCH
    const missed = missesOf(policy.version, of, request)
    if (!missed) continue
    if (missed.length === 0) applying.push({ statement, of, reach: match.reach })
    for (const miss of missed) {
      if (nearMisses.length < MAX_NEAR_MISSES) nearMisses.push({ ...nameOf({ statement, of }), ...miss() })
    }
  }
  const { allow, ...way } = allowOf(applying.filter(({ of }) => of.effect === 'Allow'))
  const denies = applying.filter(({ of }) => of.effect === 'Deny')
  const plain = denies.find(({ of }) => wouldAllow(policy, of, request))
  const deny = plain ?? denies[0]
  if (deny) {
    const told = {
      ...way,
      ...(allow ? { allowsToo: true as const } : {}),
      ...(plain ? {} : { unclear: true as const }),
    }
    return { effect: 'explicitDeny', by: nameOf(deny), ...told, nearMisses }
  }
  return allow ? { effect: 'allow', by: nameOf(allow), ...way, nearMisses } : { effect: 'none', nearMisses }
}

/** The Allow that reaches the caller most nearly, and in which way. */
function allowOf(
  allows: readonly Applying[],
): Pick<PolicyOutcome, 'reach' | 'direct'> & { readonly allow: Applying | undefined } {
  const nearest = REACHES.find((way) => allows.some(({ reach }) => reach === way))
  const direct = allows.find(isDirect)
  return {
    allow: direct ?? allows.find(({ reach }) => reach === nearest),
    ...(nearest === undefined ? {} : { reach: nearest }),
    ...(direct ? { direct: true } : {}),
  }
}

function nameOf({ statement, of }: Pick<Applying, 'statement' | 'of'>): NonNullable<PolicyOutcome['by']> {
  return { statement, ...(of.sid === undefined ? {} : { sid: of.sid }) }
}

/** Whether a Deny applies without the help of a reading that only a Deny is given. */
function wouldAllow({ version }: Policy, of: Statement, request: ReadRequest): boolean {
  const asAllow = { ...of, effect: 'Allow' } as const
  return (
    matchResources(asAllow, request, version) &&
    of.conditions.every((condition) =>
      holds(condition, { version, context: request.context, effect: 'Allow' }),
    )
  )
}

/** A grant to the very caller, or to everyone whose role or user a condition names (IAM: Principal, IAM role principals). */
function isDirect({ of, reach }: Applying): boolean {
  const byArn = of.conditions.some(
    ({ key, operator, ifExists }) =>
      contextKey(key) === 'aws:principalarn' &&
      !ifExists &&
      ['ArnEquals', 'ArnLike', 'StringEquals', 'StringLike'].includes(operator),
  )
  return reach === 'caller' || (reach === 'everyone' && byArn)
}

/** Another role than the session's: its name may be the same, its path is not, and IAM saves no policy that names what is not there. */
function isOtherRole(entry: PrincipalEntry, { roleARN }: ReadRequest): boolean {
  return (
    roleARN !== undefined &&
    entry.type === 'aws' &&
    entry.principal.kind === 'role' &&
    entry.principal.arn !== roleARN
  )
}

/** Principal and action; what is left is the resource and the conditions. */
function matchWho(
  policy: Policy,
  { principals, actions, effect }: Statement,
  request: ReadRequest,
): { readonly reach: Reach | undefined } | undefined {
  let reach: Reach | undefined
  if (principals) {
    const { not } = principals
    const entries =
      effect === 'Deny' && !not
        ? principals.entries
        : principals.entries.filter((entry) => !isOtherRole(entry, request))
    reach = not ? undefined : reachOf(entries, request.caller)
    if (not ? isExempt(entries, request.caller) : reach === undefined) return undefined
  } else if (policy.kind !== 'identity') return undefined
  const named = actions.patterns.some((pattern) => matchAction(pattern, request.action))
  return named !== actions.not ? { reach } : undefined
}
