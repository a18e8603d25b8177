import type { Verdict } from '../../core/outcome.js'
import { runRules, verdictOf, type Rule } from '../../core/rule.js'
import {
  readIdentityCenterProviderName,
  readReservedRole,
  readSAMLProviderArn,
} from '../../core/sts/index.js'
import { requireText } from './arguments.js'

/** Somebody other than Identity Center wants to change what Identity Center keeps in an account. */
interface ChangeSubject {
  readonly arn: string
}

export const protectionRules: readonly Rule<ChangeSubject>[] = [
  {
    id: 'portal/protected-role',
    severity: 'error',
    source: 'R097; R098',
    title: "A permission set's role is changed by Identity Center alone, its trust policy included",
    fix: 'Change the permission set in Identity Center, and let it provision the accounts again.',
    check: ({ arn }) => {
      const name = protectedRoleName(arn)
      return name === undefined
        ? []
        : [{ reason: 'protected', path: 'arn', actual: name, message: protectedRoleMessage(name) }]
    },
  },
  {
    id: 'portal/protected-provider',
    severity: 'warning',
    source: 'R091; R092',
    title: "Identity Center's SAML provider in an account is left alone",
    fix: 'Leave it. If it is gone already, apply the assignments of the account again: that makes it anew.',
    check: ({ arn }) => {
      const provider = readSAMLProviderArn(arn)
      const own = typeof provider !== 'string' && readIdentityCenterProviderName(provider.name) !== undefined
      const message =
        'Without it, or with another document in it, nobody signs in to the account by Identity Center.'
      return own ? [{ reason: 'breaks-access', path: 'arn', actual: provider.name, message }] : []
    },
  },
]

/** The sentence of IAM's refusal to change such a role (R097). */
export function protectedRoleMessage(roleName: string): string {
  requireText(roleName, 'roleName')
  return `Cannot perform the operation on the protected role '${roleName}' - this role is only modifiable by AWS`
}

/**
 * Whether an IAM role or SAML provider may be changed or deleted from outside Identity Center. IAM refuses it for roles
 * of permission sets; a provider it lets go, and with it the account's access, so that is a warning (R092).
 */
export function checkProtectedResource(arn: string): Verdict<string> {
  requireText(arn, 'arn')
  return verdictOf(runRules(protectionRules, { arn }), () => arn)
}

/** A session's ARN names no path, and so proves nothing of who made the role. */
function protectedRoleName(arn: string): string | undefined {
  const role = readReservedRole(arn)
  return typeof role === 'string' || role.sessionName !== undefined
    ? undefined
    : arn.slice(arn.lastIndexOf('/') + 1)
}
