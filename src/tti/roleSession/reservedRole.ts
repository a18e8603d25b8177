import type { Verdict } from '../../core/outcome.js'
import { runRules, verdictOf, type Fault, type Rule } from '../../core/rule.js'
import { kindOf } from '../../core/shown.js'
import { readReservedRole, RESERVED_ROLE_FORM, type ReservedRole } from '../../core/sts/index.js'

export { buildReservedRoleArn, type ReservedRole } from '../../core/sts/index.js'

export const reservedRoleRules: readonly Rule<string>[] = [
  {
    id: 'tti/reserved-role',
    severity: 'error',
    source: 'R093; R094; R095; R096; C07',
    title: "The ARN is that of a permission set's role, or of a session of it",
    fix: "Copy the ARN from IAM. Match permission sets' roles by AWSReservedSSO_NAME_ and 16 hex characters at the end.",
    check: (arn) => {
      const role = read(arn)
      return 'reason' in role ? [role] : []
    },
  },
]

/**
 * Reads the ARN of a permission set's role, with or without a Region in its path, or of an assumed-role session of it.
 * A session's ARN has no path, so it does not prove the role to be Identity Center's own: only the path
 * `/aws-reserved/` of the role's ARN does. Case is kept and compared (R365).
 */
export function parseReservedRole(arn: string): Verdict<ReservedRole> {
  return verdictOf(runRules(reservedRoleRules, arn), () => read(arn) as ReservedRole)
}

function read(arn: unknown): ReservedRole | Fault {
  if (typeof arn !== 'string') return { reason: 'type', message: `The ARN is ${kindOf(arn)}.` }
  const role = readReservedRole(arn)
  if (typeof role !== 'string') return role
  const message = "The ARN is not that of a permission set's role."
  return { reason: role, expected: RESERVED_ROLE_FORM, message }
}
