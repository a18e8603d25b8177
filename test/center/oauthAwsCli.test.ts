import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { runCenter, type RunningCenter } from '../support/center.js'
import { FormBrowser } from '../support/formBrowser.js'
import { DEVICE_CODE } from '../support/grants.js'
import { peer, run, type Ran } from '../support/peers.js'

const home = mkdtempSync(join(tmpdir(), 'countersign-aws-'))
/** Nothing of this machine's AWS settings, nor a proxy. */
const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^AWS_|_proxy$/i.test(name)))
// Debian's own: an older one on the path has other operations.
const AWS = '/usr/bin/aws'

function aws(...args: string[]): Promise<Ran> {
  return run(AWS, args, {
    ...clean,
    HOME: home,
    AWS_CONFIG_FILE: join(home, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
  })
}

const it = await peer({ name: 'The AWS CLI (/usr/bin/aws)', debianPackage: 'awscli' }, () => aws('--version'))

let running: RunningCenter
beforeAll(async () => {
  running = await runCenter()
})
afterAll(async () => {
  await running.server.stop()
  rmSync(home, { recursive: true })
})

const oidc = (operation: string, options: Record<string, string>): Promise<Ran> =>
  aws(
    'sso-oidc',
    operation,
    '--endpoint-url',
    running.server.url,
    ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
  )

function answered(ran: Ran): Record<string, string> {
  expect(ran).toMatchObject({ status: 0, stderr: '' })
  return JSON.parse(ran.stdout) as Record<string, string>
}

function refused({ status, stderr }: Ran): string | undefined {
  expect(status).toBeGreaterThan(0)
  return /An error occurred \((\w+)\) when calling the \w+ operation/.exec(stderr)?.[1]
}

describe('sso-oidc, by the AWS CLI', () => {
  it('registers, gets tokens for a device, and refreshes them', async () => {
    const registered = answered(
      await oidc('register-client', {
        'client-name': 'the cli',
        'client-type': 'public',
        scopes: 'sso:account:access',
      }),
    )
    const client = { 'client-id': registered['clientId']!, 'client-secret': registered['clientSecret']! }
    const started = answered(
      await oidc('start-device-authorization', {
        ...client,
        'start-url': 'https://d-1234567890.awsapps.com/start',
      }),
    )
    const poll = () =>
      oidc('create-token', { ...client, 'grant-type': DEVICE_CODE, 'device-code': started['deviceCode']! })
    expect(refused(await poll())).toBe('AuthorizationPendingException')

    const browser = new FormBrowser(running.server.url)
    const entry = await browser.signIn(started['verificationUriComplete']!, 'ada@example.com')
    await browser.submit(await browser.submit(entry, 'Continue'), 'Allow access')
    running.center.moveClock(6)
    const tokens = answered(await poll())
    expect(tokens).toMatchObject({ tokenType: 'Bearer', expiresIn: 3600 })
    expect(refused(await poll())).toBe('InvalidGrantException')

    const second = answered(
      await oidc('start-device-authorization', { ...client, 'start-url': `${running.server.url}/start` }),
    )
    const page = await browser.get(second['verificationUriComplete']!)
    await browser.submit(await browser.submit(page, 'Continue'), 'Allow access')
    const grant = { ...client, 'grant-type': DEVICE_CODE, 'device-code': second['deviceCode']! }
    const first = answered(await oidc('create-token', grant))
    const refresh = (refreshToken: string) =>
      oidc('create-token', { ...client, 'grant-type': 'refresh_token', 'refresh-token': refreshToken })
    const next = answered(await refresh(first['refreshToken']!))
    expect(next['accessToken']).not.toBe(first['accessToken'])
    expect(refused(await refresh(first['refreshToken']!))).toBe('InvalidGrantException')
    expect(running.center.events().at(-1)?.userAgent).toContain('aws-cli/')
  })

  it('is refused by the names that it prints', async () => {
    const wrong = { 'client-id': 'x'.repeat(22), 'client-secret': 'x' }
    const startUrl = { 'start-url': 'https://d-1234567890.awsapps.com/start' }
    expect(refused(await oidc('start-device-authorization', { ...wrong, ...startUrl }))).toBe(
      'InvalidClientException',
    )
    expect(refused(await oidc('register-client', { 'client-name': 'x', 'client-type': 'web' }))).toBe(
      'InvalidClientMetadataException',
    )
    expect(
      refused(
        await oidc('register-client', { 'client-name': 'x', 'client-type': 'public', scopes: 'admin' }),
      ),
    ).toBe('InvalidScopeException')
  })
})
