import { isObject, memberPath, type JsonObject } from '../core/json.js'
import { parsePolicy } from '../core/policy/index.js'
import type { Fault } from '../core/rule.js'
import { kindOf } from '../core/shown.js'
import { member, unknownMembers } from '../tti/configuration/fields.js'

/** The faults of `Policies` as GetAccountAuthorizationDetails lists them: PolicyName and PolicyDocument. */
export function policyFaults(entry: JsonObject, path: string): readonly Fault[] {
  const policies = member(entry, 'Policies')
  const at = memberPath(path, 'Policies')
  if (policies === undefined) return []
  if (!Array.isArray(policies))
    return [{ reason: 'not-array', path: at, actual: kindOf(policies), message: 'Policies is not an array.' }]
  return policies.flatMap((policy: unknown, index): readonly Fault[] => {
    const here = memberPath(at, index)
    if (!isObject(policy))
      return [
        { reason: 'not-object', path: here, actual: kindOf(policy), message: 'The policy is not an object.' },
      ]
    const document = memberPath(here, 'PolicyDocument')
    return [
      ...unknownMembers(policy, ['PolicyName', 'PolicyDocument'], here),
      ...parsePolicy(member(policy, 'PolicyDocument'), document, 'identity').faults,
    ]
  })
}
