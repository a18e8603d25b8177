import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { IdentityStoreAttributePath, User } from '../../src/core/identity.js'
import { directoryOf, findUsers } from '../../src/directory/index.js'

const value = fc.constantFrom('a', 'A', 'b', '__proto__', 'constructor', '')
const user: fc.Arbitrary<User> = fc.record({
  userId: fc.uuid(),
  userName: value,
  emails: fc.array(fc.record({ value }), { maxLength: 2 }),
  externalIds: fc.array(fc.record({ issuer: value, id: value }), { maxLength: 3 }),
  status: fc.constantFrom('ENABLED', 'DISABLED'),
  groupIds: fc.array(fc.uuid(), { maxLength: 2 }),
})
const path = fc.constantFrom<IdentityStoreAttributePath>('userName', 'emails.value', 'externalId')

describe('directoryOf', () => {
  it('finds what a search of the list finds, in its order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(user, { maxLength: 8 }), path, value, async (users, at, wanted) => {
        expect(await directoryOf(users).find(at, wanted)).toEqual(findUsers(users, at, wanted))
      }),
      { numRuns: 500 },
    )
  })

  it('is not moved by what happens to the users afterwards, and hands out nothing that can be changed', async () => {
    const emails = [{ value: 'ana@example.com' }]
    const ana = {
      userId: 'u',
      userName: 'ana',
      emails,
      externalIds: [],
      status: 'ENABLED' as const,
      groupIds: [],
    }
    const users: User[] = [ana]
    const directory = directoryOf(users)
    emails[0]!.value = 'eve@example.com'
    users.pop()
    const found = await directory.find('emails.value', 'ana@example.com')
    expect(found.map((one) => one.emails)).toEqual([[{ value: 'ana@example.com' }]])
    expect(await directory.find('emails.value', 'eve@example.com')).toEqual([])
    for (const part of [found, found[0], found[0]!.emails, found[0]!.emails[0]]) {
      expect(Object.isFrozen(part)).toBe(true)
    }
  })

  it('gives one object for one user, however found', async () => {
    const ana = { userId: 'u', userName: 'a', emails: [{ value: 'e' }], externalIds: [], groupIds: [] }
    const directory = directoryOf([{ ...ana, status: 'DISABLED' }])
    const [byName] = await directory.find('userName', 'a')
    const [byEmail] = await directory.find('emails.value', 'e')
    expect(byName).toBeDefined()
    expect(byName).toBe(byEmail)
  })

  it('refuses a path by which no user is found, as misuse', async () => {
    const find = directoryOf([]).find('userId' as IdentityStoreAttributePath, 'u')
    await expect(find).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION' })
  })
})
