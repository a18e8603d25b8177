// What an administrator configures, in the shapes of AWS's own commands: `aws sso-admin` prints and takes the same JSON.

const instance = 'ssoins-0123456789abcdef'
const account = '111122223333'
const issuerARN = `arn:aws:sso::${account}:trustedTokenIssuer/${instance}/tti-0aa1bb22-cc33-dd44-ee55-ff6677889900`

/** The application that asks for tokens, and the one that receives them. */
export const application = `arn:aws:sso::${account}:application/${instance}/apl-0123456789abcdef`
export const receiver = `arn:aws:sso::${account}:application/${instance}/apl-fedcba9876543210`

/** Who calls the exchange for the application, as its actor policy names it. */
export const callerARN = `arn:aws:iam::${account}:role/expense-app`

/** What the issuer's tokens for the application have as `aud`. */
export const audience = 'expense-app'

const finance = '0f1e2d3c-4b5a-4968-8776-655443322110'

/** As `aws identitystore list-users` and `list-group-memberships` tell people. */
export const users = [
  {
    UserId: '3a7c1f9e-8b2d-4e6f-9a10-5c4d3b2a1f00',
    UserName: 'ada@example.com',
    DisplayName: 'Ada Lovelace',
    Emails: [{ Value: 'ada@example.com', Primary: true }],
    UserStatus: 'ENABLED',
    GroupIds: [finance],
  },
  {
    UserId: '7d2e9b4c-1a3f-4c5d-8e6f-0b9a8c7d6e50',
    UserName: 'bob@example.com',
    DisplayName: 'Bob Kahn',
    Emails: [{ Value: 'bob@example.com', Primary: true }],
    UserStatus: 'ENABLED',
    GroupIds: [],
  },
]

export const deployment = (issuerURL) => ({
  Instance: {
    InstanceArn: `arn:aws:sso:::instance/${instance}`,
    IdentityStoreId: 'd-0123456789',
    OwnerAccountId: account,
  },
  TrustedTokenIssuers: [
    {
      TrustedTokenIssuerArn: issuerARN,
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
      ApplicationArn: application,
      Name: 'expense-app',
      Status: 'ENABLED',
      Grants: [
        {
          GrantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
          Grant: {
            JwtBearer: {
              AuthorizedTokenIssuers: [{ TrustedTokenIssuerArn: issuerARN, AuthorizedAudiences: [audience] }],
            },
          },
        },
      ],
      AccessScopes: [{ Scope: 'expenses:read', AuthorizedTargets: [receiver] }],
      AssignmentConfiguration: { AssignmentRequired: true },
      Assignments: [{ PrincipalId: finance, PrincipalType: 'GROUP' }],
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
                    Principal: { AWS: callerARN },
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
})
