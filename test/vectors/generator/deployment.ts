import { cases, type Json, type Vector } from './vector.js'
import { actorPolicy, application, APPLICATION, authorized, deployment, GROUP, instance, INSTANCE, issuer, issuerARN, jwtBearerGrant, OTHER_INSTANCE, RECEIVER, scope, statement, withApplication, type Members } from './world.js' // prettier-ignore

const of = (configuration: Json): Json => ({ configuration })
const app = (more: Members, others: Members = {}): Json => of(withApplication(more, others))
const issuers = (count: number): Members[] =>
  Array.from({ length: count }, (_, at) =>
    issuer(
      { IssuerUrl: `https://idp.example.com/${at}` },
      { TrustedTokenIssuerArn: issuerARN(at.toString(16)), Name: `idp${at}` },
    ),
  )
const applicationARN = (at: number): string => `${APPLICATION.slice(0, -2)}${at.toString(16).padStart(2, '0')}` // prettier-ignore

export function deploymentVectors(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('deployment', 'configuration')

  accepted('deployment-shape', 'whole', 'an instance with an issuer and an application', of(deployment()))
  accepted('deployment-shape', 'empty', 'an instance without issuers and applications', of(deployment({ TrustedTokenIssuers: [], Applications: [] }))) // prettier-ignore
  const shapes: readonly [string, string, string, Json][] = [
    ['array', 'not-object', 'an array', [deployment()]],
    ['null', 'not-object', 'null', null],
    ['unknown-member', 'unknown-member', 'a member that is not known', deployment({ Users: [] })],
    ['no-applications', 'missing', 'no applications', deployment({ Applications: undefined })],
    ['applications-object', 'not-array', 'an object of applications', deployment({ Applications: { a: application() } })],
  ] // prettier-ignore
  for (const [name, reason, title, value] of shapes) refused('deployment-shape', name, reason, title, of(value)) // prettier-ignore
  refused('deployment-shape', 'no-issuers', 'missing', 'no issuers', of(deployment({ TrustedTokenIssuers: undefined })), { also: [{ rule: 'tti/authorized-issuers', reason: 'unknown-issuer' }] }) // prettier-ignore

  const has = (more: Members): Json => of(deployment({ Instance: { ...instance, ...more } }))
  accepted('instance', 'listed', 'an element of ListInstances, pasted whole', has({ Name: 'main', CreatedDate: '2026-01-01T00:00:00Z', Status: 'ACTIVE' })) // prettier-ignore
  accepted('instance', 'uuid-store', 'an identity store with a UUID', has({ IdentityStoreId: '12345678-1234-1234-1234-123456789012' })) // prettier-ignore
  refused('instance', 'missing', 'missing', 'no instance', of(deployment({ Instance: undefined })))
  refused('instance', 'text', 'not-object', 'an ARN in place of the instance', of(deployment({ Instance: INSTANCE }))) // prettier-ignore
  const instances: readonly [string, string, string, Members][] = [
    ['no-arn', 'missing', 'no ARN', { InstanceArn: undefined }],
    ['store-short', 'pattern', 'an identity store with 9 digits', { IdentityStoreId: 'd-123456789' }],
    ['store-upper-case', 'pattern', 'an identity store in upper case', { IdentityStoreId: 'd-ABCDEF1234' }],
    ['store-37', 'too-long', 'an identity store of 37 characters', { IdentityStoreId: 'd'.repeat(37) }],
    ['no-store', 'missing', 'no identity store', { IdentityStoreId: undefined }],
    ['account-11', 'too-short', 'an account of 11 digits', { OwnerAccountId: '11112222333' }],
    ['account-13', 'too-long', 'an account of 13 digits', { OwnerAccountId: '1111222233334' }],
    ['account-letters', 'pattern', 'an account with letters', { OwnerAccountId: '11112222333x' }],
    ['account-number', 'not-string', 'an account as a number', { OwnerAccountId: 111122223333 }],
    ['unknown-member', 'unknown-member', 'a member that is not known', { Region: 'us-east-1' }],
  ]
  for (const [name, reason, title, more] of instances) refused('instance', name, reason, title, has(more))

  accepted('issuer-limit', '10', '10 issuers', of(deployment({ TrustedTokenIssuers: issuers(10) })))
  refused('issuer-limit', '11', 'too-many', '11 issuers', of(deployment({ TrustedTokenIssuers: issuers(11) }))) // prettier-ignore

  accepted('duplicate-arn', 'different', 'two issuers and two applications', of(deployment({ TrustedTokenIssuers: [issuer(), ...issuers(1)], Applications: [application(), application({ ApplicationArn: applicationARN(1) })] }))) // prettier-ignore
  refused('duplicate-arn', 'issuers', 'duplicate', 'two issuers with one ARN', of(deployment({ TrustedTokenIssuers: [issuer(), issuer({}, { Name: 'second' })] }))) // prettier-ignore
  refused('duplicate-arn', 'applications', 'duplicate', 'two applications with one ARN', of(deployment({ Applications: [application(), application()] }))) // prettier-ignore
  refused('duplicate-arn', 'issuer-without', 'missing', 'an issuer without an ARN', of(deployment({ TrustedTokenIssuers: [issuer(), issuer({}, { TrustedTokenIssuerArn: undefined })] }))) // prettier-ignore

  const foreign = (arn: string): string => arn.replace(/ssoins-\w+/, 'ssoins-ffffffffffffffff')
  accepted('foreign-arn', 'own', 'ARNs of the instance', of(deployment({ Applications: [application({ InstanceArn: INSTANCE })] }))) // prettier-ignore
  const others: readonly [string, string, Members][] = [
    ['application', 'an application of another instance', { Applications: [application({ ApplicationArn: foreign(APPLICATION) })] }],
    ['target', 'a target of another instance', { Applications: [application({ AccessScopes: [{ Scope: 'a:b', AuthorizedTargets: [OTHER_INSTANCE] }] })] }],
    ['application-instance', 'an application that names another instance', { Applications: [application({ InstanceArn: OTHER_INSTANCE })] }],
    ['issuer', 'an issuer of another instance', { TrustedTokenIssuers: [issuer({}, { TrustedTokenIssuerArn: foreign(issuerARN()) })], Applications: [] }],
    ['issuer-instance', 'an issuer that names another instance', { TrustedTokenIssuers: [issuer({}, { InstanceArn: OTHER_INSTANCE })] }],
  ] // prettier-ignore
  for (const [name, title, more] of others) refused('foreign-arn', name, 'other-instance', title, of(deployment(more))) // prettier-ignore

  refused('application-shape', 'null', 'not-object', 'null in place of an application', of(deployment({ Applications: [null] }))) // prettier-ignore
  refused('application-shape', 'text', 'not-object', 'an ARN in place of an application', of(deployment({ Applications: [APPLICATION] }))) // prettier-ignore
  return [...vectors, ...applicationVectors(), ...accessVectors()]
}

function applicationVectors(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('deployment', 'configuration')

  accepted('application-shape', 'whole', 'an application with every setting', app({ Description: 'a', Status: 'ENABLED' })) // prettier-ignore
  const shapes: readonly [string, string, string, Members][] = [
    ['unknown-member', 'unknown-member', 'a member that is not known', { Audience: 'a' }],
    ['scope-unknown-member', 'unknown-member', 'a scope with a member that is not known', { AccessScopes: [{ ...scope, Targets: [] }] }],
    ['grant-unknown-member', 'unknown-member', 'a grant with a member that is not known', { Grants: [{ ...(jwtBearerGrant([authorized]) as Members), Scope: 'a' }] }],
    ['other-application', 'other-application', 'a setting of another application', { Grants: [{ ...(jwtBearerGrant([authorized]) as Members), ApplicationArn: RECEIVER }] }],
    ['assignments-object', 'not-array', 'an object of assignments', { Assignments: {} }],
    ['assignment-text', 'not-object', 'a text in place of an assignment', { Assignments: [GROUP] }],
    ['assignment-configuration', 'not-object', 'true in place of the assignment configuration', { AssignmentConfiguration: true }],
  ] // prettier-ignore
  for (const [name, reason, title, more] of shapes) refused('application-shape', name, reason, title, app(more)) // prettier-ignore

  accepted('application-arn', 'own', "the application's ARN", app({}))
  accepted('application-arn', 'name-100', 'a name of 100 characters', app({ Name: 'n'.repeat(100) }))
  const arns: readonly [string, string, Members][] = [
    ['short', 'pattern', { ApplicationArn: APPLICATION.slice(0, -1) }],
    ['case', 'pattern', { ApplicationArn: APPLICATION.replace('apl-', 'APL-') }],
    ['region', 'pattern', { ApplicationArn: APPLICATION.replace('sso::', 'sso:us-east-1:') }],
    ['newline', 'pattern', { ApplicationArn: `${APPLICATION}\n` }],
    ['name-101', 'too-long', { Name: 'n'.repeat(101) }],
    ['name-empty', 'too-short', { Name: '' }],
  ]
  for (const [name, reason, more] of arns) refused('application-arn', name, reason, `ARN and name: ${name}`, app(more)) // prettier-ignore
  refused('application-arn', 'missing', 'missing', 'no ARN', app({ ApplicationArn: undefined }), { also: [{ rule: 'tti/duplicate-arn', reason: 'missing' }] }) // prettier-ignore

  const provider = 'arn:aws:sso::aws:applicationProvider/custom'
  accepted('application-protocol', 'oauth', 'an OAuth 2.0 application', app({ ApplicationProviderArn: provider })) // prettier-ignore
  refused('application-protocol', 'saml', 'saml', 'a SAML 2.0 application', app({ ApplicationProviderArn: `${provider}-saml` })) // prettier-ignore
  refused('application-protocol', 'other', 'pattern', 'an ARN that is no provider', app({ ApplicationProviderArn: APPLICATION })) // prettier-ignore

  for (const Status of ['ENABLED', 'DISABLED']) accepted('application-status', Status.toLowerCase(), `status ${Status}`, app({ Status })) // prettier-ignore
  for (const [name, Status] of [
    ['case', 'enabled'],
    ['true', true],
    ['other', 'ACTIVE'],
  ] as const) {
    refused('application-status', name, 'unknown-value', `a status: ${name}`, app({ Status }))
  }

  const jwt = jwtBearerGrant([authorized])
  accepted('grant', 'four', 'a grant of each type', app({ Grants: [jwt, { GrantType: 'refresh_token', Grant: { RefreshToken: {} } }, { GrantType: 'authorization_code', Grant: { AuthorizationCode: { RedirectUris: ['https://app.example.com/callback'] } } }, { GrantType: 'urn:ietf:params:oauth:grant-type:token-exchange', Grant: { TokenExchange: {} } }] })) // prettier-ignore
  const grants: readonly [string, string, string, Json[]][] = [
    ['duplicate', 'duplicate', 'the same type twice', [jwt, jwt]],
    ['unknown', 'unknown-value', 'a type that is not known', [jwt, { GrantType: 'password', Grant: {} }]],
    ['missing', 'missing', 'no type', [jwt, { Grant: { RefreshToken: {} } }]],
    ['other-setting', 'setting', 'the setting of another type', [jwt, { GrantType: 'refresh_token', Grant: { AuthorizationCode: {} } }]],
    ['two-settings', 'setting', 'two settings', [jwt, { GrantType: 'refresh_token', Grant: { RefreshToken: {}, AuthorizationCode: {} } }]],
    ['no-setting', 'setting', 'no setting', [jwt, { GrantType: 'refresh_token' }]],
  ] // prettier-ignore
  for (const [name, reason, title, Grants] of grants) refused('grant', name, reason, title, app({ Grants }))

  const codes = (RedirectUris: Json | undefined, more: Members = {}): Json =>
    app({
      Grants: [
        jwt,
        { GrantType: 'authorization_code', Grant: { AuthorizationCode: { RedirectUris, ...more } } },
      ],
    })
  const manyURIs = (count: number): Json =>
    Array.from({ length: count }, (_, index) => `https://app.example.com/${index}`)
  for (const [name, uri] of [['https', 'https://app.example.com/callback?a=b'], ['loopback', 'http://127.0.0.1/callback'], ['loopback-6', 'http://[::1]:8080/callback'], ['private-scheme', 'com.example.app:/callback']] as const) accepted('redirect-uris', name, `a redirect URI: ${uri}`, codes([uri])) // prettier-ignore
  accepted('redirect-uris', '10', '10 redirect URIs', codes(manyURIs(10)))
  const wrongURIs: readonly [string, string, Json | undefined][] = [
    ['11', 'too-many', manyURIs(11)],
    ['none', 'too-few', []],
    ['missing', 'missing', undefined],
    ['http', 'not-loopback', ['http://app.example.com/callback']],
    ['loopback-name', 'not-loopback', ['http://127.0.0.1.evil.example/callback']],
    ['user', 'user', ['https://app.example.com@evil.example/callback']],
    ['fragment', 'fragment', ['https://app.example.com/callback#x']],
    ['wildcard', 'wildcard', ['https://*.example.com/callback']],
    ['script', 'scheme', ['javascript:alert(1)']],
    ['backslash', 'malformed', ['https://app.example.com\\@evil.example/']],
    ['dots', 'not-normal', ['https://app.example.com/a/../callback']],
    ['host-case', 'not-normal', ['https://APP.example.com/callback']],
    ['space', 'malformed', ['https://app.example.com/call back']],
  ] // prettier-ignore
  for (const [name, reason, uris] of wrongURIs) refused('redirect-uris', name, reason, `redirect URIs: ${name}`, codes(uris), { attacks: ['O07'] }) // prettier-ignore
  refused('redirect-uris', 'unknown-member', 'unknown-member', 'a member that is not known', codes(manyURIs(1), { Scopes: [] })) // prettier-ignore

  accepted('application-issuer', 'one', 'one trusted token issuer', app({}))
  const none: readonly [string, Json | undefined][] = [['no-grants', undefined], ['empty-grants', []], ['other-grant', [{ GrantType: 'refresh_token', Grant: { RefreshToken: {} } }]], ['empty-list', [jwtBearerGrant([])]]] // prettier-ignore
  for (const [name, Grants] of none) refused('application-issuer', name, 'none', `an application without an issuer: ${name}`, app({ Grants })) // prettier-ignore

  const trusts = (list: Json, TrustedTokenIssuers: Json = [issuer()]): Json =>
    app({ Grants: [jwtBearerGrant(list)] }, { TrustedTokenIssuers })
  const each = (list: readonly Members[]): Json => list.map(({ TrustedTokenIssuerArn }) => ({ TrustedTokenIssuerArn, AuthorizedAudiences: ['a'] })) // prettier-ignore
  const eleven = issuers(11)
  accepted('authorized-issuers', '10', '10 issuers', trusts(each(issuers(10)), issuers(10)))
  refused('authorized-issuers', '11', 'too-many', '11 issuers', trusts(each(eleven), eleven), { also: [{ rule: 'tti/issuer-limit', reason: 'too-many' }] }) // prettier-ignore
  refused('authorized-issuers', 'unknown', 'unknown-issuer', 'an issuer that is not configured', trusts([{ ...authorized, TrustedTokenIssuerArn: issuerARN('6') }])) // prettier-ignore
  refused('authorized-issuers', 'twice', 'duplicate', 'one issuer twice', trusts([authorized, authorized]))
  const twin = issuer({}, { TrustedTokenIssuerArn: issuerARN('6'), Name: 'twin' })
  refused('authorized-issuers', 'same-url', 'duplicate', 'two issuers with one issuer URL', trusts([authorized, { ...authorized, TrustedTokenIssuerArn: issuerARN('6') }], [issuer(), twin])) // prettier-ignore
  refused('authorized-issuers', 'not-objects', 'not-object', 'an ARN in place of an issuer', trusts([authorized, issuerARN()])) // prettier-ignore
  refused('authorized-issuers', 'pattern', 'pattern', 'an ARN that is no issuer', trusts([{ ...authorized, TrustedTokenIssuerArn: APPLICATION }])) // prettier-ignore
  refused('authorized-issuers', 'missing', 'missing', 'no ARN', trusts([{ AuthorizedAudiences: ['a'] }]))
  refused('authorized-issuers', 'unknown-member', 'unknown-member', 'a member that is not known', trusts([{ ...authorized, Audience: 'a' }])) // prettier-ignore

  const audiences = (AuthorizedAudiences: Json | undefined): Json => trusts([{ ...authorized, AuthorizedAudiences }]) // prettier-ignore
  const many = (count: number): string[] => Array.from({ length: count }, (_, at) => `aud-${at}`)
  accepted('authorized-audiences', '1', 'one audience of one character', audiences(['a']))
  accepted('authorized-audiences', '10', '10 audiences', audiences(many(10)))
  accepted('authorized-audiences', '512-characters', 'an audience of 512 characters', audiences(['a'.repeat(512)])) // prettier-ignore
  accepted('authorized-audiences', 'twice', 'one audience twice', audiences(['a', 'a']))
  accepted(
    'authorized-audiences',
    'any-text',
    'an audience with any characters',
    audiences(['api://a b/\u00e9*']),
  )
  const badAudiences: readonly [string, string, string, Json | undefined][] = [
    ['11', 'too-many', '11 audiences', many(11)],
    ['0', 'too-few', 'no audience in the array', []],
    ['missing', 'missing', 'no array', undefined],
    ['text', 'not-array', 'a text in place of the array', 'a'],
    ['513-characters', 'too-long', 'an audience of 513 characters', ['a'.repeat(513)]],
    ['empty', 'too-short', 'an empty audience', ['']],
    ['number', 'not-string', 'a number as an audience', [1]],
  ]
  for (const [name, reason, title, value] of badAudiences) refused('authorized-audiences', name, reason, title, audiences(value)) // prettier-ignore
  return vectors
}

function accessVectors(): readonly Vector[] {
  const { accepted, refused, warned, vectors } = cases('deployment', 'configuration')
  const scopes = (count: number): Members[] => Array.from({ length: count }, (_, at) => ({ Scope: `s3:scope_${at}` })) // prettier-ignore
  const one = (more: Members): Json => app({ AccessScopes: [{ ...scope, ...more }] })
  const word = 'w'.repeat(50)
  accepted('access-scope', '25', '25 scopes', app({ AccessScopes: scopes(25) }))
  refused('access-scope', '26', 'too-many', '26 scopes', app({ AccessScopes: scopes(26) }))
  accepted('access-scope', 'words', 'three words of 50 characters', one({ Scope: `${word}:${word}:${word}` }))
  accepted('access-scope', '10-targets', '10 authorized targets', one({ AuthorizedTargets: Array.from({ length: 10 }, (_, at) => applicationARN(at)) })) // prettier-ignore
  accepted('access-scope', 'instance-target', 'the instance as the target', one({ AuthorizedTargets: [INSTANCE] })) // prettier-ignore
  accepted('access-scope', 'no-targets', 'no targets', one({ AuthorizedTargets: undefined }))
  const badScopes: readonly [string, string, string, Json][] = [
    ['word-51', 'pattern', 'a word of 51 characters', one({ Scope: `${word}w` })],
    ['four-words', 'pattern', 'four words', one({ Scope: 'a:b:c:d' })],
    ['hyphen', 'pattern', 'a hyphen', one({ Scope: 's3:access-grants' })],
    ['empty-word', 'pattern', 'an empty word', one({ Scope: 's3:' })],
    ['empty', 'pattern', 'an empty scope', one({ Scope: '' })],
    ['newline', 'pattern', 'a line feed', one({ Scope: 's3\n' })],
    ['missing', 'missing', 'no scope', one({ Scope: undefined })],
    ['twice', 'duplicate', 'one scope twice', app({ AccessScopes: [scope, scope] })],
    ['11-targets', 'too-many', '11 authorized targets', one({ AuthorizedTargets: Array.from({ length: 11 }, (_, at) => applicationARN(at)) })],
    ['0-targets', 'too-few', 'an empty array of targets', one({ AuthorizedTargets: [] })],
    ['target-pattern', 'pattern', 'a target that is no application', one({ AuthorizedTargets: [issuerARN().slice(0, 90)] })],
  ] // prettier-ignore
  for (const [name, reason, title, input] of badScopes) refused('access-scope', name, reason, title, input)

  accepted('trusted-application', 'one', 'one receiving application', app({}))
  warned('trusted-application', 'none', 'none', 'no receiving application', app({ AccessScopes: undefined }))
  warned('trusted-application', 'empty', 'none', 'an empty list of scopes', app({ AccessScopes: [] }))

  const principal = (PrincipalId: Json | undefined, PrincipalType: Json | undefined = 'USER'): Json => app({ Assignments: [{ PrincipalId, PrincipalType }] }) // prettier-ignore
  accepted('assignments', 'user', 'a user with a prefixed id', principal(`0123456789-${GROUP}`))
  accepted('assignments', 'group', 'a group', app({}))
  refused('assignments', 'not-boolean', 'not-boolean', 'AssignmentRequired as a text', app({ AssignmentConfiguration: { AssignmentRequired: 'true' } })) // prettier-ignore
  refused('assignments', 'id', 'pattern', 'a name in place of the id', principal('ada'))
  refused('assignments', 'id-48', 'too-long', 'an id of 48 characters', principal(`01234567890-${GROUP}`))
  refused('assignments', 'no-id', 'missing', 'no id', principal(undefined))
  refused('assignments', 'type', 'unknown-value', 'a type in another case', principal(GROUP, 'group'))
  refused('assignments', 'no-type', 'missing', 'no type', app({ Assignments: [{ PrincipalId: GROUP }] }))

  accepted('assignment-required', 'true', 'assignments are required', app({}))
  accepted('assignment-required', 'default', 'nothing is said, and assignments are required', app({ AssignmentConfiguration: undefined })) // prettier-ignore
  warned('assignment-required', 'false', 'not-required', 'everyone may use the application', app({ AssignmentConfiguration: { AssignmentRequired: false } })) // prettier-ignore

  const policy = (...statements: Json[]): Json => app({ AuthenticationMethods: [actorPolicy(...statements)] })
  const iam = (ActorPolicy: Json): Json => ({ AuthenticationMethodType: 'IAM', AuthenticationMethod: { Iam: { ActorPolicy } } }) // prettier-ignore
  accepted('actor-policy', 'role', 'a policy that names a role', policy(statement))
  accepted('actor-policy', 'deny', 'a policy that also denies', policy(statement, { ...statement, Effect: 'Deny', Principal: { AWS: '111122223333' } })) // prettier-ignore
  const policies: readonly [string, string, string, Json][] = [
    ['two', 'duplicate', 'two methods of one type', app({ AuthenticationMethods: [actorPolicy(statement), actorPolicy(statement)] })],
    ['missing', 'missing', 'no authentication method', app({ AuthenticationMethods: [] })],
    ['type', 'unknown-value', 'another type of method', app({ AuthenticationMethods: [{ ...(actorPolicy(statement) as Members), AuthenticationMethodType: 'OAUTH' }] })],
    ['text', 'not-an-object', 'the policy as a text', app({ AuthenticationMethods: [iam(JSON.stringify({ Statement: [statement] }))] })],
    ['no-statement', 'missing', 'a policy without statements', app({ AuthenticationMethods: [iam({ Version: '2012-10-17' })] })],
    ['version', 'unknown-version', 'a version that does not exist', app({ AuthenticationMethods: [iam({ Version: '2012-10-18', Statement: [statement] })] })],
    ['effect', 'unknown-effect', 'an effect in another case', policy({ ...statement, Effect: 'allow' })],
    ['no-effect', 'missing', 'no effect', policy({ ...statement, Effect: undefined })],
    ['no-resource', 'missing', 'no resource', policy({ ...statement, Resource: undefined })],
    ['separator', 'separator', 'an action with another separator', policy(statement, { ...statement, Action: 'sso-oauth>CreateTokenWithIAM' })],
    ['condition', 'unknown-operator', 'a condition that is not evaluated', policy({ ...statement, Condition: { StringEqual: { 'aws:SourceVpc': 'b' } } })],
    ['misspelt', 'unknown-member', 'a misspelt element', policy({ ...statement, Conditon: {} })],
  ] // prettier-ignore
  for (const [name, reason, title, input] of policies) refused('actor-policy', name, reason, title, input)

  const named = (Principal: Json | undefined): Json => policy({ ...statement, Principal })
  accepted('actor-policy-principal', 'path', 'a role with a path', named({ AWS: 'arn:aws:iam::111122223333:role/a/b/my-app' })) // prettier-ignore
  const principals: readonly [string, string, string, Json | undefined][] = [
    ['missing', 'missing', 'a statement without a principal', undefined],
    ['region', 'region', 'an ARN with a Region', { AWS: 'arn:aws:iam:us-east-1:111122223333:role/my-app' }],
    ['wildcard', 'wildcard', 'a wildcard in an ARN', { AWS: 'arn:aws:iam::111122223333:role/*' }],
    ['account', 'account', 'an account of 11 digits', { AWS: 'arn:aws:iam::11112222333:role/my-app' }],
    ['kind', 'unknown-kind', 'a kind of principal in another case', { aws: '111122223333' }],
    ['text', 'not-an-object', 'a role in place of the element', 'arn:aws:iam::111122223333:role/my-app'],
    ['empty', 'empty', 'an empty element', {}],
    ['service', 'service-name', 'a service that is no host name', { Service: 'redshift' }],
  ]
  for (const [name, reason, title, value] of principals) refused('actor-policy-principal', name, reason, title, named(value)) // prettier-ignore
  refused('actor-policy-principal', 'not-principal', 'not-principal-allow', 'NotPrincipal with Allow', policy({ ...statement, Principal: undefined, NotPrincipal: { AWS: '111122223333' } })) // prettier-ignore

  const when = (Condition: Json): Json => policy({ ...statement, Condition })
  accepted('actor-policy-condition', 'account', 'a condition on the account of the caller', when({ StringEquals: { 'aws:PrincipalAccount': '111122223333' } })) // prettier-ignore
  accepted('actor-policy-condition', 'case', 'the same key in another case', when({ StringEquals: { 'AWS:principalaccount': '111122223333' } })) // prettier-ignore
  warned('actor-policy-condition', 'network', 'unknown-key', 'a condition on the network of the caller', when({ StringEquals: { 'aws:SourceVpc': 'vpc-1' } })) // prettier-ignore
  warned('actor-policy-condition', 'tag', 'unknown-key', 'a condition on a tag of the caller', when({ StringEquals: { 'aws:PrincipalTag/team': 'a' } })) // prettier-ignore

  const action = (Action: Json, more: Members = {}): Json => policy({ ...statement, Action, ...more })
  accepted(
    'actor-policy-action',
    'exact',
    'the action of the exchange',
    action('sso-oauth:CreateTokenWithIAM'),
  )
  accepted(
    'actor-policy-action',
    'case',
    'the action in another case',
    action('SSO-OAuth:createtokenwithiam'),
  )
  accepted('actor-policy-action', 'wildcard', 'all actions of the service', action('sso-oauth:*'))
  refused('actor-policy-action', 'other', 'no-action', 'another action', action('sso:CreateApplication'))
  refused('actor-policy-action', 'denied', 'no-action', 'only a denial', action('sso-oauth:CreateTokenWithIAM', { Effect: 'Deny' })) // prettier-ignore
  refused('actor-policy-action', 'not-action', 'no-action', 'all actions but this one', policy({ ...statement, Action: undefined, NotAction: 'sso-oauth:CreateTokenWithIAM' })) // prettier-ignore
  return vectors
}
