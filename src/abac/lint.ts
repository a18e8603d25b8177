import { refused, type Verdict } from '../core/outcome.js'
import { validatePolicy, type Policy, type PolicyKind } from '../core/policy/index.js'
import { runRules, verdictOf } from '../core/rule.js'
import { lintRules } from './lintRules.js'
import { misuse, reading } from './misuse.js'

export interface LintOptions {
  /** `identity` by default: permission sets, boundaries, session policies and SCPs. */
  readonly kind?: PolicyKind
  /** Where the policy stands, for the paths of findings; `$` by default. */
  readonly path?: string
  /** The keys of the session tags that are sent; without them no key is held against what is sent. */
  readonly tagKeys?: readonly string[]
  /** ARNs of permission sets' roles in the account; without them a pattern that is bound to a Region is told anyway. */
  readonly roleArns?: readonly string[]
}

/**
 * Looks a policy through for the traps of attribute-based access control. Refused is only what is no policy; every trap
 * is a warning, with the path of its statement.
 *
 * @param policy - IAM's JSON as it is, already parsed from text
 * @throws FederationError `ERR_INVALID_OPTION` for options that are not as {@link LintOptions} has them.
 *
 * @example
 * ```ts
 * import { lintPolicy } from 'countersign/abac'
 *
 * declare const policy: unknown // the inline policy of a permission set
 * const { findings } = lintPolicy(policy, { tagKeys: ['CostCenter', 'Department'] })
 * for (const { rule, reason, path, fix } of findings) console.log(rule, reason, path, fix)
 * ```
 */
export function lintPolicy(policy: unknown, options: LintOptions = {}): Verdict<Policy> {
  const { kind = 'identity', path = '$', tagKeys, roleArns } = reading(() => readOptions(options))
  const parsed = reading(() => validatePolicy(policy, { path, kind }))
  if (!parsed.ok) return refused(parsed.findings)
  return verdictOf(runRules(lintRules, { policy: parsed.value, tagKeys, roleArns }), () => parsed.value)
}

const KINDS: readonly unknown[] = ['identity', 'resource', 'trust']

function readOptions(options: LintOptions): LintOptions {
  if (typeof options !== 'object' || (options as unknown) === null) misuse('options must be an object.')
  const { kind, path, tagKeys, roleArns } = options
  if (kind !== undefined && !KINDS.includes(kind)) misuse('kind is identity, resource or trust.')
  if (path !== undefined && typeof (path as unknown) !== 'string') misuse('path must be a text.')
  for (const [name, list] of Object.entries({ tagKeys, roleArns })) {
    const texts = Array.isArray(list) && list.length <= MAX_ITEMS && list.every((item) => isShort(item))
    if (list !== undefined && !texts) misuse(`${name} must be an array of at most ${MAX_ITEMS} texts.`)
  }
  // Read once, so that what was checked is what is used.
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(path === undefined ? {} : { path }),
    ...(tagKeys === undefined ? {} : { tagKeys: [...tagKeys] }),
    ...(roleArns === undefined ? {} : { roleArns: [...roleArns] }),
  }
}

const MAX_ITEMS = 1000

function isShort(item: unknown): boolean {
  return typeof item === 'string' && item.length <= 2048
}
