import { cases, type Json, type Vector } from '../vector.js'
import type { Members } from '../world.js'
import { configuration, ENTERPRISE, saml, scimUser, storeUser, tag } from './toolbox.js'

const COST_CENTER = configuration({ CostCenter: 'enterprise.costCenter' })
const DEPARTMENT = configuration({ Department: 'enterprise.department' })
const BOTH = configuration({ Department: 'enterprise.department', CostCenter: 'enterprise.costCenter' })
const RULES = { session: 'session-tags', absent: 'attribute-absent', replaced: 'tag-replaced' } as const
const rule = (name: string, reason: string) => ({ rule: `abac/${name}`, reason })

interface Given {
  readonly identity?: Members
  readonly user?: Json
  readonly configuration?: Json
  readonly options?: Members
}

const input = (given: Given): Json => ({ configuration: configuration({}), ...given })
const tags = (...list: Members[]) => ({ value: { tags: list } as Json })

export function sessionTagVectors(): readonly Vector[] {
  return [...exampleVectors(), ...precedenceVectors(), ...valueVectors(), ...limitVectors()]
}

/** What the sources show: the tags that their own examples give. */
function exampleVectors(): readonly Vector[] {
  const { accepted, vectors } = cases('sessionTags', 'tags', [], 'abac', 'abac/tags')
  accepted(RULES.session, 'guide-cost-center', 'the guide: CostCenter asserted as blue', input({ identity: saml({ CostCenter: 'blue' }) }), tags(tag('CostCenter', 'blue', 'assertion'))) // prettier-ignore
  accepted(RULES.session, 'guide-department', 'the guide: Department asserted as billing', input({ identity: saml({ Department: 'billing' }) }), tags(tag('Department', 'billing', 'assertion'))) // prettier-ignore
  accepted(RULES.session, 'guide-two-attributes', 'the guide: one attribute for each tag', input({ identity: saml({ CostCenter: 'blue', Department: 'billing' }) }), tags(tag('CostCenter', 'blue', 'assertion'), tag('Department', 'billing', 'assertion'))) // prettier-ignore
  accepted(RULES.session, 'guide-start-and-stop-instances', 'the guide: the cost center by which instances are started and stopped', input({ identity: saml({}), user: scimUser(), configuration: COST_CENTER }), tags(tag('CostCenter', 'blue', 'directory'))) // prettier-ignore
  accepted(RULES.session, 'guide-console', 'the guide: Department and CostCenter as the console shows them', input({ user: scimUser(), configuration: BOTH }), tags(tag('Department', 'billing', 'directory'), tag('CostCenter', 'blue', 'directory'))) // prettier-ignore
  for (const department of ['AppA', 'AppB']) {
    const person = scimUser({}, { department })
    accepted(RULES.session, `article-team-scoped-s3-${department.toLowerCase()}`, `the article: a developer of ${department}, whose bucket is scoped by Department`, input({ user: person, configuration: DEPARTMENT }), tags(tag('Department', department, 'directory'))) // prettier-ignore
  }
  for (const [name, team] of [['bob', 'blue'], ['sally', 'green'], ['bob-moves', 'green']] as const) // prettier-ignore
    accepted(RULES.session, `guide-${name}`, `the guide: ${name.replace('-', ' ')}, of the team ${team}`, input({ user: scimUser({ userName: `${name.split('-')[0]}@example.com` }, { division: team }), configuration: configuration({ Team: 'enterprise.division' }) }), tags(tag('Team', team, 'directory'))) // prettier-ignore
  return vectors
}

/** {configured} x {asserted} x {in the directory}, and both precedences (C01). */
function precedenceVectors(): readonly Vector[] {
  const { accepted, warned, refused, vectors } = cases('sessionTags', 'tags', [], 'abac', 'abac/tags')
  const asserted = saml({ CostCenter: 'asserted' })
  const bare = scimUser({}, { costCenter: undefined })
  const last = { options: { precedence: 'assertion' } }

  accepted(RULES.replaced, 'only-configured', 'a key that only the configuration has', input({ identity: saml({}), user: scimUser(), configuration: COST_CENTER }), tags(tag('CostCenter', 'blue', 'directory'))) // prettier-ignore
  accepted(RULES.replaced, 'only-asserted', 'a key that only the assertion has', input({ identity: asserted, user: scimUser(), configuration: DEPARTMENT }), tags(tag('Department', 'billing', 'directory'), tag('CostCenter', 'asserted', 'assertion'))) // prettier-ignore
  warned(RULES.replaced, 'both', 'replaced', 'a key that both have: the directory wins', input({ identity: asserted, user: scimUser(), configuration: COST_CENTER }), tags(tag('CostCenter', 'blue', 'directory'))) // prettier-ignore
  warned(RULES.replaced, 'both-the-same', 'replaced', 'a key for which both have the same value', input({ identity: saml({ CostCenter: 'blue' }), user: scimUser(), configuration: COST_CENTER }), tags(tag('CostCenter', 'blue', 'directory'))) // prettier-ignore
  warned(RULES.replaced, 'not-in-the-directory', 'not-taken', 'a configured key without a value: the asserted one is not taken', input({ identity: asserted, user: bare, configuration: COST_CENTER }), { ...tags(), also: [rule(RULES.absent, 'absent')] }) // prettier-ignore
  warned(RULES.replaced, 'no-source', 'not-taken', 'a configured key without a source: the asserted one is not taken', input({ identity: asserted, user: scimUser(), configuration: configuration({ CostCenter: '' }) }), { value: { tags: [], dropped: [{ key: 'CostCenter', source: 'directory', from: '', reason: 'no-source' }, { key: 'CostCenter', source: 'assertion', reason: 'not-taken' }] }, also: [rule('attribute-without-source', 'no-source')] }) // prettier-ignore
  warned(RULES.replaced, 'assertion-first', 'replaced', 'a key that both have, the assertion first', input({ identity: asserted, user: scimUser(), configuration: COST_CENTER, ...last }), tags(tag('CostCenter', 'asserted', 'assertion'))) // prettier-ignore
  warned(RULES.replaced, 'assertion-first-multi-valued', 'replaced', 'the assertion first: what the directory has is not looked at', input({ identity: asserted, user: scimUser({}, { costCenter: ['a', 'b'] }), configuration: COST_CENTER, ...last }), tags(tag('CostCenter', 'asserted', 'assertion'))) // prettier-ignore
  accepted(RULES.replaced, 'assertion-first-not-in-the-directory', 'the assertion first, and nothing in the directory', input({ identity: asserted, user: bare, configuration: COST_CENTER, ...last }), tags(tag('CostCenter', 'asserted', 'assertion'))) // prettier-ignore
  accepted(RULES.replaced, 'assertion-first-silent', 'the assertion first, and silent: the directory is taken', input({ identity: saml({}), user: scimUser(), configuration: COST_CENTER, ...last }), tags(tag('CostCenter', 'blue', 'directory'))) // prettier-ignore

  const otherCase = {
    identity: saml({ costcenter: 'asserted' }),
    user: scimUser(),
    configuration: COST_CENTER,
  }
  accepted('tag-key-case', 'same', 'a key that is spelled in one case', input({ identity: saml({}), user: scimUser(), configuration: COST_CENTER })) // prettier-ignore
  warned('tag-key-case', 'other', 'case', 'an asserted key in another case than the configured one', input(otherCase), { ...tags(tag('CostCenter', 'blue', 'directory')), also: [rule(RULES.replaced, 'replaced')] }) // prettier-ignore
  warned('tag-key-case', 'assertion-first', 'case', 'the assertion first, in another case', input({ ...otherCase, ...last }), { ...tags(tag('costcenter', 'asserted', 'assertion')), also: [rule(RULES.replaced, 'replaced')] }) // prettier-ignore

  accepted('off', 'silent', 'attributes for access control off, nothing asserted', input({ identity: saml({}), user: scimUser(), configuration: 'off' }), tags()) // prettier-ignore
  warned('off', 'asserted', 'dropped', 'attributes for access control off, whatever is asserted', input({ identity: saml({ CostCenter: 'blue', 'aws:x': '\u0000' }), user: scimUser(), configuration: 'off' }), tags()) // prettier-ignore
  warned('off', 'options', 'dropped', 'attributes for access control off, the assertion first and a key to hand on', input({ identity: asserted, configuration: 'off', options: { precedence: 'assertion', transitiveTagKeys: ['CostCenter'] } }), tags()) // prettier-ignore

  accepted('user-other', 'same', 'a NameID that is the userName', input({ identity: saml({}), user: scimUser(), configuration: COST_CENTER })) // prettier-ignore
  accepted('user-other', 'other-format', 'a NameID of another format, which names people otherwise', input({ identity: { ...saml({}, 'x7'), nameIDFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' }, user: scimUser(), configuration: COST_CENTER })) // prettier-ignore
  accepted('user-other', 'unchecked', 'a NameID that is not compared', input({ identity: saml({}, 'x7'), user: scimUser(), configuration: COST_CENTER, options: { checkUser: false } })) // prettier-ignore
  accepted('user-other', 'oidc', 'a subject of OpenID Connect', input({ identity: { protocol: 'oidc', subject: '7', accessControl: { Team: 'red' } }, user: scimUser(), configuration: COST_CENTER }), tags(tag('CostCenter', 'blue', 'directory'), tag('Team', 'red', 'assertion'))) // prettier-ignore
  refused('user-other', 'other', 'mismatch', 'the attributes of another person', input({ identity: saml({}, 'grace@example.com'), user: scimUser(), configuration: COST_CENTER })) // prettier-ignore
  refused('user-other', 'case', 'mismatch', 'a userName in another case', input({ identity: saml({}, 'Ada@example.com'), user: scimUser(), configuration: COST_CENTER })) // prettier-ignore
  return vectors
}

/** What the directory has: one text, none, several, or something else. */
function valueVectors(): readonly Vector[] {
  const { accepted, warned, refused, vectors } = cases('sessionTags', 'tags', [], 'abac', 'abac/tags')
  const of = (path: string, user: Json | undefined): Json => input({ user: user ?? null, configuration: configuration({ Key: path }) }) // prettier-ignore

  accepted('user', 'scim', 'a SCIM user', of('title', scimUser()), tags(tag('Key', 'Analyst', 'directory')))
  accepted('user', 'scim-without-id', 'a SCIM user that has no id yet', of('title', { userName: 'ada', title: 'Analyst' })) // prettier-ignore
  accepted('user', 'identity-store', 'a user of Identity Store', of('title', storeUser()), tags(tag('Key', 'Analyst', 'directory'))) // prettier-ignore
  accepted('user', 'package', 'a user as this package reads it from an export', of('displayName', { userId: '11111111-2222-4333-8444-555555555555', userName: 'ada', displayName: 'Ada', status: 'ENABLED', emails: [], externalIds: [], groupIds: [] }), tags(tag('Key', 'Ada', 'directory'))) // prettier-ignore
  accepted('user', 'nobody-needed', 'no user, and nothing configured', input({ identity: saml({}) }), tags())
  refused('user', 'text', 'type', 'a text in place of the user', of('title', 'ada'))
  refused('user', 'null', 'type', 'null in place of the user', of('title', undefined))
  refused('user', 'unknown', 'unknown', 'an object that is no user', of('title', { name: 'ada' }))
  refused('user', 'ambiguous', 'ambiguous', 'a user of two shapes', of('title', { id: 'a', UserId: 'b' }))

  const by = (provisionedBy: string) => ({ options: { provisionedBy } })
  for (const provisioner of ['entra-id', 'pingfederate', 'pingone'])
    warned('attribute-stale', provisioner, 'not-cleared', `a directory that ${provisioner} provisions`, input({ user: scimUser(), configuration: COST_CENTER, ...by(provisioner) }), tags(tag('CostCenter', 'blue', 'directory'))) // prettier-ignore
  accepted('attribute-stale', 'other', 'a directory that something else provisions', input({ user: scimUser(), configuration: COST_CENTER, ...by('other') }), tags(tag('CostCenter', 'blue', 'directory'))) // prettier-ignore
  accepted('attribute-stale', 'asserted', 'a tag that is asserted at each sign-in', input({ identity: saml({ CostCenter: 'blue' }), ...by('entra-id') }), tags(tag('CostCenter', 'blue', 'assertion'))) // prettier-ignore
  const absent = 'attribute-absent'
  accepted(absent, 'present', 'an attribute that is there', of('nickName', scimUser()), tags(tag('Key', 'Countess', 'directory'))) // prettier-ignore
  warned(absent, 'absent', 'absent', 'an attribute that is not there', of('nickName', scimUser({ nickName: undefined })), tags()) // prettier-ignore
  warned(absent, 'null', 'absent', 'an attribute that is null', of('nickName', scimUser({ nickName: null })), tags()) // prettier-ignore
  warned(absent, 'no-extension', 'absent', 'a user without the enterprise extension', of('enterprise.costCenter', scimUser({ [ENTERPRISE]: undefined })), tags()) // prettier-ignore
  warned(absent, 'inherited', 'absent', 'a member that every object inherits', of('nickName', { userName: 'ada', name: {} }), { ...tags(), attacks: ['S95'] }) // prettier-ignore
  warned(absent, 'empty', 'empty', 'the empty text', of('nickName', scimUser({ nickName: '' })), tags())
  warned(absent, 'no-list', 'absent', 'no list of addresses', of('addresses[type eq "work"].locality', scimUser({ addresses: [] })), tags()) // prettier-ignore
  warned(absent, 'no-work-address', 'no-match', 'addresses, none of them of work', of('addresses[type eq "work"].locality', scimUser({ addresses: [{ type: 'home', locality: 'Ockham' }] })), tags()) // prettier-ignore
  warned(absent, 'no-primary-email', 'no-match', 'an email that is not the primary one', of('emails[primary eq true].value', scimUser({ emails: [{ value: 'a@example.com' }] })), tags()) // prettier-ignore
  warned(absent, 'primary-as-text', 'no-match', 'an email that is primary by a text', of('emails[primary eq true].value', scimUser({ emails: [{ value: 'a@example.com', primary: 'true' }] })), tags()) // prettier-ignore

  const several = 'attribute-multi-valued'
  accepted(several, 'type-in-another-case', 'a type that is compared without case', of('addresses[type eq "work"].locality', scimUser({ addresses: [{ type: 'home', locality: 'Ockham' }, { type: 'Work', locality: 'London' }] })), tags(tag('Key', 'London', 'directory'))) // prettier-ignore
  refused(several, 'list', 'multi-valued', 'a list in place of a text', of('enterprise.department', scimUser({}, { department: ['billing', 'sales'] }))) // prettier-ignore
  refused(several, 'list-of-one', 'multi-valued', 'a list of one in place of a text', of('enterprise.department', scimUser({}, { department: ['billing'] }))) // prettier-ignore
  refused(several, 'two-work-addresses', 'multi-valued', 'two addresses of work', of('addresses[type eq "work"].locality', scimUser({ addresses: [{ type: 'work', locality: 'Ockham' }, { type: 'work', locality: 'London' }] }))) // prettier-ignore
  refused(several, 'two-primary-emails', 'multi-valued', 'two primary emails', of('emails[primary eq true].value', scimUser({ emails: [{ value: 'a@example.com', primary: true }, { value: 'b@example.com', primary: true }] }))) // prettier-ignore
  refused(several, 'list-of-names', 'multi-valued', 'a list of names', of('name.givenName', scimUser({ name: [{ givenName: 'Ada' }] }))) // prettier-ignore

  const value = 'attribute-value'
  accepted(value, 'text', 'a number that is written as a text', of('enterprise.employeeNumber', scimUser()), tags(tag('Key', '1815', 'directory'))) // prettier-ignore
  refused(value, 'number', 'type', 'a number', of('enterprise.employeeNumber', scimUser({}, { employeeNumber: 1815 }))) // prettier-ignore
  refused(value, 'object', 'type', 'an object', of('title', scimUser({ title: { value: 'Analyst' } })))
  refused(value, 'manager-as-text', 'type', 'a manager as a text', of('enterprise.manager.value', scimUser({}, { manager: 'Grace' }))) // prettier-ignore
  refused(value, 'no-list', 'type', 'addresses that are no list', of('addresses[type eq "work"].locality', scimUser({ addresses: { type: 'work' } }))) // prettier-ignore
  accepted(value, 'scim-case', 'names in another case, which SCIM takes for the same', of('enterprise.costCenter', { userName: 'ada', [ENTERPRISE.toLowerCase()]: { CostCenter: 'blue' } }), tags(tag('Key', 'blue', 'directory'))) // prettier-ignore
  accepted(value, 'scim-case-of-list', 'a list whose names are in another case', of('emails[primary eq true].value', { userName: 'ada', Emails: [{ Value: 'a@example.com', Primary: true }] }), tags(tag('Key', 'a@example.com', 'directory'))) // prettier-ignore
  refused(value, 'scim-twice', 'ambiguous', 'an attribute that stands twice, in two cases', of('title', { userName: 'ada', title: 'Analyst', Title: 'Director' })) // prettier-ignore
  refused(value, 'two-spellings', 'ambiguous', 'an extension that spells an attribute in two ways', of('enterprise.department', storeUser({}, { Department: 'sales' }))) // prettier-ignore
  accepted(value, 'other-spelling', 'an extension that spells as Identity Store does elsewhere', of('enterprise.department', storeUser({ Extensions: { 'aws:identitystore:enterprise': { Department: 'billing' } } })), tags(tag('Key', 'billing', 'directory'))) // prettier-ignore
  return vectors
}

/** The limits of STS, and what is told before they are met. */
function limitVectors(): readonly Vector[] {
  const { accepted, warned, refused, vectors } = cases('sessionTags', 'tags', [], 'abac', 'abac/tags')
  const asserted = (tagValues: Readonly<Record<string, string>>, options?: Members): Json =>
    input({ identity: saml(tagValues), ...(options === undefined ? {} : { options }) })
  const numbered = (count: number, value = ''): Record<string, string> => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, value])) // prettier-ignore
  const large = { also: [rule('packed-size', 'too-large')] }

  accepted(RULES.session, '50', '50 tags', asserted(numbered(50)))
  refused(RULES.session, '51', 'too-many', '51 tags', asserted(numbered(51)))
  refused(RULES.session, '10000', 'too-many', '10,000 tags', asserted(numbered(10_000)), { ...large, attacks: ['S71'] }) // prettier-ignore
  accepted(RULES.session, 'key-128', 'a key of 128 characters', asserted({ ['k'.repeat(128)]: 'v' }))
  refused(RULES.session, 'key-129', 'too-long', 'a key of 129 characters', asserted({ ['k'.repeat(129)]: 'v' })) // prettier-ignore
  refused(RULES.session, 'key-empty', 'too-short', 'no key', asserted({ '': 'v' }))
  accepted(RULES.session, 'value-256', 'a value of 256 characters', asserted({ k: 'v'.repeat(256) }))
  accepted(RULES.session, 'value-empty', 'an empty value, asserted', asserted({ k: '' }), tags(tag('k', '', 'assertion'))) // prettier-ignore
  refused(RULES.session, 'value-257', 'too-long', 'a value of 257 characters', asserted({ k: 'v'.repeat(257) })) // prettier-ignore
  accepted(RULES.session, 'astral', 'letters beyond the basic plane, counted as one each', asserted({ k: '\u{10400}'.repeat(64) })) // prettier-ignore
  accepted(RULES.session, 'characters', 'every character that is allowed', asserted({ 'a\u00e9\u4e2d 1_.:/=+-@': 'a\u00e9\u4e2d 1_.:/=+-@' })) // prettier-ignore
  accepted(RULES.session, 'proto', 'keys that are members of every object elsewhere', asserted({ constructor: 'c', toString: 't', hasOwnProperty: 'h' }), { ...tags(tag('constructor', 'c', 'assertion'), tag('toString', 't', 'assertion'), tag('hasOwnProperty', 'h', 'assertion')), attacks: ['S95'] }) // prettier-ignore
  const illegal: readonly [string, string][] = [['comma', 'Manager, IT Systems'], ['ampersand', 'R&D'], ['nul', 'a\u0000b'], ['line-break', 'blue\n'], ['zero-width', 'bl\u200bue'], ['bidirectional', '\u202eeulb'], ['bracket', '[blue]'], ['emoji', '\u{1f600}']] // prettier-ignore
  for (const [name, value] of illegal) {
    refused(RULES.session, `value-${name}`, 'characters', `a value with a character that STS does not take: ${name}`, asserted({ k: value }), { attacks: ['S66'] }) // prettier-ignore
    refused(RULES.session, `key-${name}`, 'characters', `a key with a character that STS does not take: ${name}`, asserted({ [value]: 'v' }), { attacks: ['S66'] }) // prettier-ignore
  }
  refused(RULES.session, 'directory-comma', 'characters', 'several values in one text of the directory', input({ user: scimUser({ title: 'Manager, IT Systems' }), configuration: configuration({ Title: 'title' }) })) // prettier-ignore
  refused(RULES.session, 'reserved', 'reserved', 'the prefix aws:', asserted({ 'aws:x': 'v' }))
  refused(RULES.session, 'reserved-case', 'reserved', 'the prefix aws: in another case', asserted({ 'AWS:x': 'v' })) // prettier-ignore
  refused(RULES.session, 'duplicate-case', 'duplicate', 'a key twice, in two cases', asserted({ CostCenter: 'blue', COSTCENTER: 'red' }), { attacks: ['S95'] }) // prettier-ignore
  refused(RULES.session, 'duplicate-case-sigma', 'duplicate', 'a key twice, a sigma of which has another form at the end', asserted({ '\u039f\u0394\u039f\u03a3': 'blue', '\u03bf\u03b4\u03bf\u03c3': 'red' }), { attacks: ['S95'] }) // prettier-ignore
  refused(RULES.session, 'duplicate-case-assertion-first', 'duplicate', 'the assertion first, with a configured key in two cases', input({ identity: saml({ costcenter: 'red', COSTCENTER: 'green' }), user: scimUser(), configuration: COST_CENTER, options: { precedence: 'assertion' } }), { also: [rule(RULES.replaced, 'replaced'), rule('tag-key-case', 'case')] }) // prettier-ignore

  const alike = 'tag-key-look-alike'
  accepted(alike, 'accent', 'a letter with its accent', asserted({ 'Co\u00fbt': 'v' }))
  accepted(
    alike,
    'cyrillic',
    'a key of one other script',
    asserted({ '\u043e\u0442\u0434\u0435\u043b': 'v' }),
  )
  warned(alike, 'cyrillic-letter', 'mixed-scripts', 'a Cyrillic letter among Latin ones', asserted({ 'C\u043estCenter': 'v' }), { attacks: ['S94'] }) // prettier-ignore
  warned(alike, 'full-width', 'compatibility', 'full-width letters', asserted({ '\uff23ostCenter': 'v' }), { attacks: ['S94'] }) // prettier-ignore
  warned(alike, 'beside-the-real-one', 'mixed-scripts', 'a look-alike of a configured key: another key', input({ identity: saml({ 'C\u043estCenter': 'red' }), user: scimUser(), configuration: COST_CENTER }), { ...tags(tag('CostCenter', 'blue', 'directory'), tag('C\u043estCenter', 'red', 'assertion')), attacks: ['S94'] }) // prettier-ignore

  accepted('tag-white-space', 'inside', 'white space inside a value', asserted({ k: 'a b' }))
  for (const [name, tagValues] of [['value', { k: 'blue ' }], ['key', { ' k': 'blue' }], ['no-break-space', { k: '\u00a0blue' }], ['nothing-else', { k: ' ' }]] as const) // prettier-ignore
    warned('tag-white-space', name, 'surrounding', `white space around: ${name}`, asserted(tagValues)) // prettier-ignore
  warned('tag-white-space', 'directory', 'surrounding', 'white space around a value of the directory', input({ user: scimUser({}, { costCenter: 'blue ' }), configuration: COST_CENTER }), tags(tag('CostCenter', 'blue ', 'directory'))) // prettier-ignore

  const transitive = 'transitive-tag-keys'
  accepted(transitive, 'one', 'a key that is handed on', asserted({ a: 'b', c: 'd' }, { transitiveTagKeys: ['a'] }), { value: { transitiveTagKeys: ['a'] } }) // prettier-ignore
  refused(transitive, 'not-a-tag', 'not-a-tag', 'a key that is no tag', asserted({ a: 'b' }, { transitiveTagKeys: ['c'] })) // prettier-ignore
  refused(transitive, 'duplicate', 'duplicate', 'a key twice', asserted({ a: 'b' }, { transitiveTagKeys: ['a', 'A'] })) // prettier-ignore
  refused(transitive, 'dropped', 'not-a-tag', 'a key for which the person has no value', input({ user: scimUser({ nickName: undefined }), configuration: configuration({ Nick: 'nickName' }), options: { transitiveTagKeys: ['Nick'] } }), { also: [rule(RULES.absent, 'absent')] }) // prettier-ignore

  accepted('packed-size', 'small', 'tags of 182 bytes, packed about 40 percent', asserted({ a: 'v'.repeat(179) }), { value: { packedSizePercent: 40 } }) // prettier-ignore
  warned('packed-size', 'near', 'near', 'tags that take nearly all the space', asserted({ a: 'v'.repeat(200), b: 'v'.repeat(200) })) // prettier-ignore
  warned('packed-size', 'nine-times-250', 'too-large', 'nine tags of 2 and 250 letters, of which STS said 498 percent', asserted(Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`T${index + 1}`, 'a'.repeat(250)]))), { value: { packedSizePercent: 497 } }) // prettier-ignore
  return vectors
}
