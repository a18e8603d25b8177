/** A scope as PutApplicationAccessScope takes it: up to three words of 1-50 characters joined by colons. */
const ACCESS_SCOPE = /^[A-Za-z0-9_]{1,50}(?::[A-Za-z0-9_]{1,50}){0,2}$/
/** `scope-token` of RFC 6749 3.3: printable ASCII without space, quote and backslash. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/
const MAX_SCOPE_CHARACTERS = 256

export function isAccessScope(text: string): boolean {
  return typeof text === 'string' && text.length <= MAX_SCOPE_CHARACTERS && ACCESS_SCOPE.test(text)
}

/** Whether a text can be one scope at all (R193). */
export function isScopeToken(text: string): boolean {
  return typeof text === 'string' && text.length <= MAX_SCOPE_CHARACTERS && SCOPE_TOKEN.test(text)
}

/** The scopes that every application has without being given them (SSO OIDC API). */
export const defaultScopes: readonly string[] = ['openid', 'aws', 'sts:identity_context']

/** The scope of the access portal's own API: accounts, permission sets, credentials of roles. */
export const PORTAL_SCOPE = 'sso:account:access'

/** A scope that a public client may register, and what a person is asked to allow. */
export interface PublicScope {
  readonly scope: string
  readonly description: string
}

/** Who signs people in: an instance of Identity Center, or AWS Builder ID, which people have without one. */
export type IssuerKind = 'identity-center' | 'builder-id'

/** The start URL of AWS Builder ID. */
export const BUILDER_ID_START_URL = 'https://view.awsapps.com/start'

/** Whose start URL it is. */
export function issuerKindOf(startURL: string): IssuerKind {
  const url = typeof startURL === 'string' && URL.canParse(startURL) ? new URL(startURL) : undefined
  // By origin and path, as programs that call it read them: neither capitals nor :443 make another issuer of it.
  return url?.origin === 'https://view.awsapps.com' && /^\/start(?:\/|$)/.test(url.pathname)
    ? 'builder-id'
    : 'identity-center'
}

/** Whether an issuer gives a scope (R200): Identity Center every one, AWS Builder ID those of its own services. */
export function servesScope(issuer: IssuerKind, scope: string): boolean {
  return (
    issuer !== 'builder-id' || (typeof scope === 'string' && /^(?:codewhisperer|codecatalyst):/.test(scope))
  )
}

/**
 * The scopes that the service knows for public clients (R190). The guide prints the fifth with a space, which no scope
 * can have (R191, C26).
 */
export const publicScopes: readonly PublicScope[] = [
  { scope: PORTAL_SCOPE, description: 'See your AWS accounts and permission sets, and get credentials for them' },
  { scope: 'codewhisperer:analysis', description: 'Have your code analysed by Amazon Q Developer' },
  { scope: 'codewhisperer:completions', description: 'Get code suggestions from Amazon Q Developer' },
  { scope: 'codewhisperer:conversations', description: 'Chat with Amazon Q Developer' },
  { scope: 'codewhisperer:taskassist', description: 'Let the Amazon Q Developer agent work on software for you' },
  { scope: 'codewhisperer:transformations', description: 'Let the Amazon Q Developer agent transform your code' },
  { scope: 'codecatalyst:read_write', description: 'Read and change all your Amazon CodeCatalyst resources' },
] // prettier-ignore
