import { createHash } from 'node:crypto'
import { cases, type Json, type Vector } from './vector.js'
import { ada, APPLICATION, authorized, bob, eve, GROUP, issuer, ISSUER, jwtBearerGrant, NOW, RECEIVER, scope, user, withApplication, type Members } from './world.js' // prettier-ignore

export function mappingVectors(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('user', 'mapping')
  /** The candidates are what a directory answered when it was asked for the claim's value. */
  const of = (claims: Members, candidates: readonly Members[], settings: Members = {}): Json => ({
    claims: { iss: ISSUER, sub: 'u1', ...claims },
    issuer: issuer(settings),
    candidates,
  })
  const email = (value: string, ...candidates: Members[]): Json => of({ email: value }, candidates)
  const byName = { IdentityStoreAttributePath: 'userName' }
  const byExternalId = { IdentityStoreAttributePath: 'externalId', ClaimAttributePath: 'sub' }
  const value = { userId: ada.UserId ?? '' }

  accepted('user-not-found', 'email', 'a user with the address', email('ada@example.com', ada), { value })
  accepted('user-not-found', 'user-name', 'a user with the user name', of({ email: 'ada@example.com' }, [ada], byName), { value }) // prettier-ignore
  const external = { ...ada, ExternalIds: [{ Issuer: 'https://idp.example.com', Id: 'u1' }] }
  accepted('user-not-found', 'external-id', 'a user with the external id', of({}, [external], byExternalId), { value }) // prettier-ignore
  refused('user-not-found', 'nobody', 'none', 'nobody', email('ghost@example.com'))
  const inexact: readonly [string, string, string][] = [
    ['case', 'an address in another case', 'Ada@example.com'],
    ['domain-case', 'a domain in another case', 'ada@EXAMPLE.com'],
    ['space', 'an address with a space', 'ada@example.com '],
    ['look-alike', 'a Cyrillic letter', '\u0430da@example.com'],
    ['full-width', 'full-width letters', '\uff41da@example.com'],
    ['composed', 'a letter that a directory may compose', 'a\u0301da@example.com'],
    ['zero-width', 'a zero-width space', 'ada\u200b@example.com'],
    ['plus', 'a sub-address', 'ada+x@example.com'],
  ]
  for (const [name, title, claim] of inexact) {
    refused('user-not-found', name, 'not-exact', `a directory that compares loosely: ${title}`, email(claim, ada), { attacks: ['J26'] }) // prettier-ignore
  }
  refused('user-not-found', 'other-attribute', 'not-exact', 'a user with the value at another attribute', of({ email: 'ada@example.com' }, [ada], { IdentityStoreAttributePath: 'externalId' })) // prettier-ignore

  const twin = user('twin', '5', { Emails: [{ Value: 'ada@example.com', Primary: true }] })
  accepted('user-ambiguous', 'one', 'one user, and another who does not match', email('ada@example.com', bob, ada), { value }) // prettier-ignore
  refused('user-ambiguous', 'two', 'several', 'two users with one address', email('ada@example.com', ada, twin)) // prettier-ignore
  refused('user-ambiguous', 'one-id', 'several', 'two records under one id', email('ada@example.com', ada, { ...ada, UserStatus: 'DISABLED' }), { also: [] }) // prettier-ignore
  refused('user-ambiguous', 'external-id', 'several', 'one external id of two issuers', of({}, [external, user('carol', '6', { ExternalIds: [{ Issuer: 'https://other.example', Id: 'u1' }] })], byExternalId)) // prettier-ignore

  accepted('user-disabled', 'enabled', 'a user who is enabled', email('ada@example.com', ada), { value })
  refused('user-disabled', 'disabled', 'disabled', 'a user who is disabled', email('eve@example.com', eve))
  return vectors
}

export function authorizationVectors(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('authorization', 'authorization')
  const of = (who: Members, more: Members): Json => ({ user: who, deployment: withApplication(more), application: APPLICATION }) // prettier-ignore
  const assigned = (PrincipalId: Json | undefined, PrincipalType: string): Members => ({ Assignments: [{ PrincipalId, PrincipalType }] }) // prettier-ignore

  accepted('user-not-assigned', 'group', 'a user whose group is assigned', of(ada, {}))
  accepted('user-not-assigned', 'user', 'a user who is assigned', of(bob, assigned(bob.UserId, 'USER')))
  const refusals: readonly [string, string, Members, Members][] = [
    ['nobody', 'a user without groups', bob, {}],
    ['none', 'no assignments', ada, { Assignments: [] }],
    ['other-user', 'another user', bob, assigned(ada.UserId, 'USER')],
    ['user-id-as-group', "a user's id assigned as a group", bob, assigned(bob.UserId, 'GROUP')],
    ['group-id-as-user', "a group's id assigned as a user", ada, assigned(GROUP, 'USER')],
    ['case', 'an id in another case', user('hex', 'a'), assigned(String(user('hex', 'a').UserId).toUpperCase(), 'USER')],
  ] // prettier-ignore
  for (const [name, title, who, more] of refusals) refused('user-not-assigned', name, 'not-assigned', title, of(who, more)) // prettier-ignore
  const disabled = cases('authorization', 'mapping')
  disabled.refused('user-disabled', 'assigned', 'disabled', 'a disabled user whose group is assigned', of(eve, {})) // prettier-ignore
  return [...vectors, ...disabled.vectors]
}

export function scopeVectors(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('scope', 'scope')
  const of = (scopes: Json | undefined, more: Members = {}): Json => ({ scope: scopes, deployment: withApplication(more), application: APPLICATION }) // prettier-ignore
  const defaults = ['openid', 'aws', 'sts:identity_context']
  const many = (count: number): Members[] => Array.from({ length: count }, (_, at) => ({ ...scope, Scope: `s3:scope_${at}` })) // prettier-ignore
  const names = (count: number): Json => many(count).map(({ Scope }) => Scope ?? null)

  accepted('receiving-application', 'one', 'one receiving application', of(undefined))
  refused('receiving-application', 'none', 'none', 'no receiving application', of(undefined, { AccessScopes: [] })) // prettier-ignore
  accepted('scope', 'absent', 'no scopes: all that the application has', of(undefined), { value: { scopes: [...defaults, 's3:access_grants:read_write'] } }) // prettier-ignore
  accepted('scope', 'some', 'some of the scopes', of(['openid', 's3:access_grants:read_write']), { value: { scopes: ['openid', 's3:access_grants:read_write'] } }) // prettier-ignore
  accepted('scope', '25', '25 scopes', of(names(25), { AccessScopes: many(25) }))
  refused('scope', '26', 'too-many', '26 scopes', of([...(names(25) as string[]), 'openid'], { AccessScopes: many(25) })) // prettier-ignore
  const O10 = { attacks: ['O10'] }
  refused('scope', 'empty', 'empty', 'an empty list', of([]))
  refused('scope', 'twice', 'duplicate', 'one scope twice', of(['openid', 'openid']))
  const others: readonly [string, string][] = [['other', 'sso:account:access'], ['case', 'S3:access_grants:read_write'], ['prefix', 's3:access_grants'], ['list', 'openid aws'], ['wildcard', '*'], ['empty-text', '']] // prettier-ignore
  for (const [name, asked] of others) refused('scope', name, 'not-granted', `a scope that the application does not have: ${name}`, of(['openid', asked]), O10) // prettier-ignore
  return vectors
}

/** The key is computed here from its definition in README.md, not by the library. */
export function replayKeyVectors(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('replayKey', 'replay')
  const claims = (more: Members = {}): Members => ({ iss: ISSUER, sub: 'u1', exp: NOW + 300, ...more })
  const of = (more: Members, options: Members = {}): Json => ({ claims: claims(more), ...options })
  const jtiKey = (iss: string, jti: string): Json => ({ key: digest(['jti', iss, jti]) })

  accepted('jti-required', 'present', 'a token id where one is required', of({ jti: 'a' }, { missingJti: 'refuse' }), { value: jtiKey(ISSUER, 'a') }) // prettier-ignore
  accepted('jti-required', 'fingerprint', 'no token id: the claims tell the token', of({}), { value: { key: digest(['claims', ISSUER, '{"exp":1800000300,"iss":"https://idp.example.com/tenant","sub":"u1"}']) } }) // prettier-ignore
  accepted('jti-required', 'fingerprint-order', 'the same claims in another order', { claims: { sub: 'u1', exp: NOW + 300, iss: ISSUER } }, { value: { key: digest(['claims', ISSUER, '{"exp":1800000300,"iss":"https://idp.example.com/tenant","sub":"u1"}']) } }) // prettier-ignore
  accepted('jti-required', 'fingerprint-nested', 'claims with objects, arrays and letters beyond ASCII', of({ b: { z: [1, 'x'], a: null }, '\u00e9': true }), { value: { key: digest(['claims', ISSUER, '{"b":{"a":null,"z":[1,"x"]},"exp":1800000300,"iss":"https://idp.example.com/tenant","sub":"u1","\u00e9":true}']) } }) // prettier-ignore
  accepted('jti-required', 'accept', 'no token id, and nothing to remember', of({}, { missingJti: 'accept' }), { value: { key: '' } }) // prettier-ignore
  refused('jti-required', 'missing', 'missing', 'no token id where one is required', of({}, { missingJti: 'refuse' }), { attacks: ['R07'] }) // prettier-ignore

  const R04 = (iss: string, jti: string) => ({ attacks: ['R03', 'R04'], value: jtiKey(iss, jti) })
  accepted('jti-required', 'issuer-a', 'an id of one issuer', of({ jti: 'x' }), R04(ISSUER, 'x'))
  accepted('jti-required', 'issuer-b', 'the same id of another issuer', of({ iss: 'https://other.example', jti: 'x' }), R04('https://other.example', 'x')) // prettier-ignore
  accepted('jti-required', 'joined-a', 'an issuer and an id that join to the same text as the next', of({ iss: 'https://a.example/x', jti: 'y|z' }), R04('https://a.example/x', 'y|z')) // prettier-ignore
  accepted('jti-required', 'joined-b', 'an issuer and an id that join to the same text as the one before', of({ iss: 'https://a.example/x|y', jti: 'z' }), R04('https://a.example/x|y', 'z')) // prettier-ignore
  accepted('jti-required', 'proto', '__proto__ as the id', of({ jti: '__proto__' }), { attacks: ['R07'], value: jtiKey(ISSUER, '__proto__') }) // prettier-ignore
  accepted('jti-required', 'long', 'an id of 8,192 characters: the key is no longer for it', of({ jti: 'j'.repeat(8192) }), { attacks: ['R08'], value: jtiKey(ISSUER, 'j'.repeat(8192)) }) // prettier-ignore
  return vectors
}

function digest(texts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const text of texts) {
    const bytes = Buffer.from(text)
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    hash.update(length).update(bytes)
  }
  return hash.digest('base64url')
}

/** Scopes that a code or a refresh token gives. */
export function narrowingVectors(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('narrowing', 'scope', ['O10'])
  const granted = ['openid', 'aws', 's3:access_grants:read_write']
  const of = (wanted: Json | undefined): Json => ({ scope: wanted, granted })
  accepted('scope-growth', 'absent', 'no scopes: all that were granted', of(undefined), { value: { scopes: granted } }) // prettier-ignore
  accepted('scope-growth', 'fewer', 'one of the scopes', of(['aws']), { value: { scopes: ['aws'] } })
  const growth: readonly [string, string, Json][] = [['more', 'not-granted', ['aws', 'admin']], ['case', 'not-granted', ['AWS']], ['prefix', 'not-granted', ['s3:access_grants']], ['list', 'not-granted', ['openid aws']], ['twice', 'duplicate', ['aws', 'aws']], ['empty', 'empty', []]] // prettier-ignore
  for (const [name, reason, wanted] of growth) refused('scope-growth', name, reason, `scopes: ${name}`, of(wanted), { answer: 'InvalidScopeException' }) // prettier-ignore
  return vectors
}

/** The token-exchange grant, beyond what is said of the subject token itself. */
export function tokenExchangeVectors(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('tokenExchange', 'request')
  const access = 'urn:ietf:params:oauth:token-type:access_token'
  const refresh = 'urn:ietf:params:oauth:token-type:refresh_token'
  const of = (request: Members, clientId: string = RECEIVER, more: Members = {}): Json => ({
    request: { subjectTokenType: access, ...request },
    token: { clientId },
    deployment: withApplication(more),
    application: APPLICATION,
  })
  accepted('token-type', 'access', 'an access token for one of the same kind', of({ requestedTokenType: access })) // prettier-ignore
  accepted('token-type', 'default', 'no type asked for', of({}))
  const types: readonly [string, Members][] = [['subject-refresh', { subjectTokenType: refresh }], ['subject-jwt', { subjectTokenType: 'urn:ietf:params:oauth:token-type:jwt' }], ['subject-case', { subjectTokenType: access.toUpperCase() }], ['requested-jwt', { requestedTokenType: 'urn:ietf:params:oauth:token-type:jwt' }], ['requested-empty', { requestedTokenType: '' }]] // prettier-ignore
  for (const [name, request] of types) refused('token-type', name, 'unknown', `a type of token: ${name}`, of(request), { answer: 'InvalidRequestException' }) // prettier-ignore
  accepted('requested-refresh-token', 'granted', 'a refresh token, for an application with the grant', of({ requestedTokenType: refresh })) // prettier-ignore
  refused('requested-refresh-token', 'missing', 'missing', 'a refresh token, for an application without the grant', of({ requestedTokenType: refresh }, RECEIVER, { Grants: [jwtBearerGrant([authorized])] }), { answer: 'UnauthorizedClientException' }) // prettier-ignore
  accepted('subject-application', 'other', 'the token of another application', of({}))
  refused('subject-application', 'own', 'same-application', 'a token of its own', of({}, APPLICATION), { answer: 'InvalidGrantException' }) // prettier-ignore
  return vectors
}
