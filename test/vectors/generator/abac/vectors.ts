import type { Vector } from '../vector.js'
import { configurationVectors } from './configuration.js'
import { permissionSetVectors } from './permissionSets.js'
import { sessionTagVectors } from './sessionTags.js'

/** Every vector of abac/tags. */
export function tagVectors(): readonly Vector[] {
  return [...configurationVectors(), ...sessionTagVectors(), ...permissionSetVectors()]
}
