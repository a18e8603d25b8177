import { isObject, memberPath, type JsonObject } from '../../core/json.js'
import type { CheckResult, Fault } from '../../core/rule.js'
import { kindOf, shown } from '../../core/shown.js'
import { LIMITS } from '../../core/sts/index.js'
import type { ExchangeRule } from '../rule.js'
import { instanceARN, instanceOf } from './arns.js'
import { listOf } from './settings.js'
import { member, textFaults, unknownMembers, type TextLimits } from './fields.js'

export interface DeploymentSubject {
  readonly value: unknown
}

type DeploymentRule = ExchangeRule<DeploymentSubject>

const limits = {
  identityStoreId: {
    min: 1,
    max: 36,
    pattern: /^(?:d-[0-9a-f]{10}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/,
    expected: 'd-<10 hexadecimal digits>',
  },
  account: { min: 12, max: 12, pattern: /^\d{12}$/, expected: 'an account id of 12 digits' },
} satisfies Record<string, TextLimits>

// As ListInstances answers, so that one of its elements can be pasted.
const instanceMembers = [
  'InstanceArn',
  'IdentityStoreId',
  'OwnerAccountId',
  'Name',
  'CreatedDate',
  'Status',
  'StatusReason',
]
const members = ['Instance', 'TrustedTokenIssuers', 'Applications']

function rule(
  row: Pick<DeploymentRule, 'id' | 'source' | 'title' | 'fix'>,
  check: (deployment: JsonObject) => CheckResult,
): DeploymentRule {
  return {
    severity: 'error',
    answer: 'InvalidRequestException',
    ...row,
    check: ({ value }) => (isObject(value) ? check(value) : 'cantTell'),
  }
}

/** The rules that speak of the whole deployment, beyond its single issuers and applications. */
export const deploymentRules: readonly DeploymentRule[] = [
  {
    id: 'tti/deployment-shape',
    severity: 'error',
    source: 'R253',
    title: 'A deployment is an object with Instance, TrustedTokenIssuers and Applications',
    fix: 'Write { "Instance": { ... }, "TrustedTokenIssuers": [ ... ], "Applications": [ ... ] }.',
    answer: 'InvalidRequestException',
    check: ({ value }) => {
      if (!isObject(value)) {
        return [
          {
            reason: 'not-object',
            path: '$',
            actual: kindOf(value),
            message: 'The deployment is not a JSON object.',
          },
        ]
      }
      return [
        ...unknownMembers(value, members, '$'),
        ...['TrustedTokenIssuers', 'Applications'].flatMap((name) => {
          const list = member(value, name)
          if (Array.isArray(list)) return []
          const reason = list === undefined ? 'missing' : 'not-array'
          return [
            {
              reason,
              path: memberPath('$', name),
              actual: kindOf(list),
              message: `${name} is not an array.`,
            },
          ]
        }),
      ]
    },
  },
  rule(
    {
      id: 'tti/instance',
      source: 'R167; R366; sso-admin API; Identity Store API',
      title: 'The instance has its ARN, its identity store and its account',
      fix: 'Paste the element of "aws sso-admin list-instances": InstanceArn, IdentityStoreId, OwnerAccountId.',
    },
    (deployment) => {
      const instance = member(deployment, 'Instance')
      if (!isObject(instance)) {
        const reason = instance === undefined ? 'missing' : 'not-object'
        return [
          { reason, path: '$.Instance', actual: kindOf(instance), message: 'Instance is not an object.' },
        ]
      }
      return [
        ...unknownMembers(instance, instanceMembers, '$.Instance'),
        ...textFaults(instance, 'InstanceArn', '$.Instance', instanceARN),
        ...textFaults(instance, 'IdentityStoreId', '$.Instance', limits.identityStoreId),
        ...textFaults(instance, 'OwnerAccountId', '$.Instance', limits.account),
      ]
    },
  ),
  rule(
    {
      id: 'tti/issuer-limit',
      source: 'R231; R351',
      title: 'An instance has at most 10 trusted token issuers',
      fix: 'Remove issuers that no application uses: the limit cannot be raised.',
    },
    (deployment) => {
      const { length } = list(deployment, 'TrustedTokenIssuers')
      if (length <= LIMITS.trustedTokenIssuers) return []
      return [
        {
          reason: 'too-many',
          path: '$.TrustedTokenIssuers',
          expected: 'at most 10',
          actual: `${length}`,
          message: 'There are too many issuers.',
        },
      ]
    },
  ),
  rule(
    {
      id: 'tti/duplicate-arn',
      source: 'R277; sso-admin API',
      title: 'Every issuer and application of a deployment has an ARN of its own',
      fix: 'Give each TrustedTokenIssuerArn and ApplicationArn once.',
    },
    (deployment) => [
      ...arnFaults(deployment, 'TrustedTokenIssuers', 'TrustedTokenIssuerArn'),
      ...arnFaults(deployment, 'Applications', 'ApplicationArn'),
    ],
  ),
  rule(
    {
      id: 'tti/foreign-arn',
      source: 'R277; R366',
      title: 'Issuers and applications belong to the instance of the deployment',
      fix: 'Use ARNs of one instance: the part "ssoins-..." must be the same everywhere.',
    },
    (deployment) => {
      const instance = member(deployment, 'Instance')
      const own = isObject(instance) ? member(instance, 'InstanceArn') : undefined
      if (typeof own !== 'string') return 'cantTell'
      return namedARNs(deployment)
        .filter(([arn]) => instanceOf(arn) !== instanceOf(own))
        .map(([arn, path]) => ({
          reason: 'other-instance',
          path,
          expected: shown(instanceOf(own)),
          actual: shown(instanceOf(arn)),
          message: 'The ARN names another instance.',
        }))
    },
  ),
]

/** Every ARN of the deployment that names an instance, with its path. */
function namedARNs(deployment: JsonObject): readonly [string, string][] {
  const listed = [
    ['TrustedTokenIssuers', 'TrustedTokenIssuerArn'],
    ['TrustedTokenIssuers', 'InstanceArn'],
    ['Applications', 'ApplicationArn'],
    ['Applications', 'InstanceArn'],
  ].flatMap(([name = '', arnName = '']) =>
    listOf(deployment, name, '$').entries.map(({ value, path }): [unknown, string] => [
      member(value, arnName),
      memberPath(path, arnName),
    ]),
  )
  const targets = listOf(deployment, 'Applications', '$').entries.flatMap((application) =>
    listOf(application.value, 'AccessScopes', application.path).entries.flatMap(({ value, path }) => {
      const items: unknown = member(value, 'AuthorizedTargets')
      const at = memberPath(path, 'AuthorizedTargets')
      return Array.isArray(items)
        ? items.slice(0, 100).map((item: unknown, index): [unknown, string] => [item, memberPath(at, index)])
        : []
    }),
  )
  return [...listed, ...targets].filter((named): named is [string, string] => typeof named[0] === 'string')
}

export function list(deployment: JsonObject, name: string): readonly unknown[] {
  const value = member(deployment, name)
  return Array.isArray(value) ? value : []
}

function arnFaults(deployment: JsonObject, name: string, arnName: string): readonly Fault[] {
  const seen = new Set<unknown>()
  return list(deployment, name).flatMap((item, index) => {
    // An element that is no object is the matter of the element's own rules.
    if (!isObject(item)) return []
    const arn = member(item, arnName)
    const path = memberPath(memberPath(memberPath('$', name), index), arnName)
    if (arn === undefined) return [{ reason: 'missing', path, message: `${arnName} is missing.` }]
    const duplicate = seen.has(arn)
    seen.add(arn)
    return duplicate
      ? [{ reason: 'duplicate', path, actual: shown(arn), message: `${arnName} occurs twice.` }]
      : []
  })
}
