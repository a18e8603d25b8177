import type { RuleId } from '../core/outcome.js'
import type { RuleRow } from '../core/rule.js'
import { certificateRules } from './certificate.js'
import { issueRules } from './issue/rules.js'
import { messageRules } from './messageRules.js'
import { envelopeRules } from './response/envelopeRules.js'
import { samlReplayRules } from './replay.js'
import { meaningRules } from './response/rules.js'
import { signatureRules } from './response/signatureRules.js'
import { samlUserRules } from './user.js'

/** Every rule about SAML, in the order in which a message meets them. */
export const samlRules: readonly RuleRow[] = [
  messageRules,
  envelopeRules,
  signatureRules,
  meaningRules,
  samlUserRules,
  samlReplayRules,
  certificateRules,
  issueRules,
].flatMap((rules) =>
  rules.map(({ id, severity, source, title, fix }): RuleRow => ({ id, severity, source, title, fix })),
)

export function samlRule(id: RuleId): RuleRow | undefined {
  return samlRules.find((rule) => rule.id === id)
}
