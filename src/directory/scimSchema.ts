/** The attributes of a SCIM user as Identity Center takes them (RFC 7643 4.1 and 4.3; R145 to R153). */

/** Lists of which the endpoint takes one item, with the sub-attributes that it keeps. */
export const LISTS: Readonly<Record<string, readonly string[]>> = {
  emails: ['value', 'type', 'primary'],
  phoneNumbers: ['value', 'type', 'primary'],
  addresses: ['formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country', 'type', 'primary'],
  roles: ['value', 'type', 'primary'],
}

export const NAME_PARTS = [
  'formatted',
  'familyName',
  'givenName',
  'middleName',
  'honorificPrefix',
  'honorificSuffix',
] as const

export const TEXTS = [
  'nickName',
  'profileUrl',
  'title',
  'userType',
  'preferredLanguage',
  'locale',
  'timezone',
] as const

export const ENTERPRISE_TEXTS = [
  'employeeNumber',
  'costCenter',
  'organization',
  'division',
  'department',
] as const

/** Of RFC 7643, and not kept by Identity Center (R149). */
export const UNSUPPORTED = ['password', 'ims', 'photos', 'entitlements', 'x509Certificates'] as const

/** What the service itself writes: sent along by those who read a user first, and passed over. */
export const READ_ONLY = ['id', 'meta', 'groups'] as const

export const ATTRIBUTES: readonly string[] = [
  'schemas',
  'userName',
  'name',
  'displayName',
  'active',
  'externalId',
  ...Object.keys(LISTS),
  ...TEXTS,
  ...UNSUPPORTED,
  ...READ_ONLY,
]
