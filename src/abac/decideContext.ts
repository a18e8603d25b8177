import { isPlainObject } from '../core/json.js'
import { contextKey } from '../core/policy/index.js'
import { misuse, reading } from './misuse.js'
import { supportOf, tagUseOf } from './lintResourceTags.js'

/** What a request is made of beside who asks what. */
export interface ContextSources {
  /** `service:Action`. */
  readonly action: string
  /** Tag key to value. */
  readonly sessionTags?: Readonly<Record<string, string>>
  readonly resourceTags?: Readonly<Record<string, string>>
  /** Further condition keys; they win over what follows from the tags. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>
}

/**
 * The condition keys of a request, for `decide`: session tags become `aws:PrincipalTag/Key`; the tags of the resource
 * `aws:ResourceTag/Key`, and the service's own spelling where it has one, such as `ec2:ResourceTag/Key`. An action that
 * is known to see no resource tags gets none, as in AWS.
 *
 * @throws FederationError `ERR_INVALID_OPTION` where a member is no object of texts.
 *
 * @example
 * ```ts
 * import { requestContext } from 'countersign/abac'
 *
 * requestContext({ action: 'ec2:StopInstances', sessionTags: { CostCenter: 'blue' }, resourceTags: { CostCenter: 'blue' } })
 * // aws:PrincipalTag/CostCenter, aws:ResourceTag/CostCenter and ec2:ResourceTag/CostCenter, each "blue"
 * ```
 */
export function requestContext(
  sources: ContextSources,
): Readonly<Record<string, string | readonly string[]>> {
  return reading(() => contextOf(sources))
}

function contextOf(sources: ContextSources): Readonly<Record<string, string | readonly string[]>> {
  if (typeof sources !== 'object' || (sources as unknown) === null || typeof sources.action !== 'string') {
    misuse('sources must have an action.')
  }
  const { action, context = {} } = sources
  const prefixes = ['aws:ResourceTag', supportOf(action)?.ownKey].filter((prefix) => prefix !== undefined)
  const resourceTags = tagUseOf(action) === 'ignores' ? [] : entriesOf(sources.resourceTags, 'resourceTags')
  const entries = [
    ...entriesOf(sources.sessionTags, 'sessionTags').map(
      ([key, value]) => [`aws:PrincipalTag/${key}`, value] as const,
    ),
    ...prefixes.flatMap((prefix) => resourceTags.map(([key, value]) => [`${prefix}/${key}`, value] as const)),
  ]
  if (!isPlainObject(context)) {
    misuse('context must be an object of condition keys.')
  }
  const given = new Set(Object.keys(context).map(contextKey))
  const merged = Object.create(null) as Record<string, string | readonly string[]>
  for (const [key, value] of entries) if (!given.has(contextKey(key))) merged[key] = value
  for (const [key, value] of Object.entries(context)) merged[key] = value
  return merged
}

function entriesOf(tags: unknown, name: string): readonly (readonly [string, string])[] {
  if (tags === undefined) return []
  if (!isPlainObject(tags)) {
    misuse(`${name} must be an object of tag keys and values.`)
  }
  return Object.entries(tags).map(([key, value]: [string, unknown]) => {
    if (typeof value !== 'string') misuse(`${name} must have texts for values.`)
    return [key, value]
  })
}
