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
