/** The condition keys of an identity-enhanced session, spelled as IAM documents them (R293, C29). All single-valued. */
export const CONTEXT_KEYS = {
  userId: 'identitystore:UserId',
  identityStoreArn: 'identitystore:IdentityStoreArn',
  applicationArn: 'identitycenter:ApplicationArn',
  credentialId: 'identitycenter:CredentialId',
  instanceArn: 'identitycenter:InstanceArn',
} as const

/**
 * What a role session knows of the person. `identity`: assumed with an identity context. `portal`: a permission set's
 * session begun in the access portal. `audit`: assumed with an audit context. `plain`: assumed with none.
 */
export type RoleSessionPerson =
  | {
      readonly kind: 'identity'
      readonly userId: string
      readonly identityStoreArn: string
      readonly applicationArn: string
      readonly instanceArn: string
      /** Random, for logs only: policies should not name it (R294). */
      readonly credentialId: string
    }
  | { readonly kind: 'portal'; readonly userId: string; readonly identityStoreArn: string }
  | { readonly kind: 'audit' }
  | { readonly kind: 'plain' }

/**
 * The condition keys that a role session brings into every request. All five come with an identity context; a portal
 * session has the person and the identity store too, which is what lets a Deny on `identitystore:UserId` reach it
 * (R361, C47). An audit context only logs (R288) and a plain session knows nobody, so neither has any.
 *
 * The values must come from a context assertion that was verified, never from what a caller says of itself (R295).
 */
export function roleSessionContextKeys(session: RoleSessionPerson): Readonly<Record<string, string>> {
  switch (session.kind) {
    case 'identity':
      return {
        [CONTEXT_KEYS.userId]: session.userId,
        [CONTEXT_KEYS.identityStoreArn]: session.identityStoreArn,
        [CONTEXT_KEYS.applicationArn]: session.applicationArn,
        [CONTEXT_KEYS.credentialId]: session.credentialId,
        [CONTEXT_KEYS.instanceArn]: session.instanceArn,
      }
    case 'portal':
      return {
        [CONTEXT_KEYS.userId]: session.userId,
        [CONTEXT_KEYS.identityStoreArn]: session.identityStoreArn,
      }
    case 'audit':
    case 'plain':
      return {}
  }
}
