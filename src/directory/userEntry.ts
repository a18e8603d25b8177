import { isObject, memberPath, type JsonObject } from '../core/json.js'

/** `identity-store`: as ListUsers answers. `scim`: RFC 7643. `user`: the `User` of this package. */
export type UserShape = 'identity-store' | 'scim' | 'user'

/** A value and where it stands. `undefined`: absent, or null, which SCIM reads as unassigned (RFC 7643 2.5). */
export interface Located {
  readonly path: string
  readonly value: unknown
}

/** One user of a file before anything is judged: the members that federation reads, wherever the shape keeps them. */
export interface UserEntry extends Located {
  readonly shape: UserShape
  readonly userId: Located
  readonly userName: Located
  readonly displayName: Located
  readonly status: Located
  /** The list as it stands; {@link emailsOf} reads its items. */
  readonly emails: Located
  /** The list as it stands, or SCIM's single `externalId`. */
  readonly externalIds: Located
  /** Every member present that may list groups: more than one is ambiguous. */
  readonly groups: readonly GroupList[]
}

export interface GroupList extends Located {
  /** Whether its items are SCIM's `{ value }`, rather than the ids themselves. */
  readonly nested: boolean
}

const NAMES = {
  'identity-store': {
    userId: 'UserId',
    userName: 'UserName',
    displayName: 'DisplayName',
    status: 'UserStatus',
    emails: 'Emails',
    emailValue: 'Value',
    emailPrimary: 'Primary',
    externalIds: 'ExternalIds',
    externalIssuer: 'Issuer',
    externalId: 'Id',
  },
  scim: {
    userId: 'id',
    userName: 'userName',
    displayName: 'displayName',
    status: 'active',
    emails: 'emails',
    emailValue: 'value',
    emailPrimary: 'primary',
    externalIds: 'externalId',
    externalIssuer: '',
    externalId: '',
  },
  user: {
    userId: 'userId',
    userName: 'userName',
    displayName: 'displayName',
    status: 'status',
    emails: 'emails',
    emailValue: 'value',
    emailPrimary: 'primary',
    externalIds: 'externalIds',
    externalIssuer: 'issuer',
    externalId: 'id',
  },
} as const

export function userEntry(value: JsonObject, path: string, shape: UserShape): UserEntry {
  const names = NAMES[shape]
  return {
    path,
    value,
    shape,
    userId: memberOf(value, path, names.userId),
    userName: memberOf(value, path, names.userName),
    displayName: memberOf(value, path, names.displayName),
    status: memberOf(value, path, names.status),
    emails: memberOf(value, path, names.emails),
    externalIds: memberOf(value, path, names.externalIds),
    groups: ['GroupIds', 'groupIds', 'groups']
      .map((name) => ({ ...memberOf(value, path, name), nested: name === 'groups' }))
      .filter((member) => member.value !== undefined),
  }
}

/** The shape that an object's own members tell; several or none where they do not. */
export function shapeOf(value: JsonObject): UserShape | 'ambiguous' | 'unknown' {
  const has = (name: string): boolean => Object.hasOwn(value, name)
  const shapes: UserShape[] = []
  if (has('UserId') || has('UserName')) shapes.push('identity-store')
  if (has('userId')) shapes.push('user')
  if (has('id')) shapes.push('scim')
  if (shapes.length > 1) return 'ambiguous'
  if (shapes[0] === undefined && has('userName')) return has('status') || has('externalIds') ? 'user' : 'scim'
  return shapes[0] ?? 'unknown'
}

/** The items of a list; none where it is absent or no list, which a rule reports. */
function itemsOf(list: Located): readonly Located[] {
  if (!Array.isArray(list.value)) return []
  return Array.from(list.value as unknown[], (value, index) => ({
    path: memberPath(list.path, index),
    value,
  }))
}

export interface EmailEntry extends Located {
  readonly address: Located
  readonly primary: Located
}

export function emailsOf(entry: UserEntry): readonly EmailEntry[] {
  const names = NAMES[entry.shape]
  return itemsOf(entry.emails).map(({ path, value }) => ({
    path,
    value,
    address: memberOf(value, path, names.emailValue),
    primary: memberOf(value, path, names.emailPrimary),
  }))
}

export interface ExternalIdEntry extends Located {
  readonly issuer: Located
  readonly id: Located
}

/** SCIM's one `externalId`, if there is one, stands for a list of one without issuer. */
export function externalIdsOf(entry: UserEntry): readonly ExternalIdEntry[] {
  const { path, value } = entry.externalIds
  if (entry.shape === 'scim') {
    return value === undefined
      ? []
      : [{ path, value, issuer: { path, value: undefined }, id: entry.externalIds }]
  }
  const names = NAMES[entry.shape]
  return itemsOf(entry.externalIds).map((item) => ({
    ...item,
    issuer: memberOf(item.value, item.path, names.externalIssuer),
    id: memberOf(item.value, item.path, names.externalId),
  }))
}

/** Ids of the groups, as texts (`GroupIds`, `groupIds`) or as SCIM's `groups: [{ value }]`. */
export function groupIdsOf(entry: UserEntry): readonly Located[] {
  return entry.groups.flatMap((list) =>
    itemsOf(list).map((item) => (list.nested ? memberOf(item.value, item.path, 'value') : item)),
  )
}

function memberOf(value: unknown, path: string, name: string): Located {
  const member = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  return { path: memberPath(path, name), value: member ?? undefined }
}
