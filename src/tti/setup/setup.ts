import { isObject, type JsonObject } from '../../core/json.js'
import { FederationError, refused, type Verdict } from '../../core/outcome.js'
import { reading } from '../../core/reading.js'
import { readOnce } from '../../core/readOnce.js'
import { runRules, verdictOf } from '../../core/rule.js'
import { validateDeployment } from '../configuration/deployment.js'
import { list } from '../configuration/deploymentRules.js'
import { member } from '../configuration/fields.js'
import type { IssuerOptions } from '../configuration/issuer.js'
import { issuersIn, setupRules } from './rules.js'
import { SETUP_OPERATIONS, type SetupCall, type SetupOperation } from './calls.js'

export interface SetupOptions {
  /** The ARNs of trusted token issuers that are there already. Default: none. */
  readonly issuers?: readonly string[] | undefined
}

/**
 * Whether calls of sso-admin set up a customer managed OAuth 2.0 application, each after those that it rests on (R202). What
 * is inside of each call `validateDeployment` judges.
 *
 * @param calls - `{ operation, input, creates? }`, in their order
 * @throws FederationError `ERR_INVALID_OPTION` for options that are none
 */
export function validateApplicationSetup(
  calls: unknown,
  options: SetupOptions = {},
): Verdict<readonly SetupCall[]> {
  const issuers = reading(() => {
    const given = isObject(options) ? (options.issuers ?? []) : undefined
    if (!Array.isArray(given) || !given.every((arn) => typeof arn === 'string'))
      throw new FederationError('ERR_INVALID_OPTION', 'options.issuers is a list of ARNs.')
    return Array.from<string>(given)
  })
  const copy = readOnce(calls)
  return verdictOf(runRules(setupRules, { calls: copy, issuers }), () =>
    (copy as readonly SetupCall[]).map((call) => ({ ...call, step: SETUP_OPERATIONS[call.operation] })),
  )
}

/**
 * The calls that set up one application of a deployment, in the order of the console's pages: issuers, the application and
 * its details, grants, credentials, and then what it trusts (R202). The deployment is judged first, and the calls last, by the rules of
 * {@link validateApplicationSetup}.
 *
 * The ARNs are those of the configuration. AWS gives others: put what each call answers in the place of its `creates`.
 *
 * @example
 * ```ts
 * import { applicationSetup } from 'countersign/tti'
 *
 * declare const configuration: unknown, applicationARN: string
 * const verdict = applicationSetup(configuration, applicationARN)
 * if (verdict.ok) for (const { step, operation, input } of verdict.value) console.log(step, operation, input)
 * ```
 */
export function applicationSetup(
  configuration: unknown,
  applicationARN: string,
  options: SetupOptions & IssuerOptions = {},
): Verdict<readonly SetupCall[]> {
  const copy = readOnce(configuration)
  const verdict = validateDeployment(copy, options)
  if (!verdict.ok) return refused(verdict.findings)
  const deployment = copy as JsonObject
  const application = list(deployment, 'Applications')
    .filter(isObject)
    .find((one) => member(one, 'ApplicationArn') === applicationARN)
  if (!application)
    throw new FederationError('ERR_INVALID_OPTION', 'The deployment has no application of this ARN.')
  return validateApplicationSetup(callsFor(application, deployment, options.issuers ?? []), options)
}

const DETAILS = ['Name', 'Description', 'PortalOptions', 'Status', 'Tags'] as const

function callsFor(
  application: JsonObject,
  deployment: JsonObject,
  there: readonly string[],
): readonly SetupCall[] {
  const call = (operation: SetupOperation, input: JsonObject, creates?: string): SetupCall => ({
    step: SETUP_OPERATIONS[operation],
    operation,
    input,
    ...(creates === undefined ? {} : { creates }),
  })
  const InstanceArn = String(member(member(deployment, 'Instance') as JsonObject, 'InstanceArn'))
  const ApplicationArn = String(member(application, 'ApplicationArn'))
  const each = (name: string): readonly JsonObject[] => list(application, name).filter(isObject)
  const grants = each('Grants')
  const wanted = grants.flatMap(issuersIn).filter((arn) => !there.includes(arn))
  const issuers = list(deployment, 'TrustedTokenIssuers')
    .filter(isObject)
    .filter((issuer) => wanted.includes(String(member(issuer, 'TrustedTokenIssuerArn'))))
  const details = DETAILS.flatMap((name) =>
    Object.hasOwn(application, name) ? [[name, application[name]] as const] : [],
  )
  const ApplicationProviderArn = application['ApplicationProviderArn'] ?? 'arn:aws:sso::aws:applicationProvider/custom' // prettier-ignore
  const assignment = application['AssignmentConfiguration'] as JsonObject | undefined
  return [
    call(
      'CreateApplication',
      { InstanceArn, ApplicationProviderArn, ...(Object.fromEntries(details) as JsonObject) },
      ApplicationArn,
    ),
    ...(assignment ? [call('PutApplicationAssignmentConfiguration', { ApplicationArn, ...assignment })] : []),
    ...issuers.map(({ TrustedTokenIssuerArn, ...issuer }) =>
      call('CreateTrustedTokenIssuer', { ...issuer, InstanceArn }, String(TrustedTokenIssuerArn)),
    ),
    ...grants.map((grant) => call('PutApplicationGrant', { ApplicationArn, ...grant })),
    ...each('AuthenticationMethods').map((one) => call('PutApplicationAuthenticationMethod', { ApplicationArn, ...one })), // prettier-ignore
    ...each('AccessScopes').map((one) => call('PutApplicationAccessScope', { ApplicationArn, ...one })),
    ...each('Assignments').map((one) => call('CreateApplicationAssignment', { ApplicationArn, ...one })),
  ]
}
