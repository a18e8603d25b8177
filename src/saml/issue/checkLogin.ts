import { misuse } from '../expectation.js'
import type { Login } from './login.js'

/** Callers without types learn at once what is no sign-in; the values themselves are for the rules. */
export function checkLogin(login: Login): void {
  const kinds: readonly unknown[] = ['identity-center', 'account', 'application']
  if (typeof login !== 'object' || login === null || !kinds.includes(login.to))
    misuse('login.to must be identity-center, account or application.')
  text(login.nameID, 'nameID')
  const { sessionDurationSeconds: seconds } = login
  if (seconds !== undefined && typeof seconds !== 'number')
    misuse('login.sessionDurationSeconds must be a number of seconds.')
  if (login.to === 'account') {
    list(login.roles, 'roles', (role, path) => {
      text(memberOf(role, 'roleArn'), `${path}.roleArn`)
      text(memberOf(role, 'providerArn'), `${path}.providerArn`)
    })
    text(login.roleSessionName, 'roleSessionName')
    texts(login.principalTags, 'principalTags')
    if (login.transitiveTagKeys !== undefined) list(login.transitiveTagKeys, 'transitiveTagKeys', text)
    return
  }
  if (login.to === 'identity-center') texts(login.accessControl, 'accessControl')
  if (login.attributes === undefined) return
  list(login.attributes, 'attributes', (attribute, path) => {
    text(memberOf(attribute, 'name'), `${path}.name`)
    list(memberOf(attribute, 'values'), `${path}.values`, text)
  })
}

function text(value: unknown, path: string): void {
  if (typeof value !== 'string') misuse(`login.${path} must be a text.`)
}

function list(value: unknown, path: string, each: (item: unknown, path: string) => void): void {
  if (!Array.isArray(value)) misuse(`login.${path} must be a list.`)
  for (const [index, item] of (value as readonly unknown[]).entries()) each(item, `${path}[${index}]`)
}

/** An object of texts, where there is one. */
function texts(value: unknown, path: string): void {
  if (value === undefined) return
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    misuse(`login.${path} must be an object.`)
  for (const [key, item] of Object.entries(value as object)) text(item, `${path}.${key}`)
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return (value as Readonly<Record<string, unknown>>)[name]
}
