import { FederationError } from '../outcome.js'
import { isPlainObject } from '../json.js'
import { contextKey, type Context, type ContextEntry } from './context.js'
import { newWork, type Work } from './work.js'
import { splitArn } from './match.js'
import { isAccount, principalArn, readCaller, type Caller } from './principal.js'

/** What is asked: may `principal` do `action` on `resource`, all else being `context`? */
export interface PolicyRequest {
  /** The caller's ARN; for an AWS service its name, for a web identity provider its host name. */
  readonly principal: string
  /** `service:Action`, without wildcards. */
  readonly action: string
  /** An ARN, or `*` for an action that is on no resource. */
  readonly resource: string
  /** Keys spelled as IAM's condition keys, such as `aws:PrincipalTag/Department`. An empty array is an absent key. */
  readonly context: Readonly<Record<string, string | readonly string[]>>
}

/** A request found well-formed. */
export interface ReadRequest {
  readonly caller: Caller
  readonly action: string
  readonly resource: string
  readonly context: Context
  /** `aws:PrincipalArn` was derived from a session's ARN, which does not hold the role's path. */
  readonly pathUnknown: boolean
  /** The role of a session with its path, where the context tells it. */
  readonly roleARN?: string
  /** What deciding about it may still cost. */
  readonly work: Work
}

/** Each of principal, action and resource, in characters. */
const MAX_NAME = 2048
/** All keys and values of the context together, in characters. */
const MAX_CONTEXT = 65_536
/** The values of one key together, in characters: with the size of a policy it bounds the work of a comparison. */
const MAX_KEY = 8192

/**
 * Reads a request, and adds `aws:PrincipalArn` and `aws:PrincipalAccount` when the context lacks them.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for a request that is malformed or too large, and for two context keys
 * that differ only in case, of which no one could say which is meant.
 */
export function readRequest(request: PolicyRequest): ReadRequest {
  if (typeof request !== 'object' || (request as unknown) === null) throw misuse('request must be an object.')
  const { principal, action, resource } = request
  const caller = isName(principal) ? readCaller(principal) : undefined
  if (!caller) throw misuse('principal must be the ARN of a caller, or the name of a service or provider.')
  if (!isName(action) || !/^[A-Za-z0-9-]+:[\w-]+$/.test(action)) {
    throw misuse('action must be service:Action, without wildcards.')
  }
  if (!isName(resource) || !(resource === '*' || splitArn(resource))) {
    throw misuse('resource must be an ARN, or "*".')
  }
  const context = readContext(request.context)
  let pathUnknown = false
  let roleARN: string | undefined
  if (caller.type === 'aws') {
    const filled = fill(context, 'aws:PrincipalArn', principalArn(caller.principal))
    pathUnknown = filled && caller.principal.kind === 'session'
    if (!filled && caller.principal.kind === 'session') roleARN = context.get('aws:principalarn')?.values[0]
    fill(context, 'aws:PrincipalAccount', caller.principal.account)
  }
  const told = roleARN === undefined ? {} : { roleARN }
  return { caller, action, resource, context, pathUnknown, ...told, work: newWork() }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_NAME
}

function fill(context: Map<string, ContextEntry>, key: string, value: string): boolean {
  if ((context.get(contextKey(key))?.values ?? []).length > 0) return false
  context.set(contextKey(key), { key, values: [value] })
  return true
}

function readContext(given: unknown): Map<string, ContextEntry> {
  if (!isPlainObject(given)) {
    throw misuse('context must be an object of condition keys.')
  }
  const context = new Map<string, ContextEntry>()
  let size = 0
  for (const [key, value] of Object.entries(given)) {
    const values: unknown[] = Array.isArray(value) ? Array.from(value as unknown[]) : [value]
    if (!values.every((item) => typeof item === 'string')) {
      throw misuse(`context key ${key} must have a string or an array of strings.`)
    }
    if (context.has(contextKey(key))) throw misuse(`context key ${key} stands twice, in different case.`)
    const length = values.reduce((sum, item) => sum + 1 + item.length, 0)
    size += key.length + length
    if (length > MAX_KEY || size > MAX_CONTEXT) throw misuse('context is too large.')
    context.set(contextKey(key), { key, values })
  }
  return context
}

/** The accounts that are said to own the resource, by `aws:ResourceAccount` and by its ARN: one, none, or two that differ. */
export function resourceAccounts(request: ReadRequest): readonly string[] {
  const given = request.context.get('aws:resourceaccount')?.values ?? []
  if (given.length > 1) throw misuse('context key aws:ResourceAccount must have one value.')
  const account = splitArn(request.resource)?.[4]
  return account !== undefined && isAccount(account) ? [...given, account] : given
}

function misuse(message: string): FederationError {
  return new FederationError('ERR_INVALID_OPTION', message)
}
