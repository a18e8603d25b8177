import type { RuleRow } from '../../core/rule.js'
import { requestRules } from './meaningRules.js'
import { requestShapeRules } from './shapeRules.js'
import { requestIssuerRules, requestSignatureRules } from './signatureRules.js'

/** The rows that only requests have, in the order in which one meets them; others are those of Responses. */
export const authnRequestRows: readonly RuleRow[] = [
  ...requestShapeRules.filter(({ id }) => id !== 'saml/id'),
  ...requestIssuerRules,
  ...requestSignatureRules,
  ...requestRules,
]
