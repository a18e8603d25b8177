import {
  AccessDeniedException,
  CreateTokenWithIAMCommand,
  InvalidGrantException,
  SSOOIDCClient,
} from '@aws-sdk/client-sso-oidc'
import express5 from 'express'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sigV4Callers } from '../../src/express/index.js'
import { APPLICATION } from '../support/deployment.js'
import {
  JSON_TYPE,
  JWT_BEARER,
  majors,
  outsideIssuer,
  post,
  ROLE,
  running,
  worldOf,
  type Issuer,
  type Running,
} from './trustedTokenWorld.js'

const KEY = { accessKeyId: 'AKIAOWNEXCHANGEAPP01', secretAccessKey: 'secret-of-the-app-at-this-exchange' }
const REFRESH = 'refresh_token'

let issuer: Issuer
beforeAll(async () => {
  issuer = await outsideIssuer()
})
afterAll(() => issuer.stop())

const sdk = (url: string, credentials = KEY, region = 'us-east-1') =>
  new SSOOIDCClient({ endpoint: url, region, credentials, maxAttempts: 1 })
const exchange = (assertion: string) =>
  new CreateTokenWithIAMCommand({ clientId: APPLICATION, grantType: JWT_BEARER, assertion })

describe.each(majors)('the real AWS SDK at the JSON wire on %s', (_major, express) => {
  let app: Running
  beforeAll(async () => {
    const authenticateCaller = sigV4Callers([{ ...KEY, callerARN: ROLE }], { region: 'us-east-1' })
    app = await running(express, { ...worldOf(issuer), authenticateCaller })
  })
  afterAll(() => app.stop())

  it('exchanges a JWT, is refused the second time, and refreshes', async () => {
    const client = sdk(app.url)
    const assertion = await issuer.token()
    const answer = await client.send(exchange(assertion))
    expect(answer).toMatchObject({
      tokenType: 'Bearer',
      expiresIn: 3600,
      scope: ['openid', 'aws', 'sts:identity_context', 's3:access_grants:read_write'],
      awsAdditionalDetails: { identityContext: expect.any(String) },
    })
    await expect(client.send(exchange(assertion))).rejects.toBeInstanceOf(InvalidGrantException)
    expect(app.last()).toEqual(['tti/replay already'])
    expect(decodeJwt(answer.idToken ?? '')).toMatchObject({ auth_time: expect.stringMatching(/^20.*Z$/) })
    const { refreshToken } = answer
    const again = { clientId: APPLICATION, grantType: REFRESH, refreshToken }
    const refreshed = await client.send(new CreateTokenWithIAMCommand(again))
    expect(refreshed).toMatchObject({ tokenType: 'Bearer', refreshToken: expect.any(String) })
    // The old refresh token was used up.
    await expect(client.send(new CreateTokenWithIAMCommand(again))).rejects.toBeInstanceOf(
      InvalidGrantException,
    )
  })

  it('exchanges one JWT once of a hundred that come at the same time', async () => {
    const client = sdk(app.url)
    const assertion = await issuer.token()
    const sent = Array.from({ length: 100 }, () => client.send(exchange(assertion)))
    const settled = await Promise.allSettled(sent)
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it.each([
    [{ ...KEY, secretAccessKey: 'another-secret-of-nobody-at-all' }, 'us-east-1', 'sigv4/signature mismatch'],
    [{ ...KEY, accessKeyId: 'AKIANOBODYATALL00001' }, 'us-east-1', 'sigv4/credential unknown'],
    [KEY, 'eu-central-1', 'sigv4/scope region'],
  ])(
    'refuses a caller whose signature does not hold: 401, and the cause for the log',
    async (key, region, finding) => {
      const refused = sdk(app.url, key, region).send(exchange(await issuer.token()))
      await expect(refused).rejects.toBeInstanceOf(AccessDeniedException)
      await expect(refused).rejects.toMatchObject({
        $metadata: { httpStatusCode: 401 },
        error: 'access_denied',
      })
      expect(app.last()).toContain(finding)
      expect(app.last()[0]).toBe('express/token-caller refused')
    },
  )
})

describe('the JSON wire', () => {
  const IAM = '/token?aws_iam=t'
  let app: Running
  let open: Running
  beforeAll(async () => {
    const { deployment, ports } = worldOf(issuer)
    app = await running(express5, { deployment, ports })
    const callerARN = 'arn:aws:iam::111122223333:role/another'
    open = await running(express5, { deployment, ports, authenticateCaller: () => ({ callerARN }) })
  })
  afterAll(() => Promise.all([app.stop(), open.stop()]))

  const body = async (more: object = {}) =>
    JSON.stringify({ clientId: APPLICATION, grantType: JWT_BEARER, assertion: await issuer.token(), ...more })
  const told = async (response: Response) => [
    response.status,
    response.headers.get('x-amzn-errortype'),
    await response.json(),
  ]

  it('answers in camelCase with a request id', async () => {
    const response = await post(app, await body(), JSON_TYPE, IAM)
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/)
    expect(await response.json()).toMatchObject({ tokenType: 'Bearer', issuedTokenType: expect.any(String) })
  })

  it('refuses a caller whom the actor policy does not name, by the exception of AWS', async () => {
    const response = await post(open, await body(), JSON_TYPE, IAM)
    const denied = { error: 'access_denied', error_description: 'Access denied' }
    expect(await told(response)).toEqual([400, 'AccessDeniedException', denied])
    expect(open.last()).toEqual(['tti/caller not-allowed'])
  })

  it.each([
    ['a member twice', '{"clientId":"a","clientId":"b"}', 'express/token-body duplicate-member'],
    ['no JSON', 'grant_type=x', 'express/token-body not-json'],
    ['an array', '[]', 'express/token-body not-object'],
    ['JSON too deep', '['.repeat(20) + ']'.repeat(20), 'express/token-body not-json'],
    ['who calls', '{"callerARN":"arn:aws:iam::111122223333:root"}', 'express/token-parameter unserved'],
    ['an unknown member', '{"clientId":"a","grantType":"b","extra":"c"}', 'tti/request unknown-member'],
    ['a prototype', '{"clientId":"a","grantType":"b","__proto__":{}}', 'tti/request unknown-member'],
    ['a list for a text', '{"clientId":["a"],"grantType":"b"}', 'tti/request not-string'],
  ])('refuses %s', async (_what, text, finding) => {
    const response = await post(app, text, JSON_TYPE, IAM)
    const answer = { error: 'invalid_request', error_description: 'Invalid request' }
    expect(await told(response)).toEqual([400, 'InvalidRequestException', answer])
    expect(app.last()).toContain(finding)
  })

  it('is CreateTokenWithIAM alone: another query is another operation', async () => {
    for (const path of ['/token', '/token?aws_iam=f', '/token?aws_iam=t&x=1']) {
      const response = await post(app, await body(), JSON_TYPE, path)
      expect(response.status).toBe(400)
      expect(app.last()[0]).toMatch(/^express\/token-query (missing|unknown)$/)
    }
  })

  it('serves jwt-bearer alone where it was not told how to find a user by id', async () => {
    const { refreshToken } = (await (await post(app, await body(), JSON_TYPE, IAM)).json()) as {
      refreshToken: string
    }
    const refresh = JSON.stringify({ clientId: APPLICATION, grantType: REFRESH, refreshToken })
    const response = await post(app, refresh, JSON_TYPE, IAM)
    expect((await told(response)).slice(0, 2)).toEqual([400, 'UnsupportedGrantTypeException'])
    expect(app.last()).toContain('tti/grant-type other-grant')
  })
})
