import { cases, type Json, type Vector } from '../vector.js'
import type { Members } from '../world.js'

const TAGS = 'https://aws.amazon.com/tags'

export function permissionSetVectors(): readonly Vector[] {
  const { accepted, warned, refused, vectors } = cases('permissionSet', 'permissionSet', [], 'abac', 'abac/tags') // prettier-ignore
  const set = (more: Members = {}, options?: Members): Json => ({ permissionSet: { Name: 'Developer', ...more }, ...(options === undefined ? {} : { options }) }) // prettier-ignore
  const managed = (count: number): Json => Array.from({ length: count }, (_, index) => ({ Name: `P${index}`, Arn: `arn:aws:iam::aws:policy/P${index}` })) // prettier-ignore

  accepted('permission-set', 'whole', 'every member', set({ Description: 'Developers', SessionDuration: 'PT4H', RelayState: 'https://us-east-2.console.aws.amazon.com/ec2/', InlinePolicy: '{}', ManagedPolicies: managed(1), CustomerManagedPolicyReferences: [{ Name: 'own', Path: '/team/' }], PermissionsBoundary: { ManagedPolicyArn: 'arn:aws:iam::aws:policy/PowerUserAccess' } })) // prettier-ignore
  accepted('permission-set', 'described', 'what DescribePermissionSet answers', { permissionSet: { PermissionSet: { Name: 'Developer', SessionDuration: 'PT2H' } } }, { value: { name: 'Developer', sessionDurationSeconds: 7200 } }) // prettier-ignore
  refused('permission-set', 'unknown', 'unknown-member', 'a member that is not known', set({ Duration: 'PT1H' })) // prettier-ignore
  refused('permission-set', 'null', 'type', 'null', { permissionSet: null }, { also: [{ rule: 'abac/permission-set-name', reason: 'missing' }] }) // prettier-ignore

  const name = (Name: Json | undefined): Json => ({ permissionSet: { Name } })
  const boundary = (given: Json) => set({ PermissionsBoundary: given })
  const ManagedPolicyArn = 'arn:aws:iam::aws:policy/PowerUserAccess'
  const CustomerManagedPolicyReference = { Name: 'own', Path: '/team/' }
  accepted('permissions-boundary', 'arn', "a policy of AWS's", boundary({ ManagedPolicyArn }))
  accepted('permissions-boundary', 'reference', "a policy of one's own", boundary({ CustomerManagedPolicyReference })) // prettier-ignore
  refused('permissions-boundary', 'none', 'none', 'a boundary that names no policy', boundary({}))
  refused('permissions-boundary', 'both', 'several', 'a boundary that names two', boundary({ ManagedPolicyArn, CustomerManagedPolicyReference })) // prettier-ignore
  refused('permissions-boundary', 'not-arn', 'name', 'the ARN of a role', boundary({ ManagedPolicyArn: 'arn:aws:iam::111122223333:role/own' })) // prettier-ignore
  refused('permissions-boundary', 'no-name', 'name', 'a reference without a name', boundary({ CustomerManagedPolicyReference: { Path: '/team/' } })) // prettier-ignore
  refused('permission-set', 'boundary-text', 'type', 'a boundary that is no object', boundary('PowerUserAccess')) // prettier-ignore
  refused('permission-set', 'boundary-unknown', 'unknown-member', 'a boundary with another member', boundary({ ManagedPolicyArn, Arn: ManagedPolicyArn })) // prettier-ignore

  accepted('permission-set-name', '32', 'a name of 32 characters', name('n'.repeat(32)))
  accepted('permission-set-name', 'dashes', 'a name with underscores and dashes', name('My_Set-1'))
  for (const [id, reason, Name] of [
    ['missing', 'missing', undefined],
    ['empty', 'too-short', ''],
    ['33', 'too-long', 'n'.repeat(33)],
    ['space', 'characters', 'My Set'],
    ['slash', 'characters', 'My/Set'],
    ['line-break', 'characters', 'a\n'],
  ] as const)
    // prettier-ignore
    refused('permission-set-name', id, reason, `a name: ${id}`, name(Name))

  accepted('permission-set-description', '700', '700 characters', set({ Description: 'd'.repeat(700) }))
  refused('permission-set-description', '701', 'too-long', '701 characters', set({ Description: 'd'.repeat(701) })) // prettier-ignore
  refused('permission-set-description', 'cyrillic', 'characters', 'a letter beyond Latin-1', set({ Description: '\u0416' })) // prettier-ignore

  const lasts = (SessionDuration: Json | undefined): Json => set({ SessionDuration })
  const seconds = (sessionDurationSeconds: number) => ({ value: { sessionDurationSeconds } })
  accepted('session-duration', 'default', 'no duration: one hour', lasts(undefined), seconds(3600))
  for (const [id, text, count] of [
    ['pt1h', 'PT1H', 3600],
    ['pt12h', 'PT12H', 43_200],
    ['pt60m', 'PT60M', 3600],
    ['pt3600s', 'PT3600S', 3600],
    ['pt1h30m', 'PT1H30M', 5400],
    ['p0dt1h', 'P0DT1H', 3600],
  ] as const)
    // prettier-ignore
    accepted('session-duration', id, text, lasts(text), seconds(count))
  for (const [id, reason, value] of [
    ['pt59m', 'too-short', 'PT59M'],
    ['pt12h1s', 'too-long', 'PT12H1S'],
    ['p1d', 'too-long', 'P1D'],
    ['fraction', 'fraction', 'PT12H0.9S'],
    ['hours', 'malformed', '4h'],
    ['negative', 'malformed', '-PT4H'],
    ['weeks', 'malformed', 'P1W'],
    ['empty', 'malformed', ''],
    ['bare', 'malformed', 'PT'],
    ['huge', 'too-long', 'PT999999999999H'],
    ['number', 'type', 3600],
  ] as const)
    // prettier-ignore
    refused('session-duration', id, reason, `a duration: ${String(value)}`, lasts(value))

  const leads = (RelayState: Json): Json => set({ RelayState })
  accepted('relay-state', 'regional', 'a page of one Region', leads('https://us-east-2.console.aws.amazon.com/ec2/')) // prettier-ignore
  accepted('relay-state', 'global', 'a page of the console', leads('https://console.aws.amazon.com/s3'))
  for (const [id, reason, url] of [
    ['http', 'scheme', 'http://console.aws.amazon.com/'],
    ['other-host', 'outside-console', 'https://example.com/'],
    ['user-info', 'userinfo', 'https://console.aws.amazon.com@example.com/'],
    ['suffix', 'outside-console', 'https://console.aws.amazon.com.example.com/'],
    ['port', 'port', 'https://console.aws.amazon.com:8443/'],
    ['backslash', 'backslash', 'https://console.aws.amazon.com/\\x'],
    ['line-break', 'characters', 'https://console.aws.amazon.com/\n'],
    ['long', 'length', `https://console.aws.amazon.com/${'a'.repeat(240)}`],
    ['number', 'type', 1],
  ] as const)
    // prettier-ignore
    refused('relay-state', id, reason, `a relay state: ${id}`, leads(url))

  accepted('inline-policy', 'text', 'a policy as a text', set({ InlinePolicy: '{"Version":"2012-10-17"}' }))
  accepted('inline-policy', 'object', 'a policy as JSON', set({ InlinePolicy: { Version: '2012-10-17' } }))
  for (const [id, reason, policy] of [
    ['no-json', 'json', 'Allow'],
    ['list', 'json', '[]'],
    ['twice', 'duplicate-member', '{"a":1,"a":2}'],
    ['deep', 'json', `${'{"a":'.repeat(21)}1${'}'.repeat(21)}`],
    ['number', 'type', 1],
  ] as const)
    // prettier-ignore
    refused('inline-policy', id, reason, `an inline policy: ${id}`, set({ InlinePolicy: policy }))

  const sized = (visible: number, blank: number, options?: Members): Json => set({ InlinePolicy: `{"a":"${'x'.repeat(visible - 8)}"${' '.repeat(blank)}}` }, options) // prettier-ignore
  accepted('inline-policy-size', 'white-space', '10,240 bytes, and as much white space as fits', sized(10_240, 22_528)) // prettier-ignore
  refused('inline-policy-size', 'dense', 'too-much-text', '10,241 bytes that are no white space', sized(10_241, 0)) // prettier-ignore
  refused('inline-policy-size', '32769', 'too-large', '32,769 bytes', sized(10_240, 22_529))
  refused('inline-policy-size', 'bytes', 'too-much-text', 'characters of two bytes each', set({ InlinePolicy: `{"a":"${'\u00e9'.repeat(5_200)}"}` })) // prettier-ignore
  accepted('inline-policy-size', 'article', 'the limits of another source', sized(32_768, 0, { limits: { inlinePolicyVisibleBytes: 32_768 } })) // prettier-ignore

  accepted('managed-policies', '20', '20 policies, with an IAM quota that was raised', set({ ManagedPolicies: managed(20) }, { limits: { managedPoliciesOfRole: 20 } })) // prettier-ignore
  refused('managed-policies', '21', 'too-many', '21 policies', set({ ManagedPolicies: managed(21) }))
  refused('managed-policies', '21-of-both', 'too-many', '20 policies of AWS and one of one\u2019s own', set({ ManagedPolicies: managed(20), CustomerManagedPolicyReferences: [{ Name: 'own' }] })) // prettier-ignore
  refused('managed-policies', 'twice', 'duplicate', 'a policy twice', set({ ManagedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess', 'arn:aws:iam::aws:policy/ReadOnlyAccess'] })) // prettier-ignore
  refused('managed-policies', 'own-by-arn', 'name', 'a policy of one\u2019s own by its ARN', set({ ManagedPolicies: ['arn:aws:iam::111122223333:policy/own'] })) // prettier-ignore
  refused('managed-policies', 'path', 'name', 'a policy of one\u2019s own with a path that is none', set({ CustomerManagedPolicyReferences: [{ Name: 'own', Path: 'team' }] })) // prettier-ignore
  accepted('managed-policies-of-role', '10', '10 policies', set({ ManagedPolicies: managed(10) }))
  warned('managed-policies-of-role', '11', 'too-many', '11 policies', set({ ManagedPolicies: managed(11) }))
  return [...vectors, ...listVectors(), ...claimVectors(), ...directoryVectors(), ...nameVectors()] // prettier-ignore
}

function listVectors(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('permissionSets', 'permissionSet', [], 'abac', 'abac/tags')
  const sets = (names: readonly string[], limits?: Members): Json => ({ permissionSets: names.map((Name) => ({ Name })), ...(limits === undefined ? {} : { options: { limits } }) }) // prettier-ignore
  accepted('permission-sets', 'two', 'two permission sets', sets(['Admin', 'ReadOnly']))
  accepted('permission-sets', 'cases', 'two names that differ in case', sets(['Admin', 'admin']))
  refused('permission-sets', 'twice', 'duplicate', 'one name twice', sets(['Admin', 'Admin']))
  refused('permission-sets', 'too-many', 'too-many', 'more than the quota', sets(['a', 'b', 'c'], { permissionSets: 2 })) // prettier-ignore
  refused('permission-sets', 'no-list', 'type', 'no list', { permissionSets: {} })
  return vectors
}

function claimVectors(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('tagClaims', 'claims', [], 'abac', 'abac/tags')
  const nested = (claim: Json): Json => ({ claims: { sub: '7', [TAGS]: claim } })
  const value = { value: { accessControl: { Team: 'blue' }, transitiveTagKeys: ['Team'] } }
  accepted('tag-claims', 'none', 'an ID token without tags', { claims: { sub: '7' } }, { value: { accessControl: {}, transitiveTagKeys: [] } }) // prettier-ignore
  accepted('tag-claims', 'nested', 'one claim for all tags', nested({ principal_tags: { Team: ['blue'] }, transitive_tag_keys: ['Team'] }), value) // prettier-ignore
  accepted('tag-claims', 'flat', 'one claim for each tag', { claims: { [`${TAGS}/principal_tags/Team`]: 'blue', [`${TAGS}/transitive_tag_keys`]: ['Team'] } }, value) // prettier-ignore
  refused('tag-claims', 'both', 'duplicate', 'a tag in both forms', { claims: { [TAGS]: { principal_tags: { Team: ['blue'] } }, [`${TAGS}/principal_tags/team`]: 'red' } }) // prettier-ignore
  for (const [name, reason, claim] of [
    ['multi-valued', 'multi-valued', { principal_tags: { Team: ['blue', 'red'] } }],
    ['no-value', 'type', { principal_tags: { Team: [] } }],
    ['number', 'type', { principal_tags: { Team: 1 } }],
    ['no-object', 'type', ['Team']],
    ['tags-no-object', 'type', { principal_tags: ['Team'] }],
    ['transitive-text', 'type', { transitive_tag_keys: 'Team' }],
    [
      'many',
      'too-many',
      { principal_tags: Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`k${index}`, 'v'])) },
    ],
  ] as const)
    // prettier-ignore
    refused('tag-claims', name, reason, `claims of tags: ${name}`, nested(claim as unknown as Json))
  refused('tag-claims', 'null', 'type', 'no claims', { claims: null })
  return vectors
}

function directoryVectors(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('directoryUser', 'mapping', [], 'abac', 'abac/tags')
  const entry = { displayName: 'Ada Lovelace', mail: ['ada@example.com'], objectGUID: '11111111-2222-4333-8444-555555555555', givenName: 'Ada', sn: 'Lovelace', initials: 'A', userPrincipalName: 'ada@corp.example.com', department: 'billing' } // prettier-ignore
  const user = { userName: 'ada@corp.example.com', displayName: 'Ada Lovelace', externalId: '11111111-2222-4333-8444-555555555555', name: { givenName: 'Ada', familyName: 'Lovelace', middleName: 'A' }, emails: [{ value: 'ada@example.com', primary: true }] } // prettier-ignore
  accepted('directory-entry', 'default', 'the default mappings', { entry }, { value: user })
  accepted('directory-entry', 'user-name', 'a user name mapped to what is empty: the userPrincipalName', { entry, mappings: { username: '${samaccountname}' } }, { value: { userName: 'ada@corp.example.com' } }) // prettier-ignore
  refused('directory-entry', 'no-user-name', 'no-user-name', 'no user name', { entry: { mail: 'ada@example.com' } }) // prettier-ignore
  refused('directory-entry', 'several', 'multi-valued', 'several addresses', { entry: { ...entry, mail: ['a@example.com', 'b@example.com'] } }) // prettier-ignore
  accepted('directory-entry', 'not-mapped', 'values that no mapping names, whatever they are', { entry: { ...entry, description: ['a', 'b'], userAccountControl: 512, associatedDomain: ['a.example.com', 'b.example.com'] } }, { value: user }) // prettier-ignore
  refused('directory-entry', 'mapped', 'multi-valued', 'several values of what a mapping names', { entry: { ...entry, description: ['a', 'b'] }, mappings: { displayname: '${description}' } }) // prettier-ignore
  refused('directory-entry', 'number', 'type', 'a number', { entry: { ...entry, sn: 1 } })
  refused('directory-entry', 'twice', 'duplicate', 'an attribute in two cases', { entry: { ...entry, SN: 'King' } }) // prettier-ignore
  refused('directory-entry', 'null', 'type', 'null', { entry: null }, { also: [{ rule: 'abac/directory-entry', reason: 'no-user-name' }] }) // prettier-ignore
  accepted('directory-mapping', 'combined', 'a combination of attributes', { entry, mappings: { username: '${userprincipalname}', displayname: '${givenname} ${sn}' } }, { value: { displayName: 'Ada Lovelace' } }) // prettier-ignore
  refused('directory-mapping', 'unknown', 'unknown-attribute', 'a user attribute that is not known', { entry, mappings: { department: '${mail}' } }) // prettier-ignore
  for (const [name, expression] of [['attribute', '${department}'], ['constant', 'blue'], ['broken', '${mail'], ['path', '${path:title}'], ['number', 1]] as const) // prettier-ignore
    refused('directory-mapping', name, 'expression', `an expression: ${String(expression)}`, { entry, mappings: { username: '${userprincipalname}', displayname: expression } }) // prettier-ignore
  return vectors
}

function nameVectors(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('roleSessionName', 'session', [], 'abac', 'abac/tags')
  accepted('role-session-name', 'email', 'a userName formed like an address', { userName: 'ada@example.com' })
  accepted('role-session-name', '64', '64 characters', { userName: 'a'.repeat(64) })
  for (const [name, reason, userName] of [
    ['65', 'too-long', 'a'.repeat(65)],
    ['1', 'too-short', 'a'],
    ['space', 'characters', 'ada lovelace'],
    ['hash', 'characters', 'ada#EXT#@example.com'],
    ['accent', 'characters', 'ad\u00e1'],
    ['number', 'type', 1],
  ] as const)
    // prettier-ignore
    refused('role-session-name', name, reason, `a userName: ${name}`, { userName })
  return vectors
}
