import { CreateTokenWithIAMCommand, type CreateTokenWithIAMCommandOutput } from '@aws-sdk/client-sso-oidc'
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assertAccepted } from '../../src/core/index.js'
import { generateTokenKeys } from '../../src/flows/index.js'
import { assumeRoleRequest, identityContext, type IssuedTokens } from '../../src/tti/index.js'
import {
  APP_KEY,
  clients,
  EXAMPLE_APPLICATION,
  EXAMPLE_ISSUER,
  EXAMPLE_ROLE,
  exampleConfig,
  exampleToken,
  OTHER_KEY,
  runCenter,
  type RunningCenter,
} from '../support/center.js'

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
let running: RunningCenter
beforeAll(async () => {
  const tokenKeys = await generateTokenKeys()
  const publicJwk = {
    ...tokenKeys.publicKey.export({ format: 'jwk' }),
    kid: tokenKeys.signer.keyID,
    alg: 'RS256',
    use: 'sig',
  }
  running = await runCenter({ tokenKeys, publicJwk })
})
afterAll(() => running.server.stop())

function exchange(
  assertion: string,
  more: object = {},
  key = APP_KEY,
): Promise<CreateTokenWithIAMCommandOutput> {
  const { oidc } = clients(running.server.url, key)
  const input = { clientId: EXAMPLE_APPLICATION, grantType: JWT_BEARER, assertion, ...more }
  return oidc.send(new CreateTokenWithIAMCommand(input))
}

async function assumed(more: Partial<Parameters<typeof assumeRoleRequest>[0]> = {}) {
  const tokens = (await exchange(exampleToken())) as unknown as IssuedTokens
  const { contextAssertion } = assertAccepted(identityContext(tokens))
  const input = assertAccepted(
    assumeRoleRequest({
      roleArn: EXAMPLE_ROLE,
      roleSessionName: 'ada',
      identityContext: contextAssertion,
      ...more,
    }),
  )
  const { sts } = clients(running.server.url)
  const { Credentials } = await sts.send(new AssumeRoleCommand(structuredClone(input) as never))
  return {
    contextAssertion,
    credentials: {
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretAccessKey!,
      sessionToken: Credentials!.SessionToken!,
    },
  }
}

const lastEvent = () => running.center.events().at(-1)!
const lastRules = (): string[] =>
  (lastEvent().additionalEventData?.findings ?? []).map(({ rule, reason }) => `${rule} ${reason}`)

describe('the main job, with the real clients', () => {
  it('exchanges a JWT, assumes the role, and acts as the person', async () => {
    const tokens = await exchange(exampleToken())
    expect(tokens).toMatchObject({
      tokenType: 'Bearer',
      expiresIn: 3600,
      issuedTokenType: 'urn:ietf:params:oauth:token-type:refresh_token',
      scope: ['openid', 'aws', 'sts:identity_context', 's3:access_grants:read_write'],
      awsAdditionalDetails: { identityContext: expect.any(String) as string },
    })
    expect(lastEvent()).toMatchObject({
      eventSource: 'sso-oauth.amazonaws.com',
      eventName: 'CreateTokenWithIAM',
      userIdentity: { onBehalfOf: { userId: '90676d1f-5d04-4f1a-8a3e-2f1d7a3c0010' } },
      requestParameters: { assertion: 'HIDDEN_DUE_TO_SECURITY_REASONS', clientId: EXAMPLE_APPLICATION },
      responseElements: { accessToken: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    })

    const { credentials } = await assumed()
    const { sts } = clients(running.server.url, credentials)
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '111122223333',
      Arn: 'arn:aws:sts::111122223333:assumed-role/expense-app-user/ada',
      UserId: expect.stringMatching(/^AROA[A-Z2-7]{17}:ada$/) as string,
    })
    expect(lastEvent()).toMatchObject({
      eventName: 'GetCallerIdentity',
      userIdentity: {
        type: 'AssumedRole',
        onBehalfOf: {
          userId: '90676d1f-5d04-4f1a-8a3e-2f1d7a3c0010',
          identityStoreArn: 'arn:aws:identitystore::111122223333:identitystore/d-1234567890',
        },
      },
    })
  })

  it('publishes the key of its ID tokens', async () => {
    const { idToken } = await exchange(exampleToken())
    const base = `${running.server.url}/ssoins-1234567890abcdef`
    const discovery = (await (await fetch(`${base}/.well-known/openid-configuration`)).json()) as {
      issuer: string
      jwks_uri: string
    }
    const { payload } = await jwtVerify(idToken!, createRemoteJWKSet(new URL(discovery.jwks_uri)), {
      issuer: discovery.issuer,
    })
    expect(payload.sub).toBe('90676d1f-5d04-4f1a-8a3e-2f1d7a3c0010')
  })

  it('never answers one JWT twice, however many ask at once', async () => {
    const jwt = exampleToken()
    const outcomes = await Promise.allSettled(Array.from({ length: 40 }, () => exchange(jwt)))
    const rejected = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [(outcome.reason as Error).name] : [],
    )
    expect(outcomes.length - rejected.length).toBe(1)
    expect(new Set(rejected)).toEqual(new Set(['InvalidGrantException']))
  })
})

describe('refusals over the wire', () => {
  it.each<[string, () => Promise<unknown>, string, number, string]>([
    [
      'wrong audience',
      () => exchange(exampleToken({ aud: 'other' })),
      'InvalidGrantException',
      400,
      'tti/aud mismatch',
    ],
    [
      'unknown issuer',
      () => exchange(exampleToken({ iss: 'https://evil.example' })),
      'InvalidGrantException',
      400,
      'tti/trusted-issuer unknown',
    ],
    [
      'unassigned',
      () => exchange(exampleToken({ email: 'bob@example.com' })),
      'AccessDeniedException',
      400,
      'tti/user-not-assigned not-assigned',
    ],
    [
      'unprovisioned',
      () => exchange(exampleToken({ email: 'zoe@example.com' })),
      'AccessDeniedException',
      400,
      'tti/user-not-found none',
    ],
    [
      'other caller',
      () => exchange(exampleToken(), {}, OTHER_KEY),
      'AccessDeniedException',
      400,
      'tti/caller not-allowed',
    ],
    [
      'unknown application',
      () => exchange(exampleToken(), { clientId: EXAMPLE_ROLE }),
      'InvalidClientException',
      401,
      'tti/application unknown',
    ],
    [
      'other grant',
      () => exchange(exampleToken(), { grantType: 'password' }),
      'UnsupportedGrantTypeException',
      400,
      'tti/grant-type other-grant',
    ],
    [
      'scope',
      () => exchange(exampleToken(), { scope: ['admin'] }),
      'InvalidScopeException',
      400,
      'tti/scope not-granted',
    ],
    [
      'bad secret',
      () => exchange(exampleToken(), {}, { ...APP_KEY, secretAccessKey: 'x'.repeat(20) }),
      'InvalidSignatureException',
      403,
      'sigv4/signature mismatch',
    ],
    [
      'unknown key',
      () => exchange(exampleToken(), {}, { ...APP_KEY, accessKeyId: 'AKIAUNKNOWNUNKNOWN12' }),
      'UnrecognizedClientException',
      403,
      '',
    ],
  ])('%s', async (_, work, name, status, rule) => {
    const error = (await work().then(
      () => expect.fail('accepted'),
      (reason: unknown) => reason,
    )) as Error & { $metadata: { httpStatusCode: number }; error_description?: string }
    expect(error.name).toBe(name)
    expect(error.$metadata.httpStatusCode).toBe(status)
    if (rule !== '') expect(lastRules()).toContain(rule)
    // The wire names no rule; the event does.
    expect(JSON.stringify(error)).not.toContain('tti/')
    expect(lastEvent().errorCode).toBe(name)
  })
})

describe('contexts', () => {
  async function assume(contextAssertion: string, server = running, roleArn = EXAMPLE_ROLE): Promise<string> {
    const { sts } = clients(server.server.url)
    const ProvidedContexts = [
      { ProviderArn: 'arn:aws:iam::aws:contextProvider/IdentityCenter', ContextAssertion: contextAssertion },
    ]
    const input = { RoleArn: roleArn, RoleSessionName: 'ada', ProvidedContexts }
    return sts.send(new AssumeRoleCommand(input)).then(
      () => 'accepted',
      (error: Error) => error.name,
    )
  }

  it('are taken only as this center made them', async () => {
    const { contextAssertion, credentials } = await assumed()
    expect(await assume(contextAssertion)).toBe('accepted')
    for (const at of [10, 200, 400, contextAssertion.length - 3]) {
      const letter = contextAssertion[at] === 'A' ? 'B' : 'A'
      expect(await assume(contextAssertion.slice(0, at) + letter + contextAssertion.slice(at + 1))).toBe(
        'AccessDenied',
      )
    }
    expect(await assume('someone')).toBe('AccessDenied')
    expect(await assume(credentials.sessionToken.slice(0, 2048))).toBe('AccessDenied')
    const { accessToken } = await exchange(exampleToken())
    expect(await assume(accessToken!)).toBe('AccessDenied')
    const idToken = (await exchange(exampleToken())).idToken!
    expect(await assume(idToken.slice(0, 2048))).toBe('AccessDenied')

    const elsewhere = await runCenter()
    expect(await assume(contextAssertion, elsewhere)).toBe('AccessDenied')
    await elsewhere.server.stop()
  })

  it('of another instance under the same keys are refused, and so are expired ones', async () => {
    const { contextAssertion } = await assumed()
    const configuration = JSON.parse(
      JSON.stringify(exampleConfig()).replaceAll('ssoins-1234567890abcdef', 'ssoins-ffffffffffffffff'),
    ) as unknown
    const other = await runCenter({ tokenKeys: running.options.tokenKeys }, configuration)
    expect(await assume(contextAssertion, other)).toBe('AccessDenied')
    await other.server.stop()

    // The signature's own clock must agree, so the context is made an hour ago instead.
    const past = await runCenter({
      tokenKeys: running.options.tokenKeys,
      now: () => Math.floor(Date.now() / 1000) - 3601,
    })
    const old = await past.center.handle(await signedExchange(past))
    const { awsAdditionalDetails } = (await old.json()) as IssuedTokens
    expect(await assume(awsAdditionalDetails!.identityContext)).toBe('ExpiredTokenException')
    await past.server.stop()
  })

  it('need sts:SetContext in the trust policy', async () => {
    const configuration = exampleConfig() as unknown as {
      Roles: { AssumeRolePolicyDocument: { Statement: object[] } }[]
    }
    configuration.Roles[1]!.AssumeRolePolicyDocument.Statement.pop()
    const strict = await runCenter({ tokenKeys: running.options.tokenKeys }, configuration)
    const { contextAssertion } = await assumed()
    expect(await assume(contextAssertion, strict)).toBe('AccessDenied')
    expect(strict.center.events().at(-1)?.additionalEventData?.findings).toContainEqual(
      expect.objectContaining({ rule: 'center/assume-role', path: 'sts:SetContext' }),
    )
    const plain = await clients(strict.server.url).sts.send(
      new AssumeRoleCommand({ RoleArn: EXAMPLE_ROLE, RoleSessionName: 'plain' }),
    )
    expect(plain.AssumedRoleUser?.Arn).toBe('arn:aws:sts::111122223333:assumed-role/expense-app-user/plain')
    await strict.server.stop()
  })

  it('with two in one request, or of another provider, are refused', async () => {
    const { contextAssertion } = await assumed()
    const { sts } = clients(running.server.url)
    const one = {
      ProviderArn: 'arn:aws:iam::aws:contextProvider/IdentityCenter',
      ContextAssertion: contextAssertion,
    }
    for (const ProvidedContexts of [
      [one, one],
      [{ ...one, ProviderArn: 'arn:aws:iam::aws:contextProvider/Other' }],
    ]) {
      const input = { RoleArn: EXAMPLE_ROLE, RoleSessionName: 'ada', ProvidedContexts }
      await expect(sts.send(new AssumeRoleCommand(input))).rejects.toMatchObject({ name: 'ValidationError' })
    }
  })

  it('put a session under the allow list', async () => {
    const { credentials } = await assumed()
    const { sts } = clients(running.server.url, credentials)
    await expect(
      sts.send(new AssumeRoleCommand({ RoleArn: EXAMPLE_ROLE, RoleSessionName: 'again' })),
    ).rejects.toMatchObject({ name: 'AccessDenied' })
    expect(lastRules()).toContain('center/identity-context-allow-list not-listed')
  })
})

describe('sessions', () => {
  it('end', async () => {
    const past = await runCenter({
      tokenKeys: running.options.tokenKeys,
      now: () => Math.floor(Date.now() / 1000),
    })
    const { credentials } = await assumed({ durationSeconds: 900 })
    past.center.moveClock(901)
    // The clients sign by the machine's clock; the center's has moved past what a signature may differ.
    await expect(
      clients(past.server.url, credentials).sts.send(new GetCallerIdentityCommand({})),
    ).rejects.toMatchObject({
      name: 'ExpiredToken',
    })
    await past.server.stop()
  })

  it.each([
    [
      'another key',
      ({ accessKeyId, ...c }: { accessKeyId: string }) => ({
        ...c,
        accessKeyId: `${accessKeyId.slice(0, -1)}${accessKeyId.endsWith('A') ? 'B' : 'A'}`,
      }),
    ],
    ['another secret', (c: { secretAccessKey: string }) => ({ ...c, secretAccessKey: 'y'.repeat(40) })],
    ['no token', (c: object) => ({ ...c, sessionToken: undefined })],
    [
      'an altered token',
      (c: { sessionToken: string }) => ({ ...c, sessionToken: `${c.sessionToken.slice(0, -4)}AAAA` }),
    ],
  ])('are refused with %s', async (_, change) => {
    const { credentials } = await assumed()
    const { sts } = clients(running.server.url, change(credentials as never) as never)
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: expect.stringMatching(
        /^(InvalidClientTokenId|SignatureDoesNotMatch|UnrecognizedClientException)$/,
      ) as string,
    })
  })

  it('last no longer than the role allows', async () => {
    const { sts } = clients(running.server.url)
    const input = { RoleArn: EXAMPLE_ROLE, RoleSessionName: 'long', DurationSeconds: 7200 }
    await expect(sts.send(new AssumeRoleCommand(input))).rejects.toMatchObject({ name: 'ValidationError' })
    expect(lastRules()).toEqual(['center/session-duration too-long'])
  })
})

describe('what a session may do', () => {
  it('with an identity context is on the allow list: an exchange is not', async () => {
    const { credentials } = await assumed()
    await expect(exchange(exampleToken(), {}, credentials)).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
    expect(lastRules()).toEqual(['center/identity-context-allow-list not-listed'])
  })

  it('with an audit context is only logged, and keeps its person out of conditions (R288)', async () => {
    const { idToken } = await exchange(exampleToken())
    const { contextAssertion } = assertAccepted(identityContext({ idToken: idToken! }, { kind: 'audit' }))
    const ProvidedContexts = [
      { ProviderArn: 'arn:aws:iam::aws:contextProvider/IdentityCenter', ContextAssertion: contextAssertion },
    ]
    const { sts } = clients(running.server.url)
    const input = { RoleArn: EXAMPLE_ROLE, RoleSessionName: 'audit', ProvidedContexts }
    const { Credentials } = await sts.send(new AssumeRoleCommand(input))
    const session = {
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretAccessKey!,
      sessionToken: Credentials!.SessionToken!,
    }
    await clients(running.server.url, session).sts.send(new GetCallerIdentityCommand({}))
    expect(lastEvent().userIdentity.onBehalfOf?.userId).toBe('90676d1f-5d04-4f1a-8a3e-2f1d7a3c0010')
    // Not under the allow list: what refuses it is that the actor policy does not name the role.
    await expect(exchange(exampleToken(), {}, session)).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
    expect(lastRules()).toEqual(['tti/caller not-allowed'])
  })

  it('is denied by the policies of the key that calls', async () => {
    const configuration = exampleConfig() as unknown as { AccessKeys: Record<string, unknown>[] }
    const Statement = [{ Effect: 'Deny', Action: 'sso-oauth:*', Resource: '*' }]
    configuration.AccessKeys[0]!['Policies'] = [
      { PolicyName: 'no', PolicyDocument: { Version: '2012-10-17', Statement } },
    ]
    const strict = await runCenter({}, configuration)
    const { oidc } = clients(strict.server.url)
    const input = { clientId: EXAMPLE_APPLICATION, grantType: JWT_BEARER, assertion: exampleToken() }
    await expect(oidc.send(new CreateTokenWithIAMCommand(input))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
    expect(strict.center.events().at(-1)?.additionalEventData?.findings).toMatchObject([
      { rule: 'center/caller-policy' },
    ])
    await strict.server.stop()
  })
})

describe('what caps a session', () => {
  const second = 'arn:aws:iam::111122223333:role/second'
  const trust = (statement: object) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:*' }, statement].filter(
      (one) => Object.keys(one).length > 0,
    ),
  })
  const withRole = (statement: object = {}) => {
    const configuration = exampleConfig() as unknown as { Roles: object[]; AccessKeys: object[] }
    configuration.Roles.push({ Arn: second, AssumeRolePolicyDocument: trust(statement) })
    return configuration
  }
  async function chain(target: RunningCenter, first: object, credentials = APP_KEY): Promise<string> {
    try {
      const { sts } = clients(target.server.url, credentials)
      const input = { RoleArn: EXAMPLE_ROLE, RoleSessionName: 'one', ...first }
      const { Credentials } = await sts.send(new AssumeRoleCommand(input))
      const session = {
        accessKeyId: Credentials!.AccessKeyId!,
        secretAccessKey: Credentials!.SecretAccessKey!,
        sessionToken: Credentials!.SessionToken!,
      }
      const next = clients(target.server.url, session).sts
      await next.send(new AssumeRoleCommand({ RoleArn: second, RoleSessionName: 'two' }))
      return 'accepted'
    } catch (error) {
      return (error as Error).name
    }
  }
  const policy = (Effect: string) =>
    JSON.stringify({ Version: '2012-10-17', Statement: { Effect, Action: 'sts:*', Resource: '*' } })

  it('is its session policy', async () => {
    const target = await runCenter({}, withRole())
    expect(await chain(target, {})).toBe('accepted')
    expect(await chain(target, { Policy: policy('Allow') })).toBe('accepted')
    expect(await chain(target, { Policy: policy('Deny') })).toBe('AccessDenied')
    expect(await chain(target, { Policy: '{"Statement":' })).toBe('MalformedPolicyDocumentException')
    expect(await chain(target, { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/AWSDenyAll' }] })).toBe(
      'ValidationError',
    )
    await target.server.stop()
  })

  it('is its session policy for an exchange too, whatever the actor policy grants to its role', async () => {
    const actor = '"AWS":"arn:aws:iam::111122223333:role/expense-app"},"Action":"sso-oauth:'
    const text = JSON.stringify(exampleConfig())
    expect(text.split(actor)).toHaveLength(2)
    const named = text.replace(actor, `"AWS":"${EXAMPLE_ROLE}"},"Action":"sso-oauth:`)
    const target = await runCenter({}, JSON.parse(named) as object)
    const exchanged = async (Action: string): Promise<string> => {
      const Statement = { Effect: 'Allow', Action, Resource: '*' }
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
      const { sts } = clients(target.server.url)
      const input = { RoleArn: EXAMPLE_ROLE, RoleSessionName: 'one', Policy }
      const { Credentials } = await sts.send(new AssumeRoleCommand(input))
      const session = {
        accessKeyId: Credentials!.AccessKeyId!,
        secretAccessKey: Credentials!.SecretAccessKey!,
        sessionToken: Credentials!.SessionToken!,
      }
      const { oidc } = clients(target.server.url, session)
      const asked = { clientId: EXAMPLE_APPLICATION, grantType: JWT_BEARER, assertion: exampleToken() }
      return oidc.send(new CreateTokenWithIAMCommand(asked)).then(
        () => 'accepted',
        (error: Error) => error.name,
      )
    }
    expect(await exchanged('s3:*')).toBe('AccessDeniedException')
    expect(target.center.events().at(-1)?.additionalEventData?.findings).toMatchObject([
      { rule: 'center/caller-policy' },
    ])
    expect(await exchanged('sso-oauth:*')).toBe('accepted')
    await target.server.stop()
  })

  it('is a Deny on the source identity that it carries, and each role must let it be set', async () => {
    const Condition = { StringEquals: { 'aws:SourceIdentity': 'ada' } }
    const deny = { Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:*', Condition }
    const target = await runCenter({}, withRole(deny))
    expect(await chain(target, { SourceIdentity: 'ada' })).toBe('AccessDenied')
    expect(await chain(target, { SourceIdentity: 'bob' })).toBe('accepted')
    await target.server.stop()
    const noSetting = { Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:SetSourceIdentity' }
    const strict = await runCenter({}, withRole(noSetting))
    expect(await chain(strict, {})).toBe('accepted')
    expect(await chain(strict, { SourceIdentity: 'ada' })).toBe('AccessDenied')
    await strict.server.stop()
  })

  it('is not lent by a role of the same name in another account', async () => {
    const configuration = withRole()
    const foreign = { accessKeyId: 'AKIAFOREIGNFOREIGN01', secretAccessKey: 'local-secret-of-a-foreigner' }
    const PrincipalArn = 'arn:aws:sts::999988887777:assumed-role/expense-app/xx'
    const key = { AccessKeyId: foreign.accessKeyId, SecretAccessKey: foreign.secretAccessKey, PrincipalArn }
    configuration.AccessKeys.push(key)
    const target = await runCenter({}, configuration)
    expect(await chain(target, { RoleArn: second }, foreign)).toBe('AccessDenied')
    await target.server.stop()
  })

  it('holds for an exchange, on the application that it is for', async () => {
    const Resource = EXAMPLE_APPLICATION
    for (const [statement, name] of [
      [{ Effect: 'Deny', Action: 'sso-oauth:*', Resource }, 'AccessDeniedException'],
      [{ Effect: 'Deny', Action: 'sso-oauth:*', NotResource: Resource }, 'accepted'],
    ] as const) {
      const configuration = exampleConfig() as unknown as { AccessKeys: Record<string, unknown>[] }
      const PolicyDocument = { Version: '2012-10-17', Statement: [statement] }
      configuration.AccessKeys[0]!['Policies'] = [{ PolicyName: 'p', PolicyDocument }]
      const target = await runCenter({}, configuration)
      const { oidc } = clients(target.server.url)
      const input = { clientId: EXAMPLE_APPLICATION, grantType: JWT_BEARER, assertion: exampleToken() }
      const outcome = await oidc.send(new CreateTokenWithIAMCommand(input)).then(
        () => 'accepted',
        (error: Error) => error.name,
      )
      expect(outcome).toBe(name)
      await target.server.stop()
    }
  })
})

describe('chained sessions', () => {
  it('keep transitive tags, whatever their case, and their source identity', async () => {
    const configuration = exampleConfig() as unknown as {
      Roles: { Arn: string; AssumeRolePolicyDocument: object }[]
    }
    const trusts = (role: string) => ({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::111122223333:role/${role}` },
          Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
        },
      ],
    })
    const second = 'arn:aws:iam::111122223333:role/second'
    configuration.Roles.push({ Arn: second, AssumeRolePolicyDocument: trusts('expense-app-user') })
    const third = 'arn:aws:iam::111122223333:role/third'
    const byTag = trusts('second')
    Object.assign(byTag.Statement[0]!, { Condition: { StringEquals: { 'aws:PrincipalTag/Team': 'core' } } })
    configuration.Roles.push({ Arn: third, AssumeRolePolicyDocument: byTag })
    const chain = await runCenter({}, configuration)
    const assume = async (credentials: Parameters<typeof clients>[1], input: object) => {
      const { sts } = clients(chain.server.url, credentials)
      const { Credentials } = await sts.send(
        new AssumeRoleCommand({ RoleSessionName: 'chain', ...input } as never),
      )
      return {
        accessKeyId: Credentials!.AccessKeyId!,
        secretAccessKey: Credentials!.SecretAccessKey!,
        sessionToken: Credentials!.SessionToken!,
      }
    }
    const tags = { Tags: [{ Key: 'Team', Value: 'core' }], TransitiveTagKeys: ['team'] }
    const first = await assume(APP_KEY, { RoleArn: EXAMPLE_ROLE, SourceIdentity: 'ada', ...tags })
    const next = await assume(first, { RoleArn: second })
    await assume(next, { RoleArn: third })
    await expect(assume(next, { RoleArn: third, SourceIdentity: 'bob' })).rejects.toMatchObject({
      name: 'ValidationError',
    })
    const findings = chain.center.events().at(-1)?.additionalEventData?.findings
    expect(findings).toMatchObject([{ rule: 'center/source-identity', reason: 'changed' }])
    await expect(
      assume(first, { RoleArn: second, Tags: [{ Key: 'TEAM', Value: 'x' }] }),
    ).rejects.toMatchObject({
      name: 'ValidationError',
    })
    await chain.server.stop()
  })
})

describe('events', () => {
  it('are read from this machine only, and by its own names', async () => {
    const { url } = running.server
    const lines = (await (await fetch(`${url}/events`)).text()).trim().split('\n')
    expect(lines.length).toBe(running.center.events().length)
    expect(JSON.parse(lines[0]!)).toMatchObject({ sourceIPAddress: '127.0.0.1' })
    for (const [host, peerAddress] of [
      ['evil.example', '127.0.0.1'],
      ['127.0.0.1', '192.0.2.1'],
      ['localhost', undefined],
    ] as const) {
      const response = await running.center.handle(new Request(`http://${host}/events`), { peerAddress })
      expect(response.status, host).toBe(404)
    }
  })

  it('tell of a request that breaks off, which is answered', async () => {
    const body = new ReadableStream({ start: (controller) => controller.error(new Error('gone: secret')) })
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit
    const response = await running.center.handle(new Request('http://127.0.0.1/token?aws_iam=t', init))
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('secret')
    expect(lastRules()).toEqual(['center/request failed'])
  })

  it('tell of requests that no operation takes, and hold no token wherever it was put', async () => {
    const token = exampleToken()
    await expect(exchange('x', { clientId: token })).rejects.toMatchObject({ name: 'InvalidClientException' })
    await expect(exchange('x', { scope: [token] })).rejects.toBeDefined()
    await exchange(exampleToken(), { scope: ['sts:identity_context'] })
    expect(lastEvent().userIdentity.onBehalfOf?.userId).toBe('90676d1f-5d04-4f1a-8a3e-2f1d7a3c0010')
    await expect(exchange('x', { scope: [`Bearer ${token}`] })).rejects.toBeDefined()
    const large = await fetch(`${running.server.url}/token?aws_iam=t`, {
      method: 'POST',
      body: 'x'.repeat(70_000),
    })
    expect(large.status).toBe(413)
    const xml = await fetch(`${running.server.url}/`, { method: 'POST', body: 'x'.repeat(70_000) })
    expect(await xml.text()).toContain('<Code>RequestEntityTooLarge</Code>')
    expect((await fetch(`${running.server.url}/nothing`, { method: 'POST' })).status).toBe(404)
    expect(lastRules()).toEqual(['center/request unknown'])
    expect(JSON.stringify(running.center.events())).not.toContain(token.slice(0, 40))
  })
})

/** A CreateTokenWithIAM request as the real client signs it, caught before it is sent. */
async function signedExchange(target: RunningCenter): Promise<Request> {
  const now = target.center.now()
  const { oidc } = clients(target.server.url)
  let caught: Request | undefined
  oidc.config.systemClockOffset = (now - Math.floor(Date.now() / 1000)) * 1000
  oidc.config.requestHandler = {
    handle: async (request: {
      method: string
      path: string
      headers: Record<string, string>
      body: string
    }) => {
      caught = new Request(`${target.server.url}${request.path}?aws_iam=t`, {
        method: request.method,
        headers: request.headers,
        body: request.body,
      })
      throw new Error('caught')
    },
  } as never
  const assertion = exampleToken({ iat: now, exp: now + 300, iss: EXAMPLE_ISSUER })
  await oidc
    .send(new CreateTokenWithIAMCommand({ clientId: EXAMPLE_APPLICATION, grantType: JWT_BEARER, assertion }))
    .catch(() => undefined)
  if (!caught) throw new Error('nothing was sent')
  return caught
}
