import { accepted, refused, type Finding, type Verdict } from '../outcome.js'
import { findingOf, type Rule, type RuleRow } from '../rule.js'
import { MAX_POLICY_SIZE, MAX_STATEMENTS, parsePolicy } from './document.js'
import type { ParsedPolicy, Policy } from './document.js'
import type { DocumentRuleId, PolicyFault } from './faults.js'
import type { PolicyKind } from './statement.js'

const GRAMMAR = 'IAM User Guide, JSON policy elements'

/** What a policy document must be. Every one refuses: a policy that is not wholly understood allows nothing. */
export const DOCUMENT_ROWS: Readonly<Record<DocumentRuleId, RuleRow>> = {
  'policy/document': {
    id: 'policy/document',
    severity: 'error',
    source: `${GRAMMAR}: grammar; R339`,
    title: 'The policy is an IAM policy document',
    fix: `Give an object with Version and Statement, of known elements only, at most ${MAX_STATEMENTS} statements and ${MAX_POLICY_SIZE} characters.`,
  },
  'policy/version': {
    id: 'policy/version',
    severity: 'error',
    source: `${GRAMMAR}: Version`,
    title: 'The policy language has a known version',
    fix: 'Set Version to "2012-10-17".',
  },
  'policy/effect': {
    id: 'policy/effect',
    severity: 'error',
    source: `${GRAMMAR}: Effect`,
    title: 'Every statement allows or denies',
    fix: 'Set Effect to "Allow" or "Deny".',
  },
  'policy/principal': {
    id: 'policy/principal',
    severity: 'error',
    source: `R247; R248; R376; ${GRAMMAR}: Principal, NotPrincipal`,
    title: 'A resource policy names principals, and an identity policy none',
    fix: 'Name the calling role: "Principal": {"AWS": "arn:aws:iam::account:role/role-name-with-path"}.',
  },
  'policy/action': {
    id: 'policy/action',
    severity: 'error',
    source: `R247; ${GRAMMAR}: Action, NotAction`,
    title: 'Every statement names actions of a service',
    fix: 'Write actions as service:Action, such as sso-oauth:CreateTokenWithIAM.',
  },
  'policy/resource': {
    id: 'policy/resource',
    severity: 'error',
    source: `R366; ${GRAMMAR}: Resource, NotResource`,
    title: 'Every statement names resources',
    fix: 'Set Resource to "*" or to ARNs.',
  },
  'policy/condition': {
    id: 'policy/condition',
    severity: 'error',
    source: `${GRAMMAR}: Condition`,
    title: 'Every condition is one that is evaluated',
    fix: 'Use the String, Arn, Bool, Numeric, Date, IpAddress and Null operators with values of their kind.',
  },
}

/** The document rules for reports, one check each, over what {@link parsePolicy} found. */
export const policyRules: readonly Rule<ParsedPolicy>[] = Object.values(DOCUMENT_ROWS).map((row) => ({
  ...row,
  check: ({ faults }) => faults.filter(({ rule }) => rule === row.id),
}))

/** The finding for a fault of a policy document. */
export function findingOfFault(fault: PolicyFault): Finding {
  return findingOf(DOCUMENT_ROWS[fault.rule], fault)
}

/** Parses a policy to a verdict, with a finding for each fault. `kind` and `path` as {@link parsePolicy} has them. */
export function validatePolicy(
  value: unknown,
  options: { readonly path?: string; readonly kind?: PolicyKind } = {},
): Verdict<Policy> {
  const { policy, faults } = parsePolicy(value, options.path, options.kind)
  if (policy) return accepted(policy)
  const [first, ...rest] = faults
  return refused([findingOfFault(first), ...rest.map(findingOfFault)])
}
