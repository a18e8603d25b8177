import { type DocumentRuleId, type Located, type Report } from './faults.js'
import { shown } from '../shown.js'

/** Version 2008-10-17, which an absent Version means, has no policy variables: `${` is text like any other there. */
export type PolicyVersion = '2012-10-17' | '2008-10-17'

/** Policy variables are not substituted, and a value read as plain text would mean something else: refused. */
export function checkVariable(
  { text, path }: Located,
  version: PolicyVersion,
  rule: DocumentRuleId,
  report: Report,
): void {
  if (version !== '2012-10-17' || !text.includes('${')) return
  report({
    rule,
    reason: 'unsupported-variable',
    path,
    actual: shown(text),
    message: 'Policy variables are not evaluated, so the whole policy is refused.',
    fix: 'Write the value out.',
  })
}
