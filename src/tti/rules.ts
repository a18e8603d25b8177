import type { RuleId } from '../core/outcome.js'
import type { RuleRow } from '../core/rule.js'
import type { ExceptionName } from '../oauth/wire.js'
import { accessRules } from './configuration/accessRules.js'
import { applicationRules } from './configuration/applicationRules.js'
import { deploymentRules } from './configuration/deploymentRules.js'
import { issuerRules } from './configuration/issuerRules.js'
import { updateRules } from './configuration/update.js'
import { discoveryRules } from './discoveryRules.js'
import { claimTimeRules, portRules, replayRules } from './exchange/portRules.js'
import { requestRules } from './exchange/requestRules.js'
import { narrowingRules, scopeRules } from './exchange/scopeRules.js'
import { tokenExchangeRules } from './exchange/tokenExchangeRules.js'
import { trustedIssuerRules } from './exchange/trustedIssuerRules.js'
import { jwksRules } from './keys.js'
import { replayKeyRules } from './replay.js'
import { setupRules } from './setup/rules.js'
import { claimRules } from './token/claimRules.js'
import { formRules } from './token/formRules.js'
import { headerRules } from './token/headerRules.js'
import { issRules, keyRules } from './token/keyRules.js'
import { accessTokenRules } from './tokens/accessToken.js'
import { contextAssertionRules } from './tokens/contextAssertion.js'
import { authorizationRules, mappingRules } from './user.js'

/** A row of the exchange's rule table: what is asked, and which exception of the wire answers who breaks it. */
export interface ExchangeRuleRow extends RuleRow {
  readonly answer: ExceptionName
}

/** Every rule of the exchange, in the order in which an exchange meets them; configuration first. */
export const exchangeRules: readonly ExchangeRuleRow[] = [
  deploymentRules,
  issuerRules,
  applicationRules,
  accessRules,
  updateRules,
  setupRules,
  requestRules,
  formRules,
  headerRules,
  trustedIssuerRules,
  issRules,
  discoveryRules,
  jwksRules,
  keyRules,
  claimRules,
  mappingRules,
  authorizationRules,
  scopeRules,
  narrowingRules,
  tokenExchangeRules,
  replayKeyRules,
  claimTimeRules,
  replayRules,
  portRules,
  accessTokenRules,
  contextAssertionRules,
].flatMap((rules) =>
  rules.map(({ id, severity, source, title, fix, answer }) => ({ id, severity, source, title, fix, answer })),
)

export function exchangeRule(id: RuleId): ExchangeRuleRow | undefined {
  return exchangeRules.find((rule) => rule.id === id)
}
