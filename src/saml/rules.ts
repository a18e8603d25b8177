import type { RuleId } from '../core/outcome.js'
import type { RuleRow } from '../core/rule.js'
import { applicationRules } from './application/rules.js'
import { authnRequestRows } from './authnRequest/rules.js'
import { bindingRules } from './bindings/bindingRules.js'
import { detachedRules } from './bindings/redirectSignature.js'
import { relayStateRules } from './bindings/relayState.js'
import { certificateRules } from './certificate.js'
import { certificateSetRules } from './certificates/rules.js'
import { identityCenterEndpointRules } from './identityCenterEndpoints.js'
import { issueRules } from './issue/rules.js'
import { messageRules } from './messageRules.js'
import { envelopeRules, rootRules } from './response/envelopeRules.js'
import { metadataRules } from './metadata/rules.js'
import { samlReplayRules } from './replay.js'
import { meaningRules } from './response/rules.js'
import { signatureRules } from './response/signatureRules.js'
import { signedRules } from './signer.js'
import { samlifyRules } from './samlifyEntity.js'
import { uniqueNameIDRules } from './uniqueNameIDs.js'
import { samlUserRules } from './user.js'

/** Every rule about SAML, in the order in which a message meets them. */
export const samlRules: readonly RuleRow[] = [
  messageRules,
  rootRules,
  envelopeRules,
  signatureRules,
  meaningRules,
  samlUserRules,
  uniqueNameIDRules,
  identityCenterEndpointRules,
  samlReplayRules,
  metadataRules,
  certificateRules,
  certificateSetRules,
  issueRules,
  signedRules,
  bindingRules,
  relayStateRules,
  detachedRules,
  authnRequestRows,
  applicationRules,
  samlifyRules,
].flatMap((rules) =>
  rules.map(({ id, severity, source, title, fix }): RuleRow => ({ id, severity, source, title, fix })),
)

export function samlRule(id: RuleId): RuleRow | undefined {
  return samlRules.find((rule) => rule.id === id)
}
