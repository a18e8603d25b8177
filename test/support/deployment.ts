import { createPrivateKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import { directoryOf, parseUsers } from '../../src/directory/index.js'
import { staticIssuerKeys, type ExchangeDeployment, type ExchangePorts } from '../../src/flows/index.js'
import { memoryReplayStore, memoryStateStore } from '../../src/stores/index.js'
import { validateDeployment, type ExchangeRequest } from '../../src/tti/index.js'
import { assertAccepted } from '../../src/core/index.js'

export const NOW = 1_800_000_000
export const ISSUER = 'https://idp.example.com/tenant'
export const AUDIENCE = 'my-client'
export const APPLICATION =
  'arn:aws:sso::111122223333:application/ssoins-1234567890abcdef/apl-1234567890abcdef'
export const RECEIVER = 'arn:aws:sso::111122223333:application/ssoins-1234567890abcdef/apl-fedcba0987654321'
export const ISSUER_ARN =
  'arn:aws:sso::111122223333:trustedTokenIssuer/ssoins-1234567890abcdef/tti-11111111-2222-3333-4444-555555555555'
export const CALLER = 'arn:aws:sts::111122223333:assumed-role/my-app/session-1'

/** Keys made once per test file: RSA generation is the slow part. */
export const issuerKey = generateKeyPairSync('rsa', { modulusLength: 2048 })

export function jwksOf(key: KeyObject, kid = 'k1'): { keys: Record<string, unknown>[] } {
  return { keys: [{ ...key.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }] }
}

export function makeToken(
  claims: Record<string, unknown> = {},
  { header = {}, key = issuerKey.privateKey }: { header?: Record<string, unknown>; key?: KeyObject } = {},
): string {
  const payload = {
    iss: ISSUER,
    sub: 'u1',
    aud: AUDIENCE,
    exp: NOW + 300,
    iat: NOW,
    email: 'ada@example.com',
    ...claims,
  }
  const input = [{ alg: 'RS256', kid: 'k1', ...header }, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${input}.${sign('RSA-SHA256', Buffer.from(input), key).toString('base64url')}`
}

export const USERS = [
  { userId: '11111111-1111-4111-8111-111111111111', userName: 'ada@example.com', email: 'ada@example.com', groups: ['22222222-2222-4222-8222-222222222222'] },
  { userId: '33333333-3333-4333-8333-333333333333', userName: 'bob@example.com', email: 'bob@example.com', groups: [] },
  { userId: '44444444-4444-4444-8444-444444444444', userName: 'eve@example.com', email: 'eve@example.com', groups: [], status: 'DISABLED' },
] // prettier-ignore

export const CONFIGURATION = {
  Instance: {
    InstanceArn: 'arn:aws:sso:::instance/ssoins-1234567890abcdef',
    IdentityStoreId: 'd-1234567890',
    OwnerAccountId: '111122223333',
  },
  TrustedTokenIssuers: [
    {
      TrustedTokenIssuerArn: ISSUER_ARN,
      Name: 'idp',
      TrustedTokenIssuerType: 'OIDC_JWT',
      TrustedTokenIssuerConfiguration: {
        OidcJwtConfiguration: {
          IssuerUrl: ISSUER,
          ClaimAttributePath: 'email',
          IdentityStoreAttributePath: 'emails.value',
          JwksRetrievalOption: 'OPEN_ID_DISCOVERY',
        },
      },
    },
  ],
  Applications: [
    {
      ApplicationArn: APPLICATION,
      Name: 'my-app',
      Grants: [
        {
          GrantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
          Grant: {
            JwtBearer: {
              AuthorizedTokenIssuers: [
                { TrustedTokenIssuerArn: ISSUER_ARN, AuthorizedAudiences: [AUDIENCE] },
              ],
            },
          },
        },
        { GrantType: 'refresh_token', Grant: { RefreshToken: {} } },
      ],
      AccessScopes: [{ Scope: 's3:access_grants:read_write', AuthorizedTargets: [RECEIVER] }],
      AssignmentConfiguration: { AssignmentRequired: true },
      Assignments: [{ PrincipalId: '22222222-2222-4222-8222-222222222222', PrincipalType: 'GROUP' }],
      AuthenticationMethods: [
        {
          AuthenticationMethodType: 'IAM',
          AuthenticationMethod: {
            Iam: {
              ActorPolicy: {
                Version: '2012-10-17',
                Statement: [
                  {
                    Effect: 'Allow',
                    Principal: { AWS: 'arn:aws:iam::111122223333:role/my-app' },
                    Action: 'sso-oauth:CreateTokenWithIAM',
                    Resource: '*',
                  },
                ],
              },
            },
          },
        },
      ],
    },
  ],
}

const signerKey = generateKeyPairSync('rsa', { modulusLength: 2048 })

export function makeDeployment(more: Partial<ExchangeDeployment> = {}): ExchangeDeployment {
  return {
    ...assertAccepted(validateDeployment(CONFIGURATION)),
    tokenKeys: {
      sealing: [{ id: 'test', key: randomBytes(32) }],
      signer: {
        alg: 'rsa-sha256',
        keyID: 'own',
        sign: (bytes) =>
          sign(
            'RSA-SHA256',
            bytes,
            createPrivateKey(signerKey.privateKey.export({ type: 'pkcs8', format: 'pem' })),
          ),
      },
    },
    ...more,
  }
}

export const signerPublicKey = signerKey.publicKey

export function makePorts(more: Partial<ExchangePorts> = {}): ExchangePorts {
  const users = assertAccepted(
    parseUsers(
      USERS.map(({ userId, userName, email, groups, status }) => ({
        UserId: userId,
        UserName: userName,
        Emails: [{ Value: email, Primary: true }],
        UserStatus: status ?? 'ENABLED',
        GroupIds: groups,
      })),
    ),
  )
  return {
    now: () => NOW,
    randomBytes: (n) => randomBytes(n),
    directory: directoryOf(users),
    keys: staticIssuerKeys({ [ISSUER]: jwksOf(issuerKey.publicKey) }),
    replay: memoryReplayStore(),
    state: memoryStateStore({ now: () => NOW }),
    fetch: () => Promise.reject(new Error('no network in this test')),
    ...more,
  }
}

export function makeRequest(assertion: string, more: Partial<ExchangeRequest> = {}): ExchangeRequest {
  return {
    clientId: APPLICATION,
    grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion,
    callerARN: CALLER,
    ...more,
  }
}
