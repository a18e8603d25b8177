import { isObject, parseJson } from '../../core/json.js'
import type { CheckResult, Fault, Rule } from '../../core/rule.js'
import { kindOf, shown } from '../../core/shown.js'
import {
  boundedList,
  durationFaults,
  externalIDFaults,
  IDENTITY_CENTER_CONTEXT_PROVIDER,
  inheritedTagFaults,
  memberOf,
  policyArnFaults,
  roleArnFaults,
  sessionTagFaults,
  sourceIdentityFaults,
  STS_LIMITS,
  textFaults,
  transitiveTagFaults,
} from '../../core/sts/index.js'
import { parseReservedRole } from './reservedRole.js'

export interface AssumeRoleSubject {
  /** In wire spelling. */
  readonly input: unknown
  readonly contextRequired: boolean
  readonly chained: boolean
  readonly inherited: readonly string[]
}

const MEMBERS: readonly string[] = [
  'RoleArn',
  'RoleSessionName',
  'DurationSeconds',
  'ProvidedContexts',
  'Tags',
  'TransitiveTagKeys',
  'SourceIdentity',
  'ExternalId',
  'Policy',
  'PolicyArns',
]
const SOURCE = 'STS API AssumeRole'
const MAX_POLICY_DEPTH = 20

/** The rule of an optional parameter: does not apply when it is absent. */
const whenGiven =
  (name: string, check: (value: unknown, path: string, subject: AssumeRoleSubject) => CheckResult) =>
  (subject: AssumeRoleSubject): CheckResult => {
    const value = memberOf(subject.input, name)
    return value === undefined ? 'notApplicable' : check(value, `$.${name}`, subject)
  }

export const assumeRoleRules: readonly Rule<AssumeRoleSubject>[] = [
  {
    id: 'tti/assume-role-input',
    severity: 'error',
    source: SOURCE,
    title: 'The request is an object of known parameters',
    fix: 'Remove the parameter, or correct its spelling: parameters of AssumeRole are spelled as RoleArn is.',
    check: ({ input }) => {
      if (!isObject(input)) {
        return [{ reason: 'type', path: '$', actual: kindOf(input), message: 'The request is no object.' }]
      }
      return Object.keys(input)
        .filter((name) => !MEMBERS.includes(name))
        .slice(0, 10)
        .map((name) => ({
          reason: 'unknown-member',
          path: '$',
          actual: shown(name, 40),
          message: 'The request holds a parameter that is not known.',
        }))
    },
  },
  {
    id: 'tti/role-arn',
    severity: 'error',
    source: `${SOURCE} RoleArn; R365; R366`,
    title: 'The role is named by a well-formed ARN',
    fix: "Copy the role's ARN from IAM: arn:aws:iam::ACCOUNT:role/NAME. ARNs are case-sensitive.",
    check: ({ input }) => roleArnFaults(memberOf(input, 'RoleArn'), '$.RoleArn'),
  },
  {
    id: 'tti/role-not-reserved',
    severity: 'warning',
    source: 'R098',
    title: 'The role is not one that Identity Center keeps for a permission set',
    fix: 'Make a role of your own whose trust policy allows sts:AssumeRole and sts:SetContext.',
    check: ({ input }) => {
      const arn = memberOf(input, 'RoleArn')
      if (typeof arn !== 'string' || !parseReservedRole(arn).ok) return []
      const message = 'Only Identity Center itself can assume the role of a permission set.'
      return [{ reason: 'reserved', path: '$.RoleArn', message }]
    },
  },
  {
    id: 'tti/role-session-name',
    severity: 'error',
    source: `${SOURCE} RoleSessionName`,
    title: 'The session name has 2 to 64 allowed characters',
    fix: "Use the person's userName with every other character replaced, cut to 64.",
    check: ({ input }) =>
      textFaults(memberOf(input, 'RoleSessionName'), STS_LIMITS.roleSessionName, '$.RoleSessionName'),
  },
  {
    id: 'tti/session-duration',
    severity: 'error',
    source: `${SOURCE} DurationSeconds`,
    title: 'The session lasts 15 minutes to 12 hours, or one hour at most when roles are chained',
    fix: "Ask for 900 to 43,200 seconds, at most 3,600 with a role's credentials; the role's own maximum may be lower.",
    check: whenGiven('DurationSeconds', (value, path, { chained }) =>
      durationFaults(value, { chained }, path),
    ),
  },
  {
    id: 'tti/context-provider',
    severity: 'error',
    source: `R285; ${SOURCE} ProvidedContexts`,
    title: 'The context comes from the provider of Identity Center',
    fix: `Use ${IDENTITY_CENTER_CONTEXT_PROVIDER}; it is the same in every account.`,
    check: whenGiven('ProvidedContexts', (value, path) => {
      const faults = boundedList(value, STS_LIMITS.providedContexts.max, path)
      return [
        ...faults.faults,
        ...faults.items.flatMap((item, index) => providerFaults(item, `${path}[${index}]`)),
      ]
    }),
  },
  {
    id: 'tti/context-assertion',
    severity: 'error',
    source: `R284; R286; ${SOURCE} ProvidedContexts`,
    title: 'The request holds exactly one context assertion',
    fix: 'Pass the assertion that identityContext() takes from the answer of CreateTokenWithIAM, and no other.',
    check: ({ input, contextRequired }) => {
      const contexts = memberOf(input, 'ProvidedContexts')
      if (contexts === undefined && !contextRequired) return 'notApplicable'
      return assertionFaults(contexts)
    },
  },
  {
    id: 'tti/session-tags',
    severity: 'error',
    source: `${SOURCE} Tags; STS API Tag`,
    title: 'The session tags keep within the limits of STS',
    fix: 'At most 50 tags; keys of 1 to 128 characters that differ by more than case; values of at most 256.',
    check: whenGiven('Tags', (value, path, { inherited }) => [
      ...sessionTagFaults(value, path),
      ...inheritedTagFaults(value, inherited, path),
    ]),
  },
  {
    id: 'tti/transitive-tag-keys',
    severity: 'error',
    source: `${SOURCE} TransitiveTagKeys`,
    title: 'Transitive keys name session tags of this request',
    fix: 'Name only keys that are among the session tags; leave out those that the calling session hands on.',
    check: whenGiven('TransitiveTagKeys', (value, path, { input, inherited }) =>
      transitiveTagFaults(value, memberOf(input, 'Tags'), inherited, path),
    ),
  },
  {
    id: 'tti/source-identity',
    severity: 'error',
    source: `${SOURCE} SourceIdentity`,
    title: 'The source identity has 2 to 64 allowed characters',
    fix: 'Use 2 to 64 characters of A-Z a-z 0-9 _ + = , . @ - and no aws: prefix.',
    check: whenGiven('SourceIdentity', (value, path) => sourceIdentityFaults(value, path)),
  },
  {
    id: 'tti/external-id',
    severity: 'error',
    source: `${SOURCE} ExternalId`,
    title: 'The external id has 2 to 1,224 allowed characters',
    fix: "Use the external id that the role's trust policy names, to the letter.",
    check: whenGiven('ExternalId', (value, path) => externalIDFaults(value, path)),
  },
  {
    id: 'tti/session-policy',
    severity: 'error',
    source: `${SOURCE} Policy`,
    title: 'The session policy is a JSON object of at most 2,048 characters',
    fix: 'Shorten the policy (white space counts), or attach a managed policy by its ARN.',
    check: whenGiven('Policy', policyFaults),
  },
  {
    id: 'tti/policy-arns',
    severity: 'error',
    source: `${SOURCE} PolicyArns`,
    title: 'At most 10 managed session policies, each named by an ARN',
    fix: 'Pass at most 10 ARNs of managed policies, each once.',
    check: whenGiven('PolicyArns', (value, path) => policyArnFaults(value, path)),
  },
]

/** Never says what stands in place of the ARN: the two members of a context are easily swapped. */
function providerFaults(item: unknown, path: string): readonly Fault[] {
  const here = `${path}.ProviderArn`
  const arn = memberOf(item, 'ProviderArn')
  const faults = textFaults(arn, STS_LIMITS.providerArn, here)
  if (faults.length > 0 || arn === IDENTITY_CENTER_CONTEXT_PROVIDER) return faults
  const message = 'The context provider is not that of Identity Center.'
  return [{ reason: 'mismatch', path: here, expected: IDENTITY_CENTER_CONTEXT_PROVIDER, message }]
}

function assertionFaults(contexts: unknown): readonly Fault[] {
  const path = '$.ProvidedContexts'
  const { items } = boundedList(contexts, STS_LIMITS.providedContexts.max, path)
  if (items.length === 0)
    return [{ reason: 'missing', path, message: 'The request holds no context assertion.' }]
  const faults = items.flatMap((item, index) =>
    textFaults(
      memberOf(item, 'ContextAssertion'),
      STS_LIMITS.contextAssertion,
      `${path}[${index}].ContextAssertion`,
    ),
  )
  if (items.length === 1) return faults
  const message =
    'A session takes one context assertion: the identity context or the audit context, never both.'
  return [...faults, { reason: 'both', path, expected: '1', actual: String(items.length), message }]
}

function policyFaults(value: unknown, path: string): readonly Fault[] {
  const faults = textFaults(value, STS_LIMITS.policy, path)
  if (faults.length > 0 || typeof value !== 'string') return faults
  const reading = parseJson(value, { maxDepth: MAX_POLICY_DEPTH })
  if (!reading.ok)
    return [{ reason: 'json', path, actual: reading.reason, message: 'The policy is no JSON.' }]
  if (reading.duplicates.length > 0) {
    return [{ reason: 'duplicate-member', path, message: 'The policy names a member twice.' }]
  }
  return isObject(reading.value) ? [] : [{ reason: 'type', path, message: 'The policy is no JSON object.' }]
}
