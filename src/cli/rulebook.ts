import { assumeRoleRows } from '../center/assumeRole.js'
import { configRules } from '../center/configRules.js'
import { unservedRow } from '../center/reply.js'
import { sessionRules } from '../center/session.js'
import { sigV4Rules } from '../center/sigv4.js'
import { stsQueryRules } from '../center/sts/query.js'
import { tokenRows } from '../center/tokenEndpoint.js'
import { decisionRules, policyRules } from '../core/policy/index.js'
import type { RuleRow } from '../core/rule.js'
import { scimUserRules, usersRules } from '../directory/index.js'
import { samlRules } from '../saml/index.js'
import { exchangeRules, roleSessionRules } from '../tti/index.js'

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
  area('role-sessions', 'Role sessions', roleSessionRules),
  area('policies', 'Policies', [...policyRules, ...decisionRules]),
  area('users', 'Users', usersRules),
  area('scim', 'SCIM users', scimUserRules),
  area('center', 'The center', [
    ...configRules,
    ...sessionRules,
    ...Object.values(assumeRoleRows),
    ...Object.values(tokenRows),
    unservedRow,
  ]),
  area('requests', 'Signatures and STS queries', [...sigV4Rules, ...stsQueryRules]),
]

/** The same row serves where a rule is asked at two places. */
function area(name: string, title: string, rules: readonly BookRow[]): Area {
  const byId = new Map(rules.map((rule) => [rule.id, rule]))
  return { name, title, rules: [...byId.values()] }
}
