import { abacRules, lintRules } from '../abac/index.js'
import { assumeRoleRows } from '../center/assumeRole.js'
import { allowListRow } from '../center/callerAccess.js'
import { controlRules } from '../center/control/rules.js'
import { browserRows } from '../center/browser/visit.js'
import { configRules } from '../center/configRules.js'
import { grantConfigRules } from '../center/grantConfig.js'
import { jsonBodyRow } from '../center/jsonBody.js'
import { portalApiRules } from '../center/portal/rules.js'
import { portalConfigRules } from '../center/portalConfigRules.js'
import { unservedRow } from '../center/reply.js'
import { sessionRules } from '../center/session.js'
import { sigV4Rules } from '../flows/sigv4.js'
import { stsQueryRules } from '../center/sts/query.js'
import { tokenRows } from '../center/tokenEndpoint.js'
import { decisionRules, policyRules } from '../core/policy/index.js'
import type { RuleRow } from '../core/rule.js'
import { emergencyRules } from '../directory/emergency/rules.js'
import { scimUserRules, usersRules } from '../directory/index.js'
import { portalRules } from '../directory/portal/rules.js'
import { sourceRules } from '../directory/source/rules.js'
import { expressRules } from '../express/rules.js'
import { trustedTokenRules } from '../express/trustedTokenRules.js'
import { authorizeRules, grantRules, signInRules } from '../oauth/index.js'
import { samlRules } from '../saml/index.js'
import { exchangeRules, roleSessionRules } from '../tti/index.js'
import { unverifiedRow } from './commands/abacTags.js'

/** A row of any table; where the rule is one of a wire, with the exception that answers who breaks it. */
export type BookRow = RuleRow & { readonly answer?: string | undefined }

export interface Area {
  /** In commands, and the name of its page in docs/rules. */
  readonly name: string
  readonly title: string
  /** Each rule once, in the order in which an input meets them. */
  readonly rules: readonly BookRow[]
}

/** Every rule there is, from the tables that the checks themselves stand in: for `explain` and the documentation. */
export const rulebook: readonly Area[] = [
  area('saml', 'SAML', samlRules),
  area('exchange', 'The exchange', exchangeRules),
  area('exchange-endpoint', 'An exchange of your own, over HTTP', trustedTokenRules),
  area('grants', 'Grants of public clients', [...grantRules, ...authorizeRules]),
  area('sign-in', 'Sign-in, at the client', signInRules),
  area('role-sessions', 'Role sessions', roleSessionRules),
  area('policies', 'Policies', [...policyRules, ...decisionRules]),
  area('policy-traps', 'Traps of policies for attribute-based access control', lintRules),
  area('abac', 'Attributes for access control', [...abacRules, unverifiedRow]),
  area('users', 'Users', usersRules),
  area('scim', 'SCIM users', scimUserRules),
  area('portal', 'The portal', [...portalRules, ...portalApiRules]),
  area('identity-sources', 'Identity sources', sourceRules),
  area('emergency', 'Emergency access', emergencyRules),
  area('center', 'The center', [
    ...configRules,
    ...portalConfigRules,
    ...sessionRules,
    ...Object.values(assumeRoleRows),
    allowListRow,
    ...grantConfigRules,
    ...Object.values(tokenRows),
    jsonBodyRow,
    ...Object.values(browserRows),
    unservedRow,
  ]),
  area('control', 'The control plane', controlRules),
  area('express', 'Express apps', expressRules),
  area('requests', 'Signatures and STS queries', [...sigV4Rules, ...stsQueryRules]),
]

/** The same row serves where a rule is asked at two places. */
function area(name: string, title: string, rules: readonly BookRow[]): Area {
  const byId = new Map(rules.map((rule) => [rule.id, rule]))
  return { name, title, rules: [...byId.values()] }
}
