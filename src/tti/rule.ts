import type { GrantRule } from '../oauth/rule.js'

/**
 * A rule of the exchange also says which exception of the wire answers it: many rules share one answer, so that the
 * public answer tells no more than AWS's does, while the finding names the cause.
 */
export type ExchangeRule<Subject> = GrantRule<Subject>
