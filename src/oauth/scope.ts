/** A scope as PutApplicationAccessScope takes it: up to three words of 1-50 characters joined by colons. */
const ACCESS_SCOPE = /^[A-Za-z0-9_]{1,50}(?::[A-Za-z0-9_]{1,50}){0,2}$/

export function isAccessScope(text: string): boolean {
  return ACCESS_SCOPE.test(text)
}

/** The scopes that every application has without being given them (SSO OIDC API). */
export const defaultScopes: readonly string[] = ['openid', 'aws', 'sts:identity_context']
