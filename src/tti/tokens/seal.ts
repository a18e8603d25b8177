import { CompactEncrypt, compactDecrypt } from 'jose'
import { decodeBase64url, decodeUtf8, encodeUtf8 } from '../../core/codec.js'
import { FederationError } from '../../core/outcome.js'
import { isObject, parseJson, type JsonObject } from '../../core/json.js'

/** A secret of the exchange, under a name that goes in clear: list the newest first, keep old ones for their tokens. */
export interface SealingKey {
  readonly id: string
  /** 32 bytes. */
  readonly key: Uint8Array
}

/** What a sealed text is for. It is authenticated, so that one kind never passes for another. */
export type SealedKind =
  | 'access-token'
  | 'identity-context'
  | 'audit-context'
  | 'portal-page'
  | 'role-session'
  | 'app-session'
  | 'app-session-entry'
  | 'app-login'

/** How much may be sealed, where it is not the standard. */
export interface SealLimits {
  /** Of the sealed text. Default 65,536. */
  readonly maxCharacters?: number
  /** Of the content's JSON. Default 4. */
  readonly maxDepth?: number
}

/** Why a text is not opened: too long or no text, no JWE of this kind, under a key that is not known, or altered. */
export type SealFault = 'size' | 'form' | 'unknown-key' | 'altered'

/** Room for 25 scopes with 10 targets each; longer texts are neither made nor looked at. */
const MAX_SEALED_CHARACTERS = 65_536

/** JWE `dir` with A256GCM under the first key. */
export async function seal(
  kind: SealedKind,
  content: object,
  keys: readonly [SealingKey, ...SealingKey[]],
  { maxCharacters = MAX_SEALED_CHARACTERS }: SealLimits = {},
): Promise<string> {
  const [{ id, key }] = keys
  const sealed = await new CompactEncrypt(encodeUtf8(JSON.stringify(content)))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: id, typ: kind })
    .encrypt(key)
  if (sealed.length > maxCharacters) {
    throw new FederationError(
      'ERR_INVALID_OPTION',
      'The token would be too long: the application has too many targets.',
    )
  }
  return sealed
}

/** The content of a text that `seal` made with one of the keys; undefined for anything else whatever. */
export async function unseal(
  kind: SealedKind,
  text: unknown,
  keys: readonly SealingKey[],
): Promise<JsonObject | undefined> {
  const content = await openSealed(kind, text, keys)
  return typeof content === 'string' ? undefined : content
}

/** As {@link unseal}, with the reason where nothing is opened. */
export async function openSealed(
  kind: SealedKind,
  text: unknown,
  keys: readonly SealingKey[],
  { maxCharacters = MAX_SEALED_CHARACTERS, maxDepth = 4 }: SealLimits = {},
): Promise<JsonObject | SealFault> {
  if (typeof text !== 'string' || text.length > maxCharacters) return 'size'
  // jose reads base64url laxly: one sealed text would have several spellings.
  if (!text.split('.').every((part) => typeof decodeBase64url(part) !== 'string')) return 'form'
  let asked: 'nothing' | 'known' | 'unknown' = 'nothing'
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(
      text,
      ({ kid }) => {
        const found = keys.find(({ id }) => id === kid)
        asked = found ? 'known' : 'unknown'
        if (!found) throw new Error('unknown key')
        return found.key
      },
      { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] },
    )
    if (protectedHeader.typ !== kind) return 'form'
    const json = parseJson(decodeUtf8(plaintext) ?? '', { maxDepth })
    return json.ok && isObject(json.value) ? json.value : 'form'
  } catch {
    return faultOf(asked)
  }
}

function faultOf(asked: 'nothing' | 'known' | 'unknown'): SealFault {
  return asked === 'nothing' ? 'form' : asked === 'known' ? 'altered' : 'unknown-key'
}
