import { fromSSO } from '@aws-sdk/credential-provider-sso'
import {
  CreateTokenCommand,
  CreateTokenWithIAMCommand,
  RegisterClientCommand,
  StartDeviceAuthorizationCommand,
} from '@aws-sdk/client-sso-oidc'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { StateStore } from '../../../src/core/index.js'
import { memoryStateStore } from '../../../src/stores/index.js'
import { awsHome, START_URL, type AwsHome } from '../../support/awsHome.js'
import {
  clients,
  EXAMPLE_APPLICATION,
  exampleConfig,
  exampleToken,
  runCenter,
  type RunningCenter,
} from '../../support/center.js'
import { portalGrant } from '../../support/portalGrant.js'

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

/** The credentials of a profile, as every client of the SDK gets them. */
const provider = (url = running.server.url) =>
  fromSSO({
    profile: 'developer',
    configFilepath: home.config,
    filepath: home.config,
    ignoreCache: true,
    clientConfig: { endpoint: url, region: 'us-east-1', maxAttempts: 1 },
  })

describe('@aws-sdk/credential-provider-sso', () => {
  it('gets credentials with which the SDK acts as the person', async () => {
    home.writeToken(await portalGrant('ada@example.com', { ...running, state }))
    const credentials = await provider()()
    const hours = ((credentials.expiration?.getTime() ?? 0) - Date.now()) / 3_600_000
    expect(Math.round(hours)).toBe(8)
    const identity = await clients(running.server.url, credentials).sts.send(new GetCallerIdentityCommand({}))
    expect(identity.Arn).toMatch(
      /^arn:aws:sts::444455556666:assumed-role\/AWSReservedSSO_Developer_[0-9a-f]{16}\/ada@example\.com$/,
    )
  })

  it('is told to sign in again once the session is invalid (R228)', async () => {
    home.writeToken({
      ...(await portalGrant('ada@example.com', { ...running, state })),
      accessToken: `aoal${'x'.repeat(43)}`,
    })
    await expect(provider()()).rejects.toThrow('Session token not found or invalid')
  })

  it('gets none once the permission set is no longer assigned; what has begun runs on while others have the role', async () => {
    home.writeToken(await portalGrant('ada@example.com', { ...running, state }))
    const credentials = await provider()()
    // A center that shares store and keys, as after a change of the configuration.
    const changed = async (change: (file: Record<string, Record<string, unknown>[]>) => void) => {
      const file = structuredClone(exampleConfig()) as unknown as Record<string, Record<string, unknown>[]>
      change(file)
      return runCenter({ state, tokenKeys: running.options.tokenKeys }, file)
    }
    const bob = '90676d1f-5d04-4f1a-8a3e-2f1d7a3c0011'
    const given = await changed((file) => (file['AccountAssignments']!.at(-1)!['PrincipalId'] = bob))
    const gone = await changed((file) => file['AccountAssignments']!.pop())
    try {
      for (const { server } of [given, gone])
        await expect(provider(server.url)()).rejects.toThrow('No access')
      const whoAmI = (url: string) => clients(url, credentials).sts.send(new GetCallerIdentityCommand({}))
      expect((await whoAmI(given.server.url)).Account).toBe('444455556666')
      // With its last assignment the role itself is gone.
      await expect(whoAmI(gone.server.url)).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
    } finally {
      await given.server.stop()
      await gone.server.stop()
    }
  })
})

describe('@aws-sdk/client-sso-oidc', () => {
  it('runs all four operations', async () => {
    const { oidc } = clients(running.server.url)
    const registration = await oidc.send(
      new RegisterClientCommand({ clientName: 'tool', clientType: 'public', scopes: ['sso:account:access'] }),
    )
    const { clientId, clientSecret } = registration
    const device = await oidc.send(
      new StartDeviceAuthorizationCommand({ clientId, clientSecret, startUrl: START_URL }),
    )
    expect(device).toMatchObject({ expiresIn: 600, interval: 1 })
    const { deviceCode } = device
    const grantType = 'urn:ietf:params:oauth:grant-type:device_code'
    await expect(
      oidc.send(new CreateTokenCommand({ clientId, clientSecret, grantType, deviceCode })),
    ).rejects.toMatchObject({ name: 'AuthorizationPendingException', error: 'authorization_pending' })

    const held = await portalGrant('ada@example.com', { ...running, state })
    const tokens = await oidc.send(
      new CreateTokenCommand({
        clientId: held['clientId'],
        clientSecret: held['clientSecret'],
        grantType: 'refresh_token',
        refreshToken: held['refreshToken'],
      }),
    )
    expect(tokens).toMatchObject({ tokenType: 'Bearer', expiresIn: 3600 })
    home.writeToken({ ...held, accessToken: tokens.accessToken ?? '' })
    expect((await provider()()).accessKeyId).toMatch(/^ASIA/)

    const exchanged = await oidc.send(
      new CreateTokenWithIAMCommand({
        clientId: EXAMPLE_APPLICATION,
        grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: exampleToken(),
      }),
    )
    expect(exchanged.awsAdditionalDetails?.identityContext).toBeTypeOf('string')
  })

  it('refreshes through the credentials provider when the token is about to end', async () => {
    const held = await portalGrant('ada@example.com', { ...running, state })
    home.writeToken({ ...held, expiresAt: new Date(Date.now() + 60_000).toISOString() })
    expect((await provider()()).accessKeyId).toMatch(/^ASIA/)
    const events = running.center.events().map(({ eventName }) => eventName)
    expect(events).toEqual(['CreateToken', 'GetRoleCredentials', 'AssumeRoleWithSAML'])
    expect(home.token()['refreshToken']).not.toBe(held['refreshToken'])
  })
})
