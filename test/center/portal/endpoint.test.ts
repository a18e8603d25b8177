import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { validateCenterConfig, type CenterConfig } from '../../../src/center/index.js'
import { answerPortal, portalOperation } from '../../../src/center/portal/endpoint.js'
import type { Reply } from '../../../src/center/reply.js'
import { assertAccepted, type StateStore } from '../../../src/core/index.js'
import { openSession, sessionARN } from '../../../src/center/session.js'
import {
  signOut,
  startApplicationSession,
  startSignInSession,
  validateSessionSettings,
  type SignInSession,
} from '../../../src/directory/portal/index.js'
import { checkAccessToken, type AccessTokenRecord, type Grant } from '../../../src/oauth/index.js'
import { attributeState } from '../../../src/flows/attributeState.js'
import { memoryStateStore } from '../../../src/stores/index.js'
import { exampleConfig } from '../../support/center.js'

const NOW = 1_800_000_000
const ADA = '90676d1f-5d04-4f1a-8a3e-2f1d7a3c0010'
const TOKEN = `aoal${'a'.repeat(43)}`
const sealing = [{ id: 'test', key: randomBytes(32) }] as const

type Json = Record<string, unknown>
type RoleCredentials = {
  accessKeyId: string
  secretAccessKey: string
  sessionToken: string
  expiration: number
}
let config: CenterConfig
let now: number
let session: SignInSession
let scopes: string[]
let state: StateStore

beforeEach(() => {
  config = configured()
  now = NOW
  state = memoryStateStore({ now: () => now })
  scopes = ['sso:account:access']
  session = assertAccepted(
    startSignInSession(
      { sessionID: 'session-1', user: ada() },
      assertAccepted(validateSessionSettings({})),
      NOW,
    ),
  )
})

function configured(change: (file: Record<string, Json[]>) => void = () => undefined): CenterConfig {
  const file = structuredClone(exampleConfig()) as unknown as Record<string, Json[]>
  change(file)
  return assertAccepted(validateCenterConfig(file))
}

const ada = () => config.users.find(({ userId }) => userId === ADA)!

/** The real check of an access token over the session as it is now. */
function resolve(accessToken: string) {
  const user = ada()
  const begun = startApplicationSession(
    { sessionID: 'g', applicationArn: 'c' },
    { ...session },
    { ...user, status: 'ENABLED' },
    NOW,
  )
  const grant: Grant | undefined = begun.ok
    ? { grantID: 'g', clientId: 'c', scopes, session: begun.value }
    : undefined
  const record: AccessTokenRecord = {
    grantID: 'g',
    clientId: 'c',
    userId: ADA,
    signInSessionID: session.sessionID,
    scopes,
    issuedAt: NOW,
    expiresAt: NOW + 3600,
  }
  const live: Grant | undefined = grant ?? { grantID: 'g', clientId: 'c', scopes, session: { sessionID: 'g', applicationArn: 'c', userId: ADA, signInSessionID: 'session-1', startedAt: NOW, expiresAt: NOW + 3600, extended: false } } // prettier-ignore
  const token = accessToken === TOKEN ? record : undefined
  return Promise.resolve(
    checkAccessToken({ token, grant: live, signIn: session, user, scope: 'sso:account:access', now }),
  )
}

async function ask(
  method: string,
  url: string,
  headers: readonly [string, string][] = [['x-amz-sso_bearer_token', TOKEN]],
): Promise<Reply> {
  const operation = portalOperation(method, url.split('?')[0]!)!
  const request = { method, url, headers, body: new Uint8Array() }
  return answerPortal(request, operation, 'request-1', {
    config,
    attributes: attributeState(config.portal.attributes, {
      instanceARN: config.deployment.instanceARN,
      state,
    }),
    sealing,
    now: () => now,
    randomBytes: (n) => new Uint8Array(randomBytes(n)),
    resolve,
    endSession: () => {
      session = signOut(session, now)
      return Promise.resolve({ ok: true, value: session, findings: [] })
    },
  })
}

async function body(reply: Reply): Promise<Json> {
  return (await reply.response.json()) as Json
}

/** Status, exception and message on the wire, and the rule that the log names. */
async function refusal(reply: Reply): Promise<unknown[]> {
  const { response, audit } = reply
  const [finding] = audit.findings
  return [
    response.status,
    response.headers.get('x-amzn-errortype'),
    (await body(reply))['message'],
    `${finding?.rule} ${finding?.reason}`,
  ]
}

const ROLES = '/assignment/roles?account_id='
const credentials = (role: string, account: string): string =>
  `/federation/credentials?role_name=${role}&account_id=${account}`

describe('ListAccounts', () => {
  it('lists the accounts in which the person is assigned anything', async () => {
    const reply = await ask('GET', '/assignment/accounts')
    expect(await body(reply)).toEqual({
      accountList: [
        { accountId: '111122223333', accountName: 'production', emailAddress: 'production@example.com' },
        { accountId: '444455556666', accountName: 'sandbox', emailAddress: 'sandbox@example.com' },
      ],
    })
    expect(reply.audit).toMatchObject({
      eventSource: 'sso.amazonaws.com',
      eventName: 'ListAccounts',
      readOnly: true,
      userIdentity: {
        type: 'IdentityCenterUser',
        accountId: '111122223333',
        credentialId: 'session-1',
        onBehalfOf: {
          userId: ADA,
          identityStoreArn: 'arn:aws:identitystore::111122223333:identitystore/d-1234567890',
        },
      },
      findings: [],
    })
  })

  it('pages without repeating or hiding an account, also when one is taken away between two pages', async () => {
    const account = (at: number): string => String(100_000_000_000 + at)
    const many = (gone: readonly number[]) =>
      configured((file) => {
        const numbers = Array.from({ length: 250 }, (_, at) => at).filter((at) => !gone.includes(at))
        file['Accounts'] = numbers.map((at) => ({ Id: account(at), Name: `n${at}` }))
        file['AccountAssignments'] = numbers.map((at) => ({
          ...file['AccountAssignments']![0]!,
          AccountId: account(at),
        }))
      })
    config = many([])
    const page = async (query: string) => body(await ask('GET', `/assignment/accounts${query}`))
    const ids = (list: Json) => (list['accountList'] as Json[]).map(({ accountId }) => accountId)
    const first = await page('')
    expect(ids(first)).toEqual(Array.from({ length: 100 }, (_, at) => account(at)))
    config = many([99, 150])
    const next = (list: Json) => encodeURIComponent(String(list['nextToken']))
    const second = await page(`?max_result=60&next_token=${next(first)}`)
    expect(ids(second)).toEqual(
      Array.from({ length: 61 }, (_, at) => account(100 + at)).filter((id) => id !== account(150)),
    )
    const third = await page(`?next_token=${next(second)}`)
    expect(ids(third)).toHaveLength(89)
    expect('nextToken' in third).toBe(false)

    const other = await ask('GET', `${ROLES}${account(1)}&next_token=${next(first)}`)
    expect(await refusal(other)).toEqual([
      400,
      'InvalidRequestException',
      'Invalid request',
      'center/portal-page other-list',
    ])
    const altered = await ask('GET', `/assignment/accounts?next_token=${next(first).slice(0, -3)}AAA`)
    expect(await refusal(altered)).toEqual([
      400,
      'InvalidRequestException',
      'Invalid request',
      'center/portal-page not-opened',
    ])
  })
})

describe('ListAccountRoles', () => {
  it('lists the permission sets that are assigned in the account, and no other (R104)', async () => {
    expect(await body(await ask('GET', `${ROLES}444455556666`))).toEqual({
      roleList: [
        { roleName: 'Developer', accountId: '444455556666' },
        { roleName: 'ReadOnly', accountId: '444455556666' },
      ],
    })
    expect(await body(await ask('GET', `${ROLES}111122223333&max_result=1`))).toEqual({
      roleList: [{ roleName: 'ReadOnly', accountId: '111122223333' }],
    })
    const elsewhere = await ask('GET', `${ROLES}999999999999`)
    expect(await refusal(elsewhere)).toEqual([
      403,
      'ForbiddenException',
      'No access',
      'center/portal-account not-assigned',
    ])
  })
})

describe('GetRoleCredentials', () => {
  it('gives credentials of a session that has the name of the person (R099)', async () => {
    const reply = await ask('GET', credentials('Developer', '444455556666'))
    const { roleCredentials } = (await body(reply)) as { roleCredentials: RoleCredentials }
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = roleCredentials
    expect([String(accessKeyId).slice(0, 4), String(secretAccessKey).length]).toEqual(['ASIA', 40])
    // Eight hours, in milliseconds.
    expect(expiration).toBe((NOW + 28_800) * 1000)
    const opened = assertAccepted(await openSession(sessionToken, { accessKeyId, keys: sealing, now }))
    expect(sessionARN(opened)).toMatch(
      /^arn:aws:sts::444455556666:assumed-role\/AWSReservedSSO_Developer_[0-9a-f]{16}\/ada@example\.com$/,
    )
    const logged = JSON.stringify([reply.audit, reply.followed])
    for (const secret of [secretAccessKey, sessionToken, TOKEN]) expect(logged).not.toContain(secret)
    expect(reply.audit.requestParameters).toEqual({ role_name: 'Developer', account_id: '444455556666' })
  })

  it('tags the session with the attributes of the person as they are now (R125, R126)', async () => {
    const titled = (title: unknown) =>
      configured((file) => {
        Object.assign(file['Users']![0]!, { Title: title })
        const attributes = { Key: 'Title', Value: { Source: ['${path:title}'] } }
        Object.assign(file, {
          InstanceAccessControlAttributeConfiguration: { AccessControlAttributes: [attributes] },
        })
      })
    const tags = async () => {
      const reply = await ask('GET', credentials('Developer', '444455556666'))
      const { roleCredentials } = (await body(reply)) as { roleCredentials?: RoleCredentials }
      if (!roleCredentials) {
        expect(reply.followed).toBeUndefined()
        return reply.audit.findings.map(({ rule, reason }) => `${rule} ${reason}`)
      }
      const { accessKeyId, sessionToken } = roleCredentials
      const opened = assertAccepted(await openSession(sessionToken, { accessKeyId, keys: sealing, now }))
      // The log of the role's account says which attributes became tags (R132).
      expect(reply.followed).toMatchObject({
        accountId: '444455556666',
        eventSource: 'sts.amazonaws.com',
        eventName: 'AssumeRoleWithSAML',
        userIdentity: { type: 'SAMLUser', userName: 'ada@example.com' },
        requestParameters: { roleArn: opened.roleARN, principalTags: opened.sessionTags },
      })
      return opened.sessionTags
    }
    expect(await tags()).toEqual({})
    config = titled('Engineer')
    expect(await tags()).toEqual({ Title: 'Engineer' })
    config = titled('Countess')
    expect(await tags()).toEqual({ Title: 'Countess' })
    // What STS would not take names nobody's session.
    config = titled('x'.repeat(257))
    expect(await tags()).toEqual(expect.arrayContaining(['abac/session-tags too-long']))
  })

  it('is configured by attributes that there are', () => {
    const file = structuredClone(exampleConfig()) as unknown as Json
    file['InstanceAccessControlAttributeConfiguration'] = {
      AccessControlAttributes: [{ Key: 'Title', Value: { Source: ['${path:tittle}'] } }],
    }
    const { findings } = validateCenterConfig(file)
    expect(findings.map(({ rule, reason, path }) => [rule, reason, path])).toEqual([
      [
        'abac/attribute-path',
        'unknown',
        '$.InstanceAccessControlAttributeConfiguration.AccessControlAttributes[0].Value.Source[0]',
      ],
    ])
  })

  it.each<[string, string, string, string]>([
    [
      'a set that is assigned in another account',
      'Developer',
      '111122223333',
      'portal/role-assigned other-set',
    ],
    ['a set by another case', 'developer', '444455556666', 'portal/role-assigned other-set'],
    ['the role of a set', 'AWSReservedSSO_Dev', '444455556666', 'portal/role-assigned other-set'],
    ['an account that is not there', 'Developer', '999999999999', 'portal/role-assigned other-account'],
  ])('refuses %s', async (_, role, account, expected) => {
    expect(await refusal(await ask('GET', credentials(role, account)))).toEqual([
      403,
      'ForbiddenException',
      'No access',
      expected,
    ])
  })

  it('ends with the assignment, at once', async () => {
    const developer = credentials('Developer', '444455556666')
    expect((await ask('GET', developer)).response.status).toBe(200)
    config = configured((file) => file['AccountAssignments']!.pop())
    expect(await refusal(await ask('GET', developer))).toEqual([
      403,
      'ForbiddenException',
      'No access',
      'portal/role-assigned other-set',
    ])
    // Bob was never assigned anything, and a group that Ada leaves gives her nothing either.
    config = configured((file) => { file['GroupMemberships'] = [] }) // prettier-ignore
    expect(await body(await ask('GET', '/assignment/accounts'))).toMatchObject({
      accountList: [{ accountId: '444455556666' }],
    })
  })

  it('needs a user name that can name a session', async () => {
    config = configured((file) => void (file['Users']![0]!['UserName'] = 'ada!lovelace'))
    expect(await refusal(await ask('GET', credentials('Developer', '444455556666')))).toEqual([
      403,
      'ForbiddenException',
      'No access',
      'center/portal-session-name characters',
    ])
  })
})

describe('whoever cannot prove a living session', () => {
  const unauthorized = (reason: string) => [
    401,
    'UnauthorizedException',
    'Session token not found or invalid',
    reason,
  ]
  const everything = [
    '/assignment/accounts',
    `${ROLES}444455556666`,
    credentials('Developer', '444455556666'),
    `${ROLES}nonsense`,
  ]

  it.each<[string, [string, string][], string]>([
    ['no token', [], 'oauth/access-token unknown'],
    ['another token', [['x-amz-sso_bearer_token', `${TOKEN}b`]], 'oauth/access-token unknown'],
    ['an authorization header', [['authorization', `Bearer ${TOKEN}`]], 'oauth/access-token unknown'],
    ['two tokens', [['x-amz-sso_bearer_token', `${TOKEN}, ${TOKEN}`]], 'oauth/access-token unknown'],
  ])('with %s is told that alone', async (_, headers, reason) => {
    for (const url of everything)
      expect(await refusal(await ask('GET', url, headers))).toEqual(unauthorized(reason))
    const reply = await ask('POST', '/logout', headers)
    expect(await refusal(reply)).toEqual(unauthorized(reason))
    expect(reply.audit.userIdentity).toEqual({ type: 'Unknown' })
    expect(reply.audit.requestParameters).toBeUndefined()
  })

  it('because the token has expired, at the second', async () => {
    now = NOW + 3599
    expect((await ask('GET', everything[0]!)).response.status).toBe(200)
    now = NOW + 3600
    expect(await refusal(await ask('GET', everything[0]!))).toEqual(
      unauthorized('oauth/access-token expired'),
    )
  })

  it('because the sign-in session has run out, at the second', async () => {
    const settings = assertAccepted(validateSessionSettings({ durationMinutes: 15 }))
    session = assertAccepted(startSignInSession({ sessionID: 'session-1', user: ada() }, settings, NOW))
    now = NOW + 899
    expect((await ask('GET', everything[2]!)).response.status).toBe(200)
    now = NOW + 900
    expect(await refusal(await ask('GET', everything[2]!))).toEqual(
      unauthorized('oauth/access-token-person expired'),
    )
  })

  it('because the token has not the scope', async () => {
    scopes = ['codewhisperer:completions']
    expect(await refusal(await ask('GET', everything[0]!))).toEqual(
      unauthorized('oauth/access-token-scope missing'),
    )
  })

  it('because the user is disabled', async () => {
    config = configured((file) => void (file['Users']![0]!['UserStatus'] = 'DISABLED'))
    expect(await refusal(await ask('GET', everything[2]!))).toEqual(
      unauthorized('oauth/access-token-person disabled'),
    )
  })

  it('because they have signed out: role sessions run on, and nothing new begins (R218, R219)', async () => {
    const { roleCredentials } = (await body(await ask('GET', everything[2]!))) as {
      roleCredentials: RoleCredentials
    }
    const { accessKeyId, sessionToken } = roleCredentials
    const reply = await ask('POST', '/logout')
    expect([reply.response.status, await reply.response.text()]).toEqual([200, ''])
    expect(reply.audit).toMatchObject({ eventName: 'Logout', readOnly: false })
    for (const url of everything)
      expect(await refusal(await ask('GET', url))).toEqual(unauthorized('oauth/access-token-person sign-out'))
    expect(await refusal(await ask('POST', '/logout'))).toEqual(
      unauthorized('oauth/access-token-person sign-out'),
    )
    const open = (at: number) => openSession(sessionToken, { accessKeyId, keys: sealing, now: at })
    expect((await open(NOW + 28_799)).ok).toBe(true)
    expect((await open(NOW + 28_800)).ok).toBe(false)
  })
})

describe('a request', () => {
  it('is refused where it is larger than any', async () => {
    const url = `/assignment/roles?account_id=${'1'.repeat(70_000)}`
    expect((await refusal(await ask('GET', url))).at(-1)).toBe('center/portal-query too-large')
  })

  it.each<[string, string, string]>([
    ['GET', '/assignment/accounts?max_result=0', 'center/portal-parameter form'],
    ['GET', '/assignment/accounts?max_result=101', 'center/portal-parameter form'],
    ['GET', '/assignment/accounts?max_result=1e2', 'center/portal-parameter form'],
    ['GET', '/assignment/accounts?max_result=', 'center/portal-parameter form'],
    ['GET', '/assignment/accounts?max_result=1&max_result=2', 'center/portal-query duplicate'],
    ['GET', '/assignment/accounts?account_id=111122223333', 'center/portal-query unknown'],
    ['GET', '/assignment/accounts?next_token=', 'center/portal-page not-opened'],
    ['GET', '/assignment/accounts?next_token=eyJ', 'center/portal-page not-opened'],
    ['GET', '/assignment/roles', 'center/portal-parameter missing'],
    ['GET', '/assignment/roles?account_id=', 'center/portal-parameter form'],
    ['GET', '/assignment/roles?account_id=11112222333', 'center/portal-parameter form'],
    [
      'GET',
      '/assignment/roles?account_id=111122223333&account_id=444455556666',
      'center/portal-query duplicate',
    ],
    ['GET', '/assignment/roles?account%5Fid=1&account_id=111122223333', 'center/portal-query duplicate'],
    ['GET', '/assignment/roles?account_id=%zz', 'center/portal-query escape'],
    ['GET', '/federation/credentials?account_id=444455556666', 'center/portal-parameter missing'],
    ['GET', '/federation/credentials?role_name=Developer', 'center/portal-parameter missing'],
    ['GET', credentials('a%20b', '444455556666'), 'center/portal-parameter form'],
    ['GET', credentials('x'.repeat(33), '444455556666'), 'center/portal-parameter form'],
    ['GET', credentials('..%2f..', '444455556666'), 'center/portal-parameter form'],
    ['GET', `${credentials('Developer', '444455556666')}&max_result=1`, 'center/portal-query unknown'],
    ['POST', '/logout?x=1', 'center/portal-query unknown'],
  ])('%s %s is refused', async (method, url, expected) => {
    expect(await refusal(await ask(method, url))).toEqual([
      400,
      'InvalidRequestException',
      'Invalid request',
      expected,
    ])
  })

  it('by another method or path is none of the portal', () => {
    for (const name of [
      'POST /assignment/accounts',
      'GET /logout',
      'GET /assignment/accounts/',
      'GET /Assignment/roles',
      'GET /constructor',
    ])
      expect(portalOperation(name.split(' ')[0]!, name.split(' ')[1]!)).toBeUndefined()
  })
})
