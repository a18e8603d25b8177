import { isObject, memberPath } from '../core/json.js'
import type { Finding } from '../core/outcome.js'
import { memberOf, sessionTagFaults } from '../core/sts/index.js'
import { Misuse } from './misuse.js'

/**
 * Session tags from JSON: an object of key to value, or an object with a list `tags` of `key` and `value`, as
 * `abac tags` prints it where it accepts them. The tags themselves must be ones that STS takes.
 */
export function readTags(json: unknown): Readonly<Record<string, string>> {
  if (!isObject(json))
    throw new Misuse(
      '--tags: the file is an object of tag keys and values, or what "abac tags --format json" prints.',
    )
  const list: unknown = json['tags']
  if (Array.isArray(list) && json['verdict'] === 'refused') {
    throw new Misuse('--tags: the file is the report of tags that were refused.')
  }
  const items = Array.isArray(list)
    ? list.map((item: unknown, index) => ({
        Key: memberOf(item, 'key'),
        Value: memberOf(item, 'value'),
        path: `$.tags[${index}]`,
      }))
    : Object.keys(json).map((Key) => ({ Key, Value: json[Key], path: memberPath('$', Key) }))
  const faults = sessionTagFaults(items, 'tags')
  if (faults.length > 0) {
    throw new Misuse(
      '--tags: these are no session tags.',
      faults.map(({ reason, message, path, expected, actual }): Finding => {
        const index = /^tags\[(\d+)\]/.exec(path ?? '')?.[1]
        const at = index === undefined ? '$' : (items[Number(index)]?.path ?? '$')
        return {
          rule: 'cli/tags',
          reason,
          severity: 'error',
          path: at,
          message,
          ...(expected === undefined ? {} : { expected }),
          ...(actual === undefined ? {} : { actual }),
          fix: 'Give at most 50 tags, with keys of 1 to 128 and values of up to 256 characters.',
        }
      }),
    )
  }
  const tags = Object.create(null) as Record<string, string>
  for (const { Key, Value } of items) tags[Key as string] = Value as string
  return tags
}
