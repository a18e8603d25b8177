import type { RuleRow } from '../../core/rule.js'
import { choiceRules, shapeRules } from './documentRules.js'
import { endpointRules } from './endpointRules.js'
import { entityRules, validUntilRule } from './entityRules.js'
import { fileRules } from './fileRules.js'
import { keyRules, keyTimeRules } from './keyRules.js'
import type { MetadataRule } from './subject.js'

/** What can be said of an entity at any time. */
export const timelessRules: readonly MetadataRule[] = [...entityRules, ...keyRules, ...endpointRules]

/** What is asked of an entity. All of these run. */
export const judgedRules: readonly MetadataRule[] = [...timelessRules, validUntilRule, ...keyTimeRules]

/**
 * Every rule of metadata's own, in the order in which a document meets them. Beside these it meets those of
 * `messageRules` about XML, `signatureRules` and `certificateRules`.
 */
export const metadataRules: readonly RuleRow[] = [
  ...fileRules.filter(({ id }) => id.startsWith('saml/metadata-')),
  ...shapeRules,
  ...choiceRules,
  ...judgedRules,
].map(({ id, severity, source, title, fix }): RuleRow => ({ id, severity, source, title, fix }))
