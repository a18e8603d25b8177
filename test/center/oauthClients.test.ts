import { randomBytes } from 'node:crypto'
import {
  CreateTokenCommand,
  CreateTokenWithIAMCommand,
  RegisterClientCommand,
  StartDeviceAuthorizationCommand,
  type CreateTokenWithIAMCommandInput,
} from '@aws-sdk/client-sso-oidc'
import * as openid from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readAccessToken } from '../../src/tti/index.js'
import {
  APP_KEY,
  clients,
  EXAMPLE_APPLICATION,
  exampleConfig,
  exampleToken,
  runCenter,
  type RunningCenter,
} from '../support/center.js'
import { FormBrowser } from '../support/formBrowser.js'
import { authorizeQuery, DEVICE_CODE, REDIRECT } from '../support/grants.js'

const RECEIVER = 'arn:aws:sso::111122223333:application/ssoins-1234567890abcdef/apl-fedcba0987654321'
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const REFRESH_TOKEN = 'urn:ietf:params:oauth:token-type:refresh_token'
const ADA = '90676d1f-5d04-4f1a-8a3e-2f1d7a3c0010'
const CALLBACK = 'https://app.example.com/callback'

/** The example, where the application also takes codes, and its receiver exchanges what it is sent. */
function configuration(): object {
  const config = exampleConfig() as unknown as { Applications: Record<string, unknown>[] }
  const [app] = config.Applications as [Record<string, unknown> & { Grants: object[] }]
  const receiver = {
    ...structuredClone(app),
    ApplicationArn: RECEIVER,
    Name: 'warehouse',
    AccessScopes: [{ Scope: 'redshift:connect', AuthorizedTargets: [EXAMPLE_APPLICATION] }],
  }
  app.Grants.push({
    GrantType: 'authorization_code',
    Grant: { AuthorizationCode: { RedirectUris: [CALLBACK] } },
  })
  receiver.Grants.push({ GrantType: EXCHANGE, Grant: { TokenExchange: {} } })
  config.Applications.push(receiver)
  return config
}

let running: RunningCenter
beforeAll(async () => {
  running = await runCenter({}, configuration())
})
afterAll(() => running.server.stop())

const oidc = () => clients(running.server.url).oidc
const withIAM = (input: Partial<CreateTokenWithIAMCommandInput>) =>
  oidc().send(
    new CreateTokenWithIAMCommand({ clientId: EXAMPLE_APPLICATION, grantType: undefined, ...input }),
  )
const lastEvent = () => running.center.events().at(-1)!
const lastRules = () =>
  (lastEvent().additionalEventData?.findings ?? []).map(({ rule, reason }) => `${rule} ${reason}`)

async function refused(
  work: Promise<unknown>,
): Promise<{ name: string; status: number | undefined; error: string | undefined }> {
  const error = (await work.then(
    () => expect.fail('accepted'),
    (reason: unknown) => reason,
  )) as Error & { $metadata: { httpStatusCode: number }; error?: string }
  return { name: error.name, status: error.$metadata?.httpStatusCode, error: error.error }
}

async function register(more: object = {}) {
  const { clientId, clientSecret } = await oidc().send(
    new RegisterClientCommand({
      clientName: 'the tool',
      clientType: 'public',
      scopes: ['sso:account:access'],
      redirectUris: [REDIRECT],
      ...more,
    }),
  )
  return { clientId, clientSecret }
}

async function startDevice(client: Awaited<ReturnType<typeof register>>) {
  const startUrl = 'https://d-1234567890.awsapps.com/start'
  return oidc().send(new StartDeviceAuthorizationCommand({ ...client, startUrl }))
}

/** A code by way of the pages. */
async function code(clientId: string, redirectUri: string, more: Record<string, string> = {}) {
  const codeVerifier = randomBytes(32).toString('base64url')
  const query = { ...authorizeQuery(clientId, redirectUri, codeVerifier), ...more }
  const browser = new FormBrowser(running.server.url)
  const consent = await browser.signIn(
    `/authorize?${new URLSearchParams(query).toString()}`,
    'ada@example.com',
  )
  const { url } = await browser.submit(consent, 'Allow access')
  return { code: url.searchParams.get('code') ?? '', redirectUri, codeVerifier, url }
}

describe('public clients, by the AWS SDK', () => {
  it('register, and are told for how long', async () => {
    const answer = await oidc().send(
      new RegisterClientCommand({
        clientName: 'the tool',
        clientType: 'public',
        scopes: ['sso:account:access'],
      }),
    )
    expect(answer).toMatchObject({
      clientId: expect.stringMatching(/^aoci[\w-]{22}$/) as string,
      clientSecret: expect.stringMatching(/^aocs[\w-]{43}$/) as string,
      authorizationEndpoint: `${running.server.url}/authorize`,
      tokenEndpoint: `${running.server.url}/token`,
    })
    expect(answer.clientSecretExpiresAt! - answer.clientIdIssuedAt!).toBe(90 * 86_400)
    expect(lastEvent()).toMatchObject({
      eventSource: 'sso.amazonaws.com',
      eventName: 'RegisterClient',
      requestParameters: { clientName: 'the tool' },
      responseElements: { clientSecret: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    })
  })

  it('get tokens for a device that a person allows, and refresh them', async () => {
    const client = await register()
    const { deviceCode, userCode, verificationUriComplete, expiresIn, interval } = await startDevice(client)
    expect({ expiresIn, interval }).toEqual({ expiresIn: 600, interval: 1 })
    expect(JSON.stringify(lastEvent())).not.toContain(userCode)
    const poll = () => oidc().send(new CreateTokenCommand({ ...client, grantType: DEVICE_CODE, deviceCode }))
    expect(await refused(poll())).toEqual({ name: 'AuthorizationPendingException', status: 400, error: 'authorization_pending' }) // prettier-ignore
    expect(await refused(poll())).toEqual({ name: 'SlowDownException', status: 400, error: 'slow_down' })

    const browser = new FormBrowser(running.server.url)
    const entry = await browser.signIn(verificationUriComplete!, 'ada@example.com')
    const consent = await browser.submit(entry, 'Continue')
    for (const shown of ['the tool', 'sso:account:access', userCode!]) expect(consent.text).toContain(shown)
    expect((await browser.submit(consent, 'Allow access')).text).toContain('Access allowed')
    running.center.moveClock(6)
    const tokens = await poll()
    expect(tokens).toMatchObject({ tokenType: 'Bearer', expiresIn: 3600 })
    expect(lastEvent()).toMatchObject({
      eventSource: 'sso.amazonaws.com',
      eventName: 'CreateToken',
      userIdentity: { type: 'IdentityCenterUser', onBehalfOf: { userId: ADA } },
      requestParameters: {
        clientId: client.clientId,
        clientSecret: 'HIDDEN_DUE_TO_SECURITY_REASONS',
        deviceCode,
      },
      responseElements: {
        accessToken: 'HIDDEN_DUE_TO_SECURITY_REASONS',
        expiresIn: 3600,
        tokenType: 'Bearer',
      },
    })
    const refresh = (refreshToken?: string) =>
      oidc().send(new CreateTokenCommand({ ...client, grantType: 'refresh_token', refreshToken }))
    const next = await refresh(tokens.refreshToken)
    expect(next.refreshToken).not.toBe(tokens.refreshToken)
    expect(await refused(refresh(tokens.refreshToken))).toMatchObject({
      name: 'InvalidGrantException',
      status: 400,
    })
    expect(lastRules()).toEqual(['oauth/refresh-token reused'])
    running.center.moveClock(-6)
  })

  it('get tokens for a code', async () => {
    const client = await register()
    const { url, ...redemption } = await code(client.clientId!, 'http://127.0.0.1:51234/oauth/callback')
    expect(url.searchParams.get('state')).toBe('a state')
    expect(url.searchParams.get('iss')).toBe('https://identitycenter.amazonaws.com/ssoins-1234567890abcdef')
    const redeem = () =>
      oidc().send(new CreateTokenCommand({ ...client, grantType: 'authorization_code', ...redemption }))
    expect(await redeem()).toMatchObject({ expiresIn: 3600, refreshToken: expect.any(String) as string })
    expect(await refused(redeem())).toMatchObject({ name: 'InvalidGrantException' })
  })

  it.each<[string, () => Promise<unknown>, string, number]>([
    ['an unknown client', () => startDevice({ clientId: 'x'.repeat(22), clientSecret: 'x' }), 'InvalidClientException', 401],
    ['another secret', async () => startDevice({ ...(await register()), clientSecret: 'x'.repeat(43) }), 'InvalidClientException', 401],
    ['a client without the grant', async () => startDevice(await register({ grantTypes: ['authorization_code'] })), 'UnauthorizedClientException', 400],
    ['another instance', async () => oidc().send(new StartDeviceAuthorizationCommand({ ...(await register()), startUrl: 'https://d-0000000000.awsapps.com/start' })), 'InvalidRequestException', 400],
    ['a confidential client', () => register({ clientType: 'confidential' }), 'InvalidClientMetadataException', 400],
    ['an unknown scope', () => register({ scopes: ['admin'] }), 'InvalidScopeException', 400],
    ['a bad redirect URI', () => register({ redirectUris: ['http://a.example/'] }), 'InvalidRedirectUriException', 400],
    ['an unknown grant', () => register({ grantTypes: ['password'] }), 'UnsupportedGrantTypeException', 400],
    ['an unknown grant of a token', async () => oidc().send(new CreateTokenCommand({ ...(await register()), grantType: 'password' })), 'UnsupportedGrantTypeException', 400],
    ['an unknown device code', async () => oidc().send(new CreateTokenCommand({ ...(await register()), grantType: DEVICE_CODE, deviceCode: 'x' })), 'InvalidGrantException', 400],
  ])('are refused for %s', async (_, work, name, status) => {
    expect(await refused(work())).toMatchObject({ name, status })
    expect(lastEvent().errorCode).toBe(name)
  }) // prettier-ignore
})

describe('CreateTokenWithIAM, by the AWS SDK', () => {
  const jwt = () =>
    withIAM({ grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: exampleToken() })

  it('refreshes, without an identity context, and rotates', async () => {
    const first = await jwt()
    const second = await withIAM({ grantType: 'refresh_token', refreshToken: first.refreshToken })
    expect(second).toMatchObject({
      tokenType: 'Bearer',
      expiresIn: 3600,
      issuedTokenType: REFRESH_TOKEN,
      scope: first.scope,
    })
    expect(second.idToken).toBeUndefined()
    expect(second.awsAdditionalDetails).toBeUndefined()
    expect(lastEvent()).toMatchObject({
      eventSource: 'sso-oauth.amazonaws.com',
      eventName: 'CreateTokenWithIAM',
      userIdentity: { onBehalfOf: { userId: ADA } },
      requestParameters: { refreshToken: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    })
    const narrow = await withIAM({
      grantType: 'refresh_token',
      refreshToken: second.refreshToken,
      scope: ['openid'],
    })
    expect(narrow.scope).toEqual(['openid'])
    expect(
      await refused(
        withIAM({ grantType: 'refresh_token', refreshToken: narrow.refreshToken, scope: ['admin'] }),
      ),
    ).toMatchObject({ name: 'InvalidScopeException' })
    // A refusal before the token is used up leaves it as it was; a second use ends everything.
    const last = await withIAM({ grantType: 'refresh_token', refreshToken: narrow.refreshToken })
    expect(
      await refused(withIAM({ grantType: 'refresh_token', refreshToken: first.refreshToken })),
    ).toMatchObject({
      name: 'InvalidGrantException',
    })
    expect(
      await refused(withIAM({ grantType: 'refresh_token', refreshToken: last.refreshToken })),
    ).toMatchObject({
      name: 'InvalidGrantException',
    })
  })

  it('gives the same context on a refresh where that is set', async () => {
    const center = await runCenter({ identityContextOnRefresh: true }, configuration())
    const client = clients(center.server.url).oidc
    const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
    const { refreshToken } = await client.send(
      new CreateTokenWithIAMCommand({ clientId: EXAMPLE_APPLICATION, grantType, assertion: exampleToken() }),
    )
    const input = { clientId: EXAMPLE_APPLICATION, grantType: 'refresh_token', refreshToken }
    const refreshed = await client.send(new CreateTokenWithIAMCommand(input))
    expect(refreshed.awsAdditionalDetails?.identityContext).toMatch(/^ey/)
    await center.server.stop()
  })

  it('redeems a code for the application that asked, with an identity context', async () => {
    const { url, ...redemption } = await code(EXAMPLE_APPLICATION, CALLBACK, {
      scopes: 'openid sts:identity_context',
    })
    expect(url.origin + url.pathname).toBe(CALLBACK)
    const tokens = await withIAM({ grantType: 'authorization_code', ...redemption })
    expect(tokens).toMatchObject({
      scope: ['openid', 'sts:identity_context'],
      idToken: expect.any(String) as string,
      refreshToken: expect.any(String) as string,
      awsAdditionalDetails: { identityContext: expect.any(String) as string },
    })
    expect(await refused(withIAM({ grantType: 'authorization_code', ...redemption }))).toMatchObject({
      name: 'InvalidGrantException',
    })
    expect(await refused(withIAM({ grantType: 'refresh_token', refreshToken: tokens.refreshToken }))).toMatchObject({ name: 'InvalidGrantException' }) // prettier-ignore
    expect(lastRules()).toEqual(['oauth/refresh-token revoked'])
  })

  it("exchanges another application's token, for no longer than the sign-in lasts", async () => {
    const first = await jwt()
    const exchange = (more: Partial<CreateTokenWithIAMCommandInput> = {}) =>
      withIAM({
        clientId: RECEIVER,
        grantType: EXCHANGE,
        subjectToken: first.accessToken,
        subjectTokenType: ACCESS_TOKEN,
        ...more,
      })
    const second = await exchange()
    expect(second).toMatchObject({
      issuedTokenType: ACCESS_TOKEN,
      scope: ['openid', 'aws', 'sts:identity_context', 'redshift:connect'],
    })
    expect(second.refreshToken).toBeUndefined()
    const keys = running.options.tokenKeys.sealing
    const now = running.center.now()
    const read = await readAccessToken(second.accessToken!, { keys, audience: EXAMPLE_APPLICATION, now })
    const original = await readAccessToken(first.accessToken!, { keys, audience: RECEIVER, now })
    expect(read.value).toMatchObject({
      userId: ADA,
      clientId: RECEIVER,
      credentialId: original.value?.credentialId,
    })

    const refreshable = await exchange({ requestedTokenType: REFRESH_TOKEN })
    expect(refreshable).toMatchObject({ issuedTokenType: REFRESH_TOKEN })
    await withIAM({ clientId: RECEIVER, grantType: 'refresh_token', refreshToken: refreshable.refreshToken })

    const refusals: [Partial<CreateTokenWithIAMCommandInput>, string][] = [
      [{ clientId: EXAMPLE_APPLICATION }, 'UnauthorizedClientException'],
      [{ subjectToken: second.accessToken }, 'AccessDeniedException'],
      [{ subjectToken: 'aoal-nothing' }, 'InvalidGrantException'],
      [{ subjectToken: undefined }, 'InvalidRequestException'],
      [{ subjectTokenType: REFRESH_TOKEN }, 'InvalidRequestException'],
      [{ requestedTokenType: 'urn:ietf:params:oauth:token-type:jwt' }, 'InvalidRequestException'],
      [{ scope: ['s3:access_grants:read_write'] }, 'InvalidScopeException'],
      [{ refreshToken: 'x' }, 'InvalidRequestException'],
    ]
    for (const [more, name] of refusals)
      expect([more, (await refused(exchange(more))).name]).toEqual([more, name])
  })

  it('is refused to an application without the grant, and to another caller', async () => {
    const bare = exampleConfig() as unknown as { Applications: { Grants: object[] }[] }
    bare.Applications[0]!.Grants.pop()
    const center = await runCenter({}, bare)
    const client = clients(center.server.url).oidc
    const input = { clientId: EXAMPLE_APPLICATION, grantType: 'refresh_token', refreshToken: 'aorvx' }
    expect(await refused(client.send(new CreateTokenWithIAMCommand(input)))).toMatchObject({ name: 'UnauthorizedClientException' }) // prettier-ignore
    const jwtInput = { clientId: EXAMPLE_APPLICATION, grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: exampleToken() } // prettier-ignore
    const tokens = await client.send(new CreateTokenWithIAMCommand(jwtInput))
    expect(tokens.refreshToken).toBeUndefined()
    await center.server.stop()
    const other = clients(running.server.url, { ...APP_KEY, accessKeyId: 'AKIALOCALOTHERAPP001', secretAccessKey: 'local-secret-of-another-app' }) // prettier-ignore
    const { refreshToken } = await jwt()
    expect(await refused(other.oidc.send(new CreateTokenWithIAMCommand({ ...input, refreshToken })))).toMatchObject({ name: 'AccessDeniedException' }) // prettier-ignore
    // Whoever may not call uses nothing up.
    await withIAM({ grantType: 'refresh_token', refreshToken })
  })
})

describe('openid-client', () => {
  it('finds the authorization endpoint, signs in with PKCE, and checks state and iss', async () => {
    const client = await register()
    const issuer = 'https://identitycenter.amazonaws.com/ssoins-1234567890abcdef'
    // The service speaks JSON with camelCase members: what a standard client sends is put into its words.
    const translate: openid.CustomFetch = async (url, { method, headers, body }) => {
      const target = url.startsWith(issuer)
        ? url.replace(issuer, `${running.server.url}/ssoins-1234567890abcdef`)
        : url
      if (method === 'GET') return fetch(target)
      const form = new URLSearchParams(String(body))
      const names = {
        grant_type: 'grantType',
        code: 'code',
        redirect_uri: 'redirectUri',
        code_verifier: 'codeVerifier',
      }
      const json = Object.fromEntries(Object.entries(names).map(([from, to]) => [to, form.get(from)]))
      const response = await fetch(target, {
        method,
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ ...json, ...client }),
      })
      const answer = (await response.json()) as Record<string, unknown>
      const {
        accessToken: access_token,
        tokenType: token_type,
        expiresIn: expires_in,
        refreshToken: refresh_token,
      } = answer
      return Response.json(
        { access_token, token_type, expires_in, refresh_token },
        { status: response.status },
      )
    }
    const configuration = await openid.discovery(
      new URL(issuer),
      client.clientId!,
      undefined,
      openid.None(),
      {
        [openid.customFetch]: translate,
        execute: [openid.allowInsecureRequests],
      },
    )
    expect(configuration.serverMetadata().authorization_response_iss_parameter_supported).toBe(true)
    const verifier = openid.randomPKCECodeVerifier()
    const state = openid.randomState()
    const authorize = openid.buildAuthorizationUrl(configuration, {
      redirect_uri: 'http://127.0.0.1:5000/oauth/callback',
      scope: 'sso:account:access',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
    })
    const browser = new FormBrowser(running.server.url)
    const consent = await browser.signIn(authorize.pathname + authorize.search, 'ada@example.com')
    const { url } = await browser.submit(consent, 'Allow access')
    const checks = { pkceCodeVerifier: verifier, expectedState: state }
    const tokens = await openid.authorizationCodeGrant(configuration, url, checks)
    expect(tokens).toMatchObject({ access_token: expect.stringMatching(/^aoal/) as string, expires_in: 3600 })

    const again = await browser.get(authorize.pathname + authorize.search)
    const denied = await browser.submit(again, 'Deny')
    await expect(openid.authorizationCodeGrant(configuration, denied.url, checks)).rejects.toMatchObject({
      error: 'access_denied',
    })
  })
})
