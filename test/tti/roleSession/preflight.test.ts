import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../../src/core/outcome.js'
import { consoleSessionActions, preflight, type PropagationPlan } from '../../../src/tti/roleSession/index.js'

const ACCOUNT = '111122223333'
const service = (name: string, more: object = {}) => ({
  service: name,
  region: 'us-east-1',
  accountID: ACCOUNT,
  connected: true,
  ...more,
})
const instance = {
  type: 'organization',
  regions: ['us-east-1'],
  accountID: ACCOUNT,
  identityProviderConnected: true,
  usersProvisioned: true,
  groupsProvisioned: true,
}
const plan = (more: object = {}, at: object = {}) =>
  ({
    instance: { ...instance, ...at },
    services: [service('redshift')],
    ...more,
  }) as unknown as PropagationPlan
const found = (verdict: Verdict<unknown>) => verdict.findings.map(({ rule, reason }) => `${rule} ${reason}`)
const errors = (given: PropagationPlan) => found(preflight(given))

const party = { region: 'us-east-1', organizationID: 'o-1', instanceArn: 'arn:aws:sso:::instance/ssoins-1' }
const athena = { engine: 'trino', client: 'emr-studio', lakeFormation: true, s3AccessGrants: true }
const console = { amazonQ: true, administratorActions: consoleSessionActions, usersMaySetContext: true }
const role = (path: string) => ({ locationRoleArn: `arn:aws:iam::${ACCOUNT}:role${path}` })

describe('preflight', () => {
  it.each<[string, PropagationPlan]>([
    ['a plan without any permission set', plan()],
    ['an instance replicated to the Region', plan({}, { regions: ['eu-west-1', 'us-east-1'] })],
    [
      'another account, with an organization instance',
      plan({ services: [service('redshift', { accountID: 'x' })] }),
    ],
    ['Athena from EMR Studio', plan({ athena })],
    ['Athena from an application of your own', plan({ athena: { ...athena, client: 'custom' } })],
    [
      'a Studio with templates',
      plan({ emrStudio: { trustedIdentityPropagation: true, features: ['cluster-template'] } }),
    ],
    [
      'a Studio without propagation',
      plan({ emrStudio: { trustedIdentityPropagation: false, features: ['sql-explorer'] } }),
    ],
    [
      'a role of its own for locations',
      plan({ lakeFormation: { ...role('/LF'), sharing: { grantor: party, grantee: { ...party } } } }),
    ],
    ['identity-aware console sessions', plan({ consoleSessions: console })],
    [
      'console sessions by wildcards',
      plan({ consoleSessions: { ...console, administratorActions: ['sso:*', 'signin:*'] } }),
    ],
    [
      'an opt-in Region without Amazon Q',
      plan({ services: [], consoleSessions: { ...console, amazonQ: false } }, { regions: ['af-south-1'] }),
    ],
  ])('passes %s', (_name, given) => {
    expect(preflight(given)).toMatchObject({ ok: true, findings: [] })
  })

  it.each<[string[], PropagationPlan]>([
    [['tti/tip-region other-region'], plan({ services: [service('redshift', { region: 'eu-west-1' })] })],
    [['tti/tip-provisioned not-ready'], plan({}, { usersProvisioned: false })],
    [['tti/tip-provisioned not-ready'], plan({}, { groupsProvisioned: undefined })],
    [['tti/tip-provisioned not-ready'], plan({}, { identityProviderConnected: false })],
    [['tti/tip-connected not-connected'], plan({ services: [service('redshift', { connected: false })] })],
    [['tti/tip-supported unsupported'], plan({ services: [service('kendra')] })],
    [['tti/tip-supported unknown-service'], plan({ services: [service('constructor')] })],
    [['tti/tip-athena-client unsupported'], plan({ athena: { ...athena, client: 'jdbc' } })],
    [['tti/tip-athena-client unsupported'], plan({ athena: { ...athena, client: 'odbc' } })],
    [['tti/tip-athena-engine unsupported'], plan({ athena: { ...athena, engine: 'spark' } })],
    [['tti/tip-athena-grants missing'], plan({ athena: { ...athena, lakeFormation: false } })],
    [['tti/tip-athena-grants missing'], plan({ athena: { ...athena, s3AccessGrants: false } })],
    [
      ['tti/tip-emr-studio-choice immutable'],
      plan({ emrStudio: { trustedIdentityPropagation: true, madeWithPropagation: false, features: [] } }),
    ],
    [
      ['tti/tip-emr-studio-choice immutable'],
      plan({ emrStudio: { trustedIdentityPropagation: false, madeWithPropagation: true, features: [] } }),
    ],
    [
      Array.from({ length: 6 }, () => 'tti/tip-emr-studio-features unsupported'),
      plan({
        emrStudio: {
          trustedIdentityPropagation: true,
          features: [
            'cluster-without-template',
            'emr-serverless',
            'emr-on-eks',
            'runtime-role',
            'sql-explorer',
            'workspace-collaboration',
          ],
        },
      }),
    ],
    [
      ['tti/tip-lake-formation-role service-linked'],
      plan({
        lakeFormation: role(
          '/aws-service-role/lakeformation.amazonaws.com/AWSServiceRoleForLakeFormationDataAccess',
        ),
      }),
    ],
    [['tti/tip-lake-formation-role resource'], plan({ lakeFormation: role('') })],
    [['tti/tip-lake-formation-role missing'], plan({ lakeFormation: {} })],
    ...(['region', 'organizationID', 'instanceArn'] as const).map((member): [string[], PropagationPlan] => [
      ['tti/tip-lake-formation-sharing mismatch'],
      plan({
        lakeFormation: { ...role('/LF'), sharing: { grantor: party, grantee: { ...party, [member]: 'x' } } },
      }),
    ]),
    [
      ['tti/tip-console-sessions opt-in-region'],
      plan({ services: [], consoleSessions: console }, { regions: ['me-central-1'] }),
    ],
    [
      ['tti/tip-console-sessions no-set-context'],
      plan({ consoleSessions: { ...console, usersMaySetContext: false } }),
    ],
    [
      ['tti/tip-console-sessions missing-permission'],
      plan({ consoleSessions: { ...console, administratorActions: consoleSessionActions.slice(1) } }),
    ],
  ])('refuses with %j', (expected, given) => {
    expect(preflight(given).ok).toBe(false)
    expect(errors(given)).toEqual(expected)
  })

  it('an account instance confines services to its account and warns', () => {
    const at = { type: 'account' }
    expect(errors(plan({}, at))).toEqual(['tti/tip-organization-instance account-instance'])
    expect(preflight(plan({}, at)).ok).toBe(true)
    expect(errors(plan({ services: [service('redshift', { accountID: '444455556666' })] }, at))).toContain(
      'tti/tip-account-instance other-account',
    )
    expect(errors(plan({ services: [service('sagemaker-studio')] }, at))).toContain(
      'tti/tip-account-instance-support organization-only',
    )
    expect(errors(plan({ consoleSessions: console }, at))).toContain(
      'tti/tip-console-sessions account-instance',
    )
  })

  it.each(['q-business', 'q-developer', 'sagemaker-studio'])(
    'warns of the contradiction about %s',
    (name) => {
      const verdict = preflight(plan({ services: [service(name)] }))
      expect(verdict.ok).toBe(true)
      expect(found(verdict)).toEqual(['tti/tip-support-agreed contradictory'])
    },
  )

  it('names all that is wrong at once', () => {
    const given = plan(
      {
        services: [service('kendra', { region: 'eu-west-1', connected: false })],
        athena: { ...athena, client: 'jdbc' },
      },
      { usersProvisioned: false },
    )
    expect(errors(given)).toEqual([
      'tti/tip-region other-region',
      'tti/tip-provisioned not-ready',
      'tti/tip-connected not-connected',
      'tti/tip-supported unsupported',
      'tti/tip-athena-client unsupported',
    ])
  })

  it.each<[unknown]>([[null], [undefined], [7], [{}], [{ instance: 1, services: 2 }]])(
    'refuses a plan of no readable shape: %j',
    (given) => {
      const verdict = preflight(given as PropagationPlan)
      expect(verdict.ok).toBe(false)
      expect(found(verdict)).toContain('tti/tip-region check-failed')
    },
  )
})
