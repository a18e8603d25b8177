import type { RuleRow } from '../../core/rule.js'
import { countRules, fileRules, importRules, knownRules } from './addRules.js'
import { directionRules } from './direction.js'
import { generateRules } from './generateRules.js'
import { offerRules } from './offered.js'
import { planRules } from './planRules.js'
import { setRules } from './readSet.js'
import { refreshRules } from './refresh.js'
import { activationRules, memberRules, removalRules } from './setRules.js'

/** Every rule about sets of certificates, in the order in which a rotation meets them. */
export const certificateSetRules: readonly RuleRow[] = [
  setRules,
  directionRules,
  fileRules,
  importRules,
  countRules,
  knownRules,
  offerRules,
  refreshRules,
  memberRules,
  removalRules,
  generateRules.filter(({ id }) => id !== 'saml/sha1'),
  activationRules,
  planRules,
].flat()
