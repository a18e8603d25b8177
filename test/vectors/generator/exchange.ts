import type { Keys } from './keys.js'
import { rs256 } from './jws.js'
import { toolbox, type TokenParts } from './toolbox.js'
import { cases, type Json, type More, type Vector } from './vector.js'
import { APPLICATION, authorized, CALLER, deployment, issuer, ISSUER, issuerARN, JWT_BEARER, jwtBearerGrant, NOW, RECEIVER, statement, actorPolicy, users, withApplication, type Members } from './world.js' // prettier-ignore

const SECOND = 'https://second.example.com'
const JOINED = `${ISSUER}|x`

export function exchangeVectors(keys: Keys): readonly Vector[] {
  const { token, jwks, k1, k2 } = toolbox(keys)
  const request = (parts: TokenParts = {}, more: Members = {}): Members => ({
    clientId: APPLICATION,
    grantType: JWT_BEARER,
    assertion: token(parts),
    callerARN: CALLER,
    ...more,
  })
  /** An exchange after others: each step says what becomes of it; the last one is the vector's own. */
  const steps = (list: readonly Members[], more: Members = {}): Json => ({
    deployment: deployment(),
    users,
    jwks: { [ISSUER]: jwks },
    steps: list,
    ...more,
  })
  const one = (asked: Json, more: Members = {}): Json => steps([{ request: asked }], more)
  const then = (expect: string, asked: Json, more: Members = {}): Members => ({ expect, request: asked, ...more }) // prettier-ignore
  const all: Vector[] = []
  const group = (layer: string) => {
    const added = cases('exchange', layer)
    return { ...added, done: () => all.push(...added.vectors) }
  }
  requestVectors()
  issuerVectors()
  stageVectors()
  replayVectors()
  portVectors()
  return all

  function requestVectors(): void {
    const { accepted, refused, done } = group('request')
    const bad: More = { answer: 'InvalidRequestException' }
    accepted('request', 'whole', 'a request with all that it needs', one(request()))
    accepted('request', 'scope', 'a request for some scopes', one(request({}, { scope: ['openid'] })))
    const faults: readonly [string, string, string, Members, More?][] = [
      ['no-assertion', 'missing', 'no assertion', { assertion: undefined }],
      ['empty-assertion', 'empty', 'an empty assertion', { assertion: '' }],
      ['assertion-array', 'not-string', 'an array of assertions', { assertion: [token()] }],
      ['no-grant-type', 'missing', 'no grant type', { grantType: undefined }],
      ['client-array', 'not-string', 'an array of clients', { clientId: [APPLICATION] }, { also: [{ rule: 'tti/application', reason: 'unknown' }] }],
      ['scope-text', 'not-string', 'a text in place of the scopes', { scope: 'openid aws' }],
      ['scope-numbers', 'not-string', 'numbers as scopes', { scope: [1] }],
      ['unknown-member', 'unknown-member', 'a member that is not known', { client_secret: 'x' }],
      ['oauth-spelling', 'unknown-member', "OAuth's spelling of a member", { grant_type: JWT_BEARER }],
    ] // prettier-ignore
    for (const [name, reason, title, more, extra = {}] of faults) {
      refused('request', name, reason, title, one(request({}, more)), { ...bad, attacks: ['O17'], ...extra })
    }
    const nothing = [{ rule: 'tti/application', reason: 'unknown' }]
    refused('request', 'null', 'not-object', 'null in place of the request', one(null), { ...bad, also: nothing }) // prettier-ignore
    refused('request', 'text', 'not-object', 'the assertion in place of the request', one(token()), { ...bad, also: nothing }) // prettier-ignore

    accepted('grant-type', 'jwt-bearer', 'the jwt-bearer grant', one(request()))
    const grants = ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:token-exchange', JWT_BEARER.toUpperCase(), `${JWT_BEARER} `] // prettier-ignore
    for (const [index, grantType] of grants.entries()) {
      refused('grant-type', `other-${index + 1}`, 'other-grant', `another grant: ${JSON.stringify(grantType)}`, one(request({}, { grantType })), { answer: 'UnsupportedGrantTypeException', attacks: ['O17'] }) // prettier-ignore
    }

    accepted('application', 'known', "an application's ARN", one(request()))
    const clients: readonly [string, string][] = [['other', RECEIVER], ['case', APPLICATION.toUpperCase()], ['name', 'my-app'], ['proto', '__proto__'], ['space', `${APPLICATION} `]] // prettier-ignore
    for (const [name, clientId] of clients) {
      refused('application', name, 'unknown', `a client that is no application: ${name}`, one(request({}, { clientId })), { answer: 'InvalidClientException' }) // prettier-ignore
    }
    accepted('application-disabled', 'enabled', 'an application that is enabled', one(request(), { deployment: withApplication({ Status: 'ENABLED' }) })) // prettier-ignore
    refused('application-disabled', 'disabled', 'disabled', 'an application that is disabled', one(request(), { deployment: withApplication({ Status: 'DISABLED' }) }), { answer: 'UnauthorizedClientException' }) // prettier-ignore
    accepted('application-grant', 'granted', 'an application with the grant', one(request()))
    refused('application-grant', 'missing', 'missing', 'an application without the grant, made without the checks of its configuration', one(request(), { withoutGrant: true }), { answer: 'UnauthorizedClientException' }) // prettier-ignore

    const denied: More = { answer: 'AccessDeniedException' }
    const policy = (...statements: Json[]): Members => ({ deployment: withApplication({ AuthenticationMethods: [actorPolicy(...statements)] }) }) // prettier-ignore
    accepted('caller', 'session', 'a session of the role that the policy names', one(request()))
    accepted('caller', 'role', 'the role itself', one(request({}, { callerARN: 'arn:aws:iam::111122223333:role/my-app' }))) // prettier-ignore
    accepted('caller', 'role-path', 'a session of a role with a path', one(request(), policy({ ...statement, Principal: { AWS: 'arn:aws:iam::111122223333:role/team/my-app' } }))) // prettier-ignore
    const callers: readonly [string, string][] = [
      ['other-role', 'arn:aws:sts::111122223333:assumed-role/other/session-1'],
      ['other-account', 'arn:aws:sts::444455556666:assumed-role/my-app/session-1'],
      ['other-partition', 'arn:aws-cn:sts::111122223333:assumed-role/my-app/session-1'],
      ['role-case', 'arn:aws:sts::111122223333:assumed-role/My-App/session-1'],
      ['user', 'arn:aws:iam::111122223333:user/my-app'],
      ['root', 'arn:aws:iam::111122223333:root'],
      ['wildcard', 'arn:aws:iam::111122223333:role/*'],
      ['no-arn', 'my-app'],
    ]
    for (const [name, callerARN] of callers) {
      refused('caller', name, 'not-allowed', `a caller whom the policy does not name: ${name}`, one(request({}, { callerARN })), denied) // prettier-ignore
    }
    refused('caller', 'denied', 'not-allowed', 'a caller whom the policy also denies', one(request(), policy(statement, { ...statement, Effect: 'Deny', Principal: '*' })), denied) // prettier-ignore
    refused('caller', 'other-resource', 'not-allowed', 'a policy for another application', one(request(), policy({ ...statement, Resource: RECEIVER })), denied) // prettier-ignore
    const vpc = { 'aws:SourceVpc': 'vpc-1' }
    const account = { 'aws:PrincipalAccount': '111122223333' }
    accepted('caller', 'condition-account', "a condition on the caller's account", one(request(), policy({ ...statement, Condition: { StringEquals: account } }))) // prettier-ignore
    const type = (value: string): Members => policy({ ...statement, Principal: { AWS: '111122223333' }, Condition: { StringEquals: { 'aws:PrincipalType': value } } }) // prettier-ignore
    const asUser = { callerARN: 'arn:aws:iam::111122223333:user/ada' }
    accepted('caller', 'condition-session', 'a condition that admits sessions of roles', one(request(), type('AssumedRole'))) // prettier-ignore
    accepted('caller', 'condition-user', 'a condition that admits users', one(request({}, asUser), type('User'))) // prettier-ignore
    refused('caller', 'condition-not-user', 'not-allowed', 'the same, called by a session', one(request(), type('User')), denied) // prettier-ignore
    refused('caller', 'condition-not-session', 'not-allowed', 'a user, where sessions are admitted', one(request({}, asUser), type('AssumedRole')), denied) // prettier-ignore
    refused('caller', 'condition-role-arn', 'not-allowed', "a condition on the role's ARN, whose path a session does not tell", one(request(), policy({ ...statement, Condition: { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/my-app' } } })), denied) // prettier-ignore
    accepted('caller', 'condition-told', 'a condition on what the request tells of the caller', one(request({}, { callerContext: vpc }), policy({ ...statement, Condition: { StringEquals: vpc } }))) // prettier-ignore
    refused('caller', 'condition-told-otherwise', 'not-allowed', 'the same, told otherwise', one(request({}, { callerContext: { 'aws:SourceVpc': 'vpc-2' } }), policy({ ...statement, Condition: { StringEquals: vpc } })), denied) // prettier-ignore
    refused('caller', 'condition-denial', 'not-allowed', 'a denial whose condition cannot be decided', one(request(), policy(statement, { ...statement, Effect: 'Deny', Condition: { StringEquals: vpc } })), denied) // prettier-ignore
    refused('caller', 'service', 'not-allowed', 'a service in place of a caller', one(request({}, { callerARN: 'lambda.amazonaws.com' }), policy({ ...statement, Principal: { Service: 'lambda.amazonaws.com' } })), denied) // prettier-ignore
    refused('caller', 'condition', 'not-allowed', 'a policy with a condition that the request does not meet', one(request(), policy({ ...statement, Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } })), denied) // prettier-ignore
    done()
  }

  function issuerVectors(): void {
    const { accepted, refused, done } = group('issuer')
    const invalid: More = { answer: 'InvalidGrantException', attacks: ['J21'] }
    const second = issuer({ IssuerUrl: SECOND }, { TrustedTokenIssuerArn: issuerARN('6'), Name: 'second' })
    const two = (others: Members): Members => ({
      deployment: deployment({ TrustedTokenIssuers: [issuer(), second], ...others }),
      jwks: { [ISSUER]: { keys: [k1] }, [SECOND]: { keys: [{ ...k2, kid: 'k1' }] } },
    })
    accepted('trusted-issuer', 'authorized', 'an issuer that the application trusts', one(request()))
    for (const [name, iss] of [
      ['unknown', 'https://evil.example'],
      ['slash', `${ISSUER}/`],
      ['case', ISSUER.toUpperCase()],
      ['empty', ''],
    ] as const) {
      // prettier-ignore
      refused('trusted-issuer', name, 'unknown', `an issuer that is not configured: ${name}`, one(request({ claims: { iss } })), invalid) // prettier-ignore
    }
    refused('trusted-issuer', 'not-authorized', 'not-authorized', 'an issuer that another application trusts', one(request({ claims: { iss: SECOND } }), two({})), invalid) // prettier-ignore
    const both = two({ Applications: (withApplication({ Grants: [jwtBearerGrant([authorized, { ...authorized, TrustedTokenIssuerArn: issuerARN('6') }])] }).Applications ?? []) as Json }) // prettier-ignore
    const other = rs256(keys['rsa-other'])
    accepted('trusted-issuer', 'second', 'the second of two issuers, whose key has the same id', one(request({ claims: { iss: SECOND }, signing: other }), both)) // prettier-ignore
    done()
    const signature = group('signature')
    const J22: More = { answer: 'InvalidGrantException', attacks: ['J22'] }
    signature.accepted('signature', 'own-issuer', "the issuer's own key among two of one id", one(request(), both)) // prettier-ignore
    signature.refused('signature', 'other-issuers-key', 'invalid', 'a key of the other issuer, under the same id', one(request({ signing: other }), both), J22) // prettier-ignore
    const cached = [then('accepted', request({ claims: { iss: SECOND, jti: 'a' }, signing: other })), { request: request({ signing: other }) }] // prettier-ignore
    signature.refused('signature', 'other-issuers-key-cached', 'invalid', 'the same, once that key has been used', steps(cached, both), J22) // prettier-ignore
    signature.done()
  }

  function stageVectors(): void {
    const grant: More = { answer: 'InvalidGrantException' }
    const denied: More = { answer: 'AccessDeniedException' }
    const claims = group('claims')
    claims.refused('exp', 'exchange', 'expired', 'an expired token', one(request({ claims: { exp: NOW - 60 } })), grant) // prettier-ignore
    claims.refused('aud', 'exchange', 'mismatch', 'a token for another audience', one(request({ claims: { aud: 'other' } })), grant) // prettier-ignore
    claims.refused('mapped-claim', 'exchange', 'missing', 'a token without the mapped claim', one(request({ claims: { email: undefined } })), grant) // prettier-ignore
    claims.refused('iat', 'exchange-age', 'too-old', 'a token that is too old', one(request({ claims: { iat: NOW - 700 } }), { maxTokenAgeSeconds: 600 }), grant) // prettier-ignore
    claims.warned('email-verified', 'exchange', 'unverified', 'an address that is not verified', one(request({ claims: { email_verified: false } }))) // prettier-ignore
    claims.done()
    const missing = group('issuer')
    missing.refused('iss', 'exchange-missing', 'missing', 'a token without an issuer', one(request({ claims: { iss: undefined } })), grant) // prettier-ignore
    missing.done()
    const form = group('form')
    form.refused('token-form', 'exchange', 'segments', 'an assertion that is no token', one(request({}, { assertion: 'garbage' })), grant) // prettier-ignore
    form.done()
    const mapping = group('mapping')
    mapping.refused('user-not-found', 'exchange', 'none', 'a person whom the directory does not have', one(request({ claims: { email: 'ghost@example.com' } })), denied) // prettier-ignore
    mapping.refused('user-not-found', 'exchange-case', 'none', 'an address in another case', one(request({ claims: { email: 'ADA@example.com' } })), denied) // prettier-ignore
    mapping.refused('user-disabled', 'exchange', 'disabled', 'a person who is disabled', one(request({ claims: { email: 'eve@example.com' } })), denied) // prettier-ignore
    mapping.done()
    const authorization = group('authorization')
    authorization.refused('user-not-assigned', 'exchange', 'not-assigned', 'a person who is not assigned', one(request({ claims: { email: 'bob@example.com' } })), denied) // prettier-ignore
    const open = { deployment: withApplication({ AssignmentConfiguration: { AssignmentRequired: false } }) }
    authorization.accepted('user-not-assigned', 'exchange-open', 'a person who is not assigned, where nobody need be', one(request({ claims: { email: 'bob@example.com' } }), open)) // prettier-ignore
    authorization.done()
    const scope = group('scope')
    scope.refused('scope', 'exchange', 'not-granted', 'a scope that the application does not have', one(request({}, { scope: ['sso:account:access'] })), { answer: 'InvalidScopeException' }) // prettier-ignore
    scope.refused('receiving-application', 'exchange', 'none', 'no receiving application', one(request(), { deployment: withApplication({ AccessScopes: [] }) }), denied) // prettier-ignore
    scope.done()
    const replay = group('replay')
    replay.refused('jti-required', 'exchange', 'missing', 'a token without an id, where one is required', one(request(), { missingJti: 'refuse' }), { ...grant, attacks: ['R07'] }) // prettier-ignore
    replay.accepted('jti-required', 'exchange-present', 'a token with an id, where one is required', one(request({ claims: { jti: 'a' } }), { missingJti: 'refuse' })) // prettier-ignore
    replay.done()
  }

  function replayVectors(): void {
    const { accepted, refused, done } = group('replay')
    const used = (...attacks: string[]): More => ({ answer: 'InvalidGrantException', attacks })
    const jti = (value: string, claims: Members = {}, header: Members = {}): Members =>
      request({ claims: { jti: value, ...claims }, header })
    const after = (first: Members, second: Members, more: Members = {}): Json => steps([then('accepted', first), { request: second }], more) // prettier-ignore

    accepted('replay', 'first', 'the first exchange of a token', one(jti('a')))
    accepted('replay', 'other-id', 'another id', after(jti('a'), jti('b')))
    accepted('replay', 'id-case', 'an id that differs in case', after(jti('a'), jti('A')))
    refused('replay', 'same-token', 'already', 'the same token again', after(jti('a'), jti('a')), used('R01'))
    refused('replay', 'other-bytes', 'already', 'the same id in other bytes', after(jti('a'), jti('a', { exp: NOW + 200 }, { typ: 'JWT' })), used('R01')) // prettier-ignore
    refused('replay', 'other-person', 'already', 'the same id for another subject', after(jti('a'), jti('a', { sub: 'u2' })), used('R01')) // prettier-ignore
    const asOther = request({
      claims: { jti: 'a' },
      header: { kid: 'k2' },
      signing: rs256(keys['rsa-other']),
    })
    refused('replay', 'other-key', 'already', 'the same id, signed with the other key', after(jti('a'), asOther), used('R01')) // prettier-ignore
    refused('replay', 'no-id', 'already', 'a token without an id again', after(request(), request()), used('R01')) // prettier-ignore
    refused('replay', 'no-id-other-bytes', 'already', 'the same claims in another header', after(request(), request({ header: { typ: 'JWT' } })), used('R01')) // prettier-ignore
    accepted('replay', 'no-id-other-claims', 'other claims without an id', after(request(), request({ claims: { iat: NOW - 1 } }))) // prettier-ignore
    accepted('replay', 'no-id-accepted', 'a token without an id again, where that is accepted', after(request(), request(), { missingJti: 'accept' })) // prettier-ignore
    refused('replay', 'concurrent', 'already', 'twenty exchanges of one token at once: exactly one is accepted', steps([{ request: jti('a'), times: 20 }]), used('R02')) // prettier-ignore
    refused('replay', 'concurrent-no-id', 'already', 'the same of a token without an id', steps([{ request: request(), times: 20 }]), used('R02')) // prettier-ignore
    refused('replay', 'last-second', 'already', 'the same token in the last second in which the skew admits it', steps([then('accepted', jti('a')), { now: NOW + 359, request: jti('a') }]), used('R06')) // prettier-ignore
    const stepBack = [then('accepted', jti('a')), then('accepted', jti('b', { exp: NOW + 900 }), { now: NOW + 400 }), { request: jti('a') }] // prettier-ignore
    refused('replay', 'clock-back', 'already', 'the same token after a clock went ahead and came back', steps(stepBack), used('R06')) // prettier-ignore
    refused('replay', 'proto', 'already', '__proto__ as the id, twice', after(jti('__proto__'), jti('__proto__')), used('R07')) // prettier-ignore
    refused('replay', 'long', 'already', 'an id of 8,192 characters, twice', after(jti('j'.repeat(8192)), jti('j'.repeat(8192))), used('R08')) // prettier-ignore

    const twoIssuers = (url: string): Members => ({
      deployment: deployment({
        TrustedTokenIssuers: [issuer(), issuer({ IssuerUrl: url }, { TrustedTokenIssuerArn: issuerARN('6'), Name: 'second' })], // prettier-ignore
        Applications: (withApplication({ Grants: [jwtBearerGrant([authorized, { ...authorized, TrustedTokenIssuerArn: issuerARN('6') }])] }).Applications ?? []) as Json, // prettier-ignore
      }),
      jwks: { [ISSUER]: jwks, [url]: jwks },
    })
    accepted('replay', 'other-issuer', 'the same id of another issuer', after(jti('a'), jti('a', { iss: SECOND }), twoIssuers(SECOND)), { attacks: ['R03'] }) // prettier-ignore
    accepted('replay', 'joined', 'issuer and id that join to the same text', after(jti('x|y'), jti('y', { iss: JOINED }), twoIssuers(JOINED)), { attacks: ['R04'] }) // prettier-ignore

    const refusedFirst: readonly [string, string, Members][] = [
      ['forged', 'a forged token', request({ claims: { jti: 'a' }, signing: () => Buffer.alloc(256, 1) })],
      ['expired', 'an expired token', jti('a', { exp: NOW - 60 })],
      ['caller', 'a caller who is not allowed', { ...jti('a'), callerARN: 'arn:aws:iam::111122223333:user/mallory' }],
      ['scope', 'a scope that is not granted', { ...jti('a'), scope: ['admin'] }],
      ['unassigned', 'a person who is not assigned', jti('a', { email: 'bob@example.com' })],
      ['unknown', 'a person whom nobody knows', jti('a', { email: 'ghost@example.com' })],
    ] // prettier-ignore
    for (const [name, title, first] of refusedFirst) {
      accepted('replay', `unburnt-${name}`, `an id that ${title} did not use up`, steps([then('refused', first), { request: jti('a') }]), { attacks: ['R05'] }) // prettier-ignore
    }
    const burnt = [then('refused', jti('a'), { faults: { state: 'throws' } }), { request: jti('a') }]
    refused('replay', 'burnt-by-state', 'already', 'an id that was claimed before the state store failed', steps(burnt), used('R05')) // prettier-ignore

    const slow = (claimedAt: number): Json => steps([{ claimedAt, request: jti('a') }])
    accepted('expired-meanwhile', 'last-second', 'ports that took until the last second of the skew', slow(NOW + 359), { attacks: ['R06'] }) // prettier-ignore
    refused('expired-meanwhile', 'too-late', 'expired', 'ports that took a second more', slow(NOW + 360), used('R06')) // prettier-ignore

    const down = (...attacks: string[]): More => ({ answer: 'InternalServerException', attacks })
    accepted('replay-store', 'claimed', 'a store that takes the token', one(jti('a')))
    for (const [name, reason] of [
      ['full', 'full'],
      ['unavailable', 'unavailable'],
      ['throws', 'unavailable'],
      ['nonsense', 'unavailable'],
    ] as const) {
      // prettier-ignore
      refused('replay-store', name, reason, `a replay store that answers: ${name}`, steps([{ request: jti('a'), faults: { replay: name } }]), down(name === 'full' ? 'R08' : 'R09')) // prettier-ignore
    }
    refused('replay-store', 'flood', 'full', 'a store of two entries, filled by two tokens that live', steps([then('accepted', jti('a')), then('accepted', jti('b')), { request: jti('c') }], { replayEntries: 2 }), down('R08')) // prettier-ignore
    refused('replay', 'flood-keeps', 'already', 'a full store still knows what it holds', steps([then('accepted', jti('a')), then('accepted', jti('b')), then('refused', jti('c')), { request: jti('a') }], { replayEntries: 2 }), used('R08')) // prettier-ignore
    accepted('replay-store', 'expired-room', 'a full store has room again when its tokens have expired', steps([then('accepted', jti('a')), then('accepted', jti('b')), { now: NOW + 360, request: jti('c', { exp: NOW + 900 }) }], { replayEntries: 2 })) // prettier-ignore
    done()
  }

  function portVectors(): void {
    const { accepted, refused, done } = group('port')
    accepted('port', 'all', 'every port answers', one(request()))
    for (const port of ['directory', 'keys', 'state', 'tokens'] as const) {
      refused('port', port, port, `a port that fails: ${port}`, steps([{ request: request(), faults: { [port]: 'throws' } }]), { answer: 'InternalServerException', attacks: ['R09'] }) // prettier-ignore
    }
    refused('port', 'state-conflict', 'state', 'a state store that already holds the refresh token', steps([{ request: request(), faults: { state: 'conflict' } }]), { answer: 'InternalServerException' }) // prettier-ignore
    accepted('port', 'state-unused', 'a state store that fails, where no refresh token is kept', steps([{ request: request(), faults: { state: 'throws' } }], { deployment: withApplication({ Grants: [jwtBearerGrant([authorized])] }) })) // prettier-ignore
    done()
  }
}
