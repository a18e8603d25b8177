import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, vi } from 'vitest'
import { awsHome, forgetCredentials, START_URL, type AwsHome } from '../../support/awsHome.js'
import { awsProxy, type AwsProxy } from '../../support/awsProxy.js'
import { runCenter, type RunningCenter } from '../../support/center.js'
import { peer, run, type Ran } from '../../support/peers.js'
import { decideDevice, launchBrowser } from '../../support/person.js'

const both = async (): Promise<Ran> => {
  const cli = await run('/usr/bin/aws', ['--version'])
  return cli.status === 0 ? run('/usr/bin/chromium', ['--version']) : cli
}
const it = await peer({ name: 'The AWS CLI with Chromium', debianPackage: 'awscli chromium' }, both)

const ADA = 'ada@example.com'
const ROLE =
  /^arn:aws:sts::444455556666:assumed-role\/AWSReservedSSO_Developer_[0-9a-f]{16}\/ada@example\.com$/

// The command takes seconds to start where much else is running.
vi.setConfig({ testTimeout: 240_000 })

let running: RunningCenter
let proxy: AwsProxy
let home: AwsHome
let browser: Browser
let page: Page
beforeAll(async () => {
  running = await runCenter()
  proxy = await awsProxy(running.server.url)
  home = awsHome({ developer: { account: '444455556666', role: 'Developer' } }, { HTTPS_PROXY: proxy.url })
  const ca = join(home.folder, 'ca.pem')
  writeFileSync(ca, proxy.ca)
  home.env['AWS_CA_BUNDLE'] = ca
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
  await proxy.stop()
  await running.server.stop()
  home.remove()
})
beforeEach(async () => {
  page = await (await browser.newContext()).newPage()
})
afterEach(() => page.context().close())

const aws = (...args: string[]): Promise<Ran> => run('/usr/bin/aws', args, home.env)

function answered(ran: Ran): Record<string, string> {
  expect(ran).toMatchObject({ status: 0, stderr: '' })
  return JSON.parse(ran.stdout) as Record<string, string>
}

/** The name of the exception, or what else the CLI says. */
function refused({ status, stderr }: Ran): string {
  expect(status).not.toBe(0)
  return /An error occurred \((\w+)\)/.exec(stderr)?.[1] ?? stderr
}

/**
 * `aws sso login`, with the person deciding once the code is shown. It waits longer between two polls than the center keeps a
 * connection open, and so may try one that is closing: as always, it then tries again.
 */
async function login(decision: 'Allow access' | 'Deny'): Promise<Ran> {
  const child = spawn('/usr/bin/aws', ['sso', 'login', '--no-browser', '--profile', 'developer'], {
    env: { ...home.env, AWS_MAX_ATTEMPTS: '3' },
  })
  let [stdout, stderr] = ['', '']
  let decided: Promise<void> | undefined
  child.stderr.on('data', (chunk) => (stderr += String(chunk)))
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk)
    const userCode = /^([A-Z]{4}-[A-Z]{4})$/m.exec(stdout)?.[1]
    const address = /^(https?:\/\/\S+user_code=\S+)$/m.exec(stdout)?.[1]
    if (userCode !== undefined && address !== undefined)
      decided ??= decideDevice(page, { address: address, userCode, userName: ADA, decision })
  })
  const status = await new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)))
  await decided
  return { status, stdout, stderr }
}

describe('aws sso login', () => {
  it('signs a person in, gets credentials of a role, refreshes the token, and signs out', async () => {
    const signedIn = await login('Allow access')
    expect(signedIn).toMatchObject({ status: 0, stderr: '' })
    const token = home.token()
    expect(token).toMatchObject({ startUrl: START_URL, region: 'us-east-1' })
    const whoAmI = (): Promise<Ran> => aws('sts', 'get-caller-identity', '--profile', 'developer')
    expect(answered(await whoAmI())['Arn']).toMatch(ROLE)

    // With less than 15 minutes left the CLI refreshes by itself.
    const soon = new Date(Date.now() + 300_000).toISOString().replace(/\.\d+/, '')
    home.writeToken({ ...token, expiresAt: soon })
    forgetCredentials(home)
    expect(answered(await whoAmI())['Arn']).toMatch(ROLE)
    const refreshed = home.token()
    expect(refreshed['accessToken']).not.toBe(token['accessToken'])
    expect(refreshed['refreshToken']).not.toBe(token['refreshToken'])

    expect((await aws('sso', 'logout')).status).toBe(0)
    const names = running.center.events().map(({ eventName, errorCode }) => errorCode ?? eventName)
    expect(names).toEqual(expect.arrayContaining(['RegisterClient', 'StartDeviceAuthorization', 'CreateToken', 'GetRoleCredentials', 'GetCallerIdentity', 'Logout'])) // prettier-ignore
    expect(new Set(proxy.hosts)).toEqual(
      new Set([
        'oidc.us-east-1.amazonaws.com',
        'portal.sso.us-east-1.amazonaws.com',
        'sts.us-east-1.amazonaws.com',
      ]),
    )
    expect(proxy.refused).toEqual([])
    // Nothing that the person or the CLI holds is in the log.
    const log = JSON.stringify(running.center.events())
    for (const name of ['accessToken', 'refreshToken', 'clientSecret'])
      for (const secret of [token[name], refreshed[name]]) expect(log).not.toContain(secret)
  })

  it('ends when the person denies', async () => {
    const ran = await login('Deny')
    expect(refused(ran)).toBe('AccessDeniedException')
  })
})

describe('aws sso-oidc', () => {
  const oidc = (...args: string[]): Promise<Ran> =>
    aws('sso-oidc', ...args, '--region', 'us-east-1', '--endpoint-url', running.server.url)
  const client = async () => {
    const registered = await oidc(
      'register-client',
      '--client-name',
      'tool',
      '--client-type',
      'public',
      '--scopes',
      'sso:account:access',
    )
    const { clientId = '', clientSecret = '' } = answered(registered)
    return ['--client-id', clientId, '--client-secret', clientSecret]
  }
  const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'

  it('registers a client, starts a device, and creates a token once the person has allowed it', async () => {
    const own = await client()
    const device = answered(await oidc('start-device-authorization', ...own, '--start-url', START_URL))
    expect(device).toMatchObject({
      expiresIn: 600,
      interval: 1,
      verificationUri: `${running.server.url}/device`,
    })
    const { deviceCode = '', userCode = '', verificationUriComplete = '' } = device
    const poll = ['create-token', ...own, '--grant-type', DEVICE_CODE, '--device-code', deviceCode]
    expect(refused(await oidc(...poll))).toBe('AuthorizationPendingException')
    await decideDevice(page, { address: verificationUriComplete, userCode, userName: ADA })
    // A browser can be faster than the interval, after which the next poll may come.
    running.center.moveClock(1)
    const tokens = answered(await oidc(...poll))
    expect(tokens).toMatchObject({ tokenType: 'Bearer', expiresIn: 3600 })

    const refresh = (refreshToken = '') =>
      oidc('create-token', ...own, '--grant-type', 'refresh_token', '--refresh-token', refreshToken)
    const refreshed = answered(await refresh(tokens['refreshToken']))
    expect(refreshed['accessToken']).not.toBe(tokens['accessToken'])
    // A device code that comes twice takes away what it gave the first time.
    expect(refused(await oidc(...poll))).toBe('InvalidGrantException')
    expect(refused(await refresh(refreshed['refreshToken']))).toBe('InvalidGrantException')
  })

  it('refuses by the names that the CLI prints', async () => {
    const own = await client()
    expect(refused(await oidc('start-device-authorization', ...own, '--start-url', 'https://d-0000000000.awsapps.com/start'))).toBe('InvalidRequestException') // prettier-ignore
    expect(refused(await oidc('create-token', '--client-id', 'x', '--client-secret', 'y', '--grant-type', DEVICE_CODE, '--device-code', 'z'))).toBe('InvalidClientException') // prettier-ignore
    expect(refused(await oidc('create-token', ...own, '--grant-type', 'password'))).toBe(
      'UnsupportedGrantTypeException',
    )
  })
})
