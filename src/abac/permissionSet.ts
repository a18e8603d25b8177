import type { Verdict } from '../core/outcome.js'
import { failingRules, verdictOf } from '../core/rule.js'
import { durationSeconds } from '../core/duration.js'
import { misuse, optionsOf, reading } from './misuse.js'
import { readPermissionSet, type PermissionSetReading } from './permissionSetReading.js'
import { permissionSetListRules, permissionSetRules, type PermissionSetList } from './permissionSetRules.js'

/** Quotas of permission sets. The sources disagree on some (C02-C04): the defaults are those of the guide. */
export interface PermissionSetLimits {
  /** Permission sets of one instance. Default 2,000; can be raised, and another source says 3,500 (C02). */
  readonly permissionSets?: number | undefined
  /** Managed policies, AWS's and one's own together, in the definition. Default 20 (C03). */
  readonly managedPolicies?: number | undefined
  /** Managed policies that IAM lets the role have. Default 10; can be raised account by account (C03). */
  readonly managedPoliciesOfRole?: number | undefined
  /** Bytes of the inline policy. Default 32,768 (C04). */
  readonly inlinePolicyBytes?: number | undefined
  /** Bytes of it that are no white space. Default 10,240 (C04). */
  readonly inlinePolicyVisibleBytes?: number | undefined
}

export const PERMISSION_SET_LIMITS = Object.freeze({
  permissionSets: 2_000,
  managedPolicies: 20,
  managedPoliciesOfRole: 10,
  inlinePolicyBytes: 32_768,
  inlinePolicyVisibleBytes: 10_240,
}) satisfies Readonly<Required<PermissionSetLimits>>

/** A permission set, as far as sessions depend on it. */
export interface PermissionSet {
  /** 1 to 32 characters; the name of its roles is made of it. */
  readonly name: string
  /** 3,600 to 43,200; 3,600 where it states none (R100). */
  readonly sessionDurationSeconds: number
}

/** How long a session lasts of a permission set that does not say (R100). */
export const DEFAULT_SESSION_SECONDS = 3_600

/**
 * Judges a permission set in the shape of sso-admin: what `CreatePermissionSet` takes or `DescribePermissionSet` answers,
 * with what belongs to it beside (`InlinePolicy`, `ManagedPolicies`, `CustomerManagedPolicyReferences`,
 * `PermissionsBoundary`), and with the member `PermissionSet` around it or without.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for limits that are no whole numbers
 */
export function validatePermissionSet(
  permissionSet: unknown,
  options?: { readonly limits?: PermissionSetLimits | undefined },
): Verdict<PermissionSet> {
  const limits = reading(() => limitsOf(options))
  const read = reading(() => readPermissionSet(permissionSet, '$'))
  return verdictOf(failingRules(permissionSetRules, { ...read, limits }), () => permissionSetOf(read))
}

/** Judges all permission sets of an instance: each by itself, that no two have one name, and how many there are. */
export function validatePermissionSets(
  permissionSets: unknown,
  options?: { readonly limits?: PermissionSetLimits | undefined },
): Verdict<readonly PermissionSet[]> {
  const limits = reading(() => limitsOf(options))
  const list = reading((): PermissionSetList => {
    if (!Array.isArray(permissionSets)) return { limits, count: undefined, given: permissionSets, sets: [] }
    const length = Math.min(permissionSets.length, limits.permissionSets)
    const sets = Array.from({ length }, (_, index) =>
      readPermissionSet((permissionSets as readonly unknown[])[index], `$[${index}]`),
    )
    return { limits, count: permissionSets.length, given: undefined, sets }
  })
  const each = list.sets.flatMap((read) => failingRules(permissionSetRules, { ...read, limits }))
  return verdictOf([...failingRules(permissionSetListRules, list), ...each], () =>
    list.sets.map(permissionSetOf),
  )
}

/** No quota is raised so far, and nothing is read without end. */
const MAX_LIMIT = 1_000_000

function limitsOf(
  options: { readonly limits?: PermissionSetLimits | undefined } | undefined,
): Required<typeof PERMISSION_SET_LIMITS> {
  const { limits } = optionsOf(options)
  const given = optionsOf(limits)
  const chosen = { ...PERMISSION_SET_LIMITS } as Record<string, number>
  for (const name of Object.keys(PERMISSION_SET_LIMITS) as (keyof PermissionSetLimits)[]) {
    const value = given[name]
    if (value === undefined) continue
    if (typeof value !== 'number' || !(Number.isSafeInteger(value) && value >= 0 && value <= MAX_LIMIT))
      misuse(`limits.${name} is a whole number.`)
    chosen[name] = value
  }
  return chosen as Required<typeof PERMISSION_SET_LIMITS>
}

function permissionSetOf({ name, sessionDuration }: PermissionSetReading): PermissionSet {
  const seconds =
    typeof sessionDuration === 'string' ? durationSeconds(sessionDuration) : DEFAULT_SESSION_SECONDS
  // The rules have seen to both; the compiler has not.
  if (typeof name !== 'string' || typeof seconds !== 'number')
    throw new Error('A permission set was asked of what is none.')
  return Object.freeze({ name, sessionDurationSeconds: seconds })
}
