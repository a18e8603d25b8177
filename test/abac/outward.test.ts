import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  principalTagContext,
  sessionTags,
  taggedSessionTrustPolicy,
  toAssumeRole,
  toAssumeRoleQuery,
  toAssumeRoleWithSAML,
  type AssumeRoleTags,
  type OutgoingTags,
} from '../../src/abac/index.js'
import { readQuery, STS_VERSION } from '../../src/center/sts/query.js'
import { FederationError } from '../../src/core/index.js'
import { decide } from '../../src/core/policy/index.js'
import { validateResponse, type AccountLogin } from '../../src/saml/index.js'
import { assumeRoleRequest, validateAssumeRole } from '../../src/tti/index.js'
import { clients, EXAMPLE_ROLE, exampleConfig, runCenter, type RunningCenter } from '../support/center.js'
import { expectation, issued } from '../support/saml.js'
import { configurationOf, goodTags, identityOf } from '../support/tags.js'

const TAGS: OutgoingTags = {
  tags: [
    { key: 'CostCenter', value: 'blue' },
    { key: 'Cost Center/2', value: '' },
  ],
  transitiveTagKeys: ['CostCenter'],
}
const AWS = 'https://aws.amazon.com/SAML/Attributes/'

describe('tags for a session with an identity context', () => {
  const session = { roleArn: EXAMPLE_ROLE, roleSessionName: 'ada', identityContext: 'a.b.c.d' }

  it('are those of toAssumeRoleWithSAML, and the types refuse those of toAssumeRole', () => {
    const { principalTags: sessionTags, transitiveTagKeys } = toAssumeRoleWithSAML(TAGS)
    const request = assumeRoleRequest({ ...session, sessionTags, transitiveTagKeys })
    expect(request.value).toMatchObject(toAssumeRole(TAGS))
    // @ts-expect-error in the spelling of the wire they would be lost
    const spread = assumeRoleRequest({ ...session, ...toAssumeRole(TAGS) })
    expect(spread.value?.Tags).toBeUndefined()
  })
})

describe('toAssumeRoleWithSAML', () => {
  it('names the attributes as AWS does', () => {
    expect(toAssumeRoleWithSAML(TAGS).attributes).toEqual([
      { name: `${AWS}PrincipalTag:CostCenter`, values: ['blue'] },
      { name: `${AWS}PrincipalTag:Cost Center/2`, values: [''] },
      { name: `${AWS}TransitiveTagKeys`, values: ['CostCenter'] },
    ])
    expect(toAssumeRoleWithSAML({ tags: [], transitiveTagKeys: [] }).attributes).toEqual([])
  })

  it('feeds a sign-in to an account, whose assertion carries exactly these attributes', () => {
    fc.assert(
      fc.property(goodTags, fc.nat(3), (tags, count) => {
        const transitiveTagKeys = tags.slice(0, count).map(({ key }) => key)
        const {
          principalTags,
          transitiveTagKeys: keys,
          attributes,
        } = toAssumeRoleWithSAML({ tags, transitiveTagKeys })
        const login: AccountLogin = {
          to: 'account',
          nameID: 'ada',
          inResponseTo: '_request',
          roleSessionName: 'ada',
          roles: [
            {
              roleArn: 'arn:aws:iam::111122223333:role/Developer',
              providerArn: 'arn:aws:iam::111122223333:saml-provider/Example',
            },
          ],
          principalTags,
          transitiveTagKeys: keys,
        }
        const verdict = validateResponse(
          issued(login),
          expectation({
            profile: 'service-provider',
            sp: { entityID: 'urn:amazon:webservices', acsURL: 'https://signin.aws.amazon.com/saml' },
          }),
        )
        expect(verdict.ok).toBe(true)
        const sent = Object.entries(verdict.value?.attributes ?? {})
          .filter(([name]) => name.startsWith(`${AWS}PrincipalTag:`) || name === `${AWS}TransitiveTagKeys`)
          .map(([name, values]) => ({ name, values }))
        // Names that are numbers come first in an object; the order of attributes says nothing.
        const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1)
        expect(sent.sort(byName)).toEqual([...attributes].sort(byName))
      }),
      { numRuns: 40 },
    )
  })
})

describe('toAssumeRole', () => {
  it('gives the input of the SDK, which validateAssumeRole takes', () => {
    expect(toAssumeRole(TAGS)).toEqual({
      Tags: [
        { Key: 'CostCenter', Value: 'blue' },
        { Key: 'Cost Center/2', Value: '' },
      ],
      TransitiveTagKeys: ['CostCenter'],
    })
    fc.assert(
      fc.property(goodTags, (tags) => {
        const input = {
          RoleArn: EXAMPLE_ROLE,
          RoleSessionName: 'ada',
          ...toAssumeRole({ tags, transitiveTagKeys: [] }),
        }
        expect(validateAssumeRole(input).findings).toEqual([])
      }),
    )
  })

  it('gives the same in the query protocol, read back by a server as it was', () => {
    fc.assert(
      fc.property(goodTags, (tags) => {
        const outgoing = { tags, transitiveTagKeys: tags.slice(0, 2).map(({ key }) => key) }
        const form = new URLSearchParams([
          ['Action', 'AssumeRole'],
          ['Version', STS_VERSION],
          ['RoleArn', EXAMPLE_ROLE],
          ['RoleSessionName', 'ada'],
          ...toAssumeRoleQuery(outgoing),
        ])
        const query = readQuery(Buffer.from(form.toString()), 'application/x-www-form-urlencoded')
        expect(query.findings).toEqual([])
        const params: unknown = query.value?.params
        const { Tags = [], TransitiveTagKeys } = (params ?? {}) as Partial<AssumeRoleTags>
        expect({
          Tags: Tags.map(({ Key, Value }) => ({ Key, Value })),
          ...(TransitiveTagKeys ? { TransitiveTagKeys } : {}),
        }).toEqual(toAssumeRole(outgoing))
      }),
    )
  })

  it('feeds the request of an identity-enhanced session, too', () => {
    const { principalTags, transitiveTagKeys } = toAssumeRoleWithSAML(TAGS)
    const input = assumeRoleRequest({
      roleArn: EXAMPLE_ROLE,
      roleSessionName: 'ada',
      identityContext: 'abcd',
      sessionTags: principalTags,
      transitiveTagKeys,
    })
    expect(input.value).toMatchObject(toAssumeRole(TAGS))
  })

  it.each([
    ['a key too long', [{ key: 'k'.repeat(129), value: '' }], []],
    ['a reserved key', [{ key: 'aws:x', value: '' }], []],
    ['a key twice', [{ key: 'a', value: '' }, { key: 'A', value: '' }], []], // prettier-ignore
    ['51 tags', Array.from({ length: 51 }, (_, index) => ({ key: `k${index}`, value: '' })), []],
    ['a key that is no tag', [], ['a']],
    ['no tag at all', [null], []],
    ['no list', {}, []],
  ])('refuses tags that sessionTags would not give: %s', (_, tags, transitiveTagKeys) => {
    for (const out of [toAssumeRole, toAssumeRoleQuery, toAssumeRoleWithSAML, principalTagContext]) {
      expect(() => out({ tags, transitiveTagKeys } as never)).toThrow(FederationError)
    }
  })
})

describe('principalTagContext', () => {
  it('decides a policy by the tags of the person', () => {
    const policy = {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: ['ec2:StartInstances', 'ec2:StopInstances'],
        Resource: '*',
        Condition: {
          StringEquals: { 'ec2:ResourceTag/CostCenter': 'blue', 'aws:PrincipalTag/CostCenter': 'blue' },
        },
      },
    } as const
    const effect = (value: string): string =>
      decide(
        { identity: [policy] },
        {
          principal: 'arn:aws:sts::111122223333:assumed-role/Developer/ada',
          action: 'ec2:StartInstances',
          resource: 'arn:aws:ec2:us-east-1:111122223333:instance/i-1',
          context: {
            'ec2:ResourceTag/CostCenter': 'blue',
            ...principalTagContext({ tags: [{ key: 'CostCenter', value }], transitiveTagKeys: [] }),
          },
        },
      ).effect
    expect(effect('blue')).toBe('allow')
    expect(effect('red')).toBe('implicitDeny')
  })
})

describe('with the AWS SDK, at a local center', () => {
  let running: RunningCenter
  beforeAll(async () => {
    running = await runCenter({}, taggedConfig())
  })
  afterAll(() => running.server.stop())

  async function assume(tags: OutgoingTags) {
    const { sts } = clients(running.server.url)
    return sts.send(
      new AssumeRoleCommand({ RoleArn: EXAMPLE_ROLE, RoleSessionName: 'ada', ...toAssumeRole(tags) }),
    )
  }

  it('a person gets a session with the tags of directory and assertion', async () => {
    const person = {
      userName: 'ada',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { costCenter: 'blue' },
    }
    const verdict = sessionTags(
      identityOf({ Department: 'billing', CostCenter: 'forged' }),
      person,
      configurationOf({ CostCenter: 'enterprise.costCenter' }),
      { transitiveTagKeys: ['CostCenter'] },
    )
    if (!verdict.ok) throw new Error('refused')
    const { Credentials } = await assume(verdict.value)
    const { accessKeyId, secretAccessKey, sessionToken } = {
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretAccessKey!,
      sessionToken: Credentials!.SessionToken!,
    }
    const { sts } = clients(running.server.url, { accessKeyId, secretAccessKey, sessionToken })
    const caller = await sts.send(new GetCallerIdentityCommand({}))
    expect(caller.Arn).toBe('arn:aws:sts::111122223333:assumed-role/expense-app-user/ada')
    const parameters = JSON.stringify(running.center.events())
    expect(parameters).toContain('"CostCenter"')
    expect(parameters).toContain('blue')
    expect(parameters).not.toContain('forged')
  })

  it('whatever tags are given out, STS takes them', async () => {
    await fc.assert(
      fc.asyncProperty(goodTags, async (tags) => {
        const asserted = Object.create(null) as Record<string, string>
        for (const { key, value } of tags) asserted[key] = value
        const verdict = sessionTags(identityOf(asserted), undefined, configurationOf({}), {
          transitiveTagKeys: tags.slice(0, 2).map(({ key }) => key),
        })
        if (!verdict.ok) throw new Error('refused')
        const answer = await assume(verdict.value)
        expect(answer.Credentials?.AccessKeyId).toBeTypeOf('string')
      }),
      { numRuns: 25 },
    )
  })
})

/** The example, its role trusting the app with tagged sessions. */
function taggedConfig(): unknown {
  const config = structuredClone(exampleConfig()) as unknown as {
    Roles: { Arn: string; AssumeRolePolicyDocument: unknown }[]
  }
  const role = config.Roles.find(({ Arn }) => Arn === EXAMPLE_ROLE)!
  role.AssumeRolePolicyDocument = taggedSessionTrustPolicy({
    principal: { AWS: 'arn:aws:iam::111122223333:role/expense-app' },
  })
  return config
}
