import { parseRoleArn } from './arn.js'
import { readSAMLProviderArn } from './samlProvider.js'

/** A role that a SAML sign-in offers, and the provider by which it is assumed. */
export interface SAMLRole {
  readonly roleArn: string
  readonly providerArn: string
}

/** One value of the attribute Role: the provider first, then the role (R105). Nothing is checked. */
export function formatSAMLRoleValue({ roleArn, providerArn }: SAMLRole): string {
  return `${providerArn},${roleArn}`
}

export type SAMLRoleValueFault = 'parts' | 'provider' | 'role' | 'account'

/**
 * Reads one value of the attribute Role, in either order, as AWS does; `roleFirst` tells the order that the guide does not
 * print (R105). Role and provider must be of one account.
 */
export function readSAMLRoleValue(
  value: string,
): (SAMLRole & { readonly roleFirst: boolean }) | SAMLRoleValueFault {
  const parts = value.length <= 4200 ? value.split(',') : []
  // Names of roles may hold commas: the one that parts the two ARNs stands before `arn:`.
  const at = parts.findIndex((part, index) => index > 0 && part.startsWith('arn:'))
  if (at < 0) return 'parts'
  const one = parts.slice(0, at).join(',')
  const other = parts.slice(at).join(',')
  const roleFirst = typeof parseRoleArn(one) !== 'string'
  const [roleArn, providerArn] = roleFirst ? [one, other] : [other, one]
  const [role, provider] = [parseRoleArn(roleArn), readSAMLProviderArn(providerArn)]
  if (typeof provider === 'string') return 'provider'
  if (typeof role === 'string') return 'role'
  if (role.account !== provider.account || role.partition !== provider.partition) return 'account'
  return { roleArn, providerArn, roleFirst }
}
