import type { Verdict } from '../core/outcome.js'
import { failingRules, verdictOf } from '../core/rule.js'
import { readConfiguration, type ConfigurationReading } from './configurationReading.js'
import { configurationRules } from './configurationRules.js'

/** Which attributes become session tags: `InstanceAccessControlAttributeConfiguration` as sso-admin has it. */
export interface AttributeConfiguration {
  /** At most 50. */
  readonly AccessControlAttributes: readonly {
    /** The tag key, as policies name it: `aws:PrincipalTag/Key`. */
    readonly Key: string
    /** Exactly one source, such as `${path:enterprise.costCenter}`; an empty one sends no tag (R122). */
    readonly Value: { readonly Source: readonly string[] }
  }[]
}

/**
 * The same as the AWS SDK types what `DescribeInstanceAccessControlAttributeConfiguration` answers, where any member may be
 * missing; one that is missing is a finding.
 */
export interface DescribedAttributeConfiguration {
  readonly Status?: string | undefined
  readonly StatusReason?: string | undefined
  readonly InstanceAccessControlAttributeConfiguration?:
    | {
        readonly AccessControlAttributes:
          | readonly {
              readonly Key: string | undefined
              readonly Value: { readonly Source: readonly string[] | undefined } | undefined
            }[]
          | undefined
      }
    | undefined
}

/**
 * Judges a configuration: what `CreateInstanceAccessControlAttributeConfiguration` takes or its Describe answers, with the
 * member `InstanceAccessControlAttributeConfiguration` around it or without. The value is a fresh, frozen copy.
 *
 * @example
 * ```ts
 * import { validateAttributeConfiguration } from 'countersign/abac'
 *
 * const verdict = validateAttributeConfiguration({
 *   AccessControlAttributes: [{ Key: 'CostCenter', Value: { Source: ['${path:enterprise.costCenter}'] } }],
 * })
 * if (!verdict.ok) console.log(verdict.findings)
 * ```
 */
export function validateAttributeConfiguration(configuration: unknown): Verdict<AttributeConfiguration> {
  const read = readConfiguration(configuration)
  return verdictOf(failingRules(configurationRules, read), () => configurationOf(read))
}

function configurationOf({ attributes }: ConfigurationReading): AttributeConfiguration {
  return Object.freeze({
    AccessControlAttributes: Object.freeze(
      attributes.map(({ key, source }) =>
        Object.freeze({
          Key: key as string,
          Value: Object.freeze({ Source: Object.freeze([source as string]) }),
        }),
      ),
    ),
  })
}
