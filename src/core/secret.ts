import { encodeUtf8 } from './codec.js'

/**
 * Whether what was sent is the secret. The time that it takes depends on the length of what was sent, and neither on the
 * secret nor on how much of the two agrees.
 */
export function isSecret(sent: string, secret: string): boolean {
  const given = encodeUtf8(sent)
  const kept = encodeUtf8(secret)
  let difference = given.length ^ kept.length
  for (let at = 0; at < given.length; at++) difference |= (given[at] ?? 0) ^ (kept[at % kept.length] ?? 0)
  return difference === 0 && kept.length > 0
}
