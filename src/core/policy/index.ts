export { operatorOf, type Condition } from './conditions.js'
export { contextKey, tagKeyOf } from './context.js'
export { decide, resourcePolicyKind, type Decision, type Policies } from './decide.js'
export type { PolicyLayer } from './decisionFacts.js'
export { decisionRules } from './decisionRules.js'
export { MAX_POLICY_SIZE, MAX_STATEMENTS, parsePolicy, type ParsedPolicy, type Policy } from './document.js'
export { evaluatePolicy, type PolicyOutcome } from './evaluate.js'
export type { DocumentRuleId, PolicyFault } from './faults.js'
export { isGuarded, unguardedConditions } from './guard.js'
export { matchAction, matchArn, matchWildcard, splitArn } from './match.js'
export type { DecisionNearMiss } from './missFault.js'
export type { NearMiss } from './nearMiss.js'
export { OPERATORS, UNSUPPORTED_OPERATORS, type OperatorName } from './operators.js'
export type { PatternElement } from './patternElement.js'
export {
  readCaller,
  type AwsPrincipal,
  type Caller,
  type PrincipalElement,
  type PrincipalEntry,
  type Reach,
} from './principal.js'
export type { PolicyRequest } from './request.js'
export { policyRules, validatePolicy } from './rules.js'
export type { Effect, PolicyKind, Statement } from './statement.js'
export { variablesIn, type PolicyVersion, type Variable } from './variables.js'
