import { splitArn } from './match.js'

/** An IAM identity as its ARN names it. `name` is the last path segment; for a session, the name of its role. */
export interface AwsPrincipal {
  readonly kind: 'root' | 'user' | 'role' | 'session' | 'federatedUser'
  readonly partition: string
  readonly account: string
  readonly name: string
  readonly arn: string
}

/** Who asks: an IAM identity, an AWS service by its name, or an identity provider. */
export type Caller =
  | { readonly type: 'aws'; readonly principal: AwsPrincipal }
  | { readonly type: 'service'; readonly name: string }
  | { readonly type: 'federated'; readonly provider: string }

/** One value of a Principal element. A bare account id names the account in whatever partition. */
export type PrincipalEntry =
  | Caller
  | { readonly type: 'everyone' }
  | { readonly type: 'account'; readonly account: string }
  | { readonly type: 'canonicalUser'; readonly id: string }

export interface PrincipalElement {
  /** NotPrincipal. */
  readonly not: boolean
  readonly entries: readonly PrincipalEntry[]
}

/**
 * How a Principal element reaches a caller, nearest first: it names the very caller; it names the role of the session;
 * it names everyone; it names the account, which delegates to the account's own policies.
 */
export type Reach = 'caller' | 'role' | 'everyone' | 'account'

export type ArnFault = 'malformed-arn' | 'wildcard' | 'region' | 'account' | 'principal-type'

const NAME = /^[\w+=,.@-]{1,64}$/
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/

/** Reads the ARN of an IAM identity: `arn:aws:iam::account:role/path/name` and its kin (R248). */
export function readAwsArn(arn: string): AwsPrincipal | ArnFault {
  if (/[*?]/.test(arn)) return 'wildcard'
  const parts = arn.length <= 2048 ? splitArn(arn) : undefined
  if (!parts) return 'malformed-arn'
  const [, partition = '', service, region, account = '', resource = ''] = parts
  if (!/^aws(-[a-z]{1,5}){0,3}$/.test(partition)) return 'malformed-arn'
  if (region !== '') return 'region'
  if (!isAccount(account)) return 'account'
  const named =
    service === 'iam' ? iamResource(resource) : service === 'sts' ? stsResource(resource) : undefined
  if (named === undefined) return 'principal-type'
  return named === 'malformed-arn' ? named : { ...named, partition, account, arn }
}

type Named = Pick<AwsPrincipal, 'kind' | 'name'> | 'malformed-arn' | undefined

function iamResource(resource: string): Named {
  if (resource === 'root') return { kind: 'root', name: 'root' }
  const [kind, ...path] = resource.split('/')
  if (kind !== 'user' && kind !== 'role') return undefined
  const name = path.at(-1) ?? ''
  return NAME.test(name) && path.every((segment) => /^[!-~]+$/.test(segment))
    ? { kind, name }
    : 'malformed-arn'
}

function stsResource(resource: string): Named {
  const [kind, name = '', session, ...more] = resource.split('/')
  if (kind === 'federated-user') {
    return NAME.test(name) && session === undefined ? { kind: 'federatedUser', name } : 'malformed-arn'
  }
  if (kind !== 'assumed-role') return undefined
  const whole = NAME.test(name) && SESSION_NAME.test(session ?? '') && more.length === 0
  return whole ? { kind: 'session', name } : 'malformed-arn'
}

export function isAccount(text: string): boolean {
  return /^\d{12}$/.test(text)
}

/** A DNS name in lower case, as service principals and web identity providers are named. */
export function isHostName(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(text)
}

/** The ARN of a SAML or OIDC provider in IAM. */
export function isProviderArn(text: string): boolean {
  const parts = text.length <= 2048 ? splitArn(text) : undefined
  if (!parts) return false
  const [, partition = '', service, region, account = '', resource = ''] = parts
  return (
    /^aws(-[a-z]{1,5}){0,3}$/.test(partition) &&
    service === 'iam' &&
    region === '' &&
    isAccount(account) &&
    /^(saml|oidc)-provider\/[!-)+->@-~]+$/.test(resource)
  )
}

/**
 * Reads who asks: an identity's ARN, a provider's ARN, a service's name, or the host name of a web identity provider.
 * Undefined for anything else, a wildcard included.
 */
export function readCaller(text: string): Caller | undefined {
  if (isProviderArn(text)) return { type: 'federated', provider: text }
  if (isHostName(text)) {
    const service = /\.amazonaws\.com(\.cn)?$/.test(text) && text !== 'cognito-identity.amazonaws.com'
    return service ? { type: 'service', name: text } : { type: 'federated', provider: text }
  }
  const principal = readAwsArn(text)
  return typeof principal === 'string' ? undefined : { type: 'aws', principal }
}

/** Nearest first. */
export const REACHES: readonly Reach[] = ['caller', 'role', 'everyone', 'account']

/** How a Principal element (not a NotPrincipal) covers the caller, the nearest way; undefined when it does not. */
export function reachOf(entries: readonly PrincipalEntry[], caller: Caller): Reach | undefined {
  const reached = new Set(entries.map((entry) => reach(entry, caller)))
  return REACHES.find((way) => reached.has(way))
}

function reach(entry: PrincipalEntry, caller: Caller): Reach | undefined {
  switch (entry.type) {
    case 'everyone':
      return 'everyone'
    case 'canonicalUser':
      return undefined
    case 'service':
      return caller.type === 'service' && caller.name === entry.name ? 'caller' : undefined
    case 'federated':
      return caller.type === 'federated' && caller.provider === entry.provider ? 'caller' : undefined
    case 'account':
      if (caller.type !== 'aws' || caller.principal.account !== entry.account) return undefined
      return caller.principal.kind === 'root' ? 'caller' : 'account'
    case 'aws':
      return caller.type === 'aws' ? reachIdentity(entry.principal, caller.principal) : undefined
  }
}

function reachIdentity(named: AwsPrincipal, caller: AwsPrincipal): Reach | undefined {
  if (named.arn === caller.arn) return 'caller'
  if (named.account !== caller.account || named.partition !== caller.partition) return undefined
  if (named.kind === 'root') return 'account'
  // A session's ARN does not hold the role's path; the name alone is unique in an account.
  return named.kind === 'role' && caller.kind === 'session' && named.name === caller.name ? 'role' : undefined
}

/**
 * Whether a NotPrincipal element spares the caller. AWS may look at the account, then the role, then the session, so a
 * caller is spared only when each of these is listed; anything less is denied.
 */
export function isExempt(entries: readonly PrincipalEntry[], caller: Caller): boolean {
  const listed = (way: Reach) => entries.some((entry) => reach(entry, caller) === way)
  if (!listed('caller')) return false
  if (caller.type !== 'aws' || caller.principal.kind === 'root') return true
  return listed('account') && (caller.principal.kind !== 'session' || listed('role'))
}

/** The value of `aws:PrincipalArn`: for a session its role, whose path is not known from the session. */
export function principalArn(principal: AwsPrincipal): string {
  return principal.kind === 'session'
    ? `arn:${principal.partition}:iam::${principal.account}:role/${principal.name}`
    : principal.arn
}
