import {
  CreateInstanceAccessControlAttributeConfigurationCommand,
  DeleteInstanceAccessControlAttributeConfigurationCommand,
  DescribeInstanceAccessControlAttributeConfigurationCommand,
  ListInstancesCommand,
  SSOAdminServiceException,
  UpdateInstanceAccessControlAttributeConfigurationCommand,
} from '@aws-sdk/client-sso-admin'
import { CreateTokenWithIAMCommand } from '@aws-sdk/client-sso-oidc'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { fromSSO } from '@aws-sdk/credential-provider-sso'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { validateAttributeConfiguration } from '../../../src/abac/index.js'
import type { AuditEvent } from '../../../src/audit/index.js'
import { assertAccepted, type StateStore } from '../../../src/core/index.js'
import { memoryStateStore } from '../../../src/stores/index.js'
import { awsHome, type AwsHome } from '../../support/awsHome.js'
import {
  ADMIN_KEY,
  APP_KEY,
  clients,
  EXAMPLE_APPLICATION,
  EXAMPLE_INSTANCE,
  EXAMPLE_ROLE,
  exampleConfig,
  exampleToken,
  runCenter,
  type RunningCenter,
} from '../../support/center.js'
import { portalGrant } from '../../support/portalGrant.js'

type Json = Record<string, unknown>
type Configuration = Record<string, Json[]> & Json
const InstanceArn = EXAMPLE_INSTANCE
const attributes = (mappings: Record<string, string>) => ({
  InstanceAccessControlAttributeConfiguration: {
    AccessControlAttributes: Object.entries(mappings).map(([Key, source]) => ({
      Key,
      Value: { Source: [`\${path:${source}}`] },
    })),
  },
})
const TITLE = attributes({ JobTitle: 'title' })
const NAME = attributes({ Name: 'displayName' })

let running: RunningCenter
let state: StateStore
let home: AwsHome
beforeEach(async () => {
  state = memoryStateStore({ now: () => Math.floor(Date.now() / 1000) })
  running = await runCenter({ state })
  home = awsHome({ developer: { account: '444455556666', role: 'Developer' } })
  vi.stubEnv('HOME', home.folder)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await running.server.stop()
  home.remove()
})

const admin = (key = ADMIN_KEY, url = running.server.url) => clients(url, key).admin
const create = (more: ReturnType<typeof attributes>, key = ADMIN_KEY) =>
  admin(key).send(new CreateInstanceAccessControlAttributeConfigurationCommand({ InstanceArn, ...more }))
const update = (more: ReturnType<typeof attributes>) =>
  admin().send(new UpdateInstanceAccessControlAttributeConfigurationCommand({ InstanceArn, ...more }))
const describeNow = (key = ADMIN_KEY) =>
  admin(key).send(new DescribeInstanceAccessControlAttributeConfigurationCommand({ InstanceArn }))
const remove = () =>
  admin().send(new DeleteInstanceAccessControlAttributeConfigurationCommand({ InstanceArn }))

const lastEvent = (): AuditEvent => running.center.events().at(-1)!
const rules = (event: AuditEvent) =>
  event.additionalEventData?.findings.map(({ rule, reason }) => `${rule} ${reason}`)

/** Name and status on the wire, and what the log says was the cause. */
async function refused(call: Promise<unknown>): Promise<unknown[]> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(SSOAdminServiceException)
  const { name, message, $metadata } = error as SSOAdminServiceException
  const event = lastEvent()
  expect(event.errorCode).toBe(name)
  expect(event.errorMessage).toBe(message)
  expect(message).not.toBe('UnknownError')
  return [name, $metadata.httpStatusCode, rules(event)?.[0]]
}

/** The session tags of a role session that Ada begins now, as STS's own record has them. */
async function tagsOfSession(url = running.server.url, center = running.center): Promise<unknown> {
  const provider = fromSSO({
    profile: 'developer',
    configFilepath: home.config,
    filepath: home.config,
    ignoreCache: true,
    clientConfig: { endpoint: url, region: 'us-east-1', maxAttempts: 1 },
  })
  home.writeToken(await portalGrant('ada@example.com', { ...running, state }))
  await provider()
  const { eventName, requestParameters } = center.events().at(-1)!
  expect(eventName).toBe('AssumeRoleWithSAML')
  return (requestParameters as Json)['principalTags']
}

describe('attributes for access control, by the AWS SDK (R131)', () => {
  it('are enabled, described, updated and disabled, and each session has the tags of its day (R117, R126)', async () => {
    expect(await tagsOfSession()).toEqual({})
    expect(await create(TITLE)).toMatchObject({ $metadata: { httpStatusCode: 200 } })
    expect(await describeNow()).toMatchObject({ Status: 'ENABLED', ...TITLE })
    expect(await tagsOfSession()).toEqual({ JobTitle: 'Analyst' })
    await update(NAME)
    expect(await describeNow()).toMatchObject(NAME)
    expect(await tagsOfSession()).toEqual({ Name: 'Ada Lovelace' })
    await remove()
    expect(await tagsOfSession()).toEqual({})
    await create(attributes({}))
    expect(await describeNow()).toMatchObject(attributes({}))
    expect(await tagsOfSession()).toEqual({})
  })

  it('are described in the shape that the library takes', async () => {
    await create(TITLE)
    const configuration = assertAccepted(validateAttributeConfiguration(await describeNow()))
    expect(configuration).toEqual(TITLE.InstanceAccessControlAttributeConfiguration)
  })

  it('begin as the configuration says, and what the API makes of that holds for all who share the store', async () => {
    const configured = { ...exampleConfig(), ...NAME }
    const tokenKeys = running.options.tokenKeys
    const [one, other] = await Promise.all([
      runCenter({ state, tokenKeys }, configured),
      runCenter({ state, tokenKeys }, configured),
    ])
    try {
      expect(await tagsOfSession(one.server.url, one.center)).toEqual({ Name: 'Ada Lovelace' })
      await admin(ADMIN_KEY, other.server.url).send(
        new UpdateInstanceAccessControlAttributeConfigurationCommand({ InstanceArn, ...TITLE }),
      )
      expect(await tagsOfSession(one.server.url, one.center)).toEqual({ JobTitle: 'Analyst' })
    } finally {
      await Promise.all([one.server.stop(), other.server.stop()])
    }
  })

  it('are audited, a change with all that it made (R131)', async () => {
    await create(TITLE)
    expect(lastEvent()).toMatchObject({
      eventSource: 'sso.amazonaws.com',
      eventName: 'CreateInstanceAccessControlAttributeConfiguration',
      readOnly: false,
      recipientAccountId: '111122223333',
      userIdentity: { type: 'IAMUser', userName: 'administrator', accessKeyId: ADMIN_KEY.accessKeyId },
      requestParameters: {
        instanceArn: InstanceArn,
        instanceAccessControlAttributeConfiguration: {
          accessControlAttributes: [{ key: 'JobTitle', value: { source: ['${path:title}'] } }],
        },
      },
    })
    expect(lastEvent()).not.toHaveProperty('errorCode')
    await describeNow()
    expect(lastEvent()).toMatchObject({ readOnly: true, requestParameters: { instanceArn: InstanceArn } })
    const keys = Array.from({ length: 50 }, (_, index) => `${index}-${'k'.repeat(120)}`)
    await update(attributes(Object.fromEntries(keys.map((key) => [key, 'enterprise.costCenter']))))
    const logged = JSON.stringify(lastEvent().requestParameters)
    for (const key of keys) expect(logged).toContain(key)
    await remove()
    expect(lastEvent()).toMatchObject({
      eventName: 'DeleteInstanceAccessControlAttributeConfiguration',
      readOnly: false,
    })
  })

  it('are neither enabled twice nor changed while they are disabled', async () => {
    const status = 'center/attributes-status'
    for (const call of [describeNow, () => update(TITLE), remove])
      expect(await refused(call())).toEqual(['ResourceNotFoundException', 404, `${status} disabled`])
    await create(TITLE)
    expect(await refused(create(NAME))).toEqual(['ConflictException', 409, `${status} enabled`])
    expect(lastEvent().requestParameters).toMatchObject({ instanceArn: InstanceArn })
    expect(await describeNow()).toMatchObject(TITLE)
    await remove()
    expect(await refused(remove())).toEqual(['ResourceNotFoundException', 404, `${status} disabled`])
  })

  it('are enabled once by any number of calls at once', async () => {
    const calls = Array.from({ length: 20 }, (_, index) => create(attributes({ [`Key${index}`]: 'title' })))
    const outcomes = await Promise.allSettled(calls)
    const done = outcomes.flatMap(({ status }, index) => (status === 'fulfilled' ? [index] : []))
    expect(done).toHaveLength(1)
    const names = outcomes.flatMap((one) => (one.status === 'rejected' ? [(one.reason as Error).name] : []))
    expect(new Set(names)).toEqual(new Set(['ConflictException']))
    expect(await describeNow()).toMatchObject(attributes({ [`Key${done[0]}`]: 'title' }))
  })

  it('are refused with every fault of a configuration, each in its place', async () => {
    const { name, message } = (await create(
      attributes({ 'Cost,Center': 'title', Team: 'custom.team' }),
    ).catch((error: unknown) => error)) as Error
    expect(name).toBe('ValidationException')
    const at = '$.InstanceAccessControlAttributeConfiguration.AccessControlAttributes'
    expect(message).toContain(`'${at}[0].Key'`)
    expect(message).toContain(`'${at}[1].Value.Source[0]'`)
    expect(rules(lastEvent())).toEqual(['abac/attribute-key characters', 'abac/attribute-path unknown'])
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`Key${index}`, 'title']))
    expect(await refused(create(attributes(many)))).toEqual([
      'ValidationException',
      400,
      'abac/attribute-count too-many',
    ])
    expect(lastEvent().additionalEventData?.findings[0]?.path).toBe(at)
    expect(await refused(describeNow())).toContain('ResourceNotFoundException')
  })

  it('enable with a warning a key that has no source (R122)', async () => {
    const AccessControlAttributes = [{ Key: 'Team', Value: { Source: [''] } }]
    await create({ InstanceAccessControlAttributeConfiguration: { AccessControlAttributes } })
    expect(rules(lastEvent())).toEqual(['abac/attribute-without-source no-source'])
  })

  it('are told whole in the record of a session, however long its tags are (R132)', async () => {
    const file = structuredClone(exampleConfig()) as unknown as Configuration
    const Title = 'x'.repeat(256)
    file['Users']![0]!['Title'] = Title
    const keys = Array.from({ length: 50 }, (_, index) => String(index).padEnd(128, 'k'))
    const longest = attributes(Object.fromEntries(keys.map((key) => [key, 'title'])))
    const { server, center } = await runCenter(
      { state, tokenKeys: running.options.tokenKeys },
      { ...file, ...longest },
    )
    try {
      const tags = await tagsOfSession(server.url, center)
      expect(tags).toEqual(Object.fromEntries(keys.map((key) => [key, Title])))
    } finally {
      await server.stop()
    }
  })

  it('tag no session, and begin none, while the store does not answer', async () => {
    await create(TITLE)
    const token = await portalGrant('ada@example.com', { ...running, state })
    const down = new Error('connection refused')
    const broken: StateStore = {
      ...state,
      get: (key) => (key.startsWith('abac:') ? Promise.reject(down) : state.get(key)),
    }
    const other = await runCenter({ state: broken, tokenKeys: running.options.tokenKeys })
    try {
      const response = await fetch(
        `${other.server.url}/federation/credentials?role_name=Developer&account_id=444455556666`,
        { headers: { 'x-amz-sso_bearer_token': String(token['accessToken']) } },
      )
      expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([
        500,
        'InternalServerException',
      ])
      expect(rules(other.center.events().at(-1)!)).toEqual(['oauth/store unavailable'])
      const client = admin(ADMIN_KEY, other.server.url)
      const call = client.send(new DeleteInstanceAccessControlAttributeConfigurationCommand({ InstanceArn }))
      await expect(call).rejects.toMatchObject({ name: 'InternalServerException' })
    } finally {
      await other.server.stop()
    }
    expect(await describeNow()).toMatchObject(TITLE)
  })
})

describe('who may', () => {
  /** A center whose administrator has other policies, or is of another account. */
  async function within<T>(
    change: (file: Configuration, key: Json) => void,
    run: () => Promise<T>,
  ): Promise<T> {
    const file = structuredClone(exampleConfig()) as unknown as Configuration
    change(file, file['AccessKeys']!.at(-1)!)
    const before = running
    running = await runCenter({ state }, file)
    try {
      return await run()
    } finally {
      await running.server.stop()
      running = before
    }
  }
  const allowing = (...actions: string[]) => {
    const Statement = { Effect: 'Allow', Action: actions, Resource: '*' }
    return [{ PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement } }]
  }
  const notAllowed = ['AccessDeniedException', 403, 'center/control-caller not-allowed']
  const denied = 'center/control-caller denied'

  it('needs the action on the instance', async () => {
    expect(await refused(describeNow(APP_KEY))).toEqual(notAllowed)
    const reading = allowing('sso:DescribeInstanceAccessControlAttributeConfiguration')
    await within(
      (_, key) => (key['Policies'] = reading),
      async () => {
        expect(await refused(create(TITLE))).toEqual(notAllowed)
        expect(await refused(describeNow())).toContain('ResourceNotFoundException')
      },
    )
  })

  it.each([
    ['aws:CurrentTime', 'DateGreaterThan', '2020-01-01T00:00:00Z'],
    ['aws:EpochTime', 'NumericGreaterThan', '1577836800'],
    ['aws:RequestedRegion', 'StringEquals', 'us-east-1'],
    ['aws:ResourceAccount', 'StringEquals', '111122223333'],
    ['aws:username', 'StringEquals', 'administrator'],
  ])('is nobody to whom a policy denies it by %s', async (key, operator, value) => {
    const deny = {
      Effect: 'Deny',
      Action: 'sso:*',
      Resource: '*',
      Condition: { [operator]: { [key]: value } },
    }
    const denying = [{ PolicyName: 'd', PolicyDocument: { Version: '2012-10-17', Statement: deny } }]
    await within(
      (_, entry) => (entry['Policies'] = [...allowing('sso:*'), ...denying]),
      async () => {
        expect(await refused(describeNow())).toEqual([...notAllowed.slice(0, 2), denied])
        expect(rules(lastEvent())).toContain('policy/explicit-deny explicit-deny')
      },
    )
  })

  it('is told nothing of other instances, but by whoever may ask about them', async () => {
    const InstanceArn = 'arn:aws:sso:::instance/ssoins-ffffffffffffffff'
    const ask = (): Promise<unknown> =>
      admin().send(new DescribeInstanceAccessControlAttributeConfigurationCommand({ InstanceArn }))
    expect(await refused(ask())).toEqual(notAllowed)
    await within(
      (_, key) => (key['Policies'] = allowing('sso:*')),
      async () =>
        expect(await refused(ask())).toEqual([
          'ResourceNotFoundException',
          404,
          'center/control-instance unknown',
        ]),
    )
  })

  it('is nobody of another account, whatever their policies say', async () => {
    await within(
      (_, key) => {
        key['PrincipalArn'] = 'arn:aws:iam::999988887777:user/administrator'
        key['Policies'] = allowing('*')
      },
      async () =>
        expect(await refused(describeNow())).toEqual([
          'AccessDeniedException',
          403,
          'center/control-caller other-account',
        ]),
    )
  })

  it('enables only with iam:UpdateAssumeRolePolicy where there are permission sets (R118)', async () => {
    const without = allowing('sso:*')
    const trust = ['AccessDeniedException', 403, 'center/attributes-trust not-allowed']
    await within(
      (_, key) => (key['Policies'] = without),
      async () => {
        expect(await refused(create(TITLE))).toEqual(trust)
        expect(await refused(describeNow())).toContain('ResourceNotFoundException')
      },
    )
    await within(
      (file, key) => {
        key['Policies'] = without
        file['PermissionSets'] = []
        file['AccountAssignments'] = []
      },
      async () => {
        await create(TITLE)
        expect(await describeNow()).toMatchObject({ Status: 'ENABLED' })
        // The permission is needed to enable, and for nothing else.
        await update(NAME)
        await remove()
      },
    )
  })

  it('needs that permission on the role of each set, also of one that is assigned nowhere', async () => {
    const { arn } = running.options.config.roles.find((role) =>
      role.arn.startsWith(
        'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_ReadOnly_',
      ),
    )!
    const readOnly = [
      ...allowing('sso:*'),
      ...allowing('iam:UpdateAssumeRolePolicy').map((policy) => {
        policy.PolicyDocument.Statement.Resource = arn
        return policy
      }),
    ]
    const trust = ['AccessDeniedException', 403, 'center/attributes-trust not-allowed']
    await within(
      (_, key) => (key['Policies'] = readOnly),
      async () => expect(await refused(create(TITLE))).toEqual(trust),
    )
    await within(
      (file, key) => {
        key['Policies'] = readOnly
        for (const name of ['PermissionSets', 'AccountAssignments'])
          file[name] = file[name]!.filter(({ PermissionSetArn }) =>
            String(PermissionSetArn).includes('ps-1111'),
          )
      },
      async () => {
        await create(TITLE)
        await remove()
      },
    )
  })

  it('is a role session, too, within what its session policy allows', async () => {
    const assume = async (Policy?: string) => {
      const { Credentials } = await clients(running.server.url, APP_KEY).sts.send(
        new AssumeRoleCommand({ RoleArn: EXAMPLE_ROLE, RoleSessionName: 'ada', Policy }),
      )
      return {
        accessKeyId: Credentials!.AccessKeyId!,
        secretAccessKey: Credentials!.SecretAccessKey!,
        sessionToken: Credentials!.SessionToken!,
      }
    }
    const nothing = JSON.stringify(allowing('s3:GetObject')[0]!.PolicyDocument)
    await within(
      (file) => {
        const role = file['Roles']!.find(({ Arn }) => Arn === EXAMPLE_ROLE)!
        role['Policies'] = allowing('sso:*')
      },
      async () => {
        expect(await refused(describeNow(await assume()))).toContain('ResourceNotFoundException')
        expect(lastEvent().userIdentity).toMatchObject({ type: 'AssumedRole' })
        expect(await refused(describeNow(await assume(nothing)))).toEqual(notAllowed)
      },
    )
    // What IAM attaches to a role whose sessions are revoked.
    const Condition = { DateLessThan: { 'aws:TokenIssueTime': '2999-01-01T00:00:00Z' } }
    const Statement = { Effect: 'Deny', Action: '*', Resource: '*', Condition }
    const revoked = { PolicyName: 'revoked', PolicyDocument: { Version: '2012-10-17', Statement } }
    await within(
      (file) => {
        const role = file['Roles']!.find(({ Arn }) => Arn === EXAMPLE_ROLE)!
        role['Policies'] = [...allowing('sso:*'), revoked]
      },
      async () =>
        expect(await refused(describeNow(await assume()))).toEqual([...notAllowed.slice(0, 2), denied]),
    )
  })

  it('is no session that acts for a person: the operations are not on its allow list (R291)', async () => {
    const { oidc, sts } = clients(running.server.url, APP_KEY)
    const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
    const exchange = { clientId: EXAMPLE_APPLICATION, grantType, assertion: exampleToken() }
    const { awsAdditionalDetails } = await oidc.send(new CreateTokenWithIAMCommand(exchange))
    const ProviderArn = 'arn:aws:iam::aws:contextProvider/IdentityCenter'
    const ContextAssertion = awsAdditionalDetails!.identityContext
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: EXAMPLE_ROLE,
        RoleSessionName: 'ada',
        ProvidedContexts: [{ ProviderArn, ContextAssertion }],
      }),
    )
    const session = {
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretAccessKey!,
      sessionToken: Credentials!.SessionToken!,
    }
    expect(await refused(describeNow(session))).toEqual([
      'AccessDeniedException',
      403,
      'center/identity-context-allow-list not-listed',
    ])
  })

  it('finds no other operation served', async () => {
    expect(await refused(admin().send(new ListInstancesCommand({})))).toEqual([
      'UnknownOperationException',
      404,
      'center/control-target unknown',
    ])
    expect(lastEvent().eventName).toBe('Unknown')
  })
})
