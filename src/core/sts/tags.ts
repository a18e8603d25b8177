import { foldCase } from '../codec.js'
import type { Fault } from '../rule.js'
import { boundedList, isReserved, memberOf, textFaults } from './checks.js'
import { STS_LIMITS } from './limits.js'

/** Keys that STS takes for the same: case is kept but not compared. */
export function foldTagKey(key: string): string {
  return foldCase(key)
}

/**
 * The faults of Tags in wire spelling (`{ Key, Value }`): at most 50, keys of 1 to 128 and values of 0 to 256
 * characters, no key twice in any case, none with the reserved prefix `aws:`. Says paths, never values.
 */
export function sessionTagFaults(value: unknown, path: string): readonly Fault[] {
  const list = boundedList(value, STS_LIMITS.sessionTags.max, path)
  const seen = new Map<string, number>()
  return [
    ...list.faults,
    ...list.items.flatMap((tag, index): readonly Fault[] => {
      const here = `${path}[${index}]`
      const key = memberOf(tag, 'Key')
      return [
        ...textFaults(key, STS_LIMITS.sessionTagKey, `${here}.Key`),
        ...(typeof key === 'string' ? keyFaults(key, index, seen, path) : []),
        ...textFaults(memberOf(tag, 'Value'), STS_LIMITS.sessionTagValue, `${here}.Value`),
      ]
    }),
  ]
}

function keyFaults(key: string, index: number, seen: Map<string, number>, path: string): readonly Fault[] {
  const faults: Fault[] = []
  const here = `${path}[${index}].Key`
  if (isReserved(key)) {
    faults.push({ reason: 'reserved', path: here, message: 'Tag keys with the prefix aws: belong to AWS.' })
  }
  const folded = foldTagKey(key)
  const first = seen.get(folded)
  if (first !== undefined) {
    const message = `The key is that of ${path}[${first}]: STS does not tell keys apart by case.`
    faults.push({ reason: 'duplicate', path: here, message })
  } else seen.set(folded, index)
  return faults
}

/**
 * The faults of TransitiveTagKeys: at most 50 keys, each among the tags, none twice, and none that the calling session
 * already hands on (`inherited`), neither as a key nor as a tag.
 */
export function transitiveTagFaults(
  value: unknown,
  tags: unknown,
  inherited: readonly string[],
  path: string,
): readonly Fault[] {
  const list = boundedList(value, STS_LIMITS.transitiveTagKeys.max, path)
  const present = new Set(tagKeys(tags).map(foldTagKey))
  const handedOn = new Set(inherited.map(foldTagKey))
  const seen = new Set<string>()
  return [
    ...list.faults,
    ...list.items.flatMap((key, index): readonly Fault[] => {
      const here = `${path}[${index}]`
      const faults = [...textFaults(key, STS_LIMITS.sessionTagKey, here)]
      if (typeof key !== 'string') return faults
      const folded = foldTagKey(key)
      if (seen.has(folded))
        faults.push({ reason: 'duplicate', path: here, message: 'The key is named twice.' })
      seen.add(folded)
      if (!present.has(folded)) {
        faults.push({ reason: 'not-a-tag', path: here, message: 'The key is not among the session tags.' })
      }
      if (handedOn.has(folded)) {
        faults.push({
          reason: 'inherited',
          path: here,
          message: 'The calling session hands this tag on already.',
        })
      }
      return faults
    }),
  ]
}

/** The faults of tags that would override those which the calling session hands on. */
export function inheritedTagFaults(
  tags: unknown,
  inherited: readonly string[],
  path: string,
): readonly Fault[] {
  const handedOn = new Set(inherited.map(foldTagKey))
  const message = 'The calling session hands this tag on already: it cannot be passed again.'
  return tagKeys(tags).flatMap((key, index) =>
    handedOn.has(foldTagKey(key)) ? [{ reason: 'inherited', path: `${path}[${index}].Key`, message }] : [],
  )
}

/** Positions are kept: an item without a usable key stands as the empty text, which no valid key equals. */
function tagKeys(tags: unknown): readonly string[] {
  if (!Array.isArray(tags)) return []
  return tags.slice(0, STS_LIMITS.sessionTags.max).map((tag: unknown) => {
    const key = memberOf(tag, 'Key')
    return typeof key === 'string' ? key : ''
  })
}
