import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../../src/core/outcome.js'
import { readIdentityCenterProviderName } from '../../../src/core/sts/index.js'
import {
  accountIdsOf,
  applicationsOf,
  assignmentsOf,
  checkApplicationInstance,
  showsTile,
  checkProtectedResource,
  createAssignment,
  deleteAssignment,
  effectiveGroupIds,
  explainMissingAccess,
  noAccountAccess,
  protectedRoleMessage,
  selectableRoles,
  selectRole,
  withoutPrincipal,
  withoutProvider,
  type AccountAccess,
  type AccountAssignment,
  type Assignable,
} from '../../../src/directory/index.js'

const id = (last: number): string => `90676d1f-5d04-4f1a-8a3e-2f1d7a3c${String(last).padStart(4, '0')}`
const set = (last: number): string =>
  `arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-${String(last).padStart(16, '0')}`
const ACCOUNTS = ['111122223333', '444455556666']
const SETS = [
  [set(1), 'Admin'],
  [set(2), 'Read_Only'],
] as const
const assignable: Assignable = {
  instanceType: 'organization',
  accountIds: new Set(ACCOUNTS),
  permissionSets: new Map(SETS),
  userIds: new Set([id(1), id(2)]),
  groupIds: new Set([id(11), id(12)]),
}
const ada = { userId: id(1), groupIds: [id(11)] }
const bob = { userId: id(2), groupIds: [] }
let drawn = 0
const random16 = (): Uint8Array => {
  drawn += 1
  return new Uint8Array(16).fill(drawn)
}
const give = (permissionSet: number, principalId: string, account = ACCOUNTS[0]!): AccountAssignment => ({
  accountId: account,
  permissionSetArn: set(permissionSet),
  principalType: assignable.groupIds.has(principalId) ? 'GROUP' : 'USER',
  principalId,
})
const valueOf = <T>(verdict: Verdict<T>): T => {
  if (!verdict.ok) throw new Error(JSON.stringify(verdict.findings))
  return verdict.value
}
const said = (verdict: Verdict<unknown>): string[] =>
  verdict.findings.map(({ rule, reason }) => `${rule} ${reason}`)
const withAll = (...assignments: AccountAssignment[]): AccountAccess =>
  assignments.reduce(
    (access, assignment) => valueOf(createAssignment(access, assignment, assignable, random16())),
    noAccountAccess(),
  )

describe('who may choose what', () => {
  const access = withAll(give(1, id(2)), give(2, id(11)), give(2, id(1)), give(1, id(11), ACCOUNTS[1]))

  it('is what is assigned in the account, to the user or a group of hers, each set once (R104)', () => {
    expect(accountIdsOf(access, ada)).toEqual(ACCOUNTS)
    expect(accountIdsOf(access, bob)).toEqual([ACCOUNTS[0]])
    expect(selectableRoles(access, ada, ACCOUNTS[0]!).map((role) => role.permissionSetName)).toEqual([
      'Read_Only',
    ])
    expect(selectableRoles(access, ada, ACCOUNTS[1]!).map((role) => role.permissionSetName)).toEqual([
      'Admin',
    ])
    expect(selectableRoles(access, bob, ACCOUNTS[1]!)).toEqual([])
    expect(accountIdsOf(noAccountAccess(), ada)).toEqual([])
  })

  it('names the IAM role, of the account', () => {
    const [here] = selectableRoles(access, bob, ACCOUNTS[0]!)
    const [there] = selectableRoles(access, ada, ACCOUNTS[1]!)
    expect(here?.roleName).toBe(`AWSReservedSSO_Admin_${here?.suffix}`)
    expect(there?.suffix).not.toBe(here?.suffix)
  })

  it.each([
    [ada, 'Admin', ACCOUNTS[0]!, 'other-set'],
    [bob, 'Admin', ACCOUNTS[1]!, 'other-account'],
    [{ userId: id(3), groupIds: [] }, 'Admin', ACCOUNTS[0]!, 'not-assigned'],
    [bob, 'admin', ACCOUNTS[0]!, 'other-set'],
    [bob, '__proto__', '__proto__', 'other-account'],
  ])('refuses what is not assigned', (user, permissionSetName, accountId, reason) => {
    expect(said(selectRole(access, user, { accountId, permissionSetName }))).toEqual([
      `portal/role-assigned ${reason}`,
    ])
  })

  it('ends with the provider of the account, and comes back when assigned again (R092)', () => {
    const choice = { accountId: ACCOUNTS[0]!, permissionSetName: 'Admin' }
    const broken = withoutProvider(access, ACCOUNTS[0]!)
    expect(said(selectRole(broken, bob, choice))).toEqual(['portal/account-provider deleted'])
    const repaired = valueOf(createAssignment(broken, give(1, id(2)), assignable, random16()))
    expect(valueOf(selectRole(repaired, bob, choice)).suffix).toBe(
      valueOf(selectRole(access, bob, choice)).suffix,
    )
    expect(repaired.assignments).toEqual(access.assignments)
    const names = repaired.providers.map(({ name }) => readIdentityCenterProviderName(name))
    expect(names).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/), expect.stringMatching(/^[0-9a-f]{16}$/)])
  })
})

describe('the life of a suffix (R095)', () => {
  const suffixes = (access: AccountAccess): string[] => access.roles.map(({ suffix }) => suffix)

  it('is one per set and account, kept until the last assignment of the set there went', () => {
    const one = withAll(give(1, id(1)))
    const two = valueOf(createAssignment(one, give(1, id(11)), assignable, random16()))
    expect(suffixes(two)).toEqual(suffixes(one))
    const elsewhere = valueOf(createAssignment(two, give(1, id(1), ACCOUNTS[1]), assignable, random16()))
    expect(new Set(suffixes(elsewhere)).size).toBe(2)
    const left = valueOf(deleteAssignment(two, give(1, id(1))))
    expect(suffixes(left)).toEqual(suffixes(one))
    const none = valueOf(deleteAssignment(left, give(1, id(11))))
    expect(none).toEqual(noAccountAccess())
    const again = valueOf(createAssignment(none, give(1, id(1)), assignable, random16()))
    expect(suffixes(again)[0]).not.toBe(suffixes(one)[0])
  })

  it('leaves the state it came from as it was', () => {
    const before = withAll(give(1, id(1)))
    const copy = JSON.stringify(before)
    createAssignment(before, give(2, id(1)), assignable, random16())
    deleteAssignment(before, give(1, id(1)))
    expect(JSON.stringify(before)).toBe(copy)
  })

  it('holds through any course of assignments', () => {
    const step = fc.record({
      add: fc.boolean(),
      permissionSet: fc.constantFrom(1, 2),
      principal: fc.constantFrom(id(1), id(2), id(11), id(12)),
      account: fc.constantFrom(...ACCOUNTS),
      random: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let access = noAccountAccess()
        for (const { add, permissionSet, principal, account, random } of steps) {
          const assignment = give(permissionSet, principal, account)
          const verdict = add
            ? createAssignment(access, assignment, assignable, random)
            : deleteAssignment(access, assignment)
          const before = access
          if (verdict.ok) access = verdict.value
          // A role is there exactly where its set is assigned, and keeps its suffix as long as it is.
          const wanted = new Set(access.assignments.map((one) => `${one.accountId} ${one.permissionSetArn}`))
          const there = access.roles.map((role) => `${role.accountId} ${role.permissionSetArn}`)
          expect(new Set(there)).toEqual(wanted)
          expect(there.length).toBe(wanted.size)
          for (const role of access.roles) {
            const old = before.roles.find(
              (other) =>
                other.accountId === role.accountId && other.permissionSetArn === role.permissionSetArn,
            )
            if (old !== undefined) expect(role.suffix).toBe(old.suffix)
          }
          const accounts = new Set(access.assignments.map(({ accountId }) => accountId))
          expect(new Set(access.providers.map(({ accountId }) => accountId))).toEqual(accounts)
        }
      }),
    )
  })
})

describe('what may be assigned', () => {
  const refused = (
    assignment: object,
    more: Partial<Assignable> = {},
    access = noAccountAccess(),
  ): string[] =>
    said(
      createAssignment(
        access,
        { ...give(1, id(1)), ...assignment } as AccountAssignment,
        { ...assignable, ...more },
        random16(),
      ),
    )

  it.each([
    [{ accountId: '999999999999' }, 'portal/assignment-target unknown-account'],
    [{ permissionSetArn: set(9) }, 'portal/assignment-target unknown-permission-set'],
    [{ principalId: id(9) }, 'portal/assignment-principal unknown'],
    [{ principalId: id(11) }, 'portal/assignment-principal other-type'],
  ])('is there: %o', (assignment, expected) => {
    expect(refused(assignment)).toEqual([expected])
  })

  it.each([
    [{ accountId: '11112222333' }],
    [{ accountId: 111122223333 }],
    [{ permissionSetArn: 'Admin' }],
    [{ permissionSetArn: `${set(1)}x` }],
    [{ principalType: 'ROLE' }],
    [{ principalType: '__proto__' }],
    [{ principalId: 'ada' }],
    [{ principalId: undefined }],
  ])('has the form of one: %o', (assignment) => {
    expect(refused(assignment).some((text) => text.startsWith('portal/assignment-shape '))).toBe(true)
  })

  it('is by an organization instance (R084)', () => {
    expect(refused({}, { instanceType: 'account' })).toEqual(['portal/assignment-instance account-instance'])
  })

  it('is at most 500 sets in an account (R336)', () => {
    const roles = (count: number): AccountAccess => ({
      ...noAccountAccess(),
      roles: Array.from({ length: count }, (_, index) => ({
        accountId: ACCOUNTS[0]!,
        permissionSetArn: set(1000 + index),
        permissionSetName: `N${index}`,
        suffix: '0'.repeat(16),
      })),
    })
    expect(refused({}, {}, roles(499))).toEqual([])
    expect(refused({}, {}, roles(500))).toEqual(['portal/assignment-quota too-many'])
    expect(refused({ accountId: ACCOUNTS[1] }, {}, roles(500))).toEqual([])
  })

  it('is taken away only where it is', () => {
    const access = withAll(give(1, id(1)))
    expect(said(deleteAssignment(access, give(1, id(2))))).toEqual(['portal/assignment-exists missing'])
  })
})

describe('a user or group that is deleted (R160, R173)', () => {
  const access = withAll(give(1, id(1)), give(1, id(11)), give(2, id(1)))
  const principal = { principalType: 'USER', principalId: id(1) } as const

  it('takes its assignments along, but not with Active Directory', () => {
    expect(assignmentsOf(access, principal)).toHaveLength(2)
    for (const source of ['identity-center', 'external'] as const) {
      const left = withoutPrincipal(access, principal, source)
      expect(left.assignments).toEqual([give(1, id(11))])
      expect(left.roles.map(({ permissionSetName }) => permissionSetName)).toEqual(['Admin'])
    }
    expect(withoutPrincipal(access, principal, 'active-directory')).toBe(access)
  })

  it('has another id when it is created again, which nothing is assigned to (R158)', () => {
    const dangling = withoutPrincipal(access, principal, 'active-directory')
    expect(accountIdsOf(dangling, { userId: id(7), groupIds: [] })).toEqual([])
  })
})

describe('applications of the portal', () => {
  const closed = { arn: 'a', assignmentRequired: true, assignments: [] }
  const group = {
    ...closed,
    arn: 'g',
    assignments: [{ principalType: 'GROUP', principalId: id(11) }] as const,
  }
  const open = { ...closed, arn: 'o', assignmentRequired: false }

  it('are by default nobody', () => {
    expect(applicationsOf([closed, group, open], ada).map(({ arn }) => arn)).toEqual(['g', 'o'])
    expect(applicationsOf([closed, group], bob)).toEqual([])
  })

  it('do not come through a group in a group, and that is told (R086)', () => {
    // The assigned group holds group 12, which holds group 13, which lists the user.
    const nested = [
      { groupId: id(11), memberGroupId: id(12) },
      { groupId: id(12), memberGroupId: id(13) },
      { groupId: id(13), memberGroupId: id(11) },
    ]
    const eve = { userId: id(5), groupIds: [id(13)] }
    expect(applicationsOf([group], eve)).toEqual([])
    const verdict = explainMissingAccess(eve, group.assignments, nested)
    expect(said(verdict)).toEqual(['portal/nested-group nested'])
    expect(explainMissingAccess(ada, group.assignments, nested).ok).toBe(true)
    expect(explainMissingAccess(bob, group.assignments, nested).ok).toBe(true)
    expect(effectiveGroupIds(eve, nested, 'external')).toEqual([id(13)])
    expect(new Set(effectiveGroupIds(eve, nested, 'active-directory'))).toEqual(
      new Set([id(13), id(12), id(11)]),
    )
  })

  it.each([
    ['saml', true, 'account', false],
    ['saml', true, 'organization', true],
    ['saml', false, 'account', true],
    ['oauth', true, 'account', true],
    ['oauth', true, 'organization', true],
  ] as const)(
    'of %s, customer managed %s, on an %s instance: %s (R084, R204)',
    (protocol, customerManaged, instanceType, ok) => {
      const verdict = checkApplicationInstance({ protocol, customerManaged, instanceType })
      expect(said(verdict)).toEqual(ok ? [] : ['portal/application-instance account-instance'])
    },
  )
})

describe('the tile of an application', () => {
  it.each([
    [true, 'visible', true, true],
    [true, 'visible', false, false],
    [false, 'visible', true, true],
    [false, 'visible', false, true],
    [true, 'not-visible', true, false],
    [true, 'not-visible', false, false],
    [false, 'not-visible', true, false],
    [false, 'not-visible', false, false],
  ] as const)(
    'with assignments required: %s, %s, to somebody assigned: %s, is shown: %s (R203)',
    (assignmentRequired, visibility, assigned, shown) => {
      expect(showsTile({ assignmentRequired, visibility, assigned })).toBe(shown)
    },
  )
})

describe('what Identity Center keeps in an account', () => {
  const role =
    'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef'

  it('is not changed from outside (R097)', () => {
    const verdict = checkProtectedResource(role)
    expect(said(verdict)).toEqual(['portal/protected-role protected'])
    expect(verdict.findings[0]?.message).toBe(protectedRoleMessage('AWSReservedSSO_Admin_0123456789abcdef'))
    expect(
      checkProtectedResource('arn:aws:iam::111122223333:role/AWSReservedSSO_Admin_0123456789abcdef').ok,
    ).toBe(true)
  })

  it('has the words that IAM says', () => {
    expect(protectedRoleMessage('AWSReservedSSO_RoleName_Here')).toBe(
      "Cannot perform the operation on the protected role 'AWSReservedSSO_RoleName_Here' - this role is only modifiable by AWS",
    )
  })

  it('warns of the provider (R091)', () => {
    const at = 'arn:aws:iam::111122223333:saml-provider/'
    const own = checkProtectedResource(`${at}AWSSSO_0123456789abcdef_DO_NOT_DELETE`)
    expect([own.ok, said(own)]).toEqual([true, ['portal/protected-provider breaks-access']])
    expect(checkProtectedResource(`${at}Okta`).findings).toEqual([])
    expect(checkProtectedResource(`${at}awssso_0_do_not_delete`).findings).toEqual([])
  })
})
