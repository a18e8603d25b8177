import type { Keys } from '../keys.js'
import type { Vector } from '../vector.js'
import { attributeVectors } from './attributes.js'
import { certificateVectors } from './certificateCases.js'
import { certificateSetVectors } from './certificateSetCases.js'
import { envelopeVectors } from './envelope.js'
import { inResponseToVectors } from './inResponseTo.js'
import { issueVectors } from './issue.js'
import { messageVectors } from './message.js'
import { nameIDVectors } from './nameID.js'
import { responseMeaningVectors } from './responseMeaning.js'
import { signatureFormVectors } from './signatureForm.js'
import { signatureKeyVectors } from './signatureKeys.js'
import { timeVectors } from './times.js'
import { wellFormedVectors } from './wellFormed.js'
import { wrappingVectors } from './wrapping.js'
import { xmlVectors } from './xmlForm.js'

/** Every vector about SAML, in the order in which a message meets their rules. */
export function samlVectors(keys: Keys): readonly Vector[] {
  return [
    ...messageVectors(keys),
    ...xmlVectors(keys),
    ...wellFormedVectors(keys),
    ...envelopeVectors(keys),
    ...wrappingVectors(keys),
    ...signatureFormVectors(keys),
    ...signatureKeyVectors(keys),
    ...responseMeaningVectors(keys),
    ...inResponseToVectors(keys),
    ...timeVectors(keys),
    ...nameIDVectors(keys),
    ...attributeVectors(keys),
    ...certificateVectors(keys),
    ...certificateSetVectors(keys),
    ...issueVectors(keys),
  ]
}
