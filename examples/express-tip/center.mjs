import { createCenter, startCenter, validateCenterConfig } from 'countersign/center'
import { assertAccepted } from 'countersign'
import { generateTokenKeys } from 'countersign/flows'
import { people } from './people.mjs'

const instance = 'ssoins-1234567890abcdef'
const account = '111122223333'
export const application = `arn:aws:sso::${account}:application/${instance}/apl-1234567890abcdef`
/** The service that acts for people: here S3 Access Grants. */
const receiver = `arn:aws:sso::${account}:application/${instance}/apl-fedcba0987654321`
export const readersRole = `arn:aws:iam::${account}:role/document-readers`
/** The AWS credentials of this app: its own, not a person's. */
export const appKey = {
  accessKeyId: 'AKIALOCALREADINGAPP1',
  secretAccessKey: 'local-secret-of-the-reading-app',
}

/** IAM Identity Center and STS on this machine. What is configured is what an administrator would configure in AWS. */
export async function startLocalCenter({ issuerURL, clientId }) {
  const config = assertAccepted(
    validateCenterConfig(configuration(issuerURL, clientId), { allowLoopbackIssuer: true }),
  )
  const center = createCenter({ config, tokenKeys: await generateTokenKeys(), allowLoopbackIssuer: true })
  return startCenter(center)
}

function configuration(issuerURL, clientId) {
  const issuer = `arn:aws:sso::${account}:trustedTokenIssuer/${instance}/tti-11111111-2222-3333-4444-555555555555`
  const app = `arn:aws:iam::${account}:role/reading-app`
  const readers = '90676d1f-5d04-4f1a-8a3e-2f1d7a3c0001'
  const members = [people.ada, people.bob].map(({ name, claims: { email } }, at) => ({
    UserId: `90676d1f-5d04-4f1a-8a3e-2f1d7a3c001${at}`,
    UserName: email,
    DisplayName: name,
    Emails: [{ Value: email, Primary: true }],
    UserStatus: 'ENABLED',
  }))
  return {
    Instance: {
      InstanceArn: `arn:aws:sso:::instance/${instance}`,
      IdentityStoreId: 'd-1234567890',
      OwnerAccountId: account,
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
        ApplicationArn: application,
        Name: 'reading-app',
        Grants: [
          {
            GrantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
            Grant: {
              JwtBearer: {
                AuthorizedTokenIssuers: [{ TrustedTokenIssuerArn: issuer, AuthorizedAudiences: [clientId] }],
              },
            },
          },
        ],
        AccessScopes: [{ Scope: 's3:access_grants:read_write', AuthorizedTargets: [receiver] }],
        AssignmentConfiguration: { AssignmentRequired: true },
        Assignments: [{ PrincipalId: readers, PrincipalType: 'GROUP' }],
        AuthenticationMethods: [
          {
            AuthenticationMethodType: 'IAM',
            AuthenticationMethod: {
              Iam: {
                ActorPolicy: policy(allow({ AWS: app }, 'sso-oauth:CreateTokenWithIAM', { Resource: '*' })),
              },
            },
          },
        ],
      },
    ],
    Users: members,
    Groups: [{ GroupId: readers, DisplayName: 'readers' }],
    GroupMemberships: members.map(({ UserId }) => ({ GroupId: readers, MemberId: { UserId } })),
    Roles: [
      {
        Arn: readersRole,
        AssumeRolePolicyDocument: policy(
          allow({ AWS: app }, ['sts:AssumeRole', 'sts:SetContext', 'sts:TagSession']),
        ),
      },
    ],
    AccessKeys: [
      {
        AccessKeyId: appKey.accessKeyId,
        SecretAccessKey: appKey.secretAccessKey,
        PrincipalArn: `arn:aws:sts::${account}:assumed-role/reading-app/i-0abc`,
      },
    ],
  }
}

const policy = (statement) => ({ Version: '2012-10-17', Statement: [statement] })
const allow = (Principal, Action, more = {}) => ({ Effect: 'Allow', Principal, Action, ...more })
