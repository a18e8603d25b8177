import type { Fault } from '../core/rule.js'
import { shown } from '../core/shown.js'
import { ENTERPRISE_EXTENSION, type AttributeUser } from './attributeUser.js'
import type { ConsultedAttribute, SessionTag } from './tagMerge.js'

export const NONE = {
  absent: 'The person has no such attribute, so there is no tag.',
  'no-match': 'None of the values in the list is the one that is asked for, so there is no tag.',
  empty: 'The attribute is the empty text, so there is no tag.',
} as const

export const ASSERTED = {
  replaced: 'The key is configured: the value of the directory is taken, and the asserted one dropped.',
  'not-taken': 'The key is configured, and the person has no value there: the asserted one is dropped.',
} as const
export const CONFIGURED = 'The key is asserted: that value is taken, and the one of the directory dropped.'

export const ASK_FOR_EXTENSION = `--extensions ${ENTERPRISE_EXTENSION}`

/** Where the user as given cannot have the attribute, whether or not the person has it. */
export function fixOfAnswer({ shape, value }: AttributeUser, path: string): string | undefined {
  if (shape === 'user')
    return 'Give the user as GET /Users/ID of the SCIM endpoint answers: the User of this package keeps userName, displayName and emails alone.'
  if (shape === 'identity-store' && path.startsWith('$.Extensions') && !Object.hasOwn(value, 'Extensions'))
    return `Ask "aws identitystore describe-user" with ${ASK_FOR_EXTENSION}: it leaves these attributes out otherwise. Or fill in the attribute at its source.`
  return undefined
}

export function broken(
  consulted: readonly ConsultedAttribute[],
  wanted: 'multi-valued' | 'type' | 'ambiguous',
  message: string,
): readonly Fault[] {
  return consulted.flatMap(({ key, resolution }) => {
    if (resolution.ok || resolution.reason !== wanted) return []
    const { reason, path, actual } = resolution
    return [{ reason, path, expected: `one text for ${shown(key)}`, actual, message }]
  })
}

/** A fault of `tags[1].Value`, with the place that the tag comes from. */
export function placed(fault: Fault, tags: readonly SessionTag[]): Fault {
  const index = /^tags\[(\d+)\]/.exec(fault.path ?? '')?.[1]
  const tag = index === undefined ? undefined : tags[Number(index)]
  if (tag === undefined) return fault
  const of = fault.path?.endsWith('.Value') === true ? 'The value' : 'The key'
  const message = fault.message
    .replace(/tags\[\d+\]\.(?:Key|Value)/, of)
    .replace(/tags\[\d+\]/, 'another tag')
  return { ...fault, path: placeOf(tag), message }
}

export function placeOf({ key, source }: SessionTag): string {
  return source === 'directory' ? configurationPath(key) : assertionPath(key)
}

export function assertionPath(key: string): string {
  return `accessControl[${shown(key, 140)}]`
}

export function configurationPath(key: string): string {
  return `AccessControlAttributes[${shown(key, 140)}]`
}

export function listed(keys: readonly string[]): string {
  return `${keys
    .slice(0, 5)
    .map((key) => shown(key, 40))
    .join(', ')}${keys.length > 5 ? ', ...' : ''}`
}

const SCRIPTS = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u]

export function lookAlike(key: string): 'compatibility' | 'mixed-scripts' | undefined {
  if (key.length > 256) return undefined
  // Full-width letters, ligatures and the like, and letters apart from their accents.
  if (key.normalize('NFKC') !== key) return 'compatibility'
  return SCRIPTS.filter((script) => script.test(key)).length > 1 ? 'mixed-scripts' : undefined
}
