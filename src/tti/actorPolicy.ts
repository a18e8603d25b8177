import {
  evaluatePolicy,
  matchAction,
  parsePolicy,
  readCaller,
  type PolicyFault,
} from '../core/policy/index.js'
import type { Fault } from '../core/rule.js'
import type { Application } from './application.js'

/** The IAM action of an exchange (R247). */
export const CREATE_TOKEN_ACTION = 'sso-oauth:CreateTokenWithIAM'

/** Everything wrong with an actor policy as a document, with the policy rule that it breaks. */
export function actorPolicyFaults(policy: unknown, path: string): readonly PolicyFault[] {
  return parsePolicy(policy, path, 'resource').faults
}

/** An actor policy that allows nobody to exchange is of no use, whatever else it says. */
export function exchangeActionFaults(policy: unknown, path: string): readonly Fault[] {
  const { policy: parsed } = parsePolicy(policy, path, 'resource')
  const allows = parsed?.statements.some(
    ({ effect, actions }) =>
      effect === 'Allow' &&
      (actions.not
        ? !actions.patterns.some((pattern) => matchAction(pattern, CREATE_TOKEN_ACTION))
        : actions.patterns.some((pattern) => matchAction(pattern, CREATE_TOKEN_ACTION))),
  )
  if (!parsed || allows) return []
  return [
    {
      reason: 'no-action',
      path,
      expected: CREATE_TOKEN_ACTION,
      message: 'No statement of the policy allows the exchange.',
    },
  ]
}

/**
 * Whether the application's actor policies let a caller exchange: one allows, none denies, and every one was understood.
 * The caller's own IAM policies are AWS's matter (or the deployment's), not the application's.
 */
export function actorAllows(application: Application, callerARN: string): boolean {
  if (!readCaller(callerARN)) return false
  const request = {
    principal: callerARN,
    action: CREATE_TOKEN_ACTION,
    resource: application.arn,
    context: {},
  }
  const effects = application.actorPolicies.map((document) => {
    const { policy } = parsePolicy(document, '$', 'resource')
    return policy ? evaluatePolicy(policy, request).effect : 'explicitDeny'
  })
  return effects.includes('allow') && !effects.includes('explicitDeny')
}
