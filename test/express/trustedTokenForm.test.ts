import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TokensIssued } from '../../src/express/index.js'
import { readAccessToken } from '../../src/tti/index.js'
import { APPLICATION, RECEIVER, USERS } from '../support/deployment.js'
import {
  exchangeOf,
  majors,
  outsideIssuer,
  postForm,
  ROLE,
  running,
  worldOf,
  type Issuer,
  type Running,
} from './trustedTokenWorld.js'

let issuer: Issuer
beforeAll(async () => {
  issuer = await outsideIssuer()
})
afterAll(() => issuer.stop())

const answerOf = async (response: Response): Promise<[number, Record<string, unknown>]> => [
  response.status,
  (await response.json()) as Record<string, unknown>,
]

describe.each(majors)('the form wire on %s', (_major, express) => {
  let app: Running
  let world: ReturnType<typeof worldOf>
  const issued: TokensIssued[] = []
  beforeAll(async () => {
    world = worldOf(issuer)
    app = await running(express, { ...world, onIssued: (one) => void issued.push(one) })
  })
  afterAll(() => app.stop())

  it('exchanges a JWT for tokens, told as RFC 6749 5.1 has them and kept by no cache', async () => {
    const response = await postForm(app, exchangeOf(await issuer.token()))
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('content-type')).toBe('application/json')
    const [status, answer] = await answerOf(response)
    expect(status).toBe(200)
    expect(answer).toMatchObject({
      token_type: 'Bearer',
      expires_in: 3600,
      issued_token_type: 'urn:ietf:params:oauth:token-type:refresh_token',
      scope: 'openid aws sts:identity_context s3:access_grants:read_write',
      aws_additional_details: { identity_context: expect.any(String) },
    })
    expect(decodeJwt(String(answer['id_token']))).toMatchObject({ sub: USERS[0]?.userId, aud: APPLICATION })
    const keys = world.deployment.tokenKeys.sealing
    const read = { keys, audience: RECEIVER, now: Math.floor(Date.now() / 1000) }
    expect(await readAccessToken(String(answer['access_token']), read)).toMatchObject({
      ok: true,
      value: { userId: USERS[0]?.userId, clientId: APPLICATION },
    })
  })

  it('tells an audit log who called and for whom, without the tokens, and with what was odd', async () => {
    const jwt = await issuer.token({ email_verified: false })
    const [, answer] = await answerOf(await postForm(app, exchangeOf(jwt)))
    const { 'aws:credential_id': credentialId } = decodeJwt(String(answer['id_token']))
    const told = { callerARN: ROLE, clientId: APPLICATION, userId: USERS[0]?.userId, credentialId }
    expect(issued.at(-1)).toMatchObject({ ...told, findings: [{ rule: 'tti/email-verified' }] })
    const log = JSON.stringify(issued)
    for (const token of [jwt, answer['id_token'], answer['access_token'], answer['refresh_token']])
      expect(log).not.toContain(token)
  })

  it('refuses the same JWT the second time, as any bad token, and tells the log why', async () => {
    const members = exchangeOf(await issuer.token())
    expect((await postForm(app, members)).status).toBe(200)
    expect(await answerOf(await postForm(app, members))).toEqual([
      400,
      { error: 'invalid_grant', error_description: 'Invalid grant provided' },
    ])
    expect(app.last()).toEqual(['tti/replay already'])
    expect(app.refused.at(-1)).toMatchObject({ status: 400, method: 'POST', path: '/token' })
  })

  it('exchanges one JWT once of a hundred that come at the same time', async () => {
    const members = exchangeOf(await issuer.token())
    const answers = await Promise.all(Array.from({ length: 100 }, () => postForm(app, members)))
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([200, ...Array.from({ length: 99 }, () => 400)])
  })

  it('serves the scopes that are asked for, parted by one space, and a parameter without value counts as left out', async () => {
    const scope = 's3:access_grants:read_write'
    const more = { scope, redirect_uri: '' }
    const [, answer] = await answerOf(await postForm(app, exchangeOf(await issuer.token(), more)))
    expect(answer['scope']).toContain(scope)
    const wider = exchangeOf(await issuer.token(), { scope: `${scope}  nothing:of_this` })
    expect(await answerOf(await postForm(app, wider))).toMatchObject([400, { error: 'invalid_scope' }])
  })

  it('passes over parameters that it does not know, as RFC 6749 3.2 demands', async () => {
    const members = exchangeOf(await issuer.token(), { 'x-client-sku': 'some library' })
    expect((await postForm(app, members)).status).toBe(200)
  })

  it.each([
    [{ grant_type: undefined }, 400, 'invalid_request', 'tti/request missing'],
    [{ assertion: undefined }, 400, 'invalid_request', 'tti/request missing'],
    [{ client_id: undefined }, 400, 'invalid_request', 'tti/request missing'],
    [{ refresh_token: 'aorvsomething' }, 400, 'invalid_request', 'tti/request other-grant'],
    [
      { grant_type: 'password', assertion: undefined },
      400,
      'unsupported_grant_type',
      'tti/grant-type other-grant',
    ],
    [{ client_id: `${APPLICATION}0` }, 401, 'invalid_client', 'tti/application unknown'],
    [{ assertion: 'not.a.token' }, 400, 'invalid_grant', 'tti/base64url spare-bits'],
    [{ resource: 'https://api.example.com' }, 400, 'invalid_request', 'express/token-parameter unserved'],
    [{ actor_token: 'something' }, 400, 'invalid_request', 'express/token-parameter unserved'],
    [
      { callerARN: 'arn:aws:iam::111122223333:root' },
      400,
      'invalid_request',
      'express/token-parameter unserved',
    ],
  ] as const)('refuses %o with %i %s', async (more, status, error, finding) => {
    const members = exchangeOf(await issuer.token(), more as Record<string, string | undefined>)
    const [answered, answer] = await answerOf(await postForm(app, members))
    expect([answered, answer['error']]).toEqual([status, error])
    expect(Object.keys(answer)).toEqual(['error', 'error_description'])
    expect(app.last()).toContain(finding)
  })

  it('tells a person who is not found, or not admitted, what it tells a bad token', async () => {
    const expected = [400, { error: 'invalid_grant', error_description: 'Invalid grant provided' }]
    for (const [email, finding] of [
      ['nobody@example.com', 'tti/user-not-found none'],
      ['bob@example.com', 'tti/user-not-assigned not-assigned'],
      ['eve@example.com', 'tti/user-disabled disabled'],
    ] as const) {
      expect(await answerOf(await postForm(app, exchangeOf(await issuer.token({ email }))))).toEqual(expected)
      expect(app.last()).toContain(finding)
    }
  })
})
