/** The attributes by which a trusted token issuer may find a user (R237). */
export type IdentityStoreAttributePath = 'userName' | 'emails.value' | 'externalId'

/** A person of the directory, reduced to what federation decides by. */
export interface User {
  /** The Identity Store's id of the user: `[10 hex-]UUID`. */
  readonly userId: string
  /** At most 128 characters, unique, compared exactly. */
  readonly userName: string
  readonly emails: readonly { readonly value: string; readonly primary?: boolean }[]
  readonly externalIds: readonly { readonly issuer?: string; readonly id: string }[]
  readonly status: 'ENABLED' | 'DISABLED'
  /** The groups that list this user as a direct member; groups in groups are not followed (R161). */
  readonly groupIds: readonly string[]
  readonly displayName?: string
}

/** The user or group to whom an assignment gives something, as sso-admin names it. */
export interface AssignedPrincipal {
  readonly principalType: 'USER' | 'GROUP'
  readonly principalId: string
}

/** Whether an assignment is this user's: the user itself, or a group that lists the user directly (R086, R161). */
export function isAssignedTo(
  user: Pick<User, 'userId' | 'groupIds'>,
  { principalType, principalId }: AssignedPrincipal,
): boolean {
  return principalType === 'USER' ? principalId === user.userId : user.groupIds.includes(principalId)
}

/**
 * Finds the users whose attribute equals `value` to the letter. Answers every match, so that an ambiguous mapping is
 * seen. An outage throws.
 */
export interface Directory {
  find(path: IdentityStoreAttributePath, value: string): Promise<readonly User[]>
}

/** The values that a user has at a mapped attribute path. */
export function valuesAt(user: User, path: IdentityStoreAttributePath): readonly string[] {
  switch (path) {
    case 'userName':
      return [user.userName]
    case 'emails.value':
      return user.emails.map((email) => email.value)
    case 'externalId':
      return user.externalIds.map((externalId) => externalId.id)
  }
}

/**
 * Who signed in by SAML: only values that a trusted certificate signed. Its maps have no prototype, so that no name
 * finds anything that is not there.
 */
export interface SamlIdentity {
  readonly protocol: 'saml'
  /** Unchanged to the letter. */
  readonly nameID: string
  /** With the profile of a service provider: what kind of name it is. The same text in another Format is another person. */
  readonly nameIDFormat?: string
  /** With that profile, where stated: in whose realm, and for whom, the name holds. Keep them with the name. */
  readonly nameQualifier?: string
  readonly spNameQualifier?: string
  /** The identity provider's entityID. */
  readonly issuer: string
  /** Session tags by tag key; empty while attributes for access control are off. */
  readonly accessControl: Readonly<Record<string, string>>
  readonly attributes: Readonly<Record<string, readonly string[]>>
  readonly sessionIndex?: string
  /** Epoch seconds, as are all instants here. */
  readonly authnInstant: number
  /** The request that this answers. */
  readonly inResponseTo?: string
  /** The session here ends no later than this (R020). */
  readonly sessionNotOnOrAfter?: number
  readonly assertionID: string
  /** Only where the Response itself is signed. */
  readonly responseID?: string
  /** When the assertion ends: until then, and for the clock skew after it, it must not be taken again. */
  readonly notOnOrAfter: number
  /** SHA-256 of the certificate that verified, in hexadecimal. */
  readonly verifiedBy: string
}
