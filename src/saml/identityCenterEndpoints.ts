import type { Verdict } from '../core/outcome.js'
import { runRules, verdictOf, type Fault, type Rule, type RuleOutcome } from '../core/rule.js'
import { shown } from '../core/shown.js'
import { checkOptions, misuse } from './expectation.js'
import type { ServiceProvider } from './issue/login.js'

/** The two addresses by which an identity provider knows an instance of Identity Center (R009). */
export interface IdentityCenterEndpoints {
  /** Such as `us-east-1`. */
  readonly region: string
  /** What ends the entityID: mostly the id of the directory. */
  readonly entityPath: string
  /** What ends the ACS URL, behind `acs/`. */
  readonly acsPath: string
}

const PREFIX =
  /^https:\/\/([a-z]{2,8}(?:-[a-z]{1,16}){1,3}-[0-9]{1,2})\.signin\.(?:aws\.amazon\.com|amazonaws-us-gov\.com)\/platform\/saml\/[!-~]+$/
const REGION = /^[a-z]{2,8}(?:-[a-z]{1,16}){1,3}-[0-9]{1,2}$/
const PATH = /^[A-Za-z0-9_-]{1,128}$/
const EXPECTED = 'https://REGION.signin.aws.amazon.com/platform/saml/...'

/**
 * The entityID and the ACS URL of Identity Center as a service provider, by the form that all instances have (R009):
 * for `buildMetadata`, for an expectation, or for a test of what an administrator typed.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for a part that such a URL cannot have
 *
 * @example
 * ```ts
 * import { buildMetadata, identityCenterServiceProvider } from 'countersign/saml'
 *
 * const { entityID, acsURL } = identityCenterServiceProvider({
 *   region: 'us-east-1',
 *   entityPath: 'd-1234567890',
 *   acsPath: '0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d',
 * })
 * const xml = buildMetadata({ entityID, sp: { assertionConsumerServices: [{ location: acsURL }] } })
 * ```
 */
export function identityCenterServiceProvider(endpoints: IdentityCenterEndpoints): ServiceProvider {
  checkOptions(endpoints)
  const { region, entityPath, acsPath } = endpoints
  if (typeof region !== 'string' || !REGION.test(region)) misuse('region must be a Region of AWS.')
  for (const path of [entityPath, acsPath])
    if (typeof path !== 'string' || !PATH.test(path))
      misuse('entityPath and acsPath must be letters, digits, hyphens and underscores.')
  const host = region.startsWith('us-gov-') ? 'amazonaws-us-gov.com' : 'aws.amazon.com'
  const base = `https://${region}.signin.${host}/platform/saml/`
  return { entityID: `${base}${entityPath}`, acsURL: `${base}acs/${acsPath}` }
}

/** Said of whom an identity provider is told to send people to. A local center has addresses of its own. */
export const identityCenterEndpointRules: readonly Rule<ServiceProvider>[] = [
  {
    id: 'saml/identity-center-endpoints',
    severity: 'warning',
    source: 'R009',
    title:
      'Entity ID and ACS URL of Identity Center begin with https://REGION.signin.aws.amazon.com/platform/saml/, of one Region',
    fix: 'Copy the "IAM Identity Center issuer URL" and the "ACS URL" from Settings > Identity source; leave it, if this is a center of your own.',
    check: ({ entityID, acsURL }) => {
      const [entity, acs] = [PREFIX.exec(entityID)?.[1], PREFIX.exec(acsURL)?.[1]]
      const other = (path: string, value: string, region: string | undefined): readonly Fault[] => {
        const message = 'This is not an address of Identity Center.'
        return region === undefined
          ? [{ reason: 'other-host', path, expected: EXPECTED, actual: shown(value), message }]
          : []
      }
      if (entity !== undefined && acs !== undefined && entity !== acs) {
        const message = 'The two belong to different Regions.'
        return [{ reason: 'other-region', path: 'sp.acsURL', expected: entity, actual: acs, message }]
      }
      return [...other('sp.entityID', entityID, entity), ...other('sp.acsURL', acsURL, acs)]
    },
  },
]

/** What the rules say of the addresses of a service provider that is taken for Identity Center: warnings at most. */
export function inspectIdentityCenterEndpoints(sp: ServiceProvider): readonly RuleOutcome[] {
  checkOptions(sp)
  if (typeof sp.entityID !== 'string' || typeof sp.acsURL !== 'string')
    misuse('entityID and acsURL must be texts.')
  return runRules(identityCenterEndpointRules, sp)
}

/** As {@link inspectIdentityCenterEndpoints}, as a verdict: accepted, with the warnings (R009). */
export function checkIdentityCenterEndpoints(sp: ServiceProvider): Verdict<ServiceProvider> {
  return verdictOf(inspectIdentityCenterEndpoints(sp), () => sp)
}
