import type { TextLimits } from './fields.js'

const PARTITION = 'arn:aws(?:-[a-z]{1,5}){0,3}'
const INSTANCE = '(?:sso)?ins-[a-zA-Z0-9-.]{16}'
const UUID = '[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}'

function arn(pattern: string, expected: string): TextLimits {
  return { min: 10, max: 1224, pattern: new RegExp(`^${PARTITION}:${pattern}$`), expected }
}

// ARN patterns of the sso-admin API. ARNs are case sensitive and never rewritten (R365).
export const instanceARN = arn(`sso:::instance/${INSTANCE}`, 'arn:aws:sso:::instance/ssoins-<16 characters>')
export const applicationARN = arn(
  `sso::\\d{12}:application/${INSTANCE}/apl-[a-zA-Z0-9]{16}`,
  'arn:aws:sso::<account>:application/ssoins-<16 characters>/apl-<16 characters>',
)
export const issuerARN = arn(
  `sso::\\d{12}:trustedTokenIssuer/${INSTANCE}/tti-${UUID}`,
  'arn:aws:sso::<account>:trustedTokenIssuer/ssoins-<16 characters>/tti-<UUID>',
)

/** The `ssoins-...` that an application's, issuer's or instance's ARN names. */
export function instanceOf(arn: string): string | undefined {
  return arn.split(':')[5]?.split('/')[1]
}
