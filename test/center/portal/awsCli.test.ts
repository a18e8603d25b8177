import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, vi } from 'vitest'
import { memoryStateStore } from '../../../src/stores/index.js'
import { awsHome, forgetCredentials, type AwsHome } from '../../support/awsHome.js'
import { awsProxy, type AwsProxy } from '../../support/awsProxy.js'
import { runCenter, type RunningCenter } from '../../support/center.js'
import { peer, run, type Ran } from '../../support/peers.js'
import { portalGrant } from '../../support/portalGrant.js'

const it = await peer({ name: 'The AWS CLI (aws)', debianPackage: 'awscli' }, () =>
  run('/usr/bin/aws', ['--version']),
)

const PROFILES = {
  developer: { account: '444455556666', role: 'Developer' },
  reader: { account: '111122223333', role: 'ReadOnly' },
  nobody: { account: '111122223333', role: 'Developer' },
}

// The command takes seconds to start where much else is running.
vi.setConfig({ testTimeout: 240_000 })

let running: RunningCenter
let proxy: AwsProxy
let home: AwsHome
const state = memoryStateStore({ now: () => Math.floor(Date.now() / 1000) })

beforeAll(async () => {
  running = await runCenter({ state })
  proxy = await awsProxy(running.server.url)
  home = awsHome(PROFILES, { HTTPS_PROXY: proxy.url })
  const ca = join(home.folder, 'ca.pem')
  writeFileSync(ca, proxy.ca)
  home.env['AWS_CA_BUNDLE'] = ca
})
afterAll(async () => {
  await proxy.stop()
  await running.server.stop()
  home.remove()
})

const aws = (...args: string[]): Promise<Ran> => run('/usr/bin/aws', args, home.env)

function answered(ran: Ran): Record<string, unknown> {
  expect(ran).toMatchObject({ status: 0, stderr: '' })
  return JSON.parse(ran.stdout) as Record<string, unknown>
}

function refused({ status, stdout, stderr }: Ran): string {
  expect([status > 0, stdout]).toEqual([true, ''])
  return stderr.trim()
}

describe('aws, with the token of a sign-in', () => {
  it('lists accounts and roles, page by page', async () => {
    const { accessToken = '' } = await portalGrant('ada@example.com', { ...running, state })
    const list = (...args: string[]) =>
      aws('sso', ...args, '--access-token', accessToken, '--region', 'us-east-1')
    expect(answered(await list('list-accounts', '--page-size', '1'))).toEqual({
      accountList: [
        { accountId: '111122223333', accountName: 'production', emailAddress: 'production@example.com' },
        { accountId: '444455556666', accountName: 'sandbox', emailAddress: 'sandbox@example.com' },
      ],
    })
    expect(answered(await list('list-account-roles', '--account-id', '444455556666'))).toEqual({
      roleList: [
        { roleName: 'Developer', accountId: '444455556666' },
        { roleName: 'ReadOnly', accountId: '444455556666' },
      ],
    })
    expect(refused(await list('list-account-roles', '--account-id', '999999999999'))).toContain(
      'ForbiddenException',
    )
  })

  it('acts as the person in an account, by a profile (R099)', async () => {
    home.writeToken(await portalGrant('ada@example.com', { ...running, state }))
    const developer = answered(await aws('sts', 'get-caller-identity', '--profile', 'developer'))
    expect(developer).toMatchObject({ Account: '444455556666' })
    expect(developer['Arn']).toMatch(
      /^arn:aws:sts::444455556666:assumed-role\/AWSReservedSSO_Developer_[0-9a-f]{16}\/ada@example\.com$/,
    )
    expect(developer['UserId']).toMatch(/^AROA[A-Z0-9]{17}:ada@example\.com$/)
    const reader = answered(await aws('sts', 'get-caller-identity', '--profile', 'reader'))
    expect(reader['Arn']).toMatch(/^arn:aws:sts::111122223333:assumed-role\/AWSReservedSSO_ReadOnly_/)
    expect(refused(await aws('sts', 'get-caller-identity', '--profile', 'nobody'))).toContain(
      '(ForbiddenException) when calling the GetRoleCredentials operation',
    )
    expect(new Set(proxy.hosts)).toEqual(
      new Set(['portal.sso.us-east-1.amazonaws.com', 'sts.us-east-1.amazonaws.com']),
    )
    expect(proxy.refused).toEqual([])
  })

  it('is told to sign in again once signed out, and what has begun runs on (R218, R219, R228)', async () => {
    const token = await portalGrant('ada@example.com', { ...running, state })
    home.writeToken(token)
    forgetCredentials(home)
    const { accessToken = '' } = token
    const credentials = (): Promise<Ran> =>
      aws(
        ...['sso', 'get-role-credentials', '--role-name', 'Developer', '--account-id', '444455556666'],
        ...['--access-token', accessToken, '--region', 'us-east-1'],
      )
    const { roleCredentials } = answered(await credentials()) as { roleCredentials: Record<string, string> }
    expect((await aws('sso', 'logout', '--profile', 'developer')).status).toBe(0)
    expect(running.center.events().at(-1)).toMatchObject({ eventName: 'Logout' })
    expect(refused(await credentials())).toContain('Session token not found or invalid')
    home.writeToken(token)
    expect(refused(await aws('sts', 'get-caller-identity', '--profile', 'developer'))).toContain(
      'The SSO session associated with this profile has expired or is otherwise invalid.',
    )
    const session = {
      AWS_ACCESS_KEY_ID: roleCredentials['accessKeyId'],
      AWS_SECRET_ACCESS_KEY: roleCredentials['secretAccessKey'],
      AWS_SESSION_TOKEN: roleCredentials['sessionToken'],
      AWS_DEFAULT_REGION: 'us-east-1',
    }
    const ran = await run('/usr/bin/aws', ['sts', 'get-caller-identity'], { ...home.env, ...session })
    expect(answered(ran)).toMatchObject({ Account: '444455556666' })
  })

  it('reaches no host but those of the center', async () => {
    const elsewhere = await aws('s3', 'ls', '--profile', 'developer', '--no-sign-request')
    expect(elsewhere.status).not.toBe(0)
    expect(proxy.refused).toEqual(['s3.us-east-1.amazonaws.com:443'])
  })
})
