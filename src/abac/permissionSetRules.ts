import { consoleURLFaults } from '../directory/portal/consoleURL.js'
import { isObject, parseJson } from '../core/json.js'
import type { CheckResult, Fault, Rule } from '../core/rule.js'
import { kindOf, shown } from '../core/shown.js'
import { textFaults, type TextLimit } from '../core/sts/index.js'
import { policyFaults, policySizeFaults, sessionDurationFaults, tooMany } from './permissionSetFaults.js'
import type { PermissionSetReading } from './permissionSetReading.js'

export interface JudgedLimits {
  readonly permissionSets: number
  readonly managedPolicies: number
  readonly managedPoliciesOfRole: number
  readonly inlinePolicyBytes: number
  readonly inlinePolicyVisibleBytes: number
}

export interface PermissionSetSubject extends PermissionSetReading {
  readonly limits: JudgedLimits
}

export interface PermissionSetList {
  readonly limits: JudgedLimits
  /** Undefined where what was given is no list. */
  readonly count: number | undefined
  readonly given: unknown
  readonly sets: readonly PermissionSetReading[]
}

const API = 'SSO Admin API PermissionSet'
const NAME: TextLimit = {
  min: 1,
  max: 32,
  pattern: /^[A-Za-z0-9_+=,.@-]*$/,
  characters: 'A-Z a-z 0-9 _ + = , . @ -',
}
const DESCRIPTION: TextLimit = {
  min: 1,
  max: 700,
  // The service's own class: it names tab, line feed and carriage return.
  // eslint-disable-next-line no-control-regex
  pattern: /^[\u0009\u000a\u000d\u0020-\u007e\u00a1-\u00ff]*$/,
  characters: 'tab, line breaks and Latin-1',
}
const MAX_POLICY_DEPTH = 20

/** What is asked of a permission set. */
export const permissionSetRules: readonly Rule<PermissionSetSubject>[] = [
  {
    id: 'abac/permission-set',
    severity: 'error',
    source: API,
    title: 'A permission set is an object of known members',
    fix: 'Write it as CreatePermissionSet takes it, with InlinePolicy and ManagedPolicies beside.',
    check: ({ faults }) => faults,
  },
  {
    id: 'abac/permission-set-name',
    severity: 'error',
    source: `${API} Name; R093; R096`,
    title: 'The name of a permission set has 1 to 32 of the characters that the name of a role takes',
    fix: 'Use 1 to 32 letters, digits and _ + = , . @ -: the roles are named AWSReservedSSO_NAME_ and 16 hex characters.',
    check: ({ name, path }) => textFaults(name, NAME, `${path}.Name`),
  },
  {
    id: 'abac/permission-set-description',
    severity: 'error',
    source: `${API} Description`,
    title: 'A description has 1 to 700 characters of Latin-1',
    fix: 'Shorten the description, or leave it out.',
    check: whenGiven('description', 'Description', (value, path) => textFaults(value, DESCRIPTION, path)),
  },
  {
    id: 'abac/session-duration',
    severity: 'error',
    source: `R100; ${API} SessionDuration`,
    title: 'A session of a permission set lasts 1 to 12 hours, written as an ISO 8601 duration',
    fix: 'Write PT1H to PT12H, such as PT4H or PT1H30M.',
    check: whenGiven('sessionDuration', 'SessionDuration', sessionDurationFaults),
  },
  {
    id: 'abac/relay-state',
    severity: 'error',
    source: 'R101',
    title: 'The relay state of a permission set is a page of the AWS Management Console',
    fix: 'Copy the address of the page, such as https://us-east-2.console.aws.amazon.com/ec2/.',
    check: whenGiven('relayState', 'RelayState', (value, path) =>
      consoleURLFaults(value).map((fault) => ({ ...fault, path })),
    ),
  },
  {
    id: 'abac/inline-policy',
    severity: 'error',
    source: 'R337; C04; SSO Admin API PutInlinePolicyToPermissionSet',
    title: 'The one inline policy is a JSON object',
    fix: 'Write one policy in the IAM policy language.',
    check: whenGiven('inlinePolicy', 'InlinePolicy', (value, path) => {
      if (typeof value !== 'string')
        return [
          {
            reason: 'type',
            path,
            expected: 'a policy',
            actual: kindOf(value),
            message: 'This is no policy.',
          },
        ]
      const json = parseJson(value, { maxDepth: MAX_POLICY_DEPTH })
      if (json.ok && json.duplicates.length > 0)
        return [{ reason: 'duplicate-member', path, message: 'A member of the policy stands twice.' }]
      return json.ok && isObject(json.value)
        ? []
        : [{ reason: 'json', path, message: 'The policy is no JSON object.' }]
    }),
  },
  {
    id: 'abac/inline-policy-size',
    severity: 'error',
    source: 'C04; R339',
    title: 'An inline policy has at most 32,768 bytes, and 10,240 without white space',
    fix: 'Move statements into a customer managed policy, and name that in the permission set.',
    check: ({ inlinePolicy, path, limits }) =>
      typeof inlinePolicy === 'string'
        ? policySizeFaults(inlinePolicy, `${path}.InlinePolicy`, limits)
        : 'notApplicable',
  },
  {
    id: 'abac/managed-policies',
    severity: 'error',
    source: 'C03; R338',
    title: 'A permission set names at most 20 managed policies, each once',
    fix: 'Put policies together, and name each by its ARN, or one of your own by its name and path.',
    check: ({ managedPolicies, path, limits }) => {
      if (managedPolicies.length === 0) return 'notApplicable'
      const seen = new Set<unknown>()
      const faults = managedPolicies.flatMap((policy): readonly Fault[] => {
        const wrong = policyFaults(policy)
        const { id, path: here } = policy
        if (wrong.length > 0) return wrong
        if (seen.has(id)) return [{ reason: 'duplicate', path: here, message: 'The policy is named twice.' }]
        seen.add(id)
        return []
      })
      if (managedPolicies.length <= limits.managedPolicies) return faults
      return [...faults, tooMany(path, limits.managedPolicies, managedPolicies.length)]
    },
  },
  {
    id: 'abac/managed-policies-of-role',
    severity: 'warning',
    source: 'C03',
    title: 'IAM lets a role have 10 managed policies, unless the quota of the account is raised',
    fix: 'Request a higher IAM quota "Managed policies attached to an IAM role" in each account that gets the permission set.',
    check: ({ managedPolicies, path, limits }) =>
      managedPolicies.length <= limits.managedPoliciesOfRole ||
      managedPolicies.length > limits.managedPolicies
        ? []
        : [tooMany(path, limits.managedPoliciesOfRole, managedPolicies.length)],
  },
  {
    id: 'abac/permissions-boundary',
    severity: 'error',
    source: 'R368; SSO Admin API PermissionsBoundary',
    title: 'The permissions boundary is one managed policy, of AWS or of your own',
    fix: 'Give ManagedPolicyArn, or CustomerManagedPolicyReference with Name and Path, and not both.',
    check: ({ boundary, path }) => {
      if (boundary === undefined) return 'notApplicable'
      if (boundary.length === 1) return boundary.flatMap(policyFaults)
      const reason = boundary.length === 0 ? 'none' : 'several'
      const message = 'The boundary names not exactly one policy.'
      return [{ reason, path: `${path}.PermissionsBoundary`, expected: '1 policy', message }]
    },
  },
]

/** What is asked of the permission sets of an instance, beside what is asked of each. */
export const permissionSetListRules: readonly Rule<PermissionSetList>[] = [
  {
    id: 'abac/permission-sets',
    severity: 'error',
    source: 'C02; R335',
    title:
      'An instance has a list of at most 2,000 permission sets, unless the quota is raised, no two of one name',
    fix: 'Design permission sets by function, and let attributes tell teams apart; or raise the quota.',
    check: ({ count, given, limits, sets }) => {
      if (count === undefined)
        return [
          {
            reason: 'type',
            path: '$',
            expected: 'a list',
            actual: kindOf(given),
            message: 'This is no list.',
          },
        ]
      const seen = new Set<unknown>()
      const twice = sets.flatMap(({ name, path }) => {
        const known = seen.has(name)
        seen.add(name)
        return known && typeof name === 'string'
          ? [
              {
                reason: 'duplicate',
                path: `${path}.Name`,
                actual: shown(name),
                message: 'The name is taken.',
              },
            ]
          : []
      })
      if (count <= limits.permissionSets) return twice
      return [
        ...twice,
        {
          reason: 'too-many',
          path: '$',
          expected: `at most ${limits.permissionSets}`,
          actual: String(count),
          message: 'There are too many permission sets.',
        },
      ]
    },
  },
]

function whenGiven(
  member: 'description' | 'sessionDuration' | 'relayState' | 'inlinePolicy',
  name: string,
  check: (value: unknown, path: string) => CheckResult,
): (subject: PermissionSetSubject) => CheckResult {
  return (subject) =>
    subject[member] === undefined ? 'notApplicable' : check(subject[member], `${subject.path}.${name}`)
}
