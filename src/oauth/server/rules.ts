import type { Finding, RuleId } from '../../core/outcome.js'
import type { RuleRow } from '../../core/rule.js'

import type { AnsweredRow } from '../rule.js'
import { wireAnswer, type PublicAnswer } from '../wire.js'
import { accessTokenRules } from './accessToken.js'
import { codeRules } from './authorizationCode.js'
import { authorizationGateRules, authorizationRules } from './authorizationRules.js'
import { findingsForm } from './authorizationURL.js'
import { requireForm } from './form.js'
import { clientGrantRule, clientRules } from './client.js'
import { deviceRequestRules, pollRules, startURLRules, userCodeRules } from './deviceAuthorization.js'
import { refreshRules } from './grant.js'
import { registrationRules } from './registrationRules.js'
import { consentRules } from './signIn.js'
import { storeRules } from './storeRules.js'
import { attemptRules } from './throttle.js'
import { tokenFormRules, tokenGrantRules } from './tokenRequest.js'
import { toldAsMisuse } from './misuse.js'

/** Every rule of the grants that is answered over the wire, in the order in which requests meet them. */
export const grantRules: readonly AnsweredRow[] = [
  registrationRules,
  clientRules,
  [clientGrantRule],
  deviceRequestRules,
  startURLRules,
  userCodeRules,
  attemptRules,
  tokenFormRules,
  tokenGrantRules,
  pollRules,
  codeRules,
  refreshRules,
  accessTokenRules,
  storeRules,
].flatMap((rules) =>
  rules.map(({ id, severity, source, title, fix, answer }) => ({ id, severity, source, title, fix, answer })),
)

/** The rules of `/authorize`, whose breach is told to a browser. */
export const authorizeRules: readonly RuleRow[] = [
  ...authorizationGateRules,
  ...authorizationRules,
  ...consentRules,
].map(({ id, severity, source, title, fix }) => ({ id, severity, source, title, fix }))

/**
 * The one public answer to a refused grant. A sign-in session that has ended, and a user who is disabled or gone, are
 * answered as a grant that is none (attack O18); the findings are for the log.
 */
export function grantAnswer(findings: readonly Finding[]): PublicAnswer {
  return toldAsMisuse(() => {
    requireForm(findings, findingsForm, 'findings')
    const first = findings.find(({ severity }) => severity === 'error')
    return wireAnswer(first === undefined ? 'InternalServerException' : answerOf(first.rule))
  })
}

function answerOf(id: RuleId): AnsweredRow['answer'] {
  const answer = grantRules.find((rule) => rule.id === id)?.answer
  return answer ?? (id.startsWith('portal/') ? 'InvalidGrantException' : 'InternalServerException')
}
