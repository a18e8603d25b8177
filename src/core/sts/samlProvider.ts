import { FederationError } from '../outcome.js'
import { splitArn, type ArnFault } from './arn.js'
import { memberOf } from './checks.js'

/** A SAML provider of IAM: what a role's trust policy names as `Federated`. */
export interface SAMLProviderArn {
  readonly partition: string
  readonly account: string
  readonly name: string
}

// IAM API, CreateSAMLProvider.
const NAME = /^[A-Za-z0-9._-]{1,128}$/
const ACCOUNT = /^[0-9]{12}$/
// R091: Identity Center's own provider in each assigned account.
const OWN_NAME = /^AWSSSO_([0-9A-Za-z]{1,64})_DO_NOT_DELETE$/

/** Reads `arn:PARTITION:iam::ACCOUNT:saml-provider/NAME`, or names the part that is wrong. */
export function readSAMLProviderArn(arn: string): SAMLProviderArn | ArnFault {
  const parts = splitArn(arn)
  if (typeof parts === 'string') return parts
  const { partition, service, region, account, resource } = parts
  if (service !== 'iam') return 'service'
  if (region !== '') return 'region'
  if (!ACCOUNT.test(account)) return 'account'
  const prefix = 'saml-provider/'
  if (!resource.startsWith(prefix)) return 'resource'
  const name = resource.slice(prefix.length)
  return NAME.test(name) ? { partition, account, name } : 'name'
}

/**
 * The ARN of a SAML provider.
 *
 * @throws FederationError `ERR_INVALID_OPTION` when a part is not one that {@link readSAMLProviderArn} reads.
 */
export function buildSAMLProviderArn(provider: SAMLProviderArn): string {
  const parts = (['partition', 'account', 'name'] as const).map((name) => memberOf(provider, name))
  const [partition, account, name] = parts.map((part) => (typeof part === 'string' ? part : ''))
  const arn = `arn:${partition}:iam::${account}:saml-provider/${name}`
  if (typeof readSAMLProviderArn(arn) === 'string')
    throw new FederationError('ERR_INVALID_OPTION', 'These parts make no ARN of a SAML provider.')
  return arn
}

/**
 * The name of the SAML provider that Identity Center keeps in an account: `AWSSSO_ID_DO_NOT_DELETE` (R091).
 *
 * @throws FederationError `ERR_INVALID_OPTION` when the id is not 1 to 64 letters and digits.
 */
export function buildIdentityCenterProviderName(id: string): string {
  const name = typeof id === 'string' ? `AWSSSO_${id}_DO_NOT_DELETE` : ''
  if (readIdentityCenterProviderName(name) === undefined)
    throw new FederationError('ERR_INVALID_OPTION', 'The id of a provider is 1 to 64 letters and digits.')
  return name
}

/** The id in the name of Identity Center's own provider; undefined for every other name, in another case, too. */
export function readIdentityCenterProviderName(name: string): string | undefined {
  return OWN_NAME.exec(name)?.[1]
}
