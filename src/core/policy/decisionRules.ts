import type { Fault, Rule } from '../rule.js'
import { contextKey } from './context.js'
import {
  allowing,
  cappingLayers,
  documentsOf,
  isPastLimits,
  layerAllows,
  needsResourcePolicy,
} from './decisionFacts.js'
import type { DecisionDocument, DecisionFacts, PolicyLayer } from './decisionFacts.js'
import { MAX_NEAR_MISSES } from './nearMiss.js'
import { missFault, withoutSecrets, type DecisionNearMiss } from './missFault.js'
import { memberPath } from '../json.js'
import { shown } from '../shown.js'
import { variablesIn, type PolicyVersion } from './variables.js'

const LOGIC = 'IAM User Guide, Policy evaluation logic'

/** What a decision must find before it allows. The warnings explain, and decide nothing. */
export const decisionRules: readonly Rule<DecisionFacts>[] = [
  {
    id: 'policy/explicit-deny',
    severity: 'error',
    source: LOGIC,
    title: 'No policy denies the request',
    fix: 'Change the Deny statement, or the request.',
    check: ({ documents }) => documents.flatMap(denied),
  },
  {
    id: 'policy/work',
    severity: 'error',
    source: 'R339; CWE-407',
    title: 'Policies and request can be compared with bounded work',
    fix: 'Send fewer or shorter values under the keys that the policies compare, or policies with fewer values.',
    check: ({ documents }) =>
      documents
        .filter(({ outcome }) => outcome?.tooMuch)
        .slice(0, 1)
        .map(({ path }) => ({
          reason: 'too-much',
          path,
          message: 'To compare all values of the policies with those of the request would take too long.',
        })),
  },
  {
    id: 'policy/grant',
    severity: 'error',
    source: `R247; R266; ${LOGIC}`,
    title: 'A policy grants the request',
    fix: 'Where a statement nearly allows it, meet its condition; else add an Allow that covers the principal, the action and the resource.',
    check: ungranted,
  },
  {
    id: 'policy/limit',
    severity: 'error',
    source: `R368; ${LOGIC}`,
    title: 'Boundary, session policies and every level of SCPs allow the request',
    fix: 'Allow the action there as well; such a policy grants nothing by itself.',
    check: (facts) => limits(facts).map(({ layer, path }) => limitFault(layer, path)),
  },
  {
    id: 'policy/condition-unmet',
    severity: 'warning',
    source: LOGIC,
    title: 'No Allow statement fails by its conditions alone',
    fix: 'Compare both sides: the key may be absent from the request, or its value differ in case.',
    check: (facts) => nearMissesOf(facts).map(missFault),
  },
  {
    id: 'policy/resource-account',
    severity: 'warning',
    source: 'IAM API Reference, SimulateCustomPolicy: ResourceOwner',
    title: 'The account that owns the resource is known',
    fix: 'Add aws:ResourceAccount to the context.',
    check: ({ relation }) =>
      relation === 'unknown-account'
        ? [
            {
              reason: 'unknown-account',
              message:
                "The resource names no account and is taken for the caller's; its policy grants nothing alone.",
            },
          ]
        : [],
  },
  {
    id: 'policy/role-path',
    severity: 'error',
    source: 'R363',
    title: 'aws:PrincipalArn holds the path of the role',
    fix: "Add aws:PrincipalArn to the context, with the role's path.",
    check: pathless,
  },
  {
    id: 'policy/direct-grant',
    severity: 'warning',
    source: 'IAM User Guide, Principal: IAM role principals',
    title: 'A grant to everyone is limited by boundary and session policies',
    fix: 'Allow the action in the boundary and the session policies as well, or name the caller.',
    check: limitedGrant,
  },
  {
    id: 'policy/unclear',
    severity: 'warning',
    source: 'C29; R121; IAM User Guide, Variables and tags',
    title: 'No Deny applies only because what IAM leaves open is read against the request',
    fix: "Give the variables of the Deny a default, such as ${aws:PrincipalTag/Team, 'none'}, and spell tag keys alike.",
    check: unclear,
  },
]

function denied({ parsed, outcome }: DecisionDocument): readonly Fault[] {
  const by = outcome?.effect === 'explicitDeny' ? outcome.by : undefined
  const statement = by && parsed.policy?.statements[by.statement]
  if (!statement) return []
  return [
    {
      reason: 'explicit-deny',
      path: statement.path,
      ...(statement.sid === undefined ? {} : { actual: shown(statement.sid) }),
      message: 'A Deny statement applies, and wins over every Allow.',
    },
  ]
}

/** The rules of same-account, cross-account and service callers. An account grant only delegates to the account. */
function ungranted(facts: DecisionFacts): readonly Fault[] {
  const identity = layerAllows(facts, 'identity')
  const [resource] = documentsOf(facts, 'resource')
  const reach = resource && allowing(resource) ? resource.outcome?.reach : undefined
  const direct = reach !== undefined && reach !== 'account'
  const resourceDecides = needsResourcePolicy(facts.request)
  switch (facts.relation) {
    case 'other-partition':
      return [{ reason: 'partition', message: 'Principal and resource are in different partitions.' }]
    case 'no-account':
      return direct ? [] : [NO_RESOURCE_ALLOW]
    case 'cross-account':
      return [...(identity ? [] : [NO_IDENTITY_ALLOW]), ...(reach ? [] : [NO_RESOURCE_ALLOW])]
    case 'unknown-account': {
      const granted = reach !== undefined || (resource === undefined && !resourceDecides)
      return [...(identity ? [] : [NO_IDENTITY_ALLOW]), ...(granted ? [] : [NO_RESOURCE_ALLOW])]
    }
    case 'same-account':
      if (resourceDecides && reach === undefined) return [NO_RESOURCE_ALLOW]
      if (identity || direct) return []
      return [reach === 'account' ? ACCOUNT_GRANT : NO_ALLOW]
  }
}

const NO_IDENTITY_ALLOW: Fault = {
  reason: 'no-identity-allow',
  path: '$.identity',
  message: "None of the principal's identity policies allows the request.",
}
const NO_RESOURCE_ALLOW: Fault = {
  reason: 'no-resource-allow',
  path: '$.resource',
  message: "The resource's policy does not allow the request, and here it must.",
}
const ACCOUNT_GRANT: Fault = {
  reason: 'account-grant',
  path: '$.identity',
  message: "The resource's policy delegates to the account, so an identity policy must allow as well.",
}
const NO_ALLOW: Fault = {
  reason: 'no-allow',
  message: 'Neither an identity policy nor the policy of the resource allows the request.',
}

/** What caps the grant and does not allow. Session policies cap together, SCPs level by level. */
function limits(facts: DecisionFacts): readonly { readonly layer: PolicyLayer; readonly path: string }[] {
  const together = isPastLimits(facts) ? [] : cappingLayers(facts)
  return [
    ...together.map((layer) => ({ layer, path: `$.${layer}` })),
    ...documentsOf(facts, 'scps').filter((document) => !allowing(document)),
  ]
}

function limitFault(layer: PolicyLayer, path: string): Fault {
  const reason = layer === 'scps' ? 'scp' : layer
  return { reason, path, message: 'This policy caps what is granted, and does not allow the request.' }
}

/** The near misses that would have mattered: those of Allow statements, where an Allow is lacking. */
export function nearMissesOf(facts: DecisionFacts): readonly DecisionNearMiss[] {
  if (ungranted(facts).length === 0 && limits(facts).length === 0) return []
  return facts.documents
    .filter((document) => !allowing(document) && document.layer !== 'identityContext')
    .flatMap(({ outcome, layer, index }) =>
      (outcome?.nearMisses ?? []).map((miss) => ({ layer, policy: index, ...miss })),
    )
    .filter(({ effect }) => effect === 'Allow')
    .slice(0, MAX_NEAR_MISSES)
    .map(withoutSecrets)
}

function unclear(facts: DecisionFacts): readonly Fault[] {
  const denies = facts.documents.filter(
    ({ outcome }) => outcome?.effect === 'explicitDeny' && !outcome.tooMuch,
  )
  if (denies.some(({ outcome }) => !outcome?.unclear)) return []
  return denies.map(({ parsed, outcome }) => ({
    reason: 'unclear-deny',
    path: parsed.policy?.statements[outcome?.by?.statement ?? -1]?.path,
    message: 'AWS may read this Deny otherwise: a variable is not filled, or a tag key differs in case only.',
  }))
}

function pathless({ request, documents }: DecisionFacts): readonly Fault[] {
  if (!request.pathUnknown) return []
  const asks = (key: string): boolean => contextKey(key) === 'aws:principalarn'
  const fills = (texts: readonly string[], version: PolicyVersion): boolean =>
    texts.some((text) => variablesIn(text, version).some(({ key }) => asks(key)))
  return documents.flatMap(({ parsed: { policy } }) =>
    (policy?.statements ?? []).flatMap(({ path: at, resources, conditions }) => [
      ...(policy && fills(resources.patterns, policy.version)
        ? [pathFault(memberPath(at, resources.not ? 'NotResource' : 'Resource'))]
        : []),
      ...conditions
        .filter(({ key, values }) => asks(key) || (policy && fills(values, policy.version)))
        .map(({ path }) => pathFault(path)),
    ]),
  )
}

function pathFault(path: string): Fault {
  return {
    reason: 'path-unknown',
    path,
    message: "A session's ARN does not hold its role's path, so aws:PrincipalArn was compared without one.",
  }
}

/**
 * AWS documents for `*` with a condition on aws:PrincipalArn that boundary and session policies do not limit the grant;
 * of `*` alone it says nothing, so here they do.
 */
function limitedGrant(facts: DecisionFacts): readonly Fault[] {
  const [resource] = documentsOf(facts, 'resource')
  const everyone = resource !== undefined && allowing(resource) && resource.outcome?.reach === 'everyone'
  if (facts.relation !== 'same-account' || !everyone || isPastLimits(facts)) return []
  return cappingLayers(facts).map((layer) => ({
    reason: 'limited',
    path: `$.${layer}`,
    message: 'AWS may honour the grant of the resource policy in spite of this policy; here it is refused.',
  }))
}
