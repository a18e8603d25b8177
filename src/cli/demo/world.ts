import { assertAccepted } from '../../core/outcome.js'
import { directoryOf, parseUsers } from '../../directory/index.js'
import {
  generateTokenKeys,
  systemPorts,
  type ExchangeDeployment,
  type ExchangePorts,
} from '../../flows/index.js'
import { memoryReplayStore, memoryStateStore } from '../../stores/index.js'
import { validateDeployment } from '../../tti/index.js'

const instance = 'ssoins-1234567890abcdef'
const engineers = '90676d1f-5d04-4f1a-8a3e-2f1d7a3c0001'

export const requestingApplication = `arn:aws:sso::111122223333:application/${instance}/apl-1234567890abcdef`
export const receivingApplication = `arn:aws:sso::111122223333:application/${instance}/apl-fedcba0987654321`
export const caller = 'arn:aws:sts::111122223333:assumed-role/expense-app/i-0abc'
export const audience = 'expense-app'

/** The people of the demo as the outside identity provider knows them. */
export const people = {
  ada: { login: 'ada', claims: { email: 'ada@example.com', email_verified: true, name: 'Ada Lovelace' } },
  bob: { login: 'bob', claims: { email: 'bob@example.com', email_verified: true, name: 'Bob Babbage' } },
  zoe: { login: 'zoe', claims: { email: 'zoe@example.com', email_verified: true, name: 'Zoe Nobody' } },
} as const

/** The same people in the directory of the instance, as "aws identitystore list-users" prints them; Zoe is not in it. */
const users = {
  Users: [
    user('90676d1f-5d04-4f1a-8a3e-2f1d7a3c0010', 'ada@example.com', 'Ada Lovelace', [engineers]),
    user('90676d1f-5d04-4f1a-8a3e-2f1d7a3c0011', 'bob@example.com', 'Bob Babbage', []),
  ],
}

function user(UserId: string, email: string, DisplayName: string, GroupIds: readonly string[]): object {
  return {
    UserId,
    UserName: email,
    DisplayName,
    Emails: [{ Value: email, Primary: true }],
    UserStatus: 'ENABLED',
    GroupIds,
  }
}

/** What an administrator would give AWS, in the shapes of sso-admin: see examples/deployment.json. */
export function configuration(issuerURL: string): object {
  const issuer = `arn:aws:sso::111122223333:trustedTokenIssuer/${instance}/tti-11111111-2222-3333-4444-555555555555`
  return {
    Instance: {
      InstanceArn: `arn:aws:sso:::instance/${instance}`,
      IdentityStoreId: 'd-1234567890',
      OwnerAccountId: '111122223333',
    },
    TrustedTokenIssuers: [
      {
        TrustedTokenIssuerArn: issuer,
        Name: 'outside-idp',
        TrustedTokenIssuerType: 'OIDC_JWT',
        TrustedTokenIssuerConfiguration: {
          OidcJwtConfiguration: {
            IssuerUrl: issuerURL,
            ClaimAttributePath: 'email',
            IdentityStoreAttributePath: 'emails.value',
            JwksRetrievalOption: 'OPEN_ID_DISCOVERY',
          },
        },
      },
    ],
    Applications: [
      {
        ApplicationArn: requestingApplication,
        Name: 'expense-app',
        Grants: [
          {
            GrantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
            Grant: {
              JwtBearer: {
                AuthorizedTokenIssuers: [{ TrustedTokenIssuerArn: issuer, AuthorizedAudiences: [audience] }],
              },
            },
          },
        ],
        AccessScopes: [{ Scope: 's3:access_grants:read_write', AuthorizedTargets: [receivingApplication] }],
        AssignmentConfiguration: { AssignmentRequired: true },
        Assignments: [{ PrincipalId: engineers, PrincipalType: 'GROUP' }],
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
                      Principal: { AWS: 'arn:aws:iam::111122223333:role/expense-app' },
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
}

/** An exchange of one's own, on this machine, with a clock that the caller moves. */
export async function startExchange(
  issuerURL: string,
  now: () => number,
): Promise<{ readonly deployment: ExchangeDeployment; readonly ports: ExchangePorts }> {
  const deployment = assertAccepted(
    validateDeployment(configuration(issuerURL), { allowLoopbackIssuer: true }),
  )
  return {
    deployment: { ...deployment, tokenKeys: await generateTokenKeys() },
    ports: systemPorts(
      {
        now,
        directory: directoryOf(assertAccepted(parseUsers(users))),
        replay: memoryReplayStore(),
        state: memoryStateStore({ now }),
      },
      { allowLoopbackIssuer: true },
    ),
  }
}
