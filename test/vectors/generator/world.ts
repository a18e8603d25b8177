import type { Json } from './vector.js'

/** 2027-01-15T08:00:00Z: the instant of every vector that does not say otherwise. */
export const NOW = 1_800_000_000
export const ISSUER = 'https://idp.example.com/tenant'
export const AUDIENCE = 'my-client'
export const INSTANCE = 'arn:aws:sso:::instance/ssoins-1234567890abcdef'
export const OTHER_INSTANCE = 'arn:aws:sso:::instance/ssoins-ffffffffffffffff'
export const APPLICATION =
  'arn:aws:sso::111122223333:application/ssoins-1234567890abcdef/apl-1234567890abcdef'
export const RECEIVER = 'arn:aws:sso::111122223333:application/ssoins-1234567890abcdef/apl-fedcba0987654321'
export const CALLER = 'arn:aws:sts::111122223333:assumed-role/my-app/session-1'
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
export const GROUP = '22222222-2222-4222-8222-222222222222'

export type Members = { readonly [name: string]: Json | undefined }

export function issuerARN(last = '5'): string {
  return `arn:aws:sso::111122223333:trustedTokenIssuer/ssoins-1234567890abcdef/tti-11111111-2222-3333-4444-55555555555${last}`
}

/** The inner four settings of an issuer. */
export function jwtSettings(more: Members = {}): Members {
  return {
    IssuerUrl: ISSUER,
    ClaimAttributePath: 'email',
    IdentityStoreAttributePath: 'emails.value',
    JwksRetrievalOption: 'OPEN_ID_DISCOVERY',
    ...more,
  }
}

/** A trusted token issuer as CreateTrustedTokenIssuer takes it. */
export function issuer(settings: Members = {}, more: Members = {}): Members {
  return {
    TrustedTokenIssuerArn: issuerARN(),
    Name: 'idp',
    TrustedTokenIssuerType: 'OIDC_JWT',
    TrustedTokenIssuerConfiguration: { OidcJwtConfiguration: jwtSettings(settings) },
    ...more,
  }
}

export function jwtBearerGrant(issuers: Json): Json {
  return { GrantType: JWT_BEARER, Grant: { JwtBearer: { AuthorizedTokenIssuers: issuers } } }
}

export const authorized: Members = { TrustedTokenIssuerArn: issuerARN(), AuthorizedAudiences: [AUDIENCE] }

export const statement: Members = {
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::111122223333:role/my-app' },
  Action: 'sso-oauth:CreateTokenWithIAM',
  Resource: '*',
}

export function actorPolicy(...statements: Json[]): Json {
  return {
    AuthenticationMethodType: 'IAM',
    AuthenticationMethod: { Iam: { ActorPolicy: { Version: '2012-10-17', Statement: statements } } },
  }
}

export const scope: Members = { Scope: 's3:access_grants:read_write', AuthorizedTargets: [RECEIVER] }

/** An application with all the bodies of its Put... calls. */
export function application(more: Members = {}): Members {
  return {
    ApplicationArn: APPLICATION,
    Name: 'my-app',
    Grants: [jwtBearerGrant([authorized]), { GrantType: 'refresh_token', Grant: { RefreshToken: {} } }],
    AccessScopes: [scope],
    AssignmentConfiguration: { AssignmentRequired: true },
    Assignments: [{ PrincipalId: GROUP, PrincipalType: 'GROUP' }],
    AuthenticationMethods: [actorPolicy(statement)],
    ...more,
  }
}

export const instance: Members = {
  InstanceArn: INSTANCE,
  IdentityStoreId: 'd-1234567890',
  OwnerAccountId: '111122223333',
}

export function deployment(more: Members = {}): Members {
  return { Instance: instance, TrustedTokenIssuers: [issuer()], Applications: [application()], ...more }
}

/** A deployment with one application that differs. */
export function withApplication(more: Members, others: Members = {}): Members {
  return deployment({ Applications: [application(more)], ...others })
}

export function user(name: string, id: string, more: Members = {}): Members {
  return {
    UserId: `${id.repeat(8)}-${id.repeat(4)}-4${id.repeat(3)}-8${id.repeat(3)}-${id.repeat(12)}`,
    UserName: `${name}@example.com`,
    Emails: [{ Value: `${name}@example.com`, Primary: true }],
    UserStatus: 'ENABLED',
    GroupIds: [],
    ...more,
  }
}

/** As ListUsers answers, with the groups that it leaves out. */
export const ada = user('ada', '1', { GroupIds: [GROUP] })
export const bob = user('bob', '3')
export const eve = user('eve', '4', { UserStatus: 'DISABLED', GroupIds: [GROUP] })
export const users: readonly Members[] = [ada, bob, eve]
