import { FederationError } from '../outcome.js'
import { memberOf } from './checks.js'
import { readSAMLProviderArn } from './samlProvider.js'

/** Where AWS takes SAML sign-ins to roles: the audience that a trust policy demands (R107). */
export const AWS_SAML_AUDIENCE = 'https://signin.aws.amazon.com/saml'

/** The same of the partitions that sign people in elsewhere. */
const SAML_AUDIENCES: ReadonlyMap<string, string> = new Map([
  ['aws-cn', 'https://signin.amazonaws.cn/saml'],
  ['aws-us-gov', 'https://signin.amazonaws-us-gov.com/saml'],
])

/** The trust policy of a role that people assume by a SAML assertion. */
export interface SAMLTrustPolicy {
  readonly Version: '2012-10-17'
  readonly Statement: readonly [
    {
      readonly Effect: 'Allow'
      readonly Principal: { readonly Federated: string }
      readonly Action: readonly string[]
      readonly Condition: { readonly StringEquals: { readonly 'SAML:aud': string } }
    },
  ]
}

/**
 * The trust policy of a role for one SAML provider and the audience of its partition (R107): AssumeRoleWithSAML, session tags, and the
 * source identity unless `setSourceIdentity` is false. A permission set's role has it for Identity Center's own provider,
 * so that nobody from elsewhere can assume it (R098).
 *
 * @throws FederationError `ERR_INVALID_OPTION` when `providerArn` is not the ARN of a SAML provider.
 */
export function buildSAMLTrustPolicy(options: {
  readonly providerArn: string
  readonly setSourceIdentity?: boolean | undefined
}): SAMLTrustPolicy {
  const providerArn = memberOf(options, 'providerArn')
  const provider = typeof providerArn === 'string' ? readSAMLProviderArn(providerArn) : 'parts'
  if (typeof providerArn !== 'string' || typeof provider === 'string')
    throw new FederationError('ERR_INVALID_OPTION', 'providerArn is the ARN of a SAML provider.')
  const audience = SAML_AUDIENCES.get(provider.partition) ?? AWS_SAML_AUDIENCE
  const identity = memberOf(options, 'setSourceIdentity') !== false
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: providerArn },
        Action: ['sts:AssumeRoleWithSAML', ...(identity ? ['sts:SetSourceIdentity'] : []), 'sts:TagSession'],
        Condition: { StringEquals: { 'SAML:aud': audience } },
      },
    ],
  }
}
