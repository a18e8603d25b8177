import { isObject, memberPath, type JsonObject } from '../../core/json.js'
import type { PolicyFault } from '../../core/policy/index.js'
import type { Fault } from '../../core/rule.js'
import { kindOf, shown } from '../../core/shown.js'
import { LIMITS } from '../../core/sts/index.js'
import { isAccessScope } from '../../oauth/scope.js'
import { actorPolicyFaults, conditionKeyFaults, exchangeActionFaults } from '../actorPolicy.js'
import { applicationRule, type ApplicationRule } from './applicationRule.js'
import { applicationARN, instanceARN } from './arns.js'
import { choiceFaults, member, stringListFaults, textFaults, type TextLimits } from './fields.js'
import { listOf } from './settings.js'

const principalLimits: TextLimits = {
  min: 1,
  max: 47,
  pattern: /^(?:[0-9a-f]{10}-)?[A-Fa-f0-9]{8}(?:-[A-Fa-f0-9]{4}){3}-[A-Fa-f0-9]{12}$/,
  expected: 'the id of a user or group in the Identity Store',
}

const target: TextLimits = {
  min: 1,
  max: 100,
  pattern: new RegExp(`${applicationARN.pattern.source}|${instanceARN.pattern.source}`),
  expected: 'the ARN of an application or of the instance',
}

/** Who may get tokens and for what: scopes, assignments, and the policy on the callers. */
export const accessRules: readonly ApplicationRule[] = [
  applicationRule(
    {
      id: 'tti/access-scope',
      source: 'R201; R341; sso-admin API',
      title: 'At most 25 different scopes, each with up to 10 authorized targets',
      fix: 'Give each scope as PutApplicationAccessScope takes it: Scope such as "s3:access_grants:read_write", AuthorizedTargets with ARNs of applications or of the instance.',
    },
    (application, path) => {
      const { entries, length, path: at } = listOf(application, 'AccessScopes', path)
      const seen = new Set<unknown>()
      const faults: Fault[] = []
      if (length > LIMITS.accessScopesPerApplication) {
        faults.push({
          reason: 'too-many',
          path: at,
          expected: `at most ${LIMITS.accessScopesPerApplication}`,
          actual: `${length}`,
          message: 'The application has too many scopes.',
        })
      }
      for (const { value: item, path: here } of entries) {
        const scope = member(item, 'Scope')
        const scopePath = memberPath(here, 'Scope')
        if (typeof scope !== 'string' || !isAccessScope(scope)) {
          faults.push({
            reason: scope === undefined ? 'missing' : 'pattern',
            path: scopePath,
            expected: 'one to three words of letters, digits and _, joined by :',
            actual: shown(scope),
            message: 'The scope cannot be granted.',
          })
        } else if (seen.has(scope)) {
          faults.push({
            reason: 'duplicate',
            path: scopePath,
            actual: shown(scope),
            message: 'The scope occurs twice.',
          })
        }
        seen.add(scope)
        const targets = member(item, 'AuthorizedTargets')
        if (targets !== undefined)
          faults.push(...stringListFaults(targets, memberPath(here, 'AuthorizedTargets'), 1, 10, target))
      }
      return faults
    },
  ),
  applicationRule(
    {
      id: 'tti/trusted-application',
      severity: 'warning',
      source: 'R250',
      title: 'The application has an access scope for a receiving application',
      fix: 'Add an access scope (PutApplicationAccessScope): until then every exchange is denied.',
    },
    (application, path) =>
      listOf(application, 'AccessScopes', path).length > 0
        ? []
        : [
            {
              reason: 'none',
              path: memberPath(path, 'AccessScopes'),
              message: 'No application trusts this one to act for a user.',
            },
          ],
  ),
  applicationRule(
    {
      id: 'tti/assignments',
      source: 'R267; sso-admin API',
      title: 'Assignments name users and groups; AssignmentRequired is true or false',
      fix: 'Give AssignmentConfiguration as { "AssignmentRequired": true } and each assignment as PrincipalId and PrincipalType.',
    },
    (application, path) => {
      const required = assignmentRequired(application)
      const { entries } = listOf(application, 'Assignments', path)
      return [
        ...(typeof required === 'boolean'
          ? []
          : [
              {
                reason: 'not-boolean',
                path: `${memberPath(path, 'AssignmentConfiguration')}.AssignmentRequired`,
                actual: kindOf(required),
                message: 'AssignmentRequired is neither true nor false.',
              },
            ]),
        ...entries.flatMap(({ value, path: here }) => [
          ...textFaults(value, 'PrincipalId', here, principalLimits),
          ...choiceFaults(value, 'PrincipalType', here, ['USER', 'GROUP']),
        ]),
      ]
    },
  ),
  applicationRule(
    {
      id: 'tti/assignment-required',
      severity: 'warning',
      source: 'R267; R268',
      title: 'The application requires assignments',
      fix: 'Set AssignmentRequired to true and assign users or groups, unless everyone in the directory is meant.',
    },
    (application, path) =>
      assignmentRequired(application) === false
        ? [
            {
              reason: 'not-required',
              path: `${memberPath(path, 'AssignmentConfiguration')}.AssignmentRequired`,
              message: 'Every user of the directory may use the application.',
            },
          ]
        : [],
  ),
  applicationRule(
    {
      id: 'tti/actor-policy',
      source: 'R247; R249; C27',
      title: 'The application has a well-formed actor policy',
      fix: 'Add the IAM authentication method (PutApplicationAuthenticationMethod) with an ActorPolicy in the IAM policy language.',
    },
    (application, path) => {
      const { entries, length, path: at } = listOf(application, 'AuthenticationMethods', path)
      if (length === 0)
        return [{ reason: 'missing', path: at, message: 'Nobody may exchange tokens for this application.' }]
      const [, ...more] = entries
      return [
        ...entries.flatMap(({ value, path: here }) =>
          choiceFaults(value, 'AuthenticationMethodType', here, ['IAM']),
        ),
        // The API keeps one method of each type: a second Put replaces the first.
        ...more.map(({ path: here }) => ({
          reason: 'duplicate',
          path: here,
          message: 'The application has two methods of one type.',
        })),
        ...policyFaults(application, path).filter(({ rule }) => rule !== 'policy/principal'),
      ]
    },
  ),
  applicationRule(
    {
      id: 'tti/actor-policy-principal',
      source: 'R247; R248',
      title: 'Each statement of the actor policy names a principal, even in the same account',
      fix: 'Write "Principal": { "AWS": "arn:aws:iam::<account>:role/<role name with path>" }; the Region part stays empty.',
    },
    (application, path) => policyFaults(application, path).filter(({ rule }) => rule === 'policy/principal'),
  ),
  applicationRule(
    {
      id: 'tti/actor-policy-action',
      source: 'R247',
      title: 'The actor policy allows sso-oauth:CreateTokenWithIAM',
      fix: 'Allow the action sso-oauth:CreateTokenWithIAM in a statement of the ActorPolicy.',
    },
    (application, path) =>
      policiesOf(application, path).flatMap(([policy, at]) => exchangeActionFaults(policy, at)),
  ),
  applicationRule(
    {
      id: 'tti/actor-policy-condition',
      severity: 'warning',
      source: 'R247; R249',
      title: 'Conditions of the actor policy are on keys that the exchange knows',
      fix: 'Give the key in callerContext of each exchange: without it an Allow on it does not allow, and a Deny on it denies.',
    },
    (application, path) =>
      policiesOf(application, path).flatMap(([policy, at]) => conditionKeyFaults(policy, at)),
  ),
]

/** AssignmentRequired, true where nothing is said (the API's default). */
export function assignmentRequired(application: JsonObject): unknown {
  const configuration = member(application, 'AssignmentConfiguration')
  const required = isObject(configuration) ? member(configuration, 'AssignmentRequired') : undefined
  return required ?? true
}

/** A method's policy; where a container is missing, the path of that container. */
export function actorPolicyOf(method: JsonObject, path: string): [unknown, string] {
  let value: unknown = method
  let at = path
  for (const name of ['AuthenticationMethod', 'Iam', 'ActorPolicy']) {
    if (!isObject(value)) break
    value = member(value, name)
    at = memberPath(at, name)
  }
  return [value, at]
}

/** An application's actor policies, each with its path. */
function policiesOf(application: JsonObject, path: string): readonly [unknown, string][] {
  return listOf(application, 'AuthenticationMethods', path).entries.map(({ value, path: at }) =>
    actorPolicyOf(value, at),
  )
}

function policyFaults(application: JsonObject, path: string): readonly PolicyFault[] {
  return policiesOf(application, path).flatMap(([policy, at]) => actorPolicyFaults(policy, at))
}
