import { foldTagKey, sessionTagFaults } from '../core/sts/index.js'
import { parseAttributePath, type AttributePlace } from './attributePath.js'
import { resolveAttribute, type AttributeUser, type Resolution } from './attributeUser.js'
import type { AttributeReading } from './configurationReading.js'

/** One tag of a session, and where it comes from. */
export interface SessionTag {
  readonly key: string
  readonly value: string
  readonly source: 'directory' | 'assertion'
  /** The expression of the configuration, or the name of the asserted attribute or claim. */
  readonly from: string
}

/**
 * What might have become a tag and did not. `off`: attributes for access control are off. `replaced`: the other source has
 * the word for this key (C01). `not-taken`: asserted, but the key is configured and the person has no value for it.
 * `no-source`: configured without a value to be taken from (R122). The rest is why the person has no value.
 */
export interface DroppedTag {
  readonly key: string
  readonly source: 'directory' | 'assertion'
  readonly from: string
  readonly reason: 'off' | 'replaced' | 'not-taken' | 'no-source' | 'absent' | 'no-match' | 'empty'
}

/** Who wins where a key is configured and asserted (C01). */
export type Precedence = 'directory' | 'assertion'

export interface AssertedTag {
  readonly key: string
  readonly value: string
  /** The name of the attribute, or of the claim. */
  readonly from: string
}

/** A configured attribute whose value was looked for at the person. */
export interface ConsultedAttribute {
  readonly key: string
  readonly source: string
  readonly sourcePath: string
  readonly resolution: Resolution
}

/** Tags of both sources put together; nothing is judged yet. */
export interface MergedTags {
  readonly tags: readonly SessionTag[]
  readonly dropped: readonly DroppedTag[]
  readonly consulted: readonly ConsultedAttribute[]
}

interface Configured {
  readonly key: string
  readonly source: string
  readonly sourcePath: string
  readonly place: AttributePlace | undefined
}

/**
 * Puts the tags of directory and assertion together. A configured key is the directory's: what the assertion says of it in
 * any case of letters is dropped, even where the person has no value there, so that a value that was removed at the source
 * cannot come back by another door. With `assertion` it is the other way round. What only one of them speaks of passes.
 */
export function mergeTags(input: {
  readonly configured: readonly AttributeReading[]
  readonly user: AttributeUser | undefined
  readonly asserted: readonly AssertedTag[]
  readonly precedence: Precedence
}): MergedTags {
  const { user, precedence } = input
  const tags: SessionTag[] = []
  const dropped: DroppedTag[] = []
  const consulted: ConsultedAttribute[] = []
  const rivals = new Map<string, AssertedTag[]>()
  for (const tag of input.asserted) {
    const folded = foldTagKey(tag.key)
    const same = rivals.get(folded)
    if (same) same.push(tag)
    else rivals.set(folded, [tag])
  }
  const configured = input.configured.flatMap(usable)
  const taken = new Set<string>()

  for (const { key, source, sourcePath, place } of configured) {
    const folded = foldTagKey(key)
    // A key that is configured twice is refused; it is not looked up twice.
    if (taken.has(folded)) continue
    taken.add(folded)
    const asserted = rivals.get(folded) ?? []
    const own = { key, source: 'directory' as const, from: source }
    const resolution = place && user ? resolveAttribute(user, place) : undefined
    const none = resolution?.ok === false && isNone(resolution.reason)
    if (precedence === 'assertion' && asserted.length > 0) {
      tags.push(...asserted.map(assertedTag))
      // Whatever the directory has, good or bad, is not taken; of what it has not, nothing is dropped.
      if (!none) dropped.push({ ...own, reason: source === '' ? 'no-source' : 'replaced' })
      continue
    }
    if (resolution) consulted.push({ key, source, sourcePath, resolution })
    if (resolution?.ok) tags.push({ ...own, value: resolution.value })
    else if (source === '') dropped.push({ ...own, reason: 'no-source' })
    else if (resolution && isNone(resolution.reason)) dropped.push({ ...own, reason: resolution.reason })
    const reason = resolution?.ok === true ? 'replaced' : 'not-taken'
    dropped.push(...asserted.map((tag) => droppedAssertion(tag, reason)))
  }
  const rest = input.asserted.filter(({ key }) => !taken.has(foldTagKey(key)))
  return { tags: [...tags, ...rest.map(assertedTag)], dropped, consulted }
}

export function droppedAssertion({ key, from }: AssertedTag, reason: DroppedTag['reason']): DroppedTag {
  return { key, source: 'assertion', from, reason }
}

/** The reasons for which a person simply has no such tag; the others refuse. */
export function isNone(reason: string): reason is 'absent' | 'no-match' | 'empty' {
  return reason === 'absent' || reason === 'no-match' || reason === 'empty'
}

function assertedTag({ key, value, from }: AssertedTag): SessionTag {
  return { key, value, source: 'assertion', from }
}

/** What is no text, or no tag key, is refused by the rules of the configuration. */
function usable({ key, source, sourcePath }: AttributeReading): readonly Configured[] {
  if (typeof key !== 'string' || source === undefined) return []
  if (sessionTagFaults([{ Key: key, Value: '' }], 'tags').length > 0) return []
  const place = source === '' ? undefined : parseAttributePath(source)
  return [{ key, source, sourcePath, place: place && 'reason' in place ? undefined : place }]
}
