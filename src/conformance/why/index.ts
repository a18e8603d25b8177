import type { RuleId } from '../../core/outcome.js'
import type { RuleRow } from '../../core/rule.js'
import { objectOf, textOf } from '../arguments.js'
import { abacReasons } from './abac.js'
import { exchangeReasons } from './exchange.js'
import { expressReasons } from './express.js'
import { otherReasons } from './others.js'
import { samlReasons } from './saml.js'

/** Why a rule is there: one sentence. A name that ends in `*` stands for every rule that begins so. */
export type Reasons = Readonly<Record<string, string>>

const reasons: ReadonlyMap<string, string> = new Map(
  [samlReasons, exchangeReasons, expressReasons, abacReasons, otherReasons].flatMap((table) =>
    Object.entries(table),
  ),
)

/**
 * Why whoever is to accept the subject cares about a rule: its own sentence, that of the longest family its name belongs
 * to, or at least where it comes from.
 */
export function whyOf(row: { readonly id: RuleId } & Partial<Pick<RuleRow, 'source'>>): string {
  textOf(objectOf(row, 'rule')['id'], 'rule.id')
  const own = reasons.get(row.id)
  if (own !== undefined) return own
  for (let at = row.id.length; at > 0; at--) {
    const family = reasons.get(`${row.id.slice(0, at)}*`)
    if (family !== undefined) return family
  }
  return derived(row.source ?? '')
}

function derived(source: string): string {
  if (/^R\d{3}\b/.test(source))
    return 'The guide of IAM Identity Center asks for it: what breaks it is not taken there.'
  if (/^attacks?\b/.test(source))
    return 'What breaks it is how forged or harmful input looks, so it is refused by name.'
  if (/\bAPI\b/.test(source)) return 'The API of AWS takes nothing else.'
  return 'The standard asks for it, and receivers refuse what breaks it, mostly without saying so.'
}
