import { attributeRules } from './attributeRules.js'
import { partyRules } from './partyRules.js'
import { responseRules } from './responseRules.js'
import type { ResponseRule } from './subject.js'
import { subjectRules } from './subjectRules.js'
import { timeRules } from './timeRules.js'

/** What is asked of a Response once it is known who signed it. All of these run. */
export const meaningRules: readonly ResponseRule[] = [
  ...responseRules,
  ...partyRules,
  ...timeRules,
  ...subjectRules,
  ...attributeRules,
]
