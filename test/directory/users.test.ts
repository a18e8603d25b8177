import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { User } from '../../src/core/identity.js'
import type { Finding } from '../../src/core/outcome.js'
import { runRules } from '../../src/core/rule.js'
import { findUsers, parseUsers, readUsers, usersRules } from '../../src/directory/index.js'

const ID = '9067f0ab12-3f1c2b7a-0d4e-4f6a-9b8c-1d2e3f4a5b6c'
const ID2 = 'a1b2c3d4-0d4e-4f6a-9b8c-1d2e3f4a5b6c'
const GROUP = '9067f0ab12-aaaaaaaa-0d4e-4f6a-9b8c-1d2e3f4a5b6c'

const listed = {
  UserId: ID,
  UserName: 'ana',
  DisplayName: 'Ana Lima',
  NickName: 'A',
  Name: { FamilyName: 'Lima', GivenName: 'Ana' },
  Emails: [{ Value: 'ana@example.com', Type: 'work', Primary: true }],
  ExternalIds: [{ Issuer: 'https://scim.example', Id: '00u1' }],
  Addresses: [{ Country: 'PT' }],
  UserStatus: 'ENABLED',
  IdentityStoreId: 'd-9067f0ab12',
}
const scim = {
  id: ID,
  userName: 'ana',
  displayName: 'Ana Lima',
  externalId: '00u1',
  active: true,
  emails: [{ value: 'ana@example.com', type: 'work', primary: true }],
  meta: { resourceType: 'User' },
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'R&D' },
}
const own: User = {
  userId: ID,
  userName: 'ana',
  displayName: 'Ana Lima',
  emails: [{ value: 'ana@example.com', primary: true }],
  externalIds: [{ issuer: 'https://scim.example', id: '00u1' }],
  status: 'ENABLED',
  groupIds: [],
}
const ownBySCIM: User = { ...own, externalIds: [{ id: '00u1' }] }

const brief = (findings: readonly Finding[]): string[] =>
  findings.map(({ rule, reason, path }) => `${rule} ${reason} ${path ?? ''}`.trim())

/** Every finding as `rule reason path`, and whether the input was accepted. */
function judged(input: unknown): { ok: boolean; found: string[] } {
  const { ok, findings } = parseUsers(input)
  return { ok, found: brief(findings) }
}
const refusedFor = (...found: string[]) => ({ ok: false, found })
const acceptedWith = (...found: string[]) => ({ ok: true, found })
const list = (change: object) => ({ Users: [{ ...listed, ...change }] })
const resource = (change: object) => ({ Resources: [{ ...scim, ...change }] })

describe('parseUsers', () => {
  it.each([
    ['ListUsers', { Users: [listed] }, own],
    ['a SCIM ListResponse', { totalResults: 1, Resources: [scim] }, ownBySCIM],
    ['a bare list as ListUsers', [listed], own],
    ['a bare list of SCIM users', [scim], ownBySCIM],
    ['a bare list of users of our own', [own], own],
  ])('reads %s from a value, from text and from bytes alike', (__, input, expected) => {
    const text = JSON.stringify(input)
    for (const form of [input, text, new TextEncoder().encode(text)]) {
      expect(parseUsers(form)).toEqual({ ok: true, value: [expected], findings: [] })
    }
  })

  it('reads a bare list of all shapes, an empty list, and users of whom little is known', () => {
    const third = { UserId: '00000000-0d4e-4f6a-9b8c-1d2e3f4a5b6c', UserName: 'c', UserStatus: 'DISABLED' }
    const verdict = parseUsers([own, { id: ID2, userName: 'b', active: false }, third])
    expect(verdict.ok && verdict.value.map((user) => [user.userName, user.status])).toEqual([
      ['ana', 'ENABLED'],
      ['b', 'DISABLED'],
      ['c', 'DISABLED'],
    ])
    expect(verdict.ok && verdict.value[1]).toEqual({
      userId: ID2,
      userName: 'b',
      emails: [],
      externalIds: [],
      status: 'DISABLED',
      groupIds: [],
    })
    expect(parseUsers({ Users: [] })).toEqual({ ok: true, value: [], findings: [] })
  })

  it('hands out users that nobody can change, and no part of the input', () => {
    const input = structuredClone({ Users: [{ ...listed, GroupIds: [GROUP] }] })
    const verdict = parseUsers(input)
    if (!verdict.ok) throw new Error('refused')
    const [user] = verdict.value
    input.Users[0]!.Emails[0]!.Value = 'eve@example.com'
    expect(user!.emails[0]!.value).toBe('ana@example.com')
    const parts = [verdict.value, user, user!.emails, user!.emails[0], user!.externalIds, user!.groupIds]
    for (const part of [...parts, user!.externalIds[0]]) expect(Object.isFrozen(part)).toBe(true)
  })

  it('reads own members only', () => {
    const heir = Object.assign(Object.create({ UserId: ID }) as object, {
      UserName: 'a',
      UserStatus: 'ENABLED',
    })
    expect(judged({ Users: [heir] })).toEqual(refusedFor('directory/user-id missing $.Users[0].UserId'))
  })

  it('reads null as absent', () => {
    const nulls = { displayName: null, externalId: null, emails: null, groups: null }
    expect(judged(resource(nulls))).toEqual(acceptedWith())
    expect(judged(resource({ id: null }))).toEqual(refusedFor('directory/user-id missing $.Resources[0].id'))
  })

  it('reports every fault of every user at once', () => {
    const verdict = judged({
      Users: [
        { UserName: 'a b', Emails: [{ Value: '' }, { Value: 'x@example.com' }], UserStatus: 'enabled' },
        'no user',
        { ...listed, ExternalIds: [] },
        { ...listed, UserId: 'u1' },
      ],
    })
    expect(verdict.ok).toBe(false)
    expect(verdict.found.sort()).toEqual(
      [
        'directory/user-name pattern $.Users[0].UserName',
        'directory/user-id missing $.Users[0].UserId',
        'directory/user-emails too-many $.Users[0].Emails',
        'directory/user-emails empty $.Users[0].Emails[0].Value',
        'directory/user-status unknown $.Users[0].UserStatus',
        'directory/user-shape type $.Users[1]',
        'directory/external-ids empty $.Users[2].ExternalIds',
        'directory/user-id pattern $.Users[3].UserId',
        'directory/duplicate-user user-name $.Users[3].UserName',
        'directory/duplicate-user email $.Users[3].Emails[0].Value',
      ].sort(),
    )
  })
})

describe('directory/users-file', () => {
  const file = (reason: string, path = '') => refusedFor(`directory/users-file ${reason} ${path}`.trim())

  it.each<[string, unknown, ReturnType<typeof file>]>([
    ['no JSON', '{"Users": [}', file('syntax', '$')],
    ['an empty text', '', file('syntax', '$')],
    ['a byte order mark', '\ufeff[]', file('byte-order-mark', '$')],
    ['half a surrogate pair', '["\\ud800"]', file('surrogate', '$')],
    ['a number that no double holds', '[1e999]', file('number-range', '$')],
    ['33 levels', '['.repeat(33) + ']'.repeat(33), file('depth', '$')],
    ['bytes that are no UTF-8', new Uint8Array([0x5b, 0xff, 0x5d]), file('utf-8')],
    ['a single user', listed, file('no-list', '$')],
    ['a text in JSON', '"Users"', file('no-list', '$')],
    ['undefined', undefined, file('no-list', '$')],
    ['an inherited list', Object.create({ Users: [] }), file('no-list', '$')],
    ['two lists', { Users: [], Resources: [] }, file('ambiguous', '$')],
    ['a list that is none', { Users: { 0: listed } }, file('type', '$.Users')],
    ['a null list', { Resources: null }, file('type', '$.Resources')],
    ['100,001 users', { Users: new Array(100_001).fill(null) }, file('too-many', '$.Users')],
  ])('refuses %s', (__, input, expected) => {
    expect(judged(input)).toEqual(expected)
  })

  it('takes 8 MiB, counted in bytes, and no byte more', () => {
    const limit = 8 * 1024 * 1024
    const text = `[]${' '.repeat(limit - 2)}`
    expect(judged(text)).toEqual(acceptedWith())
    expect(judged(new TextEncoder().encode(text))).toEqual(acceptedWith())
    expect(judged(`${text} `)).toEqual(file('too-large'))
    expect(judged(new Uint8Array(limit + 1))).toEqual(file('too-large'))
    expect(judged(`["${'\u00e9'.repeat(limit / 2)}"]`)).toEqual(file('too-large'))
  })

  it('refuses duplicate members by path, and judges the rest all the same', () => {
    const text = `{"Users":[{"UserId":"${ID}","UserName":"ana","UserName":"eve","UserStatus":"on"}]}`
    expect(judged(text)).toEqual(
      refusedFor(
        'directory/users-file duplicate-member $.Users[0].UserName',
        'directory/user-status unknown $.Users[0].UserStatus',
      ),
    )
  })
})

describe('directory/users-partial', () => {
  it('warns of a page with more to come', () => {
    expect(judged({ Users: [listed], NextToken: 't' })).toEqual(
      acceptedWith('directory/users-partial next-token $.NextToken'),
    )
    expect(judged({ Resources: [scim], totalResults: 2 })).toEqual(
      acceptedWith('directory/users-partial total-results $.totalResults'),
    )
    expect(judged({ Users: [listed], NextToken: null })).toEqual(acceptedWith())
    expect(judged({ Resources: [scim], totalResults: 1 })).toEqual(acceptedWith())
  })
})

describe('directory/user-shape', () => {
  it.each<[string, unknown, string]>([
    ['no marks of any shape', [{ name: 'ana' }], 'unknown $[0]'],
    ['marks of two shapes', [{ ...own, ...scim }], 'ambiguous $[0]'],
    ['marks of two others', [{ ...own, UserName: 'eve' }], 'ambiguous $[0]'],
    ['null', [null], 'type $[0]'],
    ['a list', { Users: [[]] }, 'type $.Users[0]'],
    ['a display name that is no text', list({ DisplayName: 1 }), 'type $.Users[0].DisplayName'],
    ['a long one', list({ DisplayName: 'x'.repeat(1025) }), 'too-long $.Users[0].DisplayName'],
  ])('refuses %s', (__, input, expected) => {
    expect(judged(input)).toEqual(refusedFor(`directory/user-shape ${expected}`))
  })

  it('reads a user in a wrapper as the wrapper says', () => {
    expect(judged({ Users: [scim] }).found).toEqual([
      'directory/user-name missing $.Users[0].UserName',
      'directory/user-id missing $.Users[0].UserId',
      'directory/user-status-absent absent $.Users[0].UserStatus',
    ])
  })

  it('tells a user without id by what else it has', () => {
    const without = (user: object, name: string) =>
      Object.fromEntries(Object.entries(user).filter(([member]) => member !== name))
    expect(judged([without(scim, 'id')])).toEqual(refusedFor('directory/user-id missing $[0].id'))
    expect(judged([without(own, 'userId')])).toEqual(refusedFor('directory/user-id missing $[0].userId'))
  })
})

describe('directory/user-name', () => {
  it.each([
    ['missing', undefined],
    ['type', 7],
    ['empty', ''],
    ['too-long', 'x'.repeat(129)],
    ['too-long', 'x'.repeat(100_000)],
    ['too-long', '\u{1d4b3}'.repeat(129)],
    ['pattern', 'ana lima'],
    ['pattern', 'ana\n'],
    ['pattern', 'ana\u0000'],
    ['pattern', 'ana\u200b'],
    ['pattern', '\ud800'],
    ['reserved', 'Administrator'],
    ['reserved', 'AWSAdministrators'],
  ])('refuses as %s (case %#)', (reason, UserName) => {
    expect(judged(list({ UserName }))).toEqual(
      refusedFor(`directory/user-name ${reason} $.Users[0].UserName`),
    )
  })

  it.each([
    'a',
    'ana@example.com',
    'corp\\ana',
    '__proto__',
    'administrator',
    'Ana\u0301+\u20ac\u00b2',
    '\u{1d4b3}',
  ])('takes case %#', (UserName) => {
    expect(judged(list({ UserName }))).toEqual(acceptedWith())
  })

  it('counts characters, and warns of more than the console takes', () => {
    const warned = acceptedWith('directory/user-name-console too-long $.Users[0].UserName')
    expect(judged(list({ UserName: 'x'.repeat(100) }))).toEqual(acceptedWith())
    expect(judged(list({ UserName: '\u{1d4b3}'.repeat(100) }))).toEqual(acceptedWith())
    expect(judged(list({ UserName: 'x'.repeat(101) }))).toEqual(warned)
    expect(judged(list({ UserName: '\u{1d4b3}'.repeat(128) }))).toEqual(warned)
  })
})

describe('directory/user-id', () => {
  it.each([
    ['missing', undefined],
    ['type', 12],
    ['empty', ''],
    ['too-long', `${ID}0`],
    ['pattern', '00u1abcd'],
    ['pattern', `${ID2}0`],
    ['pattern', ID.slice(1)],
    ['pattern', ID.replace('9067f0ab12', '9067F0AB12')],
    ['pattern', `${ID2}\n`],
  ])('refuses as %s (case %#)', (reason, UserId) => {
    expect(judged(list({ UserId }))).toEqual(refusedFor(`directory/user-id ${reason} $.Users[0].UserId`))
  })

  it('takes a UUID with and without the prefix, in either case', () => {
    for (const UserId of [ID, ID2, ID2.toUpperCase()])
      expect(judged(list({ UserId }))).toEqual(acceptedWith())
  })
})

describe('directory/user-emails', () => {
  it.each<[string, unknown, string]>([
    ['too-many', [{ Value: 'a@example.com' }, { Value: 'b@example.com' }], ''],
    ['type', 'ana@example.com', ''],
    ['type', ['ana@example.com'], '[0]'],
    ['type', [{ Value: 1 }], '[0].Value'],
    ['missing', [{ value: 'ana@example.com' }], '[0].Value'],
    ['empty', [{ Value: '' }], '[0].Value'],
    ['too-long', [{ Value: 'x'.repeat(1025) }], '[0].Value'],
    ['pattern', [{ Value: 'ana\udc00' }], '[0].Value'],
    ['type', [{ Value: 'ana@example.com', Primary: 'true' }], '[0].Primary'],
  ])('refuses as %s (case %#)', (reason, Emails, at) => {
    expect(judged(list({ Emails }))).toEqual(
      refusedFor(`directory/user-emails ${reason} $.Users[0].Emails${at}`),
    )
  })

  it('takes none', () => {
    expect(judged(list({ Emails: [] }))).toEqual(acceptedWith())
    expect(judged(list({ Emails: undefined }))).toEqual(acceptedWith())
  })
})

describe('directory/external-ids', () => {
  const many = (count: number) => Array.from({ length: count }, (__, i) => ({ Issuer: 'i', Id: `${i}` }))

  it.each<[string, unknown, string]>([
    ['empty', [], ''],
    ['too-many', many(11), ''],
    ['type', { Issuer: 'i', Id: 'x' }, ''],
    ['type', ['x'], '[0]'],
    ['missing', [{ Id: 'x' }], '[0].Issuer'],
    ['missing', [{ Issuer: 'i' }], '[0].Id'],
    ['pattern', [{ Issuer: 'i', Id: 'x y' }], '[0].Id'],
    ['too-long', [{ Issuer: 'i', Id: 'x'.repeat(257) }], '[0].Id'],
  ])('refuses as %s (case %#)', (reason, ExternalIds, at) => {
    expect(judged(list({ ExternalIds }))).toEqual(
      refusedFor(`directory/external-ids ${reason} $.Users[0].ExternalIds${at}`),
    )
  })

  it('takes ten, none where the member is absent, and a user of our own with an empty list', () => {
    expect(judged(list({ ExternalIds: many(10) }))).toEqual(acceptedWith())
    expect(judged(list({ ExternalIds: undefined }))).toEqual(acceptedWith())
    expect(judged([{ ...own, externalIds: [] }])).toEqual(acceptedWith())
    expect(judged([ownBySCIM])).toEqual(acceptedWith())
  })

  it('reads the one external id of SCIM', () => {
    expect(judged(resource({ externalId: undefined }))).toEqual(acceptedWith())
    const refused = (reason: string) =>
      refusedFor(`directory/external-ids ${reason} $.Resources[0].externalId`)
    expect(judged(resource({ externalId: '' }))).toEqual(refused('empty'))
    expect(judged(resource({ externalId: ['00u1'] }))).toEqual(refused('type'))
  })
})

describe('directory/user-status', () => {
  it.each<[string, unknown, string]>([
    ['unknown', list({ UserStatus: 'enabled' }), '$.Users[0].UserStatus'],
    ['type', list({ UserStatus: true }), '$.Users[0].UserStatus'],
    ['type', resource({ active: 'true' }), '$.Resources[0].active'],
    ['type', resource({ active: 'ENABLED' }), '$.Resources[0].active'],
    ['missing', [{ ...own, status: undefined }], '$[0].status'],
    ['type', [{ ...own, status: true }], '$[0].status'],
  ])('refuses as %s', (reason, input, path) => {
    expect(judged(input)).toEqual(refusedFor(`directory/user-status ${reason} ${path}`))
  })

  it('takes an absent status as enabled, with one warning for the whole file', () => {
    const silent = [
      { UserId: ID, UserName: 'a' },
      { UserId: ID2, UserName: 'b' },
    ]
    const verdict = parseUsers({ Users: silent })
    expect(brief(verdict.findings)).toEqual(['directory/user-status-absent absent $.Users[0].UserStatus'])
    expect(verdict.ok && verdict.value.map((user) => user.status)).toEqual(['ENABLED', 'ENABLED'])
  })
})

describe('directory/user-groups', () => {
  it.each<[string, unknown]>([
    ['GroupIds', list({ GroupIds: [GROUP] })],
    ['groupIds', list({ groupIds: [GROUP] })],
    ['groups', list({ groups: [{ value: GROUP, display: 'Admins' }] })],
    ['groups of a SCIM user', resource({ groups: [{ value: GROUP }] })],
    ['groupIds of our own', [{ ...own, groupIds: [GROUP] }]],
  ])('reads %s', (__, input) => {
    const verdict = parseUsers(input)
    expect(verdict.ok && verdict.value[0]!.groupIds).toEqual([GROUP])
  })

  it.each<[string, object, string]>([
    ['ambiguous', { GroupIds: [GROUP], groups: [{ value: GROUP }] }, ''],
    ['type', { GroupIds: GROUP }, '.GroupIds'],
    ['type', { GroupIds: [{ value: GROUP }] }, '.GroupIds[0]'],
    ['missing', { groups: [GROUP] }, '.groups[0].value'],
    ['pattern', { GroupIds: ['Admins'] }, '.GroupIds[0]'],
    ['duplicate', { GroupIds: [GROUP, ID2, GROUP] }, '.GroupIds[2]'],
  ])('refuses as %s', (reason, change, at) => {
    expect(judged(list(change))).toEqual(refusedFor(`directory/user-groups ${reason} $.Users[0]${at}`))
  })

  it('takes 1,000 groups and refuses 1,001', () => {
    const groups = Array.from({ length: 1001 }, (__, i) => ID2.replace(/^.{8}/, `${i}`.padStart(8, '0')))
    expect(judged(list({ GroupIds: groups.slice(1) }))).toEqual(acceptedWith())
    expect(judged(list({ GroupIds: groups }))).toEqual(
      refusedFor('directory/user-groups too-many $.Users[0].GroupIds'),
    )
  })
})

describe('directory/duplicate-user', () => {
  const other = {
    UserId: ID2,
    UserName: 'eve',
    Emails: [{ Value: 'eve@example.com' }],
    ExternalIds: [{ Issuer: 'https://scim.example', Id: '00u2' }],
    UserStatus: 'ENABLED',
  }
  const two = (change: object) => judged({ Users: [listed, { ...other, ...change }] })

  it.each<[string, object, string]>([
    ['user-id', { UserId: ID }, '.UserId'],
    ['user-name', { UserName: 'ana' }, '.UserName'],
    ['email', { Emails: [{ Value: 'ana@example.com', Primary: false }] }, '.Emails[0].Value'],
    ['external-id', { ExternalIds: listed.ExternalIds }, '.ExternalIds[0].Id'],
  ])('refuses a shared %s', (reason, change, at) => {
    expect(two(change)).toEqual(refusedFor(`directory/duplicate-user ${reason} $.Users[1]${at}`))
  })

  it('sees user ids as equal in either case of their digits', () => {
    const [upper, lower] = [ID2.toUpperCase(), ID2]
    expect(
      judged({
        Users: [
          { ...listed, UserId: upper },
          { ...other, UserId: lower },
        ],
      }),
    ).toEqual(refusedFor('directory/duplicate-user user-id $.Users[1].UserId'))
  })

  it('sees values of different kinds, case or issuer as different', () => {
    expect(two({})).toEqual(acceptedWith())
    expect(two({ UserName: 'ana@example.com', Emails: [{ Value: 'ana' }] })).toEqual(acceptedWith())
    expect(two({ UserName: 'Ana', Emails: [{ Value: 'Ana@example.com' }] })).toEqual(acceptedWith())
    expect(two({ ExternalIds: [{ Issuer: 'another', Id: '00u1' }] })).toEqual(acceptedWith())
  })

  it('refuses one external id twice in one user', () => {
    const twice = [...listed.ExternalIds, ...listed.ExternalIds]
    expect(judged(list({ ExternalIds: twice }))).toEqual(
      refusedFor('directory/duplicate-user external-id $.Users[0].ExternalIds[1].Id'),
    )
  })
})

describe('usersRules', () => {
  it('are rows of their own, each with a source and a fix', () => {
    expect(new Set(usersRules.map((rule) => rule.id)).size).toBe(usersRules.length)
    for (const rule of usersRules) {
      expect(rule.id).toMatch(/^directory\/[a-z-]+$/)
      for (const text of [rule.source, rule.title, rule.fix]) expect(text).not.toBe('')
    }
  })

  it('cannot tell, beyond the file, where the file cannot be read', () => {
    const outcomes = runRules(usersRules, readUsers('no JSON'))
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(
      usersRules.map(({ id }) => (id === 'directory/users-file' ? 'fail' : 'cantTell')),
    )
  })
})

describe('parseUsers, of anything', () => {
  const scalar = fc.oneof(fc.jsonValue(), fc.constantFrom(ID, ID2, 'ana', true, 'ENABLED', '__proto__'))
  const email = fc.record(
    { Value: scalar, value: scalar, Primary: scalar, primary: scalar },
    { requiredKeys: [] },
  )
  const member = fc.oneof(scalar, fc.array(fc.oneof(scalar, email), { maxLength: 3 }))
  const user = fc.record(
    Object.fromEntries(
      [
        ...['UserId', 'UserName', 'Emails', 'ExternalIds', 'UserStatus', 'DisplayName', 'GroupIds', 'groups'],
        ...[
          'id',
          'userName',
          'emails',
          'externalId',
          'active',
          'userId',
          'status',
          'externalIds',
          'groupIds',
        ],
      ].map((name) => [name, member]),
    ),
    { requiredKeys: [] },
  )
  const file = fc.oneof(
    fc.jsonValue(),
    fc.array(user, { maxLength: 4 }),
    fc.record({ Users: fc.array(user, { maxLength: 4 }) }),
    fc.record({ Resources: fc.array(user, { maxLength: 4 }) }),
  )

  it('never throws, and judges a value as it judges its text', () => {
    fc.assert(
      fc.property(file, (value) => {
        const text = JSON.stringify(value)
        const verdict = parseUsers(text)
        if (typeof value !== 'string') expect(parseUsers(JSON.parse(text))).toEqual(verdict)
        expect(verdict.findings.map(({ reason }) => reason)).not.toContain('check-failed')
        expect(verdict.ok).toBe(!verdict.findings.some(({ severity }) => severity === 'error'))
      }),
      { numRuns: 500 },
    )
  })

  it('never throws for any text or bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array()), (input) => {
        expect(parseUsers(input)).toHaveProperty('findings')
      }),
    )
  })

  it('gives back the users that it gave, when they are its input', () => {
    const uuid = fc.uuid()
    const word = fc.string({ minLength: 1, maxLength: 40 }).filter((text) => /^[!-~]+$/.test(text))
    const person = fc.record(
      {
        userId: uuid,
        userName: word.map((text) => `u-${text}`),
        emails: fc.array(fc.record({ value: word, primary: fc.boolean() }, { requiredKeys: ['value'] }), {
          maxLength: 1,
        }),
        externalIds: fc.uniqueArray(fc.record({ issuer: word, id: word }, { requiredKeys: ['id'] }), {
          maxLength: 10,
          selector: ({ issuer, id }) => JSON.stringify([issuer, id]),
        }),
        status: fc.constantFrom('ENABLED', 'DISABLED'),
        groupIds: fc.uniqueArray(uuid, { maxLength: 4 }),
        displayName: fc.string(),
      },
      { requiredKeys: ['userId', 'userName', 'emails', 'externalIds', 'status', 'groupIds'] },
    )
    fc.assert(
      fc.property(person, (one) => {
        expect(parseUsers(JSON.stringify([one]))).toEqual({ ok: true, value: [one], findings: [] })
      }),
    )
  })
})

describe('findUsers', () => {
  const users: User[] = [
    own,
    { ...own, userId: ID2, userName: 'Ana', emails: [], externalIds: [...own.externalIds, { id: 'x' }] },
  ]

  it('finds by exact value, every match', () => {
    expect(findUsers(users, 'userName', 'ana')).toEqual([users[0]])
    expect(findUsers(users, 'userName', 'ANA')).toEqual([])
    expect(findUsers(users, 'emails.value', 'ana@example.com')).toEqual([users[0]])
    expect(findUsers(users, 'externalId', '00u1')).toEqual(users)
    expect(findUsers(users, 'externalId', 'x')).toEqual([users[1]])
    expect(findUsers(users, 'externalId', '')).toEqual([])
  })
})
