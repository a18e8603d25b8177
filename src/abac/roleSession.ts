import { FederationError, type Verdict } from '../core/outcome.js'
import { failingRules, verdictOf, type Rule } from '../core/rule.js'
import {
  buildSAMLTrustPolicy,
  readIdentityCenterProviderName,
  readSAMLProviderArn,
  STS_LIMITS,
  textFaults,
  type SAMLTrustPolicy,
} from '../core/sts/index.js'
import {
  buildTrustPolicy,
  type TrustPolicy,
  type TrustPolicyOptions,
} from '../tti/roleSession/trustPolicy.js'
import { checkTrustPolicy, type TrustSummary } from '../tti/roleSession/trustRules.js'
import { reading } from './misuse.js'

export const roleSessionNameRules: readonly Rule<unknown>[] = [
  {
    id: 'abac/role-session-name',
    severity: 'error',
    source: 'R099; STS API AssumeRole RoleSessionName',
    title: 'The userName can be a role session name: 2 to 64 of A-Z a-z 0-9 _ + = , . @ -',
    fix: 'Provision user names of these characters: those of role sessions are the user names, to the letter.',
    check: (userName) => textFaults(userName, STS_LIMITS.roleSessionName, 'userName'),
  },
]

/**
 * The role session name of a person: the userName, to the letter, so that CloudTrail and `aws:userid` name the person
 * (R099). One that STS would not take is refused, not rewritten: two people must not become one.
 */
export function roleSessionName(userName: string): Verdict<string> {
  return verdictOf(failingRules(roleSessionNameRules, userName), () => userName)
}

/**
 * The trust policy of a role that people's sessions are assumed from with their identity and their tags: the principal
 * may `sts:AssumeRole` and `sts:TagSession`, and, with a context of Identity Center only, `sts:SetContext` (R289).
 *
 * @throws FederationError `ERR_INVALID_OPTION` as `buildTrustPolicy` does
 */
export function taggedSessionTrustPolicy(options: Omit<TrustPolicyOptions, 'tagSession'>): TrustPolicy {
  return reading(() => buildTrustPolicy({ ...options, tagSession: true }))
}

/** Whether a trust policy lets a caller assume the role with identity and tags: all of what STS asks, or every lack of it. */
export function checkTaggedSessionTrustPolicy(
  policy: unknown,
  options: { readonly caller?: string | undefined } = {},
): Verdict<TrustSummary> {
  return reading(() => checkTrustPolicy(policy, { ...options, tagSession: true }))
}

/**
 * The trust policy that Identity Center gives a permission set's role (R091, R098, R107), for the ARN of the SAML provider
 * that it keeps in the account: nobody else may assume it. `sts:TagSession` is there for attributes for access control:
 * enabling them changes these policies (R118).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for another provider
 */
export function reservedRoleTrustPolicy(providerArn: string): SAMLTrustPolicy {
  const provider = typeof providerArn === 'string' ? readSAMLProviderArn(providerArn) : 'resource'
  if (typeof provider === 'string' || readIdentityCenterProviderName(provider.name) === undefined)
    throw new FederationError(
      'ERR_INVALID_OPTION',
      "providerArn is the ARN of Identity Center's SAML provider.",
    )
  return buildSAMLTrustPolicy({ providerArn, setSourceIdentity: false })
}
