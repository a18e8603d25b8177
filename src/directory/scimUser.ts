import type { Verdict } from '../core/outcome.js'
import { runRules, verdictOf, type RuleOutcome } from '../core/rule.js'
import { readScimUser } from './scimUserEntry.js'
import { scimUserRules } from './scimUserRules.js'

/** Who a SCIM user is, as far as Identity Center tells people apart. */
export interface ScimUserSummary {
  readonly userName: string
  readonly externalId?: string
  readonly active: boolean
}

/** Everything that the rules say of one SCIM user, for a report. */
export interface ScimUserInspection {
  readonly verdict: Verdict<ScimUserSummary>
  readonly rules: readonly RuleOutcome[]
}

/**
 * Judges the content of a SCIM user (core and enterprise schema, RFC 7643) as the SCIM endpoint of Identity Center takes it.
 * Takes bytes (UTF-8) or JSON text of 262,144 characters at the most, or a value that is already parsed.
 *
 * Whether userName, e-mail and externalId are nobody else's, only the directory knows.
 *
 * Never throws for what the input holds.
 */
export function inspectScimUser(input: unknown): ScimUserInspection {
  const subject = readScimUser(input)
  const rules = runRules(scimUserRules, subject)
  const { userName, externalIds, status } = subject.user?.entry ?? {}
  return {
    rules,
    verdict: verdictOf(rules, () => ({
      userName: String(userName?.value),
      ...(typeof externalIds?.value === 'string' ? { externalId: externalIds.value } : {}),
      active: status?.value !== false,
    })),
  }
}
