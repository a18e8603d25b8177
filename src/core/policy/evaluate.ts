import { contextKey, holds } from './conditions.js'
import type { Policy } from './document.js'
import { matchAction, matchWildcard } from './match.js'
import type { PatternElement } from './patternElement.js'
import { isExempt, REACHES, reachOf, type Reach } from './principal.js'
import { readRequest, type PolicyRequest, type ReadRequest } from './request.js'
import type { Effect, Statement } from './statement.js'

/** A condition that kept a statement, which matched in all else, from applying. */
export interface NearMiss {
  readonly statement: number
  readonly sid?: string
  readonly effect: Effect
  /** As the policy spells it, such as `ForAllValues:StringLike`. */
  readonly operator: string
  readonly key: string
  readonly expected: readonly string[]
  /** What the request holds under the key; absent when it has no such key. */
  readonly actual?: readonly string[]
  /** The JSON path of the key in the policy. */
  readonly path: string
}

export interface PolicyOutcome {
  readonly effect: 'allow' | 'explicitDeny' | 'none'
  /** The statement that decided, by its place in the policy. */
  readonly by?: { readonly statement: number; readonly sid?: string }
  /** With `allow` by a resource policy: how the allowing statement names the caller. */
  readonly reach?: Reach
  readonly nearMisses: readonly NearMiss[]
}

/**
 * What one policy says of one request: a Deny that applies wins over every Allow, and the order of statements is
 * without meaning. `none` is not an allow.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for a malformed request; see {@link readRequest}.
 */
export function evaluatePolicy(policy: Policy, request: PolicyRequest): PolicyOutcome {
  return outcomeOf(policy, readRequest(request))
}

/** {@link evaluatePolicy}, for a request that was read already. */
export function outcomeOf(policy: Policy, request: ReadRequest): PolicyOutcome {
  const nearMisses: NearMiss[] = []
  const applying: { statement: number; of: Statement; reach: Reach | undefined }[] = []
  for (const [statement, of] of policy.statements.entries()) {
    const match = matchTarget(policy, of, request)
    if (!match) continue
    const missed = missedConditions(of, statement, request)
    if (missed.length === 0) applying.push({ statement, of, reach: match.reach })
    nearMisses.push(...missed)
  }
  const deny = applying.find(({ of }) => of.effect === 'Deny')
  if (deny) return { effect: 'explicitDeny', by: nameOf(deny), nearMisses }
  const nearest = REACHES.find((way) => applying.some(({ reach }) => reach === way))
  const allow = applying.find(({ reach }) => reach === nearest)
  if (!allow) return { effect: 'none', nearMisses }
  return {
    effect: 'allow',
    by: nameOf(allow),
    ...(allow.reach === undefined ? {} : { reach: allow.reach }),
    nearMisses,
  }
}

function nameOf({ statement, of }: { statement: number; of: Statement }): NonNullable<PolicyOutcome['by']> {
  return { statement, ...(of.sid === undefined ? {} : { sid: of.sid }) }
}

/** Principal, action and resource; what is left is the conditions. */
function matchTarget(
  policy: Policy,
  statement: Statement,
  request: ReadRequest,
): { readonly reach: Reach | undefined } | undefined {
  const element = statement.principals
  let reach: Reach | undefined
  if (element) {
    reach = element.not ? undefined : reachOf(element.entries, request.caller)
    if (element.not ? isExempt(element.entries, request.caller) : reach === undefined) return undefined
  } else if (policy.kind !== 'identity') return undefined
  const matches =
    matchElement(statement.actions, request.action, matchAction) &&
    matchElement(statement.resources, request.resource, matchWildcard)
  return matches ? { reach } : undefined
}

function matchElement(
  element: PatternElement,
  text: string,
  match: (pattern: string, text: string) => boolean,
): boolean {
  return element.patterns.some((pattern) => match(pattern, text)) !== element.not
}

function missedConditions(of: Statement, statement: number, request: ReadRequest): readonly NearMiss[] {
  return of.conditions
    .filter((condition) => !holds(condition, request.context, of.effect))
    .map(({ operator, quantifier, ifExists, key, values, path }) => {
      const actual = request.context.get(contextKey(key))
      return {
        ...nameOf({ statement, of }),
        effect: of.effect,
        operator: `${quantifier === undefined ? '' : `${quantifier}:`}${operator}${ifExists ? 'IfExists' : ''}`,
        key,
        expected: values,
        ...(actual === undefined ? {} : { actual }),
        path,
      }
    })
}
