import type { Finding } from '../core/outcome.js'
import { decide } from '../core/policy/index.js'
import { findingOf, type RuleRow } from '../core/rule.js'
import { isOnIdentityContextAllowList } from '../tti/index.js'
import type { Caller } from './caller.js'

export const allowListRow: RuleRow = {
  id: 'center/identity-context-allow-list',
  severity: 'error',
  source: 'R291',
  title: 'An identity-enhanced session does only what is on the allow list of its session policy',
  fix: 'Call with the credentials from which the session was assumed: everything off the list is denied to it.',
}

/** What keeps a session that acts for a person from an action, whatever its policies say. */
export function offAllowList({ session }: Caller, action: string): Finding | undefined {
  if (session?.context?.kind !== 'identity' || isOnIdentityContextAllowList(action)) return undefined
  const message = 'The action is not on the allow list.'
  return findingOf(allowListRow, { reason: 'not-listed', path: action, message })
}

/** Why a caller may not do an action on a resource of their own account, as a fault of `row`; nothing where they may. */
export function notAllowed(
  caller: Caller,
  { action, resource }: { readonly action: string; readonly resource: string },
  row: RuleRow,
): readonly Finding[] {
  const barred = offAllowList(caller, action)
  if (barred) return [barred]
  const { arn: principal, policies: identity, sessionPolicies: session } = caller
  const context = { ...caller.context, 'aws:ResourceAccount': caller.account }
  const decision = decide(
    { identity, ...(session ? { session } : {}) },
    { principal, action, resource, context },
  )
  if (decision.effect === 'allow') return []
  const reason = decision.effect === 'explicitDeny' ? 'denied' : 'not-allowed'
  const message = `User: ${principal} is not authorized to perform: ${action} on resource: ${resource}`
  return [findingOf(row, { reason, path: action, message }), ...decision.findings]
}
