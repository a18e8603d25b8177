import {
  evaluatePolicy,
  matchAction,
  parsePolicy,
  readCaller,
  variablesIn,
  type Policy,
  type PolicyFault,
} from '../core/policy/index.js'
import type { Fault } from '../core/rule.js'
import { shown } from '../core/shown.js'
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

/** Conditions on keys that an exchange does not know by itself, and variables of them. */
export function conditionKeyFaults(policy: unknown, path: string): readonly Fault[] {
  const { policy: parsed } = parsePolicy(policy, path, 'resource')
  if (!parsed) return []
  const unknown = (keys: readonly string[], at: string): readonly Fault[] =>
    keys
      .filter((key) => !knownKeys.includes(key.toLowerCase()))
      .map((key) => ({
        reason: 'unknown-key',
        path: at,
        actual: shown(key),
        message: 'An exchange does not know this condition key by itself.',
      }))
  return parsed.statements.flatMap(({ conditions, resources, path: at }) => [
    ...conditions.flatMap(({ key, values, path: here }) =>
      unknown([key, ...variableKeys(parsed, values)], here),
    ),
    ...unknown(
      variableKeys(parsed, resources.patterns),
      `${at}.${resources.not ? 'NotResource' : 'Resource'}`,
    ),
  ])
}

function variableKeys({ version }: Policy, texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => variablesIn(text, version).map(({ key }) => key))
}

/** What follows from the caller's ARN. `aws:PrincipalArn` of a role session does not: its ARN lacks the role's path. */
const knownKeys = ['aws:principalaccount', 'aws:principalisawsservice', 'aws:principaltype']

/**
 * Whether the application's actor policies let a caller exchange: one allows, none denies, and every one was understood.
 * A condition on a key that is not known is decided against the caller: an Allow on it does not allow, a Deny on it
 * denies. The caller's own IAM policies are AWS's matter (or the deployment's), not the application's.
 *
 * @param context - further condition keys of the caller, such as `aws:PrincipalTag/team` or a session's `aws:PrincipalArn`
 */
export function actorAllows(
  application: Application,
  callerARN: string,
  context: Readonly<Record<string, string | readonly string[]>> = {},
): boolean {
  const caller = readCaller(callerARN)
  if (caller?.type !== 'aws' || callerARN.split(':')[1] !== application.arn.split(':')[1]) return false
  const session = caller.principal.kind === 'session'
  const principalType = session ? 'AssumedRole' : caller.principal.kind === 'user' ? 'User' : undefined
  const known = {
    'aws:PrincipalIsAWSService': 'false',
    ...(principalType === undefined ? {} : { 'aws:PrincipalType': principalType }),
    ...context,
  }
  const keys = new Set([
    ...Object.keys(known).map((key) => key.toLowerCase()),
    'aws:principalaccount',
    ...(session ? [] : ['aws:principalarn']),
  ])
  const request = {
    principal: callerARN,
    action: CREATE_TOKEN_ACTION,
    resource: application.arn,
    context: known,
  }
  const effects = application.actorPolicies.map((document) => {
    const { policy } = parsePolicy(document, '$', 'resource')
    return policy ? evaluatePolicy(againstTheCaller(policy, keys), request).effect : 'explicitDeny'
  })
  return effects.includes('allow') && !effects.includes('explicitDeny')
}

/**
 * The policy with everything that cannot be decided taken as the caller would least like it: an Allow with an unknown key
 * is left out, and a Deny loses the condition, or speaks of every resource.
 */
function againstTheCaller(policy: Policy, keys: ReadonlySet<string>): Policy {
  const known = (texts: readonly string[]): boolean =>
    variableKeys(policy, texts).every((key) => keys.has(key.toLowerCase()))
  const statements = policy.statements.flatMap((statement) => {
    const { conditions, resources, effect } = statement
    const decidable = conditions.filter(({ key, values }) => keys.has(key.toLowerCase()) && known(values))
    const placed = known(resources.patterns)
    if (decidable.length === conditions.length && placed) return [statement]
    if (effect === 'Allow') return []
    return [
      {
        ...statement,
        conditions: decidable,
        resources: placed ? resources : { not: false, patterns: ['*'] },
      },
    ]
  })
  return { ...policy, statements }
}
