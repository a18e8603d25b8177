import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inspectScimUser, scimUserRules } from '../../src/directory/index.js'

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User'
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const user = {
  schemas: [CORE],
  externalId: '701984',
  userName: 'ada@example.com',
  name: { formatted: 'Ms. Mary Ann Lovelace', familyName: 'Lovelace', givenName: 'Mary Ann' },
  displayName: 'Ada Lovelace',
  nickName: 'Ada',
  emails: [{ value: 'ada@example.com', type: 'work', primary: true }],
  phoneNumbers: [{ value: '555-555-5555', type: 'work' }],
  addresses: [{ streetAddress: '100 Universal City Plaza', locality: 'Hollywood', type: 'work' }],
  title: 'Countess',
  active: true,
}
const enterprise = {
  ...user,
  schemas: [CORE, ENTERPRISE],
  [ENTERPRISE]: { employeeNumber: '1', costCenter: '4130', department: 'Engines', manager: { value: 'm-1' } },
}

const told = (input: unknown): string[] =>
  inspectScimUser(input).rules.flatMap(({ findings }) =>
    findings.map(({ rule, reason, path }) => `${rule} ${reason}${path === undefined ? '' : ` ${path}`}`),
  )
/** A user with members changed; null leaves one out. */
const but = (changes: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries({ ...user, ...changes }).filter(([, value]) => value !== null && value !== undefined),
  )

describe('a SCIM user', () => {
  it.each([
    ['of the core schema', user],
    ['of the enterprise schema', enterprise],
    ['as JSON text', JSON.stringify(user)],
    ['as bytes', new TextEncoder().encode(JSON.stringify(user))],
    ['with the least there may be', but({ emails: [{ value: 'a@b.co' }], phoneNumbers: null, addresses: null, title: null, active: null, nickName: null })], // prettier-ignore
    [
      'as the endpoint answers it',
      { ...user, id: '90677c608a-1', meta: { resourceType: 'User' }, groups: [] },
    ],
    ['with what is unassigned', { ...user, title: null, roles: null }],
    ['in other scripts', but({ name: { givenName: '愛　子', familyName: 'Győr' } })],
  ])('%s passes', (_, input) => {
    const { verdict } = inspectScimUser(input)
    expect(told(input)).toEqual([])
    expect(verdict).toMatchObject({ ok: true, value: { userName: 'ada@example.com', active: true } })
  })

  it.each([
    // What the guide's troubleshooting page tells of.
    ['no first name', but({ name: { familyName: 'L' } }), 'scim/name missing $.name.givenName'],
    ['an empty last name', but({ name: { familyName: '', givenName: 'A' } }), 'scim/name empty $.name.familyName'],
    ['no name', but({ name: null }), 'scim/name missing $.name.givenName'],
    ['a name that is a text', but({ name: 'Ada' }), 'scim/name type $.name'],
    ['a control character', but({ name: { familyName: 'L\u0007', givenName: 'A' } }), 'scim/name pattern $.name.familyName'],
    ['no display name', but({ displayName: null }), 'scim/display-name missing $.displayName'],
    ['an empty display name', but({ displayName: '' }), 'scim/display-name empty $.displayName'],
    ['no user name', but({ userName: null }), 'scim/user-name missing $.userName'],
    ['a user name with a space', but({ userName: 'ada lovelace' }), 'scim/user-name pattern $.userName'],
    ['a reserved user name', but({ userName: 'Administrator' }), 'scim/user-name reserved $.userName'],
    ['a user name of 129', but({ userName: `${'a'.repeat(123)}@b.com` }), 'scim/user-name too-long $.userName'],
    ['two emails', but({ emails: [{ value: 'a@b.co' }, { value: 'c@d.co' }] }), 'scim/single-value several $.emails'],
    ['two phones', but({ phoneNumbers: [{ value: '1' }, { value: '2' }] }), 'scim/single-value several $.phoneNumbers'],
    ['two addresses', but({ addresses: [{ type: 'work' }, { type: 'home' }] }), 'scim/single-value several $.addresses'],
    ['an email that is no list', but({ emails: { value: 'a@b.co' } }), 'scim/single-value type $.emails'],
    ['an email without value', but({ emails: [{ type: 'work' }] }), 'scim/list-item missing $.emails[0].value'],
    ['an empty phone', but({ phoneNumbers: [{ value: '' }] }), 'scim/list-item empty $.phoneNumbers[0].value'],
    ['primary as a text', but({ emails: [{ value: 'a@b.co', primary: 'True' }] }), 'scim/list-item type $.emails[0].primary'],
    ['an email as a text', but({ emails: ['a@b.co'] }), 'scim/list-item type $.emails[0]'],
    ['active as a text', but({ active: 'True' }), 'scim/active type $.active'],
    ['an empty title', but({ title: '' }), 'scim/text empty $.title'],
    ['a number as a title', but({ title: 7 }), 'scim/text type $.title'],
    ['a long locale', but({ locale: 'a'.repeat(1025) }), 'scim/text too-long $.locale'],
    ['an external id that is a list', but({ externalId: ['1'] }), 'scim/external-id type $.externalId'],
    ['no schemas', but({ schemas: null }), 'scim/schemas missing $.schemas'],
    ['schemas that are a text', but({ schemas: CORE }), 'scim/schemas type $.schemas'],
    ['the enterprise schema alone', but({ schemas: [ENTERPRISE] }), 'scim/schemas missing $.schemas'],
    ['a schema twice', but({ schemas: [CORE, CORE] }), 'scim/schemas duplicate $.schemas[1]'],
    ['another schema', but({ schemas: [CORE, 'urn:example:own'] }), 'scim/schemas unknown $.schemas[1]'],
    ['attributes of a schema that is not named', { ...enterprise, schemas: [CORE] }, 'scim/schemas unlisted $.schemas'],
    ['an empty department', { ...enterprise, [ENTERPRISE]: { department: '' } }, `scim/enterprise empty $["${ENTERPRISE}"].department`],
    ['an empty manager', { ...enterprise, [ENTERPRISE]: { manager: { value: '' } } }, `scim/enterprise empty $["${ENTERPRISE}"].manager.value`],
    ['a manager that is a text', { ...enterprise, [ENTERPRISE]: { manager: 'm' } }, `scim/enterprise type $["${ENTERPRISE}"].manager`],
    ['an extension that is none', { ...enterprise, [ENTERPRISE]: [] }, `scim/enterprise type $["${ENTERPRISE}"]`],
    ['a list of users', { schemas: [], Resources: [user] }, 'scim/file list $'],
    ['a PATCH', { schemas: [], Operations: [] }, 'scim/file patch $'],
    ['a user of the Identity Store', { UserName: 'a' }, 'scim/file identity-store $'],
    ['an error of the endpoint', { schema: [], detail: 'x', status: '400' }, 'scim/file error $'],
    ['a list', [user], 'scim/file type $'],
    ['a member twice', '{"userName":"a@b.co","userName":"c@d.co"}', 'scim/file duplicate-member $.userName'],
    ['broken JSON', '{\n"userName": }', 'scim/file syntax line 2, column 13'],
    ['what is not UTF-8', new Uint8Array([0xff]), 'scim/file utf-8'],
    ['a huge text', ' '.repeat(300_000), 'scim/file too-large'],
    ['JSON that nests deep', '['.repeat(20) + ']'.repeat(20), 'scim/file depth line 1, column 17'],
  ])('%s is refused', (_, input, finding) => {
    expect(told(input)).toContain(finding)
    expect(inspectScimUser(input).verdict.ok).toBe(false)
  }) // prettier-ignore

  it.each([
    ['no e-mail', but({ emails: null }), ['scim/email-absent absent $.emails']],
    ['no external id', but({ externalId: null }), ['scim/external-id-absent absent $.externalId']],
    ['an external id that changes', but({ externalId: 'ada@example.com' }), ['scim/external-id-absent mutable $.externalId']],
    ['a user name that no NameID equals', but({ userName: 'ada' }), ['scim/user-name-sign-in not-an-address $.userName']],
    ['a guest of Entra', but({ userName: 'a_b.co#EXT#@x.onmicrosoft.com' }), ['scim/user-name-sign-in guest $.userName']],
    ['a user name of 101', but({ userName: `${'a'.repeat(95)}@b.com` }), ['scim/user-name-console too-long $.userName']],
    ['a password', { ...user, password: 'hunter2' }, ['scim/unsupported unsupported $.password']],
    ['photos and entitlements', { ...user, photos: [], entitlements: [] }, ['scim/unsupported unsupported $.photos', 'scim/unsupported unsupported $.entitlements']],
    ['display of an item', but({ emails: [{ value: 'a@b.co', display: 'A' }] }), ['scim/unsupported unsupported $.emails[0].display']],
    ['meta.version', { ...user, meta: { version: 'W/"1"' } }, ['scim/unsupported unsupported $.meta.version']],
    ['a misspelt attribute', { ...user, nickNmae: 'A' }, ['scim/unknown unknown $.nickNmae']],
    ['another case', { ...but({ title: null }), Title: 'A' }, ['scim/unknown case $.Title']],
    ['a misspelt part of the name', but({ name: { ...user.name, middlename: 'B' } }), ['scim/unknown case $.name.middlename']],
    ['an attribute of the enterprise schema', { ...enterprise, [ENTERPRISE]: { costCentre: '1' } }, [`scim/unknown unknown $["${ENTERPRISE}"].costCentre`]],
  ])('%s is warned of', (_, input, findings) => {
    expect(told(input)).toEqual(findings)
    expect(inspectScimUser(input).verdict.ok).toBe(true)
  }) // prettier-ignore

  it('says nothing of a password but that there is one', () => {
    expect(JSON.stringify(inspectScimUser({ ...user, password: 'hunter2' }))).not.toContain('hunter2')
  })

  it('names an attribute that was probably meant', () => {
    const { verdict } = inspectScimUser({ ...user, nickNmae: 'A' })
    expect(verdict.findings[0]).toMatchObject({ expected: 'nickName' })
  })

  it('may be anything at all: nothing throws, and each rule is there', () => {
    const cyclic: Record<string, unknown> = {}
    cyclic['name'] = cyclic
    const throwing = new Proxy({}, { ownKeys: () => { throw new Error('no') } }) // prettier-ignore
    const odd = [undefined, null, 0, NaN, '', [], {}, () => 1, Symbol('s'), 1n, new Date(0), new Map(), Object.create(null), cyclic, throwing, { ...user, get name() { throw new Error('no') } }] // prettier-ignore
    for (const input of odd) {
      const { verdict, rules } = inspectScimUser(input)
      expect(verdict.ok).toBe(false)
      expect(rules.map(({ rule }) => rule.id)).toEqual(scimUserRules.map(({ id }) => id))
    }
  })

  it('is never accepted without what Identity Center must have, whatever else it holds', () => {
    const required = ['userName', 'displayName', 'name', 'schemas'] as const
    const value = fc.oneof(fc.jsonValue(), fc.constant(''), fc.constant(null))
    fc.assert(
      fc.property(fc.constantFrom(...required), value, fc.dictionary(fc.string(), fc.jsonValue()), (name, bad, more) => {
        const usable =
          (name === 'schemas' && Array.isArray(bad) && bad.includes(CORE)) ||
          (typeof bad === 'string' && bad.trim() !== '' && (name === 'userName' || name === 'displayName'))
        fc.pre(!usable && !(name === 'name' && typeof bad === 'object' && bad !== null && 'givenName' in bad))
        expect(inspectScimUser({ ...more, ...user, [name]: bad }).verdict.ok).toBe(false)
      }),
    ) // prettier-ignore
  })

  it('tells the same of a text and of its value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (more) => {
        const value = { ...user, ...more }
        expect(told(JSON.stringify(value))).toEqual(told(JSON.parse(JSON.stringify(value))))
      }),
    )
  })
})
