import { isObject, memberPath, type JsonObject } from '../core/json.js'
import type { Verdict } from '../core/outcome.js'
import { failingRules, verdictOf, type Fault, type Rule } from '../core/rule.js'
import { kindOf } from '../core/shown.js'
import { foldTagKey } from '../core/sts/index.js'
import { reading } from './misuse.js'

/** The tags that an ID token asserts. */
export interface ClaimedTags {
  /** For `OidcIdentity.accessControl`: tag key to value, without a prototype. */
  readonly accessControl: Readonly<Record<string, string>>
  readonly transitiveTagKeys: readonly string[]
}

const NESTED = 'https://aws.amazon.com/tags'
/** Before the tag key in the name of a claim. */
export const TAG_CLAIM = `${NESTED}/principal_tags/`
const FLAT_TRANSITIVE = `${NESTED}/transitive_tag_keys`
/** More than STS takes, and no more than is worth reading. */
const MAX_TAGS = 100

interface ClaimsReading extends ClaimedTags {
  readonly faults: readonly Fault[]
}

export const tagClaimRules: readonly Rule<ClaimsReading>[] = [
  {
    id: 'abac/tag-claims',
    severity: 'error',
    source: 'IAM User Guide, Passing session tags using AssumeRoleWithWebIdentity; R123',
    title: 'Claims of session tags have the form that STS takes: one text for each key, no key twice',
    fix: 'Send the claim https://aws.amazon.com/tags as { "principal_tags": { "KEY": ["value"] } }, or one claim https://aws.amazon.com/tags/principal_tags/KEY for each key.',
    check: ({ faults }) => faults,
  },
]

/**
 * The session tags among the claims of a verified ID token, in the two forms that STS reads: the claim
 * `https://aws.amazon.com/tags` with `principal_tags` and `transitive_tag_keys`, and one claim
 * `https://aws.amazon.com/tags/principal_tags/KEY` for each key. A value is a text, or a list of one.
 */
export function accessControlClaims(claims: unknown): Verdict<ClaimedTags> {
  const read = reading(() => readClaims(claims))
  return verdictOf(failingRules(tagClaimRules, read), () => ({
    accessControl: read.accessControl,
    transitiveTagKeys: read.transitiveTagKeys,
  }))
}

function readClaims(claims: unknown): ClaimsReading {
  const faults: Fault[] = []
  if (!isObject(claims)) {
    faults.push(notAnObject('$', claims))
    return { accessControl: {}, transitiveTagKeys: [], faults }
  }
  const nested = own(claims, NESTED)
  const path = memberPath('$', NESTED)
  if (nested !== undefined && !isObject(nested)) faults.push(notAnObject(path, nested))
  const accessControl = tagsOf(tagEntries(claims, nested, path, faults), faults)
  const transitiveTagKeys = [
    { list: own(nested, 'transitive_tag_keys'), at: `${path}.transitive_tag_keys` },
    { list: own(claims, FLAT_TRANSITIVE), at: memberPath('$', FLAT_TRANSITIVE) },
  ].flatMap(({ list, at }) => keysOf(list, at, faults))
  return { accessControl, transitiveTagKeys, faults }
}

interface TagEntry {
  readonly key: string
  readonly value: unknown
  readonly path: string
}

function tagEntries(claims: object, nested: unknown, path: string, faults: Fault[]): readonly TagEntry[] {
  const here = `${path}.principal_tags`
  const tags = own(nested, 'principal_tags')
  if (tags !== undefined && !isObject(tags)) faults.push(notAnObject(here, tags))
  const inside = Object.entries(isObject(tags) ? tags : {})
  const beside = Object.entries(claims as JsonObject).filter(([name]) => name.startsWith(TAG_CLAIM))
  const count = inside.length + beside.length
  if (count > MAX_TAGS) {
    const expected = `at most ${MAX_TAGS}`
    faults.push({
      reason: 'too-many',
      path,
      expected,
      actual: String(count),
      message: 'There are too many tags.',
    })
    return []
  }
  return [
    ...inside.map(([key, value]) => ({ key, value, path: memberPath(here, key) })),
    ...beside.map(([name, value]) => ({
      key: name.slice(TAG_CLAIM.length),
      value,
      path: memberPath('$', name),
    })),
  ]
}

function tagsOf(entries: readonly TagEntry[], faults: Fault[]): Readonly<Record<string, string>> {
  const tags = Object.create(null) as Record<string, string>
  const seen = new Set<string>()
  for (const { key, value, path } of entries) {
    const folded = foldTagKey(key)
    const text = oneText(value)
    if (seen.has(folded)) {
      const message = 'The key comes twice: keys are not told apart by case.'
      faults.push({ reason: 'duplicate', path, message })
    } else if (text === undefined) {
      const reason = Array.isArray(value) && value.length > 1 ? 'multi-valued' : 'type'
      const message = 'The value of a tag is one text.'
      faults.push({ reason, path, expected: 'one text', actual: kindOf(value), message })
    } else tags[key] = text
    seen.add(folded)
  }
  return tags
}

function keysOf(list: unknown, path: string, faults: Fault[]): readonly string[] {
  if (list === undefined) return []
  const keys = Array.isArray(list) && list.length <= MAX_TAGS ? Array.from(list as unknown[]) : undefined
  if (keys?.every((key): key is string => typeof key === 'string')) return keys
  const message = 'The transitive keys are no list of texts.'
  faults.push({ reason: 'type', path, expected: 'a list of texts', actual: kindOf(list), message })
  return []
}

function own(object: unknown, name: string): unknown {
  return isObject(object) && Object.hasOwn(object, name) ? object[name] : undefined
}

function oneText(value: unknown): string | undefined {
  const one: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value
  return typeof one === 'string' ? one : undefined
}

function notAnObject(path: string, value: unknown): Fault {
  return {
    reason: 'type',
    path,
    expected: 'an object',
    actual: kindOf(value),
    message: `${path} is no object.`,
  }
}
