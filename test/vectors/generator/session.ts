import { base64url } from './jws.js'
import { cases, type Json, type Vector } from './vector.js'
import type { Members } from './world.js'

const PROVIDER = 'arn:aws:iam::aws:contextProvider/IdentityCenter'
const ROLE = 'arn:aws:iam::111122223333:role/data/reader'
const SUFFIX = '0123456789abcdef'

export function sessionVectors(): readonly Vector[] {
  return [...contextVectors(), ...assumeRoleVectors(), ...roleVectors()]
}

function contextVectors(): readonly Vector[] {
  const { accepted, refused, warned, vectors } = cases('identityContext', 'session')
  const IDENTITY = 'sts:identity_context'
  const AUDIT = 'sts:audit_context'
  const idToken = (claims: Members | string): string => [base64url('{"alg":"ES384"}'), base64url(typeof claims === 'string' ? claims : JSON.stringify(claims)), base64url('signature')].join('.') // prettier-ignore
  const answer = (token: Json | undefined, context: Json | undefined, more: Members = {}): Json => ({
    answer: { idToken: token, awsAdditionalDetails: context === undefined ? undefined : { identityContext: context } }, // prettier-ignore
    ...more,
  })
  const value = { contextAssertion: 'abcd' }

  accepted('id-token-payload', 'readable', 'a payload of claims', answer(idToken({ [IDENTITY]: 'abcd' }), 'abcd'), { value }) // prettier-ignore
  const unreadable: readonly [string, string, string, Json][] = [
    ['type', 'type', 'an object in place of the token', {}],
    ['parts', 'parts', 'a token of two parts', 'a.b'],
    ['oversize', 'oversize', 'a token of 65,537 characters', `a.${'b'.repeat(65_533)}.c`],
    ['base64url', 'base64url', 'a payload with padding', 'a.e30=.c'],
    ['utf-8', 'utf-8', 'a payload that is not UTF-8', `a.${base64url(Buffer.from([0xff]))}.c`],
    ['json', 'json', 'a payload that is no JSON', `a.${base64url('x')}.c`],
    ['duplicate', 'duplicate-member', 'a claim twice', idToken('{"a":1,"a":2}')],
    ['array', 'not-an-object', 'an array of claims', idToken('[]')],
  ]
  for (const [name, reason, title, token] of unreadable) warned('id-token-payload', name, reason, title, answer(token, 'abcd'), { value }) // prettier-ignore

  accepted('identity-context', 'details', 'the context beside the tokens', answer(undefined, 'abcd'), { value }) // prettier-ignore
  accepted('identity-context', 'claim', 'the context as a claim of the ID token', answer(idToken({ [IDENTITY]: 'abcd' }), undefined), { value }) // prettier-ignore
  accepted('identity-context', 'claims', "the ID token's claims in place of the answer", { answer: { [IDENTITY]: 'abcd' } }, { value }) // prettier-ignore
  accepted('identity-context', '2048', 'a context of 2,048 characters', answer(undefined, 'a'.repeat(2048)))
  refused('identity-context', 'missing', 'missing', 'no context', answer(idToken({ sub: 'a' }), undefined))
  refused('identity-context', 'audit-only', 'missing', 'an audit context only', answer(idToken({ [AUDIT]: 'abcd' }), undefined)) // prettier-ignore
  refused('identity-context', '2049', 'too-long', 'a context of 2,049 characters', answer(undefined, 'a'.repeat(2049))) // prettier-ignore
  refused('identity-context', '3', 'too-short', 'a context of 3 characters', answer(undefined, 'abc'))
  refused('identity-context', 'number', 'type', 'a number as the context', answer(undefined, 1))
  refused('identity-context', 'null', 'missing', 'null in place of the answer', { answer: null }, { also: [{ rule: 'tti/id-token-payload', reason: 'not-an-object' }] }) // prettier-ignore

  accepted('context-agreement', 'same', 'the same context in both places', answer(idToken({ [IDENTITY]: 'abcd' }), 'abcd')) // prettier-ignore
  refused('context-agreement', 'other', 'mismatch', 'two contexts', answer(idToken({ [IDENTITY]: 'abcd' }), 'abce')) // prettier-ignore

  accepted('context-kind', 'identity', 'the identity context', answer(undefined, 'abcd', { kind: 'identity' }), { value }) // prettier-ignore
  warned('context-kind', 'audit', 'legacy', 'the audit context', answer(idToken({ [AUDIT]: 'efgh', [IDENTITY]: 'abcd' }), 'abcd', { kind: 'audit' }), { value: { contextAssertion: 'efgh' } }) // prettier-ignore
  return vectors
}

function assumeRoleVectors(): readonly Vector[] {
  const { accepted, refused, warned, vectors } = cases('assumeRole', 'session')
  const context = { ProviderArn: PROVIDER, ContextAssertion: 'abcd' }
  const request = (more: Members = {}, options: Members = {}): Json => ({
    request: { RoleArn: ROLE, RoleSessionName: 'ada', ProvidedContexts: [context], ...more },
    ...options,
  })

  accepted('assume-role-input', 'whole', 'every parameter', request({ DurationSeconds: 900, Tags: [{ Key: 'a', Value: 'b' }], TransitiveTagKeys: ['a'], SourceIdentity: 'ada', ExternalId: 'ab', Policy: '{}', PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }] })) // prettier-ignore
  accepted('assume-role-input', 'plain', 'a request without a context', request({ ProvidedContexts: undefined })) // prettier-ignore
  refused('assume-role-input', 'unknown', 'unknown-member', 'a parameter that is not known', request({ Duration: 900 })) // prettier-ignore
  refused('assume-role-input', 'case', 'unknown-member', 'a parameter in another case', request({ durationSeconds: 900 })) // prettier-ignore
  const absent = [{ rule: 'tti/role-arn', reason: 'missing' }, { rule: 'tti/role-session-name', reason: 'missing' }] // prettier-ignore
  refused('assume-role-input', 'array', 'type', 'an array', { request: [] }, { also: absent })

  /** Lengths and characters of a text parameter. */
  const text = (term: string, name: string, min: number, max: number, bad: readonly string[]): void => {
    const letter = 'a'
    accepted(term, 'shortest', `${min} characters`, request({ [name]: letter.repeat(min) }))
    accepted(term, 'longest', `${max} characters`, request({ [name]: letter.repeat(max) }))
    refused(term, 'too-short', 'too-short', `${min - 1} characters`, request({ [name]: letter.repeat(min - 1) })) // prettier-ignore
    refused(term, 'too-long', 'too-long', `${max + 1} characters`, request({ [name]: letter.repeat(max + 1) })) // prettier-ignore
    refused(term, 'type', 'type', 'a number', request({ [name]: 1 }))
    for (const [index, value] of bad.entries()) {
      refused(term, `characters-${index + 1}`, 'characters', `a character that is not allowed: ${JSON.stringify(value)}`, request({ [name]: value })) // prettier-ignore
    }
  }
  text('role-session-name', 'RoleSessionName', 2, 64, ['a b', 'a/b', 'a\u00e9', 'ab\n', 'a:b'])
  text('source-identity', 'SourceIdentity', 2, 64, ['a b', 'a/b', 'ab\n'])
  text('external-id', 'ExternalId', 2, 1224, ['a b', 'a\u00e9', 'ab\n'])
  refused('role-session-name', 'missing', 'missing', 'no name', request({ RoleSessionName: undefined }))
  refused('source-identity', 'reserved', 'reserved', 'the reserved prefix', request({ SourceIdentity: 'AWS:ada' }), { also: [{ rule: 'tti/source-identity', reason: 'characters' }] }) // prettier-ignore

  accepted('role-arn', 'path', 'a role with a path', request())
  accepted('role-arn', 'partition', 'another partition', request({ RoleArn: ROLE.replace('arn:aws:', 'arn:aws-cn:') })) // prettier-ignore
  const arns: readonly [string, string, Json | undefined][] = [
    ['missing', 'missing', undefined],
    ['number', 'type', 1],
    ['19-characters', 'too-short', 'arn:aws:iam::1:role'],
    ['2049-characters', 'too-long', ROLE.padEnd(2049, 'a')],
    ['parts', 'parts', ROLE.replace('::', ':')],
    ['prefix', 'prefix', ROLE.replace('arn:', 'ARN:')],
    ['partition-case', 'partition', ROLE.replace(':aws:', ':AWS:')],
    ['service', 'service', ROLE.replace(':iam:', ':sts:')],
    ['region', 'region', ROLE.replace('iam::', 'iam:us-east-1:')],
    ['account', 'account', ROLE.replace('111122223333', '11112222333')],
    ['user', 'resource', ROLE.replace('role/', 'user/')],
    ['name', 'name', `${ROLE}!`],
    ['name-65', 'name', `arn:aws:iam::111122223333:role/${'r'.repeat(65)}`],
    ['newline', 'name', `${ROLE}\n`],
  ]
  for (const [name, reason, RoleArn] of arns) refused('role-arn', name, reason, `the ARN of a role: ${name}`, request({ RoleArn })) // prettier-ignore

  accepted('role-not-reserved', 'own', 'a role of your own', request())
  warned('role-not-reserved', 'permission-set', 'reserved', "a permission set's role", request({ RoleArn: `arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_${SUFFIX}` })) // prettier-ignore

  const lasts = (DurationSeconds: Json, chained = false): Json => request({ DurationSeconds }, { chained })
  accepted('session-duration', '900', '15 minutes', lasts(900))
  accepted('session-duration', '43200', '12 hours', lasts(43_200))
  accepted('session-duration', 'chained-3600', 'one hour of a chained role', lasts(3600, true))
  const durations: readonly [string, string, Json, boolean?][] = [['899', 'too-short', 899], ['43201', 'too-long', 43_201], ['chained-3601', 'chained', 3601, true], ['fraction', 'type', 900.5], ['text', 'type', '900']] // prettier-ignore
  for (const [name, reason, value, chained] of durations) refused('session-duration', name, reason, `a duration: ${name}`, lasts(value, chained)) // prettier-ignore

  const from = (ProviderArn: Json | undefined): Json => request({ ProvidedContexts: [{ ...context, ProviderArn }] }) // prettier-ignore
  accepted('context-provider', 'identity-center', 'the provider of Identity Center', request())
  const providers: readonly [string, string, Json | undefined][] = [
    ['other', 'mismatch', 'arn:aws:iam::aws:contextProvider/Other'],
    ['account', 'mismatch', 'arn:aws:iam::111122223333:contextProvider/IdentityCenter'],
    ['case', 'mismatch', PROVIDER.toLowerCase()],
    ['partition', 'mismatch', PROVIDER.replace('arn:aws:', 'arn:aws-cn:')],
    ['missing', 'missing', undefined],
    ['short', 'too-short', 'arn:aws:iam::aws:a'],
  ]
  for (const [name, reason, arn] of providers) refused('context-provider', name, reason, `a context provider: ${name}`, from(arn)) // prettier-ignore
  refused('context-provider', '6-contexts', 'too-many', 'six contexts', request({ ProvidedContexts: Array.from({ length: 6 }, () => context) }), { also: [{ rule: 'tti/context-assertion', reason: 'both' }] }) // prettier-ignore

  const holds = (ContextAssertion: Json | undefined): Json => request({ ProvidedContexts: [{ ...context, ContextAssertion }] }) // prettier-ignore
  accepted('context-assertion', '4', 'an assertion of 4 characters', holds('abcd'))
  accepted('context-assertion', '2048', 'an assertion of 2,048 characters', holds('a'.repeat(2048)))
  accepted('context-assertion', 'required', 'an assertion where one is required', request({}, { contextRequired: true })) // prettier-ignore
  for (const [name, reason, value] of [
    ['3', 'too-short', 'abc'],
    ['2049', 'too-long', 'a'.repeat(2049)],
    ['missing', 'missing', undefined],
    ['number', 'type', 1],
  ] as const) {
    // prettier-ignore
    refused('context-assertion', name, reason, `an assertion: ${name}`, holds(value))
  }
  refused('context-assertion', 'both', 'both', 'two assertions', request({ ProvidedContexts: [context, { ...context, ContextAssertion: 'efgh' }] })) // prettier-ignore
  refused('context-assertion', 'none-required', 'missing', 'no assertion where one is required', request({ ProvidedContexts: undefined }, { contextRequired: true })) // prettier-ignore
  refused('context-assertion', 'empty-list', 'missing', 'an empty list', request({ ProvidedContexts: [] }))

  const tags = (...pairs: [Json, Json][]): Json => request({ Tags: pairs.map(([Key, Value]) => ({ Key, Value })) }) // prettier-ignore
  const many = (count: number): [Json, Json][] => Array.from({ length: count }, (_, at) => [`k${at}`, 'v'])
  accepted('session-tags', '50', '50 tags', tags(...many(50)))
  accepted('session-tags', 'longest', 'a key of 128 and a value of 256 characters', tags(['k'.repeat(128), 'v'.repeat(256)])) // prettier-ignore
  accepted('session-tags', 'empty-value', 'an empty value', tags(['k', '']))
  const badTags: readonly [string, string, string, Json][] = [
    ['51', 'too-many', '51 tags', tags(...many(51))],
    ['key-129', 'too-long', 'a key of 129 characters', tags(['k'.repeat(129), 'v'])],
    ['value-257', 'too-long', 'a value of 257 characters', tags(['k', 'v'.repeat(257)])],
    ['key-empty', 'too-short', 'an empty key', tags(['', 'v'])],
    ['key-characters', 'characters', 'a character that is not allowed', tags(['k!', 'v'])],
    ['value-number', 'type', 'a number as the value', tags(['k', 1])],
    ['twice', 'duplicate', 'one key in two cases', tags(['Team', 'a'], ['team', 'b'])],
    ['reserved', 'reserved', 'the reserved prefix', tags(['aws:team', 'a'])],
    ['object', 'type', 'an object in place of the list', request({ Tags: { a: 'b' } })],
    ['inherited', 'inherited', 'a key that the calling session hands on', request({ Tags: [{ Key: 'Team', Value: 'a' }] }, { inheritedTransitiveTagKeys: ['team'] })],
  ] // prettier-ignore
  for (const [name, reason, title, input] of badTags) refused('session-tags', name, reason, title, input)

  const handed = (TransitiveTagKeys: Json, options: Members = {}): Json => request({ Tags: [{ Key: 'Team', Value: 'a' }], TransitiveTagKeys }, options) // prettier-ignore
  accepted('transitive-tag-keys', 'one', "a tag's key", handed(['Team']))
  accepted('transitive-tag-keys', 'case', "a tag's key in another case", handed(['team']))
  refused('transitive-tag-keys', 'other', 'not-a-tag', 'a key that is no tag', handed(['Other']))
  refused('transitive-tag-keys', 'twice', 'duplicate', 'one key twice', handed(['Team', 'team']))
  refused('transitive-tag-keys', 'text', 'type', 'a text in place of the list', handed('Team'))
  refused('transitive-tag-keys', 'inherited', 'inherited', 'a key that the calling session hands on', request({ Tags: [{ Key: 'Team', Value: 'a' }], TransitiveTagKeys: ['Team'] }, { inheritedTransitiveTagKeys: ['Team'] }), { also: [{ rule: 'tti/session-tags', reason: 'inherited' }] }) // prettier-ignore

  const policy = (Policy: Json): Json => request({ Policy })
  accepted(
    'session-policy',
    'json-text',
    'a JSON object as text',
    policy('{"Version":"2012-10-17","Statement":[]}'),
  )
  accepted('session-policy', '2048', 'a policy of 2,048 characters', policy('{}'.padEnd(2048)))
  for (const [name, reason, value] of [
    ['2049', 'too-long', '{}'.padEnd(2049)],
    ['empty', 'too-short', ''],
    ['json', 'json', '{'],
    ['duplicate', 'duplicate-member', '{"a":1,"a":2}'],
    ['array', 'type', '[]'],
    ['object', 'type', {}],
    ['characters', 'characters', '{"a":"\u0100"}'],
  ] as const) {
    // prettier-ignore
    refused('session-policy', name, reason, `a session policy: ${name}`, policy(value))
  }

  const arnOf = (at: number): Json => ({ arn: `arn:aws:iam::aws:policy/Policy${at}` })
  const managed = (PolicyArns: Json): Json => request({ PolicyArns })
  accepted('policy-arns', '10', '10 policies', managed(Array.from({ length: 10 }, (_, at) => arnOf(at))))
  refused('policy-arns', '11', 'too-many', '11 policies', managed(Array.from({ length: 11 }, (_, at) => arnOf(at)))) // prettier-ignore
  refused('policy-arns', 'twice', 'duplicate', 'one policy twice', managed([arnOf(1), arnOf(1)]))
  refused('policy-arns', 'text', 'missing', 'texts in place of objects', managed(['arn:aws:iam::aws:policy/ReadOnlyAccess'])) // prettier-ignore
  refused('policy-arns', 'short', 'too-short', 'an ARN that is too short', managed([{ arn: 'arn:aws:iam::aws:p' }])) // prettier-ignore
  return vectors
}

function roleVectors(): readonly Vector[] {
  const role = cases('reservedRole', 'session')
  const base = 'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/'
  const name = `AWSReservedSSO_Admin_${SUFFIX}`
  role.accepted('reserved-role', 'region', 'a role with a Region in its path', { arn: `${base}eu-west-1/${name}` }, { value: { permissionSetName: 'Admin', suffix: SUFFIX, region: 'eu-west-1' } }) // prettier-ignore
  role.accepted('reserved-role', 'no-region', 'a role without a Region', { arn: base + name }, { value: { permissionSetName: 'Admin' } }) // prettier-ignore
  role.accepted('reserved-role', 'underscores', 'a permission set with underscores', { arn: `${base}AWSReservedSSO_a_b-c_${SUFFIX}` }, { value: { permissionSetName: 'a_b-c' } }) // prettier-ignore
  role.accepted('reserved-role', 'session', 'a session of the role', { arn: `arn:aws:sts::111122223333:assumed-role/${name}/ada@example.com` }, { value: { sessionName: 'ada@example.com' } }) // prettier-ignore
  const arns: readonly [string, string, Json][] = [
    ['number', 'type', 1],
    ['other-path', 'path', `arn:aws:iam::111122223333:role/${name}`],
    ['fake-path', 'path', `arn:aws:iam::111122223333:role/x/aws-reserved/sso.amazonaws.com/${name}`],
    ['path-after', 'path', `${base}eu-west-1/x/${name}`],
    ['suffix-15', 'name', `${base}AWSReservedSSO_Admin_${SUFFIX.slice(1)}`],
    ['suffix-letters', 'name', `${base}AWSReservedSSO_Admin_${SUFFIX.slice(1)}g`],
    ['name-33', 'name', `${base}AWSReservedSSO_${'n'.repeat(33)}_${SUFFIX}`],
    ['prefix-case', 'name', `${base}AWSReservedsso_Admin_${SUFFIX}`],
    ['session-name', 'name', `arn:aws:sts::111122223333:assumed-role/other/ada`],
    ['account', 'account', (base + name).replace('111122223333', '1111')],
    ['case', 'path', (base + name).replace('aws-reserved', 'AWS-reserved')],
  ]
  for (const [term, reason, arn] of arns) role.refused('reserved-role', term, reason, `an ARN: ${term}`, { arn }) // prettier-ignore

  const person = cases('onBehalfOf', 'session')
  const good = { userId: '11111111-1111-4111-8111-111111111111', identityStoreArn: 'arn:aws:identitystore::111122223333:identitystore/d-1234567890' } // prettier-ignore
  const of = (onBehalfOf: Json | undefined): Json => ({ record: { userIdentity: { type: 'AssumedRole', onBehalfOf } } }) // prettier-ignore
  person.accepted('on-behalf-of', 'person', 'a person', of(good), { value: good })
  person.accepted('on-behalf-of', 'prefixed', 'an id with a prefix', of({ ...good, userId: `0123456789-${good.userId}` })) // prettier-ignore
  person.accepted('on-behalf-of', 'absent', 'a record without a person', of(undefined))
  const people: readonly [string, string, Json][] = [
    ['text', 'type', 'ada'],
    ['name', 'form', { ...good, userId: 'ada' }],
    ['no-id', 'missing', { ...good, userId: undefined }],
    ['store-id', 'too-short', { ...good, identityStoreArn: 'd-1234567890' }],
    ['region', 'form', { ...good, identityStoreArn: good.identityStoreArn.replace('store::', 'store:us-east-1:') }],
    ['other-service', 'form', { ...good, identityStoreArn: 'arn:aws:sso:::instance/ssoins-1234567890abcdef' }],
  ] // prettier-ignore
  for (const [term, reason, element] of people) person.refused('on-behalf-of', term, reason, `a person: ${term}`, of(element)) // prettier-ignore
  return [...role.vectors, ...person.vectors]
}
