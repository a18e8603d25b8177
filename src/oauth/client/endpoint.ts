import { FederationError } from '../../core/outcome.js'

const REGION = /^[a-z]{2}(?:-[a-z]{1,10}){1,2}-[0-9]{1,2}$/

/** Whether a text has the form of a Region's name. */
export function isRegion(text: unknown): boolean {
  return typeof text === 'string' && text.length <= 40 && REGION.test(text)
}

/**
 * Where the OIDC service of Identity Center is in a Region: `https://oidc.REGION.amazonaws.com` (R198), in China with the
 * ending of its partition.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what is no Region
 */
export function oidcEndpoint(region: string): string {
  if (!isRegion(region))
    throw new FederationError('ERR_INVALID_OPTION', 'region is a Region of AWS, such as us-east-1.')
  return `https://oidc.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
}
