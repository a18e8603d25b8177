import type { RuleRow } from '../core/rule.js'
import { identityRules, tagRules } from './accessRules.js'
import { bodyRules } from './bodyRules.js'
import { loginRules } from './loginRules.js'
import { failureRules } from './failure.js'
import { exchangeIdentityRules } from './exchange/rules.js'
import { methodRules } from './methodRules.js'
import { oidcRules } from './oidc/rules.js'
import { originRules, signOutRules } from './originRules.js'
import { outageRules } from './outage.js'
import { returnPathRules } from './returnPath.js'
import { providerRules, unsolicitedRules } from './saml/rules.js'
import {
  sessionBeginningRules,
  sessionCookieRules,
  sessionEntryRules,
  sessionTagsRules,
} from './sessionRules.js'

/** Every rule of Express apps, in the order in which a request meets them. */
export const expressRules: readonly RuleRow[] = [
  ...methodRules,
  ...returnPathRules,
  ...providerRules,
  ...bodyRules,
  ...unsolicitedRules,
  ...loginRules,
  ...oidcRules,
  ...sessionTagsRules,
  ...sessionBeginningRules,
  ...sessionCookieRules,
  ...originRules,
  ...sessionEntryRules,
  ...signOutRules,
  ...identityRules,
  ...tagRules,
  ...exchangeIdentityRules,
  ...outageRules,
  ...failureRules,
]
