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
      () => exchange(exampleToken(), { grantType: 'refresh_token' }),
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
      Roles: { AssumeRolePolicyDocument: { Statement: { Action: unknown }[] } }[]
    }
    configuration.Roles[1]!.AssumeRolePolicyDocument.Statement[0]!.Action = ['sts:AssumeRole']
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
      (c: { accessKeyId: string }) => ({ ...c, accessKeyId: `${c.accessKeyId.slice(0, -1)}A` }),
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
