export { OPERATORS, UNSUPPORTED_OPERATORS, type Condition, type OperatorName } from './conditions.js'
export { decide, type Decision, type Policies } from './decide.js'
export type { PolicyLayer } from './decisionFacts.js'
export { decisionRules } from './decisionRules.js'
export { MAX_POLICY_SIZE, MAX_STATEMENTS, parsePolicy, type ParsedPolicy, type Policy } from './document.js'
export { evaluatePolicy, type NearMiss, type PolicyOutcome } from './evaluate.js'
export type { DocumentRuleId, PolicyFault } from './faults.js'
export { matchAction, matchArn, matchWildcard, splitArn } from './match.js'
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
export type { PolicyVersion } from './variables.js'
