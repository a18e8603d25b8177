import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, type TestContext } from 'vitest'
import {
  ADMIN_KEY,
  APP_KEY,
  EXAMPLE_APPLICATION,
  EXAMPLE_INSTANCE,
  EXAMPLE_ROLE,
  exampleToken,
  OTHER_KEY,
  runCenter,
  type RunningCenter,
} from '../support/center.js'
import { peer, run, type Ran } from '../support/peers.js'

interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const PROVIDER = 'arn:aws:iam::aws:contextProvider/IdentityCenter'
const home = mkdtempSync(join(tmpdir(), 'countersign-aws-'))
const config = join(home, 'config')
// Version 1 would fetch an argument that looks like a URL.
writeFileSync(config, '[default]\nregion = us-east-1\noutput = json\ncli_follow_urlparam = false\n')

/** Nothing of this machine's AWS settings, nor a proxy. */
const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^AWS_|_proxy$/i.test(name)))

function aws(args: readonly string[], credentials?: Credentials): Promise<Ran> {
  return run('aws', args, {
    ...clean,
    HOME: home,
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
    ...(credentials && {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      ...(credentials.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: credentials.sessionToken }),
    }),
  })
}

const it = await peer({ name: 'The AWS CLI (aws)', debianPackage: 'awscli' }, () => aws(['--version']))
/** The parameters that this version knows for a call; none where it does not know the call. */
const skeleton = async (...call: string[]): Promise<string> =>
  (await aws([...call, '--generate-cli-skeleton'])).stdout
const hasExchange = (await skeleton('sso-oidc', 'create-token-with-iam')).includes('"assertion"')
const hasContexts = (await skeleton('sts', 'assume-role')).includes('"ProvidedContexts"')
/** For what came late to the CLI: Debian's 2.9 has neither. */
const needs = (has: boolean, call: string, { skip }: TestContext): void => {
  if (!has) skip(`This version of the AWS CLI has no ${call}.`)
}

let running: RunningCenter
beforeAll(async () => {
  running = await runCenter()
})
afterAll(async () => {
  await running.server.stop()
  rmSync(home, { recursive: true })
})

const call = (args: readonly string[], credentials: Credentials = APP_KEY): Promise<Ran> =>
  aws([...args, '--endpoint-url', running.server.url], credentials)
const whoAmI = (credentials?: Credentials) => call(['sts', 'get-caller-identity'], credentials)
const assume = (more: readonly string[] = [], credentials?: Credentials, role = EXAMPLE_ROLE) =>
  call(['sts', 'assume-role', '--role-arn', role, '--role-session-name', 'ada', ...more], credentials)
const exchange = (assertion: string, credentials?: Credentials) =>
  call(
    [
      ...['sso-oidc', 'create-token-with-iam', '--client-id', EXAMPLE_APPLICATION],
      ...['--grant-type', JWT_BEARER, '--assertion', assertion],
    ],
    credentials,
  )
const contexts = (assertion: string) => [
  '--provided-contexts',
  `ProviderArn=${PROVIDER},ContextAssertion=${assertion}`,
]

function answered(ran: Ran): Record<string, unknown> {
  expect(ran).toMatchObject({ status: 0, stderr: '' })
  return JSON.parse(ran.stdout) as Record<string, unknown>
}

/** The error's name, as the CLI prints it. */
function refused({ status, stdout, stderr }: Ran): string | undefined {
  expect(status).toBeGreaterThan(0)
  expect(stdout).toBe('')
  return /An error occurred \((\w+)\) when calling the \w+ operation/.exec(stderr)?.[1]
}

function credentialsOf(answer: Record<string, unknown>): Credentials {
  const credentials = answer['Credentials'] as Record<string, string>
  return {
    accessKeyId: credentials['AccessKeyId']!,
    secretAccessKey: credentials['SecretAccessKey']!,
    sessionToken: credentials['SessionToken']!,
  }
}

const lastEvent = () => running.center.events().at(-1)!

describe('STS, by the AWS CLI', () => {
  it('says who an access key is', async () => {
    expect(answered(await whoAmI())).toMatchObject({
      Account: '111122223333',
      Arn: 'arn:aws:sts::111122223333:assumed-role/expense-app/local',
    })
    expect(lastEvent().userAgent).toContain('aws-cli/')
  })

  it('assumes a role, whose credentials work', async () => {
    const answer = answered(await assume())
    const arn = 'arn:aws:sts::111122223333:assumed-role/expense-app-user/ada'
    expect(answer['AssumedRoleUser']).toMatchObject({ Arn: arn })
    expect(answered(await whoAmI(credentialsOf(answer)))).toMatchObject({ Arn: arn })
  })

  it('refuses by the names that the CLI prints', async () => {
    expect(refused(await whoAmI({ ...APP_KEY, secretAccessKey: 'wrong' }))).toBe('SignatureDoesNotMatch')
    expect(refused(await whoAmI({ ...APP_KEY, accessKeyId: 'AKIAUNKNOWNUNKNOWN12' }))).toBe(
      'InvalidClientTokenId',
    )
    expect(
      refused(
        await aws(['sts', 'get-caller-identity', '--no-sign-request', '--endpoint-url', running.server.url]),
      ),
    ).toBe('MissingAuthenticationToken')
    expect(refused(await assume([], OTHER_KEY))).toBe('AccessDenied')
    expect(refused(await assume([], APP_KEY, `${EXAMPLE_ROLE}-unknown`))).toBe('AccessDenied')
    expect(refused(await assume(['--duration-seconds', '7200']))).toBe('ValidationError')
    const session = credentialsOf(answered(await assume()))
    const cut = { ...session, sessionToken: session.sessionToken!.slice(0, -8) }
    expect(refused(await whoAmI(cut))).toBe('InvalidClientTokenId')
  })
})

describe('sso-admin, by the AWS CLI', () => {
  const admin = (operation: string, ...more: string[]): Promise<Ran> =>
    call(
      [
        ...['sso-admin', `${operation}-instance-access-control-attribute-configuration`],
        ...['--instance-arn', EXAMPLE_INSTANCE, ...more],
      ],
      ADMIN_KEY,
    )
  const attribute = (key: string, path: string): string[] => [
    '--instance-access-control-attribute-configuration',
    JSON.stringify({ AccessControlAttributes: [{ Key: key, Value: { Source: [`\${path:${path}}`] } }] }),
  ]

  it('enables, describes, updates and disables attributes for access control', async () => {
    const done = { status: 0, stdout: '', stderr: '' }
    expect(refused(await admin('describe'))).toBe('ResourceNotFoundException')
    expect(await admin('create', ...attribute('Team', 'enterprise.department'))).toMatchObject(done)
    expect(refused(await admin('create', ...attribute('Team', 'title')))).toBe('ConflictException')
    expect(answered(await admin('describe'))).toEqual({
      Status: 'ENABLED',
      InstanceAccessControlAttributeConfiguration: {
        AccessControlAttributes: [{ Key: 'Team', Value: { Source: ['${path:enterprise.department}'] } }],
      },
    })
    expect(refused(await admin('update', ...attribute('Team', 'custom.team')))).toBe('ValidationException')
    expect(await admin('update', ...attribute('Team', 'title'))).toMatchObject(done)
    expect(await admin('delete')).toMatchObject(done)
    expect(refused(await admin('delete'))).toBe('ResourceNotFoundException')
    expect(lastEvent().userAgent).toContain('aws-cli/')
  })

  it('refuses whoever may not, and the signatures that STS refuses', async () => {
    const describing = ['sso-admin', 'describe-instance-access-control-attribute-configuration']
    const ask = (credentials: Credentials): Promise<Ran> =>
      call([...describing, '--instance-arn', EXAMPLE_INSTANCE], credentials)
    expect(refused(await ask(APP_KEY))).toBe('AccessDeniedException')
    expect(refused(await ask({ ...ADMIN_KEY, secretAccessKey: 'wrong' }))).toBe('InvalidSignatureException')
  })
})

describe('CreateTokenWithIAM, by the AWS CLI', () => {
  it('exchanges a JWT, assumes the role with its context, and acts as the person', async (context) => {
    needs(hasExchange, 'sso-oidc create-token-with-iam', context)
    const tokens = answered(await exchange(exampleToken()))
    expect(tokens).toMatchObject({ tokenType: 'Bearer', expiresIn: 3600 })

    needs(hasContexts, 'sts assume-role --provided-contexts', context)
    const { identityContext } = tokens['awsAdditionalDetails'] as { identityContext: string }
    const session = credentialsOf(answered(await assume(contexts(identityContext))))
    expect(answered(await whoAmI(session))).toMatchObject({
      Arn: 'arn:aws:sts::111122223333:assumed-role/expense-app-user/ada',
    })
    expect(lastEvent()).toMatchObject({
      eventName: 'GetCallerIdentity',
      userIdentity: { onBehalfOf: { userId: '90676d1f-5d04-4f1a-8a3e-2f1d7a3c0010' } },
    })

    const altered = `${identityContext.slice(0, -4)}AAAA`
    expect(refused(await assume(contexts(altered)))).toBe('AccessDenied')
    expect(refused(await assume([], session))).toBe('AccessDenied')
  })

  it('refuses by the names that the CLI prints', async (context) => {
    needs(hasExchange, 'sso-oidc create-token-with-iam', context)
    const jwt = exampleToken()
    answered(await exchange(jwt))
    expect(refused(await exchange(jwt))).toBe('InvalidGrantException')
    expect(refused(await exchange(exampleToken({ aud: 'other' })))).toBe('InvalidGrantException')
    expect(refused(await exchange(exampleToken({ email: 'bob@example.com' })))).toBe('AccessDeniedException')
    expect(refused(await exchange(exampleToken(), OTHER_KEY))).toBe('AccessDeniedException')
    const wrong = { ...APP_KEY, secretAccessKey: 'wrong' }
    expect(refused(await exchange(exampleToken(), wrong))).toBe('InvalidSignatureException')
  })
})
