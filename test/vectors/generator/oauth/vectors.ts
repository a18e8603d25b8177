import { grantRules } from '../../../../src/oauth/index.js'
import type { Vector } from '../vector.js'
import { browserVectors } from './browser.js'
import { deviceVectors } from './devices.js'
import { profileVectors } from './profiles.js'
import { registrationVectors } from './registrations.js'
import { tokenVectors } from './tokens.js'

const answers = new Map<string, string>(grantRules.map(({ id, answer }) => [id, answer]))

/** Every vector of oauth/: of a refusal that is answered over the wire also the exception. */
export function oauthVectors(): readonly Vector[] {
  return [
    ...registrationVectors(),
    ...browserVectors(),
    ...deviceVectors(),
    ...tokenVectors(),
    ...profileVectors(),
  ].map(withAnswer)
}

function withAnswer(vector: Vector): Vector {
  const answer = vector.expect === 'refused' ? answers.get(vector.rule) : undefined
  if (answer === undefined) return vector
  const { source, attacks, now, input, ...told } = vector
  return { ...told, answer, source, ...(attacks === undefined ? {} : { attacks }), now, input }
}
