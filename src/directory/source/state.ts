import type { AssignedPrincipal, User } from '../../core/identity.js'
import type { AccountAccess } from '../portal/accountAccess.js'
import type { PortalURL } from '../portal/portalURL.js'
import type { SignInSession } from '../portal/signInSession.js'

/** Where people come from: exactly one at a time (R032). */
export type IdentitySource =
  | { readonly type: 'identity-center' }
  | { readonly type: 'external'; readonly entityID: string }
  | { readonly type: 'active-directory'; readonly directoryId: string }

/** A user with what only the Identity Center directory knows of a password: whether there is one. */
export interface SourceUser extends User {
  readonly hasPassword?: boolean
  /** Set where the user can sign in only after an administrator forced a reset of the password (R035). */
  readonly needsPasswordReset?: boolean
}

export interface SourceGroup {
  readonly groupId: string
  readonly displayName: string
}

/** An application and who is assigned to it. */
export interface SourceApplication {
  readonly arn: string
  readonly assignments: readonly AssignedPrincipal[]
}

/** What a change of the identity source can touch: plain data, to be kept as JSON. */
export interface SourceState {
  readonly instanceType: 'organization' | 'account'
  readonly source: IdentitySource
  readonly users: readonly SourceUser[]
  readonly groups: readonly SourceGroup[]
  readonly access: AccountAccess
  readonly applications: readonly SourceApplication[]
  readonly portal: PortalURL
  readonly sessions: readonly SignInSession[]
}
