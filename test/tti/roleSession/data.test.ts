import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide } from '../../../src/core/policy/index.js'
import {
  CONTEXT_KEYS,
  identityContextAllowList,
  identityContextPolicy,
  isOnIdentityContextAllowList,
  onBehalfOf,
  propagationSupport,
  readOnBehalfOf,
  roleSessionContextKeys,
  roleSessionRules,
  serviceSupport,
  supportOf,
} from '../../../src/tti/roleSession/index.js'

const USER = '11111111-1111-1111-1111-111111111111'
const STORE = 'arn:aws:identitystore::111111111111:identitystore/d-1111111111'

describe('the rule table', () => {
  it('names every rule once, with a source, a title and a fix', () => {
    const ids = roleSessionRules.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const rule of roleSessionRules) {
      expect(rule.id).toMatch(/^tti\/[a-z]+(-[a-z]+)*$/)
      expect(rule.source).toMatch(/R\d{3}|C\d{2}|STS API|IAM/)
      expect(rule.title).not.toBe('')
      expect(rule.fix).not.toBe('')
    }
    for (const id of [
      'tti/context-assertion',
      'tti/context-provider',
      'tti/role-arn',
      'tti/trust-set-context',
    ]) {
      expect(ids).toContain(id)
    }
  })
})

describe('the allow list', () => {
  const { entries } = identityContextAllowList
  const logged = entries.filter(({ source }) => source === 'R292')

  it('has the 61 actions of the change log, dated, and says that it is not complete', () => {
    expect(logged.flatMap(({ actions }) => actions)).toHaveLength(61)
    expect(logged.every(({ since }) => /^\d{4}-\d\d-\d\d$/.test(since ?? ''))).toBe(true)
    const count = (service: string) =>
      logged.filter((entry) => entry.service === service).flatMap(({ actions }) => actions).length
    expect(
      Object.fromEntries(
        ['sts', 's3', 'es', 'aoss', 'elasticmapreduce', 'qbusiness', 'q', 'qapps'].map((s) => [s, count(s)]),
      ),
    ).toEqual({ sts: 1, s3: 3, es: 6, aoss: 1, elasticmapreduce: 5, qbusiness: 6, q: 8, qapps: 31 })
    expect(identityContextAllowList.complete).toBe(false)
  })

  it('lists no action twice, and each with a source', () => {
    const all = entries.flatMap(({ service, actions }) => actions.map((action) => `${service}:${action}`))
    expect(new Set(all).size).toBe(all.length)
    expect(all.every((action) => /^[a-z0-9]+:[A-Z][A-Za-z0-9]+$/.test(action))).toBe(true)
    expect(entries.every(({ source }) => source !== '')).toBe(true)
  })

  it.each([
    ['s3:GetDataAccess', true],
    ['S3:getdataaccess', true],
    ['sts:SetContext', true],
    ['athena:StartQueryExecution', true],
    ['s3:GetObject', false],
    ['s3:*', false],
    ['*', false],
    ['s3', false],
    ['', false],
    ['iam:CreateUser', false],
  ])('%s: %s', (action, expected) => {
    expect(isOnIdentityContextAllowList(action)).toBe(expected)
  })

  it('can be widened and replaced', () => {
    expect(isOnIdentityContextAllowList('redshift-data:ExecuteStatement', ['redshift-data:*'])).toBe(true)
    expect(isOnIdentityContextAllowList('redshift:ExecuteStatement', ['redshift-data:*'])).toBe(false)
    const none = { ...identityContextAllowList, entries: [] }
    expect(isOnIdentityContextAllowList('s3:GetDataAccess', [], none)).toBe(false)
  })
})

describe('the allow list as the policy that STS attaches', () => {
  const identity = [{ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }]
  const request = { principal: 'arn:aws:sts::111111111111:assumed-role/app/ada', resource: '*', context: {} }
  const listed = (action: string, extra: readonly string[] = []): boolean => {
    const policies = { identity, identityContext: identityContextPolicy(extra) }
    return decide(policies, { ...request, action }).effect !== 'explicitDeny'
  }

  it('denies exactly what is not on the list', () => {
    const actions = identityContextAllowList.entries.flatMap(({ service, actions: names }) =>
      names.map((name) => `${service}:${name}`),
    )
    for (const action of [
      ...actions,
      's3:GetObject',
      'sts:AssumeRole',
      'S3:getdataaccess',
      'q:Send',
      'qapps:TagResources',
    ]) {
      expect([action, listed(action)]).toEqual([action, isOnIdentityContextAllowList(action)])
    }
  })

  it('can be widened, and holds each action once', () => {
    expect(listed('redshift-data:ExecuteStatement')).toBe(false)
    expect(listed('redshift-data:ExecuteStatement', ['redshift-data:*'])).toBe(true)
    const [{ NotAction }] = identityContextPolicy(['s3:GetDataAccess']).Statement
    expect(new Set(NotAction).size).toBe(NotAction.length)
  })
})

describe('the support matrix', () => {
  const names = Object.keys(serviceSupport)

  it('has 13 services that the matrix says propagate and 23 that it says do not', () => {
    const says = (value: string) => names.filter((name) => supportOf(name)?.propagation.R308 === value)
    expect(says('yes').sort()).toEqual([
      'athena-sql',
      'datazone',
      'emr-on-ec2',
      'emr-studio',
      'lake-formation',
      'opensearch',
      'opensearch-serverless',
      'opensearch-ui',
      'quicksight',
      'redshift',
      's3-access-grants',
      'transfer-family',
      'workmail',
    ])
    expect(says('no')).toHaveLength(23)
  })

  it.each([
    ['redshift', 'yes'],
    ['workmail', 'yes'],
    ['glue', 'yes'],
    ['kendra', 'no'],
    ['q-business', 'contradictory'],
    ['q-developer', 'contradictory'],
    ['sagemaker-studio', 'contradictory'],
    ['toString', undefined],
    ['nothing', undefined],
  ])('%s: %s', (name, expected) => {
    expect(propagationSupport(name)).toBe(expected)
  })

  it('says who works with account instances', () => {
    for (const name of ['kendra', 'connect', 'managed-grafana', 'sagemaker-studio', 'cli', 'appstream']) {
      expect(supportOf(name)?.accountInstance).toBe('no')
    }
    for (const name of ['athena-sql', 'q-business', 'q-developer', 'workspaces']) {
      expect(supportOf(name)?.accountInstance).toBe('yes')
    }
  })

  it('has the further use cases of R310', () => {
    for (const name of ['q-business', 'opensearch', 'opensearch-ui', 'transfer-family']) {
      expect(supportOf(name)?.propagation.R310).toBe('yes')
    }
  })
})

describe('context keys', () => {
  const person = {
    kind: 'identity',
    userId: USER,
    identityStoreArn: STORE,
    applicationArn: 'arn:aws:sso::111111111111:application/ssoins-1234567890abcdef/apl-1234567890abcdef',
    instanceArn: 'arn:aws:sso:::instance/ssoins-1234567890abcdef',
    credentialId: 'random',
  } as const

  it('an identity context brings all five', () => {
    expect(roleSessionContextKeys(person)).toEqual({
      'identitystore:UserId': USER,
      'identitystore:IdentityStoreArn': STORE,
      'identitycenter:ApplicationArn': person.applicationArn,
      'identitycenter:CredentialId': 'random',
      'identitycenter:InstanceArn': person.instanceArn,
    })
    expect(Object.values(CONTEXT_KEYS)).toHaveLength(5)
  })

  it('a portal session brings the person; audit and plain sessions nothing', () => {
    expect(roleSessionContextKeys({ kind: 'portal', userId: USER, identityStoreArn: STORE })).toEqual({
      'identitystore:UserId': USER,
      'identitystore:IdentityStoreArn': STORE,
    })
    expect(roleSessionContextKeys({ kind: 'audit' })).toEqual({})
    expect(roleSessionContextKeys({ kind: 'plain' })).toEqual({})
  })
})

describe('onBehalfOf', () => {
  it('makes and reads the element', () => {
    const element = { userId: USER, identityStoreArn: STORE }
    expect(onBehalfOf(element)).toEqual({ ok: true, value: element, findings: [] })
    const record = { userIdentity: { type: 'AssumedRole', onBehalfOf: { ...element, more: 1 } } }
    expect(readOnBehalfOf(record)).toEqual({ ok: true, value: element, findings: [] })
    const long = { userId: `1234567890-${USER}`, identityStoreArn: STORE }
    expect(onBehalfOf(long).ok).toBe(true)
  })

  it.each<[unknown]>([
    [{}],
    [{ userIdentity: {} }],
    [null],
    ['x'],
    [{ userIdentity: { type: 'AWSService' } }],
  ])('takes a record without it: %j', (record) => {
    expect(readOnBehalfOf(record)).toEqual({ ok: true, value: undefined, findings: [] })
  })

  it.each<[string, string, unknown]>([
    ['type', 'onBehalfOf', null],
    ['type', 'onBehalfOf', 'x'],
    ['missing', 'onBehalfOf.userId', { identityStoreArn: STORE }],
    ['form', 'onBehalfOf.userId', { userId: 'alice', identityStoreArn: STORE }],
    ['form', 'onBehalfOf.userId', { userId: `123456789-${USER}`, identityStoreArn: STORE }],
    ['too-long', 'onBehalfOf.userId', { userId: `${USER}${USER}`, identityStoreArn: STORE }],
    ['missing', 'onBehalfOf.identityStoreArn', { userId: USER }],
    ['form', 'onBehalfOf.identityStoreArn', { userId: USER, identityStoreArn: STORE.replace('::', ':') }],
    ['form', 'onBehalfOf.identityStoreArn', { userId: USER, identityStoreArn: `${STORE}1` }],
    ['form', 'onBehalfOf.identityStoreArn', { userId: USER, identityStoreArn: STORE.toUpperCase() }],
  ])('refuses %s at %s', (reason, path, element) => {
    const verdict = readOnBehalfOf({ userIdentity: { onBehalfOf: element } })
    expect(verdict.ok).toBe(false)
    expect(verdict.findings).toContainEqual(
      expect.objectContaining({ rule: 'tti/on-behalf-of', reason, path }),
    )
  })

  it('answers anything whatever with a verdict', () => {
    fc.assert(
      fc.property(fc.anything(), (element) => {
        expect(onBehalfOf(element as never).ok).toBe(false)
        expect(readOnBehalfOf(element).ok).toBe(true)
      }),
    )
  })
})
