import type { User } from '../../core/identity.js'
import { FederationError, type Finding } from '../../core/outcome.js'

/** Misuse by the programmer: never for what a peer or a file says. */
export function misuse(message: string, findings: readonly Finding[] = []): never {
  throw new FederationError('ERR_INVALID_OPTION', message, { findings })
}

export function requireObject(value: unknown, what: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) misuse(`${what} is an object.`)
}

export function requireList(value: unknown, what: string): void {
  if (!Array.isArray(value)) misuse(`${what} is a list.`)
}

/** A list whose items are objects. */
export function requireObjects(value: unknown, what: string): void {
  requireList(value, what)
  for (const item of value as readonly unknown[]) requireObject(item, `${what}[]`)
}

/** A list of objects whose members of these names are texts. */
export function requireTexts(value: unknown, what: string, names: readonly string[]): void {
  requireObjects(value, what)
  for (const item of value as readonly Readonly<Record<string, unknown>>[])
    for (const name of names) requireText(item[name], `${what}[].${name}`)
}

export function requireText(value: unknown, what: string): void {
  if (typeof value !== 'string' || value === '') misuse(`${what} is a text that is not empty.`)
}

/** An instant in whole epoch seconds, up to the year 9999. */
export function requireInstant(value: unknown, what: string): void {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > 253_402_300_799)
    misuse(`${what} is an instant in whole epoch seconds.`)
}

export function requireSeconds(value: unknown, what: string): void {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1)
    misuse(`${what} is a number of whole seconds.`)
}

/** The form of an AWS account's number. */
export function isAccountId(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9]{12}$/.test(value)
}

export function requireAccountId(value: unknown): void {
  if (!isAccountId(value)) misuse('accountId has 12 digits.')
}

export function requireUser(user: unknown): void {
  requireObject(user, 'user')
  const { userId, groupIds } = user as Partial<User>
  requireText(userId, 'user.userId')
  requireList(groupIds, 'user.groupIds')
}
