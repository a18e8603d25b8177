const instance = 'ssoins-1234567890abcdef'
export const ada = '90676d1f-5d04-4f1a-8a3e-2f1d7a3c0010'
const engineers = '90676d1f-5d04-4f1a-8a3e-2f1d7a3c0001'

export const requestingApplication = `arn:aws:sso::111122223333:application/${instance}/apl-1234567890abcdef`
export const receivingApplication = `arn:aws:sso::111122223333:application/${instance}/apl-fedcba0987654321`
export const personRole = 'arn:aws:iam::111122223333:role/expense-app-user'
export const audience = 'expense-app'

/** The people of the demo as the outside identity provider knows them. */
export const people = {
  ada: { login: 'ada', claims: { email: 'ada@example.com', email_verified: true, name: 'Ada Lovelace' } },
  bob: { login: 'bob', claims: { email: 'bob@example.com', email_verified: true, name: 'Bob Babbage' } },
  zoe: { login: 'zoe', claims: { email: 'zoe@example.com', email_verified: true, name: 'Zoe Nobody' } },
} as const

/** The access keys of the application, and of one that the actor policy does not name. */
export const keys = {
  application: { accessKeyId: 'AKIADEMOEXPENSEAPP01', secretAccessKey: 'demo-secret-of-the-expense-app' },
  otherApplication: { accessKeyId: 'AKIADEMOOTHERAPP0001', secretAccessKey: 'demo-secret-of-another-app' },
}

/** The same people in the directory of the instance, as "aws identitystore list-users" prints them; Zoe is not in it. */
const users = [
  user(ada, 'ada@example.com', 'Ada Lovelace'),
  user('90676d1f-5d04-4f1a-8a3e-2f1d7a3c0011', 'bob@example.com', 'Bob Babbage'),
]

function user(UserId: string, email: string, DisplayName: string): object {
  return {
    UserId,
    UserName: email,
    DisplayName,
    Emails: [{ Value: email, Primary: true }],
    UserStatus: 'ENABLED',
  }
}

/** What an administrator would give AWS, in the shapes of its APIs: see examples/center.json. */
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
    Users: users,
    Groups: [{ GroupId: engineers, DisplayName: 'engineers' }],
    GroupMemberships: [{ GroupId: engineers, MemberId: { UserId: ada } }],
    Roles: [
      {
        Arn: personRole,
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: 'arn:aws:iam::111122223333:role/expense-app' },
              Action: ['sts:AssumeRole', 'sts:SetContext'],
            },
          ],
        },
      },
    ],
    AccessKeys: [
      accessKey(keys.application, 'arn:aws:sts::111122223333:assumed-role/expense-app/i-0abc'),
      accessKey(keys.otherApplication, 'arn:aws:sts::111122223333:assumed-role/other-app/i-0def'),
    ],
  }
}

function accessKey(key: { accessKeyId: string; secretAccessKey: string }, PrincipalArn: string): object {
  return { AccessKeyId: key.accessKeyId, SecretAccessKey: key.secretAccessKey, PrincipalArn }
}
